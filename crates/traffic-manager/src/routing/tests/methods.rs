//! What each routing method answers: the tables of Azure's articles.

use super::*;
use crate::address_range::AddressRange;
use crate::profile::Status;
use crate::routing::{Answer, QueryType};

fn check(profile: Profile, query: &Query<'_>, expected: &[(&str, f64)]) -> Route {
    let route = route(&[profile], query);
    check_shares(&route, expected);
    route
}

fn ranked(name: &str, priority: u32) -> Endpoint {
    Endpoint { priority, ..endpoint(name, &format!("{name}.example.com")) }
}

fn weighted(name: &str, weight: u32) -> Endpoint {
    Endpoint { weight, ..endpoint(name, &format!("{name}.example.com")) }
}

fn located(name: &str, location: &str) -> Endpoint {
    Endpoint { location: Some(location.to_owned()), ..endpoint(name, &format!("{name}.example.com")) }
}

fn mapped(name: &str, codes: &[&str]) -> Endpoint {
    let codes = codes.iter().map(|code| (*code).to_owned()).collect();
    Endpoint { geo_mappings: codes, ..endpoint(name, &format!("{name}.example.com")) }
}

fn with_subnet(name: &str, block: Option<(&str, i64)>) -> Endpoint {
    let subnets = block.map(|(first, scope)| AddressRange::block(ip(first), scope).unwrap());
    Endpoint { subnets: subnets.into_iter().collect(), ..endpoint(name, &format!("{name}.example.com")) }
}

fn from(source: &str) -> Query<'_> {
    Query { source: Some(ip(source)), ..Query::default() }
}

#[test]
fn priority_serves_the_first_that_can() {
    let endpoints = || vec![ranked("b", 2), ranked("a", 1), ranked("c", 3)];
    let query = Query::default();
    let route = check(profile(RoutingMethod::Priority, endpoints()), &query, &[("a", 100.0)]);
    assert_eq!(route.record_type(), Some("CNAME"));
    assert_eq!(route.records(), ["a.example.com"]);
    assert_eq!(
        route.reasons,
        ["shop (Priority): a has the lowest priority number of the eligible endpoints."]
    );

    let mut failed = endpoints();
    failed[1] = degraded(failed[1].clone());
    failed[0] = disabled(failed[0].clone());
    let route = check(profile(RoutingMethod::Priority, failed), &query, &[("c", 100.0)]);
    assert_eq!(
        route.reasons,
        [
            "shop (Priority): a is Degraded.",
            "shop (Priority): b is Disabled.",
            "shop (Priority): c has the lowest priority number of the eligible endpoints."
        ]
    );
}

#[test]
fn weights_are_shares_of_what_is_eligible() {
    let endpoints = vec![weighted("a", 1), weighted("b", 3), degraded(weighted("c", 96))];
    let route =
        check(profile(RoutingMethod::Weighted, endpoints), &Query::default(), &[("b", 75.0), ("a", 25.0)]);
    assert_eq!(route.reasons[1], "shop (Weighted): By weight, a gets 25 % and b gets 75 %.");
}

#[test]
fn all_degraded_endpoints_count_as_online_when_none_is_eligible() {
    let endpoints = vec![
        degraded(weighted("a", 1)),
        degraded(weighted("b", 1)),
        disabled(weighted("c", 1)),
        stopped(weighted("d", 1)),
    ];
    let route =
        check(profile(RoutingMethod::Weighted, endpoints), &Query::default(), &[("a", 50.0), ("b", 50.0)]);
    assert!(route.reasons.iter().any(|reason| reason.contains("every Degraded endpoint counts as Online")));
}

#[test]
fn always_serve_and_what_is_not_decided_yet_are_eligible() {
    let always = Endpoint { always_serve: Status::Enabled, ..degraded(weighted("always", 1)) };
    let fresh = Endpoint { health: Health::Probed(Probe::Undecided), ..weighted("fresh", 1) };
    let endpoints = vec![always, fresh, degraded(weighted("bad", 8))];
    check(
        profile(RoutingMethod::Weighted, endpoints),
        &Query::default(),
        &[("always", 50.0), ("fresh", 50.0)],
    );
}

#[test]
fn a_name_that_is_switched_off_does_not_exist() {
    let off = Profile { status: Status::Disabled, ..profile(RoutingMethod::Priority, vec![ranked("a", 1)]) };
    let nothing = profile(RoutingMethod::Priority, Vec::new());
    let all_off = profile(RoutingMethod::Geographic, vec![disabled(mapped("a", &["WORLD"]))]);
    for profile in [off, nothing, all_off] {
        let route = check(profile, &Query::default(), &[]);
        assert_eq!((route.nx_domain, route.no_data), (1.0, 0.0));
        assert_eq!(route.record_type(), Some("NXDOMAIN"));
    }
    let route =
        check(profile(RoutingMethod::Priority, vec![stopped(ranked("a", 1))]), &Query::default(), &[]);
    assert_eq!(route.record_type(), Some("NODATA"));
}

#[test]
fn performance_chooses_the_nearest_region_and_spreads_within_it() {
    let endpoints = || {
        vec![
            located("eu-1", "West Europe"),
            located("us", "eastus"),
            located("eu-2", "westeurope"),
            located("mars", "Mars North"),
        ]
    };
    let latency = |region: &str| match region {
        "westeurope" => Some(12.0),
        "eastus" => Some(85.5),
        _ => None,
    };
    let query = Query { latency: Some(&latency), ..Query::default() };
    let route =
        check(profile(RoutingMethod::Performance, endpoints()), &query, &[("eu-1", 50.0), ("eu-2", 50.0)]);
    assert_eq!(
        route.reasons,
        [
            "shop (Performance): The eligible endpoints are in westeurope at 12 ms, eastus at 85.5 ms and marsnorth at \
          unknown latency; westeurope is the nearest."
        ]
    );
    assert!(route.scope.depends_on_location);

    let mut failed = endpoints();
    for index in [0, 2] {
        failed[index] = degraded(failed[index].clone());
    }
    check(profile(RoutingMethod::Performance, failed), &query, &[("us", 100.0)]);
    let blind = check(
        profile(RoutingMethod::Performance, endpoints()),
        &Query::default(),
        &[("eu-1", 25.0), ("us", 25.0), ("eu-2", 25.0), ("mars", 25.0)],
    );
    assert!(blind.no_data <= 0.0);
}

#[test]
fn geographic_takes_the_most_specific_code_from_state_to_world() {
    let endpoints = || {
        vec![
            mapped("world", &["WORLD"]),
            mapped("america", &["GEO-NA"]),
            mapped("us", &["us"]),
            mapped("west", &["US-WA", "US-OR"]),
        ]
    };
    for (place, expected) in [
        ("US-WA", "west"),
        ("us-or", "west"),
        ("US-CA", "us"),
        ("US", "us"),
        ("MX", "america"),
        ("FR", "world"),
        ("US-ZZ", "us"),
        ("QQ", "world"),
    ] {
        let query = Query { place: Some(place), ..Query::default() };
        check(profile(RoutingMethod::Geographic, endpoints()), &query, &[(expected, 100.0)]);
    }
    // Nothing is known of the place: only the world has it.
    check(profile(RoutingMethod::Geographic, endpoints()), &Query::default(), &[("world", 100.0)]);
}

#[test]
fn geographic_has_no_failover_skips_what_is_disabled_and_stops_at_what_is_stopped() {
    let query = Query { place: Some("DE"), ..Query::default() };
    let germany = || mapped("de", &["DE"]);
    let with =
        |german: Endpoint| profile(RoutingMethod::Geographic, vec![german, mapped("rest", &["WORLD"])]);

    let route = check(with(degraded(germany())), &query, &[("de", 100.0)]);
    assert_eq!(
        route.reasons,
        [
            "shop (Geographic): DE is the most specific code, and de has it. It is Degraded, and served all the same: \
          Geographic routing has no failover."
        ]
    );
    check(with(disabled(germany())), &query, &[("rest", 100.0)]);
    let route = check(with(stopped(germany())), &query, &[]);
    assert_eq!(route.record_type(), Some("NODATA"));

    let only = profile(RoutingMethod::Geographic, vec![germany()]);
    let elsewhere = Query { place: Some("FR"), ..Query::default() };
    let route = check(only, &elsewhere, &[]);
    assert_eq!(route.record_type(), Some("NODATA"));
    assert_eq!(
        route.reasons,
        ["shop (Geographic): No enabled endpoint has a code for FR, so the answer has no records."]
    );
}

#[test]
fn multi_value_answers_addresses_of_the_family_asked_for() {
    let endpoints = || {
        vec![
            endpoint("a", "192.0.2.1"),
            endpoint("b", "192.0.2.2"),
            endpoint("c", "192.0.2.3"),
            endpoint("d", "2001:db8::1"),
            degraded(endpoint("e", "192.0.2.4")),
        ]
    };
    let several = |max_return| Profile { max_return, ..profile(RoutingMethod::MultiValue, endpoints()) };
    let asked = |query_type| Query { query_type, ..Query::default() };

    let two_thirds = 66.666_667;
    let expected = [("a", two_thirds), ("b", two_thirds), ("c", two_thirds)];
    let answer = check(several(2), &asked(QueryType::A), &expected);
    assert_eq!(answer.record_type(), Some("A"));
    assert_eq!(answer.records(), ["192.0.2.1", "192.0.2.2", "192.0.2.3"]);
    check(several(8), &asked(QueryType::A), &[("a", 100.0), ("b", 100.0), ("c", 100.0)]);
    let answer = check(several(8), &asked(QueryType::Aaaa), &[("d", 100.0)]);
    assert_eq!(answer.record_type(), Some("AAAA"));
    let answer = check(several(8), &asked(QueryType::Other), &[]);
    assert_eq!(answer.record_type(), Some("NODATA"));

    let tree = tree(&[several(2)]);
    let mut seed = 7_u64;
    let query = asked(QueryType::Any);
    let decision = tree.decide(&query, || {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        seed
    });
    let Answer::Addresses(addresses) = decision.answer else { panic!("{:?}", decision.answer) };
    assert_eq!(addresses.len(), 2);
    assert_ne!(addresses[0], addresses[1]);
}

#[test]
fn subnet_takes_the_endpoint_that_has_the_address_or_the_one_without_subnets() {
    let office = || with_subnet("office", Some(("198.51.100.0", 24)));
    let everybody = || with_subnet("everybody", None);
    let both = || profile(RoutingMethod::Subnet, vec![office(), everybody()]);

    let route = check(both(), &from("198.51.100.77"), &[("office", 100.0)]);
    assert_eq!(route.scope.subnet, 24);
    let route = check(both(), &from("192.0.2.1"), &[("everybody", 100.0)]);
    assert_eq!(
        route.reasons,
        [
            "shop (Subnet): 192.0.2.1 is in no subnet of an eligible endpoint, and everybody takes what remains."
        ]
    );
    let failing = profile(RoutingMethod::Subnet, vec![degraded(office()), everybody()]);
    check(failing, &from("198.51.100.77"), &[("everybody", 100.0)]);
    let alone = profile(RoutingMethod::Subnet, vec![office()]);
    let route = check(alone, &from("192.0.2.1"), &[]);
    assert_eq!(route.record_type(), Some("NODATA"));
}

#[test]
fn a_dns_name_answers_every_type_and_an_address_only_its_own() {
    let target = |target: &str, query_type| {
        let endpoints = vec![endpoint("a", target)];
        let tree = tree(&[profile(RoutingMethod::Priority, endpoints)]);
        let query = Query { query_type, ..Query::default() };
        let route = tree.route(&query);
        let decision = tree.decide(&query, || 0);
        assert_eq!(route.records().is_empty(), decision.answer == Answer::NoData);
        route.record_type().unwrap()
    };
    for query_type in [QueryType::A, QueryType::Aaaa, QueryType::Any, QueryType::Other] {
        assert_eq!(target("a.example.com", query_type), "CNAME");
    }
    assert_eq!(target("192.0.2.1", QueryType::A), "A");
    assert_eq!(target("192.0.2.1", QueryType::Any), "A");
    assert_eq!(target("192.0.2.1", QueryType::Aaaa), "NODATA");
    assert_eq!(target("2001:db8::1", QueryType::Aaaa), "AAAA");
    assert_eq!(target("2001:db8::1", QueryType::A), "NODATA");
    assert_eq!(target("2001:db8::1", QueryType::Other), "NODATA");
}

#[test]
fn a_query_is_told_what_it_has_to_say() {
    let needs = |profile: Profile| tree(&[profile]).needs(&Query::default());
    let subnet = needs(profile(RoutingMethod::Subnet, vec![with_subnet("a", None)]));
    assert!(subnet.source && !subnet.place && !subnet.latency);
    assert!(needs(profile(RoutingMethod::Geographic, vec![mapped("a", &["WORLD"])])).place);
    let regions = vec![located("a", "westus"), located("b", "eastus")];
    assert!(needs(profile(RoutingMethod::Performance, regions)).latency);
    assert!(!needs(profile(RoutingMethod::Performance, vec![located("a", "westus")])).latency);
}
