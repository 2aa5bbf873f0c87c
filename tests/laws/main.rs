//! Laws that hold for every configuration of a profile: what a plan accepts, Azure accepts; after an apply there
//! is nothing left to do; and whatever was set can be cleared again.
//!
//! Terraform is simulated, and Azure is the emulator in this process.
#![expect(clippy::unwrap_used, reason = "the steps that the tests share are tests too")]

mod configs;

use std::cell::Cell;

use bytes::Bytes;
use emulator::{Config, Emulator, Request, Running};
use http::Method;
use proptest::prelude::*;
use proptest::test_runner::{Config as Runs, TestRunner};
use serde_json::{Value as Json, json};
use terraform_provider_azuretm::{AzureTrafficManager, Environment};
use tf_plugin::Server;
use tf_plugin::cty::Value;
use tf_plugin::testing::core::{Action, Core, Instance};
use tokio::runtime::Runtime;

const PROFILE: &str = "azuretm_traffic_manager_profile";
const SUBSCRIPTION: &str = "00000000-0000-0000-0000-000000000001";
/// Sequences of configurations that each run of the tests tries.
const SEQUENCES: u32 = 192;

#[test]
fn schemas_and_structs_fit_and_terraform_loads_them() {
    let server = Server::new(AzureTrafficManager::new(Environment::default()));
    assert_eq!(server.problems(), Vec::<String>::new());
}

/// Counts what became of the configurations of all sequences.
#[derive(Default)]
struct Tally {
    refused: Cell<u32>,
    applied: Cell<u32>,
}

#[test]
fn what_a_plan_accepts_azure_accepts_and_everything_can_be_cleared() {
    let runtime = Runtime::new().unwrap();
    let (azure, core) = runtime.block_on(start());
    let mut runner = TestRunner::new(Runs { cases: SEQUENCES, ..Runs::default() });
    let tally = Tally::default();
    let sequences = proptest::collection::vec(configs::profile(), 1..=4);
    let outcome = runner.run(&sequences, |sequence| {
        runtime.block_on(async {
            reset(&azure);
            let mut profile = core.resource(PROFILE);
            for draft in &sequence {
                apply_if_planned(&mut profile, draft, &tally).await?;
            }
            clearing_is_like_creating_bare(&azure, &mut profile, &core).await
        })
    });
    let (refused, applied) = (tally.refused.get(), tally.applied.get());
    println!("{SEQUENCES} sequences: {applied} configurations applied, {refused} refused by plan");
    outcome.unwrap_or_else(|failure| panic!("{failure}"));
    assert!(applied > SEQUENCES / 2 && refused > SEQUENCES / 4, "the configurations say too little");
}

/// What is not known when a plan is made is known when it is applied, and nothing else may be different then.
#[test]
fn a_plan_with_unknown_values_holds_when_they_are_known() {
    let runtime = Runtime::new().unwrap();
    let (azure, core) = runtime.block_on(start());
    let mut runner = TestRunner::new(Runs { cases: SEQUENCES, ..Runs::default() });
    let applied = Cell::new(0);
    let cases = (configs::profile(), configs::profile(), proptest::collection::vec(0..6_u8, 24));
    let outcome = runner.run(&cases, |(before, after, choices)| {
        runtime.block_on(async {
            reset(&azure);
            let mut profile = core.resource(PROFILE);
            // An update where the first configuration is sound, else a creation.
            apply_if_planned(&mut profile, &before, &Tally::default()).await?;
            let known = profile.config(&after);
            let mut choices = choices.iter().cycle();
            let blurred = blurred(known.clone(), &mut || *choices.next().unwrap() == 0);
            let planned = match profile.plan(&profile.config_of(blurred)).await {
                Ok(planned) => planned,
                Err(report) => {
                    prop_assert!(report.violations.is_empty(), "{report}");
                    return Ok(());
                }
            };
            match profile.apply_with(planned, &known).await {
                Ok(_) => applied.set(applied.get() + 1),
                Err(report) => prop_assert!(report.violations.is_empty(), "{report}\n{after:#}"),
            }
            Ok(())
        })
    });
    println!("{SEQUENCES} plans with unknown values: {} applied", applied.get());
    outcome.unwrap_or_else(|failure| panic!("{failure}"));
    assert!(applied.get() > SEQUENCES / 8, "the configurations say too little");
}

/// The configuration with some of its values unknown, as while other resources are still planned.
fn blurred(value: Value, chosen: &mut impl FnMut() -> bool) -> Value {
    match value {
        Value::Map(members) => {
            let blur = |(name, member)| (name, blurred(member, chosen));
            Value::Map(members.into_iter().map(blur).collect())
        }
        Value::List(elements) => {
            Value::List(elements.into_iter().map(|element| blurred(element, chosen)).collect())
        }
        Value::String(_) | Value::Number(_) | Value::Bool(_) if chosen() => Value::unknown(),
        value => value,
    }
}

async fn start() -> (Running, Core<Server>) {
    let config = Config { listen: ([127, 0, 0, 1], 0).into(), ..Config::default() };
    let azure = Emulator::start(config).await.unwrap();
    let core = Core::new(Server::new(AzureTrafficManager::new(Environment::default()))).await;
    let provider = json!({
        "environment": "emulator", "subscription_id": SUBSCRIPTION, "emulator_url": azure.url(),
    });
    core.configure_with(&provider).await.unwrap();
    (azure, core)
}

/// An empty Azure but for a profile that can be nested.
fn reset(azure: &Running) {
    azure.reset();
    let child = json!({
        "location": "global",
        "properties": {
            "trafficRoutingMethod": "Weighted",
            "dnsConfig": { "relativeName": "law-child", "ttl": 30 },
            "monitorConfig": { "protocol": "TCP", "port": 443 },
            "endpoints": [{
                "name": "leaf",
                "type": "Microsoft.Network/trafficManagerProfiles/externalEndpoints",
                "properties": { "target": "leaf.example.com" },
            }],
        },
    });
    let made = call(azure, Method::PUT, "child", Some(&child));
    assert!(made.is_object(), "the child was not made: {made}");
}

async fn apply_if_planned(
    profile: &mut Instance<'_, Server>,
    draft: &Json,
    tally: &Tally,
) -> Result<(), TestCaseError> {
    let config = profile.config(draft);
    let planned = match profile.plan(&config).await {
        Ok(planned) => planned,
        Err(report) => {
            prop_assert!(report.violations.is_empty(), "{report}");
            tally.refused.set(tally.refused.get() + 1);
            return Ok(());
        }
    };
    if let Err(report) = profile.apply(planned).await {
        return Err(TestCaseError::fail(format!("planned, and refused at apply:\n{report}\n{draft:#}")));
    }
    let again = profile.plan(&config).await;
    let again = again.map_err(|report| TestCaseError::fail(format!("the second plan fails:\n{report}")))?;
    prop_assert_eq!(again.action, Action::NoOp, "the second plan is not empty: {:#}", draft);
    tally.applied.set(tally.applied.get() + 1);
    Ok(())
}

async fn clearing_is_like_creating_bare(
    azure: &Running,
    profile: &mut Instance<'_, Server>,
    core: &Core<Server>,
) -> Result<(), TestCaseError> {
    let bare = profile.config(&configs::bare());
    profile.settle(&bare).await.map_err(|report| TestCaseError::fail(format!("clearing:\n{report}")))?;
    let cleared = call(azure, Method::GET, "law", None);
    profile.destroy().await.map_err(|report| TestCaseError::fail(format!("destroying:\n{report}")))?;
    let mut fresh = core.resource(PROFILE);
    fresh.settle(&bare).await.map_err(|report| TestCaseError::fail(format!("creating bare:\n{report}")))?;
    prop_assert_eq!(cleared, call(azure, Method::GET, "law", None));
    Ok(())
}

fn call(azure: &Running, method: Method, name: &str, body: Option<&Json>) -> Json {
    let path = format!(
        "/subscriptions/{SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.Network/trafficManagerProfiles/{name}"
    );
    let body = body.map(|body| Bytes::from(body.to_string())).unwrap_or_default();
    let request = Request { method, path, query: "api-version=2022-04-01".to_owned(), body };
    let answer = azure.with_service(|service| service.answer(&request));
    serde_json::from_str(&answer.body).unwrap_or(Json::Null)
}
