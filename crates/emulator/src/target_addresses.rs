//! Where the targets of endpoints are: the addresses that the user maps to them.
//!
//! Probes go to these addresses alone, so that the emulator never goes out into the world by itself: no name is
//! resolved, and an address that is a target is no exception. A target may have several addresses, IPv4 and IPv6;
//! the first of them is the one that is probed. Nothing here connects.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::service::is_target;

/// An address of a target: `{"target": "shop.example.com", "address": "127.0.0.1", "port": 8081}`, on the command line
/// `shop.example.com=127.0.0.1:8081`.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(try_from = "Written")]
pub struct TargetAddress {
    target: String,
    address: IpAddr,
    #[serde(skip_serializing_if = "Option::is_none")]
    port: Option<u16>,
}

/// Why something is no address of a target.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
pub enum InvalidTargetAddress {
    /// Target and address cannot be told apart.
    #[error(
        "'{0}' has no '='; write NAME=ADDRESS or NAME=ADDRESS:PORT, such as shop.example.com=127.0.0.1:8081"
    )]
    NoAddress(String),
    /// No endpoint can have this target.
    #[error(
        "target: '{0}' is no DNS name and no IP address; write the target of the endpoint, without a scheme, port or path"
    )]
    Target(String),
    /// Not an IP address. Names are not resolved.
    #[error("address: '{0}' is no IP address; write one such as 127.0.0.1 or ::1, and the port for itself")]
    Address(String),
    /// Not an IP address with or without a port.
    #[error(
        "'{0}' is no IP address with or without a port; write one such as 127.0.0.1, 127.0.0.1:8081, [::1] or \
         [::1]:8081 (an IPv6 address has brackets)"
    )]
    Literal(String),
    /// Not the address of one machine.
    #[error("address: '{0}' is not the address of a machine; write one such as 127.0.0.1")]
    NoMachine(IpAddr),
    /// Not a port.
    #[error("port: {0} is not possible; write 1 to 65535, or leave it out for the port of the monitor")]
    Port(String),
}

/// How an address of a target is written in JSON.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    target: String,
    address: String,
    #[serde(default)]
    port: Option<i64>,
}

/// The addresses of all targets.
#[derive(Clone, Debug, Default)]
pub(crate) struct TargetAddresses {
    at_start: Vec<TargetAddress>,
    /// By target in its normal form.
    now: BTreeMap<String, Vec<TargetAddress>>,
}

impl TargetAddress {
    /// The address of a target.
    ///
    /// # Arguments
    /// `target`: a DNS name in any letter case, with or without a trailing dot, or an IP address. `port`: replaces the
    /// port of the monitor.
    ///
    /// # Errors
    /// If no endpoint can have the target, or nothing can be reached at the address or the port.
    pub fn new(target: &str, address: IpAddr, port: Option<u16>) -> Result<Self, InvalidTargetAddress> {
        let target = target.trim();
        if !is_target(target) {
            return Err(InvalidTargetAddress::Target(target.to_owned()));
        }
        let canonical = address.to_canonical();
        let is_broadcast = matches!(canonical, IpAddr::V4(v4) if v4.is_broadcast());
        if canonical.is_unspecified() || canonical.is_multicast() || is_broadcast {
            return Err(InvalidTargetAddress::NoMachine(address));
        }
        if port == Some(0) {
            return Err(InvalidTargetAddress::Port("0".to_owned()));
        }
        Ok(Self { target: normal(target), address, port })
    }

    /// The target: a DNS name in lower case without a trailing dot, or an IP address.
    pub fn target(&self) -> &str {
        &self.target
    }

    /// Where the target is.
    pub fn address(&self) -> IpAddr {
        self.address
    }

    /// The port to use in place of the monitor's.
    pub fn port(&self) -> Option<u16> {
        self.port
    }

    /// Where to connect to if nothing else than this port was said.
    pub(crate) fn socket_address(&self, port: u16) -> SocketAddr {
        SocketAddr::new(self.address, self.port.unwrap_or(port))
    }
}

impl FromStr for TargetAddress {
    type Err = InvalidTargetAddress;

    /// Reads `NAME=ADDRESS` or `NAME=ADDRESS:PORT`, an IPv6 address in brackets.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (target, place) =
            text.split_once('=').ok_or_else(|| InvalidTargetAddress::NoAddress(text.to_owned()))?;
        let wrong = || InvalidTargetAddress::Literal(place.to_owned());
        let (address, port) = match place.strip_prefix('[') {
            Some(rest) => rest.split_once(']').ok_or_else(wrong)?,
            None => place.split_at(place.find(':').unwrap_or(place.len())),
        };
        let address: IpAddr = address.parse().map_err(|_| wrong())?;
        if address.is_ipv6() != place.starts_with('[') {
            return Err(wrong());
        }
        let port = match port.strip_prefix(':') {
            Some(port) => Some(port.parse().map_err(|_| InvalidTargetAddress::Port(format!("'{port}'")))?),
            None if port.is_empty() => None,
            None => return Err(wrong()),
        };
        Self::new(target, address, port)
    }
}

impl TryFrom<Written> for TargetAddress {
    type Error = InvalidTargetAddress;

    fn try_from(written: Written) -> Result<Self, Self::Error> {
        let Written { target, address, port } = written;
        let address = address.parse().map_err(|_| InvalidTargetAddress::Address(address))?;
        let possible =
            |port: i64| u16::try_from(port).map_err(|_| InvalidTargetAddress::Port(port.to_string()));
        Self::new(&target, address, port.map(possible).transpose()?)
    }
}

impl TargetAddresses {
    /// Those of the start. Of several with the same target and address, the first counts.
    pub(crate) fn at_start(addresses: Vec<TargetAddress>) -> Self {
        let mut all = Self { at_start: addresses, now: BTreeMap::new() };
        all.forget_added();
        all
    }

    /// The addresses of a target, in the order in which they were mapped; none if it has none. Letter case and a trailing
    /// dot do not count.
    pub(crate) fn of(&self, target: &str) -> &[TargetAddress] {
        self.now.get(&normal(target)).map_or(&[], Vec::as_slice)
    }

    /// Whether no target has an address.
    pub(crate) fn is_empty(&self) -> bool {
        self.now.is_empty()
    }

    /// Maps a target to one more address. If it has that address already, only the port changes.
    pub(crate) fn put(&mut self, address: TargetAddress) {
        let known = self.now.entry(address.target.clone()).or_default();
        match known.iter_mut().find(|known| known.address == address.address) {
            Some(known) => known.port = address.port,
            None => known.push(address),
        }
    }

    /// Goes back to those of the start.
    pub(crate) fn forget_added(&mut self) {
        self.now.clear();
        for address in &self.at_start {
            let known = self.now.entry(address.target.clone()).or_default();
            if known.iter().all(|known| known.address != address.address) {
                known.push(address.clone());
            }
        }
    }

    /// All of them, by target.
    pub(crate) fn list(&self) -> Vec<TargetAddress> {
        self.now.values().flatten().cloned().collect()
    }
}

/// A target as it is compared: what differs in letter case, in a trailing dot or in the spelling of an address is the same.
fn normal(target: &str) -> String {
    let target = target.trim();
    match target.parse::<IpAddr>() {
        Ok(address) => address.to_string(),
        Err(_) => target.strip_suffix('.').unwrap_or(target).to_ascii_lowercase(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<TargetAddress, String> {
        text.parse().map_err(|error: InvalidTargetAddress| error.to_string())
    }

    fn json(text: &str) -> Result<TargetAddress, String> {
        serde_json::from_str(text).map_err(|error| error.to_string())
    }

    #[test]
    fn an_address_is_read_from_the_command_line_and_from_json_alike() {
        for (text, written, target, place) in [
            (
                "Shop.Example.com.=127.0.0.1:8081",
                r#"{"target":"shop.example.com","address":"127.0.0.1","port":8081}"#,
                "shop.example.com",
                "127.0.0.1:8081",
            ),
            (
                "shop.example.com=127.0.0.1",
                r#"{"target":"SHOP.example.com","address":"127.0.0.1","port":null}"#,
                "shop.example.com",
                "127.0.0.1:80",
            ),
            (
                "192.0.2.1=[::1]:65535",
                r#"{"target":"192.0.2.1","address":"::1","port":65535}"#,
                "192.0.2.1",
                "[::1]:65535",
            ),
            (
                "2001:DB8:0::1=[::1]",
                r#"{"target":"2001:db8::0:1","address":"::1"}"#,
                "2001:db8::1",
                "[::1]:80",
            ),
        ] {
            let address = parse(text).unwrap();
            assert_eq!((address.target(), address.socket_address(80).to_string().as_str()), (target, place));
            assert_eq!(json(written).as_ref(), Ok(&address));
            let again = serde_json::to_string(&address).unwrap();
            assert_eq!(json(&again), Ok(address), "{again}");
        }
    }

    #[test]
    fn what_is_wrong_is_told_with_what_to_write() {
        for (text, words) in [
            ("shop.example.com", "has no '='; write NAME=ADDRESS"),
            ("=127.0.0.1", "target: '' is no DNS name"),
            ("https://shop.example.com=127.0.0.1", "without a scheme"),
            ("shop.example.com:80=127.0.0.1", "without a scheme, port or path"),
            (
                "a=localhost",
                "'localhost' is no IP address with or without a port; write one such as 127.0.0.1",
            ),
            ("a=", "'' is no IP address"),
            ("a=::1", "'::1' is no IP address"),
            ("a=::1:80", "an IPv6 address has brackets"),
            ("a=[::1", "'[::1' is no IP address"),
            ("a=[127.0.0.1]:80", "'[127.0.0.1]:80'"),
            ("a=[::1]80", "'[::1]80'"),
            ("a=127.0.0.1:", "port: '' is not possible; write 1 to 65535"),
            ("a=127.0.0.1:0", "port: 0 is not possible"),
            ("a=127.0.0.1:65536", "port: '65536' is not possible"),
            ("a=0.0.0.0:80", "'0.0.0.0' is not the address of a machine"),
            ("a=[::]", "'::' is not the address of a machine"),
            ("a=[::ffff:0.0.0.0]", "is not the address of a machine"),
            ("a=224.0.0.1", "is not the address of a machine"),
            ("a=255.255.255.255", "is not the address of a machine"),
        ] {
            let error = parse(text).unwrap_err();
            assert!(error.contains(words), "{text}: {error}");
        }
        for (text, words) in [
            (r#"{"target":"a"}"#, "missing field `address`"),
            (r#"{"target":"a","address":"127.0.0.1:80"}"#, "and the port for itself"),
            (r#"{"target":"a","address":"127.0.0.1","port":0}"#, "port: 0 is not possible"),
            (r#"{"target":"a","address":"127.0.0.1","port":-1}"#, "port: -1 is not possible"),
            (r#"{"target":"a","address":"127.0.0.1","ports":1}"#, "unknown field `ports`"),
        ] {
            let error = json(text).unwrap_err();
            assert!(error.contains(words), "{text}: {error}");
        }
    }

    /// All addresses, as they are written on the command line.
    fn listed(all: &TargetAddresses) -> Vec<String> {
        let text = |it: &TargetAddress| format!("{}={}", it.target, it.socket_address(0));
        all.list().iter().map(text).collect()
    }

    #[test]
    fn the_first_of_the_start_counts_and_later_ones_change_its_port_until_they_are_forgotten() {
        let of_start = ["b=127.0.0.1:1", "a=[::1]", "B=127.0.0.1:2", "b=127.0.0.2"];
        let mut all = TargetAddresses::at_start(of_start.map(|text| parse(text).unwrap()).to_vec());
        let at_start = ["a=[::1]:0", "b=127.0.0.1:1", "b=127.0.0.2:0"];
        assert_eq!(listed(&all), at_start);
        for text in ["b=127.0.0.1:3", "b=[::1]:4", "c=127.0.0.1", "a=[::1]"] {
            all.put(parse(text).unwrap());
        }
        assert_eq!(
            listed(&all),
            ["a=[::1]:0", "b=127.0.0.1:3", "b=127.0.0.2:0", "b=[::1]:4", "c=127.0.0.1:0"]
        );
        all.forget_added();
        assert_eq!(listed(&all), at_start);
    }

    #[test]
    fn a_target_is_found_in_any_spelling_and_no_other_is() {
        let of_start = ["shop.example.com=127.0.0.1", "2001:db8::1=127.0.0.2"];
        let all = TargetAddresses::at_start(of_start.map(|text| parse(text).unwrap()).to_vec());
        for target in ["shop.example.com", "SHOP.example.com.", " shop.example.com "] {
            assert_eq!(all.of(target).len(), 1, "{target}");
        }
        assert_eq!(all.of("2001:0db8:0:0::1").len(), 1);
        for target in ["example.com", "a.shop.example.com", "shop.example.com..", "127.0.0.1", ""] {
            assert_eq!(all.of(target), [], "{target}");
        }
        assert!(!all.is_empty() && TargetAddresses::default().is_empty());
    }
}
