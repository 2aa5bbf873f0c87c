//! Laws of several endpoints of one profile, which are resources of their own: what the plans of one run accept, Azure
//! accepts, whatever the order in which they come; what they refuse is wrong; after the apply there is nothing left to
//! do; and what others have in the profile stays.
//!
//! Terraform is simulated, Azure is the emulator in this process, and time passes only while all wait.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Poll;
use std::time::Duration;

use arm::{TYPED_RECORDS_API_VERSION, Transport, TransportError};
use async_trait::async_trait;
use bytes::Bytes;
use emulator::InProcess;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value as Json, json};
use test_support::{profile_id, say};
use tf_plugin::{Configure, Diagnostics, Provider, Registry, Server, Value, object};
use tf_plugin_testing::core::{Action, Core, Instance, PlannedChange, Report};
use tokio::runtime::Builder;

use crate::azure::Azure;
use crate::cloud::{Cloud, EMULATOR_URL};
use crate::fleet_hub::FleetHub;
use crate::{AzureTrafficManager, Environment};

/// How many sequences are tried.
const CASES: u32 = 96;

object! {
    struct Nothing {}
}

/// The provider on an emulator in this process.
struct OnEmulator {
    emulator: Arc<InProcess>,
    /// Whether another hand deletes the endpoint `e1` right before writes are sent together.
    interferes: Arc<AtomicBool>,
    /// Whether writes of endpoints are sent together.
    batches: bool,
}

impl Provider for OnEmulator {
    type Config = Nothing;
    type Data = Azure;

    async fn configure(&self, _: Configure<Nothing>, _: &mut Diagnostics) -> Option<Azure> {
        let cloud = Cloud::named("emulator", EMULATOR_URL)?.ok()?;
        let interferes = Arc::clone(&self.interferes);
        let transport = Arc::new(Nearby { emulator: Arc::clone(&self.emulator), interferes });
        let client = arm::Client::with_transport(cloud.address.clone(), None, "laws", transport);
        Some(Azure {
            fleet_hub: Arc::new(FleetHub::new(None, client.clone(), None)),
            client,
            cloud,
            subscription_id: Value::Known(test_support::SUBSCRIPTION.to_owned()),
            ignored_warnings: BTreeSet::new(),
            batches_endpoints: self.batches,
            session: Arc::default(),
        })
    }

    fn register(&self, registry: &mut Registry<Azure>) {
        AzureTrafficManager::new(Environment::default()).register(registry);
    }
}

/// The way to it takes time, so that calls of one step overlap.
struct Nearby {
    emulator: Arc<InProcess>,
    interferes: Arc<AtomicBool>,
}

#[async_trait]
impl Transport for Nearby {
    async fn send(&self, request: http::Request<Bytes>) -> Result<http::Response<Bytes>, TransportError> {
        tokio::time::sleep(Duration::from_millis(20)).await;
        // All of a profile is read before writes are sent together, and at no other time here.
        let is_whole = request.uri().query().is_some_and(|query| query.contains(TYPED_RECORDS_API_VERSION));
        if is_whole && self.interferes.swap(false, Ordering::SeqCst) {
            let id = format!("{}/externalEndpoints/e1", profile_id("rg", "law"));
            assert!(ask(&self.emulator, http::Method::DELETE, &id, Bytes::new()).await.0);
        }
        let answer = self.emulator.answer(request).await;
        tokio::time::sleep(Duration::from_millis(20)).await;
        answer.ok_or_else(|| TransportError::Broken("no fault is injected here".into()))
    }
}

/// What is configured for one endpoint.
#[derive(Clone, Debug)]
struct Draft {
    priority: Option<i64>,
    target: u8,
    code: u8,
    weight: i64,
}

/// A configuration of up to eight endpoints, two of them nested profiles, and what another hand does before it.
#[derive(Clone, Debug)]
struct Round {
    endpoints: [Option<Draft>; 8],
    foreign: Option<Draft>,
}

/// The codes of places; letter case does not matter.
const CODES: [&str; 8] = ["DE", "FR", "GB", "US", "JP", "de", "WORLD", "GEO-EU"];
/// The endpoints from this one on are nested profiles.
const NESTED: usize = 6;
/// The name of the endpoint that is somebody else's.
const FOREIGN: &str = "theirs";

fn draft() -> impl Strategy<Value = Draft> {
    let priority = proptest::option::weighted(0.6, 1..=12_i64);
    (priority, 0..16_u8, 0..8_u8, 1..=3_i64).prop_map(|(priority, target, code, weight)| Draft {
        priority,
        target,
        code,
        weight,
    })
}

/// Endpoints that are each other's: rotated, so that each takes what another gives up.
fn rotated() -> impl Strategy<Value = [Option<Draft>; 8]> {
    (0..8_usize, 2..=8_usize).prop_map(|(by, count)| {
        std::array::from_fn(|index| {
            let own = u8::try_from((index + by) % count).unwrap();
            let draft = Draft { priority: Some(i64::from(own) + 1), target: own, code: own, weight: 1 };
            (index < count).then_some(draft)
        })
    })
}

fn round() -> impl Strategy<Value = Round> {
    let some = proptest::option::weighted(0.4, draft());
    let arbitrary = proptest::array::uniform8(some);
    let endpoints = prop_oneof![2 => arbitrary, 1 => rotated()];
    (endpoints, proptest::option::weighted(0.3, draft()))
        .prop_map(|(endpoints, foreign)| Round { endpoints, foreign })
}

fn sequence() -> impl Strategy<Value = (&'static str, bool, Vec<Round>)> {
    let method = prop_oneof![2 => Just("Priority"), 1 => Just("Weighted"), 1 => Just("Geographic")];
    (method, any::<bool>(), proptest::collection::vec(round(), 1..4))
}

impl Draft {
    fn properties(&self) -> Json {
        json!({
            "target": format!("t{}.example.com", self.target), "priority": self.priority, "weight": self.weight,
            "geoMapping": [CODES[usize::from(self.code)]],
        })
    }

    fn config(&self, index: usize) -> Json {
        let mut config = json!({
            "name": format!("e{index}"), "profile_id": profile_id("rg", "law"),
            "priority": self.priority, "weight": self.weight, "geo_mappings": [CODES[usize::from(self.code)]],
        });
        if index < NESTED {
            config["target"] = json!(format!("t{}.example.com", self.target));
        } else {
            config["target_resource_id"] = json!(child(self.target));
        }
        config
    }
}

/// The id of a profile that can be nested.
fn child(number: u8) -> String {
    profile_id("rg", &format!("child{number}"))
}

/// The resources of the endpoints, each with its type.
fn resources(core: &Core) -> Vec<Instance<'_>> {
    let of = |index| match index {
        0..NESTED => "azuretm_traffic_manager_external_endpoint",
        _ => "azuretm_nested_profile",
    };
    (0..8).map(|index| core.resource(of(index))).collect()
}

/// Whether Azure can have these endpoints at once, each nested or not: what it says of priorities, targets and codes.
fn is_sound(method: &str, drafts: &[(bool, Draft)]) -> bool {
    let targets = drafts.iter().map(|(is_nested, draft)| format!("{is_nested} {}", draft.target)).collect();
    let drafts: Vec<&Draft> = drafts.iter().map(|(_, draft)| draft).collect();
    let unique = |keys: Vec<String>| keys.iter().collect::<BTreeSet<_>>().len() == keys.len();
    let priorities = drafts.iter().filter_map(|draft| draft.priority).map(|own| own.to_string()).collect();
    let codes = drafts.iter().map(|draft| CODES[usize::from(draft.code)].to_uppercase()).collect();
    unique(priorities) && unique(targets) && (method != "Geographic" || unique(codes))
}

/// What the profile is to have: an endpoint that never had a priority keeps the number that it was given.
fn wanted(
    round: &Round,
    before: &Round,
    foreign: Option<&Draft>,
    live: &BTreeMap<String, Json>,
) -> Vec<(bool, Draft)> {
    let number = |name: &str| live.get(name).and_then(|endpoint| endpoint["properties"]["priority"].as_i64());
    let own =
        round.endpoints.iter().zip(&before.endpoints).enumerate().filter_map(|(index, (draft, before))| {
            let draft = draft.clone()?;
            let keeps = before.as_ref().is_some_and(|before| before.priority.is_none());
            let kept = number(&format!("e{index}")).filter(|_| keeps);
            Some((index >= NESTED, Draft { priority: draft.priority.or(kept), ..draft }))
        });
    let foreign = foreign.map(|draft| (false, Draft { priority: number(FOREIGN), ..draft.clone() }));
    own.chain(foreign).collect()
}

#[derive(Default)]
struct Tally {
    applied: Cell<u32>,
    refused: Cell<u32>,
}

#[test]
fn what_the_plans_of_a_run_accept_azure_accepts_and_others_keep_what_they_have() {
    let runtime = Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
    let tally = Tally::default();
    let mut runner = TestRunner::new(Config { failure_persistence: None, ..Config::with_cases(CASES) });
    let outcome = runner.run(&sequence(), |(method, batches, rounds)| {
        runtime.block_on(the_laws_hold((method, batches), &rounds, &tally))
    });
    let (applied, refused) = (tally.applied.get(), tally.refused.get());
    say(&format!(
        "laws: {CASES} sequences of up to 8 endpoints, {applied} runs applied, {refused} refused at plan"
    ));
    outcome.unwrap_or_else(|failure| panic!("{failure}"));
    assert!(applied > CASES / 4 && refused > CASES / 4, "the configurations say too little");
}

/// An emulator with an empty profile, and Terraform beside the provider.
async fn start((method, batches): (&str, bool), interferes: Arc<AtomicBool>) -> (Arc<InProcess>, Core) {
    let azure = Arc::new(InProcess::new(emulator::Settings::default()));
    let profile = |relative_name: &str| {
        json!({
            "location": "global",
            "properties": {
                "trafficRoutingMethod": method,
                "dnsConfig": { "relativeName": relative_name, "ttl": 30 },
                "monitorConfig": { "protocol": "TCP", "port": 443 },
            },
        })
    };
    assert!(put(&azure, &profile_id("rg", "law"), &profile("law")).await);
    for number in 0..16 {
        assert!(put(&azure, &child(number), &profile(&format!("child{number}"))).await);
    }
    let provider = OnEmulator { emulator: Arc::clone(&azure), interferes, batches };
    let core = Core::new(Server::new(provider)).await;
    core.configure_with(&json!({})).await.unwrap();
    (azure, core)
}

#[tokio::test(start_paused = true)]
async fn an_endpoint_that_is_deleted_before_a_swap_is_not_made_again_by_it() {
    let interferes = Arc::new(AtomicBool::new(false));
    let (azure, core) = start(("Priority", false), Arc::clone(&interferes)).await;
    let mut instances = resources(&core);
    let two = |priorities: [i64; 2]| {
        let draft = |index: usize| {
            let priority = *priorities.get(index)?;
            Some(Draft { priority: Some(priority), target: u8::try_from(index).unwrap(), code: 0, weight: 1 })
        };
        Round { endpoints: std::array::from_fn(draft), foreign: None }
    };
    assert!(run(&core, &mut instances, &two([1, 2]), true).await.unwrap());
    let planned = core.together(all(plan(&mut instances, &two([2, 1])))).await;
    interferes.store(true, Ordering::SeqCst);
    let applies = instances.iter_mut().zip(planned).map(|(instance, plan)| -> Step<'_, Report> {
        Box::pin(async move { instance.apply(plan.unwrap()).await })
    });
    let outcomes = core.together(all(applies.collect())).await;
    assert!(!interferes.load(Ordering::SeqCst), "the writes were sent together");
    assert!(
        outcomes[0].is_ok(),
        "the number is free now: {:?}",
        outcomes[0].as_ref().err().map(Report::to_string)
    );
    assert!(outcomes[1].as_ref().unwrap_err().errors()[0].contains("It does not exist any more"));
    assert_eq!(endpoints(&azure).await.into_keys().collect::<Vec<_>>(), ["e0"]);
}

async fn the_laws_hold(
    (method, batches): (&str, bool),
    rounds: &[Round],
    tally: &Tally,
) -> Result<(), TestCaseError> {
    let (azure, core) = start((method, batches), Arc::default()).await;
    let mut instances = resources(&core);
    let mut foreign: Option<Draft> = None;
    let mut before = Round { endpoints: Default::default(), foreign: None };
    for round in rounds {
        if let Some(draft) = &round.foreign {
            let id = format!("{}/externalEndpoints/{FOREIGN}", profile_id("rg", "law"));
            let is_put = put(&azure, &id, &json!({ "properties": draft.properties() })).await;
            foreign = if is_put { Some(draft.clone()) } else { foreign };
        }
        let live = endpoints(&azure).await;
        let wanted = wanted(round, &before, foreign.as_ref(), &live);
        let is_applied = run(&core, &mut instances, round, is_sound(method, &wanted)).await?;
        let count = if is_applied { &tally.applied } else { &tally.refused };
        count.set(count.get() + 1);
        before = if is_applied { round.clone() } else { before };
        let after = endpoints(&azure).await;
        prop_assert_eq!(after.get(FOREIGN), live.get(FOREIGN), "somebody else's endpoint has changed");
    }
    Ok(())
}

/// Plans and applies a configuration, and plans it again. Whether it was applied is answered.
async fn run(
    core: &Core,
    instances: &mut [Instance<'_>],
    round: &Round,
    is_sound: bool,
) -> Result<bool, TestCaseError> {
    let planned = core.together(all(plan(instances, round))).await;
    let said = planned.iter().filter_map(|plan| plan.as_ref().err()).map(Report::to_string);
    let said = said.collect::<Vec<_>>().join("\n");
    prop_assert_eq!(said.is_empty(), is_sound, "{:#?}\n{}", round, said);
    if !is_sound {
        return Ok(false);
    }
    let applies = instances.iter_mut().zip(planned).map(|(instance, plan)| -> Step<'_, Report> {
        Box::pin(async move { instance.apply(plan.unwrap()).await })
    });
    for applied in core.together(all(applies.collect())).await {
        let refused =
            |report| TestCaseError::fail(format!("planned, and refused at apply:\n{report}\n{round:#?}"));
        applied.map_err(refused)?;
    }
    for again in core.together(all(plan(instances, round))).await {
        prop_assert_eq!(again.unwrap().action, Action::NoOp, "the second plan is not empty");
    }
    Ok(true)
}

/// One resource's part of a step.
type Step<'a, T> = Pin<Box<dyn Future<Output = Result<T, Report>> + 'a>>;

/// The plans of one run: what is configured is planned, and what is not any more is to be destroyed.
fn plan<'a>(instances: &'a mut [Instance<'_>], round: &'a Round) -> Vec<Step<'a, PlannedChange>> {
    let pairs = instances.iter_mut().zip(&round.endpoints).enumerate();
    pairs
        .map(|(index, (instance, draft))| -> Step<'_, PlannedChange> {
            Box::pin(async move {
                match draft {
                    Some(draft) => {
                        let config = instance.config(&draft.config(index));
                        instance.plan(&config).await
                    }
                    None => instance.plan_destroy().await,
                }
            })
        })
        .collect()
}

/// Waits for all, side by side.
async fn all<T>(mut futures: Vec<Step<'_, T>>) -> Vec<Result<T, Report>> {
    let mut done: BTreeMap<usize, Result<T, Report>> = BTreeMap::new();
    poll_fn(|context| {
        for (index, future) in futures.iter_mut().enumerate() {
            if !done.contains_key(&index)
                && let Poll::Ready(value) = future.as_mut().poll(context)
            {
                done.insert(index, value);
            }
        }
        if done.len() == futures.len() { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
    done.into_values().collect()
}

/// Whether another hand could put this.
async fn put(azure: &InProcess, id: &str, body: &Json) -> bool {
    ask(azure, http::Method::PUT, id, body.to_string().into()).await.0
}

/// The endpoints by name.
async fn endpoints(azure: &InProcess) -> BTreeMap<String, Json> {
    let (_, profile) = ask(azure, http::Method::GET, &profile_id("rg", "law"), Bytes::new()).await;
    let endpoints = profile["properties"]["endpoints"].as_array().cloned().unwrap_or_default();
    endpoints.into_iter().map(|each| (each["name"].as_str().unwrap().to_owned(), each)).collect()
}

async fn ask(azure: &InProcess, method: http::Method, id: &str, body: Bytes) -> (bool, Json) {
    let uri = format!("{EMULATOR_URL}{id}?api-version=2022-04-01");
    let request = http::Request::builder().method(method).uri(uri).header("content-type", "application/json");
    let answer = azure.answer(request.body(body).unwrap()).await.unwrap();
    (answer.status().is_success(), serde_json::from_slice(answer.body()).unwrap_or_default())
}
