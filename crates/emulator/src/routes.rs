//! The JSON in which the control API tells who answers a query, and which profiles there are.
//!
//! What the data source `azuretm_traffic_manager_route` has too has the same name here. Shares are from 0 to 1.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use traffic_manager::routing::{Route, Target};

/// Who answers a query.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct RouteAnswer {
    /// The id of the profile that was asked.
    pub(crate) profile_id: String,
    /// The query as it was understood: what was not given and is known of the source is filled in.
    #[serde(flatten)]
    pub(crate) query: AskedQuery,
    /// `CNAME`, `A` or `AAAA`, and `NODATA` or `NXDOMAIN` without records; `None` if the target is not known.
    pub(crate) record_type: Option<String>,
    /// The names or addresses that can be in an answer, the most probable first.
    pub(crate) answers: Vec<String>,
    /// Seconds that an answer may be kept.
    pub(crate) ttl: u32,
    /// The share of each endpoint that can be chosen, by the names that lead to it (`europe/blue`), the most probable first.
    /// Endpoints of several kinds with one name are added up.
    pub(crate) endpoints: Map<String, Value>,
    /// The same, one by one, with what each answers.
    pub(crate) shares: Vec<EndpointShare>,
    /// The share of queries that get an answer without records, because no endpoint is chosen.
    pub(crate) no_data: f64,
    /// The share of queries for which the name does not exist.
    pub(crate) nx_domain: f64,
    /// Why, profile by profile.
    pub(crate) reasons: Vec<String>,
}

/// A query.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct AskedQuery {
    /// `A`, `AAAA`, `CNAME` or `ANY`.
    pub(crate) query_type: String,
    pub(crate) source: Option<IpAddr>,
    pub(crate) geographic_code: Option<String>,
    /// The short name of the region that is near.
    pub(crate) region: Option<String>,
}

/// An endpoint that can be chosen.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct EndpointShare {
    /// The names that lead to it.
    pub(crate) endpoint: String,
    pub(crate) share: f64,
    /// `CNAME`, `A` or `AAAA`. `None` if its target answers no query of this type, or is not known.
    pub(crate) record_type: Option<String>,
    /// The name or address that it answers.
    pub(crate) record: Option<String>,
}

/// A profile.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct ListedProfile {
    pub(crate) name: String,
    pub(crate) id: String,
    pub(crate) fqdn: String,
    pub(crate) traffic_routing_method: String,
    pub(crate) ttl: u32,
    /// `Enabled` or `Disabled`.
    pub(crate) status: String,
    pub(crate) monitor_status: String,
    /// In the order of their priorities.
    pub(crate) endpoints: Vec<ListedEndpoint>,
}

/// An endpoint.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct ListedEndpoint {
    pub(crate) name: String,
    /// `azureEndpoints`, `externalEndpoints` or `nestedEndpoints`.
    pub(crate) kind: String,
    /// The name or address that it leads to, if it is known.
    pub(crate) target: Option<String>,
    /// `Enabled` or `Disabled`.
    pub(crate) status: String,
    pub(crate) monitor_status: String,
    /// The id of the profile that is nested; there need not be one.
    pub(crate) child_id: Option<String>,
    /// The share of its profile's queries that choose it. `None` if the profiles nest each other in a circle or too deeply.
    pub(crate) share: Option<f64>,
}

impl RouteAnswer {
    pub(crate) fn new(profile_id: String, query: AskedQuery, route: &Route) -> Self {
        let shares: Vec<EndpointShare> = route.shares.iter().map(EndpointShare::new).collect();
        let mut endpoints: Map<String, Value> = Map::new();
        for EndpointShare { endpoint, share, .. } in &shares {
            let before = endpoints.get(endpoint).and_then(Value::as_f64).unwrap_or_default();
            endpoints.insert(endpoint.clone(), rounded(before + share).into());
        }
        Self {
            profile_id,
            query,
            record_type: route.record_type().map(str::to_owned),
            answers: route.records(),
            ttl: route.ttl,
            endpoints,
            shares,
            no_data: rounded(route.no_data),
            nx_domain: rounded(route.nx_domain),
            reasons: route.reasons.clone(),
        }
    }
}

impl EndpointShare {
    fn new(share: &traffic_manager::routing::Share) -> Self {
        let (record_type, record) = match &share.target {
            _ if !share.answers => (None, None),
            Target::Name(name) => (Some("CNAME"), Some(name.clone())),
            Target::Address(address @ IpAddr::V4(_)) => (Some("A"), Some(address.to_string())),
            Target::Address(address @ IpAddr::V6(_)) => (Some("AAAA"), Some(address.to_string())),
            Target::Profile(_) | Target::Unknown => (None, None),
        };
        Self {
            endpoint: share.path.join("/"),
            share: rounded(share.probability),
            record_type: record_type.map(str::to_owned),
            record,
        }
    }
}

/// A share in few decimal digits: 0.1 times 0.7 is 0.07.
pub(crate) fn rounded(share: f64) -> f64 {
    (share * 1e12).round() / 1e12
}

/// A share in percent, as the reasons write it: `70 %`, `33.33 %`. What is not 0 does not read so.
pub(crate) fn percent(share: f64) -> String {
    if share > 0.0 && share < 0.0001 {
        return "<0.01 %".to_owned();
    }
    format!("{} %", (share * 10_000.0).round() / 100.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percents_are_short_and_hide_nothing() {
        for (share, expected) in [
            (0.0, "0 %"),
            (0.00001, "<0.01 %"),
            (0.0001, "0.01 %"),
            (1.0 / 3.0, "33.33 %"),
            (0.07, "7 %"),
            (1.0, "100 %"),
        ] {
            assert_eq!(percent(share), expected);
        }
    }

    #[test]
    fn products_of_shares_have_few_digits() {
        assert_eq!(serde_json::to_string(&rounded(0.7 * 0.5)).unwrap(), "0.35");
        assert_eq!(serde_json::to_string(&rounded(0.1 * 3.0)).unwrap(), "0.3");
    }
}
