//! The agent in each member: what of its exports it sends to the hub.
//!
//! Members have no API here. What is exported is told by tests, and brought to the hub whenever something changes.

use std::collections::BTreeMap;

use kube_emulator::{Client, Status};
use serde_json::{Value, json};

use super::definitions::GROUP;
use super::names::{EXPORTS, NAMESPACES, member_namespace};
use super::object::{Condition, Key};
use crate::service::{Export, ExportedService, MemberView, ServiceKind};

/// How namespaces of members begin.
const NAMESPACE_PREFIX: &str = "fleet-member-";

/// What the agent does about an export.
#[derive(Clone, Debug, PartialEq)]
enum Decision {
    /// The hub has this weight of it.
    Publish(i64),
    /// The hub has nothing of it.
    Withdraw,
    /// The hub has what it had.
    Keep,
}

/// What the agent does about an export, and what it says of it in the member.
fn decide(export: &Export) -> (Decision, Condition) {
    let Export { namespace, name, .. } = export;
    let of = |what: &str| format!("service {namespace}/{name} {what}");
    let told = |status, reason, message| Condition { kind: "Valid", status, reason, message };
    let Some(service) = &export.service else {
        return (Decision::Withdraw, told("False", "ServiceNotFound", of("is not found")));
    };
    if service.kind == ServiceKind::ExternalName || service.is_headless {
        let message = of("is not eligible for export");
        return (Decision::Withdraw, told("False", "ServiceIneligible", message));
    }
    match weight(export.weight.as_deref()) {
        Ok(0) => {
            let message = format!("exported {}", of("with 0 weight"));
            (Decision::Withdraw, told("True", "ServiceIsValid", message))
        }
        Ok(weight) => (Decision::Publish(weight), told("True", "ServiceIsValid", of("is valid for export"))),
        Err(why) => {
            let message =
                format!("serviceExport {namespace}/{name} has an invalid weight annotation, err = {why}");
            (Decision::Keep, told("False", "ServiceExportInvalidWeightAnnotation", message))
        }
    }
}

/// The weight that an annotation says; without one it is 1.
fn weight(annotation: Option<&str>) -> Result<i64, String> {
    let Some(text) = annotation else { return Ok(1) };
    // The parser takes a sign and zeros, and no blanks, as that of Go does.
    let weight: i64 =
        text.parse().map_err(|_| format!("the weight annotation is not a valid integer: {text}"))?;
    if (0..=1000).contains(&weight) {
        return Ok(weight);
    }
    Err(format!("the weight annotation is not in the range [0, 1000]: {text}"))
}

/// The export as the hub has it.
fn internal_export(member: &str, export: &Export, service: &ExportedService, weight: i64) -> Value {
    let Export { namespace, name, .. } = export;
    let mut spec = json!({
        "ports": service.ports,
        "serviceReference": {
            "clusterId": member,
            "apiVersion": "v1",
            "kind": "Service",
            "namespace": namespace,
            "name": name,
            "resourceVersion": export.generation.to_string(),
            "generation": 0,
            "uid": service.uid,
            "namespacedName": format!("{namespace}/{name}"),
            "exportedSince": export.since,
        },
        "type": service.kind,
        "weight": weight,
    });
    // False is left out.
    for (key, value) in
        [("isDNSLabelConfigured", service.is_labelled), ("isInternalLoadBalancer", service.is_internal)]
    {
        if value {
            spec[key] = json!(true);
        }
    }
    if let Some(id) = &service.public_ip {
        spec["publicIPResourceID"] = json!(id);
    }
    json!({
        "apiVersion": format!("{GROUP}/v1alpha1"),
        "kind": "InternalServiceExport",
        "metadata": { "namespace": member_namespace(member), "name": format!("{namespace}-{name}") },
        "spec": spec,
    })
}

/// What a member says of one of its exports: whether it is valid, and whether the hub found a conflict.
pub(crate) fn conditions(hub: &Client, member: &str, export: &Export) -> Vec<Value> {
    let (decision, valid) = decide(export);
    let json = |condition: &Condition| {
        json!({ "type": condition.kind, "status": condition.status, "reason": condition.reason,
                "message": condition.message })
    };
    let mut all = vec![json(&valid)];
    if let Decision::Publish(_) = decision {
        let name = format!("{}-{}", export.namespace, export.name);
        let sent = hub.get(EXPORTS, &member_namespace(member), &name).unwrap_or_default();
        let decided = super::object::condition(&sent, "Conflict").map(|found| {
            json!({ "type": "Conflict", "status": found["status"], "reason": found["reason"],
                    "message": found["message"] })
        });
        let pending = || {
            let message =
                format!("service {}/{} is pending export conflict resolution", export.namespace, export.name);
            json!({ "type": "Conflict", "status": "Unknown", "reason": "ServicePendingConflictResolution",
                    "message": message })
        };
        all.push(decided.unwrap_or_else(pending));
    }
    all
}

/// Brings a hub to what its members export. An error is something that has to be tried again.
pub(crate) fn bring(hub: &Client, members: &[MemberView]) -> Result<(), Status> {
    let mut wanted: BTreeMap<Key, Option<Value>> = BTreeMap::new();
    for member in members {
        let namespace = member_namespace(&member.name);
        if hub.get(NAMESPACES, "", &namespace).is_err() {
            hub.create(NAMESPACES, json!({ "metadata": { "name": namespace } }))?;
        }
        for export in &member.exports {
            let key = Key::new(namespace.clone(), format!("{}-{}", export.namespace, export.name));
            match (decide(export).0, &export.service) {
                (Decision::Publish(weight), Some(service)) => {
                    wanted.insert(key, Some(internal_export(&member.name, export, service, weight)));
                }
                (Decision::Keep, _) => {
                    wanted.insert(key, None);
                }
                _ => {}
            }
        }
    }
    let there = hub.list(EXPORTS, None)?;
    for export in &there {
        let Key { namespace, name } = Key::from_object(export);
        if !wanted.contains_key(&Key::new(namespace.clone(), name.clone())) {
            hub.delete(EXPORTS, &namespace, &name)?;
        }
    }
    for (key, export) in wanted {
        if let Some(export) = export {
            write(hub, there.iter().find(|there| Key::from_object(there) == key), export)?;
        }
    }
    forget_others(hub, members)
}

fn write(hub: &Client, there: Option<&Value>, export: Value) -> Result<(), Status> {
    let Some(there) = there else { return hub.create(EXPORTS, export).map(drop) };
    if there["spec"] == export["spec"] {
        return Ok(());
    }
    let mut changed = there.clone();
    changed["spec"] = export["spec"].clone();
    hub.update(EXPORTS, changed).map(drop)
}

/// Deletes the namespaces of members that left.
fn forget_others(hub: &Client, members: &[MemberView]) -> Result<(), Status> {
    for namespace in hub.list(NAMESPACES, None)? {
        let name = super::object::meta(&namespace, "name");
        let Some(member) = name.strip_prefix(NAMESPACE_PREFIX) else { continue };
        let is_known = members.iter().any(|known| known.name == member);
        if !is_known && !super::object::is_terminating(&namespace) {
            hub.delete(NAMESPACES, "", name)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
