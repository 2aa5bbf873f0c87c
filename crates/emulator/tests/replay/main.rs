//! Replays recorded traffic of the real service against the emulated one and compares status and body,
//! including the order of keys.
//!
//! The recordings are not part of the repository. Without them the test says so and ends.

use std::collections::{BTreeMap, HashSet};
use std::io::Write;
use std::path::{Path, PathBuf};

use emulator::{Answer, HeatMapSeed, Request, Service, Settings};
use serde::Deserialize;
use serde_json::{Value, json};

mod exceptions;
mod exchange;
mod masks;

use exchange::Exchange;

#[derive(Deserialize)]
struct Recording {
    replay_contradictions: f64,
    exchanges: Vec<Exchange>,
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
    let mut deletions = Deletions::default();
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
        seed_heat_map(&mut service, exchange, path);
        Deletions::seed(&mut service, recording, index);
        let path = deletions.path(path);
        let answer = service.answer(&request(&exchange.method, &path, query, &exchange.request_body));
        deletions.note(exchange, &answer);
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
    let public_ip = lower.contains("/publicipaddresses/");
    let result = lower.contains("/operationresults/");
    ((traffic_manager || group || public_ip || result) && !lower.contains("dnszones"))
        .then_some((path, query))
}

/// Group deletions: the recorded ids of operations stand for those that the emulator gives.
#[derive(Default)]
struct Deletions {
    /// The recorded path of an operation's result, in lower case, and the emulated one.
    paths: Vec<(String, String)>,
}

impl Deletions {
    /// Lets a deletion take as many questions as it took when it was recorded.
    fn seed(service: &mut Service, recording: &Recording, index: usize) {
        let deletion = &recording.exchanges[index];
        if deletion.method != "DELETE" || deletion.status != 202 {
            return;
        }
        let Some(result) = location(deletion) else { return };
        let polls = recording.exchanges[index..]
            .iter()
            .filter(|later| later.status == 202 && path_of(&later.url).eq_ignore_ascii_case(&result))
            .count();
        service.set_deletion_polls(u32::try_from(polls).expect("a recording is short"));
    }

    fn note(&mut self, exchange: &Exchange, answer: &Answer) {
        if let (Some(recorded), Some(emulated)) = (location(exchange), answer.header("location")) {
            self.paths.push((recorded.to_lowercase(), path_of(emulated).to_owned()));
        }
    }

    fn path(&self, path: &str) -> String {
        let known = self.paths.iter().find(|(recorded, _)| *recorded == path.to_lowercase());
        known.map_or(path, |(_, emulated)| emulated).to_owned()
    }
}

/// The path of the result that a recorded answer points at.
fn location(exchange: &Exchange) -> Option<String> {
    let (_, url) =
        exchange.response_headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("location"))?;
    Some(path_of(url.as_str()?).to_owned())
}

fn path_of(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let path = rest.find('/').map_or("", |at| &rest[at..]);
    path.split_once('?').map_or(path, |(path, _)| path)
}

/// Tells the emulator of the queries that a recorded heat map shows.
fn seed_heat_map(service: &mut Service, exchange: &Exchange, path: &str) {
    let lower = path.to_lowercase();
    let Some(at) = lower.find("/heatmaps/").filter(|_| exchange.status == 200) else { return };
    let properties = &exchange.response_body["properties"];
    if exchange.url.contains("topLeft") {
        // The rest of the map is in an answer before.
        return;
    }
    let name = |id: &Value| {
        let endpoints = properties["endpoints"].as_array().expect("a heat map lists endpoints");
        let endpoint = endpoints.iter().find(|endpoint| endpoint["endpointId"] == *id);
        let id = endpoint.and_then(|endpoint| endpoint["resourceId"].as_str()).unwrap_or_default();
        id.rsplit('/').next().unwrap_or_default().to_owned()
    };
    let flows = properties["trafficFlows"].as_array().expect("a heat map lists flows").iter().map(|flow| {
        let queries = flow["queryExperiences"].as_array().expect("a flow has queries").iter();
        json!({
            "source_ip": flow["sourceIp"], "latitude": flow["latitude"], "longitude": flow["longitude"],
            "queries": queries
                .map(|q| json!({"endpoint": name(&q["endpointId"]), "count": q["queryCount"], "latency": q["latency"]}))
                .collect::<Vec<_>>(),
        })
    });
    let seed = json!({"start": properties["startTime"], "end": properties["endTime"],
        "flows": flows.collect::<Vec<_>>()});
    let seed: HeatMapSeed = serde_json::from_value(seed).expect("a recorded heat map can be seeded");
    // A profile that the recording does not create has no heat map, which shows in the comparison.
    let _ = service.seed_heat_map(&path[..at], seed);
}

/// Tells the emulator of the resources that azure endpoints of the recording point at.
fn seed(service: &mut Service, recording: &Recording) {
    for exchange in &recording.exchanges {
        masks::endpoints(&exchange.response_body, &mut |properties| {
            let text = |key: &str| properties[key].as_str();
            let id =
                text("targetResourceId").filter(|id| !id.to_lowercase().contains("trafficmanagerprofiles"));
            let in_recording = |id: &&str| {
                let put = |exchange: &Exchange| exchange.method == "PUT" && path_of(&exchange.url) == *id;
                recording.exchanges.iter().any(put)
            };
            if let (Some(id), Some(target)) = (id.filter(|id| !in_recording(id)), text("target")) {
                service.seed_target(id, target, text("endpointLocation").unwrap_or_default());
            }
        });
    }
}
