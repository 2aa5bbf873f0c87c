//! The words, defaults and limits of a profile and its endpoints. It holds no checks: those are rules.

use std::collections::BTreeSet;

use crate::azure_enum::azure_enum;

azure_enum! {
    /// How a profile chooses among its endpoints.
    ///
    /// Source: Azure, "Traffic Manager routing methods". Case is ignored by the service on input.
    RoutingMethod {
        /// The lowest measured latency from the asking resolver.
        Performance => "Performance",
        /// The endpoint with the lowest number that can serve.
        Priority => "Priority",
        /// Random, in proportion to the weights.
        Weighted => "Weighted",
        /// By the place the query comes from.
        Geographic => "Geographic",
        /// Several addresses in one answer.
        MultiValue => "MultiValue",
        /// By the address range the query comes from.
        Subnet => "Subnet",
    }
}

azure_enum! {
    /// How the endpoints of a profile are probed.
    ///
    /// Source: Azure, "Traffic Manager endpoint monitoring".
    MonitorProtocol {
        /// A GET whose status decides.
        Http => "HTTP",
        /// A GET over TLS whose status decides; the certificate is not checked.
        Https => "HTTPS",
        /// A connection that opens.
        Tcp => "TCP",
    }
}

azure_enum! {
    /// What the owner of a profile, of an endpoint or of a feature of them has set.
    Status {
        /// In use.
        Enabled => "Enabled",
        /// Kept, but not in use.
        Disabled => "Disabled",
    }
}

impl Status {
    /// `Enabled` for true.
    pub const fn from_enabled(enabled: bool) -> Self {
        if enabled { Self::Enabled } else { Self::Disabled }
    }

    /// Whether this is `Enabled`.
    pub const fn is_enabled(self) -> bool {
        matches!(self, Self::Enabled)
    }
}

azure_enum! {
    /// What a strictly typed profile answers with; API 2026-09-01.
    RecordType {
        /// IPv4 addresses only.
        A => "A",
        /// IPv6 addresses only.
        Aaaa => "AAAA",
        /// DNS names only.
        Cname => "CNAME",
    }
}

/// What the service fills in where a request says nothing, as seen in its recorded answers.
pub mod defaults {
    /// Seconds between probes.
    pub const INTERVAL: i64 = 30;
    /// Seconds a probe may take, with [`INTERVAL`].
    pub const TIMEOUT: i64 = 10;
    /// Seconds a probe may take with the fast interval, where 10 is refused (Azure, "Traffic Manager
    /// endpoint monitoring").
    pub const FAST_TIMEOUT: i64 = 9;
    /// Seconds a probe may take, at the most that the interval allows.
    pub const fn timeout(interval: i64) -> i64 {
        if interval == 10 { FAST_TIMEOUT } else { TIMEOUT }
    }
    /// Failures in a row that are tolerated.
    pub const TOLERATED_FAILURES: i64 = 3;
    /// The weight of an endpoint.
    pub const WEIGHT: i64 = 1;
    /// Endpoints of a child that have to be online.
    pub const MIN_CHILD_ENDPOINTS: i64 = 1;
    /// Addresses in one answer of a `MultiValue` profile. Azure, "Traffic Manager FAQs".
    pub const MAX_RETURN: usize = 2;
    /// The location of every profile. The service refuses any other.
    pub const LOCATION: &str = "global";
    /// The region code that stands for every place.
    pub const WORLD: &str = "WORLD";
}

/// The priority that an endpoint gets beside those that have these: the number after the highest, as the service itself
/// gives, or the lowest that is free. `None` if all are used.
pub fn next_priority(used: &BTreeSet<i64>) -> Option<i64> {
    let next = used.last().map_or(*limits::PRIORITY.start(), |highest| highest.saturating_add(1));
    if limits::PRIORITY.contains(&next) {
        return Some(next);
    }
    limits::PRIORITY.into_iter().find(|number| !used.contains(number))
}

/// What the service takes at most, and at least.
pub mod limits {
    use std::ops::RangeInclusive;

    /// Levels of nested profiles, the outermost included. Azure, "Nested Traffic Manager profiles".
    pub const NESTED_LEVELS: usize = 10;
    /// Characters of a profile's name. Azure, "Naming rules and restrictions for Azure resources".
    pub const PROFILE_NAME: RangeInclusive<usize> = 1..=63;
    /// Characters of a resource group's name. The same document.
    pub const RESOURCE_GROUP_NAME: RangeInclusive<usize> = 1..=90;
    /// Characters of an endpoint's name. The service's own error text.
    pub const ENDPOINT_NAME: RangeInclusive<usize> = 1..=260;
    /// Characters of one label of a DNS name. RFC 1035, section 2.3.4.
    pub const DNS_LABEL: usize = 63;
    /// Characters of a DNS name as written. RFC 1035, section 2.3.4.
    pub const DNS_NAME: usize = 253;
    /// Seconds an answer may be kept. Azure, "Traffic Manager FAQs".
    pub const TTL: RangeInclusive<i64> = 0..=2_147_483_647;
    /// The port of a probe.
    pub const PORT: RangeInclusive<i64> = 1..=65_535;
    /// Seconds between probes: normal and fast. Azure, "Traffic Manager endpoint monitoring".
    pub const INTERVALS: [i64; 2] = [10, 30];
    /// Seconds a probe may take with the normal interval. The same document.
    pub const TIMEOUT: RangeInclusive<i64> = 5..=10;
    /// Seconds a probe may take with the fast interval. The same document.
    pub const FAST_TIMEOUT: RangeInclusive<i64> = 5..=9;
    /// Failures in a row that may be tolerated. The same document.
    pub const TOLERATED_FAILURES: RangeInclusive<i64> = 0..=9;
    /// Custom headers in one list. The same document.
    pub const CUSTOM_HEADERS: usize = 8;
    /// Ranges of expected status codes. The same document.
    pub const STATUS_CODE_RANGES: usize = 8;
    /// HTTP status codes are three digits. RFC 9110, section 15.
    pub const STATUS_CODE: RangeInclusive<u16> = 100..=999;
    /// Addresses in one answer of a `MultiValue` profile. Azure's portal takes at most 8; its FAQ says 10.
    pub const MAX_RETURN: RangeInclusive<i64> = 1..=8;
    /// Weight of an endpoint. Azure, "Traffic Manager routing methods".
    pub const WEIGHT: RangeInclusive<i64> = 1..=1000;
    /// Priority of an endpoint. The same document.
    pub const PRIORITY: RangeInclusive<i64> = 1..=1000;
    /// Endpoints in one profile. Azure, "Azure subscription and service limits"; can be raised on request.
    pub const ENDPOINTS: usize = 200;
    /// Tags of one resource. Azure, "Use tags to organize your Azure resources".
    pub const TAGS: usize = 50;
    /// Characters of a tag's name. The same document.
    pub const TAG_NAME: usize = 512;
    /// Characters of a tag's value. The same document.
    pub const TAG_VALUE: usize = 256;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_reads_exactly_or_in_any_letter_case() {
        assert_eq!(RoutingMethod::ALL.len(), 6);
        for method in RoutingMethod::ALL {
            assert_eq!(RoutingMethod::parse(method.as_str()), Some(*method));
            assert_eq!(RoutingMethod::parse(&method.as_str().to_lowercase()), None);
            assert_eq!(RoutingMethod::parse_ignoring_case(&method.as_str().to_uppercase()), Some(*method));
        }
        assert_eq!(MonitorProtocol::parse_ignoring_case("https"), Some(MonitorProtocol::Https));
        assert_eq!(Status::from_enabled(false), Status::Disabled);
    }
}
