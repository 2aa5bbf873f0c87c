//! The operations on a profile and on a single endpoint: what there is before, what is wanted, and what others have in the way.

use serde_json::{Value as Json, json};
use tf_plugin::cty::Value;
use tf_plugin_testing::core::{Instance, Report};

use test_support::{Azure, foreign_endpoint, foreign_profile, profile_id as id};

pub(crate) const PROFILE: &str = "azuretm_traffic_manager_profile";
pub(crate) const ENDPOINT: &str = "azuretm_traffic_manager_external_endpoint";
const RELATIVE_NAME: &str = "fault-shop";

/// An operation in its surroundings. In each there is a profile of somebody else, too.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Scene {
    /// A creation with endpoints.
    Create,
    /// A creation without.
    CreateBare,
    /// A creation with a relative name that somebody else has.
    CreateWithNameOfAnother,
    /// A creation of a profile that somebody else has made.
    CreateWithIdOfAnother,
    /// The same where it is to be taken over, with the endpoints in the configuration.
    Adopt,
    /// The same where endpoints are managed elsewhere.
    AdoptBare,
    /// A plan that finds nothing to do.
    Read,
    /// A change with endpoints: one PUT.
    Update,
    /// A change where somebody else has an endpoint in the profile: one PATCH.
    UpdateBare,
    /// The same where something is cleared: one PUT.
    Clear,
    /// A deletion.
    Delete,
    /// An import by id.
    Import,
    /// A creation of an endpoint in a profile that somebody else has made.
    CreateEndpoint,
    /// The same where it is there and is to be taken over.
    AdoptEndpoint,
    /// A plan that finds nothing to do for an endpoint.
    ReadEndpoint,
    /// A change of an endpoint.
    UpdateEndpoint,
    /// A deletion of an endpoint.
    DeleteEndpoint,
    /// An import of an endpoint by id.
    ImportEndpoint,
}

impl Scene {
    pub(crate) const ALL: [Self; 18] = [
        Self::Create,
        Self::CreateBare,
        Self::CreateWithNameOfAnother,
        Self::CreateWithIdOfAnother,
        Self::Adopt,
        Self::AdoptBare,
        Self::Read,
        Self::Update,
        Self::UpdateBare,
        Self::Clear,
        Self::Delete,
        Self::Import,
        Self::CreateEndpoint,
        Self::AdoptEndpoint,
        Self::ReadEndpoint,
        Self::UpdateEndpoint,
        Self::DeleteEndpoint,
        Self::ImportEndpoint,
    ];

    /// The type of the resource.
    pub(crate) fn resource(self) -> &'static str {
        if self.is_of_endpoint() { ENDPOINT } else { PROFILE }
    }

    /// The id of what the operation is about.
    pub(crate) fn id(self) -> String {
        if self.is_of_endpoint() { format!("{}/externalEndpoints/own", ours()) } else { ours() }
    }

    /// Whether it is about a single endpoint. Its profile is then somebody else's, too.
    pub(crate) fn is_of_endpoint(self) -> bool {
        matches!(
            self,
            Self::CreateEndpoint
                | Self::AdoptEndpoint
                | Self::ReadEndpoint
                | Self::UpdateEndpoint
                | Self::DeleteEndpoint
                | Self::ImportEndpoint
        )
    }

    /// Whether it is a deletion.
    pub(crate) fn is_deletion(self) -> bool {
        matches!(self, Self::Delete | Self::DeleteEndpoint)
    }

    /// Whether it is an import.
    pub(crate) fn is_import(self) -> bool {
        matches!(self, Self::Import | Self::ImportEndpoint)
    }

    /// Whether the operation has to be refused for the sake of somebody else.
    pub(crate) fn is_refused(self) -> bool {
        matches!(self, Self::CreateWithNameOfAnother | Self::CreateWithIdOfAnother)
    }

    /// Whether the operation makes the profile or the endpoint.
    pub(crate) fn is_creation(self) -> bool {
        matches!(self, Self::Create | Self::CreateBare | Self::CreateWithNameOfAnother | Self::CreateEndpoint)
    }

    /// The profile of somebody else.
    pub(crate) fn theirs(self) -> String {
        if self == Self::CreateWithIdOfAnother { ours() } else { id("others", "theirs") }
    }

    /// Whether somebody else has an endpoint in our profile.
    pub(crate) fn shares_the_profile(self) -> bool {
        matches!(self, Self::AdoptBare | Self::UpdateBare | Self::Clear) || self.is_of_endpoint()
    }

    /// What is wanted in the end, with these times for every operation.
    pub(crate) fn wanted(self, time: Option<&str>) -> Json {
        let mut wanted = match self {
            Self::CreateBare => bare(30),
            Self::AdoptBare | Self::UpdateBare | Self::Clear => bare(60),
            Self::Update => with_endpoints(60, &[("east", 2), ("west", 1), ("north", 3)]),
            Self::UpdateEndpoint => endpoint(7, &[]),
            _ if self.is_of_endpoint() => endpoint(5, &["X-Probe"]),
            _ => with_endpoints(30, &[("east", 1), ("west", 2)]),
        };
        if matches!(self, Self::Adopt | Self::AdoptBare | Self::AdoptEndpoint) {
            wanted["adopt_existing"] = json!(true);
        }
        timed(wanted, time)
    }

    /// What Terraform has made before.
    fn before(self) -> Option<Json> {
        let mut before = match self {
            Self::Read | Self::Delete | Self::Update => with_endpoints(30, &[("east", 1), ("west", 2)]),
            Self::UpdateBare | Self::Clear => bare(30),
            Self::ReadEndpoint | Self::UpdateEndpoint | Self::DeleteEndpoint => endpoint(5, &["X-Probe"]),
            _ => return None,
        };
        if self == Self::Clear {
            before["monitor_config"][0]["custom_header"] = json!([{ "name": "X-Probe", "value": "1" }]);
        }
        Some(before)
    }

    /// Brings about what there is before, with these times for every operation.
    pub(crate) async fn prepare(self, azure: &Azure, shop: &mut Instance<'_>, time: &str) {
        let names_it = self == Self::CreateWithNameOfAnother || self == Self::CreateWithIdOfAnother;
        azure.put(&self.theirs(), &foreign_profile(if names_it { RELATIVE_NAME } else { "fault-theirs" }));
        if self.is_of_endpoint() {
            azure.put(&ours(), &in_azure(30, &[]));
        }
        if let Some(before) = self.before() {
            let before = shop.config(&before);
            shop.settle(&before).await.unwrap_or_else(|report| panic!("{self:?}: {report}"));
            // Written into the state by hand: on a busy machine even this could take longer than a short time.
            let timed = shop.config(&self.wanted(Some(time)));
            let mut stored = shop.stored().cloned().unwrap();
            if let (Value::Map(state), Some(timeouts)) = (&mut stored.value, timed.attribute("timeouts")) {
                state.insert("timeouts".to_owned(), timeouts.clone());
            }
            shop.store(Some(stored));
        }
        match self {
            Self::Import => azure.put(&ours(), &in_azure(30, &[("east", 1), ("west", 2)])),
            Self::Adopt => azure.put(&ours(), &in_azure(300, &[("east", 7)])),
            Self::AdoptBare => azure.put(&ours(), &in_azure(300, &[])),
            Self::AdoptEndpoint => azure.put(&self.id(), &endpoint_in_azure(9)),
            Self::ImportEndpoint => azure.put(&self.id(), &endpoint_in_azure(5)),
            _ => {}
        }
        if self.shares_the_profile() {
            azure.put(&format!("{}/externalEndpoints/theirs", ours()), &foreign_endpoint());
        }
    }

    /// The operation itself, as one command of Terraform.
    pub(crate) async fn act(self, shop: &mut Instance<'_>, time: &str) -> Result<(), Report> {
        if self.is_deletion() {
            return shop.destroy().await.map(drop);
        }
        if self.is_import() {
            shop.import(&self.id()).await?;
        }
        let wanted = shop.config(&self.wanted(Some(time)));
        let planned = shop.plan(&wanted).await?;
        shop.apply(planned).await.map(drop)
    }
}

/// The id of the profile that all operations are about.
pub(crate) fn ours() -> String {
    id("rg", "shop")
}

fn bare(ttl: i64) -> Json {
    json!({
        "name": "shop",
        "resource_group_name": "rg",
        "traffic_routing_method": "Weighted",
        "tags": { "env": "test" },
        "dns_config": [{ "relative_name": RELATIVE_NAME, "ttl": ttl }],
        "monitor_config": [{ "protocol": "HTTPS", "port": 443, "path": "/health" }],
    })
}

/// A profile with these endpoints and their priorities.
fn with_endpoints(ttl: i64, endpoints: &[(&str, i64)]) -> Json {
    let mut profile = bare(ttl);
    profile["traffic_routing_method"] = json!("Priority");
    profile["endpoints"] = json!({});
    for (name, priority) in endpoints {
        profile["endpoints"][name] = json!({ "target": format!("{name}.example.com"), "priority": priority });
    }
    profile
}

/// A profile by priority as another hand makes it.
pub(crate) fn priority_profile(ttl: i64, endpoints: &[(&str, i64)]) -> Json {
    let mut profile = in_azure(ttl, endpoints);
    profile["properties"]["trafficRoutingMethod"] = json!("Priority");
    profile
}

/// The same as another hand makes it.
fn in_azure(ttl: i64, endpoints: &[(&str, i64)]) -> Json {
    let endpoint = |(name, priority): &(&str, i64)| {
        json!({
            "name": name,
            "type": "Microsoft.Network/trafficManagerProfiles/externalEndpoints",
            "properties": { "target": format!("{name}.example.com"), "priority": priority },
        })
    };
    json!({
        "location": "global",
        "tags": { "env": "test" },
        "properties": {
            "trafficRoutingMethod": if endpoints.is_empty() { "Weighted" } else { "Priority" },
            "dnsConfig": { "relativeName": RELATIVE_NAME, "ttl": ttl },
            "monitorConfig": { "protocol": "HTTPS", "port": 443, "path": "/health" },
            "endpoints": endpoints.iter().map(endpoint).collect::<Vec<_>>(),
        },
    })
}

/// An endpoint with this weight and these headers.
fn endpoint(weight: i64, headers: &[&str]) -> Json {
    json!({
        "name": "own",
        "profile_id": ours(),
        "target": "own.example.com",
        "weight": weight,
        "custom_header": headers.iter().map(|name| json!({ "name": name, "value": "1" })).collect::<Vec<_>>(),
    })
}

/// The same as another hand makes it.
fn endpoint_in_azure(weight: i64) -> Json {
    json!({ "properties": {
        "target": "own.example.com", "weight": weight, "customHeaders": [{ "name": "X-Probe", "value": "1" }],
    } })
}

/// A configuration with these times for every operation.
pub(crate) fn timed(mut config: Json, time: Option<&str>) -> Json {
    if let Some(time) = time {
        config["timeouts"] = json!({ "create": time, "read": time, "update": time, "delete": time });
    }
    config
}
