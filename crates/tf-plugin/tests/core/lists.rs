//! `terraform query`: what is found, how much of it, and what goes wrong meanwhile.

use std::time::Duration;

use serde_json::json;
use tf_plugin::Server;
use tf_plugin::cty::{Value, msgpack};
use tf_plugin_testing::core::{Action, Core, Found, Query};
use tf_plugin_testing::proto::tfplugin6 as wire;
use tokio::time::timeout;

use super::sample::{Careless, THING, Trouble, World};
use super::{start, thing};

/// A world with these things.
async fn with_things(names: &[&str]) -> (World, Core) {
    let (world, core) = start().await;
    for name in names {
        thing(&core, &json!({ "name": name, "tags": { *name: "1" }, "header": [{ "name": "h" }] })).await;
    }
    (world, core)
}

fn names(found: &[Found]) -> Vec<&str> {
    found.iter().map(|each| each.display_name.as_str()).collect()
}

/// A query of everything, as it is on the wire.
fn everything(limit: i64) -> wire::list_resource::Request {
    let config = Value::object([("tag", Value::Null), ("notes", Value::Null)]);
    let config = wire::DynamicValue { msgpack: msgpack::encode(&config), json: Vec::new() };
    wire::list_resource::Request {
        type_name: THING.to_owned(),
        config: Some(config),
        include_resource_object: false,
        limit,
    }
}

/// How many pages were begun.
fn pages(world: &World) -> usize {
    world.begun.forget_permits(usize::MAX >> 3)
}

#[tokio::test]
async fn what_is_found_can_be_imported_and_is_what_the_import_gives() {
    let (world, core) = with_things(&["a", "b"]).await;
    let all = Query { include_resource: true, ..Query::default() };
    let (found, report) = core.query(THING, &all).await.unwrap();
    assert_eq!(core.take_calls(), ["ValidateListResourceConfig", "ListResource"]);
    assert_eq!((names(&found), report.diagnostics.len(), pages(&world)), (vec!["a", "b"], 0, 2));
    for found in &found {
        let mut imported = core.resource(THING);
        imported.import_identity(found.identity.clone()).await.unwrap();
        assert_eq!(imported.stored().unwrap().identity.as_ref(), Some(&found.identity));
        assert_eq!(Some(imported.state()), found.resource.as_ref());
        let config = json!({ "name": found.display_name, "tags": { &found.display_name: "1" },
            "header": [{ "name": "h" }] });
        let config = imported.config(&config);
        assert_eq!(imported.plan(&config).await.unwrap().action, Action::NoOp);
    }
}

#[tokio::test]
async fn without_resources_only_names_and_identities_are_sent() {
    let (_, core) = with_things(&["a", "b"]).await;
    let tagged = Query { config: json!({ "tag": "b" }), ..Query::default() };
    let (found, _) = core.query(THING, &tagged).await.unwrap();
    assert_eq!(names(&found), ["b"]);
    assert_eq!(found[0].resource, None);
    let identity = [("id", Value::string("thing-2")), ("tenant", Value::string("home"))];
    assert_eq!(found[0].identity, Value::object(identity));
}

#[tokio::test]
async fn no_more_is_looked_for_than_is_wanted() {
    let (world, core) = with_things(&["a", "b", "c"]).await;
    for (limit, expected) in [(2, 2), (3, 3), (100, 3), (0, 3), (-1, 3)] {
        let mut events = core.client().list_resource(everything(limit)).await.unwrap().into_inner();
        let mut count = 0;
        while let Some(event) = events.message().await.unwrap() {
            assert!(event.identity.is_some() && event.resource_object.is_none(), "{event:?}");
            count += 1;
        }
        assert_eq!((count, pages(&world)), (expected, expected), "limit {limit}");
    }
}

#[tokio::test]
async fn a_bad_configuration_is_refused_before_anything_is_looked_for() {
    let (world, core) = with_things(&["a"]).await;
    let empty = Query { config: json!({ "tag": "" }), ..Query::default() };
    let refused = core.query(THING, &empty).await.unwrap_err();
    assert_eq!(refused.errors(), ["tag: Empty tag: Leave it out or give one."]);
    let null = Query { config: json!({ "notes": [null] }), ..Query::default() };
    let refused = core.query(THING, &null).await.unwrap_err();
    assert!(refused.errors()[0].contains("Null element"), "{refused}");
    assert_eq!(pages(&world), 0);
}

#[tokio::test]
async fn what_goes_wrong_ends_the_query_and_a_warning_does_not() {
    let (world, core) = with_things(&["a", "b"]).await;
    for (trouble, error) in [
        (Trouble::Fail, "tag: List failed: As it should."),
        (Trouble::Panic, ": The provider crashed in this call: This is a bug in the provider"),
        (Trouble::LeaveUnknown, ": No identity: The provider found \"a\" and not its identity"),
    ] {
        world.next(trouble);
        let failed = core.query(THING, &Query::default()).await.unwrap_err();
        assert_eq!((failed.errors().len(), failed.violations.len()), (1, 0), "{failed}");
        assert!(failed.errors()[0].starts_with(error), "{failed}");
    }
    world.next(Trouble::Warn);
    let (found, report) = core.query(THING, &Query::default()).await.unwrap();
    assert_eq!((found.len(), report.diagnostics.len()), (2, 2));
}

#[tokio::test]
async fn a_query_of_a_provider_that_is_not_configured_is_told_so() {
    let core = Core::new(super::sample::server(&World::new())).await;
    let failed = core.query(THING, &Query::default()).await.unwrap_err();
    assert!(failed.errors()[0].contains("Provider not configured"), "{failed}");
}

#[test]
fn a_list_needs_a_resource_with_an_identity() {
    let problems = |provider: Careless| Server::new(provider).problems();
    let of = "list of sample_thing";
    assert_eq!(problems(Careless::NoIdentity), [format!("{of}: the resource has no identity")]);
    assert_eq!(problems(Careless::NoResource), [format!("{of}: there is no resource of this name")]);
}

#[tokio::test]
async fn each_result_is_sent_as_it_is_found_and_a_host_that_goes_away_ends_the_list() {
    let (world, core) = with_things(&["a", "b", "c"]).await;
    world.next(Trouble::WaitForTest);
    let mut events = core.client().list_resource(everything(100)).await.unwrap().into_inner();
    world.go_on.add_permits(1);
    let first = events.message().await.unwrap().unwrap();
    assert_eq!(first.display_name, "a");
    // The next page is looked for only while somebody reads.
    let next = timeout(Duration::from_millis(20), events.message()).await;
    assert!(next.is_err(), "the second page waits for the test");
    assert_eq!((world.begun.available_permits(), world.ended.available_permits()), (2, 1));
    drop(events);
    assert_eq!(world.ended.available_permits(), 2, "the second page was dropped where it waited");
    world.go_on.add_permits(2);
    assert_eq!(world.begun.available_permits(), 2, "and the third never began");
}

#[tokio::test]
async fn a_stop_ends_a_query() {
    let (world, core) = with_things(&["a"]).await;
    world.next(Trouble::HangUntilStopped);
    let query = Query::default();
    let stop = async {
        world.begun.acquire().await.unwrap().forget();
        let mut client = core.client();
        client.stop_provider(wire::stop_provider::Request {}).await.unwrap();
    };
    let (listed, ()) = tokio::join!(core.query(THING, &query), stop);
    assert_eq!(listed.unwrap_err().errors(), [": Stopped: As the user wanted."]);
}
