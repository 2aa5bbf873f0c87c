//! Where clients are, by their addresses: a small substitute for a database of IP geolocation.
//!
//! Geographic routing needs the place of a client, and Performance routing what is near it. For trials that
//! need no database, the networks that RFC 5737 and RFC 3849 reserve for documentation are spread over the
//! world. Each place has a network of IPv4 and one of IPv6:
//!
//! | Network | Network | Place | Region |
//! |---|---|---|---|
//! | `192.0.2.0/28` | `2001:db8::/48` | US-CA | westus |
//! | `192.0.2.16/28` | `2001:db8:1::/48` | US-WA | westus2 |
//! | `192.0.2.32/28` | `2001:db8:2::/48` | US-AZ | westus3 |
//! | `192.0.2.48/28` | `2001:db8:3::/48` | US-CO | westcentralus |
//! | `192.0.2.64/28` | `2001:db8:4::/48` | US-TX | southcentralus |
//! | `192.0.2.80/28` | `2001:db8:5::/48` | US-IA | centralus |
//! | `192.0.2.96/28` | `2001:db8:6::/48` | US-IL | northcentralus |
//! | `192.0.2.112/28` | `2001:db8:7::/48` | US-NY | eastus |
//! | `192.0.2.128/28` | `2001:db8:8::/48` | US-VA | eastus2 |
//! | `192.0.2.144/28` | `2001:db8:9::/48` | CA-ON | canadacentral |
//! | `192.0.2.160/28` | `2001:db8:a::/48` | CA-QC | canadaeast |
//! | `192.0.2.176/28` | `2001:db8:b::/48` | CA-BC | westus2 |
//! | `192.0.2.192/28` | `2001:db8:c::/48` | MX | mexicocentral |
//! | `192.0.2.208/28` | `2001:db8:d::/48` | BR | brazilsouth |
//! | `192.0.2.224/28` | `2001:db8:e::/48` | AR | brazilsouth |
//! | `192.0.2.240/28` | `2001:db8:f::/48` | CO | mexicocentral |
//! | `198.51.100.0/28` | `2001:db8:10::/48` | GB | uksouth |
//! | `198.51.100.16/28` | `2001:db8:11::/48` | IE | northeurope |
//! | `198.51.100.32/28` | `2001:db8:12::/48` | FR | francecentral |
//! | `198.51.100.48/28` | `2001:db8:13::/48` | DE | germanywestcentral |
//! | `198.51.100.64/28` | `2001:db8:14::/48` | NL | westeurope |
//! | `198.51.100.80/28` | `2001:db8:15::/48` | CH | switzerlandnorth |
//! | `198.51.100.96/28` | `2001:db8:16::/48` | IT | italynorth |
//! | `198.51.100.112/28` | `2001:db8:17::/48` | ES | spaincentral |
//! | `198.51.100.128/28` | `2001:db8:18::/48` | SE | swedencentral |
//! | `198.51.100.144/28` | `2001:db8:19::/48` | NO | norwayeast |
//! | `198.51.100.160/28` | `2001:db8:1a::/48` | PL | polandcentral |
//! | `198.51.100.176/28` | `2001:db8:1b::/48` | AT | austriaeast |
//! | `198.51.100.192/28` | `2001:db8:1c::/48` | IL | israelcentral |
//! | `198.51.100.208/28` | `2001:db8:1d::/48` | AE | uaenorth |
//! | `198.51.100.224/28` | `2001:db8:1e::/48` | ZA | southafricanorth |
//! | `198.51.100.240/28` | `2001:db8:1f::/48` | NG | spaincentral |
//! | `203.0.113.0/28` | `2001:db8:20::/48` | JP | japanwest |
//! | `203.0.113.16/28` | `2001:db8:21::/48` | KR | koreacentral |
//! | `203.0.113.32/28` | `2001:db8:22::/48` | HK | eastasia |
//! | `203.0.113.48/28` | `2001:db8:23::/48` | SG | southeastasia |
//! | `203.0.113.64/28` | `2001:db8:24::/48` | MY | malaysiawest |
//! | `203.0.113.80/28` | `2001:db8:25::/48` | ID | indonesiacentral |
//! | `203.0.113.96/28` | `2001:db8:26::/48` | IN | centralindia |
//! | `203.0.113.112/28` | `2001:db8:27::/48` | TH | malaysiawest |
//! | `203.0.113.128/28` | `2001:db8:28::/48` | AU-NSW | australiaeast |
//! | `203.0.113.144/28` | `2001:db8:29::/48` | AU-VIC | australiasoutheast |
//! | `203.0.113.160/28` | `2001:db8:2a::/48` | AU-WA | australiasoutheast |
//! | `203.0.113.176/28` | `2001:db8:2b::/48` | NZ | newzealandnorth |
//! | `203.0.113.192/28` | `2001:db8:2c::/48` | CN | eastasia |
//! | `203.0.113.208/28` | `2001:db8:2d::/48` | TW | eastasia |
//! | `203.0.113.224/28` | `2001:db8:2e::/48` | PH | eastasia |
//! | `203.0.113.240/28` | `2001:db8:2f::/48` | VN | eastasia |
//!
//! The region is the one next to the middle of the place, which is a model of nearness and no more; see
//! [`crate::latency`]. Networks of one's own are lines of text; see [`ClientLocations::parse`].

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use thiserror::Error;

use crate::address_range::{AddressRange, RangeError, bits, host_mask, width};
use crate::geography;
use crate::latency::nearest::region_of_place;
use crate::region;

/// The first addresses of the networks for documentation: 256 of IPv4 each, a `/32` of IPv6.
const DOCUMENTATION_V4: [Ipv4Addr; 3] =
    [Ipv4Addr::new(192, 0, 2, 0), Ipv4Addr::new(198, 51, 100, 0), Ipv4Addr::new(203, 0, 113, 0)];
const DOCUMENTATION_V6: Ipv6Addr = Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0);

/// The lengths of the networks that they are split into.
const SPLIT_V4: u8 = 28;
const SPLIT_V6: u8 = 48;

/// The places of those, in the order of the networks.
const DOCUMENTATION_PLACES: [[&str; 16]; 3] = [
    [
        "US-CA", "US-WA", "US-AZ", "US-CO", "US-TX", "US-IA", "US-IL", "US-NY", "US-VA", "CA-ON", "CA-QC",
        "CA-BC", "MX", "BR", "AR", "CO",
    ],
    ["GB", "IE", "FR", "DE", "NL", "CH", "IT", "ES", "SE", "NO", "PL", "AT", "IL", "AE", "ZA", "NG"],
    [
        "JP", "KR", "HK", "SG", "MY", "ID", "IN", "TH", "AU-NSW", "AU-VIC", "AU-WA", "NZ", "CN", "TW", "PH",
        "VN",
    ],
];

/// Bytes of a wrong text that an error shows.
const SHOWN: usize = 60;

/// Which network is where. The longest of the networks that an address lies in counts.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct ClientLocations {
    v4: Networks,
    v6: Networks,
}

/// The networks of a family.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
struct Networks {
    /// By their prefix, the longest first: a look-up takes one step for every length.
    by_length: BTreeMap<Reverse<u8>, HashMap<u128, ClientLocation>>,
    /// Where networks begin, and the first addresses after them. From one to the next nothing changes.
    edges: BTreeSet<u128>,
}

/// Where the clients of a network are.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ClientLocation {
    /// The bits of the network's prefix. Longer networks can lie in it; see [`ClientLocations::scope`].
    pub prefix_length: u8,
    /// The code of the place in the geographic hierarchy, `FR` or `US-CA`, if it is known.
    pub place: Option<&'static str>,
    /// The short name of the region that is near, if one is known.
    pub region: Option<String>,
}

/// Why a text does not say where networks are. Lines count from 1.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
pub enum ClientLocationError {
    /// The line has not got two or three cells.
    #[error("line {line}: there are {found} cells instead of network, place and perhaps region")]
    Cells {
        /// The line.
        line: usize,
        /// The cells of the line.
        found: usize,
    },
    /// The first cell is no network.
    #[error("line {line}: {text:?} is not a network such as 192.0.2.0/28")]
    Network {
        /// The line.
        line: usize,
        /// The cell, shortened.
        text: String,
        /// What is wrong with the prefix, if it is the prefix.
        #[source]
        reason: Option<RangeError>,
    },
    /// The second cell is no place.
    #[error("line {line}: {text:?} is not a code of the geographic hierarchy, such as FR or US-CA")]
    Place {
        /// The line.
        line: usize,
        /// The cell, shortened.
        text: String,
    },
    /// A network has two lines.
    #[error("line {line}: {network} is there twice")]
    Duplicate {
        /// The line of the second.
        line: usize,
        /// The network.
        network: String,
    },
}

/// A network as it is written: `192.0.2.0/28`.
#[derive(Clone, Copy)]
struct Network {
    first: IpAddr,
    prefix_length: u8,
}

impl ClientLocations {
    /// The networks for documentation; the module lists them.
    pub fn documentation_networks() -> Self {
        let mut locations = Self::default();
        let v4 = DOCUMENTATION_V4
            .iter()
            .flat_map(|block| (0..).map(|index| block.to_bits() + (index << 4)).take(16));
        let v6 = (0..).map(|index: u128| DOCUMENTATION_V6.to_bits() + (index << 80));
        for ((v4, v6), place) in v4.zip(v6).zip(DOCUMENTATION_PLACES.as_flattened()) {
            let region = region_of_place(place).map(str::to_owned);
            let v4 = Network { first: Ipv4Addr::from(v4).into(), prefix_length: SPLIT_V4 };
            let v6 = Network { first: Ipv6Addr::from(v6).into(), prefix_length: SPLIT_V6 };
            for network in [v4, v6] {
                let (prefix_length, region) = (network.prefix_length, region.clone());
                locations.insert(network, ClientLocation { prefix_length, place: Some(place), region });
            }
        }
        locations
    }

    /// Reads lines of the form `network,place[,region]`: `10.1.0.0/16,FR` or `10.2.0.0/16,US-CA,West US 3`.
    ///
    /// A network without a prefix length is a single address. Without a region, the one next to the middle
    /// of the place is near. The place can be blank, and so can both: then less is known of the network
    /// than of the larger one that it lies in. Blank lines and others that begin with `#` do not count.
    pub fn parse(text: &str) -> Result<Self, ClientLocationError> {
        let mut locations = Self::default();
        for (index, text) in text.trim_start_matches('\u{feff}').lines().enumerate() {
            let (line, text) = (index + 1, text.trim());
            if text.is_empty() || text.starts_with('#') {
                continue;
            }
            let cells: Vec<&str> = text.split(',').map(str::trim).collect();
            let (network, place, region) = match cells[..] {
                [network, place] => (network, place, ""),
                [network, place, region] => (network, place, region),
                _ => return Err(ClientLocationError::Cells { line, found: cells.len() }),
            };
            let parsed = Network::parse(network).map_err(|reason| ClientLocationError::Network {
                line,
                text: shortened(network),
                reason,
            })?;
            let location = located(parsed.prefix_length, place, region)
                .ok_or_else(|| ClientLocationError::Place { line, text: shortened(place) })?;
            if locations.insert(parsed, location).is_some() {
                return Err(ClientLocationError::Duplicate { line, network: network.to_owned() });
            }
        }
        Ok(locations)
    }

    /// Adds the networks of others. Of a network that both have, theirs counts.
    pub fn extend(&mut self, others: Self) {
        for (networks, others) in [(&mut self.v4, others.v4), (&mut self.v6, others.v6)] {
            networks.edges.extend(others.edges);
            for (length, others) in others.by_length {
                networks.by_length.entry(length).or_default().extend(others);
            }
        }
    }

    /// What is known of an address. An IPv4 address that is written as IPv6 (`::ffff:192.0.2.1`) is looked
    /// for among the networks of IPv4, and the prefix found is one of IPv4.
    pub fn lookup(&self, address: IpAddr) -> Option<&ClientLocation> {
        let address = address.to_canonical();
        let mut networks = self.family(address).by_length.iter();
        networks.find_map(|(Reverse(length), networks)| networks.get(&prefix(address, *length)))
    }

    /// The length of the shortest prefix of an address for which a look-up gives the same for all addresses
    /// that begin with it, found or not. This is how far an answer by location may be reused (RFC 7871).
    pub fn scope(&self, address: IpAddr) -> u8 {
        let address = address.to_canonical();
        let (number, width) = (bits(address), width(address));
        let edges = &self.family(address).edges;
        let before = edges.range(..=number).next_back().and_then(|edge| edge.checked_sub(1));
        let after = edges.range(number..).find(|edge| **edge > number).copied();
        // A prefix ends where an address that it must not have differs for the first time.
        let shared = |outside: u128| width - (number ^ outside).ilog2();
        let shortest = before.into_iter().chain(after).map(shared).max().unwrap_or(0);
        u8::try_from(shortest).unwrap_or(u8::MAX)
    }

    fn family(&self, address: IpAddr) -> &Networks {
        if address.is_ipv4() { &self.v4 } else { &self.v6 }
    }

    /// Adds a network, and gives back what was said of it before.
    fn insert(&mut self, network: Network, location: ClientLocation) -> Option<ClientLocation> {
        let Network { first, prefix_length } = network;
        let networks = if first.is_ipv4() { &mut self.v4 } else { &mut self.v6 };
        let all = host_mask(width(first));
        let last = bits(first) | host_mask(width(first).saturating_sub(prefix_length.into()));
        networks.edges.insert(bits(first));
        networks.edges.extend((last < all).then(|| last + 1));
        networks.by_length.entry(Reverse(prefix_length)).or_default().insert(bits(first), location)
    }
}

impl Network {
    /// Reads a network. The error says what is wrong with the prefix, if that is what is wrong.
    fn parse(text: &str) -> Result<Self, Option<RangeError>> {
        let (first, length) =
            text.split_once('/').map_or((text, None), |(first, length)| (first, Some(length)));
        let first: IpAddr = first.parse().map_err(|_| None)?;
        // No look-up would find it.
        if first.to_canonical() != first {
            return Err(None);
        }
        let digits = |length: &str| length.bytes().all(|byte| byte.is_ascii_digit());
        let prefix_length = match length {
            None => u8::try_from(width(first)).map_err(|_| None)?,
            Some(length) if digits(length) => length.parse().map_err(|_| None)?,
            Some(_) => return Err(None),
        };
        AddressRange::block(first, prefix_length.into()).map_err(Some)?;
        Ok(Self { first, prefix_length })
    }
}

/// Where a network of this place and region is; `None` if the place is not one.
fn located(prefix_length: u8, place: &str, region: &str) -> Option<ClientLocation> {
    let place = match place {
        "" => None,
        code => Some(geography::find(code)?.code),
    };
    let region = match region::normalize(region) {
        region if region.is_empty() => place.and_then(region_of_place).map(str::to_owned),
        region => Some(region),
    };
    Some(ClientLocation { prefix_length, place, region })
}

/// The leading bits of an address, the others being 0.
fn prefix(address: IpAddr, length: u8) -> u128 {
    bits(address) & !host_mask(width(address).saturating_sub(length.into()))
}

fn shortened(text: &str) -> String {
    text.chars().take(SHOWN).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    /// Prefix length, place and region of what is known of an address.
    fn found<'a>(locations: &'a ClientLocations, address: &str) -> Option<(u8, &'a str, &'a str)> {
        let location = locations.lookup(ip(address))?;
        let region = location.region.as_deref().unwrap_or_default();
        Some((location.prefix_length, location.place.unwrap_or_default(), region))
    }

    fn check_refused(text: &str, because: &str) {
        assert_eq!(ClientLocations::parse(text).unwrap_err().to_string(), because, "{text:?}");
    }

    #[test]
    fn the_networks_for_documentation_are_those_that_the_module_lists() {
        let rows = include_str!("client_location.rs").lines().filter_map(|line| line.strip_prefix("//! | `"));
        let csv = |row: &str| {
            let [v4, v6, place, region] = row.trim_end_matches(" |").split(" | ").collect::<Vec<_>>()[..]
            else {
                panic!("{row}");
            };
            let [v4, v6] = [v4, v6].map(|network| network.trim_matches('`'));
            format!("{v4},{place},{region}\n{v6},{place},{region}\n")
        };
        let listed: String = rows.map(csv).collect();
        assert_eq!(listed.lines().count(), 96);
        assert_eq!(ClientLocations::parse(&listed).unwrap(), ClientLocations::documentation_networks());
    }

    #[test]
    fn all_addresses_of_ipv4_for_documentation_and_48_networks_of_ipv6_are_somewhere() {
        let locations = ClientLocations::documentation_networks();
        assert_eq!(found(&locations, "192.0.2.0"), Some((28, "US-CA", "westus")));
        assert_eq!(found(&locations, "198.51.100.47"), Some((28, "FR", "francecentral")));
        assert_eq!(found(&locations, "::ffff:198.51.100.47"), Some((28, "FR", "francecentral")));
        assert_eq!(found(&locations, "203.0.113.255"), Some((28, "VN", "eastasia")));
        assert_eq!(found(&locations, "2001:db8:12:ffff::1"), Some((48, "FR", "francecentral")));
        assert_eq!(found(&locations, "2001:db8:2f:ffff::1"), Some((48, "VN", "eastasia")));
        for unknown in
            ["192.0.1.255", "192.0.3.0", "2001:db8:30::", "2001:db7:ffff::", "127.0.0.1", "::1", "::"]
        {
            assert_eq!(found(&locations, unknown), None, "{unknown}");
        }
    }

    #[test]
    fn the_longest_network_counts_wherever_it_is_listed() {
        let locations = ClientLocations::parse(
            "# Offices\n10.0.0.0/8, de\n\n10.1.0.0/16,,West US 3\n10.1.2.0/24,us-ca,westus2\n10.1.2.3,\n::/0,GEO-EU\n",
        )
        .unwrap();
        assert_eq!(found(&locations, "10.9.9.9"), Some((8, "DE", "germanywestcentral")));
        assert_eq!(found(&locations, "10.1.9.9"), Some((16, "", "westus3")));
        assert_eq!(found(&locations, "10.1.2.9"), Some((24, "US-CA", "westus2")));
        assert_eq!(found(&locations, "10.1.2.3"), Some((32, "", "")));
        assert_eq!(found(&locations, "11.0.0.0"), None);
        assert_eq!(found(&locations, "2001:db8::"), Some((0, "GEO-EU", "")));
    }

    #[test]
    fn an_answer_may_be_reused_as_far_as_no_other_network_begins() {
        let locations =
            ClientLocations::parse("10.0.0.0/8,DE\n10.1.0.0/16,FR\n10.1.2.3,US\n2001:db8::/32,JP").unwrap();
        for (address, scope) in [
            ("10.200.0.0", 9),
            ("10.0.0.0", 16),
            ("10.1.128.0", 17),
            ("10.1.2.2", 32),
            ("10.1.2.3", 32),
            ("10.1.2.4", 30),
            ("::ffff:10.200.0.0", 9),
            ("11.0.0.0", 8),
            ("128.0.0.0", 1),
            ("2001:db8::1", 32),
            ("::", 3),
            ("8000::", 1),
        ] {
            assert_eq!(locations.scope(ip(address)), scope, "{address}");
        }
        assert_eq!(ClientLocations::default().scope(ip("10.0.0.0")), 0);
        assert_eq!(ClientLocations::documentation_networks().scope(ip("198.51.100.47")), 28);
        assert_eq!(ClientLocations::parse("0.0.0.0/0,DE").unwrap().scope(ip("255.255.255.255")), 0);
    }

    #[test]
    fn added_networks_count_more_than_those_that_were_there() {
        let mut locations = ClientLocations::documentation_networks();
        locations
            .extend(ClientLocations::parse("192.0.2.0/28,JP\n192.0.2.16/32,BR\n2001:db8::/32,DE").unwrap());
        assert_eq!(found(&locations, "192.0.2.1"), Some((28, "JP", "japanwest")));
        assert_eq!(found(&locations, "192.0.2.16"), Some((32, "BR", "brazilsouth")));
        assert_eq!(found(&locations, "192.0.2.17"), Some((28, "US-WA", "westus2")));
        assert_eq!(found(&locations, "2001:db8::1"), Some((48, "US-CA", "westus")));
        assert_eq!(found(&locations, "2001:db8:30::1"), Some((32, "DE", "germanywestcentral")));
    }

    #[test]
    fn an_error_names_the_line_and_what_is_wrong() {
        check_refused("10.0.0.0/8", "line 1: there are 1 cells instead of network, place and perhaps region");
        check_refused(
            "#\n10.0.0.0/8,a,b,c",
            "line 2: there are 4 cells instead of network, place and perhaps region",
        );
        for network in
            ["", "x", "10.0.0/8", "10.0.0.0/", "10.0.0.0/+8", "10.0.0.0/256", "::ffff:10.0.0.0/104"]
        {
            let because = format!("line 1: {network:?} is not a network such as 192.0.2.0/28");
            check_refused(&format!("{network},FR"), &because);
        }
        check_refused(
            "10.0.0.0/8,FRA",
            "line 1: \"FRA\" is not a code of the geographic hierarchy, such as FR or US-CA",
        );
        check_refused("10.0.0.1,FR\n10.0.0.1/32,DE", "line 2: 10.0.0.1/32 is there twice");
        for (network, reason) in [
            ("10.0.0.0/33", RangeError::Scope(32)),
            ("2001:db8::/129", RangeError::Scope(128)),
            ("10.0.0.1/8", RangeError::NotLowest(ip("10.0.0.0"))),
        ] {
            let error = ClientLocations::parse(&format!("{network},FR")).unwrap_err();
            let source = std::error::Error::source(&error).map(ToString::to_string);
            assert_eq!(source, Some(reason.to_string()), "{network}");
        }
    }

    /// Networks that lie in each other often, and addresses near them.
    fn networks() -> impl Strategy<Value = Vec<(IpAddr, u8)>> {
        let v4 = (0_u32..8, 24_u8..=32)
            .prop_map(|(low, length)| (Ipv4Addr::from(0x0a00_0000 | low << 4).into(), length));
        let v6 =
            (0_u128..8, 0_u8..=128).prop_map(|(low, length)| (Ipv6Addr::from(low << 124).into(), length));
        proptest::collection::vec(prop_oneof![v4, v6], 0..20)
    }

    fn addresses() -> impl Strategy<Value = IpAddr> {
        let v4 = (0_u32..512).prop_map(|low| IpAddr::from(Ipv4Addr::from(0x0a00_0000 | low)));
        let v6 =
            (0_u128..8, 0..128).prop_map(|(high, bit)| Ipv6Addr::from(high << 124 | 1_u128 << bit).into());
        prop_oneof![v4, v6, any::<IpAddr>()]
    }

    /// The first address of a network of this length.
    fn first_of(address: IpAddr, length: u8) -> IpAddr {
        let bits = prefix(address, length);
        match address {
            IpAddr::V4(_) => Ipv4Addr::from(u32::try_from(bits).unwrap()).into(),
            IpAddr::V6(_) => Ipv6Addr::from(bits).into(),
        }
    }

    /// The networks, each once, with a region of its own; and the lines that say so.
    fn listed(networks: Vec<(IpAddr, u8)>) -> (Vec<(AddressRange, u8, String)>, String) {
        let mut distinct: Vec<(AddressRange, u8, String)> = Vec::new();
        let mut text = String::new();
        for (index, (address, length)) in networks.into_iter().enumerate() {
            let first = first_of(address, length);
            let range = AddressRange::block(first, length.into()).unwrap();
            if distinct.iter().all(|(known, _, _)| *known != range) {
                let region = format!("region{index}");
                text = format!("{text}{first}/{length},,{region}\n");
                distinct.push((range, length, region));
            }
        }
        (distinct, text)
    }

    proptest! {
        #[test]
        fn a_look_up_finds_what_a_search_through_all_lines_does(networks in networks(), address in addresses()) {
            let (listed, text) = listed(networks);
            let locations = ClientLocations::parse(&text).unwrap();
            let containing = listed.iter().filter(|(range, _, _)| range.contains(address.to_canonical()));
            let expected = containing.max_by_key(|(_, length, _)| *length);
            let location = locations.lookup(address);
            prop_assert_eq!(
                location.map(|location| (location.prefix_length, location.region.clone().unwrap())),
                expected.map(|(_, length, region)| (*length, region.clone()))
            );
        }

        #[test]
        fn within_its_scope_an_answer_is_the_same_and_with_a_bit_less_networks_differ(
            networks in networks(),
            address in addresses(),
        ) {
            let (listed, text) = listed(networks);
            let address = address.to_canonical();
            let scope = ClientLocations::parse(&text).unwrap().scope(address);
            let is_split = |length: u8| {
                let block = AddressRange::block(first_of(address, length), length.into()).unwrap();
                let splits = |range: &AddressRange| {
                    let covers = range.contains(block.first()) && range.contains(block.last());
                    range.overlaps(&block) && !covers
                };
                listed.iter().any(|(range, _, _)| splits(range))
            };
            prop_assert!(!is_split(scope));
            prop_assert!(scope == 0 || is_split(scope - 1));
        }

        #[test]
        fn no_text_makes_the_parser_panic(text in "([0-9.:/a-f,#\n]|\\PC){0,60}") {
            let _ = ClientLocations::parse(&text);
        }
    }
}
