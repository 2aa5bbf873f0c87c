//! Writes fleets and members as answers have them. Keys are those of the API's specification.

use serde_json::{Map, Value, json};

use crate::service::model::fleet::{Fleet, Hub, Identity, Member, Stamp, Written};
use crate::service::route::GroupAddress;

/// The Kubernetes version of hubs, which is the one that their API emulates.
const KUBERNETES: &str = "1.36.3";

pub(super) fn list(value: &[Value]) -> Value {
    json!({ "value": value })
}

/// The status of an operation, which is done when somebody asks for it.
pub(super) fn operation(id: &str, now: &str) -> Value {
    json!({ "name": id, "status": "Succeeded", "startTime": now, "endTime": now })
}

/// `group`: the group as the id names it.
pub(super) fn fleet(group: &GroupAddress, fleet: &Fleet, version: &str) -> Value {
    let mut properties = Map::new();
    // The oldest version knows no hubs.
    if let Some(hub) = fleet.hub.as_ref().filter(|_| version >= "2024") {
        properties.insert("hubProfile".to_owned(), hub_profile(hub, &fleet.location, version));
    }
    finish(&mut properties, &fleet.written, version);
    let mut answer = json!({ "eTag": fleet.written.etag, "id": fleet_id(group, &fleet.name) });
    if let Some(identity) = &fleet.identity {
        answer["identity"] = identity_json(identity);
    }
    answer["location"] = json!(fleet.location);
    answer["name"] = json!(fleet.name);
    answer["properties"] = Value::Object(properties);
    answer["systemData"] = system_data(&fleet.written);
    if let Some(tags) = &fleet.tags {
        answer["tags"] = json!(tags);
    }
    answer["type"] = json!(Fleet::TYPE);
    answer
}

/// `fleet`: the id of the fleet.
pub(super) fn member(fleet: &str, member: &Member, version: &str) -> Value {
    let mut properties = Map::new();
    properties.insert("clusterResourceId".to_owned(), json!(member.cluster));
    if let Some(group) = &member.group {
        properties.insert("group".to_owned(), json!(group));
    }
    if let Some(labels) = member.labels.as_ref().filter(|_| version >= "2025-04") {
        properties.insert("labels".to_owned(), json!(labels));
    }
    finish(&mut properties, &member.written, version);
    json!({
        "eTag": member.written.etag,
        "id": format!("{fleet}/members/{}", member.name),
        "name": member.name,
        "properties": properties,
        "systemData": system_data(&member.written),
        "type": Member::TYPE,
    })
}

pub(super) fn fleet_id(group: &GroupAddress, name: &str) -> String {
    let GroupAddress { subscription, group } = group;
    format!("/subscriptions/{subscription}/resourceGroups/{group}/providers/{}/{name}", Fleet::TYPE)
}

/// What all resources of the service end with.
fn finish(properties: &mut Map<String, Value>, written: &Written, version: &str) {
    properties.insert("provisioningState".to_owned(), json!("Succeeded"));
    if version >= "2025-03" {
        properties.insert("status".to_owned(), json!({ "lastOperationId": written.operation }));
    }
}

fn hub_profile(hub: &Hub, location: &str, version: &str) -> Value {
    let text = |map: &mut Map<String, Value>, key: &str, value: Option<&String>| {
        if let Some(value) = value {
            map.insert(key.to_owned(), json!(value));
        }
    };
    let mut agent = Map::new();
    text(&mut agent, "subnetId", hub.agent_subnet.as_ref());
    text(&mut agent, "vmSize", hub.vm_size.as_ref());
    let mut api = Map::new();
    api.insert("enablePrivateCluster".to_owned(), json!(hub.is_private));
    if version >= "2024-05" {
        api.insert("enableVnetIntegration".to_owned(), json!(hub.has_vnet_integration));
        text(&mut api, "subnetId", hub.api_server_subnet.as_ref());
    }
    let name = format!("{}-{}", hub.dns_prefix, hub.hash);
    json!({
        "agentProfile": agent,
        "apiServerAccessProfile": api,
        "dnsPrefix": hub.dns_prefix,
        "fqdn": format!("{name}.hcp.{location}.azmk8s.io"),
        "kubernetesVersion": KUBERNETES,
        "portalFqdn": format!("{name}.portal.hcp.{location}.azmk8s.io"),
    })
}

fn identity_json(identity: &Identity) -> Value {
    let kind = match (&identity.system, identity.users.is_empty()) {
        (None, true) => "None",
        (Some(_), true) => "SystemAssigned",
        (None, false) => "UserAssigned",
        (Some(_), false) => "SystemAssigned, UserAssigned",
    };
    let mut json = json!({ "type": kind });
    if let Some(principal) = &identity.system {
        json["principalId"] = json!(principal);
        json["tenantId"] = json!(identity.tenant);
    }
    if !identity.users.is_empty() {
        let users = identity.users.iter().map(|(id, user)| {
            (id.clone(), json!({ "clientId": user.client, "principalId": user.principal }))
        });
        json["userAssignedIdentities"] = Value::Object(users.collect());
    }
    json
}

fn system_data(written: &Written) -> Value {
    let Written { created, modified, .. } = written;
    let kind = |stamp: &Stamp| if stamp.by.is_some() { "Application" } else { "User" };
    let by = |stamp: &Stamp| stamp.by.clone().unwrap_or_else(|| "emulator".to_owned());
    json!({
        "createdAt": created.at,
        "createdBy": by(created),
        "createdByType": kind(created),
        "lastModifiedAt": modified.at,
        "lastModifiedBy": by(modified),
        "lastModifiedByType": kind(modified),
    })
}
