//! Laws that hold for every configuration of the sample.

use proptest::prelude::*;
use tf_plugin::cty::Value;
use tf_plugin_testing::core::{Action, Cli, Leaves, Report, arbitrary_config, with_unknowns};
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
    Leaves::new()
        .or_null_elements()
        .at("name", text("[ab]"))
        .at("region", text("west|WEST|east|East"))
        .at("codes", codes())
}

/// A null element may be refused, and nothing else. It is refused before anything is done.
fn is_refusal(report: &Report) -> bool {
    report.violations.is_empty() && report.diagnostics.iter().all(|each| each.summary == "Null element")
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
    (config(), prop::collection::vec(0..8_u8, 64)).prop_map(|(known, choices)| {
        let mut choices = choices.into_iter().cycle();
        let hidden = with_unknowns(&sample::thing_schema(), known.clone(), &mut || choices.next() == Some(0));
        (hidden, known)
    })
}

fn cli() -> impl Strategy<Value = Cli> {
    prop::sample::select(vec![Cli::Terraform, Cli::OpenTofu])
}

proptest! {
    #![proptest_config(super::law(48))]

    #[test]
    fn a_second_plan_finds_nothing_to_do(configs in prop::collection::vec(config(), 1..4)) {
        runtime().block_on(async {
            let (_, core) = start().await;
            let mut thing = core.resource(THING);
            for config in &configs {
                if let Err(report) = thing.settle(config).await {
                    prop_assert!(is_refusal(&report), "{report}");
                    continue;
                }
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
        cli in cli(),
    ) {
        runtime().block_on(async {
            let (_, core) = start().await;
            let core = core.proposing_as(cli);
            for begin_with_nothing in [true, false] {
                let mut thing = core.resource(THING);
                if !begin_with_nothing && let Err(report) = thing.settle(&first).await {
                    prop_assert!(is_refusal(&report), "{report}");
                }
                let before = thing.state().clone();
                let plan = thing.plan(&hidden).await;
                // Terraform deletes before it knows what it will make instead.
                let is_deleted = plan.as_ref().is_ok_and(|plan| plan.action == Action::Replace);
                let applied = match plan {
                    Ok(plan) => thing.apply_with(plan, &known).await,
                    Err(report) => Err(report),
                };
                if let Err(report) = applied {
                    prop_assert!(is_refusal(&report), "{report}");
                    prop_assert!(is_deleted || thing.state() == &before, "{report}");
                }
            }
            Ok(())
        })?;
    }

    #[test]
    fn an_import_needs_no_change(config in config_without_empty()) {
        runtime().block_on(async {
            let (_, core) = start().await;
            let mut made = core.resource(THING);
            if let Err(report) = made.settle(&config).await {
                prop_assert!(is_refusal(&report), "{report}");
                return Ok(());
            }
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
