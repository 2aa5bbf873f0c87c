//! Every rule: what breaks it, its text, and that the unknown breaks nothing.

mod absurd;
mod beside;
mod endpoint_resource;

use std::collections::{BTreeMap, HashSet};
use std::fmt::Write as _;

use super::breaches::{CASES, block, sound, subnet, text, texts, to};
use super::*;
use crate::config_value::ConfigValue::{self, Absent, Known, Unknown};
use crate::profile::RoutingMethod;

fn check(profile: &Profile) -> Vec<Finding> {
    check_profile(profile, &Path::root())
}

#[test]
fn a_sound_profile_breaks_no_rule() {
    assert_eq!(check(&sound()), []);
}

#[test]
fn every_rule_is_broken_by_its_cases_and_no_other_rule_is() {
    for case in CASES {
        let profile = case.profile();
        let codes: Vec<&str> = check(&profile).iter().map(|finding| finding.code).collect();
        assert!(!codes.is_empty(), "nothing found: {}", case.fault);
        assert!(codes.iter().all(|code| *code == case.code), "{}: {codes:?}", case.fault);
    }
    for rule in all() {
        assert!(CASES.iter().any(|case| case.code == rule.code), "no case breaks {}", rule.code);
    }
}

#[test]
fn every_finding_says_what_why_and_what_to_do() {
    let mut table = String::new();
    for rule in all() {
        let Rule { code, severity, summary, why, source, .. } = rule;
        writeln!(table, "## {code} ({severity}): {summary}\n{why}\n{source}").unwrap();
        for case in CASES.iter().filter(|case| case.code == rule.code) {
            writeln!(table, "- {}", case.fault).unwrap();
            for finding in check(&case.profile()) {
                assert!(!finding.what.is_empty() && !finding.remedy.is_empty(), "{}", case.fault);
                assert!(finding.why.ends_with('.') && finding.remedy.ends_with('.'), "{finding:?}");
                let Finding { path, what, remedy, .. } = finding;
                writeln!(table, "  {path}: {what}\n    {remedy}").unwrap();
            }
        }
    }
    insta::assert_snapshot!(table);
}

#[test]
fn the_names_and_headlines_of_rules_are_unique() {
    for of_rule in [|rule: &Rule| rule.code, |rule: &Rule| rule.summary] {
        let texts: Vec<&str> = all().map(of_rule).collect();
        let unique: HashSet<&str> = texts.iter().copied().collect();
        assert_eq!(texts.len(), unique.len());
    }
}

#[test]
fn a_headline_is_a_few_words_that_begin_with_a_capital_and_end_without_a_period() {
    for rule in all() {
        let begins_well = rule.summary.starts_with(|first: char| first.is_uppercase());
        assert!(begins_well && !rule.summary.ends_with('.') && rule.summary.len() <= 60, "{}", rule.code);
    }
}

#[test]
fn what_is_unknown_breaks_no_rule() {
    let unknown = |method: ConfigValue<String>| Profile {
        id: Unknown,
        name: Unknown,
        resource_group_name: Unknown,
        traffic_routing_method: method,
        dns_config: DnsConfig { relative_name: Unknown, ttl: Unknown },
        monitor_config: MonitorConfig {
            protocol: Unknown,
            port: Unknown,
            path: Unknown,
            interval_in_seconds: Unknown,
            timeout_in_seconds: Unknown,
            tolerated_number_of_failures: Unknown,
            expected_status_code_ranges: Unknown,
            custom_header: Unknown,
        },
        profile_status: Unknown,
        max_return: Unknown,
        record_type: Unknown,
        tags: Unknown,
        endpoints: Known(BTreeMap::from([
            ("a".to_owned(), Endpoint::unknown()),
            ("b".to_owned(), Endpoint::unknown()),
        ])),
    };
    assert_eq!(check(&unknown(Unknown)), []);
    for method in RoutingMethod::ALL {
        assert_eq!(check(&unknown(text(method.as_str()))), [], "{method}");
        let unknown_endpoints = Profile { endpoints: Unknown, ..unknown(text(method.as_str())) };
        assert_eq!(check(&unknown_endpoints), [], "{method}");
    }
}

#[test]
fn an_unknown_part_hides_only_what_depends_on_it() {
    let mut profile = sound();
    profile.monitor_config.interval_in_seconds = Unknown;
    profile.monitor_config.timeout_in_seconds = Known(10);
    assert_eq!(check(&profile), [], "10 is right for an interval of 30");
    profile.monitor_config.timeout_in_seconds = Known(11);
    assert_eq!(check(&profile).len(), 1, "11 is wrong for every interval");

    let mut profile = sound();
    profile.east().target = Unknown;
    profile.east().target_resource_id = Unknown;
    profile.routed(RoutingMethod::Performance);
    profile.west().endpoint_location = text("westus");
    assert_eq!(check(&profile), [], "an endpoint of an unknown kind may need no region");

    let mut profile = sound();
    profile.routed(RoutingMethod::Geographic);
    profile.east().geo_mappings = texts(&["DE"]);
    profile.west().geo_mappings = Known(vec![Unknown]);
    assert_eq!(check(&profile), [], "the unknown code may be WORLD");
}

#[test]
fn what_the_service_is_known_to_take_is_not_refused() {
    let takes: &[fn(&mut Profile)] = &[
        |it| it.dns_config.relative_name = text("a.b.C-1"),
        |it| it.dns_config.ttl = Known(2_147_483_647),
        |it| it.max_return = Known(8),
        |it| {
            it.monitor_config.protocol = text("TCP");
            it.monitor_config.path = text("");
        },
        |it| it.monitor_config.expected_status_code_ranges = texts(&["200-499", "301", "100-101"]),
        |it| it.rename_east("east #1"),
        |it| it.rename_east("ExternalEndpoints/east"),
        |it| {
            it.west_to("Network/publicIPAddresses/ip");
            let other = Endpoint { target: text("a.example.com"), ..Endpoint::default() };
            it.all().insert("externalEndpoints/West".to_owned(), other);
        },
        |it| {
            let header = Header { name: text("X-Text"), value: text("words,\tand ümlauts") };
            it.monitor_config.custom_header = Known(vec![header]);
        },
        |it| it.east().geo_mappings = texts(&["de", "Geo-EU", "us-wa"]),
        |it| it.east().target = text("_x.Example.com"),
        |it| it.west_to("Network/publicIPAddresses/ip").weight = Known(5),
        |it| it.west_to("Web/sites/app/slots/blue").enabled = Known(false),
        |it| {
            let child = it.west_to("Network/trafficManagerProfiles/child");
            child.minimum_child_endpoints = Known(9);
            child.minimum_required_child_endpoints_ipv4 = Known(2);
            child.minimum_required_child_endpoints_ipv6 = Known(2);
        },
        |it| {
            it.max_return = Known(2);
            it.routed(RoutingMethod::MultiValue);
            it.east().target = text("192.0.2.1");
            it.west().target = text("2001:db8::1");
        },
        |it| {
            it.record_type = text("CNAME");
            it.endpoints = Absent;
        },
        |it| {
            it.subnets(
                &[block("1.2.3.0", 24), to("4.4.4.4", "4.4.4.4")],
                &[block("::", 0), subnet("1.2.4.0")],
            );
        },
        |it| it.subnets(&[block("0.0.0.0", 1)], &[block("128.0.0.0", 1)]),
        |it| {
            it.routed(RoutingMethod::Performance);
            it.east().endpoint_location = text("West US 2");
            it.west_to("Network/publicIPAddresses/ip");
        },
        |it| it.endpoints = Known(BTreeMap::new()),
    ];
    for (number, change) in takes.iter().enumerate() {
        let mut profile = sound();
        change(&mut profile);
        assert_eq!(check(&profile), [], "case {number}");
    }
}
