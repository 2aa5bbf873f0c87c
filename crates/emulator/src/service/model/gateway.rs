//! What the emulator keeps besides profiles: subscriptions, public IP addresses, locks, roles, limits.
//!
//! Nothing here is the shape of a request or of an answer.

use serde::{Deserialize, Serialize};

use super::Tags;

/// A subscription that the control API made known.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub(crate) struct KnownSubscription {
    /// As given.
    pub(crate) id: String,
    pub(crate) name: String,
    /// The tenant whose tokens it takes; any, if there is none.
    pub(crate) tenant: Option<String>,
}

/// A public IP address.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub(crate) struct PublicIp {
    /// In the letter case of the creating request.
    pub(crate) name: String,
    /// Without spaces and in lower case.
    pub(crate) location: String,
    /// Null if no request had any.
    pub(crate) tags: Option<Tags>,
    /// Lower case; the name in DNS follows from it.
    pub(crate) label: Option<String>,
    /// `Basic` or `Standard`.
    pub(crate) sku: String,
    /// `Static` or `Dynamic`.
    pub(crate) allocation: String,
    /// `IPv4` or `IPv6`.
    pub(crate) family: String,
    pub(crate) idle_timeout: i64,
    /// Static addresses have one at once, dynamic ones never here, because nothing uses them.
    pub(crate) address: Option<String>,
    /// An id that changes with every write.
    pub(crate) etag: String,
    /// An id that stays.
    pub(crate) guid: String,
    #[serde(default)]
    pub(crate) extras: PublicIpExtras,
}

/// What of a public IP address Traffic Manager does not look at, and clients expect to find again.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default)]
pub(crate) struct PublicIpExtras {
    /// Availability zones, such as `1`.
    pub(crate) zones: Option<Vec<String>>,
    /// Whether the tier is `Global`, and not `Regional`.
    pub(crate) is_global: bool,
    pub(crate) ip_tags: Vec<IpTag>,
    pub(crate) ddos_settings: Option<DdosSettings>,
    pub(crate) reverse_fqdn: Option<String>,
}

/// A tag of an address itself, such as the routing preference.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct IpTag {
    pub(crate) ip_tag_type: Option<String>,
    pub(crate) tag: Option<String>,
}

/// How an address is protected; keys are Azure's.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DdosSettings {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) protection_mode: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) ddos_protection_plan: Option<Reference>,
}

/// A resource by its id.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub(crate) struct Reference {
    pub(crate) id: String,
}

/// An App Service plan.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub(crate) struct Plan {
    /// In the letter case of the creating request.
    pub(crate) name: String,
    /// Such as `app` or `linux`.
    pub(crate) kind: String,
    /// Without spaces and in lower case.
    pub(crate) location: String,
    pub(crate) tags: Option<Tags>,
    pub(crate) sku: PlanSku,
    pub(crate) settings: PlanSettings,
}

/// The size of a plan; keys are Azure's.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub(crate) struct PlanSku {
    pub(crate) name: String,
    pub(crate) tier: String,
    pub(crate) size: String,
    pub(crate) family: String,
    pub(crate) capacity: i64,
}

/// What a request says of a plan besides its size; keys are Azure's.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default, rename_all = "camelCase")]
#[expect(clippy::struct_excessive_bools, reason = "Azure's own properties")]
pub(crate) struct PlanSettings {
    pub(crate) per_site_scaling: bool,
    pub(crate) elastic_scale_enabled: bool,
    pub(crate) maximum_elastic_worker_count: i64,
    pub(crate) is_spot: bool,
    /// Linux.
    pub(crate) reserved: bool,
    pub(crate) is_xenon: bool,
    pub(crate) hyper_v: bool,
    pub(crate) target_worker_count: i64,
    pub(crate) target_worker_size_id: i64,
    pub(crate) zone_redundant: bool,
}

impl PublicIp {
    /// The name in DNS, if there is a label.
    pub(crate) fn fqdn(&self) -> Option<String> {
        self.label.as_ref().map(|label| format!("{label}.{}.cloudapp.azure.com", self.location))
    }
}

/// A management lock.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub(crate) struct Lock {
    /// In the letter case of the creating request.
    pub(crate) name: String,
    /// The path of what is locked, in the letter case of the creating request.
    pub(crate) scope: String,
    pub(crate) level: LockLevel,
    pub(crate) notes: Option<String>,
}

/// What a lock forbids.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub(crate) enum LockLevel {
    /// To delete.
    CanNotDelete,
    /// To delete and to change.
    ReadOnly,
}

/// Who may do what, where.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub(crate) struct RoleAssignment {
    /// The client's id, or the object id that its tokens carry, in lower case.
    pub(crate) principal: String,
    pub(crate) role: Role,
    /// A path in lower case without a slash at its end; empty is everything.
    pub(crate) scope: String,
}

/// The built-in roles that the emulator knows.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub(crate) enum Role {
    Owner,
    Contributor,
    Reader,
    TrafficManagerContributor,
    /// Fleets and their members.
    FleetContributor,
    /// The way to a hub, and nothing on it.
    HubUser,
    HubReader,
    HubWriter,
    HubAdmin,
    /// Everything on a hub.
    HubClusterAdmin,
    /// What a fleet needs of Traffic Manager.
    HubAgent,
}

/// How much of something a subscription may have.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub(crate) struct Limits {
    pub(crate) profiles: usize,
    pub(crate) endpoints: usize,
}

impl Default for Limits {
    /// Azure's "Traffic Manager limits".
    fn default() -> Self {
        Self { profiles: 200, endpoints: 200 }
    }
}

/// Where a profile's queries came from.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub(crate) struct HeatMap {
    /// RFC 3339, as given.
    pub(crate) start: String,
    pub(crate) end: String,
    pub(crate) flows: Vec<TrafficFlow>,
}

/// The queries of one address.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub(crate) struct TrafficFlow {
    pub(crate) source_ip: String,
    pub(crate) latitude: f64,
    pub(crate) longitude: f64,
    pub(crate) queries: Vec<QueryExperience>,
}

/// The queries of one address that were answered with one endpoint.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub(crate) struct QueryExperience {
    /// The endpoint's name.
    pub(crate) endpoint: String,
    pub(crate) count: u64,
    /// Milliseconds.
    pub(crate) latency: Option<f64>,
}

/// How far a group is on its way.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub(crate) enum Phase {
    Live,
    /// Its deletion was asked for, and ends when the result was asked for so many times more.
    Deleting(u32),
    /// A deleted group is remembered, so that it is missing even where unknown groups count as existing.
    Deleted,
}
