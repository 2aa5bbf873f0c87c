//! The EDNS option with which a resolver says for whose network it asks: Client Subnet, RFC 7871.
//!
//! It is read strictly, as the RFC wants: whoever sends it wrongly is told so.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The number of the option.
pub(super) const CODE: u16 = 8;

/// The numbers of the families of addresses.
const IPV4: u16 = 1;
const IPV6: u16 = 2;

/// The option of a query.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct ClientSubnet<'a> {
    family: u16,
    source: u8,
    /// The address as it came, as many bytes as the prefix needs.
    octets: &'a [u8],
    address: IpAddr,
}

impl<'a> ClientSubnet<'a> {
    /// Reads the option. `None` if it is not as the RFC wants it: another family, a prefix that is too long, more or fewer
    /// octets than it needs, bits after it, or a scope, which only an answer has.
    pub(super) fn parse(data: &'a [u8]) -> Option<Self> {
        let (&[high, low, source, 0], octets) = data.split_first_chunk()? else { return None };
        let family = u16::from_be_bytes([high, low]);
        let width: u8 = match family {
            IPV4 => 32,
            IPV6 => 128,
            _ => return None,
        };
        if source > width || octets.len() != usize::from(source.div_ceil(8)) {
            return None;
        }
        let unused = source.next_multiple_of(8) - source;
        if octets.last().is_some_and(|last| u32::from(unused) > last.trailing_zeros()) {
            return None;
        }
        Some(Self { family, source, octets, address: address(family, octets) })
    }

    /// The lowest address of the network. `None` if nothing of the address was told, as a client can want.
    pub(super) fn address(&self) -> Option<IpAddr> {
        (self.source > 0).then_some(self.address)
    }

    /// The bytes of the option in an answer, after code and length.
    pub(super) fn length(&self) -> usize {
        4 + self.octets.len()
    }

    /// Appends the data of the option of an answer: all as it came, and the scope. Where nothing was told of the address
    /// no answer depends on it.
    pub(super) fn write(&self, scope: u8, out: &mut Vec<u8>) {
        let scope = if self.source > 0 { scope } else { 0 };
        out.extend_from_slice(&self.family.to_be_bytes());
        out.extend_from_slice(&[self.source, scope]);
        out.extend_from_slice(self.octets);
    }
}

fn address(family: u16, octets: &[u8]) -> IpAddr {
    let mut all = [0; 16];
    all[..octets.len()].copy_from_slice(octets);
    let [a, b, c, d, ..] = all;
    if family == IPV4 { Ipv4Addr::new(a, b, c, d).into() } else { Ipv6Addr::from(all).into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_option_is_read_and_written_with_its_scope() {
        for (data, address) in [
            (&[0, 1, 24, 0, 192, 0, 2][..], Some("192.0.2.0")),
            (&[0, 1, 32, 0, 192, 0, 2, 255], Some("192.0.2.255")),
            (&[0, 1, 23, 0, 192, 0, 2], Some("192.0.2.0")),
            (&[0, 1, 1, 0, 128], Some("128.0.0.0")),
            (&[0, 1, 0, 0], None),
            (&[0, 2, 0, 0], None),
            (&[0, 2, 32, 0, 0x20, 1, 0xd, 0xb8], Some("2001:db8::")),
            (&[0, 2, 33, 0, 0x20, 1, 0xd, 0xb8, 0x80], Some("2001:db8:8000::")),
        ] {
            let subnet = ClientSubnet::parse(data).unwrap();
            assert_eq!(subnet.address(), address.map(|text| text.parse().unwrap()), "{data:?}");
            let mut out = Vec::new();
            subnet.write(20, &mut out);
            assert_eq!(out.len(), subnet.length());
            let mut expected = data.to_vec();
            expected[3] = if address.is_some() { 20 } else { 0 };
            assert_eq!(out, expected);
        }
        let whole = [&[0, 2, 128, 0][..], &[0xff; 16]].concat();
        let all_ones = "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff".parse().ok();
        assert_eq!(ClientSubnet::parse(&whole).unwrap().address(), all_ones);
    }

    #[test]
    fn what_the_rfc_forbids_is_refused() {
        for data in [
            &[][..],
            &[0, 1, 24],
            // Families.
            &[0, 0, 0, 0],
            &[0, 3, 24, 0, 192, 0, 2],
            &[1, 1, 24, 0, 192, 0, 2],
            // Prefixes.
            &[0, 1, 33, 0, 192, 0, 2, 0, 0],
            &[0, 2, 129, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
            &[0, 1, 255, 0],
            // Numbers of octets.
            &[0, 1, 24, 0, 192, 0],
            &[0, 1, 24, 0, 192, 0, 2, 0],
            &[0, 1, 0, 0, 0],
            // Bits after the prefix.
            &[0, 1, 23, 0, 192, 0, 3],
            &[0, 1, 25, 0, 192, 0, 2, 64],
            // A scope.
            &[0, 1, 24, 24, 192, 0, 2],
            &[0, 1, 0, 1],
        ] {
            assert_eq!(ClientSubnet::parse(data), None, "{data:?}");
        }
    }
}
