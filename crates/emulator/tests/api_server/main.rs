//! A real Kubernetes API server and the emulated one are asked the same, and answer the same.
//!
//! Both have the kinds of a hub, the real one from the emulated one's own `CustomResourceDefinition`s. Nothing acts on the
//! objects: neither Fleet's controllers nor those of Kubernetes run. Without the programs of the real server the tests say
//! so and end.
#![expect(clippy::unwrap_used, reason = "a test ends where something is not as it should be")]

#[path = "../../src/hub/definitions.rs"]
mod definitions;
mod exceptions;
mod http;
mod normal;
mod programs;
mod real_definitions;
mod scenarios;
mod script;
mod servers;

use std::time::Duration;

use kube_emulator::ApiServer;
use serde_json::{Value, json};
use test_support::{KubeApiServer, say};

use self::exceptions::{ANSWERS, Exceptions, is_exception, outdated};
use self::normal::{differences, normal, part_of};
use self::script::{CRDS, NAMESPACES, Scenario, create, get};
use self::servers::{Answers, Server};

#[tokio::test]
async fn the_emulated_server_answers_as_a_real_one() {
    let Some(real) = KubeApiServer::start().await else { return };
    let (real, emulated) = (Server::Real(real), Server::Emulated(ApiServer::new(definitions::definitions())));
    for definition in definitions::definitions() {
        install(&real, &definition.crd()).await;
    }
    let mut total = 0;
    let mut different = Vec::new();
    for scenario in scenarios::all() {
        total += scenario.steps.len();
        different.extend(run(&scenario, &real, &emulated).await);
    }
    report("", total, &different, ANSWERS);
}

/// Says how much is equal.
///
/// # Panics
/// If something differs that is no exception, or an exception does not differ.
fn report(what: &str, total: usize, different: &[Different], exceptions: &[Exceptions]) {
    let (excepted, wrong): (Vec<_>, Vec<_>) =
        different.iter().partition(|found| is_exception(exceptions, &found.step));
    say(&format!("{what}equal {} of {total} ({} exceptions)", total - different.len(), excepted.len()));
    let wrong = wrong.iter().map(|found| format!("{}\n{}\n", found.step, found.lines.join("\n")));
    let steps: Vec<_> = different.iter().map(|found| found.step.clone()).collect();
    let all: Vec<_> = wrong.chain(outdated(exceptions, &steps)).collect();
    assert!(all.is_empty(), "{}", all.join("\n"));
}

/// A step that was not answered the same.
struct Different {
    /// The names of scenario and step.
    step: String,
    /// Where the answers differ.
    lines: Vec<String>,
}

async fn run(scenario: &Scenario, real: &Server, emulated: &Server) -> Vec<Different> {
    let namespace = scenario.namespace();
    let (mut of_real, mut of_emulated) = (Answers::new(), Answers::new());
    let object = json!({ "metadata": { "name": namespace } });
    let start = create("namespace", NAMESPACES, &object);
    for server in [real, emulated] {
        let made = server.send(&start, &namespace, &Answers::new()).await;
        assert_eq!(made.status, 201, "{made:?}");
    }
    let mut different = Vec::new();
    for step in &scenario.steps {
        let (left, right) = tokio::join!(
            real.send(step, &namespace, &of_real),
            emulated.send(step, &namespace, &of_emulated)
        );
        let (mut expected, found) = (normal(&left), normal(&right));
        if step.is_part {
            part_of(&mut expected, &found);
        }
        let lines = differences(&expected, &found);
        if !lines.is_empty() {
            let step = format!("{}: {}", scenario.name, step.name);
            different.push(Different { step, lines });
        }
        let is_new =
            of_real.insert(step.name, left).is_none() && of_emulated.insert(step.name, right).is_none();
        assert!(is_new, "{}: two steps are called {}", scenario.name, step.name);
    }
    different
}

/// Adds a kind, and waits until its objects can be asked for.
async fn install(server: &Server, definition: &Value) {
    let none = Answers::new();
    let made = server.send(&create("install", CRDS, definition), "default", &none).await;
    assert_eq!(made.status, 201, "{made:?}");
    let (spec, name) = (&definition["spec"], definition["metadata"]["name"].as_str().unwrap());
    let versions = spec["versions"].as_array().unwrap().iter();
    for version in versions.map(|version| version["name"].as_str().unwrap()) {
        let (group, plural) = (spec["group"].as_str().unwrap(), spec["names"]["plural"].as_str().unwrap());
        let objects = get("objects", format!("/apis/{group}/{version}/{plural}"));
        while server.send(&objects, "default", &none).await.status != 200 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        // The list of kinds follows a moment later.
        let kinds = get("kinds", format!("/apis/{group}/{version}"));
        let is_listed = async || server.send(&kinds, "default", &none).await.body.contains(plural);
        while !is_listed().await {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
    assert!(name.starts_with(spec["names"]["plural"].as_str().unwrap()));
}
