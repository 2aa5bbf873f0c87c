//! From a configuration, as the rules are asked about it, to a profile that the engine can route by.

use std::net::IpAddr;

use super::profile::{Endpoint, Profile, Target};
use crate::address_range::AddressRange;
use crate::config_value::ConfigValue;
use crate::health::{ChildMinimums, Health, Probe};
use crate::id::EndpointKind;
use crate::profile::{RoutingMethod, Status, defaults};
use crate::rules::{self, Path};

/// Why a configuration cannot be routed by.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum NotRoutable {
    /// This attribute decides, and is not known yet.
    Unknown(Path),
    /// This attribute decides, and its value is not valid, or is missing.
    Invalid(Path),
}

impl Profile {
    /// The profile of a configuration, with endpoints whose probes succeed. An attribute that its routing method does not look
    /// at need not be known, and neither need the TTL: it is 0 then.
    ///
    /// Endpoints are named as in the configuration: by their keys. Nested endpoints lead to profiles by their IDs, lower case;
    /// an endpoint of another Azure resource has an unknown target.
    ///
    /// # Errors
    /// If something that decides is not known or not valid.
    pub fn from_config(config: &rules::Profile) -> Result<Self, NotRoutable> {
        let at = Path::root();
        let word = decides(&config.traffic_routing_method, &at.attribute("traffic_routing_method"))?;
        let method = word.and_then(|word| RoutingMethod::parse_ignoring_case(word));
        let method = method.ok_or_else(|| NotRoutable::Invalid(at.attribute("traffic_routing_method")))?;
        let status = match decides(&config.profile_status, &at.attribute("profile_status"))? {
            Some(word) => Status::parse_ignoring_case(word)
                .ok_or_else(|| NotRoutable::Invalid(at.attribute("profile_status")))?,
            None => Status::Enabled,
        };
        let ttl = config.dns_config.ttl.known();
        let max_return = match method {
            RoutingMethod::MultiValue => decides(&config.max_return, &at.attribute("max_return"))?,
            _ => None,
        };
        let endpoints = at.attribute("endpoints");
        let given = decides(&config.endpoints, &endpoints)?;
        let endpoint =
            |(key, it): (&String, &rules::Endpoint)| endpoint(key, it, method, &endpoints.key(key));
        Ok(Self {
            status,
            ttl: ttl.map_or(0, |ttl| u32::try_from(*ttl).unwrap_or(0)),
            max_return: max_return.map_or(defaults::MAX_RETURN, |count| {
                usize::try_from(*count).unwrap_or(defaults::MAX_RETURN)
            }),
            ..Self::new(
                config.name.known().map_or("profile", String::as_str),
                method,
                given.into_iter().flatten().map(endpoint).collect::<Result<_, _>>()?,
            )
        })
    }
}

fn endpoint(
    key: &str,
    config: &rules::Endpoint,
    method: RoutingMethod,
    at: &Path,
) -> Result<Endpoint, NotRoutable> {
    let enabled = decides(&config.enabled, &at.attribute("enabled"))?.copied().unwrap_or(true);
    let always_serve = decides(&config.always_serve_enabled, &at.attribute("always_serve_enabled"))?;
    let mut endpoint = Endpoint {
        status: Status::from_enabled(enabled),
        always_serve: Status::from_enabled(always_serve.copied().unwrap_or(false)),
        health: Health::Probed(Probe::Healthy),
        ..Endpoint::new(key, target(config))
    };
    if matches!(endpoint.target, Target::Profile(_)) {
        endpoint.minimums = minimums(config, at)?;
    }
    match method {
        RoutingMethod::Weighted => {
            let weight = decides(&config.weight, &at.attribute("weight"))?;
            endpoint.weight = number(weight, &at.attribute("weight"), defaults::WEIGHT)?;
        }
        RoutingMethod::Priority => {
            let priority = decides(&config.priority, &at.attribute("priority"))?;
            // One that is left out comes after all that are given.
            endpoint.priority = number(priority, &at.attribute("priority"), i64::from(u32::MAX))?;
        }
        RoutingMethod::Performance => {
            endpoint.location =
                decides(&config.endpoint_location, &at.attribute("endpoint_location"))?.cloned();
        }
        RoutingMethod::Geographic => {
            let path = at.attribute("geo_mappings");
            for code in decides(&config.geo_mappings, &path)?.into_iter().flatten() {
                endpoint.geo_mappings.extend(decides(code, &path)?.cloned());
            }
        }
        RoutingMethod::Subnet => {
            let path = at.attribute("subnets");
            for subnet in decides(&config.subnets, &path)?.into_iter().flatten() {
                endpoint.subnets.push(range(subnet, &path)?);
            }
        }
        RoutingMethod::MultiValue => {}
    }
    Ok(endpoint)
}

fn target(config: &rules::Endpoint) -> Target {
    match (&config.target, &config.target_resource_id) {
        (ConfigValue::Known(target), _) => Target::parse(target),
        (_, ConfigValue::Known(id)) => match EndpointKind::from_target_resource_id(id) {
            EndpointKind::Nested => Target::Profile(id.to_lowercase()),
            EndpointKind::Azure | EndpointKind::External => Target::Unknown,
        },
        _ => Target::Unknown,
    }
}

fn minimums(config: &rules::Endpoint, at: &Path) -> Result<ChildMinimums, NotRoutable> {
    let minimum = |value: &ConfigValue<i64>, attribute, default: u32| {
        let path = at.attribute(attribute);
        number(decides(value, &path)?, &path, i64::from(default))
    };
    let default = ChildMinimums::default();
    Ok(ChildMinimums {
        any: minimum(&config.minimum_child_endpoints, "minimum_child_endpoints", default.any)?,
        v4: minimum(
            &config.minimum_required_child_endpoints_ipv4,
            "minimum_required_child_endpoints_ipv4",
            default.v4,
        )?,
        v6: minimum(
            &config.minimum_required_child_endpoints_ipv6,
            "minimum_required_child_endpoints_ipv6",
            default.v6,
        )?,
    })
}

fn range(subnet: &rules::Subnet, at: &Path) -> Result<AddressRange, NotRoutable> {
    let invalid = || NotRoutable::Invalid(at.clone());
    let address = |text: &String| text.parse::<IpAddr>().map_err(|_| invalid());
    let first = address(decides(&subnet.first, at)?.ok_or_else(invalid)?)?;
    match (decides(&subnet.last, at)?, decides(&subnet.scope, at)?) {
        (None, None) => Ok(AddressRange::single(first)),
        (Some(last), None) => AddressRange::new(first, address(last)?).map_err(|_| invalid()),
        (None, Some(scope)) => AddressRange::block(first, *scope).map_err(|_| invalid()),
        (Some(_), Some(_)) => Err(invalid()),
    }
}

/// A value that decides: `None` if it is left out.
fn decides<'a, T>(value: &'a ConfigValue<T>, at: &Path) -> Result<Option<&'a T>, NotRoutable> {
    if value.is_unknown() { Err(NotRoutable::Unknown(at.clone())) } else { Ok(value.known()) }
}

fn number(value: Option<&i64>, at: &Path, default: i64) -> Result<u32, NotRoutable> {
    u32::try_from(value.copied().unwrap_or(default)).map_err(|_| NotRoutable::Invalid(at.clone()))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn config(method: &str, endpoint: rules::Endpoint) -> rules::Profile {
        rules::Profile {
            traffic_routing_method: ConfigValue::Known(method.to_owned()),
            endpoints: ConfigValue::Known(BTreeMap::from([("a".to_owned(), endpoint)])),
            ..rules::Profile::default()
        }
    }

    #[test]
    fn only_what_the_method_looks_at_has_to_be_known() {
        let endpoint = rules::Endpoint {
            weight: ConfigValue::Unknown,
            target: ConfigValue::Known("a.example.com".to_owned()),
            ..rules::Endpoint::default()
        };
        assert!(Profile::from_config(&config("priority", endpoint.clone())).is_ok());
        let unknown = Profile::from_config(&config("Weighted", endpoint)).unwrap_err();
        let path = Path::root().attribute("endpoints").key("a").attribute("weight");
        assert_eq!(unknown, NotRoutable::Unknown(path));
        let method = Profile::from_config(&config("Fastest", rules::Endpoint::default())).unwrap_err();
        assert_eq!(method, NotRoutable::Invalid(Path::root().attribute("traffic_routing_method")));
    }

    #[test]
    fn a_subnet_is_an_address_a_range_or_a_block() {
        let subnet = |first: &str, last: Option<&str>, scope: Option<i64>| {
            let subnet = rules::Subnet {
                first: ConfigValue::Known(first.to_owned()),
                last: last.map(str::to_owned).into(),
                scope: scope.into(),
            };
            let endpoint =
                rules::Endpoint { subnets: ConfigValue::Known(vec![subnet]), ..rules::Endpoint::default() };
            Profile::from_config(&config("Subnet", endpoint)).map(|profile| profile.endpoints[0].subnets[0])
        };
        let ip = |text: &str| text.parse::<IpAddr>().unwrap();
        assert_eq!(subnet("192.0.2.7", None, None), Ok(AddressRange::single(ip("192.0.2.7"))));
        assert_eq!(subnet("192.0.2.0", None, Some(24)).unwrap().last(), ip("192.0.2.255"));
        assert_eq!(subnet("192.0.2.0", Some("192.0.2.9"), None).unwrap().last(), ip("192.0.2.9"));
        for (first, last, scope) in
            [("x", None, None), ("192.0.2.1", None, Some(24)), ("192.0.2.9", Some("192.0.2.1"), None)]
        {
            assert!(matches!(subnet(first, last, scope), Err(NotRoutable::Invalid(_))), "{first}");
        }
    }
}
