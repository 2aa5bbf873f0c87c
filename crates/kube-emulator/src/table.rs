//! Tables: what `kubectl get` shows of objects.

use serde_json::{Value, json};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::catalog::View;
use crate::definition::Column;
use crate::media::Included;
use crate::metadata_only::partial;
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
    metadata: &Value,
    objects: &[Value],
    now: &str,
    (columns, included): (Columns, Included),
) -> Value {
    let rows = objects.iter().map(|object| {
        let whole = match included {
            Included::Nothing => Value::Null,
            Included::Metadata => partial(object),
            Included::Whole => object.clone(),
        };
        json!({ "cells": cells(view, object, now), "object": whole })
    });
    let rows: Vec<Value> = rows.collect();
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
    let age = Column { name: "Age", kind: "date", path: ".metadata.creationTimestamp", is_wide: false };
    match view.version.columns.as_slice() {
        [] => vec![age],
        columns => columns.to_vec(),
    }
}

fn definitions(view: View<'_>) -> Value {
    let column = |name: &str, kind: &str, format: &str, description: &str, is_wide: bool| {
        json!({
            "name": name, "type": kind, "format": format, "description": description,
            "priority": i32::from(is_wide),
        })
    };
    let is_named_last = is_named_last(view);
    let about_names = "The name of the object, unique among its kind in its namespace.";
    let mut definitions = vec![column("Name", "string", "name", about_names, is_named_last)];
    for Column { name, kind, path, is_wide } in columns(view) {
        let description = match view.kind.strategy {
            Strategy::Custom => format!("Custom resource definition column (in JSONPath format): {path}"),
            _ => format!("What the object has at {path}."),
        };
        definitions.push(column(name, kind, "", &description, is_wide));
    }
    if is_named_last {
        definitions.rotate_left(1);
    }
    Value::Array(definitions)
}

/// The names of events say nothing, so that they come last and are not shown by themselves.
fn is_named_last(view: View<'_>) -> bool {
    view.kind.strategy == Strategy::Event
}

fn cells(view: View<'_>, object: &Value, now: &str) -> Vec<Value> {
    let name = json!(object::meta(object, "name"));
    let mut cells: Vec<Value> =
        columns(view).iter().map(|column| cell(view.kind.strategy, column, object, now)).collect();
    if is_named_last(view) {
        cells.push(name);
    } else {
        cells.insert(0, name);
    }
    cells
}

fn cell(strategy: Strategy, column: &Column, object: &Value, now: &str) -> Value {
    let found = at_path(object, column.path);
    let text = || found.and_then(Value::as_str).unwrap_or_default();
    match (strategy, column.path) {
        (Strategy::Definition, _) => found.cloned().unwrap_or_default(),
        (_, ".metadata.creationTimestamp" | ".lastTimestamp" | ".firstTimestamp") => age(found, now),
        (Strategy::Secret | Strategy::ConfigMap, ".data") => {
            let count =
                |name: &str| object.get(name).and_then(Value::as_object).map_or(0, serde_json::Map::len);
            json!(count("data") + count("binaryData"))
        }
        (Strategy::Event, ".involvedObject") => {
            let kind = object::text(object, &["involvedObject", "kind"]).to_lowercase();
            let name = object::text(object, &["involvedObject", "name"]);
            json!(if name.is_empty() { kind } else { format!("{kind}/{name}") })
        }
        (Strategy::Event, ".source") => {
            let parts = ["component", "host"].map(|key| object::text(object, &["source", key]));
            json!(parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", "))
        }
        // An event that says nothing of how often it occurred did so once.
        (Strategy::Event, ".count") => json!(found.and_then(Value::as_i64).unwrap_or(1).max(1)),
        (Strategy::Event, _) => json!(text().trim()),
        _ if column.kind == "date" => age(found, now),
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

fn age(since: Option<&Value>, now: &str) -> Value {
    let time = |text: &str| OffsetDateTime::parse(text, &Rfc3339).ok();
    let since = since.and_then(Value::as_str).and_then(time);
    let Some((since, now)) = since.zip(time(now)) else { return json!("<unknown>") };
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
