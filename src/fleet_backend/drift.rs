//! What has become of the endpoints in Azure, which the hub does not notice by itself.

use arm::model::{Endpoint as AzureEndpoint, Profile as AzureProfile};
use hub::{Deadline, TrafficManagerBackend};
use tf_plugin::{Context, Set, Value};
use traffic_manager::id::{EndpointId, ProfileId};

use super::model::{Backend, BackendEndpoint};
use crate::azure::Azure;
use crate::endpoint::merge::find;
use crate::fleet_object::{Condition, FleetObject as _, InAzure, LOOK, profile_in_azure};
use crate::session::Reader;

/// The most changes that are told one by one.
const MOST_SHOWN: usize = 10;

type Endpoints = Value<Set<Value<BackendEndpoint>>>;

/// Compares the endpoints that the hub calls accepted with those that Azure has. What others have added to the profile is no
/// concern of the backend, and what Azure does not tell changes nothing.
pub(super) async fn notice(context: &Context<Azure>, state: Backend) -> Backend {
    if look(context, &state).await.is_none() {
        return state;
    }
    // The controller may have been at work between the answers of the hub and of Azure.
    let state = read_again(context, state).await;
    match look(context, &state).await {
        Some((endpoints, accepted)) => Backend { endpoints, accepted, ..state },
        None => state,
    }
}

/// The endpoints as they are in Azure and what to say of that; `None` if they are as the state says.
async fn look(context: &Context<Azure>, state: &Backend) -> Option<(Endpoints, Value<Condition>)> {
    let known: Vec<&BackendEndpoint> = state.endpoints.known()?.0.iter().filter_map(Value::known).collect();
    let id = known.iter().find_map(|endpoint| place_of(endpoint))?.profile;
    let uid = state.uid.as_deref().filter(|_| Condition::holds(&state.accepted))?;
    match profile_in_azure(context, &id, Reader::FleetBackend(uid.to_owned())).await {
        InAzure::Found(found) => compared(&id, &known, &found),
        InAzure::Gone => {
            let text = format!(
                "The profile {id} was deleted in Azure with all endpoints, and the hub has not noticed. The next apply of the \
                 Fleet profile creates it again, and that of the backend its endpoints."
            );
            Some((Value::Known(Set(Vec::new())), Condition::deleted_in_azure(text)))
        }
        InAzure::Untold => None,
    }
}

/// The state by what the hub says at this moment, where it says it.
async fn read_again(context: &Context<Azure>, state: Backend) -> Backend {
    let Some(key) = state.head().key() else { return state };
    let Ok(hub) = context.provider().fleet_hub.connected(LOOK, context.cancelled()).await else {
        return state;
    };
    let deadline = Deadline::new(LOOK, context.cancelled().clone());
    match hub.find::<TrafficManagerBackend>(&key, &deadline).await {
        Ok(Some(found)) => Backend::from_hub(&found, &state, context.provider()),
        _ => state,
    }
}

fn compared(
    id: &ProfileId,
    known: &[&BackendEndpoint],
    profile: &AzureProfile,
) -> Option<(Endpoints, Value<Condition>)> {
    let (mut live, mut changes) = (Vec::new(), Vec::new());
    for endpoint in known {
        let place = place_of(endpoint).filter(|place| place.profile == *id);
        // Of one whose id says nothing, nothing can be said.
        let (seen, change) = match place.map(|place| find(profile, &place.key())) {
            Some(Some(found)) => {
                let (seen, change) = in_azure(endpoint, found);
                (Some(seen), change)
            }
            Some(None) => (None, Some("was deleted".to_owned())),
            None => (Some((*endpoint).clone()), None),
        };
        live.extend(seen.map(Value::Known));
        changes.extend(
            change.map(|what| format!("that of {} {what}", endpoint.cluster.as_deref().unwrap_or("?"))),
        );
    }
    if changes.is_empty() {
        return None;
    }
    let text = format!(
        "In Azure, endpoints were changed, and the hub has not noticed: {}. The next apply sets them again.",
        listed(&changes)
    );
    Some((Value::Known(Set(live)), Condition::changed_in_azure(text)))
}

/// The endpoint as it is in Azure, and what is not as the hub says. What Azure leaves out is as the hub says.
fn in_azure(known: &BackendEndpoint, found: &AzureEndpoint) -> (BackendEndpoint, Option<String>) {
    let properties = found.properties.clone().unwrap_or_default();
    let mut seen = known.clone();
    let mut changes = Vec::new();
    if let (Some(live), Some(weight)) = (properties.weight, known.weight.known().copied())
        && live != weight
    {
        changes.push(format!("has the weight {live} instead of {weight}"));
        seen.weight = Value::Known(live);
    }
    if let (Some(live), Some(target)) = (properties.target, known.target.as_deref())
        && !live.eq_ignore_ascii_case(target)
    {
        changes.push("leads to another target".to_owned());
        seen.target = Value::Known(live);
    }
    if properties.endpoint_status.is_some_and(|status| !status.eq_ignore_ascii_case("Enabled")) {
        changes.push("is disabled".to_owned());
    }
    (seen, (!changes.is_empty()).then(|| changes.join(" and ")))
}

/// Where the endpoint is in Azure, if the hub says so.
fn place_of(endpoint: &BackendEndpoint) -> Option<EndpointId> {
    EndpointId::parse(endpoint.resource_id.as_deref()?).ok()
}

/// As many of these as can be read.
fn listed(changes: &[String]) -> String {
    let shown = changes.iter().take(MOST_SHOWN).map(String::as_str).collect::<Vec<_>>().join("; ");
    match changes.len().saturating_sub(MOST_SHOWN) {
        0 => shown,
        more => format!("{shown}; and {more} more"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROFILE: &str =
        "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/trafficManagerProfiles/fleet-p";

    fn name(cluster: &str) -> String {
        format!("fleet-b#web#{cluster}")
    }

    fn known(cluster: &str, weight: i64) -> BackendEndpoint {
        BackendEndpoint {
            name: Value::Known(name(cluster)),
            resource_id: Value::Known(format!("{PROFILE}/azureEndpoints/{}", name(cluster))),
            cluster: Value::Known(cluster.to_owned()),
            weight: Value::Known(weight),
            export_weight: Value::Known(1),
            target: Value::Known(format!("{cluster}.example.com")),
        }
    }

    fn in_profile(name: &str, properties: &serde_json::Value) -> serde_json::Value {
        let mut whole = serde_json::json!({ "weight": 50, "endpointStatus": "Enabled" });
        for (name, value) in properties.as_object().unwrap() {
            whole[name] = value.clone();
        }
        serde_json::json!({
            "name": name, "type": "Microsoft.Network/trafficManagerProfiles/AzureEndpoints", "properties": whole,
        })
    }

    /// What is noticed of two endpoints of weight 50 where Azure has these.
    fn notice(endpoints: &[serde_json::Value]) -> Option<(Vec<(String, i64)>, String)> {
        let profile = serde_json::json!({ "properties": { "endpoints": endpoints } });
        let profile: AzureProfile = serde_json::from_value(profile).unwrap();
        let known = [known("a", 50), known("b", 50)];
        let known: Vec<&BackendEndpoint> = known.iter().collect();
        let (endpoints, condition) = compared(&ProfileId::parse(PROFILE).unwrap(), &known, &profile)?;
        let each = endpoints.known().unwrap().0.iter().filter_map(Value::known);
        let each = each.map(|it| (it.cluster.as_deref().unwrap().to_owned(), *it.weight.known().unwrap()));
        Some((each.collect(), condition.known().unwrap().message.as_deref().unwrap().to_owned()))
    }

    #[test]
    fn what_was_changed_or_deleted_is_seen_and_what_others_added_is_not() {
        let same = |cluster: &str| in_profile(&name(cluster).to_uppercase(), &serde_json::json!({}));
        let with = |properties| in_profile(&name("b"), &properties);
        let others = in_profile("theirs", &serde_json::json!({ "weight": 7 }));
        assert_eq!(notice(&[others.clone(), same("b"), same("a")]), None);
        for (b, weight, said) in [
            (None, None, "that of b was deleted. "),
            (
                Some(with(serde_json::json!({ "weight": 7 }))),
                Some(7),
                "that of b has the weight 7 instead of 50. ",
            ),
            (
                Some(with(serde_json::json!({ "endpointStatus": "Disabled" }))),
                Some(50),
                "that of b is disabled. ",
            ),
            (
                Some(with(serde_json::json!({ "target": "other.example.com", "weight": 1 }))),
                Some(1),
                "that of b has the weight 1 instead of 50 and leads to another target. ",
            ),
        ] {
            let found: Vec<_> = [same("a"), others.clone()].into_iter().chain(b).collect();
            let (endpoints, text) = notice(&found).unwrap();
            let b = weight.map(|weight| ("b".to_owned(), weight));
            assert_eq!(endpoints, [("a".to_owned(), 50)].into_iter().chain(b).collect::<Vec<_>>());
            assert!(text.contains(said), "{text}");
        }
    }

    #[test]
    fn what_azure_leaves_out_is_no_change() {
        let bare = |cluster: &str| {
            serde_json::json!({
                "name": name(cluster), "type": "Microsoft.Network/trafficManagerProfiles/azureEndpoints",
            })
        };
        assert_eq!(notice(&[bare("a"), bare("b")]), None);
    }

    #[test]
    fn many_changes_are_counted() {
        let many: Vec<String> = (0..25).map(|number| number.to_string()).collect();
        assert!(listed(&many).ends_with("; 9; and 15 more"), "{}", listed(&many));
        assert_eq!(listed(&many[..2]), "0; 1");
    }
}
