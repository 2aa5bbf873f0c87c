//! The requests about fleets of Azure Kubernetes Fleet Manager: what a fleet is, its members, and how its hub is reached.

use std::collections::BTreeMap;
use std::fmt;

use foreign_text::Sensitive;
use http::{Method, StatusCode};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use traffic_manager::id;

use crate::page::Page;
use crate::request::{Api, Mismatch, Request, Verify, segment};

/// The resource type of a fleet.
const FLEET_TYPE: &str = "Microsoft.ContainerService/fleets";

/// The form of the id of a fleet.
const FORM: &str = "/subscriptions/{subscription id}/resourceGroups/{resource group}/providers/\
Microsoft.ContainerService/fleets/{fleet}";

/// The API of fleets. A kubeconfig may hold credentials.
const API: Api =
    Api { version: "2025-03-01", sensitive: Sensitive { list: "kubeconfigs", keys: &["kubeconfigs"] } };

/// The id of a fleet. Two ids that differ in letter case only are of one fleet.
#[derive(Clone, Debug)]
pub struct FleetId {
    /// The subscription, as a rule a UUID.
    pub subscription_id: String,
    /// The resource group.
    pub resource_group_name: String,
    /// The name of the fleet.
    pub name: String,
}

/// A text that is not the id of a fleet.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{text:?} is not the ID of a fleet; the form is {FORM}")]
pub struct InvalidFleetId {
    /// The text.
    pub text: String,
}

impl FleetId {
    /// Reads an id in any letter case.
    ///
    /// # Errors
    /// If it is the id of something else, or none.
    pub fn parse(text: &str) -> Result<Self, InvalidFleetId> {
        let invalid = || InvalidFleetId { text: text.to_owned() };
        let bare = text.strip_prefix('/').ok_or_else(invalid)?;
        let segments: Vec<&str> = bare.strip_suffix('/').unwrap_or(bare).split('/').collect();
        let [s, subscription, r, group, p, namespace, fleets, name] = segments[..] else {
            return Err(invalid());
        };
        let fixed = [
            (s, "subscriptions"),
            (r, "resourceGroups"),
            (p, "providers"),
            (namespace, "Microsoft.ContainerService"),
            (fleets, "fleets"),
        ];
        let is_name =
            |part: &str| !part.trim().is_empty() && !matches!(part, "." | "..") && part.trim() == part;
        let fits = fixed.iter().all(|(found, expected)| found.eq_ignore_ascii_case(expected));
        if !fits || ![subscription, group, name].into_iter().all(is_name) {
            return Err(invalid());
        }
        Ok(Self {
            subscription_id: subscription.to_owned(),
            resource_group_name: group.to_owned(),
            name: name.to_owned(),
        })
    }

    fn path(&self) -> String {
        let (subscription, group, name) =
            (segment(&self.subscription_id), segment(&self.resource_group_name), segment(&self.name));
        format!("/subscriptions/{subscription}/resourceGroups/{group}/providers/{FLEET_TYPE}/{name}")
    }
}

impl fmt::Display for FleetId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { subscription_id, resource_group_name, name } = self;
        write!(
            out,
            "/subscriptions/{subscription_id}/resourceGroups/{resource_group_name}/providers/{FLEET_TYPE}/{name}"
        )
    }
}

/// A fleet.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Fleet {
    /// The id, in a letter case of Azure's own.
    pub id: Option<String>,
    /// The name.
    pub name: Option<String>,
    /// The region.
    pub location: Option<String>,
    /// Tags.
    pub tags: Option<BTreeMap<String, String>>,
    /// As whom the fleet manages things in Azure.
    pub identity: Option<FleetIdentity>,
    /// Everything else.
    pub properties: Option<FleetProperties>,
}

/// As whom a fleet manages things in Azure.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FleetIdentity {
    /// `SystemAssigned`, `UserAssigned`, both, or `None`.
    #[serde(rename = "type")]
    pub type_name: Option<String>,
    /// Whom a role is assigned to.
    pub principal_id: Option<String>,
}

/// The properties of a fleet.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FleetProperties {
    /// `Succeeded` if it can be used.
    pub provisioning_state: Option<String>,
    /// Its hub; none if it has none.
    pub hub_profile: Option<HubProfile>,
}

/// The hub of a fleet.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct HubProfile {
    /// What its DNS name begins with.
    pub dns_prefix: Option<String>,
    /// The DNS name of its API.
    pub fqdn: Option<String>,
    /// The version of Kubernetes.
    pub kubernetes_version: Option<String>,
    /// Who can reach its API.
    pub api_server_access_profile: Option<ApiServerAccess>,
}

/// Who can reach the API of a hub.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ApiServerAccess {
    /// Whether it can be reached only from its virtual network.
    pub enable_private_cluster: Option<bool>,
}

/// A member of a fleet: a cluster.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Member {
    /// The name, by which the hub knows the cluster.
    pub name: Option<String>,
    /// Everything else.
    pub properties: Option<MemberProperties>,
}

/// The properties of a member.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MemberProperties {
    /// The id of the cluster.
    pub cluster_resource_id: Option<String>,
    /// The update group.
    pub group: Option<String>,
    /// `Succeeded` if it has joined.
    pub provisioning_state: Option<String>,
}

/// What a hub is reached with.
#[derive(Clone, Default, Deserialize)]
pub struct HubCredentials {
    /// The kubeconfigs, as a rule one.
    #[serde(default)]
    pub kubeconfigs: Vec<NamedKubeconfig>,
}

/// A kubeconfig.
#[derive(Clone, Default, Deserialize)]
pub struct NamedKubeconfig {
    /// Such as `clusterUser`.
    pub name: Option<String>,
    /// YAML in Base64. May hold credentials.
    pub value: Option<String>,
}

/// Reads a fleet.
pub fn get(id: &FleetId) -> Request<Fleet> {
    Request::read(&API, Method::GET, id.path()).verified_by(verify_fleet(id.clone()))
}

/// Lists the members of a fleet. [`Client::list`](crate::Client::list) follows the pages.
pub fn members(id: &FleetId) -> Request<Page<Member>> {
    Request::list(&API, format!("{}/members", id.path())).verified_by(verified::<Page<Member>>(|page| {
        let mut members = page.value.iter().flatten();
        let has_names = members.all(|member| member.name.as_deref().is_some_and(|name| !name.is_empty()));
        (page.value.is_some() && has_names).then_some(()).ok_or("it is not a list of members")
    }))
}

/// Asks for what the hub of a fleet is reached with.
pub fn list_credentials(id: &FleetId) -> Request<HubCredentials> {
    let path = format!("{}/listCredentials", id.path());
    Request::read(&API, Method::POST, path).verified_by(verified::<HubCredentials>(|answer| {
        let has_value = answer.kubeconfigs.first().is_some_and(|config| config.value.is_some());
        has_value.then_some(()).ok_or("it has no kubeconfig")
    }))
}

fn verify_fleet(asked: FleetId) -> Verify {
    verified::<Fleet>(move |fleet| {
        let found = fleet.id.as_deref().unwrap_or_default();
        if !id::same(found, &asked.to_string()) {
            return Err("it has another id");
        }
        fleet.properties.as_ref().map(|_| ()).ok_or("it has no properties")
    })
}

/// Believes what is a `T` of which `check` finds nothing wrong. What serde says of another would quote it.
fn verified<T: DeserializeOwned>(
    check: impl Fn(&T) -> Result<(), &'static str> + Send + Sync + 'static,
) -> Verify {
    Box::new(move |status, body| {
        if status != StatusCode::OK {
            return Err(Mismatch::Other("it has a status that Azure does not use for it".to_owned()));
        }
        serde_json::from_slice::<serde::de::IgnoredAny>(body).map_err(Mismatch::NotJson)?;
        let answer = serde_json::from_slice(body)
            .map_err(|_| Mismatch::Other("a property has a wrong type".to_owned()))?;
        check(&answer).map_err(|why| Mismatch::Other(why.to_owned()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "/SUBSCRIPTIONS/s/resourcegroups/g/providers/microsoft.containerservice/FLEETS/demo";

    fn believed<T>(request: &Request<T>, body: &str) -> bool {
        request.verify.as_ref().unwrap()(StatusCode::OK, body.as_bytes()).is_ok()
    }

    #[test]
    fn an_id_is_read_in_any_letter_case() {
        let id = FleetId::parse(ID).unwrap();
        let text = "/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerService/fleets/demo";
        assert_eq!(id.to_string(), text);
        assert_eq!(get(&id).path(), text);
        assert_eq!(list_credentials(&id).path(), format!("{text}/listCredentials"));
        let bad =
            ["", "demo", &ID[1..], "/subscriptions/s", &format!("{ID}/members/m"), &ID.replace("/g/", "//")];
        for text in bad {
            assert!(FleetId::parse(text).is_err(), "{text}");
        }
        for text in [ID.replace("FLEETS", "managedClusters"), ID.replace("demo", ".."), format!("{ID} ")] {
            assert!(FleetId::parse(&text).is_err(), "{text}");
        }
    }

    #[test]
    fn an_answer_is_believed_if_it_is_what_was_asked_for() {
        let id = FleetId::parse(ID).unwrap();
        let fleet = format!("{{\"id\": \"{}\", \"properties\": {{}}}}", ID.to_lowercase());
        assert!(believed(&get(&id), &fleet));
        for other in ["{}", "[]", "<html>", &fleet.replace("demo", "other"), &fleet.replace("{}", "null")] {
            assert!(!believed(&get(&id), other), "{other}");
        }
        assert!(believed(&members(&id), r#"{"value": [{"name": "m"}]}"#));
        for other in ["{}", r#"{"value": [{}]}"#, r#"{"value": {}}"#] {
            assert!(!believed(&members(&id), other), "{other}");
        }
        assert!(believed(
            &list_credentials(&id),
            r#"{"kubeconfigs": [{"name": "clusterUser", "value": "eA=="}]}"#
        ));
        for other in ["{}", r#"{"kubeconfigs": []}"#, r#"{"kubeconfigs": [{"name": "x"}]}"#] {
            assert!(!believed(&list_credentials(&id), other), "{other}");
        }
    }
}
