//! The geographic hierarchy: which codes `geoMapping` knows, and the answer that lists them.
//!
//! The answer is recorded traffic of the service (2023-06-08; equal to that of 2019-10).

use std::collections::HashSet;
use std::sync::LazyLock;

use serde_json::Value;

/// The answer of `GET /providers/Microsoft.Network/trafficManagerGeographicHierarchies/default`.
pub(crate) const HIERARCHY: &str = include_str!("../../data/geographic-hierarchy.json");

static CODES: LazyLock<HashSet<String>> = LazyLock::new(|| {
    let answer: Value = serde_json::from_str(HIERARCHY).expect("the recorded answer is JSON");
    let mut codes = HashSet::new();
    collect(&answer["properties"]["geographicHierarchy"], &mut codes);
    codes
});

/// Whether the service knows a code, in any letter case.
pub(crate) fn is_known(code: &str) -> bool {
    CODES.contains(&code.to_ascii_uppercase())
}

fn collect(region: &Value, codes: &mut HashSet<String>) {
    if let Some(code) = region["code"].as_str() {
        codes.insert(code.to_ascii_uppercase());
    }
    for child in region["regions"].as_array().into_iter().flatten() {
        collect(child, codes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_of_every_level_are_known() {
        assert_eq!(CODES.len(), 334);
        assert!(["WORLD", "GEO-EU", "DE", "US-AL", "ua-cr"].into_iter().all(is_known));
        assert!(!is_known("NOTAGEOCODE"));
    }
}
