//! How what is in Azure, what the state said and what was planned come together. Every write of a profile is decided
//! here, and nothing else is known of it: no request is sent, no clock is read.
//!
//! What the plan changes is taken from the plan; what it does not change stays as it is in Azure: setting by setting,
//! element by element of a collection, endpoint by endpoint. The service has no `ETag`, so this is what keeps the work
//! of another writer.

use std::collections::BTreeSet;

use arm::model::{DnsConfig, Endpoint, MonitorConfig, Profile, ProfileProperties};
use serde_json::Value as Json;
use traffic_manager::id::EndpointKey;
use traffic_manager::profile::next_priority;

use crate::endpoint::filled;
use crate::endpoint::merge::{self, header_name, key};
use crate::three_way::Three;

/// What becomes of a profile.
#[derive(Debug, PartialEq)]
pub(super) struct Merged {
    /// The request that brings it about.
    pub(super) request: Request,
    /// The whole profile as it will be, without what Azure computes.
    pub(super) profile: Profile,
    /// Endpoints that only Azure has. They stay.
    pub(super) kept: Vec<EndpointKey>,
    /// Endpoints that the state and the plan have, and Azure has no more. They are not made again.
    pub(super) gone: Vec<EndpointKey>,
    /// Endpoints that would have one priority, so that Azure would refuse them all.
    pub(super) clashes: Vec<Clash>,
}

/// The request that a change needs.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Request {
    /// Azure has it all.
    None,
    /// A PATCH, which leaves the endpoints alone and cannot clear a setting.
    Patch,
    /// A PUT of everything, endpoints included.
    Put,
}

/// Two endpoints with one priority.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Clash {
    pub(super) priority: i64,
    /// One that the plan has, where it has one of the two.
    pub(super) planned: EndpointKey,
    pub(super) other: EndpointKey,
}

/// Decides what is sent. `live` is what Azure answered a moment ago, `prior` what the state said before, and `planned`
/// what it is to say. Without `prior` the profile is taken over: all of the plan counts as a change.
///
/// A profile whose `endpoints` are `None` says nothing of them: in `planned` they stay as they are, in `prior` those of
/// the plan are taken over.
pub(super) fn merge(live: &Profile, prior: Option<&Profile>, planned: &Profile) -> Merged {
    let mut live = without_computed(live.clone());
    if let Some(properties) = &mut live.properties {
        properties.endpoints.get_or_insert_default();
    }
    let (prior, plan) = (prior.cloned().map(without_computed), without_computed(planned.clone()));
    let three = Three { live: live.clone(), prior, planned: plan };
    let properties = three.field(|profile| profile.properties.clone().unwrap_or_default());
    let endpoints = self::endpoints(&properties.field(|properties| properties.endpoints.clone()));
    let tags = three.field(|profile| profile.tags.clone().map(|tags| tags.into_iter().collect()));
    let tags = tags.elements(|(name, _): &(String, String)| name.to_lowercase());
    let profile = Profile {
        location: live.location.clone().or_else(|| planned.location.clone()),
        tags: tags.map(|tags| tags.into_iter().collect()),
        properties: Some(ProfileProperties { endpoints: Some(endpoints.merged), ..settings(&properties) }),
        extra: live.extra.clone(),
        ..Profile::default()
    };
    let clashes = clashes(&profile, planned);
    let request = request(&live, &profile);
    Merged { request, profile, kept: endpoints.kept, gone: endpoints.gone, clashes }
}

impl Merged {
    /// The body of a PUT: what it leaves out is reset.
    pub(super) fn whole(&self) -> Profile {
        let mut profile = self.without_endpoints();
        if let (Some(to), Some(from)) = (&mut profile.properties, &self.profile.properties) {
            to.endpoints.clone_from(&from.endpoints);
        }
        profile
    }

    /// The body of a PATCH: its tags are all tags, and it must not have endpoints.
    pub(super) fn without_endpoints(&self) -> Profile {
        let mut profile = self.profile.clone();
        profile.tags.get_or_insert_default();
        if let Some(properties) = &mut profile.properties {
            properties.endpoints = None;
        }
        profile
    }
}

/// The settings of a profile; its endpoints are merged by themselves.
fn settings(of: &Three<ProfileProperties>) -> ProfileProperties {
    ProfileProperties {
        profile_status: of.field(|it| it.profile_status.clone()).merged_or_live(),
        traffic_routing_method: of.field(|it| it.traffic_routing_method.clone()).merged_or_live(),
        dns_config: Some(dns_config(&of.field(|it| it.dns_config.clone().unwrap_or_default()))),
        monitor_config: Some(monitor_config(&of.field(|it| it.monitor_config.clone().unwrap_or_default()))),
        endpoints: None,
        traffic_view_enrollment_status: of
            .field(|it| it.traffic_view_enrollment_status.clone())
            .merged_or_live(),
        max_return: of.field(|it| it.max_return).merged(),
        // It can be set once, and never be taken away.
        record_type: of.field(|it| it.record_type.clone()).merged_or_live(),
        extra: of.live.extra.clone(),
    }
}

fn dns_config(of: &Three<DnsConfig>) -> DnsConfig {
    DnsConfig {
        relative_name: of.field(|it| it.relative_name.clone()).merged_or_live(),
        fqdn: None,
        ttl: of.field(|it| it.ttl).merged_or_live(),
        extra: of.live.extra.clone(),
    }
}

fn monitor_config(of: &Three<MonitorConfig>) -> MonitorConfig {
    MonitorConfig {
        profile_monitor_status: None,
        protocol: of.field(|it| it.protocol.clone()).merged_or_live(),
        port: of.field(|it| it.port).merged_or_live(),
        path: of.field(|it| it.path.clone()).merged(),
        interval_in_seconds: of.field(|it| it.interval_in_seconds).merged_or_live(),
        tolerated_number_of_failures: of.field(|it| it.tolerated_number_of_failures).merged_or_live(),
        timeout_in_seconds: of.field(|it| it.timeout_in_seconds).merged_or_live(),
        custom_headers: of.field(|it| it.custom_headers.clone()).elements(header_name),
        expected_status_code_ranges: of
            .field(|it| it.expected_status_code_ranges.clone())
            .elements(|range| (range.min, range.max)),
        extra: of.live.extra.clone(),
    }
}

/// What becomes of the endpoints.
#[derive(Default)]
struct Endpoints {
    merged: Vec<Endpoint>,
    kept: Vec<EndpointKey>,
    gone: Vec<EndpointKey>,
}

fn endpoints(of: &Three<Option<Vec<Endpoint>>>) -> Endpoints {
    let live = of.live.clone().unwrap_or_default();
    let Some(planned) = &of.planned else { return Endpoints { merged: live, ..Endpoints::default() } };
    let prior = of.prior.as_ref().and_then(Option::as_ref);
    let find = |list: &[Endpoint], own: &EndpointKey| {
        list.iter().find(|each| key(each).as_ref() == Some(own)).cloned()
    };
    let known = |own: &EndpointKey| prior.and_then(|prior| find(prior, own));
    let mut all = Endpoints::default();
    for endpoint in &live {
        let Some(own) = key(endpoint) else {
            all.merged.push(endpoint.clone());
            continue;
        };
        match (known(&own), find(planned, &own)) {
            (Some(_), None) => {}
            (None, None) => {
                all.kept.push(own);
                all.merged.push(endpoint.clone());
            }
            (prior, Some(planned)) => {
                all.merged.push(merge::merge(&Three { live: endpoint.clone(), prior, planned }));
            }
        }
    }
    for (own, endpoint) in planned.iter().filter_map(|endpoint| Some((key(endpoint)?, endpoint))) {
        match (find(&live, &own), known(&own)) {
            (Some(_), _) => {}
            (None, Some(_)) => all.gone.push(own),
            (None, None) => all.merged.push(endpoint.clone()),
        }
    }
    number(&mut all.merged, planned);
    all
}

fn priority(endpoint: &Endpoint) -> Option<i64> {
    endpoint.properties.as_ref().and_then(|properties| properties.priority)
}

/// Numbers the endpoints that have no priority: the service would number them by their place in the list, whatever
/// priorities the others have. A number that nobody gave makes way for any other.
fn number(endpoints: &mut [Endpoint], planned: &[Endpoint]) {
    let is_given = |endpoint: &Endpoint| {
        let own = key(endpoint);
        !planned.iter().any(|each| own.is_some() && key(each) == own && priority(each).is_none())
    };
    let given: BTreeSet<i64> =
        endpoints.iter().filter(|endpoint| is_given(endpoint)).filter_map(priority).collect();
    for endpoint in endpoints.iter_mut().filter(|endpoint| !is_given(endpoint)) {
        if let Some(properties) = &mut endpoint.properties {
            properties.priority = properties.priority.filter(|own| !given.contains(own));
        }
    }
    let mut used: BTreeSet<i64> = endpoints.iter().filter_map(priority).collect();
    let properties = endpoints.iter_mut().filter_map(|endpoint| endpoint.properties.as_mut());
    for properties in properties.filter(|properties| properties.priority.is_none()) {
        properties.priority = next_priority(&used);
        used.extend(properties.priority);
    }
}

/// The endpoints that would have one priority. Azure holds none, so one of each two comes from the plan.
fn clashes(merged: &Profile, planned: &Profile) -> Vec<Clash> {
    let list = |profile: &Profile| {
        profile.properties.as_ref().and_then(|properties| properties.endpoints.clone()).unwrap_or_default()
    };
    let planned: Vec<EndpointKey> = list(planned).iter().filter_map(key).collect();
    let all = list(merged);
    let numbered: Vec<_> =
        all.iter().filter_map(|endpoint| Some((priority(endpoint)?, key(endpoint)?))).collect();
    let mut clashes = Vec::new();
    for (index, (number, one)) in numbered.iter().enumerate() {
        for (_, other) in numbered[..index].iter().filter(|(earlier, _)| earlier == number) {
            let (planned, other) = if planned.contains(one) { (one, other) } else { (other, one) };
            clashes.push(Clash { priority: *number, planned: planned.clone(), other: other.clone() });
        }
    }
    clashes
}

fn request(live: &Profile, merged: &Profile) -> Request {
    let endpoints = |profile: &Profile| {
        profile.properties.as_ref().and_then(|it| it.endpoints.clone()).unwrap_or_default()
    };
    if live == merged {
        Request::None
    } else if endpoints(live) == endpoints(merged) && !clears(live, merged) {
        Request::Patch
    } else {
        Request::Put
    }
}

/// Whether something that is there is to be gone: a PATCH cannot say that, except of tags.
fn clears(live: &Profile, merged: &Profile) -> bool {
    fn is_missing(live: &Json, merged: &Json) -> bool {
        let Json::Object(live) = live else { return false };
        let own = live.iter().filter(|(key, _)| !matches!(key.as_str(), "tags" | "endpoints"));
        let mut pairs = own.map(|(key, live)| (live, merged.get(key)));
        pairs.any(|(live, merged)| merged.is_none_or(|merged| is_missing(live, merged)))
    }
    // The model has text keys and no values that JSON lacks, so that it always encodes.
    let json = |profile: &Profile| serde_json::to_value(profile).unwrap_or_default();
    is_missing(&json(live), &json(merged))
}

/// The profile without what Azure computes, and without empty collections, which are the same as none. Only of endpoints
/// they are not: none at all says that they are managed elsewhere.
fn without_computed(profile: Profile) -> Profile {
    let properties = profile.properties.unwrap_or_default();
    let monitor = properties.monitor_config.unwrap_or_default();
    let endpoints = properties.endpoints.map(|all| all.into_iter().map(merge::without_computed).collect());
    Profile {
        id: None,
        name: None,
        type_name: None,
        tags: profile.tags.filter(|tags| !tags.is_empty()),
        properties: Some(ProfileProperties {
            dns_config: Some(DnsConfig { fqdn: None, ..properties.dns_config.unwrap_or_default() }),
            monitor_config: Some(MonitorConfig {
                profile_monitor_status: None,
                path: monitor.path.filter(|path| !path.is_empty()),
                custom_headers: monitor.custom_headers.and_then(filled),
                expected_status_code_ranges: monitor.expected_status_code_ranges.and_then(filled),
                ..monitor
            }),
            endpoints,
            ..properties
        }),
        ..profile
    }
}

#[cfg(test)]
mod tests;
