//! Writes profiles and endpoints as the service does: keys, their order and null by API version, all from
//! recorded traffic.

use serde::Serialize;
use traffic_manager::health::{EndpointMonitorStatus, ProfileMonitorStatus};
use traffic_manager::id::{EndpointKind, PROFILE_TYPE};

use super::model::{Endpoint, Header, Monitor, Profile, StatusRange, Subnet, Tags};
use super::route::GroupAddress;
use super::status::Statuses;
use super::version::ApiVersion;

/// What an answer is for. Answers to a PUT and lists differ from the rest.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Purpose {
    Get,
    List,
    /// Whether the request had tags: only then the answer has them.
    Put {
        tags_sent: bool,
    },
    Patch,
}

/// How to look at the state.
pub(crate) struct View<'a> {
    pub(crate) statuses: Statuses<'a>,
    pub(crate) suffix: &'a str,
    pub(crate) version: ApiVersion,
    pub(crate) purpose: Purpose,
}

#[derive(Serialize)]
struct ListJson<'a> {
    value: Vec<ProfileJson<'a>>,
}

#[derive(Serialize)]
struct ProfileJson<'a> {
    id: String,
    name: &'a str,
    #[serde(rename = "type")]
    resource_type: &'static str,
    location: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    tags: Option<&'a Tags>,
    properties: ProfilePropertiesJson<'a>,
}

/// An outer `None` is a key that is not there, an inner one is null.
type Key<T> = Option<Option<T>>;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ProfilePropertiesJson<'a> {
    profile_status: &'static str,
    traffic_routing_method: &'static str,
    dns_config: DnsJson<'a>,
    monitor_config: MonitorJson<'a>,
    endpoints: Vec<EndpointJson<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    traffic_view_enrollment_status: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_return: Key<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    record_type: Key<&'static str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct DnsJson<'a> {
    relative_name: &'a str,
    fqdn: String,
    ttl: i64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct MonitorJson<'a> {
    profile_monitor_status: Option<&'static str>,
    protocol: &'static str,
    port: i64,
    path: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    interval_in_seconds: Key<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tolerated_number_of_failures: Key<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    timeout_in_seconds: Key<i64>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    custom_headers: &'a [Header],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    expected_status_code_ranges: &'a [StatusRange],
}

#[derive(Serialize)]
struct EndpointJson<'a> {
    id: String,
    name: &'a str,
    #[serde(rename = "type")]
    resource_type: &'static str,
    properties: EndpointPropertiesJson<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct EndpointPropertiesJson<'a> {
    endpoint_status: &'static str,
    endpoint_monitor_status: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    target_resource_id: Key<&'a str>,
    target: Option<&'a str>,
    weight: i64,
    priority: i64,
    endpoint_location: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    min_child_endpoints: Key<i64>,
    #[serde(rename = "minChildEndpointsIPv4", skip_serializing_if = "Option::is_none")]
    min_child_endpoints_v4: Option<i64>,
    #[serde(rename = "minChildEndpointsIPv6", skip_serializing_if = "Option::is_none")]
    min_child_endpoints_v6: Option<i64>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    custom_headers: &'a [Header],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    subnets: &'a [Subnet],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    geo_mapping: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    always_serve: Option<&'static str>,
}

/// A list of profiles, each with the name of its group.
pub(crate) fn list<'a>(
    view: &View<'a>,
    subscription: &str,
    profiles: impl Iterator<Item = (&'a str, &'a Profile)>,
) -> String {
    let value = profiles.map(|(group, profile)| profile_json(view, subscription, group, profile)).collect();
    write(&ListJson { value })
}

/// A profile.
pub(crate) fn profile(view: &View<'_>, group: &GroupAddress, profile: &Profile) -> String {
    write(&profile_json(view, &group.subscription, &group.group, profile))
}

/// An endpoint.
pub(crate) fn endpoint(
    view: &View<'_>,
    group: &GroupAddress,
    profile: &Profile,
    endpoint: &Endpoint,
) -> String {
    let parent = id(&group.subscription, &group.group, profile);
    write(&endpoint_json(view, &parent, profile, endpoint))
}

fn write(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("texts and numbers can be written as JSON")
}

/// The service lower-cases the group in ids and keeps the letter case of names.
pub(crate) fn id(subscription: &str, group: &str, profile: &Profile) -> String {
    let group = group.to_lowercase();
    format!("/subscriptions/{subscription}/resourceGroups/{group}/providers/{PROFILE_TYPE}/{}", profile.name)
}

fn profile_json<'a>(
    view: &View<'_>,
    subscription: &str,
    group: &str,
    profile: &'a Profile,
) -> ProfileJson<'a> {
    let id = id(subscription, group, profile);
    let with_tags = match view.purpose {
        _ if !view.version.always_has_tags() => !profile.tags.is_empty(),
        Purpose::Put { tags_sent } => tags_sent,
        Purpose::Get | Purpose::List | Purpose::Patch => true,
    };
    let endpoints =
        profile.endpoints.iter().map(|endpoint| endpoint_json(view, &id, profile, endpoint)).collect();
    let max_return = match profile.max_return {
        _ if !view.version.has_subnets() => None,
        None if !view.version.has_always_serve() => None,
        number => Some(number),
    };
    let record_type = || profile.record_type.map(super::model::RecordType::as_str);
    ProfileJson {
        id,
        name: &profile.name,
        resource_type: PROFILE_TYPE,
        location: "global",
        tags: with_tags.then_some(&profile.tags),
        properties: ProfilePropertiesJson {
            profile_status: profile.status.as_str(),
            traffic_routing_method: profile.method.as_str(),
            dns_config: DnsJson {
                relative_name: &profile.relative_name,
                fqdn: profile.fqdn(view.suffix),
                ttl: profile.ttl,
            },
            monitor_config: monitor_json(view, profile),
            endpoints,
            traffic_view_enrollment_status: view
                .version
                .has_traffic_view()
                .then(|| profile.traffic_view.as_str()),
            max_return,
            record_type: view.version.has_record_type().then(record_type),
        },
    }
}

fn monitor_json<'a>(view: &View<'_>, profile: &'a Profile) -> MonitorJson<'a> {
    let monitor: &Monitor = &profile.monitor;
    let status = match view.purpose {
        Purpose::List if !view.version.lists_have_statuses() => None,
        Purpose::Put { .. } => Some(view.statuses.of_profile_just_put(profile)),
        Purpose::Get | Purpose::List | Purpose::Patch => Some(view.statuses.of_profile(profile)),
    };
    let probe_setting = |value: i64| {
        view.version
            .shows_probe_settings()
            .then_some(Some(value).filter(|_| view.version.has_probe_settings()))
    };
    let with_headers = view.version.has_headers();
    MonitorJson {
        profile_monitor_status: status.map(ProfileMonitorStatus::as_str),
        protocol: monitor.protocol.as_str(),
        port: monitor.port,
        path: monitor.path.as_deref(),
        interval_in_seconds: probe_setting(monitor.interval),
        tolerated_number_of_failures: probe_setting(monitor.tolerated),
        timeout_in_seconds: probe_setting(monitor.timeout),
        custom_headers: if with_headers { &monitor.headers } else { &[] },
        expected_status_code_ranges: if with_headers { &monitor.status_ranges } else { &[] },
    }
}

fn endpoint_json<'a>(
    view: &View<'_>,
    parent: &str,
    profile: &Profile,
    endpoint: &'a Endpoint,
) -> EndpointJson<'a> {
    let version = view.version;
    let nested = endpoint.kind == EndpointKind::Nested;
    let all_keys = version.has_always_serve();
    let min_children = match (nested, all_keys) {
        (true, _) => Some(Some(endpoint.minimums.any)),
        (false, true) => Some(None),
        (false, false) => None,
    };
    let resource_id = endpoint.target_resource_id.as_deref();
    let with_family_minimums = nested && version.has_family_minimums();
    EndpointJson {
        id: format!("{parent}/{}/{}", endpoint.kind.segment(), endpoint.name),
        name: &endpoint.name,
        resource_type: endpoint.kind.type_name(),
        properties: EndpointPropertiesJson {
            endpoint_status: endpoint.status.as_str(),
            endpoint_monitor_status: monitor_status(view, profile, endpoint)
                .map(EndpointMonitorStatus::as_str),
            target_resource_id: (endpoint.kind != EndpointKind::External || all_keys).then_some(resource_id),
            target: endpoint.target.as_deref(),
            weight: endpoint.weight,
            priority: endpoint.priority,
            endpoint_location: endpoint.location.as_deref(),
            min_child_endpoints: min_children,
            min_child_endpoints_v4: with_family_minimums.then_some(endpoint.minimums.v4),
            min_child_endpoints_v6: with_family_minimums.then_some(endpoint.minimums.v6),
            custom_headers: if version.has_headers() { &endpoint.headers } else { &[] },
            subnets: if version.has_subnets() { &endpoint.subnets } else { &[] },
            geo_mapping: if version.has_geographic() { &endpoint.geo_mapping } else { &[] },
            always_serve: all_keys.then(|| endpoint.always_serve.as_str()),
        },
    }
}

fn monitor_status(view: &View<'_>, profile: &Profile, endpoint: &Endpoint) -> Option<EndpointMonitorStatus> {
    let status = view.statuses.of_endpoint(profile, endpoint);
    let nested = endpoint.kind == EndpointKind::Nested;
    match view.purpose {
        // Recorded lists of 2017 tell that a nested endpoint is stopped, and nothing else.
        Purpose::List if !view.version.lists_have_statuses() => {
            Some(status).filter(|status| nested && *status == EndpointMonitorStatus::Stopped)
        }
        Purpose::Put { .. } if nested && !view.version.put_has_nested_status() => {
            Some(status).filter(|status| *status == EndpointMonitorStatus::Stopped)
        }
        _ => Some(status),
    }
}
