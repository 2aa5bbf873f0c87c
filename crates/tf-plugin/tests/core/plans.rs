//! Plans of the sample that the laws do not single out.

use serde_json::json;
use tf_plugin::cty::{Path, Type, Value, msgpack};
use tf_plugin_testing::core::{Action, Cli};

use super::sample::THING;
use super::{start, thing};

#[tokio::test]
async fn another_spelling_and_another_order_are_no_change() {
    let (_, core) = start().await;
    let config = |region: &str, codes: [&str; 2], rules: [&str; 2]| {
        json!({
            "name": "a", "region": region, "codes": codes,
            "rules": [{"code": rules[0]}, {"code": rules[1]}],
            "endpoints": {"x": {"target": "t", "region": region}},
            "header": [{"name": rules[0]}, {"name": rules[1]}],
        })
    };
    let mut thing = thing(&core, &config("West US", ["DE", "FR"], ["1", "2"])).await;
    let before = thing.state().clone();
    let respelled = thing.config(&config("west us", ["fr", "De"], ["2", "1"]));
    let plan = thing.plan(&respelled).await.unwrap();
    assert_eq!((plan.action, &plan.planned), (Action::NoOp, &before));
}

#[tokio::test]
async fn defaults_come_back_when_a_value_is_taken_away() {
    let (_, core) = start().await;
    let mut thing = thing(&core, &json!({"name": "a", "dns": [{"label": "l", "ttl": 60}]})).await;
    let config = thing.config(&json!({"name": "a", "dns": [{"label": "l"}]}));
    let plan = thing.plan(&config).await.unwrap();
    let ttl = Path::new("dns").index(0).attribute("ttl");
    assert_eq!((plan.action, plan.planned.at(&ttl)), (Action::Update, Some(&Value::integer(30))));
}

#[tokio::test]
async fn a_configured_window_that_is_taken_away_is_open_again() {
    let (_, core) = start().await;
    let mut thing = thing(&core, &json!({"name": "a", "window": {"start": "08:00"}})).await;
    let config = thing.config(&json!({"name": "a"}));
    let plan = thing.plan(&config).await.unwrap();
    assert_eq!((plan.action, plan.planned.attribute("window")), (Action::Update, Some(&Value::unknown())));
    thing.apply(plan).await.unwrap();
    assert_eq!(thing.plan(&config).await.unwrap().action, Action::NoOp);
}

#[tokio::test]
async fn numbers_beyond_floats_are_planned_and_stored_exactly() {
    let (_, core) = start().await;
    for digits in ["0.1", "18446744073709551615", "1e30", "0.33333333333333333333333333333333333333333"] {
        let mut thing = core.resource(THING);
        let precise = Value::Number(digits.parse().unwrap());
        let draft = Value::object([("name", Value::string("a")), ("precise", precise.clone())]);
        let config = thing.config_of(draft);
        thing.settle(&config).await.unwrap_or_else(|report| panic!("{digits}: {report}"));
        assert_eq!(thing.state().attribute("precise"), Some(&precise));
    }
}

#[tokio::test]
async fn promises_of_an_unknown_travel_into_the_plan() {
    let (_, core) = start().await;
    let mut thing = core.resource(THING);
    let bytes = b"\xc7\x09\x0c\x82\x01\xc2\x02\xa4pre-";
    let refined = msgpack::decode(bytes, &Type::String).unwrap();
    let draft = Value::object([("name", Value::string("a")), ("note", refined)]);
    let plan = thing.plan(&thing.config_of(draft)).await.unwrap();
    assert_eq!(msgpack::encode(plan.planned.attribute("note").unwrap()), bytes);
}

#[tokio::test]
async fn text_in_another_normal_form_is_no_change() {
    let (_, core) = start().await;
    let mut thing = thing(&core, &json!({"name": "a", "note": "e\u{301}"})).await;
    assert_eq!(thing.state().attribute("note"), Some(&Value::string("\u{e9}")));
    let config = thing.config(&json!({"name": "a", "note": "\u{e9}"}));
    assert_eq!(thing.plan(&config).await.unwrap().action, Action::NoOp);
}

#[tokio::test]
async fn every_bad_attribute_is_told_at_once() {
    let (_, core) = start().await;
    let thing = core.resource(THING);
    let config = thing.config(&json!({"name": "", "size": -1}));
    let report = thing.validate(&config).await.unwrap_err();
    assert_eq!(
        report.errors(),
        ["name: Empty name: A thing needs a name.", "size: Negative size: A size is 0 or more."]
    );
}

/// The null elements of a configuration that the sample refuses.
fn null_elements() -> serde_json::Value {
    json!({
        "name": "", "tags": {"a": null, "b": "1"},
        "endpoints": {"none": null, "some": {"target": "t"}},
    })
}

#[tokio::test]
async fn null_elements_are_refused_beside_everything_else_that_is_wrong() {
    let (_, core) = start().await;
    let thing = core.resource(THING);
    let report = thing.validate(&thing.config(&null_elements())).await.unwrap_err();
    let paths: Vec<String> = report.diagnostics.iter().map(|each| each.path.to_string()).collect();
    assert_eq!(paths, ["tags[\"a\"]", "endpoints[\"none\"]", "name"]);
    assert_eq!(
        report.diagnostics[0].detail,
        "tags[\"a\"] is null. A null element cannot be stored, so it would be missing after the apply. Leave it out: \
         { for k, v in ... : k => v if v != null }."
    );
}

#[tokio::test]
async fn a_value_that_turns_out_to_be_null_is_refused_before_anything_is_made() {
    for cli in [Cli::Terraform, Cli::OpenTofu] {
        let (world, core) = start().await;
        let core = core.proposing_as(cli);
        for (name, element) in [("tags", "x"), ("endpoints", "east")] {
            let mut thing = core.resource(THING);
            let with = |value: Value| {
                let collection = Value::object([(element, value)]);
                thing.config_of(Value::object([("name", Value::string("a")), (name, collection)]))
            };
            let (unknown, null) = (with(Value::unknown()), with(Value::Null));
            let plan = thing.plan(&unknown).await.unwrap_or_else(|report| panic!("{report}"));
            let planned = Path::new(name).key(element);
            assert_eq!(plan.planned.at(&planned), Some(&Value::unknown()), "{cli:?}");
            core.take_calls();
            let refused = thing.apply_with(plan, &null).await.unwrap_err();
            assert_eq!(refused.violations, [""; 0]);
            assert_eq!(refused.errors().len(), 1, "it is said once: {refused}");
            assert!(refused.errors()[0].starts_with(&format!("{planned}: Null element")), "{refused}");
            assert!(!core.take_calls().contains(&"ApplyResourceChange"));
            assert_eq!((world.count(), thing.stored()), (0, None));
        }
    }
}

#[tokio::test]
async fn a_wrong_value_in_an_element_is_named_and_shown_as_far_as_it_can_be() {
    let (_, core) = start().await;
    let thing = core.resource(THING);
    let with = |number: &str| {
        let weight = Value::Number(number.parse().unwrap());
        let endpoint = Value::object([("target", Value::string("t")), ("weight", weight)]);
        let endpoints = Value::object([("a", endpoint)]);
        thing.config_of(Value::object([("name", Value::string("a")), ("endpoints", endpoints)]))
    };
    for (number, text) in [
        ("1.5", "must be a whole number."),
        ("9223372036854775808", "must be between -9223372036854775808 and 9223372036854775807."),
    ] {
        let refused = thing.validate(&with(number)).await.unwrap_err();
        let expected = format!("endpoints[\"a\"]: Invalid value: endpoints[\"a\"].weight {text}");
        assert_eq!(refused.errors(), [expected]);
    }
}
