//! Ranges of IP addresses, as the property `subnets` of an endpoint has them. It reads no configuration.

use std::net::IpAddr;

use thiserror::Error;

/// The addresses from the first to the last, both included, of one family.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct AddressRange {
    first: IpAddr,
    last: IpAddr,
}

/// Why two values make no range.
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
pub enum RangeError {
    /// One is an IPv4 address and the other an IPv6 address.
    #[error("the first and the last address are of different families")]
    TwoFamilies,
    /// The last address is lower than the first.
    #[error("the last address is lower than the first")]
    Backwards,
    /// A prefix has at most so many bits.
    #[error("the scope is a number from 0 to {0}")]
    Scope(u32),
    /// The address has bits after the prefix; the block would begin at this address.
    #[error("the first address is not the lowest of its block, which is {0}")]
    NotLowest(IpAddr),
}

impl AddressRange {
    /// The addresses from `first` to `last`.
    pub fn new(first: IpAddr, last: IpAddr) -> Result<Self, RangeError> {
        if first.is_ipv4() != last.is_ipv4() {
            return Err(RangeError::TwoFamilies);
        }
        if first > last {
            return Err(RangeError::Backwards);
        }
        Ok(Self { first, last })
    }

    /// The block of the addresses whose leading `scope` bits are those of `first`, its lowest address.
    pub fn block(first: IpAddr, scope: i64) -> Result<Self, RangeError> {
        let width = width(first);
        let scope =
            u32::try_from(scope).ok().filter(|scope| *scope <= width).ok_or(RangeError::Scope(width))?;
        let (low, mask) = (bits(first), host_mask(width - scope));
        if low & mask != 0 {
            return Err(RangeError::NotLowest(address(low & !mask, first.is_ipv4())));
        }
        Ok(Self { first, last: address(low | mask, first.is_ipv4()) })
    }

    /// One address.
    pub const fn single(address: IpAddr) -> Self {
        Self { first: address, last: address }
    }

    /// The first address.
    pub const fn first(&self) -> IpAddr {
        self.first
    }

    /// The last address, which belongs to the range.
    pub const fn last(&self) -> IpAddr {
        self.last
    }

    /// Whether an address lies in the range. An address of the other family does not.
    pub fn contains(&self, address: IpAddr) -> bool {
        address.is_ipv4() == self.first.is_ipv4() && self.first <= address && address <= self.last
    }

    /// Whether two ranges have an address in common.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.contains(other.first) || other.contains(self.first)
    }
}

/// The number of the bits of an address of this family.
pub(crate) const fn width(address: IpAddr) -> u32 {
    match address {
        IpAddr::V4(_) => 32,
        IpAddr::V6(_) => 128,
    }
}

/// An address as a number.
pub(crate) fn bits(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(v4) => u128::from(v4.to_bits()),
        IpAddr::V6(v6) => v6.to_bits(),
    }
}

/// A number with so many low bits set.
pub(crate) fn host_mask(bits: u32) -> u128 {
    // A shift by all 128 bits is no shift.
    1_u128.checked_shl(bits).map_or(u128::MAX, |size| size - 1)
}

/// The address of a family with these bits.
fn address(bits: u128, v4: bool) -> IpAddr {
    let v4 = u32::try_from(bits).ok().filter(|_| v4);
    v4.map_or_else(|| IpAddr::V6(bits.into()), |bits| IpAddr::V4(bits.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn a_block_reaches_to_its_highest_address() {
        let block = AddressRange::block(ip("198.51.100.0"), 24).unwrap();
        assert_eq!(block.last(), ip("198.51.100.255"));
        assert!(block.contains(ip("198.51.100.7")) && !block.contains(ip("198.51.101.0")));
        assert!(!block.contains(ip("::c633:6407")));
        let all = AddressRange::block(ip("::"), 0).unwrap();
        assert_eq!(all.last(), ip("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"));
        assert_eq!(AddressRange::block(ip("0.0.0.0"), 0).unwrap().last(), ip("255.255.255.255"));
    }

    #[test]
    fn what_is_no_range_says_why() {
        assert_eq!(AddressRange::new(ip("::1"), ip("1.2.3.4")), Err(RangeError::TwoFamilies));
        assert_eq!(AddressRange::new(ip("1.2.3.4"), ip("1.2.3.3")), Err(RangeError::Backwards));
        assert_eq!(AddressRange::block(ip("1.2.3.4"), 33), Err(RangeError::Scope(32)));
        assert_eq!(AddressRange::block(ip("1.2.3.4"), -1), Err(RangeError::Scope(32)));
        assert_eq!(AddressRange::block(ip("1.2.3.4"), 24), Err(RangeError::NotLowest(ip("1.2.3.0"))));
        assert_eq!(AddressRange::block(ip("2001:db8::1"), 32), Err(RangeError::NotLowest(ip("2001:db8::"))));
    }

    #[test]
    fn ranges_overlap_when_they_share_an_address() {
        let range = |first, last| AddressRange::new(ip(first), ip(last)).unwrap();
        assert!(range("10.0.0.0", "10.0.0.9").overlaps(&range("10.0.0.9", "10.0.0.20")));
        assert!(range("10.0.0.4", "10.0.0.5").overlaps(&range("10.0.0.0", "10.0.0.9")));
        assert!(!range("10.0.0.0", "10.0.0.9").overlaps(&range("10.0.0.10", "10.0.0.20")));
    }
}
