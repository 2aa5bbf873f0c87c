//! Endpoints that are resources of their own beside each other: what is wrong between two endpoints of a map is found on
//! either of them, whichever is looked at.

use super::super::rule::Check;
use super::*;

fn named(profile: &Profile) -> Vec<NamedEndpoint> {
    let endpoints = profile.endpoints.known().into_iter().flatten();
    endpoints.map(|(name, endpoint)| NamedEndpoint { name: text(name), endpoint: endpoint.clone() }).collect()
}

#[test]
fn what_is_wrong_between_two_endpoints_is_found_on_either() {
    // Two resources of one name and kind are one endpoint; and that some have no priority is said of all of them.
    let elsewhere = ["endpoint-name-unique", "priority-partly"];
    let between = all().filter(|rule| matches!(rule.check, Check::Endpoints(_)));
    let between = between.filter(|rule| !elsewhere.contains(&rule.code));
    for rule in between {
        let mut count = 0;
        for case in CASES.iter().filter(|case| case.code == rule.code) {
            let profile = case.profile();
            let (context, all) = (ProfileContext::from(&profile), named(&profile));
            for (own, other) in all.iter().flat_map(|own| all.iter().map(move |other| (own, other))) {
                if std::ptr::eq(own, other) {
                    continue;
                }
                let found = check_beside(own, other, &context, &Path::root());
                let back = check_beside(other, own, &context, &Path::root());
                let codes = |findings: &[Finding]| findings.iter().map(|it| it.code).collect::<Vec<_>>();
                assert_eq!(codes(&found), codes(&back), "{}: {}", rule.code, case.fault);
                for finding in &found {
                    count += usize::from(finding.code == rule.code);
                    let names = [own, other].map(|it| it.name.known().unwrap().as_str());
                    assert!(names.iter().all(|name| finding.what.contains(name)), "{finding:?}");
                    assert!(matches!(finding.path.steps(), [Step::Attribute(_)]), "{finding:?}");
                }
            }
        }
        assert!(count > 0, "{} is never found between two endpoints", rule.code);
    }
}

#[test]
fn a_finding_lies_on_an_attribute_that_the_endpoint_has() {
    let endpoint = |name: &str, target: &str, resource: &str| {
        let given = |text: &str| {
            if text.is_empty() { ConfigValue::Absent } else { ConfigValue::Known(text.to_owned()) }
        };
        let endpoint =
            Endpoint { target: given(target), target_resource_id: given(resource), ..Endpoint::default() };
        NamedEndpoint { name: text(name), endpoint }
    };
    let ip = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/publicIPAddresses/ip";
    let (address, resource) = (endpoint("a", "192.0.2.1", ""), endpoint("r", "", ip));
    let context = ProfileContext::unknown();
    let path = |own: &NamedEndpoint, other: &NamedEndpoint| {
        check_beside(own, other, &context, &Path::root())
            .iter()
            .map(|it| it.path.to_string())
            .collect::<Vec<_>>()
    };
    assert_eq!(path(&address, &resource), ["target"]);
    assert_eq!(path(&resource, &address), ["target_resource_id"]);
}
