//! Rules of `subnets`: each entry is an address range, and with Subnet routing no two of a profile overlap.

use std::net::IpAddr;

use traffic_manager::profile::RoutingMethod;

use crate::service::decode::Problems;
use crate::service::model::{Profile, Subnet};

/// A range of addresses of one family, both ends included.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
struct Range {
    v6: bool,
    first: u128,
    last: u128,
}

pub(super) fn check(profile: &Profile, problems: &mut Problems) {
    let mut ranges: Vec<(Range, &str)> = Vec::new();
    for endpoint in &profile.endpoints {
        for subnet in &endpoint.subnets {
            match range(subnet) {
                Ok(range) => ranges.push((range, &endpoint.name)),
                Err(why) => problems.push(format!(
                    "The subnet that begins with '{}' of endpoint '{}' is invalid: {why}.",
                    subnet.first, endpoint.name
                )),
            }
        }
    }
    if profile.method != RoutingMethod::Subnet {
        return;
    }
    ranges.sort_unstable();
    for pair in ranges.windows(2) {
        let [(before, a), (after, b)] = pair else { continue };
        if before.v6 == after.v6 && after.first <= before.last {
            problems.push(format!(
                "Subnets must not overlap in a profile. Those of the endpoints '{a}' and '{b}' do."
            ));
        }
    }
}

fn range(subnet: &Subnet) -> Result<Range, &'static str> {
    let (v6, first) = address(&subnet.first)?;
    let bits: i64 = if v6 { 128 } else { 32 };
    match (&subnet.last, subnet.scope) {
        (Some(_), Some(_)) => Err("'last' and 'scope' exclude each other"),
        (None, None) => Ok(Range { v6, first, last: first }),
        (Some(last), None) => {
            let (last_v6, last) = address(last)?;
            if last_v6 != v6 || last < first {
                return Err("'last' must be of the same family as 'first' and not below it");
            }
            Ok(Range { v6, first, last })
        }
        (None, Some(scope)) if (0..=bits).contains(&scope) => {
            let host = (0..bits - scope).fold(0_u128, |mask, _| (mask << 1) | 1);
            if first & host != 0 {
                return Err("'first' must be the first address of the block that 'scope' gives");
            }
            Ok(Range { v6, first, last: first | host })
        }
        (None, Some(_)) => Err("'scope' must be between 0 and 32, with IPv6 between 0 and 128"),
    }
}

fn address(text: &str) -> Result<(bool, u128), &'static str> {
    match text.parse::<IpAddr>() {
        Ok(IpAddr::V4(address)) => Ok((false, u128::from(u32::from(address)))),
        Ok(IpAddr::V6(address)) => Ok((true, u128::from(address))),
        Err(_) => Err("'first' and 'last' must be IP addresses"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn subnet(first: &str, last: Option<&str>, scope: Option<i64>) -> Subnet {
        Subnet { first: first.to_owned(), last: last.map(str::to_owned), scope }
    }

    #[test]
    fn a_subnet_is_an_address_a_range_or_a_block() {
        let v4 = |first, last| Ok(Range { v6: false, first, last });
        assert_eq!(range(&subnet("0.0.0.1", None, None)), v4(1, 1));
        assert_eq!(range(&subnet("0.0.0.1", Some("0.0.1.0"), None)), v4(1, 256));
        assert_eq!(range(&subnet("0.0.1.0", None, Some(24))), v4(256, 511));
        assert_eq!(range(&subnet("0.0.0.0", None, Some(0))), v4(0, u128::from(u32::MAX)));
        assert_eq!(range(&subnet("::", None, Some(0))), Ok(Range { v6: true, first: 0, last: u128::MAX }));
    }

    #[test]
    fn wrong_subnets_are_refused() {
        for wrong in [
            subnet("example", None, None),
            subnet("0.0.0.2", Some("0.0.0.1"), None),
            subnet("0.0.0.1", Some("::2"), None),
            subnet("0.0.0.1", None, Some(24)),
            subnet("0.0.0.0", None, Some(33)),
            subnet("0.0.0.0", Some("0.0.0.1"), Some(31)),
        ] {
            assert!(range(&wrong).is_err(), "{wrong:?}");
        }
    }
}
