//! Two endpoints that swap their priorities, which one request for both brings about: every request of the swap, failed in
//! every way.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Value as Json, json};
use tf_plugin::cty::Value;
use tf_plugin_testing::core::{Action, Core, Instance, Report, Stored};
use tokio::runtime::Builder;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::kinds::Kind;
use crate::matrix::{AT_ONCE, LONG, SHORT, says_what_to_do, with_time};
use crate::provider::provider_at;
use crate::scenes::{ENDPOINT, ours, priority_profile, timed};
use crate::wire::Wire;
use test_support::{Azure, foreign_endpoint};

/// The name, and the priorities before and after.
const ENDPOINTS: [(&str, i64, i64); 2] = [("a", 1, 2), ("b", 2, 1)];

#[test]
fn whatever_fails_in_a_swap_no_endpoint_is_lost_and_the_next_apply_gets_there() {
    let runtime = Builder::new_multi_thread().worker_threads(4).enable_all().build().unwrap();
    let results = runtime.block_on(all_cases());
    let (all, refused) = (results.len(), results.iter().filter(|(_, result)| *result == Ok(true)).count());
    let failures: Vec<String> =
        results.into_iter().filter_map(|(case, result)| Some(format!("{case}: {}", result.err()?))).collect();
    println!("swaps: survived {} of {all}, {refused} of them after an error", all - failures.len());
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    assert!(refused > all / 16, "the faults were too harmless to show anything");
}

async fn all_cases() -> Vec<(String, Result<bool, String>)> {
    let azure = start().await;
    let states = created(&azure).await;
    azure.running.clear_requests();
    let core = provider_at(&azure.running.url()).await;
    Box::pin(swap(&core, &mut instances(&core, states), LONG))
        .await
        .unwrap_or_else(|report| panic!("{report}"));
    let requests = azure.running.requests();
    let puts = requests.iter().filter(|request| request.method == "PUT").count();
    assert_eq!(puts, 1, "both are sent by one request: {requests:?}");
    let turns = Arc::new(Semaphore::new(AT_ONCE));
    let mut running = JoinSet::new();
    for request in 1..=u64::try_from(requests.len()).unwrap() {
        for kind in Kind::ALL {
            // Azure says itself that the profile is gone, to the refresh before the plan.
            if kind == Kind::NotFound && request == 1 {
                continue;
            }
            let turns = Arc::clone(&turns);
            running.spawn(async move {
                let _turn = turns.acquire_owned().await.unwrap();
                (format!("request {request}: {kind:?}"), Box::pin(survive(kind, request)).await)
            });
        }
    }
    running.join_all().await
}

/// An Azure with a profile that has an endpoint of somebody else.
async fn start() -> Azure {
    let azure = Azure::start().await;
    azure.put(&ours(), &priority_profile(30, &[]));
    let mut theirs = foreign_endpoint();
    theirs["properties"]["priority"] = json!(100);
    azure.put(&format!("{}/externalEndpoints/theirs", ours()), &theirs);
    azure
}

fn instances(core: &Core, states: [Option<Stored>; 2]) -> [Instance<'_>; 2] {
    states.map(|stored| {
        let mut instance = core.resource(ENDPOINT);
        instance.store(stored);
        instance
    })
}

fn config(instance: &Instance<'_>, (name, priority): (&str, i64), time: Option<&str>) -> Value {
    let wanted = json!({
        "name": name, "profile_id": ours(), "target": format!("{name}.example.com"), "priority": priority,
    });
    instance.config(&timed(wanted, time))
}

/// The states of both endpoints before the swap.
async fn created(azure: &Azure) -> [Option<Stored>; 2] {
    let core = provider_at(&azure.running.url()).await;
    let mut made = instances(&core, [None, None]);
    for (instance, (name, priority, _)) in made.iter_mut().zip(ENDPOINTS) {
        let wanted = config(instance, (name, priority), None);
        instance.settle(&wanted).await.unwrap_or_else(|report| panic!("{report}"));
    }
    made.map(|instance| instance.stored().cloned())
}

/// Plans and applies the swap, both endpoints at the same time.
async fn swap(core: &Core, instances: &mut [Instance<'_>; 2], time: &str) -> Result<bool, Report> {
    let [a, b] = instances;
    let [of_a, of_b] = ENDPOINTS.map(|(name, _, priority)| (name, priority));
    let (wants_a, wants_b) = (config(a, of_a, Some(time)), config(b, of_b, Some(time)));
    let (plan_a, plan_b) =
        core.together(Box::pin(async { tokio::join!(a.plan(&wants_a), b.plan(&wants_b)) })).await;
    let (plan_a, plan_b) = (plan_a?, plan_b?);
    let is_empty = plan_a.action == Action::NoOp && plan_b.action == Action::NoOp;
    let (done_a, done_b) =
        core.together(Box::pin(async { tokio::join!(a.apply(plan_a), b.apply(plan_b)) })).await;
    done_a.and(done_b).map(|_| is_empty)
}

/// The swap with a fault, and the runs that come after it. Answers whether it was refused.
async fn survive(kind: Kind, request: u64) -> Result<bool, String> {
    let azure = start().await;
    let before = created(&azure).await;
    let theirs = endpoints(&azure).remove("theirs");
    let wire = Wire::to(&azure.running.url()).await;
    let core = provider_at(wire.url()).await;
    let mut both = instances(&core, before);
    azure.running.faults([kind.at(request, false)]).unwrap();
    let acted = swap(&core, &mut both, if kind == Kind::Silent { SHORT } else { LONG }).await;
    wire.cut().await;
    azure.running.clear_faults();
    let is_refused = match acted {
        Ok(_) => false,
        Err(report) => says_what_to_do(&report).map(|()| true)?,
    };
    let now = endpoints(&azure);
    if now.len() != 3 || now.get("theirs") != theirs.as_ref() {
        return Err(format!("an endpoint is lost or changed: {now:#?}"));
    }
    let states = both.map(|instance| instance.stored().cloned().map(with_time));
    if states.iter().any(Option::is_none) {
        return Err("a state is lost".to_owned());
    }
    let core = provider_at(&azure.running.url()).await;
    let mut both = instances(&core, states);
    for instance in &mut both {
        instance.refresh().await.map_err(|report| format!("the next refresh fails:\n{report}"))?;
    }
    swap(&core, &mut both, LONG).await.map_err(|report| format!("the next apply fails:\n{report}"))?;
    let now = endpoints(&azure);
    let is_swapped = ENDPOINTS.iter().all(|(name, _, priority)| {
        now.get(*name).is_some_and(|endpoint| endpoint["properties"]["priority"] == *priority)
    });
    if !is_swapped || now.get("theirs") != theirs.as_ref() {
        return Err(format!("the next apply did not get there: {now:#?}"));
    }
    match swap(&core, &mut both, LONG).await {
        Ok(true) => Ok(is_refused),
        Ok(false) => Err("the plan after it is not empty".to_owned()),
        Err(report) => Err(format!("the plan after it fails:\n{report}")),
    }
}

/// The endpoints by name.
fn endpoints(azure: &Azure) -> BTreeMap<String, Json> {
    let profile = azure.profile(&ours()).unwrap_or_default();
    let endpoints = profile["properties"]["endpoints"].as_array().cloned().unwrap_or_default();
    endpoints.into_iter().map(|each| (each["name"].as_str().unwrap().to_owned(), each)).collect()
}
