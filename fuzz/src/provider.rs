//! Calls of the plugin protocol to the provider: stored states, private data that somebody edited, configurations with
//! any numbers and durations, ids to import, arguments of functions.
//!
//! The input has four parts: a stored state, private data, a configuration, and a text; the first three are JSON or
//! whatever else. Every call is answered; none crashes the provider; a diagnostic has a summary; a state that is
//! upgraded can be upgraded again.
//!
//! Nothing listens where the provider looks for Azure, so that each request fails at once.

use std::cell::RefCell;

use terraform_provider_azuretm::{AzureTrafficManager, Environment};
use tf_plugin::Server;
use tf_plugin_testing::core::{Core, LocalChannel};
use tf_plugin_testing::proto::tfplugin6 as wire;
use tokio::runtime::{Builder, Runtime};
use wire::provider_client::ProviderClient;

use crate::text;

type Client = ProviderClient<LocalChannel>;

const PROFILE: &str = "azuretm_traffic_manager_profile";

/// Port 0 is nobody's.
const PROVIDER: &str = r#"{"environment":"emulator","emulator_url":"http://127.0.0.1:0",
    "subscription_id":"00000000-0000-0000-0000-000000000001"}"#;

thread_local! {
    static CONFIGURED: RefCell<Option<(Runtime, Client)>> = const { RefCell::new(None) };
}

/// Makes all calls that the parts are enough for.
pub fn check(input: &[u8]) {
    let input = String::from_utf8_lossy(input);
    let mut parts = text::parts(&input);
    let mut next = || parts.next().unwrap_or_default();
    let (state, private, config, text) = (next(), next(), next(), next());
    CONFIGURED.with_borrow_mut(|configured| {
        let (runtime, server) = configured.get_or_insert_with(configure);
        runtime.block_on(async {
            let prior = upgraded(server, state).await;
            validated(server, config).await;
            planned(server, prior.as_ref(), private, config).await;
            if let Some(prior) = prior {
                refreshed(server, prior, private).await;
            }
            imported(server, text).await;
            called(server, text).await;
        });
    });
}

fn configure() -> (Runtime, Client) {
    let runtime = Builder::new_current_thread().enable_all().build();
    let runtime = runtime.expect("a runtime can be made");
    let server = Server::new(AzureTrafficManager::new(Environment::default()));
    let mut server = runtime.block_on(Core::new(server)).client();
    let request = wire::configure_provider::Request { config: Some(json(PROVIDER)), ..Default::default() };
    let answer = runtime.block_on(server.configure_provider(request));
    let answer = answer.expect("the provider answers").into_inner();
    assert!(answer.diagnostics.is_empty(), "{:?}", answer.diagnostics);
    (runtime, server)
}

fn json(text: &str) -> wire::DynamicValue {
    wire::DynamicValue { json: text.as_bytes().to_vec(), msgpack: Vec::new() }
}

/// Looks at the diagnostics of an answer; true if there is no error.
fn sound(diagnostics: &[wire::Diagnostic]) -> bool {
    for diagnostic in diagnostics {
        assert!(!diagnostic.summary.is_empty());
        assert_ne!(diagnostic.summary, "The provider crashed in this call", "{}", diagnostic.detail);
    }
    let error = i32::from(wire::diagnostic::Severity::Error);
    diagnostics.iter().all(|diagnostic| diagnostic.severity != error)
}

fn answered<T>(answer: Result<tonic::Response<T>, tonic::Status>) -> T {
    answer.unwrap_or_else(|status| panic!("the call failed: {status}")).into_inner()
}

async fn upgraded(server: &mut Client, state: &str) -> Option<wire::DynamicValue> {
    let upgrade = |json: &str| {
        let raw_state = wire::RawState { json: json.as_bytes().to_vec(), ..Default::default() };
        wire::upgrade_resource_state::Request {
            type_name: PROFILE.to_owned(),
            version: 0,
            raw_state: Some(raw_state),
        }
    };
    let answer = answered(server.upgrade_resource_state(upgrade(state)).await);
    let good = sound(&answer.diagnostics);
    assert_eq!(good, answer.upgraded_state.is_some(), "a state or an error");
    let again = answered(server.upgrade_resource_state(upgrade(state)).await);
    assert_eq!(again.upgraded_state, answer.upgraded_state);
    answer.upgraded_state
}

async fn validated(server: &mut Client, config: &str) {
    let request = wire::validate_resource_config::Request {
        type_name: PROFILE.to_owned(),
        config: Some(json(config)),
        ..Default::default()
    };
    sound(&answered(server.validate_resource_config(request).await).diagnostics);
}

async fn planned(server: &mut Client, prior: Option<&wire::DynamicValue>, private: &str, config: &str) {
    let request = wire::plan_resource_change::Request {
        type_name: PROFILE.to_owned(),
        prior_state: prior.cloned(),
        proposed_new_state: Some(json(config)),
        config: Some(json(config)),
        prior_private: private.as_bytes().to_vec(),
        ..Default::default()
    };
    let answer = answered(server.plan_resource_change(request).await);
    if sound(&answer.diagnostics) {
        assert!(answer.planned_state.is_some(), "a plan or an error");
    }
}

async fn refreshed(server: &mut Client, state: wire::DynamicValue, private: &str) {
    let request = wire::read_resource::Request {
        type_name: PROFILE.to_owned(),
        current_state: Some(state),
        private: private.as_bytes().to_vec(),
        ..Default::default()
    };
    let answer = answered(server.read_resource(request).await);
    assert!(!sound(&answer.diagnostics), "nothing can be read where nothing listens");
}

async fn imported(server: &mut Client, id: &str) {
    let request = wire::import_resource_state::Request {
        type_name: PROFILE.to_owned(),
        id: id.to_owned(),
        ..Default::default()
    };
    sound(&answered(server.import_resource_state(request).await).diagnostics);
}

/// Calls every function with the text in place of each argument.
async fn called(server: &mut Client, text: &str) {
    let functions = answered(server.get_functions(wire::get_functions::Request {}).await).functions;
    let argument = serde_json::to_string(text).expect("a text can be written as JSON");
    for (name, function) in functions {
        let arguments = vec![json(&argument); function.parameters.len()];
        let request = wire::call_function::Request { name, arguments };
        let answer = answered(server.call_function(request).await);
        assert!(answer.result.is_some() != answer.error.is_some(), "a result or an error");
        let crashed = answer.error.is_some_and(|error| error.text.contains("The provider crashed"));
        assert!(!crashed, "{text:?}");
    }
}
