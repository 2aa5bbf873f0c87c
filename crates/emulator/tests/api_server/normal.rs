//! Answers without what must differ: names that servers make up, numbers that they count, and times; and without orders
//! that are those of a Go map, which differ from one answer of the real server to the next.

use serde_json::{Map, Value, json};

use crate::servers::Answer;

/// An answer as it is compared.
pub(crate) fn normal(answer: &Answer) -> Value {
    let mut body = answer.document();
    normalise(&mut body);
    sort_causes(&mut body);
    hide_ages(&mut body);
    json!({
        "status": answer.status,
        "content type": answer.content_type,
        "warnings": answer.warnings.iter().map(|text| plain(text)).collect::<Vec<_>>(),
        "body": body,
    })
}

/// Keeps of each list in `real` what `ours` has by the same name, for answers of which ours are a part.
pub(crate) fn part_of(real: &mut Value, ours: &Value) {
    match (real, ours) {
        (Value::Object(real), Value::Object(ours)) => {
            if let (Some(Value::Object(real)), Some(Value::Object(ours))) =
                (real.get_mut("paths"), ours.get("paths"))
            {
                real.retain(|path, _| ours.contains_key(path));
            }
            for (key, value) in real.iter_mut() {
                if let Some(ours) = ours.get(key) {
                    part_of(value, ours);
                }
            }
        }
        (Value::Array(real), Value::Array(ours)) => {
            real.retain(|element| ours.iter().any(|other| is_same(element, other)));
            // Both in the order of ours: what is left out may have stood between.
            real.sort_by_key(|element| ours.iter().position(|other| is_same(element, other)));
            for (element, other) in real.iter_mut().zip(ours) {
                part_of(element, other);
            }
        }
        _ => {}
    }
}

fn is_same(left: &Value, right: &Value) -> bool {
    let name = |value: &Value| {
        let keys = ["name", "resource", "version", "groupVersion"];
        let of = |value: &Value| keys.map(|key| value[key].as_str().map(str::to_owned));
        (of(value), of(&value["metadata"]))
    };
    if left.is_object() { name(left) == name(right) } else { left == right }
}

fn normalise(value: &mut Value) {
    match value {
        Value::Object(members) => normalise_object(members),
        Value::Array(elements) => elements.iter_mut().for_each(normalise),
        Value::String(text) => *text = plain(text),
        _ => {}
    }
}

fn normalise_object(members: &mut Map<String, Value>) {
    if let Some(generated) = members.get("generateName").and_then(Value::as_str).map(str::to_owned)
        && let Some(name) = members.get_mut("name")
    {
        let is_made = name.as_str().is_some_and(|name| name.len() == generated.len() + 5);
        *name =
            json!(if is_made { format!("{generated}<made up>") } else { "<not of its prefix>".to_owned() });
    }
    if members
        .get("name")
        .and_then(Value::as_str)
        .is_some_and(|name| name.ends_with(".networking.fleet.azure.com"))
    {
        // The definitions themselves: it was the test that has written those of the real server.
        members.remove("managedFields");
    }
    if let Some(Value::Array(entries)) = members.get_mut("managedFields") {
        // The real server sorts them by time first, which depends on the second in which a request comes.
        entries.sort_by_key(|entry| {
            ["manager", "operation", "subresource", "apiVersion"]
                .map(|key| entry[key].as_str().unwrap_or_default().to_owned())
        });
    }
    for (key, value) in members.iter_mut() {
        let is_number = value.as_str().is_some_and(|text| text.parse::<u64>().is_ok());
        match key.as_str() {
            "resourceVersion" if is_number => *value = json!("<revision>"),
            "continue" if value.is_string() => *value = json!("<where to go on>"),
            // What a column is, each server says in its own words.
            "columnDefinitions" => {
                for column in value.as_array_mut().into_iter().flatten() {
                    let is_said = column["description"].as_str().is_some_and(|text| !text.is_empty());
                    column["description"] = json!(is_said);
                }
            }
            "serverRelativeURL" => {
                let url = value.as_str().and_then(|url| url.split_once("?hash=")).map(|(url, _)| json!(url));
                *value = url.unwrap_or(json!("<no hash>"));
            }
            "serverAddress" => *value = json!("<address>"),
            "resources" => {
                normalise(value);
                sort_by_text(value, &["name", "resource"]);
            }
            _ => normalise(value),
        }
    }
}

fn sort_by_text(list: &mut Value, keys: &[&str]) {
    let text = |element: &Value| -> Vec<String> {
        keys.iter().map(|key| element[key].as_str().unwrap_or_default().to_owned()).collect()
    };
    if let Some(elements) = list.as_array_mut() {
        elements.sort_by_key(text);
    }
}

/// What is wrong with an object is in no order, in the list of causes and in the message that joins them.
fn sort_causes(status: &mut Value) {
    let causes = status["details"]["causes"].as_array().cloned().unwrap_or_default();
    let line = |cause: &Value| {
        let text = |key: &str| cause[key].as_str().unwrap_or_default();
        format!("{}: {}", text("field"), text("message"))
    };
    let joined = format!("[{}]", causes.iter().map(line).collect::<Vec<_>>().join(", "));
    if let Some(message) = status["message"].as_str().and_then(|message| message.strip_suffix(&joined)) {
        status["message"] = json!(format!("{message}[<the causes>]"));
    }
    if !causes.is_empty() {
        sort_by_text(&mut status["details"]["causes"], &["field", "message"]);
    }
}

/// The cells of a table that say how long ago something was.
fn hide_ages(table: &mut Value) {
    if let Value::Array(events) = table {
        for event in events {
            hide_ages(&mut event["object"]);
        }
        return;
    }
    if table["kind"] != "Table" {
        return;
    }
    let columns = table["columnDefinitions"].as_array().cloned().unwrap_or_default();
    let ages = columns.iter().map(|column| column["name"] == "Age" || column["name"] == "Created At");
    let ages: Vec<bool> = ages.collect();
    for row in table["rows"].as_array_mut().into_iter().flatten() {
        for (cell, _) in row["cells"].as_array_mut().into_iter().flatten().zip(&ages).filter(|(_, age)| **age)
        {
            // An event of a watch has no columns, and says them once.
            *cell = json!(if cell.is_string() { "<age>" } else { "<no text>" });
        }
    }
}

/// A line of a program without uids, times, ages, revisions and the width of columns.
pub(crate) fn plain_line(line: &str) -> String {
    let plain = plain(line);
    let indent = plain.len() - plain.trim_start().len();
    let words = plain.split_whitespace().map(|word| if is_age(word) { "<age>" } else { word });
    let mut words: Vec<&str> = words.collect();
    if let ["resourceVersion:", _] | ["Resource", "Version:", _] = words[..] {
        words.pop();
    }
    // The files that `kubectl diff` makes and compares, with their times.
    if let ["diff" | "---" | "+++", _, ..] = words[..]
        && words.iter().any(|word| word.starts_with('/'))
    {
        words.truncate(1);
    }
    // Helm's times are of its own, in words.
    if let ["LAST", "DEPLOYED:", ..] = words[..] {
        words.truncate(2);
    }
    format!("{:indent$}{}", "", words.join(" "))
}

fn is_age(word: &str) -> bool {
    word.strip_suffix('s').is_some_and(|number| number.parse::<u8>().is_ok())
}

/// A text with words in place of uids, times and revisions.
fn plain(text: &str) -> String {
    let mut words = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        if let Some((word, after)) = time_at_start(rest) {
            words.push_str(word);
            rest = after;
            continue;
        }
        let is_word = |each: char| each.is_ascii_alphanumeric() || each == '-';
        let end = rest.find(|each| !is_word(each)).unwrap_or(rest.len());
        if end == 0 {
            words.push(first);
            rest = &rest[first.len_utf8()..];
            continue;
        }
        let (word, after) = rest.split_at(end);
        words.push_str(if is_uid(word) { "<uid>" } else { word });
        rest = after;
    }
    without_revisions(words)
}

/// What the server counts stands in two sentences of its own.
fn without_revisions(text: String) -> String {
    let counted = [
        "resource version: ",
        "ResourceVersion in precondition: ",
        "ResourceVersion in object meta: ",
        "ResourceVersion in record (",
        // An object that is quoted in a message.
        "\"resourceVersion\":\"",
        "\\\"resourceVersion\\\":\\\"",
    ];
    let mut text = text;
    for prefix in counted {
        if let Some(start) = text.find(prefix) {
            let start = start + prefix.len();
            let length =
                text[start..].find(|each: char| !each.is_ascii_digit()).unwrap_or(text.len() - start);
            if length > 0 {
                text.replace_range(start..start + length, "<revision>");
            }
        }
    }
    text
}

fn is_uid(word: &str) -> bool {
    let parts: Vec<&str> = word.split('-').collect();
    parts.iter().map(|part| part.len()).eq([8, 4, 4, 4, 12])
        && parts.concat().chars().all(|each| each.is_ascii_hexdigit())
}

/// The word for a time with which the text begins, and what follows it.
fn time_at_start(text: &str) -> Option<(&'static str, &str)> {
    let shapes = [("0000-00-00T00:00:00Z", "<time>"), ("0000-00-00T00:00:00.000000Z", "<precise time>")];
    shapes.into_iter().find_map(|(shape, word)| {
        let (begin, after) = text.split_at_checked(shape.len())?;
        let is_alike = |(each, of): (u8, u8)| if of == b'0' { each.is_ascii_digit() } else { each == of };
        begin.bytes().zip(shape.bytes()).all(is_alike).then_some((word, after))
    })
}

/// Where two documents differ, as lines.
pub(crate) fn differences(real: &Value, ours: &Value) -> Vec<String> {
    let mut found = Vec::new();
    compare("", real, ours, &mut found);
    found
}

fn compare(place: &str, real: &Value, ours: &Value, found: &mut Vec<String>) {
    match (real, ours) {
        (Value::Object(left), Value::Object(right)) => {
            let added = right.keys().filter(|key| !left.contains_key(*key));
            for key in left.keys().chain(added) {
                let place = format!("{place}/{key}");
                match (left.get(key), right.get(key)) {
                    (Some(left), Some(right)) => compare(&place, left, right, found),
                    (left, right) => found.push(line(&place, left, right)),
                }
            }
        }
        (Value::Array(left), Value::Array(right)) if left.len() == right.len() => {
            for (index, (left, right)) in left.iter().zip(right).enumerate() {
                compare(&format!("{place}/{index}"), left, right, found);
            }
        }
        _ if real == ours => {}
        _ => found.push(line(place, Some(real), Some(ours))),
    }
}

fn line(place: &str, real: Option<&Value>, ours: Option<&Value>) -> String {
    let text = |value: Option<&Value>| value.map_or_else(|| "nothing".to_owned(), Value::to_string);
    format!("{place}: real {}\n{:indent$}  ours {}", text(real), "", text(ours), indent = place.len() - 1)
}
