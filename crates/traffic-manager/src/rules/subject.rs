//! What rules look at besides a whole profile: an endpoint or a list of headers, at its path and with what has to be
//! known of the profile. It decides nothing.

use std::fmt;

use super::config::{Endpoint, Header, Profile};
use super::path::Path;
use super::quoted::Quoted;
use crate::config_value::ConfigValue;
use crate::profile::{MonitorProtocol, RecordType, RoutingMethod};

/// What is known of the profile of an endpoint. Of a profile that is managed elsewhere, that may be its id alone.
#[derive(Clone, Debug)]
pub struct ProfileContext {
    /// The id, for endpoints that lead back to their profile.
    pub id: ConfigValue<String>,
    /// How an endpoint is chosen.
    pub traffic_routing_method: ConfigValue<String>,
    /// The kind of records that the profile is restricted to.
    pub record_type: ConfigValue<String>,
    /// How endpoints are probed.
    pub protocol: ConfigValue<String>,
}

/// One endpoint, with its place in the configuration and what is known of its profile.
pub(super) struct PlacedEndpoint<'a> {
    pub(super) endpoint: &'a Endpoint,
    pub(super) profile: &'a ProfileContext,
    pub(super) place: Place<'a>,
    path: Path,
}

/// How a configuration holds an endpoint, which decides where its name stands.
#[derive(Clone, Copy)]
pub(super) enum Place<'a> {
    /// An element of the map `endpoints` of a profile, under this key.
    Element(&'a str),
    /// A resource of its own, with this attribute `name`. Its type tells the kind, so it has either `target` or
    /// `target_resource_id`, and the settings of the profile are in another resource.
    Resource(&'a ConfigValue<String>),
}

/// A list of headers, with its place and the protocol of the probes that they are sent with.
pub(super) struct HeaderList<'a> {
    pub(super) path: Path,
    pub(super) headers: &'a [Header],
    /// Whether each header has a path of its own: an element of a map has, one of a set has not.
    pub(super) keyed: bool,
    pub(super) protocol: Option<MonitorProtocol>,
}

impl ProfileContext {
    /// A profile of which nothing is known.
    pub const fn unknown() -> Self {
        Self {
            id: ConfigValue::Unknown,
            traffic_routing_method: ConfigValue::Unknown,
            record_type: ConfigValue::Unknown,
            protocol: ConfigValue::Unknown,
        }
    }

    /// The record type, when it is known and a word that the service knows.
    pub(super) fn record_type(&self) -> Option<RecordType> {
        self.record_type.parsed(RecordType::parse_ignoring_case)
    }
}

/// What the endpoints of this profile have to know of it.
impl From<&Profile> for ProfileContext {
    fn from(profile: &Profile) -> Self {
        Self {
            id: profile.id.clone(),
            traffic_routing_method: profile.traffic_routing_method.clone(),
            record_type: profile.record_type.clone(),
            protocol: profile.monitor_config.protocol.clone(),
        }
    }
}

impl<'a> PlacedEndpoint<'a> {
    /// The endpoints of a profile at a path, in the order of their keys.
    pub(super) fn in_profile(profile: &'a Profile, context: &'a ProfileContext, at: &Path) -> Vec<Self> {
        let map = at.attribute("endpoints");
        let placed = |(key, endpoint): (&'a str, &'a Endpoint)| Self {
            endpoint,
            profile: context,
            place: Place::Element(key),
            path: map.key(key),
        };
        profile.known_endpoints().map(placed).collect()
    }

    /// An endpoint that is a resource of its own.
    pub(super) fn resource(
        endpoint: &'a Endpoint,
        name: &'a ConfigValue<String>,
        profile: &'a ProfileContext,
        at: &Path,
    ) -> Self {
        Self { endpoint, profile, place: Place::Resource(name), path: at.clone() }
    }

    /// The path of the endpoint itself.
    pub(super) fn path(&self) -> Path {
        self.path.clone()
    }

    /// The path of one of its attributes. Where a map's element has collections, a resource has blocks.
    pub(super) fn at(&self, attribute: &'static str) -> Path {
        let attribute = match attribute {
            "subnets" if self.is_resource() => "subnet",
            "custom_headers" if self.is_resource() => "custom_header",
            attribute => attribute,
        };
        self.path.attribute(attribute)
    }

    /// What the configuration calls it: its key or its name. `None` while the name is not known.
    pub(super) fn label(&self) -> Option<&'a str> {
        match self.place {
            Place::Element(key) => Some(key),
            Place::Resource(name) => name.known().map(String::as_str),
        }
    }

    /// Whether it is a resource of its own.
    pub(super) const fn is_resource(&self) -> bool {
        matches!(self.place, Place::Resource(_))
    }

    /// Whether the routing method of its profile is known to be this one.
    pub(super) fn is_routed_by(&self, method: RoutingMethod) -> bool {
        self.profile.traffic_routing_method.parsed(RoutingMethod::parse_ignoring_case) == Some(method)
    }
}

/// How a text names it: `the endpoint "east"`, or `the endpoint` while its name is not known.
impl fmt::Display for PlacedEndpoint<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.label() {
            Some(label) => write!(f, "the endpoint {}", Quoted(label)),
            None => f.write_str("the endpoint"),
        }
    }
}

impl<'a> HeaderList<'a> {
    /// The headers of the probes of a profile.
    pub(super) fn from_profile(profile: &'a Profile, at: &Path) -> Option<Self> {
        Some(Self {
            path: at.monitor("custom_header"),
            headers: profile.monitor_config.custom_header.known()?,
            keyed: false,
            protocol: profile.monitor_config.known_protocol(),
        })
    }

    /// The headers of the probes of one endpoint.
    pub(super) fn from_endpoint(placed: &PlacedEndpoint<'a>) -> Option<Self> {
        Some(Self {
            path: placed.at("custom_headers"),
            headers: placed.endpoint.custom_headers.known()?,
            keyed: !placed.is_resource(),
            protocol: placed.profile.protocol.parsed(MonitorProtocol::parse_ignoring_case),
        })
    }

    /// The known names of the headers.
    pub(super) fn names(&self) -> impl Iterator<Item = &'a str> {
        self.headers.iter().filter_map(|header| header.name.known()).map(String::as_str)
    }
}
