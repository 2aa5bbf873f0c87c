//! One resource in a configuration: its state, and the commands on it.

mod apply;
mod import;
mod plan;

use super::call::{decode, decode_identity, encode, encode_identity, normalised};
use super::draft::{completed, config_problems, from_json};
use super::driver::{Core, capabilities};
use super::outcome::Stored;
use super::report::Report;
use super::schema::Schema;
use super::schemas::Managed;
use super::shape::{assert_identity, assert_state};
use super::state_file::to_json;
use crate::proto::tfplugin6 as wire;
use serde_json::Value as Json;
use tf_plugin::cty::Value;

pub use import::Source;
pub use plan::{Action, PlannedChange};

/// One resource: what Terraform has of it in its state, and the commands of Terraform.
pub struct Instance<'a> {
    core: &'a Core,
    type_name: &'a str,
    managed: &'a Managed,
    stored: Option<Stored>,
}

impl Core {
    /// A resource in a configuration, of which nothing exists yet.
    ///
    /// # Panics
    /// If the provider has no such type.
    pub fn resource(&self, type_name: &str) -> Instance<'_> {
        let (type_name, managed) =
            self.schemas.resources.get_key_value(type_name).expect("the provider has this resource type");
        Instance::new(self, type_name, managed)
    }
}

impl<'a> Instance<'a> {
    pub(super) fn new(core: &'a Core, type_name: &'a str, managed: &'a Managed) -> Self {
        Self { core, type_name, managed, stored: None }
    }

    /// The schema, as the provider sent it.
    pub fn schema(&self) -> &'a Schema {
        &self.managed.schema
    }

    /// What is stored of it, with private data and identity.
    pub fn stored(&self) -> Option<&Stored> {
        self.stored.as_ref()
    }

    /// Its attributes as they are stored; null while it does not exist.
    pub fn state(&self) -> &Value {
        self.stored.as_ref().map_or(&Value::Null, |stored| &stored.value)
    }

    /// Puts something else into the state, as a test that begins in the middle needs it.
    pub fn store(&mut self, stored: Option<Stored>) {
        self.stored = stored;
    }

    /// A configuration from JSON, in which everything optional may be left out.
    ///
    /// # Panics
    /// If it does not fit the schema, or Terraform itself would refuse it.
    pub fn config(&self, draft: &Json) -> Value {
        let draft = from_json(draft, &self.schema().object_type());
        self.config_of(draft.unwrap_or_else(|problem| panic!("{problem}")))
    }

    /// The same from a value, in which parts may be unknown.
    ///
    /// # Panics
    /// If it does not fit the schema, or Terraform itself would refuse it.
    pub fn config_of(&self, draft: Value) -> Value {
        let config = normalised(completed(&self.schema().block, draft));
        let problems = config_problems(self.schema(), &config);
        assert!(problems.is_empty(), "Terraform would refuse this configuration:\n{}", problems.join("\n"));
        config
    }

    /// `terraform validate`.
    ///
    /// # Errors
    /// What the provider said against it.
    pub async fn validate(&self, config: &Value) -> Result<Report, Report> {
        let mut report = Report::default();
        self.validate_into(config, false, &mut report).await;
        report.into_result()
    }

    async fn validate_into(&self, config: &Value, applying: bool, report: &mut Report) {
        let request = wire::validate_resource_config::Request {
            type_name: self.type_name.to_owned(),
            config: Some(encode(config)),
            client_capabilities: Some(capabilities(applying)),
        };
        let mut client = self.core.client();
        let call = client.validate_resource_config(request);
        if let Some(answer) = self.core.ask("ValidateResourceConfig", call, report).await {
            report.add(answer.diagnostics);
        }
    }

    /// Reads it again, after its state was brought to this version of the schema, as every walk does first.
    /// It is no longer in the state when the provider says that it is gone.
    ///
    /// # Errors
    /// What the provider said against it, and the rules that its answer breaks; the state is as it was.
    pub async fn refresh(&mut self) -> Result<Report, Report> {
        self.core.start_step().await;
        self.refresh_in_step().await
    }

    /// The same as a part of a larger step.
    async fn refresh_in_step(&mut self) -> Result<Report, Report> {
        let mut report = Report::default();
        self.upgrade_stored(&mut report).await;
        let mut report = report.into_result()?;
        if let Some(stored) = self.stored.clone() {
            let read = self.read(Some(&stored), &mut report).await;
            if let (Some(before), Some(Some(after))) =
                (&stored.identity, read.as_ref().map(|read| read.as_ref()))
                && after.identity.as_ref().is_some_and(|after| after != before)
            {
                report.violation("read", ["the identity changed".to_owned()]);
            }
            let report = report.into_result()?;
            self.stored = read.flatten();
            return Ok(report);
        }
        report.into_result()
    }

    /// What the provider answers to a read; `Some(None)` when the object is gone, `None` when nothing can be told.
    async fn read(&self, current: Option<&Stored>, report: &mut Report) -> Option<Option<Stored>> {
        let null = Value::Null;
        let request = wire::read_resource::Request {
            type_name: self.type_name.to_owned(),
            current_state: Some(encode(current.map_or(&null, |current| &current.value))),
            private: current.map(|current| current.private.clone()).unwrap_or_default(),
            provider_meta: None,
            client_capabilities: Some(capabilities(false)),
            current_identity: encode_identity(current.and_then(|current| current.identity.as_ref())),
        };
        let mut client = self.core.client();
        let call = client.read_resource(request);
        let answer = self.core.ask("ReadResource", call, report).await?;
        report.add(answer.diagnostics);
        if report.has_errors() {
            return None;
        }
        if answer.deferred.is_some() {
            report.violation("read", ["deferred, which Terraform did not allow".to_owned()]);
        }
        let value = decode(answer.new_state, &self.schema().object_type());
        let value = value.map_err(|text| report.violation("read", [text])).ok()?;
        let identity = self.identity_of(answer.new_identity, "read", report);
        if value.is_null() {
            return Some(None);
        }
        report.violation("read", assert_state(self.schema(), &value));
        let tainted = current.is_some_and(|current| current.tainted);
        Some(Some(Stored { value, private: answer.private, identity, tainted }))
    }

    /// Reads an identity that has to be known.
    fn identity_of(
        &self,
        data: Option<wire::ResourceIdentityData>,
        what: &str,
        report: &mut Report,
    ) -> Option<Value> {
        let Some(of) = &self.managed.identity else {
            if data.is_some() {
                report.violation(what, ["an identity of a resource that has none".to_owned()]);
            }
            return None;
        };
        match decode_identity(data, of) {
            Ok(identity) => {
                let found = identity.as_ref().map(|identity| assert_identity(of, identity));
                report.violation(what, found.unwrap_or_default());
                identity
            }
            Err(text) => {
                report.violation(what, [format!("identity {text}")]);
                None
            }
        }
    }

    async fn upgrade_stored(&mut self, report: &mut Report) {
        let Some(stored) = &self.stored else { return };
        let json = to_json(&stored.value);
        if let Some(value) = self.upgraded(self.schema().version, json, report).await
            && let Some(stored) = &mut self.stored
        {
            stored.value = value;
        }
    }

    /// Takes a state as an older version of the provider stored it: `json` are its attributes.
    ///
    /// # Errors
    /// What the provider said against it, and the rules that its answer breaks; then nothing is stored.
    pub async fn upgrade(&mut self, version: i64, json: &str) -> Result<Report, Report> {
        let mut report = Report::default();
        let upgraded = self.upgraded(version, json.to_owned(), &mut report).await;
        let report = report.into_result()?;
        self.stored =
            upgraded.map(|value| Stored { value, private: Vec::new(), identity: None, tainted: false });
        Ok(report)
    }

    async fn upgraded(&self, version: i64, json: String, report: &mut Report) -> Option<Value> {
        let raw_state = wire::RawState { json: json.into_bytes(), ..Default::default() };
        let request = wire::upgrade_resource_state::Request {
            type_name: self.type_name.to_owned(),
            version,
            raw_state: Some(raw_state),
        };
        let mut client = self.core.client();
        let call = client.upgrade_resource_state(request);
        let answer = self.core.ask("UpgradeResourceState", call, report).await?;
        report.add(answer.diagnostics);
        if report.has_errors() {
            return None;
        }
        let value = decode(answer.upgraded_state, &self.schema().object_type());
        let value = value.map_err(|text| report.violation("upgrade", [text])).ok()?;
        report.violation("upgrade", assert_state(self.schema(), &value));
        Some(value)
    }
}
