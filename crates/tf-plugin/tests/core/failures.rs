//! What is left when a call fails, panics, is stopped, or is dropped.

use serde_json::json;
use tf_plugin::cty::Value;
use tf_plugin_testing::core::{Action, Report, Stored};

use super::sample::{THING, Trouble, World};
use super::{start, thing};

/// Expects the provider's own failure, without any broken rule.
fn check_failure(result: Result<Report, Report>, with: &str) {
    let report = result.unwrap_err();
    assert_eq!(report.violations, [""; 0], "{report}");
    assert!(report.errors().iter().any(|error| error.contains(with)), "{report}");
}

/// Applies a creation that meets this trouble. What is stored then, and what was said.
async fn create(trouble: Trouble) -> (World, Option<Stored>, Result<Report, Report>) {
    let (world, core) = start().await;
    let mut thing = core.resource(THING);
    let config = thing.config(&json!({"name": "a", "endpoints": {"x": {"target": "t"}}}));
    let plan = thing.plan(&config).await.unwrap();
    world.next(trouble);
    let result = thing.apply(plan).await;
    let stored = thing.stored().cloned();
    (world, stored, result)
}

/// The same for an update of a thing without a note to one with.
async fn update(trouble: Trouble) -> (Stored, Option<Stored>, Result<Report, Report>) {
    let (world, core) = start().await;
    let mut thing = thing(&core, &json!({"name": "a"})).await;
    let plan = thing.plan(&thing.config(&json!({"name": "a", "note": "n"}))).await.unwrap();
    let before = thing.stored().cloned().unwrap();
    world.next(trouble);
    let result = thing.apply(plan).await;
    (before, thing.stored().cloned(), result)
}

#[tokio::test]
async fn a_create_that_fails_before_anything_exists_leaves_nothing() {
    for (trouble, text) in [(Trouble::Fail, "Write failed"), (Trouble::Panic, "write panics, as it should")] {
        let (world, stored, result) = create(trouble).await;
        check_failure(result, text);
        assert_eq!((stored, world.count()), (None, 0));
    }
}

#[tokio::test]
async fn a_create_that_fails_later_is_tainted_and_can_be_replaced() {
    for (trouble, text) in [
        (Trouble::FailAfterCheckpoint, "Write failed"),
        (Trouble::PanicAfterCheckpoint, "write panics after the checkpoint"),
        (Trouble::FailWithState, "Write failed"),
    ] {
        let (world, core) = start().await;
        let mut thing = core.resource(THING);
        let config = thing.config(&json!({"name": "a"}));
        let plan = thing.plan(&config).await.unwrap();
        world.next(trouble);
        check_failure(thing.apply(plan).await, text);
        let stored = thing.stored().cloned().unwrap();
        assert!(stored.tainted, "{trouble:?}");
        assert_eq!(stored.value.attribute("id"), Some(&Value::string("thing-1")));
        let identity = [("id", Value::string("thing-1")), ("tenant", Value::string("home"))];
        assert_eq!(stored.identity, Some(Value::object(identity)), "{trouble:?}");
        assert_eq!(world.count(), 1);

        let plan = thing.settle(&config).await.unwrap_or_else(|report| panic!("{trouble:?}: {report}"));
        assert_eq!(plan.action, Action::Replace);
        assert_eq!(thing.state().attribute("id"), Some(&Value::string("thing-2")));
        assert_eq!(world.count(), 1);
    }
}

#[tokio::test]
async fn a_tainted_thing_can_be_read_and_destroyed() {
    let (world, core) = start().await;
    let mut thing = core.resource(THING);
    let plan = thing.plan(&thing.config(&json!({"name": "a"}))).await.unwrap();
    world.next(Trouble::PanicAfterCheckpoint);
    thing.apply(plan).await.unwrap_err();
    thing.refresh().await.unwrap_or_else(|report| panic!("{report}"));
    thing.destroy().await.unwrap();
    assert_eq!(world.count(), 0);
}

#[tokio::test]
async fn an_update_that_fails_keeps_the_prior_state() {
    for (trouble, text) in [(Trouble::Fail, "Write failed"), (Trouble::Panic, "write panics, as it should")] {
        let (before, stored, result) = update(trouble).await;
        check_failure(result, text);
        assert_eq!(stored, Some(before));
    }
}

#[tokio::test]
async fn an_update_that_fails_after_the_checkpoint_keeps_what_it_reached() {
    for trouble in [Trouble::FailAfterCheckpoint, Trouble::PanicAfterCheckpoint, Trouble::FailWithState] {
        let (before, stored, result) = update(trouble).await;
        check_failure(result, "s it should");
        let stored = stored.unwrap();
        assert_eq!(stored.value.attribute("note"), Some(&Value::string("n")), "{trouble:?}");
        assert_eq!((stored.tainted, stored.identity), (false, before.identity));
        assert!(!stored.private.is_empty());
    }
}

#[tokio::test]
async fn an_apply_that_says_nothing_is_an_error() {
    let (_, stored, result) = create(Trouble::SayNothing).await;
    check_failure(result, "No state");
    assert_eq!(stored, None);
    let (before, stored, result) = update(Trouble::SayNothing).await;
    check_failure(result, "No state");
    assert_eq!(stored, Some(before));
}

#[tokio::test]
async fn a_value_left_unknown_is_an_error_on_its_attribute_and_the_rest_is_stored() {
    let (_, stored, result) = create(Trouble::LeaveUnknown).await;
    check_failure(result, "revision: Value not known after apply");
    let stored = stored.unwrap();
    assert!(stored.tainted);
    assert_eq!(stored.value.attribute("revision"), Some(&Value::Null));
    assert_eq!(stored.value.attribute("id"), Some(&Value::string("thing-1")));
}

#[tokio::test]
async fn a_destroy_that_fails_keeps_state_private_data_and_identity() {
    for (trouble, text) in [(Trouble::Fail, "Delete failed"), (Trouble::Panic, "delete panics, as it should")]
    {
        let (world, core) = start().await;
        let mut thing = thing(&core, &json!({"name": "a"})).await;
        let plan = thing.plan_destroy().await.unwrap();
        let before = thing.stored().cloned();
        assert!(
            before.as_ref().is_some_and(|before| !before.private.is_empty() && before.identity.is_some())
        );
        world.next(trouble);
        check_failure(thing.apply(plan).await, text);
        assert_eq!(thing.stored().cloned(), before);
        thing.destroy().await.unwrap();
        assert_eq!((thing.stored(), world.count()), (None, 0));
    }
}

#[tokio::test]
async fn a_replacement_whose_destroy_fails_creates_nothing() {
    let (world, core) = start().await;
    let mut thing = thing(&core, &json!({"name": "a"})).await;
    let plan = thing.plan(&thing.config(&json!({"name": "b"}))).await.unwrap();
    assert_eq!(plan.action, Action::Replace);
    let before = thing.stored().cloned();
    world.next(Trouble::Fail);
    check_failure(thing.apply(plan).await, "Delete failed");
    assert_eq!((thing.stored().cloned(), world.count()), (before, 1));
}

#[tokio::test]
async fn a_destroy_can_be_refused_while_it_is_planned() {
    let (world, core) = start().await;
    let mut thing = thing(&core, &json!({"name": "a", "note": "protected"})).await;
    let refused = thing.plan_destroy().await.unwrap_err();
    assert_eq!(refused.errors(), ["note: Protected: Remove the note first. It was written once."]);
    assert_eq!(world.count(), 1);
}

#[tokio::test]
async fn warnings_change_nothing_of_what_is_stored() {
    let (_, stored, result) = create(Trouble::Warn).await;
    assert_eq!(result.unwrap().diagnostics.len(), 1);
    assert!(stored.is_some_and(|stored| !stored.tainted));
    let (world, core) = start().await;
    let mut thing = thing(&core, &json!({"name": "a"})).await;
    let plan = thing.plan_destroy().await.unwrap();
    world.next(Trouble::Warn);
    assert_eq!(thing.apply(plan).await.unwrap().diagnostics.len(), 1);
    assert_eq!(thing.stored(), None);
}

#[tokio::test]
async fn plans_reads_and_validations_that_fail_or_panic_are_errors_and_keep_the_state() {
    let (world, core) = start().await;
    let mut thing = thing(&core, &json!({"name": "a"})).await;
    let before = thing.stored().cloned();
    let config = thing.config(&json!({"name": "a", "note": "n"}));
    for (trouble, text) in
        [(Trouble::PlanFails, "Plan failed"), (Trouble::PlanPanics, "plan panics, as it should")]
    {
        world.next(trouble);
        let result = thing.plan_as_stored(&config).await.map(|_| Report::default());
        check_failure(result, text);
    }
    for (trouble, text) in [(Trouble::Fail, "Read failed"), (Trouble::Panic, "read panics, as it should")] {
        world.next(trouble);
        check_failure(thing.refresh().await, text);
    }
    let panics = thing.config(&json!({"name": "a", "note": "panic while validating"}));
    check_failure(thing.validate(&panics).await, "the note asks for it");
    check_failure(thing.upgrade(0, r#"{"title": "panic"}"#).await, "the title asks for it");
    assert_eq!(thing.stored().cloned(), before);
}

#[tokio::test]
async fn an_identity_that_changes_is_refused_in_read_plan_and_apply() {
    let (world, core) = start().await;
    let mut thing = thing(&core, &json!({"name": "a"})).await;
    let plan = thing.plan(&thing.config(&json!({"name": "a", "note": "n"}))).await.unwrap();
    world.belongs_to("another");
    check_failure(thing.refresh().await, "Unexpected identity change");
    let config = thing.config(&json!({"name": "a", "note": "m"}));
    let planned = thing.plan_as_stored(&config).await.map(|_| Report::default());
    check_failure(planned, "Unexpected identity change");
    world.belongs_to("home");
    world.next(Trouble::MoveToAnother);
    check_failure(thing.apply(plan).await, "Unexpected identity change");
    let stored = thing.stored().unwrap();
    let tenant = stored.identity.as_ref().and_then(|identity| identity.attribute("tenant"));
    assert_eq!(tenant, Some(&Value::string("home")), "the identity that was stored stays");
}

#[tokio::test]
async fn a_replacement_may_change_the_identity() {
    let (_, core) = start().await;
    let mut thing = thing(&core, &json!({"name": "a"})).await;
    let before = thing.stored().unwrap().identity.clone();
    let config = thing.config(&json!({"name": "b"}));
    thing.settle(&config).await.unwrap();
    assert_ne!(thing.stored().unwrap().identity, before);
}

#[tokio::test]
async fn private_data_goes_from_plan_to_apply_to_read_and_back() {
    let (world, core) = start().await;
    let mut thing = core.resource(THING);
    let config = thing.config(&json!({"name": "a"}));
    let plan = thing.plan(&config).await.unwrap();
    assert_eq!(plan.private, br#"{"plans":1}"#);
    thing.apply(plan).await.unwrap();
    assert_eq!(thing.stored().unwrap().private, br#"{"plans":1,"writes":1}"#);
    thing.refresh().await.unwrap();
    assert_eq!(thing.stored().unwrap().private, br#"{"plans":1,"reads":1,"writes":1}"#);
    let unchanged = thing.plan_as_stored(&config).await.unwrap();
    assert_eq!(unchanged.private, br#"{"plans":1,"reads":1,"writes":1}"#);
    let again = thing.plan_destroy().await.unwrap();
    assert_eq!(again.private, br#"{"plans":1,"reads":2,"writes":1}"#);
    world.next(Trouble::TellWrites);
    let deleted = thing.apply(again).await.unwrap();
    assert!(deleted.to_string().contains("It was written once."), "a deletion is given it too: {deleted}");
}

#[tokio::test]
async fn only_the_first_read_after_an_import_is_told_of_it() {
    let (world, core) = start().await;
    thing(&core, &json!({"name": "a"})).await;
    assert_eq!(world.count(), 1);
    let mut imported = core.resource(THING);
    imported.import("thing-1").await.unwrap();
    assert_eq!(imported.stored().unwrap().private, br#"{"imports":1,"reads":1}"#);
    imported.refresh().await.unwrap();
    assert_eq!(imported.stored().unwrap().private, br#"{"imports":1,"reads":2}"#);
}
