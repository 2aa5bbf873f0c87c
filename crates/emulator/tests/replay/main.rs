//! Replays recorded traffic of the real service against the emulated one and compares status and body,
//! including the order of keys.
//!
//! The recordings are not part of the repository. Without them the test says so and ends.

use std::collections::{BTreeMap, HashSet};
use std::io::Write;
use std::path::{Path, PathBuf};

use emulator::{Request, Service, Settings};
use serde::Deserialize;
use serde_json::Value;

mod exceptions;
mod masks;

#[derive(Deserialize)]
struct Recording {
    replay_contradictions: f64,
    exchanges: Vec<Exchange>,
}

#[derive(Deserialize)]
struct Exchange {
    method: String,
    url: String,
    request_body: Value,
    status: u16,
    response_body: Value,
}

#[derive(Default)]
struct Outcome {
    equal: usize,
    of_other_services: usize,
    excepted: usize,
    differences: Vec<String>,
}

#[test]
fn recorded_traffic_is_answered_as_the_service_answered_it() {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let recordings = recordings(&data);
    if recordings.is_empty() {
        say("skipped: no recordings");
        return;
    }
    let mut outcome = Outcome::default();
    for (name, recording) in &recordings {
        replay(name, recording, &mut outcome);
    }
    let total = outcome.equal + outcome.excepted + outcome.differences.len();
    say(&format!(
        "replayed {} of {total} ({} recordings; {} exceptions; {} exchanges with other services left out)",
        outcome.equal,
        recordings.len(),
        outcome.excepted,
        outcome.of_other_services
    ));
    assert!(outcome.differences.is_empty(), "{}", outcome.differences.join("\n\n"));
}

/// Writes a line that is seen even if the test passes: the harness keeps what the print macros write.
fn say(line: &str) {
    writeln!(std::io::stderr(), "{line}").expect("stderr can be written");
}

/// The recordings that have request bodies and that do not contradict themselves, by name.
fn recordings(data: &Path) -> BTreeMap<String, Recording> {
    let read = |path: PathBuf| std::fs::read(path).ok();
    let Some(index) = read(data.join("recordings-index.json")) else { return BTreeMap::new() };
    let index: Value = serde_json::from_slice(&index).expect("the index is JSON");
    let with_bodies = index["files"].as_array().expect("the index lists files").iter().filter(|file| {
        file["request_bodies"].as_bool() == Some(true) && file["replay_contradictions"].as_f64() == Some(0.0)
    });
    with_bodies
        .map(|file| {
            let name = file["file"].as_str().expect("a file has a name");
            let bytes = read(data.join("recordings").join(name)).expect("a listed recording is there");
            let recording: Recording = serde_json::from_slice(&bytes).expect("a recording has exchanges");
            assert!(recording.replay_contradictions == 0.0, "{name}");
            (name.to_owned(), recording)
        })
        .collect()
}

fn replay(name: &str, recording: &Recording, outcome: &mut Outcome) {
    let mut service = Service::new(Settings::default());
    seed(&mut service, recording);
    let mut created = HashSet::new();
    for (index, exchange) in recording.exchanges.iter().enumerate() {
        let Some((path, query)) = emulated(&exchange.url) else {
            outcome.of_other_services += 1;
            continue;
        };
        if exchange.method == "PUT" {
            created.insert(path.to_lowercase());
        }
        if let Some(group) = masks::deleted_group(exchange, &created) {
            // The recording lacks the deletion of the group that its later answers tell of.
            service.answer(&request("DELETE", &group, "api-version=2021-04-01", &Value::Null));
        }
        let answer = service.answer(&request(&exchange.method, path, query, &exchange.request_body));
        let body = if answer.body.is_empty() {
            Value::String(String::new())
        } else {
            serde_json::from_str(&answer.body).expect("the emulator answers JSON")
        };
        // As text, so that the order of keys counts.
        let expected = masks::recorded(&exchange.response_body, &created).to_string();
        let emulated = masks::emulated(&body).to_string();
        let same = answer.status.as_u16() == exchange.status && emulated == expected;
        let reason = exceptions::EXCEPTIONS.iter().find(|(file, at, _)| *file == name && *at == index);
        match (same, reason) {
            (true, None) => outcome.equal += 1,
            (false, Some(_)) => outcome.excepted += 1,
            (true, Some(_)) => outcome.differences.push(format!("{name} {index}: no exception any more")),
            (false, None) => outcome.differences.push(format!(
                "{name} {index}: {} {path}?{query}\n  sent     {}\n  recorded {} {expected}\n  emulated {} {emulated}",
                exchange.method,
                exchange.request_body,
                exchange.status,
                answer.status.as_u16(),
            )),
        }
    }
}

fn request(method: &str, path: &str, query: &str, body: &Value) -> Request {
    let body = match body {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        body => body.to_string(),
    };
    Request {
        method: method.parse().expect("a recorded method is one"),
        path: path.to_owned(),
        query: query.to_owned(),
        body: body.into(),
    }
}

/// The path and query of a request that the emulator claims to answer.
fn emulated(url: &str) -> Option<(&str, &str)> {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let path_and_query = &rest[rest.find('/')?..];
    let (path, query) = path_and_query.split_once('?').unwrap_or((path_and_query, ""));
    let lower = path.to_lowercase();
    let traffic_manager = lower.contains("/providers/microsoft.network/") && lower.contains("trafficmanager");
    let group = lower.contains("/resourcegroups/") && !lower.contains("/providers/");
    let other = ["/heatmaps/", "trafficmanagerusermetricskeys", "dnszones", "publicipaddresses"];
    let in_other = other.iter().any(|other| lower.contains(other));
    ((traffic_manager || group) && !in_other).then_some((path, query))
}

/// Tells the emulator of the resources that azure endpoints of the recording point at.
fn seed(service: &mut Service, recording: &Recording) {
    for exchange in &recording.exchanges {
        masks::endpoints(&exchange.response_body, &mut |properties| {
            let text = |key: &str| properties[key].as_str();
            let id =
                text("targetResourceId").filter(|id| !id.to_lowercase().contains("trafficmanagerprofiles"));
            if let (Some(id), Some(target)) = (id, text("target")) {
                service.seed_target(id, target, text("endpointLocation").unwrap_or_default());
            }
        });
    }
}
