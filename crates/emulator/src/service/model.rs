//! Profiles and endpoints as the emulator keeps them: normalised, with every default filled in.
//!
//! Nothing here is the shape of a request or of an answer.

use std::collections::BTreeMap;
use std::net::IpAddr;

use serde::{Deserialize, Serialize};
use traffic_manager::health::{Family, Health, Probe};
use traffic_manager::id::EndpointKind;
use traffic_manager::profile::{MonitorProtocol, RoutingMethod, Status};

use super::state_text;

pub(crate) mod fleet;
pub(crate) mod gateway;

/// Tags of a resource, sorted by name.
pub(crate) type Tags = BTreeMap<String, String>;

/// A profile.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub(crate) struct Profile {
    /// In the letter case of the creating request.
    pub(crate) name: String,
    pub(crate) tags: Tags,
    #[serde(with = "state_text")]
    pub(crate) status: Status,
    #[serde(with = "state_text")]
    pub(crate) method: RoutingMethod,
    /// Lower case; unique in the cloud.
    pub(crate) relative_name: String,
    pub(crate) ttl: i64,
    pub(crate) monitor: Monitor,
    /// Sorted by priority.
    pub(crate) endpoints: Vec<Endpoint>,
    #[serde(with = "state_text")]
    pub(crate) traffic_view: Status,
    pub(crate) max_return: Option<i64>,
    pub(crate) record_type: Option<RecordType>,
}

/// How a profile's endpoints are probed.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub(crate) struct Monitor {
    #[serde(with = "state_text")]
    pub(crate) protocol: MonitorProtocol,
    pub(crate) port: i64,
    /// With TCP the service keeps null and the empty text apart.
    pub(crate) path: Option<String>,
    pub(crate) interval: i64,
    pub(crate) timeout: i64,
    pub(crate) tolerated: i64,
    pub(crate) headers: Vec<Header>,
    pub(crate) status_ranges: Vec<StatusRange>,
}

/// A header of probes.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub(crate) struct Header {
    pub(crate) name: String,
    pub(crate) value: String,
}

/// A range of statuses that count as success; both ends belong to it.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub(crate) struct StatusRange {
    pub(crate) min: i64,
    pub(crate) max: i64,
}

/// Client addresses, exactly as sent: one address, a range, or a CIDR block.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub(crate) struct Subnet {
    pub(crate) first: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) last: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) scope: Option<i64>,
}

/// The DNS record type that all endpoints of a profile have to fit.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub(crate) enum RecordType {
    A,
    Aaaa,
    Cname,
}

/// An endpoint.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub(crate) struct Endpoint {
    /// In the letter case of the creating request.
    pub(crate) name: String,
    #[serde(with = "state_text")]
    pub(crate) kind: EndpointKind,
    #[serde(with = "state_text")]
    pub(crate) status: Status,
    /// As sent.
    pub(crate) target_resource_id: Option<String>,
    /// As sent for external endpoints, computed for the others.
    pub(crate) target: Option<String>,
    pub(crate) weight: i64,
    pub(crate) priority: i64,
    /// The display name of the region.
    pub(crate) location: Option<String>,
    pub(crate) minimums: Minimums,
    pub(crate) geo_mapping: Vec<String>,
    pub(crate) subnets: Vec<Subnet>,
    pub(crate) headers: Vec<Header>,
    #[serde(with = "state_text")]
    pub(crate) always_serve: Status,
    /// What is known of the target, from probes or from the control API.
    #[serde(with = "state_text")]
    pub(crate) health: Health,
    /// Whether the health was set by hand, so that no probe changes it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) is_health_held: bool,
    /// How many probes in a row have failed.
    #[serde(skip)]
    pub(crate) failures: u32,
}

/// How many endpoints of a child profile have to serve.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub(crate) struct Minimums {
    pub(crate) any: i64,
    pub(crate) v4: i64,
    pub(crate) v6: i64,
}

impl Profile {
    /// The endpoint of this kind and name, in any letter case.
    pub(crate) fn endpoint(&self, kind: EndpointKind, name: &str) -> Option<&Endpoint> {
        self.endpoints.iter().find(|endpoint| endpoint.is(kind, name))
    }

    /// The fully qualified name of the profile.
    pub(crate) fn fqdn(&self, suffix: &str) -> String {
        format!("{}.{suffix}", self.relative_name)
    }

    /// Puts the endpoints into the order of answers. Equal priorities are refused before.
    pub(crate) fn sort(&mut self) {
        self.endpoints.sort_by_key(|endpoint| endpoint.priority);
    }

    /// Carries health over from the state before a change. An endpoint whose probes would now ask something
    /// else is undecided until the next result, as a fresh one is; what was set by hand is forgotten with it.
    pub(crate) fn keep_health_of(&mut self, before: &Self) {
        let same_probes = self.monitor == before.monitor;
        for endpoint in &mut self.endpoints {
            match before.endpoint(endpoint.kind, &endpoint.name) {
                Some(old) if same_probes && old.is_probed_like(endpoint) => {
                    endpoint.health = old.health;
                    endpoint.is_health_held = old.is_health_held;
                    // Only those in a row count, and a profile that is off has none.
                    endpoint.failures = if self.status == before.status { old.failures } else { 0 };
                }
                _ => endpoint.start_over(),
            }
        }
    }
}

impl Endpoint {
    /// Whether this is the endpoint of that kind and name, in any letter case.
    pub(crate) fn is(&self, kind: EndpointKind, name: &str) -> bool {
        self.kind == kind && same_name(&self.name, name)
    }

    /// The address family if the target is an address.
    pub(crate) fn family(&self) -> Option<Family> {
        match self.target.as_deref()?.parse::<IpAddr>().ok()? {
            IpAddr::V4(_) => Some(Family::V4),
            IpAddr::V6(_) => Some(Family::V6),
        }
    }

    /// Sets the health by hand. It holds whatever probes find, unless it is that nothing is known yet: then the probes begin
    /// anew.
    pub(crate) fn set_health(&mut self, health: Health) {
        self.start_over();
        self.is_health_held = health != self.health;
        self.health = health;
    }

    fn start_over(&mut self) {
        self.health = Health::Probed(Probe::Undecided);
        self.is_health_held = false;
        self.failures = 0;
    }

    fn is_probed_like(&self, other: &Self) -> bool {
        self.status == other.status
            && self.target_resource_id == other.target_resource_id
            && self.target == other.target
            && self.headers == other.headers
            && self.always_serve == other.always_serve
    }
}

/// Whether two names of resources are the same: letter case does not count.
pub(crate) fn same_name(a: &str, b: &str) -> bool {
    a.eq_ignore_ascii_case(b) || (!(a.is_ascii() && b.is_ascii()) && a.to_lowercase() == b.to_lowercase())
}

impl RecordType {
    const ALL: [Self; 3] = [Self::A, Self::Aaaa, Self::Cname];

    pub(crate) fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|value| value.as_str().eq_ignore_ascii_case(text))
    }

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::A => "A",
            Self::Aaaa => "AAAA",
            Self::Cname => "CNAME",
        }
    }
}
