//! What is made equal before recorded and emulated answers are compared, and why.

use std::collections::HashSet;

use serde_json::Value;

use crate::exchange::Exchange;

/// Suffixes of the test rings that some recordings were made against.
const RINGS: [&str; 2] = [".tmpreview.watmtest.azure-test.net", ".preprodtrafficmanager.azure"];

/// Answers of 2017 lack this sentence.
const NEWER_SENTENCE: &str = " For more details please go to https://aka.ms/ARMResourceNotFoundFix";

/// What the service makes up, such as ids, and what it asks of others, such as addresses.
const MADE_UP: [&str; 4] = ["etag", "resourceGuid", "ipAddress", "key"];

/// A recorded answer. `created` are the lower-cased paths that the recording has put something to: lists name
/// other profiles of the subscription, too, which the emulator cannot know.
pub(crate) fn recorded(body: &Value, created: &HashSet<String>) -> Value {
    let mut body = texts(body, &|text| {
        let text = RINGS.iter().fold(text.to_owned(), |text, ring| text.replace(ring, ".trafficmanager.net"));
        without_subscription(&text.replace(NEWER_SENTENCE, ""))
    });
    if let Some(list) = body.get_mut("value").and_then(Value::as_array_mut) {
        let created: HashSet<String> = created.iter().map(|path| without_subscription(path)).collect();
        list.retain(|profile| profile["id"].as_str().is_some_and(|id| created.contains(&id.to_lowercase())));
    }
    sorted(body)
}

/// An emulated answer.
pub(crate) fn emulated(body: &Value) -> Value {
    sorted(texts(body, &|text| without_subscription(&text.replace(NEWER_SENTENCE, ""))))
}

/// Some recorders replace the subscription in requests and not in answers, or the other way round.
fn without_subscription(text: &str) -> String {
    const START: &str = "/subscriptions/";
    match text.find(START) {
        Some(at) if text.len() >= at + START.len() + 36 => {
            let (before, rest) = text.split_at(at + START.len());
            format!("{before}-{}", &rest[36..])
        }
        _ => text.to_owned(),
    }
}

/// The path of the group that an answer says is gone, where the recording has neither its creation nor its
/// deletion.
pub(crate) fn deleted_group(exchange: &Exchange, created: &HashSet<String>) -> Option<String> {
    let code = exchange.response_body["error"]["code"].as_str()?;
    if code != "ResourceGroupNotFound" && code != "ParentResourceNotFound" {
        return None;
    }
    let path = exchange.url.split_once("://").and_then(|(_, rest)| Some(&rest[rest.find('/')?..]))?;
    let end = path.to_lowercase().find("/providers/")?;
    Some(path[..end].to_owned()).filter(|group| !created.contains(&group.to_lowercase()))
}

/// Calls `visit` with the properties of every endpoint in a body.
pub(crate) fn endpoints(body: &Value, visit: &mut dyn FnMut(&Value)) {
    match body {
        Value::Object(object) => {
            if object.contains_key("endpointStatus") {
                visit(body);
            }
            object.values().for_each(|value| endpoints(value, visit));
        }
        Value::Array(array) => array.iter().for_each(|value| endpoints(value, visit)),
        _ => {}
    }
}

/// The order of a list of profiles is not documented.
fn sorted(mut body: Value) -> Value {
    if let Some(list) = body.get_mut("value").and_then(Value::as_array_mut) {
        list.sort_by_key(|profile| profile["id"].as_str().unwrap_or_default().to_lowercase());
    }
    body
}

fn texts(value: &Value, change: &dyn Fn(&str) -> String) -> Value {
    match value {
        Value::String(text) => Value::String(change(text)),
        Value::Array(array) => array.iter().map(|value| texts(value, change)).collect(),
        Value::Object(object) => {
            let masked = |(key, value): (&String, &Value)| {
                let made_up =
                    MADE_UP.contains(&key.as_str()) && value.as_str().is_some_and(|text| !text.is_empty());
                let value = if made_up { Value::from("made up") } else { texts(value, change) };
                (key.clone(), value)
            };
            object.iter().map(masked).collect()
        }
        other => other.clone(),
    }
}
