//! What a user does, from the first plan to the destroy.

use serde_json::json;
use tf_plugin::cty::Value;
use tf_plugin_testing::core::{Action, Source};

use super::sample::THING;
use super::{start, thing};

fn everything() -> serde_json::Value {
    json!({
        "name": "a", "region": "West US", "size": 3, "note": "n", "secret": "s", "precise": 0.1,
        "password": "hunter2", "password_version": 1,
        "tags": {"x": "1"}, "codes": ["DE", "FR"], "ports": [80, 443],
        "endpoints": {"east": {"target": "e", "region": "East US"}, "west": {"target": "w", "weight": 7}},
        "rules": [{"code": "1"}, {"code": "2", "note": "n"}],
        "steps": [{"name": "one"}, {"name": "two"}],
        "window": {"start": "08:00"},
        "dns": [{"label": "l"}, {"label": "m", "ttl": 60}],
        "header": [{"name": "h", "value": "v"}, {"name": "i"}],
        "timeouts": {"create": "5m"},
    })
}

#[tokio::test]
async fn the_calls_come_in_the_order_of_terraform() {
    let (_, core) = start().await;
    let mut thing = core.resource(THING);
    let config = thing.config(&json!({"name": "a"}));
    let plan = thing.plan(&config).await.unwrap();
    assert_eq!(core.take_calls(), ["ValidateResourceConfig", "PlanResourceChange"]);
    thing.apply(plan).await.unwrap();
    let create = ["ValidateResourceConfig", "PlanResourceChange", "ApplyResourceChange"];
    assert_eq!(core.take_calls(), create);

    let config = thing.config(&json!({"name": "b"}));
    let plan = thing.plan(&config).await.unwrap();
    assert_eq!(plan.action, Action::Replace);
    let refresh = ["UpgradeResourceState", "ReadResource", "ValidateResourceConfig"];
    let twice = ["PlanResourceChange", "PlanResourceChange"];
    assert_eq!(core.take_calls(), [&refresh[..], &twice[..]].concat());
    thing.apply(plan).await.unwrap();
    let destroy = ["UpgradeResourceState", "ApplyResourceChange"];
    assert_eq!(core.take_calls(), [&destroy[..], &create[..]].concat());

    thing.destroy().await.unwrap();
    let planned = ["UpgradeResourceState", "ReadResource", "PlanResourceChange"];
    assert_eq!(core.take_calls(), [&planned[..], &destroy[..]].concat());
}

#[tokio::test]
async fn everything_that_a_schema_can_have_settles() {
    let (world, core) = start().await;
    let mut thing = core.resource(THING);
    let config = thing.config(&everything());
    let plan = thing.settle(&config).await.unwrap_or_else(|report| panic!("{report}"));
    assert_eq!(plan.action, Action::Create);
    let state = thing.state();
    assert_eq!(state.attribute("region"), Some(&Value::string("West US")), "the user's spelling stays");
    assert_eq!(state.attribute("password"), Some(&Value::Null));
    assert_eq!(world.password("thing-1").as_deref(), Some("hunter2"));
    let codes = Value::Set(vec![Value::string("DE"), Value::string("FR")]);
    assert_eq!(state.attribute("codes"), Some(&codes));
}

#[tokio::test]
async fn an_update_keeps_what_keeps_and_leaves_the_rest_open() {
    let (_, core) = start().await;
    let mut thing = thing(&core, &everything()).await;
    let mut changed = everything();
    changed["endpoints"]["east"]["weight"] = json!(9);
    let plan = thing.plan(&thing.config(&changed)).await.unwrap();
    assert_eq!(plan.action, Action::Update);
    assert_eq!(plan.planned.attribute("id"), Some(&Value::string("thing-1")));
    assert!(plan.planned.attribute("revision").unwrap().is_unknown());
    let status =
        |key: &str| plan.planned.attribute("endpoints")?.attribute(key)?.attribute("status").cloned();
    assert_eq!(status("east"), Some(Value::unknown()));
    assert_eq!(status("west"), Some(Value::string("ready")));
    thing.apply(plan).await.unwrap();
    assert_eq!(thing.state().attribute("revision"), Some(&Value::integer(2)));
}

#[tokio::test]
async fn what_the_resource_names_and_what_the_schema_names_replaces() {
    let (_, core) = start().await;
    let base = json!({"name": "a", "size": 3, "dns": [{"label": "l"}]});
    for (change, path) in [
        (json!({"name": "b", "size": 3, "dns": [{"label": "l"}]}), "name"),
        (json!({"name": "a", "size": 2, "dns": [{"label": "l"}]}), "size"),
        (json!({"name": "a", "size": 3, "dns": [{"label": "m"}]}), "dns[0].label"),
    ] {
        let mut thing = thing(&core, &base).await;
        let config = thing.config(&change);
        let plan = thing.settle(&config).await.unwrap_or_else(|report| panic!("{report}"));
        assert_eq!(plan.action, Action::Replace);
        let paths: Vec<String> = plan.replace.iter().map(ToString::to_string).collect();
        assert_eq!(paths, [path]);
        thing.destroy().await.unwrap();
    }
}

#[tokio::test]
async fn a_write_only_value_alone_is_no_change_and_its_version_is_one() {
    let (world, core) = start().await;
    let of = |password: &str, version: i64| json!({"name": "a", "password": password, "password_version": version});
    let mut thing = thing(&core, &of("one", 1)).await;
    let plan = thing.plan(&thing.config(&of("two", 1))).await.unwrap();
    assert_eq!(plan.action, Action::NoOp);
    let config = thing.config(&of("two", 2));
    assert_eq!(thing.settle(&config).await.unwrap().action, Action::Update);
    assert_eq!(world.password("thing-1").as_deref(), Some("two"));
}

#[tokio::test]
async fn what_is_not_known_in_the_plan_is_known_in_the_apply() {
    let (_, core) = start().await;
    let mut thing = core.resource(THING);
    let draft = Value::object([
        ("name", Value::string("a")),
        ("tags", Value::unknown()),
        ("dns", Value::unknown()),
        ("endpoints", Value::unknown()),
        ("size", Value::unknown()),
    ]);
    let plan = thing.plan(&thing.config_of(draft)).await.unwrap();
    let known = thing.config(&json!({
        "name": "a", "tags": {"x": "1"}, "dns": [{"label": "l"}], "endpoints": {"a": {"target": "t"}},
    }));
    thing.apply_with(plan, &known).await.unwrap_or_else(|report| panic!("{report}"));
    assert_eq!(thing.plan(&known).await.unwrap().action, Action::NoOp);
}

#[tokio::test]
async fn an_update_that_turns_out_to_be_none_makes_no_call() {
    let (_, core) = start().await;
    let mut thing = thing(&core, &json!({"name": "a", "note": "n"})).await;
    let draft = Value::object([("name", Value::string("a")), ("note", Value::unknown())]);
    let plan = thing.plan(&thing.config_of(draft)).await.unwrap();
    assert_eq!(plan.action, Action::Update);
    core.take_calls();
    let known = thing.config(&json!({"name": "a", "note": "n"}));
    thing.apply_with(plan, &known).await.unwrap();
    assert!(!core.take_calls().contains(&"ApplyResourceChange"));
}

#[tokio::test]
async fn what_was_deleted_by_hand_is_planned_anew() {
    let (world, core) = start().await;
    let mut thing = thing(&core, &json!({"name": "a"})).await;
    world.remove("thing-1");
    let config = thing.config(&json!({"name": "a"}));
    let plan = thing.plan(&config).await.unwrap();
    assert_eq!((plan.action, thing.state()), (Action::Create, &Value::Null));
}

#[tokio::test]
async fn a_thing_is_imported_by_id_and_by_identity() {
    let (_, core) = start().await;
    let made = thing(&core, &json!({"name": "a", "tags": {"x": "1"}})).await;
    let expected = made.stored().cloned().unwrap();
    let mut by_id = core.resource(THING);
    by_id.import("thing-1").await.unwrap();
    assert_eq!(core.take_calls(), ["ImportResourceState", "ReadResource"]);
    assert_eq!((by_id.state(), &by_id.stored().unwrap().identity), (&expected.value, &expected.identity));
    let mut by_identity = core.resource(THING);
    by_identity.import_identity(Value::object([("id", Value::string("thing-1"))])).await.unwrap();
    assert_eq!(by_identity.stored(), by_id.stored());
    let config = by_id.config(&json!({"name": "a", "tags": {"x": "1"}}));
    assert_eq!(by_id.plan(&config).await.unwrap().action, Action::NoOp);
}

#[tokio::test]
async fn what_cannot_be_imported_leaves_nothing() {
    let (_, core) = start().await;
    let mut thing = core.resource(THING);
    let gone = thing.import("thing-9").await.unwrap_err();
    assert_eq!(gone.violations, [""; 0]);
    assert!(gone.errors()[0].contains("non-existent"), "{gone}");
    let refused = thing.import("nonsense").await.unwrap_err();
    assert_eq!(refused.errors(), [": Not an id: An id has a hyphen."]);
    assert_eq!(thing.stored(), None);
}

#[tokio::test]
async fn an_old_state_is_upgraded_and_a_foreign_one_taken_over() {
    let (_, core) = start().await;
    let made = thing(&core, &json!({"name": "a"})).await;
    let mut old = core.resource(THING);
    old.upgrade(0, r#"{"id": "thing-1", "title": "a"}"#).await.unwrap();
    old.refresh().await.unwrap();
    assert_eq!(old.state(), made.state());
    let mut foreign = core.resource(THING);
    let from = Source {
        provider: "registry.terraform.io/example/sample".to_owned(),
        type_name: "sample_old".to_owned(),
        version: 3,
        json: r#"{"id": "thing-1"}"#.to_owned(),
    };
    foreign.moved(from.clone()).await.unwrap();
    assert_eq!(foreign.state(), made.state());
    let mut unknown = core.resource(THING);
    let refused = unknown.moved(Source { type_name: "other".to_owned(), ..from }).await.unwrap_err();
    assert_eq!(refused.violations, [""; 0]);
    assert!(refused.errors()[0].contains("Cannot move this resource"), "{refused}");
}

#[tokio::test]
async fn a_data_source_finds_and_misses() {
    let (_, core) = start().await;
    let _made = thing(&core, &json!({"name": "a"})).await;
    let found = core.read_data("sample_lookup", &json!({"name": "a"})).await.unwrap();
    assert_eq!(found.attribute("id"), Some(&Value::string("thing-1")));
    let missed = core.read_data("sample_lookup", &json!({"name": "b"})).await.unwrap_err();
    assert_eq!(missed.errors(), ["name: Not found: There is no thing of this name."]);
    let silent = core.read_data("sample_lookup", &json!({"name": "silence"})).await.unwrap_err();
    assert_eq!(silent.errors(), [": No data: The provider answered no data: this is a bug in it."]);
    let invalid = core.read_data("sample_lookup", &json!({"name": ""})).await.unwrap_err();
    assert_eq!(invalid.errors(), ["name: Empty name: Give the name of a thing."]);
}

#[tokio::test]
async fn functions_take_null_and_any_number_of_arguments() {
    let (_, core) = start().await;
    let text = Value::string;
    assert_eq!(core.call("join", &[Value::Null, text("a"), text("b")]).await, Ok(text("ab")));
    assert_eq!(core.call("join", &[text("-")]).await, Ok(text("")));
    let failed = core.call("join", &[text("-"), text("a"), text("")]).await;
    assert_eq!(failed, Err(("A part is empty.".to_owned(), Some(2))));
    assert_eq!(core.call("join", &[Value::unknown(), text("a")]).await, Ok(Value::unknown()));
}

#[tokio::test]
async fn a_configuration_of_the_provider_is_checked_warned_of_and_refused() {
    let (_, core) = start().await;
    let empty = core.configure_with(&json!({"prefix": ""})).await.unwrap_err();
    assert_eq!(empty.errors(), ["prefix: Empty prefix: Leave it out or give one."]);
    let bad = core.configure_with(&json!({"prefix": "bad"})).await.unwrap_err();
    assert_eq!(bad.errors(), ["prefix: Bad prefix: Use another one."]);
    let warned = core.configure_with(&json!({"prefix": "warn"})).await.unwrap();
    assert_eq!((warned.errors().len(), warned.diagnostics.len()), (0, 1));
    let crashed = core.configure_with(&json!({"prefix": "panic"})).await.unwrap_err();
    assert!(crashed.errors()[0].contains("the prefix is panic"), "{crashed}");
}

#[tokio::test]
async fn each_call_has_the_configuration_that_was_made_last() {
    let (_, core) = start().await;
    for (prefix, id) in [("one", "one-1"), ("two", "two-2"), ("three", "three-3")] {
        core.configure_with(&json!({"prefix": prefix})).await.unwrap();
        let made = thing(&core, &json!({"name": prefix})).await;
        assert_eq!(made.state().attribute("id"), Some(&Value::string(id)));
    }
}
