//! The rules of what Fleet makes profiles and endpoints of: objects on its hub.
//!
//! The hub itself refuses little of this. What it takes all the same fails later in Azure, or does something else than was
//! meant.

use super::config::FleetObject;
use super::finding::{Breach, Severity};
use super::path::Path;
use super::quoted::Quoted;
use super::rule::{Check, Rule};
use super::source;
use crate::fleet;
use crate::profile::MonitorProtocol;

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "fleet-name",
        summary: "Invalid Kubernetes name",
        severity: Severity::Error,
        why: "A name in Kubernetes has 1 to 63 lowercase letters, digits and hyphens, and starts and ends with a letter or \
              digit. Only the name of a backend may have dots.",
        source: source::KUBERNETES_NAMES,
        check: Check::Fleet(name),
    },
    Rule {
        code: "fleet-dns-label",
        summary: "DNS label too long",
        severity: Severity::Error,
        why: "Fleet joins the namespace and the name with a hyphen to the first label of the profile's DNS name, which has at \
              most 63 characters. The hub does not check this, and Azure refuses the profile.",
        source: source::FLEET_DNS,
        check: Check::Fleet(dns_label),
    },
    Rule {
        code: "fleet-weight-range",
        summary: "Fleet weight out of range",
        severity: Severity::Error,
        why: "The weight of a backend or an export is from 0 to 1000. With 0, its endpoints are removed.",
        source: source::FLEET_DNS,
        check: Check::Fleet(weight_range),
    },
    Rule {
        code: "fleet-weight-low",
        summary: "Backend weight too low for the ratio of its clusters",
        severity: Severity::Warning,
        why: "Fleet shares the weight of a backend among the clusters that export the service, by the weights of their \
              exports, and rounds each share up.",
        source: source::FLEET_DNS,
        check: Check::Fleet(weight_low),
    },
    Rule {
        code: "fleet-tcp",
        summary: "Fleet sends a path with TCP probes",
        severity: Severity::Warning,
        why: "The controller of the hub sends a path to Azure whatever the protocol is, \"/\" if none is set. Azure documents \
              that a path is not allowed with TCP, and may refuse the profile.",
        source: source::MONITORING,
        check: Check::Fleet(tcp),
    },
];

/// The rules of profiles that hold for what Fleet makes of an object, too.
pub(super) const SHARED: [&str; 13] = [
    "resource-group-name",
    "monitor-protocol",
    "port-range",
    "interval",
    "timeout-range",
    "tolerated-failures-range",
    "path-with-tcp",
    "path-form",
    "header-name",
    "header-value",
    "header-unique",
    "header-count",
    "headers-with-tcp",
];

fn name(object: &FleetObject, at: &Path) -> Vec<Breach> {
    let named = [
        ("namespace", &object.namespace),
        ("name", &object.name),
        ("profile_name", &object.profile_name),
        ("service_name", &object.service_name),
    ];
    let is_right = |attribute: &str, name: &str| match attribute {
        "name" if object.allows_dots => name.len() <= 63 && name.split('.').all(is_label),
        _ => is_label(name),
    };
    let wrong = named.into_iter().filter_map(|(attribute, name)| {
        Some((attribute, name.known().filter(|name| !is_right(attribute, name))?))
    });
    let breach = |(attribute, name): (&'static str, &String)| {
        Breach::new(
            at.attribute(attribute),
            format!("{} is not a valid name", Quoted(name)),
            "Use lowercase letters, digits and hyphens, as in \"team-a\".",
        )
    };
    wrong.map(breach).collect()
}

/// Whether it is a label of RFC 1123.
fn is_label(name: &str) -> bool {
    let is_inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (1..=63).contains(&name.len())
        && name.bytes().all(is_inner)
        && !name.starts_with('-')
        && !name.ends_with('-')
}

fn dns_label(object: &FleetObject, at: &Path) -> Vec<Breach> {
    let (Some(namespace), Some(name)) = (object.namespace.known(), object.name.known()) else {
        return Vec::new();
    };
    if !object.has_dns_name || !is_label(namespace) || !is_label(name) {
        return Vec::new();
    }
    let label = fleet::relative_name(namespace, name);
    if label.len() <= 63 {
        return Vec::new();
    }
    let what = format!("{} has {} characters", Quoted(&label), label.len());
    vec![Breach::new(at.attribute("name"), what, "Use a shorter name or namespace.")]
}

fn weight_range(object: &FleetObject, at: &Path) -> Vec<Breach> {
    let wrong = |weight: &&i64| !(0..=fleet::HIGHEST_WEIGHT).contains(*weight);
    let breach = |weight: &i64| {
        Breach::new(at.attribute("weight"), format!("the weight is {weight}"), "Use a number from 0 to 1000.")
    };
    object.weight.known().filter(wrong).map(breach).into_iter().collect()
}

/// Below this weight, shares that are rounded up can differ much from what was meant.
const LOW_WEIGHT: i64 = 100;

fn weight_low(object: &FleetObject, at: &Path) -> Vec<Breach> {
    let exports = &object.export_weights;
    let Some(weight) = object.weight.known().filter(|weight| (1..LOW_WEIGHT).contains(*weight)) else {
        return Vec::new();
    };
    let shares = fleet::endpoint_weights(*weight, exports);
    if exports.len() < 2 || is_same_ratio(&shares, exports) {
        return Vec::new();
    }
    let listed = |numbers: &[i64]| numbers.iter().map(i64::to_string).collect::<Vec<_>>().join(", ");
    let what = format!(
        "with the weight {weight}, the exports with the weights {} get endpoints with the weights {}",
        listed(exports),
        listed(&shares)
    );
    let remedy = "Use a weight of 100 or more, and multiply those of the other backends of the profile by the same factor.";
    vec![Breach::new(at.attribute("weight"), what, remedy)]
}

fn tcp(object: &FleetObject, at: &Path) -> Vec<Breach> {
    let breach = || {
        let remedy =
            "Use the protocol HTTP or HTTPS. With TCP, look at the attribute programmed after the apply.";
        Breach::new(at.monitor("protocol"), "the protocol is TCP", remedy)
    };
    let uses_tcp = object.monitor_config.known_protocol() == Some(MonitorProtocol::Tcp);
    uses_tcp.then(breach).into_iter().collect()
}

/// Whether all shares are the same multiple of the exports.
fn is_same_ratio(shares: &[i64], exports: &[i64]) -> bool {
    let (Some(first), Some(export)) = (shares.first(), exports.first()) else { return true };
    let is_same = |(share, other): (&i64, &i64)| {
        i128::from(*share) * i128::from(*export) == i128::from(*first) * i128::from(*other)
    };
    shares.iter().zip(exports).all(is_same)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config_value::ConfigValue;
    use crate::rules::{all, check_fleet};

    fn known(text: &str) -> ConfigValue<String> {
        ConfigValue::Known(text.to_owned())
    }

    fn codes(object: &FleetObject) -> Vec<&'static str> {
        check_fleet(object, &Path::root()).into_iter().map(|finding| finding.code).collect()
    }

    fn profile(namespace: &str, name: &str) -> FleetObject {
        FleetObject {
            namespace: known(namespace),
            name: known(name),
            has_dns_name: true,
            ..FleetObject::default()
        }
    }

    #[test]
    fn a_dns_label_has_63_characters() {
        assert_eq!(codes(&profile(&"a".repeat(31), &"b".repeat(31))), Vec::<&str>::new());
        assert_eq!(codes(&profile(&"a".repeat(31), &"b".repeat(32))), ["fleet-dns-label"]);
        let backend = FleetObject { has_dns_name: false, ..profile(&"a".repeat(31), &"b".repeat(63)) };
        assert_eq!(codes(&backend), Vec::<&str>::new());
    }

    #[test]
    fn a_name_has_no_dots_and_no_capital_letters() {
        for name in ["", "a.b", "Shop", "-a", "a-", "a_b", "ä"] {
            assert_eq!(codes(&profile("team-a", name)), ["fleet-name"], "{name}");
        }
        assert_eq!(codes(&profile("0team", "9")), Vec::<&str>::new());
    }

    #[test]
    fn the_name_of_a_backend_may_have_dots() {
        let backend = |name: &str| FleetObject {
            name: known(name),
            has_dns_name: false,
            allows_dots: true,
            ..profile("team-a", "web")
        };
        assert_eq!(codes(&backend("web.v2")), Vec::<&str>::new());
        for name in [".web", "web.", "a..b", "Web.v2", &"a.".repeat(40)] {
            assert_eq!(codes(&backend(name)), ["fleet-name"], "{name}");
        }
    }

    #[test]
    fn probes_are_held_to_the_rules_of_profiles() {
        let mut object = profile("team-a", "shop");
        object.monitor_config.interval_in_seconds = ConfigValue::Known(10);
        object.monitor_config.timeout_in_seconds = ConfigValue::Known(10);
        object.monitor_config.port = ConfigValue::Known(70_000);
        object.weight = ConfigValue::Known(1001);
        assert_eq!(codes(&object), ["fleet-weight-range", "port-range", "timeout-range"]);
        let paths = check_fleet(&object, &Path::root()).into_iter().map(|finding| finding.path.to_string());
        assert!(paths.eq(["weight", "monitor_config.port", "monitor_config.timeout_in_seconds"]));
    }

    #[test]
    fn a_low_weight_is_told_if_it_loses_the_ratio_of_the_exports() {
        let backend = |weight, exports: &[i64]| FleetObject {
            weight: ConfigValue::Known(weight),
            export_weights: exports.to_vec(),
            ..profile("team-a", "web")
        };
        assert_eq!(codes(&backend(1, &[1000, 1])), ["fleet-weight-low"]);
        assert_eq!(codes(&backend(10, &[2, 1])), ["fleet-weight-low"]);
        for (weight, exports) in
            [(1, &[1, 1][..]), (3, &[2, 1]), (100, &[2, 1]), (0, &[2, 1]), (1, &[5]), (1, &[])]
        {
            assert_eq!(codes(&backend(weight, exports)), Vec::<&str>::new(), "{weight} {exports:?}");
        }
    }

    #[test]
    fn every_shared_rule_exists() {
        let exists = |code: &&str| all().any(|rule| rule.code == *code);
        assert!(SHARED.iter().all(exists));
    }

    #[test]
    fn what_is_unknown_is_not_reported() {
        let object = FleetObject {
            namespace: ConfigValue::Unknown,
            name: known(&"b".repeat(63)),
            has_dns_name: true,
            weight: ConfigValue::Unknown,
            ..FleetObject::default()
        };
        assert_eq!(codes(&object), Vec::<&str>::new());
    }
}
