//! Reads the bodies of requests for fleets and members. All texts of refusals are the emulator's own, unless an error is
//! marked otherwise where it is made.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;
use traffic_manager::region;
use uuid::Uuid;

use super::written::written;
use crate::service::DEFAULT_TENANT;
use crate::service::decode;
use crate::service::error::Failure;
use crate::service::model::Tags;
use crate::service::model::fleet::{Fleet, Hub, Identity, Member, UserIdentity};
use crate::service::route::{FleetAddress, MemberAddress};

#[derive(Deserialize)]
struct FleetBody {
    location: Option<String>,
    identity: Option<IdentityBody>,
    properties: Option<FleetProperties>,
}

#[derive(Deserialize)]
struct PatchBody {
    identity: Option<IdentityBody>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct IdentityBody {
    #[serde(rename = "type")]
    kind: Option<String>,
    #[serde(default)]
    user_assigned_identities: Option<BTreeMap<String, Value>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct FleetProperties {
    hub_profile: Option<HubBody>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct HubBody {
    dns_prefix: Option<String>,
    #[serde(default)]
    api_server_access_profile: Option<ApiServerBody>,
    #[serde(default)]
    agent_profile: Option<AgentBody>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ApiServerBody {
    enable_private_cluster: Option<bool>,
    enable_vnet_integration: Option<bool>,
    subnet_id: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct AgentBody {
    vm_size: Option<String>,
    subnet_id: Option<String>,
}

#[derive(Deserialize)]
struct MemberBody {
    #[serde(default)]
    properties: MemberProperties,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct MemberProperties {
    cluster_resource_id: Option<String>,
    group: Option<String>,
    labels: Option<Tags>,
}

/// A fleet as a PUT wants it.
pub(super) fn fleet(
    address: &FleetAddress,
    bytes: &[u8],
    before: Option<&Fleet>,
    by: Option<&str>,
) -> Result<Fleet, Failure> {
    let tags = decode::tags(&decode::object(bytes)?)?;
    let body: FleetBody = read(bytes)?;
    if !is_name(&address.name, 63) {
        return Err(invalid(format!(
            "The fleet name '{}' is invalid. It must have 1 to 63 lower-case letters, digits and hyphens, and begin \
             and end with a letter or digit.",
            address.name
        )));
    }
    let location = region::normalize(&body.location.ok_or_else(Failure::location_required)?);
    if let Some(before) = before.filter(|before| before.location != location) {
        return Err(Failure::invalid_location(
            &before.name,
            &before.location,
            &address.group.group,
            &location,
        ));
    }
    let given = body.properties.and_then(|properties| properties.hub_profile);
    let identity = match body.identity {
        Some(identity) => Some(identity_of(identity, before.and_then(|before| before.identity.as_ref()))?),
        None => None,
    };
    Ok(Fleet {
        name: before.map_or(&address.name, |before| &before.name).clone(),
        location,
        tags,
        identity,
        hub: hub(given, before.and_then(|before| before.hub.as_ref()), address)?,
        members: before.map(|before| before.members.clone()).unwrap_or_default(),
        uid: before.map_or_else(|| Uuid::new_v4().to_string(), |before| before.uid.clone()),
        written: written(before.map(|before| &before.written), by),
    })
}

/// A fleet after a PATCH, which knows tags and the identity only.
pub(super) fn patched(before: &Fleet, bytes: &[u8], by: Option<&str>) -> Result<Fleet, Failure> {
    let tags = decode::tags(&decode::object(bytes)?)?;
    let body: PatchBody = read(bytes)?;
    let identity = match body.identity {
        Some(identity) => Some(identity_of(identity, before.identity.as_ref())?),
        None => before.identity.clone(),
    };
    Ok(Fleet {
        tags: tags.or_else(|| before.tags.clone()),
        identity,
        written: written(Some(&before.written), by),
        ..before.clone()
    })
}

/// A member as a PUT or, with `keeps`, a PATCH wants it.
pub(super) fn member(
    address: &MemberAddress,
    bytes: &[u8],
    before: Option<&Member>,
    keeps: bool,
    by: Option<&str>,
) -> Result<Member, Failure> {
    decode::object(bytes)?;
    let body: MemberBody = read(bytes)?;
    if !is_name(&address.name, 50) {
        return Err(invalid(format!(
            "The member name '{}' is invalid. It must have 1 to 50 lower-case letters, digits and hyphens, and begin \
             and end with a letter or digit.",
            address.name
        )));
    }
    let MemberProperties { cluster_resource_id: cluster, group, labels } = body.properties;
    let cluster = match (cluster, before) {
        (Some(cluster), Some(before)) if !cluster.eq_ignore_ascii_case(&before.cluster) => {
            return Err(invalid("The property 'clusterResourceId' cannot be changed.".to_owned()));
        }
        (_, Some(before)) => before.cluster.clone(),
        (Some(cluster), None) if !cluster.is_empty() => cluster,
        (_, None) => {
            return Err(invalid("The property 'clusterResourceId' must be specified.".to_owned()));
        }
    };
    let kept = before.filter(|_| keeps);
    Ok(Member {
        name: before.map_or(&address.name, |before| &before.name).clone(),
        cluster,
        group: group.or_else(|| kept.and_then(|kept| kept.group.clone())),
        labels: labels.or_else(|| kept.and_then(|kept| kept.labels.clone())),
        written: written(before.map(|before| &before.written), by),
        exports: before.map(|before| before.exports.clone()).unwrap_or_default(),
    })
}

fn read<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> Result<T, Failure> {
    serde_json::from_slice(bytes).map_err(|error| Failure::invalid_content(&error.to_string()))
}

fn invalid(message: String) -> Failure {
    Failure::invalid_fleet(message)
}

/// The hub as a PUT wants it. One that is there stays as it is: neither its settings nor its being there can change.
fn hub(given: Option<HubBody>, before: Option<&Hub>, address: &FleetAddress) -> Result<Option<Hub>, Failure> {
    let Some(given) = given else {
        return match before {
            None => Ok(None),
            Some(_) => Err(invalid("The hub of a fleet cannot be removed.".to_owned())),
        };
    };
    let api = given.api_server_access_profile.unwrap_or_default();
    let agent = given.agent_profile.unwrap_or_default();
    let hub = Hub {
        dns_prefix: given
            .dns_prefix
            .or_else(|| before.map(|before| before.dns_prefix.clone()))
            .unwrap_or_else(|| usual_prefix(address)),
        hash: before.map_or_else(new_hash, |before| before.hash.clone()),
        is_private: api.enable_private_cluster.unwrap_or(false),
        has_vnet_integration: api.enable_vnet_integration.unwrap_or(false),
        api_server_subnet: api.subnet_id,
        vm_size: agent.vm_size,
        agent_subnet: agent.subnet_id,
        is_forbidden: before.is_some_and(|before| before.is_forbidden),
    };
    if !(1..=54).contains(&hub.dns_prefix.len()) || !is_dns_prefix(&hub.dns_prefix) {
        return Err(invalid(format!(
            "The property 'hubProfile.dnsPrefix' is '{}'. It must have 1 to 54 letters, digits and hyphens, and begin \
             and end with a letter or digit.",
            hub.dns_prefix
        )));
    }
    if before.is_some_and(|before| *before != hub) {
        return Err(invalid("The settings of a fleet's hub cannot be changed.".to_owned()));
    }
    Ok(Some(hub))
}

/// What the Azure CLI gives a hub for which no prefix was chosen.
fn usual_prefix(address: &FleetAddress) -> String {
    let part = |text: &str, most: usize| {
        let good = text.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-');
        good.take(most).collect::<String>()
    };
    let group = &address.group;
    format!("{}-{}-{}", part(&address.name, 10), part(&group.group, 16), part(&group.subscription, 6))
}

fn new_hash() -> String {
    Uuid::new_v4().simple().to_string()[..8].to_owned()
}

/// The identity as a request wants it. Principals stay as long as their identity does.
fn identity_of(given: IdentityBody, before: Option<&Identity>) -> Result<Identity, Failure> {
    let kind = given.kind.unwrap_or_default();
    let words: Vec<&str> = kind.split(',').map(str::trim).collect();
    let has = |word: &str| words.iter().any(|given| given.eq_ignore_ascii_case(word));
    let known = |word: &&str| {
        ["None", "SystemAssigned", "UserAssigned"].iter().any(|known| known.eq_ignore_ascii_case(word))
    };
    let users = given.user_assigned_identities.unwrap_or_default();
    if !words.iter().all(known) || has("UserAssigned") == users.is_empty() {
        return Err(invalid(format!(
            "The identity of the type '{kind}' is invalid. Use None, SystemAssigned, UserAssigned, or both of them; \
             'userAssignedIdentities' belongs to UserAssigned."
        )));
    }
    let fresh = || Uuid::new_v4().to_string();
    let user = |id: String| {
        let kept = before.and_then(|before| before.users.get(&id).cloned());
        let user = kept.unwrap_or_else(|| UserIdentity { principal: fresh(), client: fresh() });
        (id, user)
    };
    Ok(Identity {
        system: has("SystemAssigned")
            .then(|| before.and_then(|before| before.system.clone()).unwrap_or_else(fresh)),
        users: users.into_keys().map(user).collect(),
        tenant: before.map_or_else(|| DEFAULT_TENANT.to_owned(), |before| before.tenant.clone()),
    })
}

fn is_name(name: &str, longest: usize) -> bool {
    (1..=longest).contains(&name.len())
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
        && !name.starts_with('-')
        && !name.ends_with('-')
}

fn is_dns_prefix(prefix: &str) -> bool {
    prefix.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        && !prefix.starts_with('-')
        && !prefix.ends_with('-')
}
