//! The rules and the engine are one domain: what a rule says cannot work does not work, and what the rules pass works.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use proptest::prelude::*;

use super::{Found, Query, Tree, ip};
use crate::address_range::AddressRange;
use crate::config_value::ConfigValue;
use crate::geography;
use crate::profile::RoutingMethod;
use crate::routing::{self, QueryType, Route};
use crate::rules::{self, Path};

const CODES: [&str; 7] = ["WORLD", "GEO-EU", "DE", "FR", "US", "US-WA", "JP"];

prop_compose! {
    fn endpoint()(
        target in prop::sample::select(vec!["a.example.com", "b.example.com", "192.0.2.1", "192.0.2.2", "2001:db8::1"]),
        enabled in prop::option::of(prop::bool::weighted(0.7)),
        codes in prop::collection::vec(prop::sample::select(&CODES[..]), 0..4),
        subnets in prop::collection::vec((0_u8..8, 0_u8..4), 0..3),
        weight in prop::option::of(1_i64..=1000),
    ) -> rules::Endpoint {
        // Few addresses, so that ranges often overlap.
        let subnet = |(first, length): (u8, u8)| rules::Subnet {
            first: ConfigValue::Known(format!("198.51.100.{first}")),
            last: ConfigValue::Known(format!("198.51.100.{}", first + length)),
            scope: ConfigValue::Absent,
        };
        let codes: BTreeSet<&str> = codes.into_iter().collect();
        rules::Endpoint {
            target: ConfigValue::Known(target.to_owned()),
            enabled: enabled.into(),
            geo_mappings: ConfigValue::Known(codes.into_iter().map(|code| ConfigValue::Known(code.to_owned())).collect()),
            subnets: ConfigValue::Known(subnets.into_iter().map(subnet).collect()),
            weight: weight.into(),
            ..rules::Endpoint::default()
        }
    }
}

fn any_profile() -> impl Strategy<Value = rules::Profile> {
    prop::sample::select(RoutingMethod::ALL).prop_flat_map(profile)
}

prop_compose! {
    fn profile(method: RoutingMethod)(
        enabled in prop::bool::weighted(0.9),
        endpoints in prop::collection::vec(endpoint(), 1..5),
    ) -> rules::Profile {
        let numbered = endpoints.into_iter().enumerate().map(|(index, endpoint)| {
            let priority = ConfigValue::Known(i64::try_from(index).unwrap() + 1);
            (format!("e{index}"), rules::Endpoint { priority, ..endpoint })
        });
        rules::Profile {
            traffic_routing_method: ConfigValue::Known(method.as_str().to_owned()),
            profile_status: ConfigValue::Known(if enabled { "Enabled" } else { "Disabled" }.to_owned()),
            max_return: ConfigValue::Known(8),
            endpoints: ConfigValue::Known(numbered.collect::<BTreeMap<_, _>>()),
            ..rules::Profile::default()
        }
    }
}

/// A profile, what the rules find, and how the engine routes to it.
struct Case<'a> {
    config: &'a rules::Profile,
    codes: BTreeSet<&'static str>,
    tree: Tree,
}

impl<'a> Case<'a> {
    fn new(config: &'a rules::Profile) -> Self {
        let profile = routing::Profile::from_config(config).unwrap();
        let tree = Tree::new("", |_| Found::Profile(profile.clone())).unwrap();
        let codes = rules::check_profile(config, &Path::root()).iter().map(|finding| finding.code).collect();
        Self { config, codes, tree }
    }

    fn is_enabled(&self) -> bool {
        self.config.profile_status.known().map(String::as_str) == Some("Enabled")
    }

    fn endpoints(&self) -> impl Iterator<Item = (&String, &rules::Endpoint)> {
        self.config.endpoints.known().unwrap().iter()
    }

    fn enabled(&self) -> impl Iterator<Item = (&String, &rules::Endpoint)> {
        self.endpoints().filter(|(_, endpoint)| endpoint.enabled.known() != Some(&false))
    }

    fn from(&self, source: IpAddr) -> Route {
        self.tree.route(&Query { source: Some(source), ..Query::default() })
    }

    fn at(&self, code: &str) -> Route {
        self.tree.route(&Query { place: Some(code), ..Query::default() })
    }
}

fn names(route: &Route) -> Vec<&str> {
    route.shares.iter().map(|share| share.path[0].as_str()).collect()
}

fn ranges(endpoint: &rules::Endpoint) -> Vec<AddressRange> {
    let address = |value: &ConfigValue<String>| ip(value.known().unwrap());
    let subnets = endpoint.subnets.known().unwrap();
    subnets.iter().map(|it| AddressRange::new(address(&it.first), address(&it.last)).unwrap()).collect()
}

fn codes_of(endpoint: &rules::Endpoint) -> Vec<&str> {
    endpoint.geo_mappings.known().unwrap().iter().map(|code| code.known().unwrap().as_str()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2048))]

    #[test]
    fn no_endpoint_enabled_is_a_name_that_does_not_resolve(config in any_profile()) {
        let case = Case::new(&config);
        let route = case.at("FR");
        prop_assert_eq!(route.nx_domain > 0.0, case.codes.contains("all-disabled") || !case.is_enabled());
    }

    #[test]
    fn a_place_without_answer_is_what_the_rule_warns_of(config in profile(RoutingMethod::Geographic)) {
        let case = Case::new(&config);
        prop_assume!(case.is_enabled());
        let unanswered = |place: &geography::Place| case.at(place.code).shares.is_empty();
        if case.codes.contains("geo-mapping-world") {
            prop_assert!(geography::all().any(unanswered));
        } else if case.enabled().count() == case.endpoints().count() {
            prop_assert!(!geography::all().any(unanswered));
        }
    }

    #[test]
    fn a_code_of_two_endpoints_is_lost_for_one_of_them(config in profile(RoutingMethod::Geographic)) {
        let case = Case::new(&config);
        prop_assume!(case.is_enabled());
        let all_get_their_codes = case.enabled().all(|(name, endpoint)| {
            codes_of(endpoint).iter().all(|code| names(&case.at(code)) == [name.as_str()])
        });
        if !case.codes.contains("geo-mapping-unique") {
            prop_assert!(all_get_their_codes);
        } else if case.enabled().count() == case.endpoints().count() {
            prop_assert!(!all_get_their_codes);
        }
    }

    #[test]
    fn an_address_of_two_endpoints_is_lost_for_one_of_them(config in profile(RoutingMethod::Subnet)) {
        let case = Case::new(&config);
        prop_assume!(case.is_enabled());
        let has = |name: &str, endpoint: &rules::Endpoint| {
            ranges(endpoint).iter().all(|range| {
                (0..16).map(|last| ip(&format!("198.51.100.{last}"))).filter(|it| range.contains(*it))
                    .all(|address| names(&case.from(address)) == [name])
            })
        };
        let all_get_their_addresses = case.enabled().all(|(name, endpoint)| has(name, endpoint));
        if !case.codes.contains("subnet-overlap") {
            prop_assert!(all_get_their_addresses);
        }
        // Two ranges of one endpoint overlap without loss.
        let lost = case.enabled().any(|(name, endpoint)| case.enabled().any(|(other, it)| {
            name != other && ranges(endpoint).iter().any(|range| ranges(it).iter().any(|its| range.overlaps(its)))
        }));
        prop_assert_eq!(all_get_their_addresses, !lost);
        prop_assert!(!lost || case.codes.contains("subnet-overlap"));
    }

    #[test]
    fn a_name_in_a_multi_value_profile_is_never_answered(config in profile(RoutingMethod::MultiValue)) {
        let case = Case::new(&config);
        prop_assume!(case.is_enabled());
        let asked = |query_type| case.tree.route(&Query { query_type, ..Query::default() });
        let routes = [QueryType::A, QueryType::Aaaa, QueryType::Any].map(asked);
        let answered: BTreeSet<&str> = routes.iter().flat_map(names).collect();
        let unanswered = case.enabled().filter(|(name, _)| !answered.contains(name.as_str()));
        let unanswered: Vec<&String> = unanswered.map(|(name, _)| name).collect();
        let by_rule = case.codes.contains("multi-value-targets");
        let has_name = case.endpoints().any(|(_, it)| it.target.known().unwrap().parse::<IpAddr>().is_err());
        prop_assert_eq!(by_rule, has_name, "{:?}", case.codes);
        prop_assert!(unanswered.is_empty() || by_rule, "{unanswered:?}");
    }
}
