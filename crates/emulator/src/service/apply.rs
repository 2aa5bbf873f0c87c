//! Turns what a request says into what is kept: defaults, normal forms, computed targets.
//!
//! A PUT starts from nothing, so that what it leaves out falls back to the default; a PATCH starts from what
//! is there. Whether the result is allowed is asked by the rules.

use traffic_manager::health::{Health, Probe};
use traffic_manager::id::EndpointKind;
use traffic_manager::profile::{MonitorProtocol, Status};
use traffic_manager::region;

use super::decode::Problems;
use super::decode::endpoint::EndpointInput;
use super::decode::profile::{MonitorInput, ProfileInput};
use super::model::{Endpoint, Minimums, Monitor, Profile};
use super::public_ips;
use super::state::{ProfileKey, State};

/// The highest priority of an endpoint.
pub(crate) const HIGHEST_PRIORITY: i64 = 1000;

/// Stands for a priority that nobody gave, until [`number`] gives one.
const UNNUMBERED: i64 = i64::MIN;

/// A profile as the request wants it. `None` if something is missing that has no default; the problems say
/// what.
pub(crate) fn profile(
    name: &str,
    base: Option<&Profile>,
    input: ProfileInput,
    problems: &mut Problems,
) -> Option<Profile> {
    let method =
        required(input.method.or(base.map(|base| base.method)), "properties.trafficRoutingMethod", problems);
    let relative_name = required(
        input.relative_name.or_else(|| base.map(|base| base.relative_name.clone())),
        "properties.dnsConfig.relativeName",
        problems,
    );
    let monitor = monitor(base.map(|base| &base.monitor), input.monitor, problems);
    Some(Profile {
        name: name.to_owned(),
        tags: base.map(|base| base.tags.clone()).unwrap_or_default(),
        status: input.status.or(base.map(|base| base.status)).unwrap_or(Status::Enabled),
        method: method?,
        relative_name: relative_name?.to_lowercase(),
        // Recorded: an omitted TTL is 0.
        ttl: input.ttl.or(base.map(|base| base.ttl)).unwrap_or(0),
        monitor: monitor?,
        endpoints: base.map(|base| base.endpoints.clone()).unwrap_or_default(),
        traffic_view: input.traffic_view.or(base.map(|base| base.traffic_view)).unwrap_or(Status::Disabled),
        max_return: input.max_return.or(base.and_then(|base| base.max_return)),
        record_type: input.record_type.or(base.and_then(|base| base.record_type)),
    })
}

/// The value, or a problem that says it is missing. The text is the emulator's own.
fn required<T>(value: Option<T>, property: &str, problems: &mut Problems) -> Option<T> {
    if value.is_none() && !problems.iter().any(|problem| problem.contains(property)) {
        problems.push(format!("The property '{property}' must be specified."));
    }
    value
}

fn monitor(base: Option<&Monitor>, input: MonitorInput, problems: &mut Problems) -> Option<Monitor> {
    let protocol: Option<MonitorProtocol> = required(
        input.protocol.or(base.map(|base| base.protocol)),
        "properties.monitorConfig.protocol",
        problems,
    );
    let port = required(input.port.or(base.map(|base| base.port)), "properties.monitorConfig.port", problems);
    let interval = input.interval.or(base.map(|base| base.interval)).unwrap_or(30);
    Some(Monitor {
        protocol: protocol?,
        port: port?,
        path: input.path.or_else(|| base.and_then(|base| base.path.clone())),
        interval,
        timeout: input.timeout.or(base.map(|base| base.timeout)).unwrap_or(if interval == 10 {
            9
        } else {
            10
        }),
        tolerated: input.tolerated.or(base.map(|base| base.tolerated)).unwrap_or(3),
        headers: input.headers.or_else(|| base.map(|base| base.headers.clone())).unwrap_or_default(),
        status_ranges: input
            .status_ranges
            .or_else(|| base.map(|base| base.status_ranges.clone()))
            .unwrap_or_default(),
    })
}

/// An endpoint as the request wants it. A priority that nobody gave is left to [`number`].
pub(crate) fn endpoint(
    name: &str,
    kind: EndpointKind,
    base: Option<&Endpoint>,
    input: EndpointInput,
) -> Endpoint {
    let kept = |get: fn(&Endpoint) -> Option<String>| base.and_then(get);
    let location = input.location.or_else(|| kept(|base| base.location.clone()));
    Endpoint {
        name: name.to_owned(),
        kind,
        status: input.status.or(base.map(|base| base.status)).unwrap_or(Status::Enabled),
        // Null for external endpoints in recorded answers.
        target_resource_id: (kind != EndpointKind::External)
            .then(|| input.target_resource_id.or_else(|| kept(|base| base.target_resource_id.clone())))
            .flatten(),
        target: input.target.or_else(|| kept(|base| base.target.clone())),
        weight: input.weight.or(base.map(|base| base.weight)).unwrap_or(1),
        priority: input.priority.or(base.map(|base| base.priority)).unwrap_or(UNNUMBERED),
        location: location.map(|name| region::display_name(&name).map_or(name, str::to_owned)),
        minimums: Minimums {
            any: input.min_children.or(base.map(|base| base.minimums.any)).unwrap_or(1),
            v4: input.min_children_v4.or(base.map(|base| base.minimums.v4)).unwrap_or(0),
            v6: input.min_children_v6.or(base.map(|base| base.minimums.v6)).unwrap_or(0),
        },
        geo_mapping: input
            .geo_mapping
            .or_else(|| base.map(|base| base.geo_mapping.clone()))
            .unwrap_or_default(),
        subnets: input.subnets.or_else(|| base.map(|base| base.subnets.clone())).unwrap_or_default(),
        headers: input.headers.or_else(|| base.map(|base| base.headers.clone())).unwrap_or_default(),
        always_serve: input.always_serve.or(base.map(|base| base.always_serve)).unwrap_or(Status::Disabled),
        health: Health::Probed(Probe::Undecided),
        is_health_held: false,
        failures: 0,
    }
}

/// Gives each endpoint without a priority the next number, in the order of the list.
///
/// The service's rule for gaps is not known; the highest number plus one agrees with all recorded traffic.
pub(crate) fn number(endpoints: &mut [Endpoint]) {
    let mut highest = endpoints.iter().map(|endpoint| endpoint.priority).max().unwrap_or(0).max(0);
    let mut taken: Vec<i64> = Vec::new();
    for index in 0..endpoints.len() {
        if endpoints[index].priority != UNNUMBERED {
            continue;
        }
        if highest < HIGHEST_PRIORITY {
            highest += 1;
            endpoints[index].priority = highest;
            continue;
        }
        if taken.is_empty() {
            taken = endpoints.iter().map(|endpoint| endpoint.priority).collect();
        }
        let free = (1..=HIGHEST_PRIORITY).find(|number| !taken.contains(number)).unwrap_or(HIGHEST_PRIORITY);
        taken.push(free);
        endpoints[index].priority = free;
    }
}

/// Fills in what the service computes for azure and nested endpoints.
pub(crate) fn compute(endpoint: &mut Endpoint, state: &State, suffix: &str) {
    let Some(id) = endpoint.target_resource_id.as_deref() else { return };
    match endpoint.kind {
        EndpointKind::External => {}
        EndpointKind::Nested => {
            let child = ProfileKey::of_id(id).and_then(|key| state.profile(&key));
            endpoint.target = child.map(|child| child.fqdn(suffix));
        }
        EndpointKind::Azure => {
            let (target, location) =
                match (state.targets.get(&id.to_lowercase()), public_ips::of_id(state, id)) {
                    (Some(seeded), _) => (Some(seeded.target.clone()), seeded.location.clone()),
                    // Without a DNS label there is no name; the rules refuse that.
                    (None, Some(ip)) => {
                        let name = region::display_name(&ip.location).unwrap_or(&ip.location);
                        (ip.fqdn(), name.to_owned())
                    }
                    (None, None) => (Some(name_of_resource(id)), "East US".to_owned()),
                };
            endpoint.target = target;
            endpoint.location = Some(location);
        }
    }
}

/// The DNS name of a resource that was not seeded, in the form that Azure gives to resources of its type.
fn name_of_resource(id: &str) -> String {
    let id = id.to_lowercase();
    let segments: Vec<&str> = id.trim_matches('/').split('/').collect();
    match segments.as_slice() {
        [.., "sites", app, "slots", slot] => format!("{app}-{slot}.azurewebsites.net"),
        [.., "sites", app] => format!("{app}.azurewebsites.net"),
        [.., "domainnames", service] => format!("{service}.cloudapp.net"),
        [.., name] => format!("{name}.eastus.cloudapp.azure.com"),
        [] => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbered(priorities: &[i64]) -> Vec<i64> {
        let mut endpoints: Vec<Endpoint> = priorities
            .iter()
            .map(|priority| {
                let priority = Some(*priority).filter(|priority| *priority != 0);
                let input = EndpointInput { priority, ..EndpointInput::default() };
                endpoint("e", EndpointKind::External, None, input)
            })
            .collect();
        number(&mut endpoints);
        endpoints.iter().map(|endpoint| endpoint.priority).collect()
    }

    #[test]
    fn a_priority_that_nobody_gave_is_the_highest_plus_one() {
        assert_eq!(numbered(&[0, 0, 0]), [1, 2, 3]);
        assert_eq!(numbered(&[1, 2, 0]), [1, 2, 3]);
        assert_eq!(numbered(&[5, 0, 2]), [5, 6, 2]);
        assert_eq!(numbered(&[1000, 1, 0, 0]), [1000, 1, 2, 3]);
    }

    #[test]
    fn resources_have_the_names_that_azure_gives_to_their_type() {
        let of =
            |rest: &str| name_of_resource(&format!("/subscriptions/s/resourceGroups/g/providers/{rest}"));
        assert_eq!(of("Microsoft.Network/publicIPAddresses/Ip"), "ip.eastus.cloudapp.azure.com");
        assert_eq!(of("Microsoft.Web/sites/App"), "app.azurewebsites.net");
        assert_eq!(of("Microsoft.Web/sites/app/slots/blue"), "app-blue.azurewebsites.net");
        assert_eq!(of("Microsoft.ClassicCompute/domainNames/svc"), "svc.cloudapp.net");
    }
}
