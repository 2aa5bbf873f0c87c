//! The subnets of a profile's endpoints, found by an address, in a time that does not grow with their number as long as they
//! are spread evenly, and with its logarithm otherwise.

use std::net::IpAddr;

use crate::address_range::{AddressRange, bits, host_mask, width};

/// The first and the last address of a range, as numbers, and the endpoint that has it.
type Range = (u128, u128, usize);

/// Ranges that do not overlap, each with the endpoint that has it.
#[derive(Debug, Default)]
pub(super) struct Subnets {
    v4: Family,
    v6: Family,
}

/// Ranges of one family, sorted, and where to look for an address.
#[derive(Debug, Default)]
struct Family {
    ranges: Vec<Range>,
    /// The addresses from the first range on, in cells of 2^`shift` addresses: how many ranges begin before each cell. About
    /// two cells for each range, so that few ranges begin in one.
    cells: Vec<usize>,
    shift: u32,
}

impl Subnets {
    /// Of two that overlap, which the service refuses, the one that begins first is found.
    pub(super) fn new(ranges: impl IntoIterator<Item = (AddressRange, usize)>) -> Self {
        let (mut v4, mut v6) = (Vec::new(), Vec::new());
        for (range, endpoint) in ranges {
            let family = if range.first().is_ipv4() { &mut v4 } else { &mut v6 };
            family.push((bits(range.first()), bits(range.last()), endpoint));
        }
        Self { v4: Family::new(v4), v6: Family::new(v6) }
    }

    /// The endpoint that has the address, and the length of the shortest prefix of the address within which every address
    /// gets the same answer.
    pub(super) fn find(&self, address: IpAddr) -> (Option<usize>, u8) {
        let family = if address.is_ipv4() { &self.v4 } else { &self.v6 };
        let number = bits(address);
        let after = family.count_up_to(number);
        let before = after.checked_sub(1).map(|index| family.ranges[index]);
        if let Some((first, last, endpoint)) = before.filter(|(_, last, _)| number <= *last) {
            return (Some(endpoint), prefix(address, first, last));
        }
        let low = before.map_or(0, |(_, last, _)| last + 1);
        let high =
            family.ranges.get(after).map_or_else(|| host_mask(width(address)), |(first, ..)| first - 1);
        (None, prefix(address, low, high))
    }
}

impl Family {
    fn new(ranges: Vec<Range>) -> Self {
        let ranges = apart(ranges);
        let (Some((low, ..)), Some((high, ..))) = (ranges.first(), ranges.last()) else {
            return Self::default();
        };
        let span = high - low;
        let most = 2 * u128::try_from(ranges.len()).unwrap_or(u128::MAX);
        let shift = (0..u128::BITS).find(|shift| span >> shift < most).unwrap_or(0);
        let begins = |cell: u128| ranges.partition_point(|(first, ..)| first - low < cell << shift);
        let mut cells: Vec<usize> = (0..=span >> shift).map(begins).collect();
        cells.push(ranges.len());
        Self { ranges, cells, shift }
    }

    /// How many ranges begin at this number or before.
    fn count_up_to(&self, number: u128) -> usize {
        let Some(after_low) = self.ranges.first().and_then(|(low, ..)| number.checked_sub(*low)) else {
            return 0;
        };
        let cell = usize::try_from(after_low >> self.shift).unwrap_or(usize::MAX);
        let Some([from, to]) = self.cells.get(cell..).and_then(|cells| cells.first_chunk()) else {
            return self.ranges.len();
        };
        from + self.ranges[*from..*to].partition_point(|(first, ..)| *first <= number)
    }
}

/// The same ranges, sorted, each without what one before it has.
fn apart(mut ranges: Vec<Range>) -> Vec<Range> {
    ranges.sort_unstable();
    let mut apart: Vec<Range> = Vec::with_capacity(ranges.len());
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
    use proptest::prelude::*;

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

    proptest! {
        #[test]
        fn what_is_found_is_what_a_look_at_all_finds(
            ranges in prop::collection::vec((any::<u32>(), 0_u32..2_000_000), 0..60),
            near in any::<bool>(),
            offset in 0_u32..2_000_000,
            other in any::<u32>(),
        ) {
            let made: Vec<(AddressRange, usize)> = ranges.iter().enumerate().map(|(index, (first, length))| {
                let first: IpAddr = first.to_be_bytes().into();
                let last = u32::try_from(bits(first)).unwrap().saturating_add(*length);
                (AddressRange::new(first, last.to_be_bytes().into()).unwrap(), index)
            }).collect();
            let asked = ranges.first().filter(|_| near).map_or(other, |(first, _)| first.saturating_add(offset));
            let asked: IpAddr = asked.to_be_bytes().into();
            let by_looking = made.iter().filter(|(range, _)| range.contains(asked)).min_by_key(|(range, index)| (range.first(), range.last(), *index));
            let found = Subnets::new(made.clone()).find(asked).0;
            prop_assert_eq!(found.is_some(), by_looking.is_some());
            if let (Some(found), Some((range, _))) = (found, by_looking) {
                prop_assert!(made[found].0.contains(asked) && made[found].0.first() <= asked && range.contains(asked));
            }
        }
    }
}
