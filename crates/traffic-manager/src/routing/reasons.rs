//! Why a profile chose what it chose, in sentences. They follow the choice, and decide nothing.

use std::net::IpAddr;

use super::choice::{Choice, Negative, Region, milliseconds, most_specific};
use super::query::Query;
use super::tree::{Node, NodeEndpoint};
use crate::health::{EndpointMonitorStatus, ProfileMonitorStatus};
use crate::profile::RoutingMethod;

/// Endpoints that a sentence names; the others are counted.
const NAMED: usize = 8;

/// The sentences about a profile, each begun with its name.
pub(super) fn of_choice(node: &Node, query: &Query<'_>) -> Vec<String> {
    let mut sentences = Vec::new();
    if node.method != RoutingMethod::Geographic {
        sentences.extend(statuses(node));
    }
    sentences.push(choice(node, query));
    sentences.into_iter().map(|sentence| format!("{} ({}): {sentence}", node.name, node.method)).collect()
}

/// Which endpoints do not take part, and why.
fn statuses(node: &Node) -> Vec<String> {
    if matches!(node.choice, Choice::Nothing(Negative::NxDomain)) {
        return Vec::new();
    }
    let without = |status: EndpointMonitorStatus| {
        let names: Vec<&str> =
            node.endpoints.iter().filter(|it| it.status == status).map(|it| it.name.as_str()).collect();
        (!names.is_empty()).then(|| format!("{} {} {status}.", listed(&names), are(names.len())))
    };
    let no_endpoint_is_eligible = !node.endpoints.iter().any(|it| it.status.is_eligible());
    let mut sentences: Vec<String> =
        [EndpointMonitorStatus::Degraded, EndpointMonitorStatus::Disabled, EndpointMonitorStatus::Stopped]
            .into_iter()
            .filter_map(without)
            .collect();
    if no_endpoint_is_eligible && node.endpoints.iter().any(is_degraded) {
        sentences.push("No endpoint is eligible, so every Degraded endpoint counts as Online.".to_owned());
    }
    sentences
}

fn is_degraded(endpoint: &NodeEndpoint) -> bool {
    endpoint.status == EndpointMonitorStatus::Degraded
}

/// How the method chooses among those that take part.
fn choice(node: &Node, query: &Query<'_>) -> String {
    let name = |index: usize| node.endpoints[index].name.as_str();
    match &node.choice {
        Choice::Nothing(Negative::NxDomain) if node.status == ProfileMonitorStatus::Disabled => {
            "The profile is Disabled, so its name does not resolve.".to_owned()
        }
        Choice::Nothing(Negative::NxDomain) => {
            "No endpoint is enabled, so the name does not resolve.".to_owned()
        }
        Choice::Nothing(Negative::NoData) => {
            "No endpoint can serve, so the answer has no records.".to_owned()
        }
        Choice::One(endpoint) => {
            format!("{} has the lowest priority number of the eligible endpoints.", name(*endpoint))
        }
        Choice::Weighted(weighted) => {
            let shares: Vec<String> = weighted
                .shares()
                .map(|(index, share)| format!("{} gets {}", name(index), percent(share)))
                .collect();
            format!("By weight, {}.", listed(&shares.iter().map(String::as_str).collect::<Vec<_>>()))
        }
        Choice::Performance(regions) => performance(regions, query),
        Choice::Geographic(places) => match most_specific(places, query.place) {
            Some((code, place)) => {
                let endpoint = &node.endpoints[place.endpoint];
                let end = match endpoint.status {
                    EndpointMonitorStatus::Stopped => " It is Stopped, so the answer has no records.",
                    EndpointMonitorStatus::Degraded => {
                        " It is Degraded, and served all the same: Geographic routing has no failover."
                    }
                    _ => "",
                };
                format!("{code} is the most specific code, and {} has it.{end}", endpoint.name)
            }
            None => format!(
                "No enabled endpoint has a code for {}, so the answer has no records.",
                query.place.unwrap_or("a place that is not known")
            ),
        },
        Choice::MultiValue(_) => {
            "The eligible addresses of the family that is asked for are answered.".to_owned()
        }
        Choice::Subnet(subnets, fallback) => {
            let found = query.source.and_then(|source| subnets.find(source).0);
            subnet(found.map(name), fallback.map(name), query.source)
        }
    }
}

fn performance(regions: &[Region], query: &Query<'_>) -> String {
    let latencies: Vec<Option<f64>> = regions.iter().map(|it| milliseconds(query, &it.name)).collect();
    let with_latency = |(region, latency): (&Region, &Option<f64>)| match latency {
        Some(latency) => format!("{} at {latency} ms", shown(&region.name)),
        None => format!("{} at unknown latency", shown(&region.name)),
    };
    let told: Vec<String> = regions.iter().zip(&latencies).map(with_latency).collect();
    let told = listed(&told.iter().map(String::as_str).collect::<Vec<_>>());
    let least = latencies.iter().flatten().copied().fold(f64::INFINITY, f64::min);
    let nearest: Vec<&str> = regions
        .iter()
        .zip(&latencies)
        .filter(|(_, latency)| latency.unwrap_or(f64::INFINITY).total_cmp(&least).is_le())
        .map(|(region, _)| shown(&region.name))
        .collect();
    match nearest[..] {
        _ if regions.len() == 1 => format!("All eligible endpoints are in {}.", shown(&regions[0].name)),
        _ if least.is_infinite() => "No latency is known, so every region counts as equally near.".to_owned(),
        [nearest] => format!("The eligible endpoints are in {told}; {nearest} is the nearest."),
        _ => format!("The eligible endpoints are in {told}; {} are equally near.", listed(&nearest)),
    }
}

fn subnet(found: Option<&str>, fallback: Option<&str>, source: Option<IpAddr>) -> String {
    let source = source.map_or_else(|| "An unknown address".to_owned(), |it| it.to_string());
    match (found, fallback) {
        (Some(endpoint), _) => format!("{source} is in a subnet of {endpoint}."),
        (None, Some(endpoint)) => {
            format!("{source} is in no subnet of an eligible endpoint, and {endpoint} takes what remains.")
        }
        (None, None) => {
            format!("{source} is in no subnet of an eligible endpoint, so the answer has no records.")
        }
    }
}

fn shown(region: &str) -> &str {
    if region.is_empty() { "no region" } else { region }
}

fn percent(share: f64) -> String {
    let percent = format!("{:.2}", share * 100.0);
    let short = percent.trim_end_matches('0').trim_end_matches('.');
    format!("{short} %")
}

const fn are(count: usize) -> &'static str {
    if count == 1 { "is" } else { "are" }
}

/// "a", "a and b", "a, b and c", "a, b and 7 others".
fn listed(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [.., last] if names.len() <= NAMED => {
            format!("{} and {last}", names[..names.len() - 1].join(", "))
        }
        _ => format!("{} and {} others", names[..NAMED - 1].join(", "), names.len() + 1 - NAMED),
    }
}
