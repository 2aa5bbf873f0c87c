//! Single calls, as they are on the wire, that no command of the simulator makes or that it makes in one way only.

use std::fmt::Debug;

use serde_json::json;
use tf_plugin::cty::{Type, Value, msgpack};
use tf_plugin_testing::core::{Action, Core, LocalChannel};
use tf_plugin_testing::proto::tfplugin6 as wire;
use tonic::{Code, Request, Response, Status};
use wire::provider_client::ProviderClient;

use super::sample::{self, LEASE, STAMP, THING, Trouble, World};
use super::{start, thing};

/// A client of a provider that nobody configured.
async fn bare() -> ProviderClient<LocalChannel> {
    Core::new(sample::server(&World::new())).await.client()
}

fn dynamic(value: &Value) -> wire::DynamicValue {
    wire::DynamicValue { msgpack: msgpack::encode(value), json: Vec::new() }
}

fn answer<T>(answer: Result<Response<T>, Status>) -> T {
    answer.expect("errors are diagnostics").into_inner()
}

/// Expects one error of this summary.
fn check_error(diagnostics: &[wire::Diagnostic], summary: &str) {
    assert_eq!(diagnostics.len(), 1, "{diagnostics:?}");
    assert_eq!(diagnostics[0].severity(), wire::diagnostic::Severity::Error);
    assert_eq!(diagnostics[0].summary, summary, "{diagnostics:?}");
    assert!(!diagnostics[0].detail.is_empty());
}

/// A request in which nothing is set.
fn empty<T: Default>() -> Request<T> {
    Request::new(T::default())
}

fn check_unimplemented<T: Debug>(answer: Result<Response<T>, Status>) {
    assert_eq!(answer.map(Response::into_inner).map(|_| ()).unwrap_err().code(), Code::Unimplemented);
}

/// Every request that names a type, for a type that there is not.
#[tokio::test]
async fn unknown_names_are_diagnostics() {
    let mut server = bare().await;
    let type_name = || "sample_nothing".to_owned();
    let unknown = "Unknown name";
    let request = wire::validate_resource_config::Request { type_name: type_name(), ..Default::default() };
    let said = answer(server.validate_resource_config(Request::new(request)).await);
    check_error(&said.diagnostics, unknown);
    let request = wire::plan_resource_change::Request { type_name: type_name(), ..Default::default() };
    let said = answer(server.plan_resource_change(Request::new(request)).await);
    check_error(&said.diagnostics, unknown);
    let request = wire::apply_resource_change::Request { type_name: type_name(), ..Default::default() };
    let said = answer(server.apply_resource_change(Request::new(request)).await);
    assert_eq!(said.new_state, None, "what is stored stays");
    check_error(&said.diagnostics, unknown);
    let request = wire::read_resource::Request { type_name: type_name(), ..Default::default() };
    let said = answer(server.read_resource(Request::new(request)).await);
    check_error(&said.diagnostics, unknown);
    let request = wire::import_resource_state::Request { type_name: type_name(), ..Default::default() };
    let said = answer(server.import_resource_state(Request::new(request)).await);
    check_error(&said.diagnostics, unknown);
    let request = wire::upgrade_resource_state::Request { type_name: type_name(), ..Default::default() };
    let said = answer(server.upgrade_resource_state(Request::new(request)).await);
    check_error(&said.diagnostics, unknown);
    let request = wire::upgrade_resource_identity::Request { type_name: type_name(), ..Default::default() };
    let said = answer(server.upgrade_resource_identity(Request::new(request)).await);
    check_error(&said.diagnostics, unknown);
    let request = wire::move_resource_state::Request { target_type_name: type_name(), ..Default::default() };
    let said = answer(server.move_resource_state(Request::new(request)).await);
    check_error(&said.diagnostics, unknown);
    let request =
        wire::validate_data_resource_config::Request { type_name: type_name(), ..Default::default() };
    let said = answer(server.validate_data_resource_config(Request::new(request)).await);
    check_error(&said.diagnostics, unknown);
    let request = wire::read_data_source::Request { type_name: type_name(), ..Default::default() };
    let said = answer(server.read_data_source(Request::new(request)).await);
    check_error(&said.diagnostics, unknown);
    let request =
        wire::validate_ephemeral_resource_config::Request { type_name: type_name(), ..Default::default() };
    let said = answer(server.validate_ephemeral_resource_config(Request::new(request)).await);
    check_error(&said.diagnostics, unknown);
    let request = wire::open_ephemeral_resource::Request { type_name: type_name(), ..Default::default() };
    let said = answer(server.open_ephemeral_resource(Request::new(request)).await);
    check_error(&said.diagnostics, unknown);
    let request = wire::renew_ephemeral_resource::Request { type_name: type_name(), ..Default::default() };
    let said = answer(server.renew_ephemeral_resource(Request::new(request)).await);
    check_error(&said.diagnostics, unknown);
    let request = wire::close_ephemeral_resource::Request { type_name: type_name(), ..Default::default() };
    let said = answer(server.close_ephemeral_resource(Request::new(request)).await);
    check_error(&said.diagnostics, unknown);
    let request =
        wire::validate_list_resource_config::Request { type_name: type_name(), ..Default::default() };
    let said = answer(server.validate_list_resource_config(Request::new(request)).await);
    check_error(&said.diagnostics, unknown);
    let request = wire::list_resource::Request { type_name: type_name(), ..Default::default() };
    let mut events = answer(server.list_resource(Request::new(request)).await);
    let said = events.message().await.unwrap().unwrap();
    check_error(&said.diagnostic, unknown);
    assert_eq!(events.message().await.unwrap(), None);
    let request = wire::call_function::Request { name: type_name(), ..Default::default() };
    let said = answer(server.call_function(Request::new(request)).await);
    assert!(said.error.is_some_and(|error| error.text.contains("sample_nothing")));
}

#[tokio::test]
async fn what_needs_a_configured_provider_says_so_and_the_rest_works_without() {
    let world = World::new();
    let core = Core::new(sample::server(&world)).await;
    let mut thing = core.resource(THING);
    let config = thing.config(&json!({"name": "a"}));
    thing.validate(&config).await.unwrap();
    thing.upgrade(0, r#"{"id": "x-1", "title": "a"}"#).await.unwrap();
    assert_eq!(core.call("join", &[Value::Null]).await, Ok(Value::string("")));
    for said in [
        thing.plan_as_stored(&config).await.map(|_| ()).unwrap_err(),
        thing.refresh().await.map(|_| ()).unwrap_err(),
        thing.import("x-1").await.map(|_| ()).unwrap_err(),
        core.read_data("sample_lookup", &json!({"name": "a"})).await.map(|_| ()).unwrap_err(),
    ] {
        assert!(said.errors()[0].contains("Provider not configured"), "{said}");
        assert_eq!(said.violations, [""; 0]);
    }
}

#[tokio::test]
async fn a_value_without_bytes_is_null() {
    let mut server = bare().await;
    let request = wire::call_function::Request {
        name: "join".to_owned(),
        arguments: vec![wire::DynamicValue::default(), dynamic(&Value::string("a"))],
    };
    let said = answer(server.call_function(Request::new(request)).await);
    assert_eq!(said.result, Some(dynamic(&Value::string("a"))));
    let (world, core) = start().await;
    let made = thing(&core, &json!({"name": "a"})).await;
    let request = wire::apply_resource_change::Request {
        type_name: THING.to_owned(),
        prior_state: Some(dynamic(made.state())),
        planned_state: Some(wire::DynamicValue::default()),
        config: None,
        ..Default::default()
    };
    let said = answer(core.client().apply_resource_change(Request::new(request)).await);
    assert_eq!((said.diagnostics.len(), world.count()), (0, 0));
}

#[tokio::test]
async fn a_value_in_json_is_read_too() {
    let mut server = bare().await;
    let json = |text: &str| wire::DynamicValue { json: text.as_bytes().to_vec(), ..Default::default() };
    let arguments = vec![json("\"-\""), json("\"a\""), json("\"b\"")];
    let request = wire::call_function::Request { name: "join".to_owned(), arguments };
    let said = answer(server.call_function(Request::new(request)).await);
    assert_eq!(said.result, Some(dynamic(&Value::string("a-b"))));
}

#[tokio::test]
async fn bytes_that_are_no_value_of_the_type_are_diagnostics() {
    let mut server = bare().await;
    let garbage = || Some(wire::DynamicValue { msgpack: b"\x81\xa1x".to_vec(), ..Default::default() });
    let request = wire::validate_resource_config::Request {
        type_name: THING.to_owned(),
        config: garbage(),
        ..Default::default()
    };
    let said = answer(server.validate_resource_config(Request::new(request)).await);
    check_error(&said.diagnostics, "Invalid value");
    let request = wire::call_function::Request {
        name: "join".to_owned(),
        arguments: vec![dynamic(&Value::Null), dynamic(&Value::Bool(true))],
    };
    let said = answer(server.call_function(Request::new(request)).await);
    assert_eq!(said.error.and_then(|error| error.function_argument), Some(1));
}

#[tokio::test]
async fn functions_refuse_too_few_arguments_and_contain_panics() {
    let mut server = bare().await;
    let mut call = async |arguments: &[Value]| {
        let arguments = arguments.iter().map(dynamic).collect();
        let request = wire::call_function::Request { name: "join".to_owned(), arguments };
        answer(server.call_function(Request::new(request)).await).error.expect("it fails")
    };
    assert_eq!(call(&[]).await.text, "The function takes more arguments.");
    assert!(call(&[Value::string("panic")]).await.text.contains("the separator is panic"));
}

fn upgrade(version: i64, raw: wire::RawState) -> Request<wire::upgrade_resource_state::Request> {
    let type_name = THING.to_owned();
    Request::new(wire::upgrade_resource_state::Request { type_name, version, raw_state: Some(raw) })
}

fn raw(json: &str) -> wire::RawState {
    wire::RawState { json: json.as_bytes().to_vec(), ..Default::default() }
}

#[tokio::test]
async fn a_state_of_the_same_version_is_filled_up_and_stripped() {
    let json = r#"{"id": "x-1", "name": "a", "of another time": [1, {"x": null}]}"#;
    let said = answer(bare().await.upgrade_resource_state(upgrade(1, raw(json))).await);
    assert_eq!(said.diagnostics, []);
    let of = sample::thing_schema().object_type();
    let state = msgpack::decode(&said.upgraded_state.unwrap().msgpack, &of).unwrap();
    assert_eq!(state.attribute("id"), Some(&Value::string("x-1")));
    assert_eq!(state.attribute("tags"), Some(&Value::Null));
    assert_eq!(state.attribute("dns"), Some(&Value::List(Vec::new())));
}

#[tokio::test]
async fn a_state_that_cannot_be_read_says_why() {
    let mut server = bare().await;
    let flatmap = wire::RawState {
        flatmap: [("id".to_owned(), "x-1".to_owned())].into_iter().collect(),
        ..Default::default()
    };
    let said = answer(server.upgrade_resource_state(upgrade(1, flatmap)).await);
    check_error(&said.diagnostics, "State too old");
    let said = answer(server.upgrade_resource_state(upgrade(1, raw(r#"{"name": ["hunter2"]}"#))).await);
    check_error(&said.diagnostics, "Stored state cannot be read");
    assert!(said.diagnostics[0].detail.contains("name") && !said.diagnostics[0].detail.contains("hunter2"));
    let said = answer(server.upgrade_resource_state(upgrade(7, raw("{}"))).await);
    check_error(&said.diagnostics, "Unknown version");
    let said = answer(server.upgrade_resource_state(upgrade(0, raw("not json"))).await);
    check_error(&said.diagnostics, "No state");
}

#[tokio::test]
async fn a_stored_identity_is_read() {
    let request = wire::upgrade_resource_identity::Request {
        type_name: THING.to_owned(),
        version: 0,
        raw_identity: Some(raw(r#"{"id": "x-1", "tenant": "home", "old": 1}"#)),
    };
    let said = answer(bare().await.upgrade_resource_identity(Request::new(request)).await);
    assert_eq!(said.diagnostics, []);
    let bytes = said.upgraded_identity.and_then(|identity| identity.identity_data).unwrap().msgpack;
    let of = Type::object([("id", Type::String), ("tenant", Type::String)]);
    let expected = Value::object([("id", Value::string("x-1")), ("tenant", Value::string("home"))]);
    assert_eq!(msgpack::decode(&bytes, &of).unwrap(), expected);
}

#[tokio::test]
async fn an_identity_of_another_version_is_refused_and_not_full_of_nulls() {
    let request = wire::upgrade_resource_identity::Request {
        type_name: THING.to_owned(),
        version: 7,
        raw_identity: Some(raw(r#"{"name": "a"}"#)),
    };
    let said = answer(bare().await.upgrade_resource_identity(Request::new(request)).await);
    assert_eq!(said.upgraded_identity, None);
    check_error(&said.diagnostics, "Unknown version of the identity");
}

#[tokio::test]
async fn an_import_needs_an_id_or_an_identity() {
    let (_, core) = start().await;
    let request = wire::import_resource_state::Request { type_name: THING.to_owned(), ..Default::default() };
    let said = answer(core.client().import_resource_state(Request::new(request)).await);
    assert_eq!(said.imported_resources.len(), 0);
    check_error(&said.diagnostics, "Import without id");
}

#[tokio::test]
async fn a_read_without_a_state_is_an_error_and_not_a_thing_that_is_gone() {
    let (_, core) = start().await;
    let request = wire::read_resource::Request { type_name: THING.to_owned(), ..Default::default() };
    let said = answer(core.client().read_resource(Request::new(request)).await);
    check_error(&said.diagnostics, "Nothing to read");
}

#[tokio::test]
async fn provider_meta_may_be_there() {
    let (_, core) = start().await;
    let made = thing(&core, &json!({"name": "a"})).await;
    let request = wire::read_resource::Request {
        type_name: THING.to_owned(),
        current_state: Some(dynamic(made.state())),
        provider_meta: Some(dynamic(&Value::Null)),
        ..Default::default()
    };
    let said = answer(core.client().read_resource(Request::new(request)).await);
    assert_eq!((said.diagnostics.len(), said.new_state), (0, Some(dynamic(made.state()))));
}

#[tokio::test]
async fn every_diagnostic_has_a_severity_on_the_wire() {
    let (world, core) = start().await;
    let made = thing(&core, &json!({"name": "a"})).await;
    let request = |trouble| {
        world.next(trouble);
        Request::new(wire::apply_resource_change::Request {
            type_name: THING.to_owned(),
            prior_state: Some(dynamic(made.state())),
            planned_state: Some(dynamic(&Value::Null)),
            ..Default::default()
        })
    };
    for (trouble, severity) in [(Trouble::Fail, 1), (Trouble::Panic, 1), (Trouble::Warn, 2)] {
        let said = answer(core.client().apply_resource_change(request(trouble)).await);
        assert_eq!(said.diagnostics[0].severity, severity, "{trouble:?}");
    }
}

/// The request of a creation as the apply walk makes it.
async fn creation(core: &Core, name: &str) -> wire::apply_resource_change::Request {
    let mut thing = core.resource(THING);
    let config = thing.config(&json!({"name": name}));
    let plan = thing.plan(&config).await.unwrap();
    assert_eq!(plan.action, Action::Create);
    wire::apply_resource_change::Request {
        type_name: THING.to_owned(),
        prior_state: Some(dynamic(&Value::Null)),
        planned_state: Some(dynamic(&plan.planned)),
        config: Some(dynamic(&config)),
        planned_private: plan.private,
        ..Default::default()
    }
}

#[tokio::test]
async fn a_dropped_call_does_not_tear_an_apply() {
    let (world, core) = start().await;
    let request = creation(&core, "a").await;
    world.next(Trouble::WaitForTest);
    let mut server = core.client();
    let call = tokio::spawn(async move { server.apply_resource_change(Request::new(request)).await });
    world.begun.acquire().await.unwrap().forget();
    call.abort();
    assert!(call.await.unwrap_err().is_cancelled());
    assert_eq!(world.count(), 0);
    world.go_on.add_permits(1);
    world.ended.acquire().await.unwrap().forget();
    assert_eq!(world.count(), 1, "the thing was made to its end");
}

#[tokio::test]
async fn a_stop_ends_what_runs_and_nothing_later() {
    let (world, core) = start().await;
    let request = creation(&core, "a").await;
    world.next(Trouble::HangUntilStopped);
    let mut server = core.client();
    let running = tokio::spawn(async move { server.apply_resource_change(Request::new(request)).await });
    world.begun.acquire().await.unwrap().forget();
    let stopped = answer(core.client().stop_provider(Request::new(wire::stop_provider::Request {})).await);
    assert_eq!(stopped.error, "");
    let said = answer(running.await.unwrap());
    assert_eq!(said.new_state, None);
    check_error(&said.diagnostics, "Stopped");
    thing(&core, &json!({"name": "b"})).await;

    let mut made = core.resource(THING);
    made.settle(&made.config(&json!({"name": "c"}))).await.unwrap();
    world.next(Trouble::HangUntilStopped);
    let mut server = core.client();
    let request = wire::apply_resource_change::Request {
        type_name: THING.to_owned(),
        prior_state: Some(dynamic(made.state())),
        planned_state: Some(dynamic(&Value::Null)),
        ..Default::default()
    };
    let running = tokio::spawn(async move { server.apply_resource_change(Request::new(request)).await });
    world.begun.acquire().await.unwrap().forget();
    answer(core.client().stop_provider(Request::new(wire::stop_provider::Request {})).await);
    let said = answer(running.await.unwrap());
    assert_eq!(said.new_state, None, "the state is kept");
    check_error(&said.diagnostics, "Stopped");
}

#[tokio::test]
async fn what_is_offered_is_listed_the_same_everywhere() {
    assert_eq!(sample::server(&World::new()).problems(), [""; 0]);
    let mut server = bare().await;
    let metadata = answer(server.get_metadata(Request::new(wire::get_metadata::Request {})).await);
    let schemas =
        answer(server.get_provider_schema(Request::new(wire::get_provider_schema::Request {})).await);
    let functions = answer(server.get_functions(Request::new(wire::get_functions::Request {})).await);
    assert_eq!(metadata.server_capabilities, schemas.server_capabilities);
    let capabilities = schemas.server_capabilities.unwrap();
    assert!(capabilities.plan_destroy && capabilities.get_provider_schema_optional);
    assert!(capabilities.move_resource_state && !capabilities.generate_resource_config);
    assert_eq!(functions.functions, schemas.functions);
    let names: Vec<&str> = metadata.resources.iter().map(|each| each.type_name.as_str()).collect();
    assert_eq!(names, [THING]);
    let names: Vec<&str> = metadata.list_resources.iter().map(|each| each.type_name.as_str()).collect();
    assert_eq!(names, [THING]);
    assert!(schemas.list_resource_schemas.contains_key(THING));
    let names = metadata.ephemeral_resources.iter().map(|each| each.type_name.as_str());
    assert_eq!(names.collect::<Vec<_>>(), [LEASE, STAMP]);
    assert!([LEASE, STAMP].iter().all(|name| schemas.ephemeral_resource_schemas.contains_key(*name)));
    assert!(schemas.resource_schemas.contains_key(THING) && schemas.provider.is_some());
    assert_eq!(schemas.provider_meta, None);
}

#[tokio::test]
async fn what_is_not_offered_is_unimplemented() {
    let mut server = bare().await;
    check_unimplemented(server.generate_resource_config(empty()).await);
    check_unimplemented(server.validate_action_config(empty()).await);
    check_unimplemented(server.plan_action(empty()).await);
    check_unimplemented(server.validate_state_store_config(empty()).await);
    check_unimplemented(server.configure_state_store(empty()).await);
    check_unimplemented(server.get_states(empty()).await);
    check_unimplemented(server.delete_state(empty()).await);
    check_unimplemented(server.lock_state(empty()).await);
    check_unimplemented(server.unlock_state(empty()).await);
    let streamed = |code| assert_eq!(code, Some(Code::Unimplemented));
    streamed(server.invoke_action(empty()).await.err().map(|status| status.code()));
    streamed(server.read_state_bytes(empty()).await.err().map(|status| status.code()));
}

/// Terraform validates first; a host that does not is told all the same.
#[tokio::test]
async fn a_plan_by_itself_refuses_null_elements() {
    let (_, core) = start().await;
    let thing = core.resource(THING);
    let config = dynamic(&thing.config(&json!({"name": "a", "tags": {"x": null}})));
    let request = wire::plan_resource_change::Request {
        type_name: THING.to_owned(),
        prior_state: Some(dynamic(&Value::Null)),
        proposed_new_state: Some(config.clone()),
        config: Some(config),
        ..Default::default()
    };
    let said = answer(core.client().plan_resource_change(Request::new(request)).await);
    check_error(&said.diagnostics, "Null element");
    assert_eq!(said.planned_state, None);
}
