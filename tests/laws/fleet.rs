//! The laws of objects on the hub of a fleet: what a plan accepts, the hub and Azure accept; after an apply there is nothing
//! left to do; and whatever is null or unknown, plans keep the promises of the protocol and need no hub.

use std::cell::Cell;

use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value as Json, json};
use test_support::{Azure, fleet_id, provider_config, say, with_fleet_hub};
use tf_plugin::cty::Value;
use tf_plugin_testing::core::{Action, Core, Leaves, arbitrary_config};
use tokio::runtime::Runtime;

use crate::provider::provider_with;
use crate::{Tally, there_is_nothing_to_do};

/// How many sequences are tried, and how many plans of each type.
const SEQUENCES: u32 = 16;
const PLANS: u32 = 96;

const TYPES: [&str; 3] = ["azuretm_fleet_profile", "azuretm_fleet_backend", "azuretm_fleet_service_export"];

/// An emulator with a fleet, and the provider beside it.
async fn start() -> (Azure, Core) {
    let azure = Azure::start().await;
    azure.seed_fleet("demo", &[("aks-1", &[("team-a", "web", 1)]), ("aks-2", &[("team-a", "web", 3)])]);
    let url = azure.running.url();
    let made = tokio::task::spawn_blocking(move || {
        let body = json!({ "metadata": { "name": "team-a" } });
        test_support::ask_hub(&url, "demo", "POST", "/api/v1/namespaces", Some(&body)).0
    });
    assert_eq!(made.await.unwrap(), 201);
    let hub = json!({ "fleet_id": fleet_id("demo") });
    let core = provider_with(&with_fleet_hub(provider_config(&azure.running.url()), hub)).await;
    (azure, core)
}

/// A profile that Azure accepts. A probe over TCP has a path on a hub, which Azure refuses.
fn profile() -> impl Strategy<Value = Json> {
    let header = |name: &'static str| json!({ "name": name, "value": "x" });
    let headers = select(vec![json!([]), json!([header("X-A")]), json!([header("X-B"), header("X-A")])]);
    let timing = select(vec![(10, Some(5)), (10, Some(9)), (10, None), (30, Some(10)), (30, None)]);
    let monitor = (timing, select(vec!["HTTP", "HTTPS"]), 1..=65_535_i64, 0..=9_i64, headers);
    let monitor = monitor.prop_map(|((interval, timeout), protocol, port, failures, headers)| {
        json!({
            "interval_in_seconds": interval, "timeout_in_seconds": timeout, "protocol": protocol, "port": port,
            "tolerated_number_of_failures": failures, "path": "/health", "custom_header": headers,
        })
    });
    prop_oneof![1 => Just(json!(null)), 1 => Just(json!({})), 4 => monitor].prop_map(|monitor| {
        json!({ "name": "shop", "namespace": "team-a", "resource_group_name": "rg-global", "monitor_config": monitor })
    })
}

fn backend() -> impl Strategy<Value = Json> {
    prop_oneof![Just(None), (0..=1000_i64).prop_map(Some)].prop_map(|weight| {
        json!({ "name": "web", "namespace": "team-a", "profile_name": "shop", "service_name": "web", "weight": weight })
    })
}

#[test]
fn what_a_plan_accepts_fleet_accepts_and_there_is_nothing_left_to_do() {
    let runtime = Runtime::new().unwrap();
    let applied = Cell::new(0);
    let sequences = proptest::collection::vec((profile(), backend()), 1..4);
    let law = TestRunner::new(Config { cases: SEQUENCES, failure_persistence: None, ..Config::default() });
    let outcome = { law }.run(&sequences, |steps| {
        runtime.block_on(async {
            let (azure, core) = start().await;
            let mut both = [core.resource(TYPES[0]), core.resource(TYPES[1])];
            for (profile, backend) in &steps {
                for ((object, draft), type_name) in both.iter_mut().zip([profile, backend]).zip(TYPES) {
                    let config = object.config(draft);
                    object.settle(&config).await.map_err(|report| TestCaseError::fail(report.to_string()))?;
                    Tally::count(&applied);
                    there_is_nothing_to_do(object, &config, draft).await?;
                    let id = format!("team-a/{}", draft["name"].as_str().unwrap());
                    let mut imported = core.resource(type_name);
                    let report = imported.import(&id).await;
                    report.map_err(|report| TestCaseError::fail(report.to_string()))?;
                    there_is_nothing_to_do(&mut imported, &config, draft).await?;
                }
            }
            for object in both.iter_mut().rev() {
                object.destroy().await.map_err(|report| TestCaseError::fail(report.to_string()))?;
            }
            prop_assert!(azure.profiles().is_empty(), "{:?}", azure.profiles());
            Ok(())
        })
    });
    outcome.unwrap_or_else(|failure| panic!("{failure}"));
    say(&format!("laws: {} applies of objects of a fleet", applied.get()));
}

/// Leaving out the block, an empty one and one with all defaults are the same, whichever of them was applied.
#[tokio::test]
async fn defaults_of_probes_are_no_change_however_they_are_written() {
    let (_azure, core) = start().await;
    let defaults = json!({
        "protocol": "HTTP", "port": 80, "path": "/", "interval_in_seconds": 30, "timeout_in_seconds": 10,
        "tolerated_number_of_failures": 3, "custom_header": [],
    });
    let drafts = [json!(null), json!({}), defaults].map(|monitor| {
        json!({ "name": "shop", "namespace": "team-a", "resource_group_name": "rg-global", "monitor_config": monitor })
    });
    for applied in &drafts {
        let mut profile = core.resource(TYPES[0]);
        let config = profile.config(applied);
        profile.settle(&config).await.unwrap_or_else(|report| panic!("{applied}: {report}"));
        let mut imported = core.resource(TYPES[0]);
        imported.import("team-a/shop").await.unwrap_or_else(|report| panic!("{report}"));
        for wanted in &drafts {
            for object in [&mut profile, &mut imported] {
                let config = object.config(wanted);
                let planned = object.plan(&config).await.unwrap_or_else(|report| panic!("{report}"));
                assert_eq!(planned.action, Action::NoOp, "{applied}, then {wanted}");
            }
        }
        profile.destroy().await.unwrap_or_else(|report| panic!("{report}"));
    }
}

/// Whatever becomes of the endpoints in Azure, the next plan shows it, and the next apply mends it.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_changed_in_azure_is_planned_and_mended() {
    let (azure, core) = start().await;
    let mut both = [core.resource(TYPES[0]), core.resource(TYPES[1])];
    let configs = [
        both[0].config(&json!({ "name": "shop", "namespace": "team-a", "resource_group_name": "rg-global" })),
        both[1].config(&json!({
            "name": "web", "namespace": "team-a", "profile_name": "shop", "service_name": "web", "weight": 1000,
        })),
    ];
    for (object, config) in both.iter_mut().zip(&configs) {
        object.settle(config).await.unwrap_or_else(|report| panic!("{report}"));
    }
    let [profile] = &azure.profiles()[..] else { panic!("{:?}", azure.profiles()) };
    let endpoints = || {
        let found = azure.profile(profile).unwrap()["properties"]["endpoints"].clone();
        let each = found.as_array().unwrap().iter();
        let told = |it: &Json| {
            let properties =
                ["weight", "endpointStatus", "target"].map(|name| it["properties"][name].clone());
            (it["name"].as_str().unwrap().to_owned(), properties)
        };
        let mut each: Vec<_> = each.map(told).collect();
        each.sort_by(|left, right| left.0.cmp(&right.0));
        each
    };
    let before = endpoints();
    let of = |index: usize| format!("{profile}/azureEndpoints/{}", before[index].0.replace('#', "%23"));
    let changes: [&dyn Fn(); 4] = [
        &|| azure.patch(&of(0), &json!({ "weight": 1 })),
        &|| azure.patch(&of(1), &json!({ "endpointStatus": "Disabled" })),
        &|| (0..2).for_each(|index| azure.delete(&of(index))),
        &|| azure.delete(profile),
    ];
    for (number, change) in changes.into_iter().enumerate() {
        change();
        let mut plans = Vec::new();
        for (object, config) in both.iter_mut().zip(&configs) {
            object.refresh().await.unwrap_or_else(|report| panic!("{number}: {report}"));
            plans.push(object.plan(config).await.unwrap_or_else(|report| panic!("{number}: {report}")));
        }
        let is_profile_gone = number == 3;
        let of_profile = if is_profile_gone { Action::Update } else { Action::NoOp };
        assert_eq!([plans[0].action, plans[1].action], [of_profile, Action::Update], "{number}");
        for ((object, config), planned) in both.iter_mut().zip(&configs).zip(plans) {
            object.apply(planned).await.unwrap_or_else(|report| panic!("{number}: {report}"));
            let again = object.plan(config).await.unwrap_or_else(|report| panic!("{number}: {report}"));
            assert_eq!(again.action, Action::NoOp, "{number}");
        }
        assert_eq!(endpoints(), before, "{number}");
    }
}

/// Configurations from the schema alone: null and unknown at every depth, and values that mean nothing.
#[test]
fn whatever_is_configured_of_a_fleet_a_plan_keeps_the_promises_of_the_protocol() {
    let runtime = Runtime::new().unwrap();
    let (azure, core) = runtime.block_on(start());
    azure.running.clear_requests();
    let planned = Cell::new(0);
    for type_name in TYPES {
        let leaves = Leaves::new().or_unknown().or_null_elements();
        let names = [
            ("name", ["web", "shop", "Web"]),
            ("namespace", ["team-a", "team-b", "a.b"]),
            ("profile_name", ["shop", "other", ""]),
            ("service_name", ["web", "api", "-"]),
            ("resource_group_name", ["rg-global", "RG-GLOBAL", "a/b"]),
            ("monitor_config.protocol", ["HTTP", "https", "UDP"]),
            ("monitor_config.path", ["/", "/health", "x"]),
            ("monitor_config.custom_header.name", ["X-A", "X-B", "x-a"]),
            ("timeouts.create", ["10m", "1h", "x"]),
            ("timeouts.read", ["10m", "1h", "x"]),
            ("timeouts.update", ["10m", "1h", "x"]),
            ("timeouts.delete", ["10m", "1h", "x"]),
        ];
        let leaves = names.into_iter().fold(leaves, |leaves, (at, texts)| {
            let texts = texts.map(Value::string);
            let unknown = Just(Value::unknown());
            leaves.at(
                at,
                prop_oneof![16 => Just(texts[0].clone()), 1 => select(texts.to_vec()), 3 => unknown].boxed(),
            )
        });
        let configs = arbitrary_config(core.resource(type_name).schema(), &leaves);
        let law = TestRunner::new(Config { cases: PLANS, failure_persistence: None, ..Config::default() });
        let outcome = { law }.run(&configs, |config| {
            runtime.block_on(async {
                match core.resource(type_name).plan(&config).await {
                    Ok(_) => Tally::count(&planned),
                    Err(report) => prop_assert!(report.violations.is_empty(), "{report}"),
                }
                Ok(())
            })
        });
        outcome.unwrap_or_else(|failure| panic!("{type_name}: {failure}"));
    }
    assert!(azure.running.requests().is_empty(), "a plan of new objects asks nobody");
    say(&format!("laws: {} plans of arbitrary objects of a fleet", planned.get()));
    assert!(planned.get() > PLANS / 8, "the configurations say too little");
}
