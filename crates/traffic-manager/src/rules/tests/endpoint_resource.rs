//! Endpoints that are resources of their own: the rules of endpoints find in them what they find in a map, at the
//! resource's own paths and in words that fit.

use std::fmt::Write as _;

use super::super::rule::Check;
use super::*;

/// The endpoint as a resource at the root, in a profile of which this is known.
fn check_resource(endpoint: &Endpoint, name: &str, context: &ProfileContext) -> Vec<Finding> {
    check_endpoint(endpoint, &text(name), context, &Path::root())
}

/// The endpoints of the profile, each as a resource of its own that is named by its key.
fn check_each(profile: &Profile) -> Vec<(&String, Vec<Finding>)> {
    let context = ProfileContext::from(profile);
    let endpoints = profile.endpoints.known().into_iter().flatten();
    endpoints.map(|(name, endpoint)| (name, check_resource(endpoint, name, &context))).collect()
}

/// The finding where a resource has it: it has blocks where an element of the map has collections.
fn as_of_a_resource(finding: Finding) -> Finding {
    let mut steps = finding.path.steps().iter();
    let mut path = Path::root();
    while let Some(step) = steps.next() {
        path = match step {
            Step::Attribute("subnets") => path.attribute("subnet"),
            // There is no step into a set.
            Step::Attribute("custom_headers") => {
                steps.next();
                path.attribute("custom_header")
            }
            Step::Attribute(name) => path.attribute(name),
            Step::Index(index) => path.index(*index),
            Step::Key(key) => path.key(key),
        };
    }
    Finding { path, ..finding }
}

fn is_about_one_endpoint(rule: &Rule) -> bool {
    matches!(rule.check, Check::Endpoint(_) | Check::EndpointParts(_) | Check::Headers(_))
}

/// What only a map has, or is put in other words.
const DIFFERENT: [&str; 6] = [
    "endpoint-name",
    "endpoint-key-kind",
    "target-resource-form",
    "target-resource-kind",
    "multi-value-targets",
    "record-type-target",
];

#[test]
fn what_is_wrong_with_an_endpoint_of_a_map_is_wrong_with_a_single_one() {
    for rule in all().filter(|rule| is_about_one_endpoint(rule)) {
        for case in CASES.iter().filter(|case| case.code == rule.code) {
            let profile = case.profile();
            let each = check_each(&profile);
            let is_found = each.iter().any(|(_, findings)| !findings.is_empty());
            assert!(is_found || rule.code == "endpoint-key-kind", "{}: {}", rule.code, case.fault);
            if DIFFERENT.contains(&rule.code) {
                continue;
            }
            let (context, in_map) = (ProfileContext::from(&profile), check(&profile));
            for (name, endpoint) in profile.endpoints.known().into_iter().flatten() {
                let at = Path::root().attribute("endpoints").key(name);
                let findings = check_endpoint(endpoint, &text(name), &context, &at);
                let of_element = in_map.iter().filter(|finding| finding.path.steps().starts_with(at.steps()));
                let of_element: Vec<Finding> = of_element.cloned().map(as_of_a_resource).collect();
                assert_eq!(findings, of_element, "{}: {}", rule.code, case.fault);
            }
        }
    }
}

#[test]
fn texts_and_paths_fit() {
    let mut table = String::new();
    for rule in all() {
        let mut found = String::new();
        for case in CASES.iter().filter(|case| case.code == rule.code) {
            for (name, findings) in check_each(&case.profile()) {
                for Finding { code, path, what, remedy, .. } in findings {
                    // A key with a kind is only a name with a slash.
                    assert!(code == rule.code || name.contains('/'), "{}: {code}", case.fault);
                    assert!(!path.to_string().contains("endpoints["), "{path}");
                    let texts = format!("{what} {remedy}");
                    assert!(!texts.contains("key") && !texts.contains("the endpoints \""), "{texts}");
                    writeln!(found, "{path}: {what}\n  {remedy}").unwrap();
                }
            }
        }
        if !found.is_empty() {
            write!(table, "## {}\n{found}", rule.code).unwrap();
        }
    }
    insta::assert_snapshot!(table);
}

#[test]
fn rules_of_a_profile_or_of_several_endpoints_find_nothing_in_a_single_one() {
    let within_one = ["geo-mapping-unique", "subnet-overlap"];
    for rule in all().filter(|rule| !is_about_one_endpoint(rule)) {
        for case in CASES.iter().filter(|case| case.code == rule.code) {
            for (name, findings) in check_each(&case.profile()) {
                let codes: Vec<&str> = findings.iter().map(|finding| finding.code).collect();
                // A key with a kind is only a name with a slash.
                let is_only_a_name = name.contains('/') && codes == ["endpoint-name"];
                let is_expected = codes.is_empty() || is_only_a_name || within_one.contains(&rule.code);
                assert!(is_expected, "{}: {codes:?}", case.fault);
            }
        }
    }
}

#[test]
fn what_is_wrong_within_one_endpoint_needs_no_other() {
    let mut profile = sound();
    profile.routed(RoutingMethod::Geographic);
    profile.east().geo_mappings = texts(&["DE", "de"]);
    let context = ProfileContext::from(&profile);
    let found = check_resource(profile.east(), "east", &context);
    let [finding] = &found[..] else { panic!("{found:?}") };
    assert_eq!(
        (finding.path.to_string().as_str(), finding.what.as_str()),
        ("geo_mappings", "the endpoint \"east\" has the code \"de\" twice, in different letter case")
    );

    profile.subnets(&[block("10.0.0.0", 8), subnet("10.1.0.0")], &[]);
    let context = ProfileContext::from(&profile);
    let found = check_resource(profile.east(), "east", &context);
    let [finding] = &found[..] else { panic!("{found:?}") };
    assert_eq!(
        (finding.path.to_string().as_str(), finding.what.as_str()),
        ("subnet", "10.1.0.0 of the endpoint \"east\" overlaps 10.0.0.0/8 of \"east\"")
    );
}

#[test]
fn an_endpoint_whose_name_is_unknown_is_the_endpoint() {
    for case in CASES {
        let profile = case.profile();
        let context = ProfileContext::from(&profile);
        for endpoint in profile.endpoints.known().into_iter().flat_map(BTreeMap::values) {
            for finding in check_endpoint(endpoint, &Unknown, &context, &Path::root()) {
                assert!(!finding.what.contains("the endpoint \""), "{}", finding.what);
                assert!(!finding.what.contains("\"\" "), "{}", finding.what);
                assert_ne!(finding.code, "endpoint-name");
            }
        }
    }
    let mut profile = sound();
    profile.east().endpoint_location = text("global");
    profile.subnets(&[block("10.0.0.0", 8), subnet("10.1.0.0")], &[]);
    let context = ProfileContext::from(&profile);
    let found = check_endpoint(profile.east(), &Unknown, &context, &Path::root());
    let texts: Vec<&str> = found.iter().map(|finding| finding.what.as_str()).collect();
    assert_eq!(
        texts,
        ["the location of the endpoint is \"global\"", "10.1.0.0 of the endpoint overlaps 10.0.0.0/8"]
    );
}

/// Rules that need the profile are silent while it is unknown; all others speak.
#[test]
fn of_an_unknown_profile_nothing_is_guessed() {
    let needs_profile = [
        "headers-with-tcp",
        "target-itself",
        "multi-value-targets",
        "location-required",
        "geo-mapping-required",
        "record-type-target",
    ];
    for rule in all().filter(|rule| is_about_one_endpoint(rule)) {
        for case in CASES.iter().filter(|case| case.code == rule.code) {
            let profile = case.profile();
            let endpoints = profile.endpoints.known().into_iter().flatten();
            let unknown = ProfileContext::unknown();
            let found = endpoints.flat_map(|(name, endpoint)| check_resource(endpoint, name, &unknown));
            let is_silent = found.count() == 0;
            let is_of_map = rule.code == "endpoint-key-kind";
            assert!(
                is_silent == needs_profile.contains(&rule.code) || is_of_map,
                "{}: {}",
                rule.code,
                case.fault
            );
        }
    }
}

#[test]
fn an_endpoint_of_which_nothing_is_known_breaks_no_rule() {
    for method in RoutingMethod::ALL {
        let mut profile = sound();
        profile.routed(*method);
        profile.record_type = text("A");
        profile.monitor_config.protocol = text("TCP");
        let context = ProfileContext::from(&profile);
        assert_eq!(check_endpoint(&Endpoint::unknown(), &Unknown, &context, &Path::root()), [], "{method}");
    }
}

#[test]
fn the_path_of_the_caller_is_where_the_findings_lie() {
    let mut profile = sound();
    profile.name = text("");
    profile.dns_config.ttl = Known(-1);
    profile.east().weight = Known(0);
    let at = Path::root().attribute("profiles").key("shop");
    let paths: Vec<String> =
        check_profile(&profile, &at).iter().map(|finding| finding.path.to_string()).collect();
    assert_eq!(
        paths,
        [
            "profiles[\"shop\"].name",
            "profiles[\"shop\"].dns_config[0].ttl",
            "profiles[\"shop\"].endpoints[\"east\"].weight"
        ]
    );
    let context = ProfileContext::unknown();
    let found = check_endpoint(profile.east(), &text("east"), &context, &Path::root().attribute("east"));
    assert_eq!(found[0].path.to_string(), "east.weight");
}
