//! Recorded answers of the real service decode, and encode back without loss.
//!
//! The recordings lie beside the repository. Without them the test says so and checks nothing.

use std::fs;
use std::path::PathBuf;

use arm::Page;
use arm::model::{Endpoint, GeographicHierarchy, NameAvailability, Profile};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// Where the recordings are, when they are there.
fn recordings() -> Option<Vec<PathBuf>> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/recordings");
    let mut files: Vec<PathBuf> = fs::read_dir(folder).ok()?.flatten().map(|entry| entry.path()).collect();
    files.sort();
    Some(files)
}

/// Decodes and encodes; the difference, if there is one. Null and absent are the same to the API.
fn there_and_back<T: DeserializeOwned + Serialize>(body: &Value) -> Result<(), String> {
    let decoded: T = serde_json::from_value(body.clone()).map_err(|error| error.to_string())?;
    let encoded = serde_json::to_value(&decoded).map_err(|error| error.to_string())?;
    let (before, after) = (without_nulls(body), without_nulls(&encoded));
    if before == after { Ok(()) } else { Err(format!("{before}\nbecame\n{after}")) }
}

fn without_nulls(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            let kept = members.iter().filter(|(_, value)| !value.is_null());
            Value::Object(kept.map(|(key, value)| (key.clone(), without_nulls(value))).collect())
        }
        Value::Array(elements) => Value::Array(elements.iter().map(without_nulls).collect()),
        other => other.clone(),
    }
}

/// Checks an answer with the model for its address; `None` when it is not about Traffic Manager, or is an
/// error or empty.
fn check(url: &str, body: &Value) -> Option<Result<(), String>> {
    let path = url.split('?').next().unwrap_or_default().to_lowercase();
    let (_, rest) = path.split_once("/providers/microsoft.network/")?;
    let segments: Vec<&str> = rest.trim_end_matches('/').split('/').collect();
    match segments.as_slice() {
        ["trafficmanagerprofiles"] => Some(there_and_back::<Page<Profile>>(body)),
        ["trafficmanagerprofiles", _] => Some(there_and_back::<Profile>(body)),
        // Not an endpoint, and nothing of the provider's.
        ["trafficmanagerprofiles", _, "heatmaps", _] => None,
        ["trafficmanagerprofiles", _, _, _] => Some(there_and_back::<Endpoint>(body)),
        ["trafficmanagergeographichierarchies", ..] => Some(there_and_back::<GeographicHierarchy>(body)),
        ["checktrafficmanagernameavailability" | "checktrafficmanagernameavailabilityv2"] => {
            Some(there_and_back::<NameAvailability>(body))
        }
        _ => None,
    }
}

#[test]
fn recorded_answers_decode_and_encode_without_loss() {
    let Some(files) = recordings() else {
        println!("skipped: no recordings beside the repository");
        return;
    };
    let (mut decoded, mut all, mut wrong) = (0, 0, Vec::new());
    for file in files {
        let recording: Value = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
        for exchange in recording["exchanges"].as_array().unwrap() {
            let success = exchange["status"].as_u64().is_some_and(|status| (200..300).contains(&status));
            let body = &exchange["response_body"];
            if !success || exchange["method"] == "DELETE" || !body.is_object() {
                continue;
            }
            let Some(result) = check(exchange["url"].as_str().unwrap_or_default(), body) else { continue };
            all += 1;
            match result {
                Ok(()) => decoded += 1,
                Err(difference) => wrong.push(format!("{}: {difference}", file.display())),
            }
        }
    }
    println!("decoded {decoded} of {all}");
    assert!(all > 0, "the recordings hold no answer");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
