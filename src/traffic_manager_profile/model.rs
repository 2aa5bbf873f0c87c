//! The profile in Terraform's terms: its declaration, and the one mapping between it, Azure's API and the rules. Names are
//! azurerm's where azurerm has the same thing.

mod from_azure;
mod to_azure;
mod to_rules;

use std::collections::BTreeMap;

use tf_plugin::{Set, Value, object};
use traffic_manager::id::{self, EndpointKey, ProfileId};
use traffic_manager::profile::defaults;

use crate::custom_headers::CustomHeader;
use crate::endpoint::Endpoint;
use crate::timeouts::Timeouts;
use crate::waiting::WaitForOnline;
use crate::words::without_case;
pub(crate) use from_azure::from_azure;
pub(super) use to_azure::to_azure;
pub(crate) use to_rules::to_rules;

object! {
    /// Manages a Traffic Manager profile: a DNS name that resolves to one of several endpoints, depending on a routing
    /// method and on their health.
    pub struct Profile {
        /// The name of the profile.
        ///
        /// It has 1 to 63 letters, digits and hyphens. Changing it replaces the profile.
        pub name: Value<String> => [required, replaces, same_if(without_case)],
        /// The name of the resource group.
        ///
        /// Changing it replaces the profile.
        pub resource_group_name: Value<String> => [required, replaces, same_if(without_case)],
        /// The routing method, which selects the endpoint for a DNS query: `Performance`, `Priority`, `Weighted`,
        /// `Geographic`, `MultiValue` or `Subnet`.
        pub traffic_routing_method: Value<String> => [required, same_if(without_case)],
        /// The DNS settings of the profile.
        pub dns_config: Value<Vec<DnsConfig>> => [block, items(1, 1)],
        /// The settings of the probes, which determine the health of endpoints.
        pub monitor_config: Value<Vec<MonitorConfig>> => [block, items(1, 1)],
        /// `Enabled` or `Disabled`. The DNS name of a disabled profile does not resolve.
        ///
        /// Defaults to `Enabled`.
        pub profile_status: Value<String> => [default("Enabled"), same_if(without_case)],
        /// The maximum number of IP addresses in a DNS response of a `MultiValue` profile.
        ///
        /// From 1 to 8. Required for `MultiValue`.
        pub max_return: Value<i64>,
        /// The DNS record type that the endpoints of the profile are limited to: `A`, `AAAA` or `CNAME`.
        ///
        /// A record of that type can be linked to the profile. Uses version 2026-09-01 of the API. Changing it after it has been set replaces the profile.
        pub record_type: Value<String> => [same_if(without_case)],
        /// Whether Traffic View is enabled, which collects data about the origin of DNS queries at extra cost.
        ///
        /// Defaults to `false`.
        pub traffic_view_enabled: Value<bool> => [default(false)],
        /// The tags of the profile, at most 50.
        pub tags: Value<BTreeMap<String, Value<String>>> => [no_null_elements],
        /// The endpoints of the profile by name, or by kind and name such as `azureEndpoints/east`.
        ///
        /// If set, the map is authoritative: endpoints that are not in it are deleted, and every change is a single
        /// write. If not set, endpoints are managed elsewhere and never touched. If added to an existing profile,
        /// endpoints that are not in the map are kept by the first apply and shown as removed by the next plan.
        /// Terraform silently drops misspelled attributes of endpoints: see [Misspelled
        /// Attributes](#misspelled-attributes).
        pub endpoints: Value<BTreeMap<String, Value<Endpoint>>> => [optional_computed, keeps, no_null_elements],
        /// Whether to adopt the profile if it already exists, instead of failing.
        ///
        /// The plan lists what would change. Endpoints that are not in `endpoints` are kept by this apply, and the
        /// next plan shows them as removed. Defaults to `false`.
        pub adopt_existing: Value<bool>,
        /// Waits until the profile is `Online` after it was created or changed, so that dependent resources find it
        /// serving.
        pub wait_for_online: Value<WaitForOnline>,
        /// The ID of the profile.
        ///
        /// Known at plan.
        pub id: Value<String> => [computed, same_if(id::same)],
        /// The DNS name of the profile, such as `contoso-shop.trafficmanager.net`.
        ///
        /// Known at plan.
        pub fqdn: Value<String> => [computed, same_if(without_case)],
        /// The health of the profile when it was last read: `CheckingEndpoints`, `Online`, `Degraded`, `Disabled` or
        /// `Inactive`.
        pub monitor_status: Value<String> => [computed],
        /// The timeouts of operations, including retries.
        pub timeouts: Value<Timeouts> => [block],
    }
}

object! {
    /// How a profile answers in DNS.
    pub struct DnsConfig {
        /// The part of the DNS name before `.trafficmanager.net`.
        ///
        /// It has to be unique in all of Azure. Changing it replaces the profile.
        pub relative_name: Value<String> => [required, replaces, same_if(without_case)],
        /// The time to live of DNS responses in seconds, from 0 to 2147483647.
        pub ttl: Value<i64> => [required],
    }
}

object! {
    /// How endpoints are probed.
    pub struct MonitorConfig {
        /// The protocol of the probes: `HTTP`, `HTTPS` or `TCP`.
        pub protocol: Value<String> => [required, same_if(without_case)],
        /// The port to probe, from 1 to 65535.
        pub port: Value<i64> => [required],
        /// The path to probe, such as `/health`.
        ///
        /// Required for `HTTP` and `HTTPS`, not allowed for `TCP`.
        pub path: Value<String>,
        /// The number of seconds between probes: `30`, or `10` for faster failover at extra cost.
        ///
        /// Defaults to `30`.
        pub interval_in_seconds: Value<i64> => [default(defaults::INTERVAL)],
        /// The timeout of a probe in seconds, from 5 to 10. If `interval_in_seconds` is `10`, from 5 to 9.
        ///
        /// Defaults to the highest of these.
        pub timeout_in_seconds: Value<i64> => [optional_computed],
        /// The number of consecutive failures before an endpoint is considered unhealthy, from 0 to 9: it becomes
        /// `Degraded` with the next one.
        ///
        /// Defaults to `3`.
        pub tolerated_number_of_failures: Value<i64> => [default(defaults::TOLERATED_FAILURES)],
        /// The HTTP status codes of a healthy endpoint, as ranges such as `200-299` or single codes such as `301`, at
        /// most 8.
        ///
        /// Defaults to 200 only.
        pub expected_status_code_ranges: Value<Set<Value<String>>> => [same_if(same_status_range), no_null_elements],
        /// An HTTP header that is sent with probes, at most 8. A header of an endpoint with the same name takes
        /// precedence.
        pub custom_header: Value<Set<CustomHeader>> => [block],
    }
}

object! {
    /// What tells a profile from all others.
    pub struct Identity {
        /// The ID of the subscription. Defaults to the one of the provider.
        pub subscription_id: Value<String>,
        /// The name of the resource group.
        pub resource_group_name: Value<String> => [required],
        /// The name of the profile.
        pub name: Value<String> => [required],
    }
}

impl Profile {
    /// The id, read from the text that the state or plan has.
    pub(super) fn profile_id(&self) -> Option<ProfileId> {
        self.id.as_deref().and_then(|text| ProfileId::parse(text).ok())
    }

    pub(crate) fn dns(&self) -> Option<&DnsConfig> {
        self.dns_config.known().and_then(|blocks| blocks.first())
    }

    pub(super) fn monitor(&self) -> Option<&MonitorConfig> {
        self.monitor_config.known().and_then(|blocks| blocks.first())
    }
}

/// Whether a key of the map may be that of this endpoint; `value` is what stands there. As long as nobody knows where it
/// leads, the name decides.
pub(super) fn is_key_of(map_key: &str, value: &Value<Endpoint>, endpoint: &EndpointKey) -> bool {
    let (kind, name) = EndpointKey::split(map_key);
    let key = value.known().and_then(|value| value.key(map_key));
    key.unwrap_or_else(|| EndpointKey::new(kind.unwrap_or(endpoint.kind), name)) == *endpoint
}

/// The ends of a range of status codes: `200-299`, or `301` for one code.
pub(super) fn status_range(text: &str) -> Option<(i64, i64)> {
    let (min, max) = text.split_once('-').unwrap_or((text, text));
    Some((min.trim().parse().ok()?, max.trim().parse().ok()?))
}

/// `200` is `200-200`.
fn same_status_range(left: &str, right: &str) -> bool {
    let (left, right) = (status_range(left), status_range(right));
    left.is_some() && left == right
}
