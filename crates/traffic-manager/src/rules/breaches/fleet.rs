//! Objects on the hub of a fleet that break one rule each.

use crate::config_value::ConfigValue;
use crate::rules::config::{FleetObject, MonitorConfig};

/// The name of a rule, and an object that breaks it and no other.
pub type FleetCase = (&'static str, fn() -> FleetObject);

/// A case for each rule, in the order of the rules.
pub const FLEET_CASES: &[FleetCase] = &[
    ("fleet-name", || FleetObject { name: text("Web.Shop"), ..object() }),
    ("fleet-dns-label", || FleetObject {
        name: text("storefront-of-the-north-american-division"),
        namespace: text("team-storefront-production"),
        has_dns_name: true,
        ..object()
    }),
    ("fleet-weight-range", || FleetObject { weight: ConfigValue::Known(1001), ..object() }),
    ("fleet-weight-low", || FleetObject {
        weight: ConfigValue::Known(1),
        export_weights: vec![1, 3],
        ..object()
    }),
    ("fleet-tcp", || FleetObject {
        monitor_config: MonitorConfig { protocol: text("TCP"), ..MonitorConfig::default() },
        ..object()
    }),
];

fn object() -> FleetObject {
    FleetObject { namespace: text("team-a"), name: text("web"), ..FleetObject::default() }
}

fn text(text: &str) -> ConfigValue<String> {
    ConfigValue::Known(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::FLEET_CASES;
    use crate::rules::{FLEET_AREA, Path, check_fleet};

    #[test]
    fn every_rule_of_fleet_is_broken_by_its_case_and_no_other_rule_is() {
        for (code, object) in FLEET_CASES {
            let found = check_fleet(&object(), &Path::root());
            let codes: Vec<_> = found.iter().map(|finding| finding.code).collect();
            assert_eq!(codes, [*code]);
        }
        let has_case = |code: &str| FLEET_CASES.iter().any(|(of, _)| *of == code);
        assert!(FLEET_AREA.rules.iter().all(|rule| has_case(rule.code)));
    }
}
