//! The rules, on configurations that nobody would write.
//!
//! The input is lines of an attribute and its value; [`Line`] tells the form, and `?` is a value that is not known yet.
//! The rules never panic and say the same twice; every finding is of a rule that exists and has something to say; of a
//! configuration of which nothing is known there is nothing to say; and what is not known is not guessed: where an error
//! is found while a value is unknown, one is found as well when the value is there. An endpoint that is a resource of its
//! own breaks no other rules than in the map.

use std::collections::{BTreeMap, BTreeSet};

use traffic_manager::config_value::ConfigValue::{self, Absent, Known, Unknown};
use traffic_manager::rules::{
    self, Endpoint, Finding, Header, Path, Profile, ProfileContext, Severity, Subnet,
};

/// One value of a configuration: `ttl 30` of the profile, `@east.weight 5` of the endpoint `east`, `tag.team a` of the
/// tags. Lists have commas; the parts of a header are divided by `:`, those of a range of addresses by `-` or `/`.
#[derive(Clone, Copy)]
struct Line<'a> {
    attribute: &'a str,
    value: &'a str,
}

/// Checks the configuration, and what is said of it while one of its values is not known.
pub fn check(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    let lines: Vec<Line<'_>> = text.lines().filter_map(Line::parse).take(24).collect();
    let whole = findings(&lines);
    assert_eq!(whole, findings(&lines));
    for (hidden, line) in lines.iter().enumerate() {
        if line.value == "?" {
            continue;
        }
        let mut lines = lines.clone();
        lines[hidden].value = "?";
        for finding in findings(&lines) {
            let is_known = errors(&whole).any(|known| known.path == finding.path);
            assert!(
                finding.severity == Severity::Warning || is_known,
                "{} is found while {} is unknown: {}",
                finding.code,
                line.attribute,
                finding.what
            );
        }
    }
    let unknown: Vec<_> = lines.iter().map(|line| Line { value: "?", ..*line }).collect();
    assert!(errors(&findings(&unknown)).next().is_none() || !unknown.iter().all(Line::is_nameless));
}

fn errors(findings: &[Finding]) -> impl Iterator<Item = &Finding> {
    findings.iter().filter(|finding| finding.severity == Severity::Error)
}

fn findings(lines: &[Line<'_>]) -> Vec<Finding> {
    let mut profile = Profile::default();
    for line in lines {
        line.put(&mut profile);
    }
    let findings = rules::check_profile(&profile, &Path::root());
    let codes: BTreeSet<&str> = rules::all().map(|rule| rule.code).collect();
    for finding in &findings {
        assert!(codes.contains(finding.code), "{}", finding.code);
        assert!(!finding.what.is_empty() && !finding.remedy.is_empty(), "{}", finding.code);
        assert!(!finding.path.to_string().is_empty(), "{}", finding.code);
    }
    check_single_endpoints(&profile, &findings);
    findings
}

/// Each endpoint as a resource of its own. A key of the map may hold a slash, and a name may not.
fn check_single_endpoints(profile: &Profile, in_map: &[Finding]) {
    let context = ProfileContext::from(profile);
    for (name, endpoint) in profile.endpoints.known().into_iter().flatten() {
        for finding in rules::check_endpoint(endpoint, &Known(name.clone()), &context, &Path::root()) {
            let is_in_map = in_map.iter().any(|known| known.code == finding.code);
            assert!(is_in_map || finding.code == "endpoint-name", "{}: {}", finding.code, finding.what);
        }
    }
}

impl<'a> Line<'a> {
    fn parse(text: &'a str) -> Option<Self> {
        let (attribute, value) = text.split_once(' ')?;
        Some(Self { attribute, value })
    }

    /// Whether all of it is unknown when its value is: the names of endpoints and tags are not.
    fn is_nameless(&self) -> bool {
        !self.attribute.starts_with('@') && !self.attribute.starts_with("tag.")
    }

    fn put(&self, profile: &mut Profile) {
        if let Some(endpoint) = self.attribute.strip_prefix('@') {
            let (name, attribute) = endpoint.rsplit_once('.').unwrap_or((endpoint, ""));
            if !matches!(profile.endpoints, Known(_)) {
                profile.endpoints = Known(BTreeMap::new());
            }
            let Known(endpoints) = &mut profile.endpoints else { return };
            let endpoint = endpoints.entry(name.to_owned()).or_default();
            return self.put_endpoint(attribute, endpoint);
        }
        if let Some(key) = self.attribute.strip_prefix("tag.") {
            if !matches!(profile.tags, Known(_)) {
                profile.tags = Known(BTreeMap::new());
            }
            if let Known(tags) = &mut profile.tags {
                tags.insert(key.to_owned(), self.text());
            }
            return;
        }
        let (dns, monitor) = (&mut profile.dns_config, &mut profile.monitor_config);
        match self.attribute {
            "id" => profile.id = self.text(),
            "name" => profile.name = self.text(),
            "resource_group_name" => profile.resource_group_name = self.text(),
            "traffic_routing_method" => profile.traffic_routing_method = self.text(),
            "relative_name" => dns.relative_name = self.text(),
            "ttl" => dns.ttl = self.number(),
            "protocol" => monitor.protocol = self.text(),
            "port" => monitor.port = self.number(),
            "path" => monitor.path = self.text(),
            "interval_in_seconds" => monitor.interval_in_seconds = self.number(),
            "timeout_in_seconds" => monitor.timeout_in_seconds = self.number(),
            "tolerated_number_of_failures" => monitor.tolerated_number_of_failures = self.number(),
            "expected_status_code_ranges" => monitor.expected_status_code_ranges = self.list(text),
            "custom_header" => monitor.custom_header = self.list(header),
            "profile_status" => profile.profile_status = self.text(),
            "max_return" => profile.max_return = self.number(),
            "record_type" => profile.record_type = self.text(),
            "endpoints" => profile.endpoints = self.list(|_| ()).map(|_| BTreeMap::new()),
            "tags" => profile.tags = self.list(|_| ()).map(|_| BTreeMap::new()),
            _ => {}
        }
    }

    fn put_endpoint(&self, attribute: &str, endpoint: &mut Endpoint) {
        match attribute {
            "target" => endpoint.target = self.text(),
            "target_resource_id" => endpoint.target_resource_id = self.text(),
            "weight" => endpoint.weight = self.number(),
            "priority" => endpoint.priority = self.number(),
            "enabled" => endpoint.enabled = self.bool(),
            "always_serve_enabled" => endpoint.always_serve_enabled = self.bool(),
            "endpoint_location" => endpoint.endpoint_location = self.text(),
            "geo_mappings" => endpoint.geo_mappings = self.list(text),
            "subnets" => endpoint.subnets = self.list(subnet),
            "custom_headers" => endpoint.custom_headers = self.list(header),
            "minimum_child_endpoints" => endpoint.minimum_child_endpoints = self.number(),
            "ipv4" => endpoint.minimum_required_child_endpoints_ipv4 = self.number(),
            "ipv6" => endpoint.minimum_required_child_endpoints_ipv6 = self.number(),
            "" => *endpoint = Endpoint::unknown(),
            _ => {}
        }
    }

    fn text(&self) -> ConfigValue<String> {
        text(self.value)
    }

    fn number(&self) -> ConfigValue<i64> {
        number(self.value)
    }

    fn bool(&self) -> ConfigValue<bool> {
        self.text().map(|text| text == "true")
    }

    fn list<T>(&self, element: impl Fn(&str) -> T) -> ConfigValue<Vec<T>> {
        match self.value {
            "?" => Unknown,
            "" => Known(Vec::new()),
            elements => Known(elements.split(',').map(element).collect()),
        }
    }
}

fn text(text: &str) -> ConfigValue<String> {
    if text == "?" { Unknown } else { Known(text.to_owned()) }
}

fn number(text: &str) -> ConfigValue<i64> {
    match text {
        "?" => Unknown,
        text => text.parse().map_or(Absent, Known),
    }
}

fn header(written: &str) -> Header {
    match written.split_once(':') {
        Some((name, value)) => Header { name: text(name), value: text(value) },
        None => Header { name: text(written), value: Absent },
    }
}

fn subnet(written: &str) -> Subnet {
    if let Some((first, scope)) = written.split_once('/') {
        return Subnet { first: text(first), last: Absent, scope: number(scope) };
    }
    match written.split_once('-') {
        Some((first, last)) => Subnet { first: text(first), last: text(last), scope: Absent },
        None => Subnet { first: text(written), ..Subnet::default() },
    }
}
