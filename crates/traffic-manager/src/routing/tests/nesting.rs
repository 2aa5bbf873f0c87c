//! Nested profiles: what a parent takes from its child, and the one answer that comes out.

use super::*;
use crate::address_range::AddressRange;
use crate::health::{ChildMinimums, EndpointMonitorStatus, ProfileMonitorStatus};
use crate::profile::Status;
use crate::routing::{Answer, QueryType, TreeError};

fn child(name: &str, method: RoutingMethod, endpoints: Vec<Endpoint>) -> Profile {
    Profile::new(name, method, endpoints)
}

fn two_regions() -> Vec<Profile> {
    let parent = vec![
        Endpoint { priority: 1, ..nested("europe", "eu") },
        Endpoint { priority: 2, ..nested("america", "us") },
    ];
    let eu = vec![endpoint("blue", "blue.example.com"), endpoint("green", "green.example.com")];
    let us = vec![endpoint("only", "us.example.com")];
    vec![
        profile(RoutingMethod::Priority, parent),
        child("eu", RoutingMethod::Weighted, eu),
        child("us", RoutingMethod::Priority, us),
    ]
}

#[test]
fn the_client_sees_the_leaf_and_the_ttl_of_the_profile_it_asked() {
    let mut profiles = two_regions();
    profiles[0].ttl = 20;
    profiles[1].ttl = 300;
    let answer = route(&profiles, &Query::default());
    check_shares(&answer, &[("europe/blue", 50.0), ("europe/green", 50.0)]);
    assert_eq!(answer.ttl, 20);
    assert_eq!(answer.records(), ["blue.example.com", "green.example.com"]);
    let tree = tree(&profiles);
    assert_eq!(tree.decide(&Query::default(), || u64::MAX).answer, Answer::Cname("green.example.com"));
}

#[test]
fn a_parent_passes_over_a_child_below_its_minimum() {
    let mut profiles = two_regions();
    profiles[1].endpoints[0] = degraded(profiles[1].endpoints[0].clone());
    check_shares(&route(&profiles, &Query::default()), &[("europe/green", 100.0)]);

    profiles[0].endpoints[0].minimums = ChildMinimums { any: 2, v4: 0, v6: 0 };
    let answer = route(&profiles, &Query::default());
    check_shares(&answer, &[("america/only", 100.0)]);
    assert_eq!(answer.reasons[0], "shop (Priority): europe is Degraded.");
}

#[test]
fn a_child_that_is_switched_off_or_deleted_stops_its_endpoint() {
    let mut profiles = two_regions();
    profiles[1].status = Status::Disabled;
    let off = tree(&profiles);
    assert_eq!(off.endpoint_statuses().next(), Some(("europe", EndpointMonitorStatus::Stopped)));
    check_shares(&off.route(&Query::default()), &[("america/only", 100.0)]);
    assert_eq!(off.status(), ProfileMonitorStatus::Online);

    let mut profiles = two_regions();
    profiles.remove(1);
    check_shares(&route(&profiles, &Query::default()), &[("america/only", 100.0)]);
}

#[test]
fn when_everything_is_degraded_everything_is_served_again() {
    let mut profiles = two_regions();
    for profile in &mut profiles[1..] {
        for endpoint in &mut profile.endpoints {
            *endpoint = degraded(endpoint.clone());
        }
    }
    check_shares(&route(&profiles, &Query::default()), &[("europe/blue", 50.0), ("europe/green", 50.0)]);
}

#[test]
fn a_multi_value_child_counts_its_families_and_answers_several_addresses() {
    let parent = vec![
        Endpoint {
            minimums: ChildMinimums { any: 2, v4: 1, v6: 1 },
            priority: 1,
            ..nested("several", "addresses")
        },
        Endpoint { priority: 2, ..endpoint("page", "sorry.example.com") },
    ];
    let mut addresses = child(
        "addresses",
        RoutingMethod::MultiValue,
        vec![endpoint("a", "192.0.2.1"), endpoint("b", "192.0.2.2"), endpoint("c", "2001:db8::1")],
    );
    addresses.max_return = 8;
    let parent = profile(RoutingMethod::Priority, parent);
    let profiles = |addresses: Profile| [parent.clone(), addresses];
    let answer = route(&profiles(addresses.clone()), &Query::default());
    check_shares(&answer, &[("several/a", 100.0), ("several/b", 100.0)]);

    addresses.endpoints[2] = degraded(addresses.endpoints[2].clone());
    let answer = route(&profiles(addresses), &Query::default());
    check_shares(&answer, &[("page", 100.0)]);
}

#[test]
fn a_child_that_is_not_given_is_an_answer_that_is_not_known() {
    let parent = profile(RoutingMethod::Priority, vec![nested("europe", "eu")]);
    let find = |key: &str| {
        if key == "shop" { Found::Profile(parent.clone()) } else { Found::NotGiven }
    };
    let tree = Tree::new("shop", find).unwrap();
    let route = tree.route(&Query::default());
    check_shares(&route, &[("europe", 100.0)]);
    assert_eq!(route.record_type(), None);
    assert!(route.records().is_empty());
    assert_eq!(tree.decide(&Query::default(), || 0).answer, Answer::Unknown);
}

#[test]
fn a_child_with_two_parents_is_one_profile() {
    let parent = vec![nested("a", "child"), nested("b", "child")];
    let leaves = vec![endpoint("x", "x.example.com"), endpoint("y", "y.example.com")];
    let profiles =
        [profile(RoutingMethod::Weighted, parent), child("child", RoutingMethod::Weighted, leaves)];
    check_shares(&route(&profiles, &Query::default()), &[("a/x", 50.0), ("a/y", 50.0)]);
}

#[test]
fn loops_and_an_eleventh_level_are_refused() {
    let chain = |length: usize| -> Vec<Profile> {
        (0..length)
            .map(|level| {
                let endpoints = if level + 1 == length {
                    vec![endpoint("leaf", "192.0.2.1")]
                } else {
                    vec![nested("down", &format!("level-{}", level + 1))]
                };
                child(&format!("level-{level}"), RoutingMethod::Priority, endpoints)
            })
            .collect()
    };
    let made = |profiles: &[Profile]| {
        let find = |key: &str| {
            profiles.iter().find(|it| it.name == key).cloned().map_or(Found::Missing, Found::Profile)
        };
        Tree::new("level-0", find).map(|tree| tree.route(&Query::default()).records())
    };
    assert_eq!(made(&chain(10)), Ok(vec!["192.0.2.1".to_owned()]));
    assert_eq!(made(&chain(11)), Err(TreeError::TooDeep));
    let mut circle = chain(3);
    circle[2].endpoints.push(nested("back", "level-1"));
    assert_eq!(made(&circle), Err(TreeError::Loop("level-1".to_owned())));
    assert_eq!(made(&[]), Err(TreeError::NoRoot("level-0".to_owned())));
}

#[test]
fn a_child_that_is_reached_at_two_depths_counts_its_deepest() {
    // The short way comes first; the long way makes eleven levels.
    let mut profiles = vec![child(
        "level-0",
        RoutingMethod::Weighted,
        vec![nested("short", "level-9"), nested("long", "level-1")],
    )];
    for level in 1..=8 {
        let down = nested("down", &format!("level-{}", level + 1));
        profiles.push(child(&format!("level-{level}"), RoutingMethod::Priority, vec![down]));
    }
    profiles.push(child("level-9", RoutingMethod::Priority, vec![nested("down", "last")]));
    profiles.push(child("last", RoutingMethod::Priority, vec![endpoint("leaf", "192.0.2.1")]));
    let find =
        |key: &str| profiles.iter().find(|it| it.name == key).cloned().map_or(Found::Missing, Found::Profile);
    assert_eq!(Tree::new("level-0", find).err(), Some(TreeError::TooDeep));
}

#[test]
fn a_geographic_child_that_has_no_code_ends_the_search() {
    let geographic =
        vec![Endpoint { geo_mappings: vec!["DE".to_owned()], ..endpoint("de", "de.example.com") }];
    let profiles = [
        profile(RoutingMethod::Priority, vec![nested("places", "places")]),
        child("places", RoutingMethod::Geographic, geographic),
    ];
    let query = Query { place: Some("FR"), query_type: QueryType::Aaaa, ..Query::default() };
    let answer = route(&profiles, &query);
    assert_eq!((answer.no_data, answer.shares.len()), (1.0, 0));
}

#[test]
fn a_nested_endpoint_gets_its_queries_also_where_its_child_has_no_answer() {
    let mut profiles = vec![
        profile(
            RoutingMethod::Weighted,
            vec![
                Endpoint { weight: 3, ..nested("europe", "eu") },
                degraded(endpoint("broken", "broken.example.com")),
                endpoint("rest", "rest.example.com"),
            ],
        ),
        child("eu", RoutingMethod::Geographic, vec![endpoint("germany", "de.example.com")]),
    ];
    profiles[1].endpoints[0].geo_mappings = vec!["DE".to_owned()];
    for (place, answered) in [(None, 0.0), (Some("FR"), 0.0), (Some("DE"), 0.75)] {
        let query = Query { place, ..Query::default() };
        assert_eq!(tree(&profiles).endpoint_probabilities(&query), [0.75, 0.0, 0.25]);
        let answer = route(&profiles, &query);
        let of_child = answer.shares.iter().filter(|share| share.path[0] == "europe");
        assert_eq!(
            (of_child.map(|share| share.probability).sum::<f64>(), answer.no_data),
            (answered, 0.75 - answered)
        );
    }
}

/// While both of the outer endpoints are degraded, both answer. An endpoint that gets well takes only the one that leads to it
/// with a minimum that it meets out of that, and clients of the other one are answered by nobody.
#[test]
fn an_endpoint_that_two_ways_lead_to_can_lose_by_getting_well() {
    let with = |health: Health| {
        let v6 = ChildMinimums { any: 1, v4: 0, v6: 1 };
        let office = AddressRange::new(ip("10.0.0.0"), ip("10.0.0.255")).unwrap();
        let outer = vec![
            Endpoint { minimums: v6, ..nested("others", "child") },
            Endpoint { subnets: vec![office], ..nested("office", "child") },
        ];
        let child = Profile::new(
            "child",
            RoutingMethod::Performance,
            vec![
                degraded(endpoint("name", "www.example.com")),
                Endpoint { health, ..endpoint("address", "203.0.113.1") },
            ],
        );
        [profile(RoutingMethod::Subnet, outer), child]
    };
    let query = Query::default();
    let degraded = route(&with(Health::Probed(Probe::Failing)), &query);
    check_shares(&degraded, &[("others/name", 50.0), ("others/address", 50.0)]);
    check_shares(&route(&with(Health::Probed(Probe::Healthy)), &query), &[]);
}
