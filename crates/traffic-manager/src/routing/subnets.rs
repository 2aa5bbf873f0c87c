//! The subnets of a profile's endpoints, found by an address. The cost of a search grows with the logarithm of their number.

use std::net::IpAddr;

use crate::address_range::{AddressRange, bits, host_mask, width};

/// Ranges that do not overlap, each with the endpoint that has it.
#[derive(Debug, Default)]
pub(super) struct Subnets {
    v4: Vec<(u128, u128, usize)>,
    v6: Vec<(u128, u128, usize)>,
}

impl Subnets {
    /// Of two that overlap, which the service refuses, the one that begins first is found.
    pub(super) fn new(ranges: impl IntoIterator<Item = (AddressRange, usize)>) -> Self {
        let mut subnets = Self::default();
        for (range, endpoint) in ranges {
            let family = if range.first().is_ipv4() { &mut subnets.v4 } else { &mut subnets.v6 };
            family.push((bits(range.first()), bits(range.last()), endpoint));
        }
        Self { v4: apart(subnets.v4), v6: apart(subnets.v6) }
    }

    /// The endpoint that has the address, and the length of the longest prefix of the address within which every address
    /// gets the same answer.
    pub(super) fn find(&self, address: IpAddr) -> (Option<usize>, u8) {
        let ranges = if address.is_ipv4() { &self.v4 } else { &self.v6 };
        let number = bits(address);
        let after = ranges.partition_point(|(first, ..)| *first <= number);
        let before = after.checked_sub(1).map(|index| ranges[index]);
        if let Some((first, last, endpoint)) = before.filter(|(_, last, _)| number <= *last) {
            return (Some(endpoint), prefix(address, first, last));
        }
        let low = before.map_or(0, |(_, last, _)| last + 1);
        let high = ranges.get(after).map_or_else(|| host_mask(width(address)), |(first, ..)| first - 1);
        (None, prefix(address, low, high))
    }
}

/// The same ranges, sorted, each without what one before it has.
fn apart(mut ranges: Vec<(u128, u128, usize)>) -> Vec<(u128, u128, usize)> {
    ranges.sort_unstable();
    let mut apart: Vec<(u128, u128, usize)> = Vec::with_capacity(ranges.len());
    for (first, last, endpoint) in ranges {
        match apart.last() {
            Some((_, before, _)) if last <= *before => {}
            Some((_, before, _)) => apart.push((first.max(before + 1), last, endpoint)),
            None => apart.push((first, last, endpoint)),
        }
    }
    apart
}

/// The length of the shortest prefix of the address whose block lies between two numbers.
fn prefix(address: IpAddr, low: u128, high: u128) -> u8 {
    let (number, width) = (bits(address), width(address));
    // A block ends before a number outside when it does not share the highest bit that differs.
    let free = |outside: u128| (number ^ outside).checked_ilog2().unwrap_or(0);
    let below = low.checked_sub(1).map_or(width, free);
    let above = if high == host_mask(width) { width } else { free(high + 1) };
    u8::try_from(width - below.min(above)).unwrap_or(u8::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_found_with_the_prefix_that_has_the_same_answer() {
        let range = |first: &str, last: &str| {
            AddressRange::new(first.parse().unwrap(), last.parse().unwrap()).unwrap()
        };
        let subnets = Subnets::new([
            (range("10.0.0.0", "10.0.0.255"), 0),
            (range("10.0.2.0", "10.0.2.9"), 1),
            (range("2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff"), 2),
        ]);
        let find = |address: &str| subnets.find(address.parse().unwrap());
        assert_eq!(find("10.0.0.7"), (Some(0), 24));
        assert_eq!(find("10.0.2.3"), (Some(1), 29));
        assert_eq!(find("10.0.2.9"), (Some(1), 31));
        assert_eq!(find("10.0.1.77"), (None, 24));
        assert_eq!(find("10.0.2.10"), (None, 31));
        assert_eq!(find("192.0.2.1"), (None, 1));
        assert_eq!(find("2001:db8:1::"), (Some(2), 32));
        assert_eq!(find("::1"), (None, 3));
        let overlapping = Subnets::new([
            (range("10.0.0.0", "10.0.0.9"), 0),
            (range("10.0.0.2", "10.0.0.3"), 1),
            (range("10.0.0.8", "10.0.0.12"), 2),
        ]);
        let found = ["10.0.0.2", "10.0.0.5", "10.0.0.9", "10.0.0.10", "10.0.0.13"]
            .map(|address| overlapping.find(address.parse().unwrap()).0);
        assert_eq!(found, [Some(0), Some(0), Some(0), Some(2), None]);
        assert_eq!(Subnets::default().find("192.0.2.1".parse().unwrap()), (None, 0));
    }
}
