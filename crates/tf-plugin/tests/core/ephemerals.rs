//! Ephemeral resources: what is opened, renewed and closed, with what, and what goes wrong meanwhile.

use std::sync::Arc;

use proptest::prelude::*;
use serde_json::json;
use tf_plugin::cty::{Value, msgpack};
use tf_plugin_testing::core::{Core, Leaves, Report, arbitrary_config};
use tf_plugin_testing::proto::tfplugin6 as wire;

use super::sample::{self, LEASE, STAMP, Trouble, World, renew_at};
use super::{law, start};

/// A request to open a lease whose region is this.
fn opening(
    region: Value,
    client_capabilities: Option<wire::ClientCapabilities>,
) -> wire::open_ephemeral_resource::Request {
    let null = ["seconds", "notes", "holders", "token"].map(|name| (name, Value::Null));
    let given = [("name", Value::string("a")), ("region", region), ("limit", Value::List(Vec::new()))];
    let config = msgpack::encode(&Value::object(null.into_iter().chain(given)));
    let config = Some(wire::DynamicValue { msgpack: config, json: Vec::new() });
    wire::open_ephemeral_resource::Request { type_name: LEASE.to_owned(), config, client_capabilities }
}

fn closing(private: Option<Vec<u8>>) -> wire::close_ephemeral_resource::Request {
    wire::close_ephemeral_resource::Request { type_name: LEASE.to_owned(), private }
}

/// Expects one error that begins so, and no broken rule.
#[track_caller]
fn check_error(result: Result<impl Sized, Report>, error: &str) {
    let Err(report) = result else { panic!("nothing was found: {error}") };
    assert_eq!((report.errors().len(), report.violations.len()), (1, 0), "{report}");
    assert!(report.errors()[0].starts_with(error), "{report}");
}

/// Lets everything that is ready run.
async fn until_idle() {
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_lease_is_renewed_by_what_the_last_call_remembered_and_closed_by_what_the_first_did() {
    let (world, core) = start().await;
    let (mut lease, report) = core.open(LEASE, &json!({"name": "a"})).await.unwrap();
    assert!(report.diagnostics.is_empty());
    assert_eq!(world.leases(), [("thing-1".to_owned(), 0)]);
    for renewals in 1..=3 {
        assert_eq!(lease.renew_at(), Some(renew_at()));
        lease.renew().await.unwrap();
        assert_eq!(world.leases(), [("thing-1".to_owned(), renewals)]);
    }
    assert_eq!(lease.renew_at(), None, "the last renewal is for good");
    lease.close().await.unwrap();
    assert_eq!(world.leases(), []);
    let calls = core.take_calls();
    assert_eq!(calls[..2], ["ValidateEphemeralResourceConfig", "OpenEphemeralResource"]);
    assert_eq!(
        calls[2..],
        ["RenewEphemeralResource"; 3].into_iter().chain(["CloseEphemeralResource"]).collect::<Vec<_>>()
    );
}

#[tokio::test]
async fn what_is_configured_stays_as_it_is_spelled_and_the_rest_is_filled_in() {
    let (_, core) = start().await;
    let config = json!({
        "name": "a", "region": "West", "notes": [], "holders": [{"name": "x"}, {"name": "y"}],
        "limit": [{"of": "calls"}],
    });
    let (lease, _) = core.open(LEASE, &config).await.unwrap();
    let holder =
        |name: &str, place| Value::object([("name", Value::string(name)), ("place", Value::integer(place))]);
    let expected = Value::object([
        ("name", Value::string("a")),
        ("region", Value::string("West")),
        ("seconds", Value::integer(60)),
        ("notes", Value::List(Vec::new())),
        ("holders", Value::List(vec![holder("x", 1), holder("y", 2)])),
        ("limit", Value::List(vec![Value::object([("of", Value::string("calls"))])])),
        ("token", Value::string("secret of thing-1")),
    ]);
    assert_eq!(lease.result(), &expected);
}

#[test]
fn whatever_is_configured_can_be_opened_or_is_refused_for_a_null_element() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let (world, core) = runtime.block_on(start());
    let leaves = Leaves::new().or_null_elements();
    let config = arbitrary_config(core.ephemeral_schema(LEASE), &leaves);
    let mut runner = proptest::test_runner::TestRunner::new(law(64));
    let tried = runner.run(&config, |config| {
        runtime.block_on(async {
            match core.open_with(LEASE, &config).await {
                Ok((lease, _)) => {
                    prop_assert_eq!(world.leases().len(), 1);
                    lease.close().await.unwrap();
                }
                Err(report) => {
                    prop_assert!(report.violations.is_empty(), "{report}");
                    let refusals = ["Null element", "Invalid value"];
                    let all = report.diagnostics.iter().all(|each| refusals.contains(&each.summary.as_str()));
                    prop_assert!(all, "{report}");
                }
            }
            prop_assert!(world.leases().is_empty());
            Ok(())
        })
    });
    tried.unwrap();
}

#[tokio::test]
async fn a_bad_configuration_is_refused_before_anything_is_opened() {
    let (world, core) = start().await;
    check_error(core.open(LEASE, &json!({"name": ""})).await, "name: Empty name: Give the name of a lease.");
    check_error(core.open(LEASE, &json!({"name": "a", "notes": [null]})).await, "notes[0]: Null element");
    assert_eq!(world.begun.available_permits(), 0);
}

#[tokio::test]
async fn what_fails_to_open_is_an_error_and_leaves_nothing_open() {
    let (world, core) = start().await;
    for (trouble, error) in [
        (Trouble::Fail, "name: Open failed: As it should."),
        (Trouble::FailWithState, "name: Open failed: It is open all the same."),
        (Trouble::Panic, ": The provider crashed in this call: This is a bug in the provider"),
        (Trouble::SayNothing, ": Nothing opened: The provider opened nothing"),
        (Trouble::LeaveUnknown, "token: Value not known: The provider opened it and left"),
        (Trouble::MoveToAnother, "name: Configured value changed: The provider opened it and answered"),
    ] {
        world.next(trouble);
        check_error(core.open(LEASE, &json!({"name": "a"})).await, error);
        assert_eq!(world.leases(), [], "{trouble:?}");
    }
}

#[tokio::test]
async fn a_warning_is_printable_and_changes_nothing() {
    let (world, core) = start().await;
    world.next(Trouble::Warn);
    let (_, report) = core.open(LEASE, &json!({"name": "a"})).await.unwrap();
    assert_eq!(report.diagnostics.len(), 1);
    assert!(!report.diagnostics[0].detail.contains('\u{1b}'), "{report}");
    assert_eq!(world.leases().len(), 1);
}

#[tokio::test]
async fn a_renewal_that_fails_is_an_error_and_what_is_open_can_still_be_closed() {
    let (world, core) = start().await;
    for (trouble, error) in [
        (Trouble::Fail, ": Renewal failed: As it should."),
        (Trouble::Panic, ": The provider crashed in this call"),
        (Trouble::SayNothing, ": Nothing renewed: The provider renewed nothing"),
    ] {
        let (mut lease, _) = core.open(LEASE, &json!({"name": "a"})).await.unwrap();
        world.next(trouble);
        check_error(lease.renew().await, error);
        assert_eq!(lease.renew_at(), None);
        lease.close().await.unwrap();
        assert_eq!(world.leases(), []);
    }
}

#[tokio::test]
async fn an_end_that_fails_or_panics_is_an_error() {
    let (world, core) = start().await;
    for (trouble, error) in [
        (Trouble::Fail, ": Close failed: As it should."),
        (Trouble::Panic, ": The provider crashed in this call"),
    ] {
        let (lease, _) = core.open(LEASE, &json!({"name": "a"})).await.unwrap();
        world.next(trouble);
        check_error(lease.close().await, error);
    }
}

#[tokio::test]
async fn without_abilities_no_renewal_is_asked_for_and_an_end_does_nothing() {
    let (_, core) = start().await;
    let (stamp, _) = core.open(STAMP, &json!({})).await.unwrap();
    assert_eq!(stamp.result(), &Value::object([("text", Value::string("stamped"))]));
    assert_eq!(stamp.renew_at(), None);
    let request = wire::renew_ephemeral_resource::Request { type_name: STAMP.to_owned(), private: None };
    let said = core.client().renew_ephemeral_resource(request).await.unwrap().into_inner();
    assert_eq!(said.diagnostics[0].summary, "Renewal not supported");
    stamp.close().await.unwrap();
}

#[tokio::test]
async fn a_provider_that_is_not_configured_says_so_to_each_call_but_the_first() {
    let core = Core::new(sample::server(&World::new())).await;
    let unconfigured = "Provider not configured";
    check_error(core.open(LEASE, &json!({"name": "a"})).await, &format!(": {unconfigured}"));
    assert_eq!(core.take_calls(), ["ValidateEphemeralResourceConfig", "OpenEphemeralResource"]);
    let request = wire::renew_ephemeral_resource::Request { type_name: LEASE.to_owned(), private: None };
    let said = core.client().renew_ephemeral_resource(request).await.unwrap().into_inner();
    assert_eq!(said.diagnostics[0].summary, unconfigured);
    let said = core.client().close_ephemeral_resource(closing(None)).await.unwrap().into_inner();
    assert_eq!(said.diagnostics[0].summary, unconfigured);
}

#[tokio::test]
async fn a_configuration_that_is_not_known_waits_if_the_host_can_and_is_an_error_otherwise() {
    let (world, core) = start().await;
    for cannot in [None, Some(wire::ClientCapabilities::default())] {
        let request = opening(Value::unknown(), cannot);
        let said = core.client().open_ephemeral_resource(request).await.unwrap().into_inner();
        assert_eq!((said.diagnostics.len(), said.deferred, said.result), (1, None, None));
        assert_eq!(said.diagnostics[0].summary, "Configuration not known");
        let region = wire::attribute_path::step::Selector::AttributeName("region".to_owned());
        assert_eq!(said.diagnostics[0].attribute.as_ref().unwrap().steps[0].selector, Some(region));
    }
    let can = wire::ClientCapabilities { deferral_allowed: true, ..Default::default() };
    let request = opening(Value::unknown(), Some(can));
    let said = core.client().open_ephemeral_resource(request).await.unwrap().into_inner();
    assert_eq!(said.diagnostics, []);
    assert_eq!(said.deferred.unwrap().reason(), wire::deferred::Reason::ResourceConfigUnknown);
    let of = core.ephemeral_schema(LEASE).object_type();
    let result = msgpack::decode(&said.result.unwrap().msgpack, &of).unwrap();
    for (name, is_unknown) in
        [("name", false), ("region", true), ("token", true), ("seconds", true), ("notes", false)]
    {
        assert_eq!(result.attribute(name).unwrap().is_unknown(), is_unknown, "{name}");
    }
    assert_eq!(world.begun.available_permits(), 0);
    let known = opening(Value::Null, Some(can));
    let said = core.client().open_ephemeral_resource(known).await.unwrap().into_inner();
    assert_eq!((said.deferred, said.diagnostics), (None, vec![]), "what is known does not wait");
}

#[tokio::test]
async fn bytes_of_somebody_else_are_diagnostics_or_remember_nothing() {
    let (world, core) = start().await;
    let garbage = wire::DynamicValue { msgpack: vec![0xc1], json: Vec::new() };
    let request =
        wire::open_ephemeral_resource::Request { config: Some(garbage), ..opening(Value::Null, None) };
    let said = core.client().open_ephemeral_resource(request).await.unwrap().into_inner();
    assert_eq!((said.diagnostics.len(), said.result), (1, None));
    let nothing = wire::open_ephemeral_resource::Request { config: None, ..opening(Value::Null, None) };
    let said = core.client().open_ephemeral_resource(nothing).await.unwrap().into_inner();
    assert_eq!((said.diagnostics.len(), said.result), (1, None), "{:?}", said.diagnostics);
    assert_eq!(world.leases(), []);
    for private in [None, Some(vec![]), Some(b"\xff not ours".to_vec()), Some(br#"{"id": 7}"#.to_vec())] {
        let said = core.client().close_ephemeral_resource(closing(private)).await.unwrap().into_inner();
        assert_eq!(said.diagnostics[0].summary, "Nothing to close");
    }
}

#[tokio::test]
async fn a_lost_connection_tears_neither_what_is_opened_nor_what_is_closed() {
    let (world, core) = start().await;
    let core = Arc::new(core);
    world.next(Trouble::WaitForTest);
    let of_task = Arc::clone(&core);
    let call = tokio::spawn(async move {
        of_task.client().open_ephemeral_resource(opening(Value::Null, None)).await.map(|_| ())
    });
    world.begun.acquire().await.unwrap().forget();
    call.abort();
    until_idle().await;
    assert_eq!(world.leases(), []);
    world.go_on.add_permits(1);
    world.ended.acquire().await.unwrap().forget();
    assert_eq!(world.leases().len(), 1, "it is there, and its caller is not");

    let (lease, _) = core.open(LEASE, &json!({"name": "b"})).await.unwrap();
    world.begun.forget_permits(1);
    world.ended.forget_permits(1);
    world.next(Trouble::WaitForTest);
    let mut closing = Box::pin(lease.close());
    tokio::select! {
        biased;
        _ = &mut closing => panic!("it waits for the test"),
        begun = world.begun.acquire() => begun.unwrap().forget(),
    }
    drop(closing);
    world.go_on.add_permits(1);
    world.ended.acquire().await.unwrap().forget();
    assert_eq!(world.leases(), [("thing-1".to_owned(), 0)]);
}

#[tokio::test]
async fn a_stop_ends_what_is_being_opened_and_what_is_open_can_be_closed_after_it() {
    let (world, core) = start().await;
    let (lease, _) = core.open(LEASE, &json!({"name": "a"})).await.unwrap();
    world.begun.forget_permits(1);
    world.next(Trouble::HangUntilStopped);
    let stop = async {
        world.begun.acquire().await.unwrap().forget();
        core.client().stop_provider(wire::stop_provider::Request {}).await.unwrap();
    };
    let draft = json!({"name": "b"});
    let (opened, ()) = tokio::join!(core.open(LEASE, &draft), stop);
    check_error(opened, ": Stopped: As the user wanted.");
    lease.close().await.unwrap();
    assert_eq!(world.leases(), []);
}
