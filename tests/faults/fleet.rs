//! The life of a profile and a backend on the hub of a fleet: every request of it, failed in every way.
//!
//! What is on the hub is never lost: the state has it, or nothing was made. The run after a failure gets there.

use std::collections::BTreeMap;
use std::sync::Arc;

use emulator::{Dropped, Fault, FaultAnswer};
use serde_json::{Value as Json, json};
use tf_plugin::cty::Value;
use tf_plugin_testing::core::{Core, Instance, Report, Stored};
use tokio::runtime::Builder;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::login::Application;
use crate::matrix::AT_ONCE;
use crate::provider::provider_with;
use terraform_provider_azuretm::{AzureTrafficManager, Environment};
use test_support::{Azure, fleet_id, provider_config, with_fleet_hub};
use tf_plugin::Server;

/// The part of the path that all requests to hubs have.
const HUBS: &str = "/hubs/";

/// The kinds of the two objects, as resources and on the hub, and their names.
const OBJECTS: [(&str, &str, &str); 2] = [
    ("azuretm_fleet_profile", "trafficmanagerprofiles", "shop"),
    ("azuretm_fleet_backend", "trafficmanagerbackends", "web"),
];

/// What is done to the objects.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Step {
    Create,
    Update,
    Refresh,
    Destroy,
}

/// A way in which a request to the hub fails.
#[derive(Clone, Copy, Debug)]
enum Failure {
    Status(u16),
    StatusAfterEffect(u16),
    /// A page instead of an answer.
    Page,
    ResetBefore,
    ResetAfter,
    /// The connection breaks in the middle of the answer, or of a watch.
    Cut,
}

const FAILURES: [Failure; 11] = [
    Failure::Status(401),
    Failure::Status(403),
    Failure::Status(404),
    Failure::Status(409),
    Failure::Status(429),
    Failure::Status(500),
    Failure::StatusAfterEffect(500),
    Failure::Page,
    Failure::ResetBefore,
    Failure::ResetAfter,
    Failure::Cut,
];

impl Failure {
    fn at(self, nth: u64) -> Fault {
        let fault = Fault { path: Some(HUBS.to_owned()), nth: Some(nth), times: Some(1), ..Fault::default() };
        let answer = |answer| Fault { answer: Some(answer), ..fault.clone() };
        let status = |code| FaultAnswer { status: Some(code), ..FaultAnswer::default() };
        match self {
            Self::Status(code) => answer(status(code)),
            Self::StatusAfterEffect(code) => answer(FaultAnswer { after_effect: true, ..status(code) }),
            Self::Page => answer(FaultAnswer { body: Some(json!("<html>log in</html>")), ..status(200) }),
            Self::ResetBefore => Fault { drop: Some(Dropped::Before), ..fault },
            Self::ResetAfter => Fault { drop: Some(Dropped::After), ..fault },
            Self::Cut => answer(FaultAnswer { truncate_at: Some(30), ..FaultAnswer::default() }),
        }
    }
}

#[test]
fn whatever_fails_at_the_hub_nothing_is_lost_and_the_next_run_gets_there() {
    let runtime = Builder::new_multi_thread().worker_threads(4).enable_all().build().unwrap();
    let results = runtime.block_on(all_cases());
    let (all, refused) = (results.len(), results.iter().filter(|(_, result)| *result == Ok(true)).count());
    let failures: Vec<String> =
        results.into_iter().filter_map(|(case, result)| Some(format!("{case}: {}", result.err()?))).collect();
    println!("fleet: survived {} of {all}, {refused} of them after an error", all - failures.len());
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    assert!(refused > all / 20, "the faults were too harmless to show anything");
}

async fn all_cases() -> Vec<(String, Result<bool, String>)> {
    let turns = Arc::new(Semaphore::new(AT_ONCE));
    let mut running = JoinSet::new();
    for step in [Step::Create, Step::Update, Step::Refresh, Step::Destroy] {
        let requests = requests_of(step).await;
        assert!(requests >= 2, "{step:?} has {requests} requests");
        for (request, failure) in
            (1..=requests).flat_map(|request| FAILURES.map(|failure| (request, failure)))
        {
            let turns = Arc::clone(&turns);
            running.spawn(async move {
                let _turn = turns.acquire_owned().await.unwrap();
                let case = format!("{step:?}, request {request}: {failure:?}");
                (case, Box::pin(survive(step, failure, request)).await)
            });
        }
    }
    running.join_all().await
}

/// A fleet whose members export a service.
async fn start() -> Azure {
    let azure = Azure::start().await;
    azure.seed_fleet("demo", &[("aks-1", &[("team-a", "web", 1)]), ("aks-2", &[("team-a", "web", 1)])]);
    let namespace = json!({ "apiVersion": "v1", "kind": "Namespace", "metadata": { "name": "team-a" } });
    let (status, _) = ask(&azure, "POST", "/api/v1/namespaces", Some(namespace)).await;
    assert_eq!(status, 201);
    azure
}

/// Asks the hub beside the runtime, which the connection would block.
async fn ask(azure: &Azure, method: &'static str, path: &str, body: Option<Json>) -> (u16, Json) {
    let (url, path) = (azure.running.url(), path.to_owned());
    let asked = tokio::task::spawn_blocking(move || {
        test_support::ask_hub(&url, "demo", method, &path, body.as_ref())
    });
    asked.await.unwrap()
}

/// The configuration of the provider with the hub of the fleet.
fn with_hub(config: Json) -> Json {
    with_fleet_hub(config, json!({ "fleet_id": fleet_id("demo") }))
}

async fn provider(azure: &Azure) -> Core {
    provider_with(&with_hub(provider_config(&azure.running.url()))).await
}

fn config(instance: &Instance<'_>, object: usize, is_changed: bool) -> Value {
    let time = json!({ "create": "1m", "read": "1m", "update": "1m", "delete": "1m" });
    let wanted = if object == 0 {
        json!({
            "name": "shop", "namespace": "team-a", "resource_group_name": "rg-global", "timeouts": time,
            "monitor_config": { "port": if is_changed { 8081 } else { 8080 } },
        })
    } else {
        json!({
            "name": "web", "namespace": "team-a", "profile_name": "shop", "service_name": "web", "timeouts": time,
            "weight": if is_changed { 200 } else { 100 },
        })
    };
    instance.config(&wanted)
}

type States = [Option<Stored>; 2];

fn instances(core: &Core, states: States) -> [Instance<'_>; 2] {
    let mut states = states.into_iter();
    OBJECTS.map(|(resource, _, _)| {
        let mut instance = core.resource(resource);
        instance.store(states.next().flatten());
        instance
    })
}

/// Does the step to both, in the order of Terraform; stops at the first that is refused.
async fn act(step: Step, both: &mut [Instance<'_>; 2]) -> Result<(), Report> {
    let order = if step == Step::Destroy { [1, 0] } else { [0, 1] };
    for object in order {
        let instance = &mut both[object];
        match step {
            Step::Create | Step::Update => {
                let wanted = config(instance, object, step == Step::Update);
                instance.settle(&wanted).await?;
            }
            Step::Refresh => {
                instance.refresh().await?;
            }
            Step::Destroy => {
                instance.destroy().await?;
            }
        }
    }
    Ok(())
}

/// What there is before the step.
async fn before(step: Step, azure: &Azure) -> States {
    if step == Step::Create {
        return [None, None];
    }
    let core = provider(azure).await;
    let mut both = instances(&core, [None, None]);
    act(Step::Create, &mut both).await.unwrap_or_else(|report| panic!("{report}"));
    both.map(|instance| instance.stored().cloned())
}

/// How many requests to the hub the step has.
async fn requests_of(step: Step) -> u64 {
    let azure = start().await;
    let states = before(step, &azure).await;
    azure.running.clear_requests();
    let core = provider(&azure).await;
    act(step, &mut instances(&core, states)).await.unwrap_or_else(|report| panic!("{report}"));
    let requests = azure.running.requests();
    u64::try_from(requests.iter().filter(|request| request.path.contains(HUBS)).count()).unwrap()
}

/// The step with a failure, and the run that comes after it. Answers whether the step was refused.
async fn survive(step: Step, failure: Failure, request: u64) -> Result<bool, String> {
    let azure = start().await;
    let states = before(step, &azure).await;
    let core = provider(&azure).await;
    let mut both = instances(&core, states);
    azure.running.faults([failure.at(request)]).unwrap();
    let is_refused = match act(step, &mut both).await {
        Ok(()) => false,
        Err(report) if report.violations.is_empty() && report.has_errors() => true,
        Err(report) => return Err(format!("rules of Terraform are broken:\n{report}")),
    };
    azure.running.clear_faults();
    let states = both.map(|instance| instance.stored().cloned());
    for ((_, kind, name), stored) in OBJECTS.iter().zip(&states) {
        let path = format!("/apis/networking.fleet.azure.com/v1beta1/namespaces/team-a/{kind}/{name}");
        let (answered, object) = ask(&azure, "GET", &path, None).await;
        if answered == 200 && stored.is_none() && object["metadata"]["deletionTimestamp"].is_null() {
            return Err(format!("the hub has {name}, and no state"));
        }
    }
    let core = provider(&azure).await;
    let mut both = instances(&core, states);
    for instance in &mut both {
        if instance.stored().is_some() {
            instance.refresh().await.map_err(|report| format!("the next refresh fails:\n{report}"))?;
        }
    }
    let next = if step == Step::Refresh { Step::Create } else { step };
    act(next, &mut both).await.map_err(|report| format!("the next run fails:\n{report}"))?;
    arrived(next, &azure).map(|()| is_refused)
}

/// Whether Azure is as the step wants it.
fn arrived(step: Step, azure: &Azure) -> Result<(), String> {
    let profiles = azure.profiles();
    if step == Step::Destroy {
        return if profiles.is_empty() { Ok(()) } else { Err(format!("profiles are left: {profiles:?}")) };
    }
    let [id] = &profiles[..] else { return Err(format!("there is not one profile: {profiles:?}")) };
    let profile = azure.profile(id).unwrap_or_default();
    let (port, weight) = if step == Step::Update { (8081, 100) } else { (8080, 50) };
    let endpoints = profile["properties"]["endpoints"].as_array().cloned().unwrap_or_default();
    let weights: BTreeMap<_, _> = endpoints
        .iter()
        .map(|endpoint| (endpoint["name"].to_string(), endpoint["properties"]["weight"].clone()))
        .collect();
    let is_right = profile["properties"]["monitorConfig"]["port"] == port
        && weights.len() == 2
        && weights.values().all(|found| *found == json!(weight));
    if is_right { Ok(()) } else { Err(format!("Azure is not as it is wanted: {profile:#}")) }
}

/// Over https, the hub takes tokens of its own audience only. One that it refuses is renewed.
#[tokio::test]
async fn a_hub_is_reached_with_tokens_of_the_providers_own_credentials() {
    let azure = start().await;
    let application = Application::register(&azure.running, "kV8~fleet", None);
    let authority = application.authority().to_owned();
    let environment =
        Environment::from_lookup(move |name| (name == "SSL_CERT_FILE").then(|| authority.clone()));
    let core = Core::new(Server::new(AzureTrafficManager::new(environment))).await;
    let config = with_hub(application.provider());
    core.configure_with(&config).await.unwrap_or_else(|report| panic!("{report}"));
    let mut both = instances(&core, [None, None]);
    act(Step::Create, &mut both).await.unwrap_or_else(|report| panic!("{report}"));
    azure.running.faults([Failure::Status(401).at(1)]).unwrap();
    act(Step::Update, &mut both).await.unwrap_or_else(|report| panic!("{report}"));
    arrived(Step::Update, &azure).unwrap();
    azure.running.clear_faults();
    let refused = azure.running.requests().into_iter().filter(|request| request.status == Some(401));
    assert_eq!(refused.count(), 1, "only the one that was to be");
    act(Step::Destroy, &mut both).await.unwrap_or_else(|report| panic!("{report}"));
    arrived(Step::Destroy, &azure).unwrap();
}
