//! Terraform beside one provider: its schemas, its configuration, its data sources and functions.

use std::future::Future;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Value as Json;
use tf_plugin::Server;
use tonic::{Response, Status};

use super::call::{decode, encode};
use super::channel::{self, LocalChannel};
use super::draft::{completed, config_problems, from_json};
use super::propose::Cli;
use super::report::Report;
use super::schemas::Schemas;
use super::shape::assert_state;
use crate::client::provider_client;
use crate::proto::tfplugin6 as wire;
use tf_plugin::cty::{Type, Value};
use wire::provider_client::ProviderClient;

/// The version that the simulated Terraform says it has.
const TERRAFORM_VERSION: &str = "1.15.5";

/// What a stable Terraform says it can take while it plans. While it applies, it allows deferrals.
pub(super) fn capabilities(deferral_allowed: bool) -> wire::ClientCapabilities {
    wire::ClientCapabilities { deferral_allowed, write_only_attributes_allowed: true, ..Default::default() }
}

/// Terraform beside one provider, which runs in this process.
pub struct Core {
    client: ProviderClient<LocalChannel>,
    pub(super) schemas: Arc<Schemas>,
    calls: Mutex<Vec<&'static str>>,
    pub(super) cli: Cli,
    configured: Mutex<Option<Value>>,
    /// Whether several resources share the step that is under way.
    is_shared: AtomicBool,
}

impl Core {
    /// Starts the provider in this process and loads its schemas, as every command does first.
    ///
    /// # Panics
    /// With everything for which Terraform would refuse to load the provider. Outside of a tokio runtime.
    pub async fn new(server: Server) -> Self {
        Self::with(channel::to(server)).await
    }

    /// Another process of the same provider. Its schemas are those that are known: Terraform asks for them once in a command.
    #[must_use]
    pub fn with_another(&self, server: Server) -> Self {
        Self::knowing(provider_client(channel::to(server)), Arc::clone(&self.schemas))
    }

    /// The same as [`Core::new`] for whatever answers the calls of a provider.
    ///
    /// # Panics
    /// With everything for which Terraform would refuse to load the provider. Outside of a tokio runtime.
    pub async fn with(channel: LocalChannel) -> Self {
        let mut client = provider_client(channel);
        let schemas = Schemas::load(&mut client).await;
        Self::knowing(client, Arc::new(schemas))
    }

    fn knowing(client: ProviderClient<LocalChannel>, schemas: Arc<Schemas>) -> Self {
        Self {
            client,
            schemas,
            calls: Mutex::default(),
            cli: Cli::default(),
            configured: Mutex::default(),
            is_shared: AtomicBool::new(false),
        }
    }

    /// The same with the proposals of another CLI.
    #[must_use]
    pub fn proposing_as(mut self, cli: Cli) -> Self {
        self.cli = cli;
        self
    }

    /// A client for single calls of the protocol.
    pub fn client(&self) -> ProviderClient<LocalChannel> {
        self.client.clone()
    }

    /// Validates a configuration of the provider, written in part, and configures it.
    ///
    /// # Errors
    /// What the provider said against it.
    pub async fn configure_with(&self, draft: &Json) -> Result<Report, Report> {
        let config =
            from_json(draft, &self.schemas.provider.object_type()).expect("the draft fits the schema");
        self.configure(&completed(&self.schemas.provider.block, config)).await
    }

    /// The same for a whole configuration.
    ///
    /// # Errors
    /// What the provider said against it.
    pub async fn configure(&self, config: &Value) -> Result<Report, Report> {
        let mut report = Report::default();
        report.violation("configuration of the test", config_problems(&self.schemas.provider, config));
        let request = wire::validate_provider_config::Request { config: Some(encode(config)) };
        let mut client = self.client();
        let call = client.validate_provider_config(request);
        if let Some(answer) = self.ask("ValidateProviderConfig", call, &mut report).await {
            report.add(answer.diagnostics);
        }
        let mut report = report.into_result()?;
        let mut client = self.client();
        let call = client.configure_provider(configuration(config));
        *self.configured.lock().unwrap_or_else(PoisonError::into_inner) = Some(config.clone());
        if let Some(answer) = self.ask("ConfigureProvider", call, &mut report).await {
            report.add(answer.diagnostics);
        }
        report.into_result()
    }

    /// Begins a step of a command, a plan or an apply. Terraform starts a process of the provider for each, which knows
    /// nothing of the one before; here, the provider is configured again.
    pub(super) async fn start_step(&self) {
        if self.is_shared.load(Ordering::SeqCst) {
            return;
        }
        let configured = self.configured.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(config) = configured {
            // What it says of the same configuration was looked at the first time.
            let _ = self.client().configure_provider(configuration(&config)).await;
        }
    }

    /// One step of a command for several resources: what they do in it, they do in one process of the provider.
    pub async fn together<T>(&self, step: impl Future<Output = T>) -> T {
        self.start_step().await;
        self.is_shared.store(true, Ordering::SeqCst);
        let done = step.await;
        self.is_shared.store(false, Ordering::SeqCst);
        done
    }

    /// The names of the provider's resource types.
    pub fn resource_types(&self) -> impl Iterator<Item = &str> {
        self.schemas.resources.keys().map(String::as_str)
    }

    /// Validates and reads a data source; the configuration may be written in part.
    ///
    /// # Errors
    /// What the provider said against it, and the rules that its answer breaks.
    ///
    /// # Panics
    /// If the provider has no such data source, or the draft does not fit its schema.
    pub async fn read_data(&self, type_name: &str, draft: &Json) -> Result<Value, Report> {
        let schema = self.schemas.data_sources.get(type_name).expect("the provider has this data source");
        let config = from_json(draft, &schema.object_type()).expect("the draft fits the schema");
        let config = completed(&schema.block, config);
        let mut report = Report::default();
        report.violation("configuration of the test", config_problems(schema, &config));
        let (type_name, config) = (type_name.to_owned(), Some(encode(&config)));
        let request = wire::validate_data_resource_config::Request {
            type_name: type_name.clone(),
            config: config.clone(),
        };
        let mut client = self.client();
        let call = client.validate_data_resource_config(request);
        if let Some(answer) = self.ask("ValidateDataResourceConfig", call, &mut report).await {
            report.add(answer.diagnostics);
        }
        let mut report = report.into_result()?;
        let request = wire::read_data_source::Request {
            type_name,
            config,
            provider_meta: None,
            client_capabilities: Some(capabilities(false)),
        };
        let mut client = self.client();
        let call = client.read_data_source(request);
        let answer = self.ask("ReadDataSource", call, &mut report).await.unwrap_or_default();
        report.add(answer.diagnostics);
        let mut report = report.into_result()?;
        let found = decode(answer.state, &schema.object_type());
        let found = found.map_err(|text| report.violation("data", [text])).unwrap_or(Value::Null);
        report.violation("data", assert_state(schema, &found));
        report.into_result().map(|_| found)
    }

    /// Calls a function, twice: Terraform refuses one whose results differ.
    ///
    /// # Errors
    /// The function's own error with the position of the argument at fault.
    ///
    /// # Panics
    /// If Terraform would not make this call, or would refuse its result.
    pub async fn call(&self, name: &str, arguments: &[Value]) -> Result<Value, (String, Option<i64>)> {
        let function = self.schemas.functions.get(name).expect("the provider has this function");
        let mut parameters = function.parameters.iter();
        for argument in arguments {
            let parameter = parameters.next().or(function.variadic_parameter.as_ref());
            let parameter = parameter.expect("there is a parameter for every argument");
            assert!(parameter.allow_null_value || !argument.is_null(), "{}: null is refused", parameter.name);
            assert!(parameter.allow_unknown_values || argument.is_wholly_known(), "the result is unknown");
        }
        assert!(parameters.next().is_none(), "there is an argument for every parameter");
        let first = self.call_once(function, name, arguments).await;
        let second = self.call_once(function, name, arguments).await;
        assert_eq!(first, second, "{name} is not pure");
        first
    }

    async fn call_once(
        &self,
        function: &wire::Function,
        name: &str,
        arguments: &[Value],
    ) -> Result<Value, (String, Option<i64>)> {
        let arguments = arguments.iter().map(encode).collect();
        let request = wire::call_function::Request { name: name.to_owned(), arguments };
        let mut report = Report::default();
        let mut client = self.client();
        let call = client.call_function(request);
        let answer = self.ask("CallFunction", call, &mut report).await;
        let answer = answer.unwrap_or_else(|| panic!("{report}"));
        if let Some(error) = answer.error {
            return Err((error.text, error.function_argument));
        }
        let result = function.r#return.clone().unwrap_or_default().r#type;
        let of = Type::from_json(&result).expect("the result has a type");
        Ok(decode(answer.result, &of).expect("the result is of its type"))
    }

    /// The calls made so far, in their order, which are then forgotten.
    pub fn take_calls(&self) -> Vec<&'static str> {
        std::mem::take(&mut *self.calls.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Awaits a call. One that fails as a whole breaks a rule: errors belong into diagnostics.
    pub(super) async fn ask<T>(
        &self,
        name: &'static str,
        call: impl Future<Output = Result<Response<T>, Status>>,
        report: &mut Report,
    ) -> Option<T> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner).push(name);
        match call.await {
            Ok(answer) => Some(answer.into_inner()),
            Err(status) => {
                report.violation(name, [format!("the call failed: {status}")]);
                None
            }
        }
    }
}

fn configuration(config: &Value) -> wire::configure_provider::Request {
    wire::configure_provider::Request {
        terraform_version: TERRAFORM_VERSION.to_owned(),
        config: Some(encode(config)),
        client_capabilities: Some(capabilities(false)),
    }
}
