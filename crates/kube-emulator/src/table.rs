//! Tables: what `kubectl get` shows of objects.

use serde_json::{Value, json};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::catalog::View;
use crate::definition::Column;
use crate::object;
use crate::strategy::Strategy;

/// Whether a table says what its columns are. Only the first of a watch does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Columns {
    Shown,
    Omitted,
}

/// Objects as a table.
pub(crate) fn table(
    view: View<'_>,
    metadata: Value,
    objects: &[Value],
    now: &str,
    columns: Columns,
) -> Value {
    let rows: Vec<Value> = objects.iter().map(|object| row(view, object, now)).collect();
    let definitions = match columns {
        Columns::Shown => definitions(view),
        Columns::Omitted => Value::Null,
    };
    json!({
        "kind": "Table", "apiVersion": "meta.k8s.io/v1", "metadata": metadata,
        "columnDefinitions": definitions, "rows": rows,
    })
}

/// The columns after that of the name. A definition without any shows the age.
fn columns(view: View<'_>) -> Vec<Column> {
    let age = Column { name: "Age", kind: "date", path: ".metadata.creationTimestamp" };
    match view.version.columns.as_slice() {
        [] => vec![age],
        columns => columns.to_vec(),
    }
}

fn definitions(view: View<'_>) -> Value {
    let column = |name: &str, kind: &str, format: &str, description: &str| json!({ "name": name, "type": kind, "format": format, "description": description, "priority": 0 });
    let name =
        column("Name", "string", "name", "The name of the object, unique among its kind in its namespace.");
    let mut definitions = if is_named_last(view) { Vec::new() } else { vec![name.clone()] };
    for Column { name, kind, path } in columns(view) {
        let description = match view.kind.strategy {
            Strategy::Custom => format!("Custom resource definition column (in JSONPath format): {path}"),
            _ => format!("What the object has at {path}"),
        };
        definitions.push(column(name, kind, "", &description));
    }
    if is_named_last(view) {
        definitions.push(json!({
            "name": "Name", "type": "string", "format": "name", "description": name["description"], "priority": 1,
        }));
    }
    Value::Array(definitions)
}

/// The names of events say nothing, so that they come last and are not shown by themselves.
fn is_named_last(view: View<'_>) -> bool {
    view.kind.strategy == Strategy::Event
}

fn row(view: View<'_>, object: &Value, now: &str) -> Value {
    let name = json!(object::meta(object, "name"));
    let mut cells: Vec<Value> =
        columns(view).iter().map(|column| cell(view.kind.strategy, column, object, now)).collect();
    if is_named_last(view) {
        cells.push(name);
    } else {
        cells.insert(0, name);
    }
    json!({ "cells": cells, "object": crate::metadata_only::partial(object) })
}

fn cell(strategy: Strategy, column: &Column, object: &Value, now: &str) -> Value {
    let found = at_path(object, column.path);
    match (strategy, column.kind, column.path) {
        (Strategy::Definition, ..) => found.cloned().unwrap_or_default(),
        (_, "date", _) => age(found.and_then(Value::as_str), now),
        (_, "integer", ".data" | ".secrets") => {
            let count = found.map_or(0, |data| {
                data.as_object().map_or_else(|| data.as_array().map_or(0, Vec::len), serde_json::Map::len)
            });
            let binary = object.get("binaryData").and_then(Value::as_object).map_or(0, serde_json::Map::len);
            json!(count + binary)
        }
        (Strategy::Event, _, ".involvedObject") => {
            let kind = object::text(object, &["involvedObject", "kind"]).to_lowercase();
            let name = object::text(object, &["involvedObject", "name"]);
            json!(if name.is_empty() { kind } else { format!("{kind}/{name}") })
        }
        (Strategy::Event, _, ".message") => json!(found.and_then(Value::as_str).unwrap_or_default().trim()),
        _ => found.cloned().unwrap_or_default(),
    }
}

/// A value at a JSON path with steps to members, to items by place, and to the item with a given text.
fn at_path<'a>(object: &'a Value, path: &str) -> Option<&'a Value> {
    let mut value = object;
    let mut rest = path;
    while !rest.is_empty() {
        if let Some(inside) = rest.strip_prefix("[?(@.") {
            let (condition, after) = inside.split_once(")]")?;
            let (key, text) = condition.split_once("==")?;
            let text = text.trim_matches(['\'', '"']);
            value =
                value.as_array()?.iter().find(|item| item.get(key).and_then(Value::as_str) == Some(text))?;
            rest = after;
        } else if let Some(inside) = rest.strip_prefix('[') {
            let (place, after) = inside.split_once(']')?;
            value = value.get(place.parse::<usize>().ok()?)?;
            rest = after;
        } else {
            let inside = rest.strip_prefix('.')?;
            let end = inside.find(['.', '[']).unwrap_or(inside.len());
            value = value.get(&inside[..end])?;
            rest = &inside[end..];
        }
    }
    Some(value)
}

fn age(since: Option<&str>, now: &str) -> Value {
    let time = |text: &str| OffsetDateTime::parse(text, &Rfc3339).ok();
    let Some((since, now)) = since.and_then(time).zip(time(now)) else { return json!("<unknown>") };
    json!(duration((now - since).whole_seconds()))
}

/// A duration as `kubectl` shows it: the largest units, and no more of them than say something.
fn duration(seconds: i64) -> String {
    let (minutes, hours, days) = (seconds / 60, seconds / 3600, seconds / 86400);
    let two = |large: i64, unit: char, small: i64, small_unit: char| match small {
        0 => format!("{large}{unit}"),
        small => format!("{large}{unit}{small}{small_unit}"),
    };
    match seconds {
        ..-1 => "<invalid>".to_owned(),
        -1..0 => "0s".to_owned(),
        0..120 => format!("{seconds}s"),
        120..600 => two(minutes, 'm', seconds % 60, 's'),
        600..10_800 => format!("{minutes}m"),
        10_800..28_800 => two(hours, 'h', minutes % 60, 'm'),
        28_800..172_800 => format!("{hours}h"),
        172_800..691_200 => two(days, 'd', hours % 24, 'h'),
        691_200..63_072_000 => format!("{days}d"),
        63_072_000..252_288_000 => two(days / 365, 'y', days % 365, 'd'),
        _ => format!("{}y", days / 365),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_find_members_items_and_conditions() {
        let object = json!({
            "status": { "conditions": [{ "type": "A", "status": "True" }, { "type": "B", "status": "False" }] },
        });
        let found = |path| at_path(&object, path).and_then(Value::as_str);
        assert_eq!(found(".status.conditions[?(@.type=='B')].status"), Some("False"));
        assert_eq!(found(".status.conditions[0].type"), Some("A"));
        assert_eq!(found(".status.conditions[7].type"), None);
        assert_eq!(found(".status.conditions[?(@.type=='C')].status"), None);
    }

    #[test]
    fn ages_have_at_most_two_units() {
        let shown = [5, 119, 125, 180, 1000, 11_000, 30_000, 180_000, 700_000, 70_000_000].map(duration);
        assert_eq!(shown, ["5s", "119s", "2m5s", "3m", "16m", "3h3m", "8h", "2d2h", "8d", "2y80d"]);
        assert_eq!(age(None, "2026-01-01T00:00:00Z"), "<unknown>");
    }
}
