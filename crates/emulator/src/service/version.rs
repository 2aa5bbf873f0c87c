//! The API versions of the resource provider and what differs between their answers.
//!
//! It knows the versions of Traffic Manager only; resource groups accept any date.

/// The API versions that the resource provider has offered, oldest first.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum ApiVersion {
    V20150428Preview,
    V20151101,
    V20170301,
    V20170501,
    V20170901Preview,
    V20180201,
    V20180301,
    V20180401,
    V20180801,
    V20220401Preview,
    V20220401,
    V20221201Preview,
    V20240401Preview,
    V20250101Preview,
    V20260901,
}

use ApiVersion as V;

const VERSIONS: [(ApiVersion, &str); 15] = [
    (V::V20150428Preview, "2015-04-28-preview"),
    (V::V20151101, "2015-11-01"),
    (V::V20170301, "2017-03-01"),
    (V::V20170501, "2017-05-01"),
    (V::V20170901Preview, "2017-09-01-preview"),
    (V::V20180201, "2018-02-01"),
    (V::V20180301, "2018-03-01"),
    (V::V20180401, "2018-04-01"),
    (V::V20180801, "2018-08-01"),
    (V::V20220401Preview, "2022-04-01-preview"),
    (V::V20220401, "2022-04-01"),
    (V::V20221201Preview, "2022-12-01-preview"),
    (V::V20240401Preview, "2024-04-01-preview"),
    (V::V20250101Preview, "2025-01-01-preview"),
    (V::V20260901, "2026-09-01"),
];

impl ApiVersion {
    /// Reads a version in any letter case.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        VERSIONS.iter().find(|(_, name)| name.eq_ignore_ascii_case(text)).map(|(version, _)| *version)
    }

    /// All versions, joined as Azure lists them in errors.
    pub(crate) fn list() -> String {
        Self::names().join(",")
    }

    /// All versions, oldest first.
    pub(crate) fn names() -> Vec<&'static str> {
        VERSIONS.map(|(_, name)| name).to_vec()
    }

    /// Interval, timeout and tolerated failures.
    pub(crate) fn has_probe_settings(self) -> bool {
        self >= V::V20170501
    }

    /// The keys of the probe settings are in answers; recorded answers of 2017-03-01 have null in all three.
    pub(crate) fn shows_probe_settings(self) -> bool {
        self >= V::V20170301
    }

    /// Geographic routing and `geoMapping`. Older versions do not return such profiles at all.
    pub(crate) fn has_geographic(self) -> bool {
        self >= V::V20170301
    }

    /// The key `tags` is in answers even if there are none.
    pub(crate) fn always_has_tags(self) -> bool {
        self >= V::V20170301
    }

    /// TCP probes.
    pub(crate) fn has_tcp(self) -> bool {
        self >= V::V20170501
    }

    /// `trafficViewEnrollmentStatus`.
    pub(crate) fn has_traffic_view(self) -> bool {
        self >= V::V20180201
    }

    /// `customHeaders` and `expectedStatusCodeRanges`.
    pub(crate) fn has_headers(self) -> bool {
        self >= V::V20180301
    }

    /// `MultiValue`, `Subnet`, `subnets` and `maxReturn`.
    pub(crate) fn has_subnets(self) -> bool {
        self >= V::V20180401
    }

    /// `minChildEndpointsIPv4` and `minChildEndpointsIPv6`.
    pub(crate) fn has_family_minimums(self) -> bool {
        self >= V::V20180801
    }

    /// `alwaysServe`, and null for every property that an endpoint of another kind would have.
    pub(crate) fn has_always_serve(self) -> bool {
        self >= V::V20220401Preview
    }

    /// `checkTrafficManagerNameAvailabilityV2`.
    pub(crate) fn has_name_check_v2(self) -> bool {
        self >= V::V20220401
    }

    /// `recordType`.
    pub(crate) fn has_record_type(self) -> bool {
        self >= V::V20240401Preview
    }

    /// A list answers the statuses of profiles and endpoints. Recorded lists of 2015 to 2018 have null.
    pub(crate) fn lists_have_statuses(self) -> bool {
        self >= V::V20220401Preview
    }

    /// The answer of a PUT has the status of a nested endpoint whose child serves. Recorded answers of
    /// 2018-04-01 have null there.
    pub(crate) fn put_has_nested_status(self) -> bool {
        self >= V::V20220401Preview
    }

    /// A DELETE of the user metrics key answers a body. The recorded answer of 2022-04-01, of 2023, is empty, as all
    /// answers to a DELETE were then; clients of the newer versions cannot read an empty one.
    pub(crate) fn key_delete_has_body(self) -> bool {
        self > V::V20220401
    }

    /// A DELETE answers a body. Recorded answers of older versions are empty.
    pub(crate) fn delete_has_body(self) -> bool {
        self >= V::V20220401
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_in_any_letter_case_and_ordered_by_age() {
        assert_eq!(ApiVersion::parse("2022-04-01"), Some(V::V20220401));
        assert_eq!(ApiVersion::parse("2022-04-01-PREVIEW"), Some(V::V20220401Preview));
        assert_eq!(ApiVersion::parse("2021-01-01"), None);
        assert!(VERSIONS.windows(2).all(|pair| pair[0].0 < pair[1].0));
    }
}
