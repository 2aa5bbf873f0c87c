//! Laws that hold for every configuration of the sample.

use std::collections::BTreeMap;

use proptest::prelude::*;
use tf_plugin::cty::Value;
use tf_plugin::testing::core::{Action, Leaves, arbitrary_config};
use tokio::runtime::Runtime;

use super::sample::{self, THING};
use super::start;

fn runtime() -> Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

fn text(pattern: &'static str) -> impl Strategy<Value = Value> {
    pattern.prop_map(Value::String)
}

/// Codes that mean different things, in any spelling and order.
fn codes() -> impl Strategy<Value = Value> {
    let spelled = (prop::sample::subsequence(vec!["de", "fr", "gb", "us"], 0..=4), any::<[bool; 4]>());
    let spelled = spelled.prop_map(|(codes, upper)| -> Vec<Value> {
        let each = codes.into_iter().zip(upper);
        each.map(|(code, upper)| if upper { code.to_uppercase() } else { code.to_owned() })
            .map(Value::String)
            .collect()
    });
    spelled.prop_shuffle().prop_map(Value::Set)
}

fn leaves() -> Leaves {
    Leaves::new().at("name", text("[ab]")).at("region", text("west|WEST|east|East")).at("codes", codes())
}

/// A configuration in which nothing is empty: what an import finds empty is null in the state.
fn config_without_empty() -> impl Strategy<Value = Value> {
    config().prop_map(|config| {
        let Value::Map(members) = config else { unreachable!("a configuration is an object") };
        let filled = members.into_iter().map(|(name, member)| {
            let is_block = ["dns", "header"].contains(&name.as_str());
            let is_empty = match &member {
                Value::List(elements) | Value::Set(elements) => elements.is_empty(),
                Value::Map(members) => members.is_empty(),
                _ => false,
            };
            (name, if is_empty && !is_block { Value::Null } else { member })
        });
        Value::Map(filled.collect())
    })
}

fn config() -> impl Strategy<Value = Value> {
    arbitrary_config(&sample::thing_schema(), &leaves())
}

/// A configuration of which parts are not known yet, and what it becomes.
fn half_known() -> impl Strategy<Value = (Value, Value)> {
    (config(), any::<[bool; 21]>()).prop_map(|(known, hide)| {
        let Value::Map(members) = &known else { unreachable!("a configuration is an object") };
        let hidden = members.iter().zip(hide).map(|((name, member), hide)| {
            // What only the provider gives is null in every configuration.
            let is_given = !["id", "revision"].contains(&name.as_str());
            let member = if hide && is_given { Value::unknown() } else { member.clone() };
            (name.clone(), member)
        });
        (Value::Map(hidden.collect::<BTreeMap<_, _>>()), known.clone())
    })
}

proptest! {
    #![proptest_config(super::law(48))]

    #[test]
    fn a_second_plan_finds_nothing_to_do(configs in prop::collection::vec(config(), 1..4)) {
        runtime().block_on(async {
            let (_, core) = start().await;
            let mut thing = core.resource(THING);
            for config in &configs {
                let settled = thing.settle(config).await;
                prop_assert!(settled.is_ok(), "{}", settled.unwrap_err());
                let again = thing.plan(config).await.unwrap();
                prop_assert_eq!(again.action, Action::NoOp);
                prop_assert_eq!(&again.planned, thing.state());
            }
            thing.destroy().await.unwrap();
            Ok(())
        })?;
    }

    #[test]
    fn a_plan_over_unknown_values_agrees_with_what_they_become(
        first in config(),
        (hidden, known) in half_known(),
    ) {
        runtime().block_on(async {
            let (_, core) = start().await;
            for begin_with_nothing in [true, false] {
                let mut thing = core.resource(THING);
                if !begin_with_nothing {
                    thing.settle(&first).await.unwrap();
                }
                let plan = thing.plan(&hidden).await;
                prop_assert!(plan.is_ok(), "{}", plan.unwrap_err());
                let applied = thing.apply_with(plan.unwrap(), &known).await;
                prop_assert!(applied.is_ok(), "{}", applied.unwrap_err());
            }
            Ok(())
        })?;
    }

    #[test]
    fn an_import_needs_no_change(config in config_without_empty()) {
        runtime().block_on(async {
            let (_, core) = start().await;
            let mut made = core.resource(THING);
            made.settle(&config).await.unwrap();
            let mut imported = core.resource(THING);
            let read = imported.import("thing-1").await;
            prop_assert!(read.is_ok(), "{}", read.unwrap_err());
            let plan = imported.plan(&config).await.unwrap();
            // The service knows neither of them, so the configuration brings them back.
            let is_bare = ["timeouts", "password_version"]
                .iter()
                .all(|name| config.attribute(name).is_some_and(Value::is_null));
            prop_assert!(!is_bare || plan.action == Action::NoOp, "{:?}", plan);
            Ok(())
        })?;
    }
}
