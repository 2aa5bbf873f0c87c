//! A profile that breaks no rule, and how to change it in few words.

use std::collections::BTreeMap;

use crate::config_value::ConfigValue::{self, Absent, Known, Unknown};
use crate::profile::RoutingMethod;
use crate::rules::config::{DnsConfig, Endpoint, Header, MonitorConfig, Profile, Subnet};

pub(in crate::rules) fn text(text: &str) -> ConfigValue<String> {
    Known(text.to_owned())
}

pub(in crate::rules) fn texts(texts: &[&str]) -> ConfigValue<Vec<ConfigValue<String>>> {
    Known(texts.iter().map(|one| text(one)).collect())
}

pub(in crate::rules) fn header(name: &str) -> Header {
    header_with_value(name, "v")
}

pub(in crate::rules) fn header_with_value(name: &str, value: &str) -> Header {
    Header { name: text(name), value: text(value) }
}

pub(in crate::rules) fn resource(rest: &str) -> ConfigValue<String> {
    text(&format!(
        "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-global/providers/Microsoft.{rest}"
    ))
}

/// A profile with two external endpoints that breaks no rule.
pub fn sound() -> Profile {
    let endpoint = |target| Endpoint { target: text(target), ..Endpoint::default() };
    Profile {
        id: resource("Network/trafficManagerProfiles/shop"),
        name: text("shop"),
        resource_group_name: text("rg-global"),
        traffic_routing_method: text("Weighted"),
        dns_config: DnsConfig { relative_name: text("contoso-shop"), ttl: Known(30) },
        monitor_config: MonitorConfig {
            protocol: text("HTTPS"),
            port: Known(443),
            path: text("/health"),
            ..MonitorConfig::default()
        },
        endpoints: Known(BTreeMap::from([
            ("east".to_owned(), endpoint("shop-east.example.com")),
            ("west".to_owned(), endpoint("shop-west.example.com")),
        ])),
        ..Profile::default()
    }
}

impl Profile {
    pub(in crate::rules) fn all(&mut self) -> &mut BTreeMap<String, Endpoint> {
        match &mut self.endpoints {
            Known(endpoints) => endpoints,
            Absent | Unknown => panic!("the sound profile has endpoints"),
        }
    }

    pub(in crate::rules) fn east(&mut self) -> &mut Endpoint {
        self.all().get_mut("east").expect("the sound profile has it")
    }

    pub(in crate::rules) fn west(&mut self) -> &mut Endpoint {
        self.all().get_mut("west").expect("the sound profile has it")
    }

    pub(in crate::rules) fn rename_east(&mut self, name: &str) {
        let east = self.all().remove("east").expect("the sound profile has it");
        self.all().insert(name.to_owned(), east);
    }

    pub(in crate::rules) fn routed(&mut self, method: RoutingMethod) -> &mut Self {
        self.traffic_routing_method = text(method.as_str());
        self
    }

    /// Lets the endpoint `west` lead to a resource, such as `Network/publicIPAddresses/ip`.
    pub(in crate::rules) fn west_to(&mut self, rest: &str) -> &mut Endpoint {
        self.west().target = Absent;
        self.west().target_resource_id = resource(rest);
        self.west()
    }

    pub(in crate::rules) fn subnets(&mut self, east: &[Subnet], west: &[Subnet]) {
        self.routed(RoutingMethod::Subnet);
        self.east().subnets = Known(east.to_vec());
        self.west().subnets = Known(west.to_vec());
    }
}

pub(in crate::rules) fn subnet(first: &str) -> Subnet {
    Subnet { first: text(first), ..Subnet::default() }
}

pub(in crate::rules) fn to(first: &str, last: &str) -> Subnet {
    Subnet { last: text(last), ..subnet(first) }
}

pub(in crate::rules) fn block(first: &str, scope: i64) -> Subnet {
    Subnet { scope: Known(scope), ..subnet(first) }
}
