//! Events about objects, aggregated as client-go does: the same event again counts up and makes no new object.

use serde_json::{Value, json};

use crate::client::Client;
use crate::names::ResourceType;
use crate::object;
use crate::status::Status;

const EVENTS: ResourceType = ResourceType::new("", "v1", "events");

/// How bad an event is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// Something happened as it should.
    Normal,
    /// Something may have gone wrong.
    Warning,
}

/// Something that a controller says about an object.
#[derive(Clone, Debug)]
pub struct Event {
    /// How bad it is.
    pub severity: Severity,
    /// The reason in one word, in CamelCase.
    pub reason: String,
    /// What is said to people.
    pub message: String,
}

impl Client {
    /// Records an event about an object, as a component that is named like a controller.
    pub fn record(&self, component: &str, object: &Value, event: &Event) -> Result<(), Status> {
        let namespace = match object::meta(object, "namespace") {
            "" => "default",
            namespace => namespace,
        };
        let about = json!({
            "apiVersion": object::text(object, &["apiVersion"]),
            "kind": object::text(object, &["kind"]),
            "name": object::meta(object, "name"),
            "namespace": object::meta(object, "namespace"),
            "resourceVersion": object::meta(object, "resourceVersion"),
            "uid": object::meta(object, "uid"),
        });
        let severity = match event.severity {
            Severity::Normal => "Normal",
            Severity::Warning => "Warning",
        };
        let now = self.registry.clock.timestamp();
        let found = self.list(EVENTS, Some(namespace))?.into_iter().find(|known| {
            object::text(known, &["reason"]) == event.reason
                && object::text(known, &["message"]) == event.message
                && object::text(known, &["type"]) == severity
                && object::text(known, &["source", "component"]) == component
                && ["apiVersion", "kind", "namespace", "name", "uid"]
                    .iter()
                    .all(|key| known["involvedObject"][key] == about[key])
        });
        if let Some(mut known) = found {
            known["count"] = json!(known["count"].as_i64().unwrap_or_default().saturating_add(1));
            known["lastTimestamp"] = json!(now);
            return self.update(EVENTS, known).map(drop);
        }
        let stamp =
            self.registry.clock.now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default().as_nanos();
        let name = format!("{}.{stamp:x}", object::meta(object, "name"));
        let new = json!({
            "apiVersion": "v1", "kind": "Event",
            "metadata": { "namespace": namespace, "name": name },
            "involvedObject": about, "reason": event.reason, "message": event.message, "type": severity,
            "source": { "component": component }, "reportingComponent": component, "reportingInstance": "",
            "firstTimestamp": now, "lastTimestamp": now, "count": 1, "eventTime": null,
        });
        self.create(EVENTS, new).map(drop)
    }
}
