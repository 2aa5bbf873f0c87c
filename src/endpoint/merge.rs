//! How an endpoint in Azure, that of the state and the planned one come together.

use arm::model::{CustomHeader, Endpoint, EndpointProperties, Profile};
use traffic_manager::id::{self, EndpointKey, EndpointKind};

use super::filled;
use crate::three_way::Three;

/// The endpoint of a profile.
pub(crate) fn find<'a>(profile: &'a Profile, own: &EndpointKey) -> Option<&'a Endpoint> {
    profile.endpoints().find(|endpoint| key(endpoint).as_ref() == Some(own))
}

/// What tells an endpoint from the others. The client believes no answer in which one has no name or an unknown kind.
pub(crate) fn key(endpoint: &Endpoint) -> Option<EndpointKey> {
    let kind = EndpointKind::from_type_name(endpoint.type_name.as_deref()?)?;
    Some(EndpointKey::new(kind, endpoint.name.as_deref()?))
}

/// The endpoint as it will be, without what Azure computes.
pub(crate) fn merge(of: &Three<Endpoint>) -> Endpoint {
    let properties = of.field(|endpoint| endpoint.properties.clone().unwrap_or_default());
    Endpoint { properties: Some(endpoint_properties(&properties)), ..of.live.clone() }
}

fn endpoint_properties(of: &Three<EndpointProperties>) -> EndpointProperties {
    let target_resource_id = of.field(|it| it.target_resource_id.clone()).merged_or_live();
    let stays = matches!((&of.live.target_resource_id, &target_resource_id),
        (Some(live), Some(merged)) if id::same(live, merged));
    let is_nested = target_resource_id
        .as_deref()
        .is_some_and(|id| EndpointKind::from_target_resource_id(id) == EndpointKind::Nested);
    // Azure finds these two out from the resource, and does so again when it is another.
    let found = |own: Three<Option<String>>| match (&target_resource_id, stays) {
        (None, _) => own.merged(),
        (Some(_), true) => own.live,
        (Some(_), false) => None,
    };
    let location = of.field(|it| it.endpoint_location.clone());
    EndpointProperties {
        endpoint_status: of.field(|it| it.endpoint_status.clone()).merged_or_live(),
        endpoint_monitor_status: None,
        target: found(of.field(|it| it.target.clone())),
        endpoint_location: if is_nested { location.merged() } else { found(location) },
        target_resource_id,
        weight: of.field(|it| it.weight).merged_or_live(),
        priority: of.field(|it| it.priority).merged_or_live(),
        min_child_endpoints: of.field(|it| it.min_child_endpoints).merged_or_live(),
        min_child_endpoints_ipv4: of.field(|it| it.min_child_endpoints_ipv4).merged_or_live(),
        min_child_endpoints_ipv6: of.field(|it| it.min_child_endpoints_ipv6).merged_or_live(),
        custom_headers: of.field(|it| it.custom_headers.clone()).elements(header_name),
        subnets: of
            .field(|it| it.subnets.clone())
            .elements(|subnet| (subnet.first.clone(), subnet.last.clone(), subnet.scope)),
        geo_mapping: of.field(|it| it.geo_mapping.clone()).elements(|code| code.to_lowercase()),
        always_serve: of.field(|it| it.always_serve.clone()).merged_or_live(),
        extra: of.live.extra.clone(),
    }
}

/// An endpoint without what Azure computes, and without empty collections, which are the same as none.
pub(crate) fn without_computed(endpoint: Endpoint) -> Endpoint {
    let properties = endpoint.properties.unwrap_or_default();
    let properties = EndpointProperties {
        endpoint_monitor_status: None,
        custom_headers: properties.custom_headers.and_then(filled),
        subnets: properties.subnets.and_then(filled),
        geo_mapping: properties.geo_mapping.and_then(filled),
        ..properties
    };
    Endpoint { id: None, properties: Some(properties), ..endpoint }
}

/// What tells a header of probes from the others.
pub(crate) fn header_name(header: &CustomHeader) -> Option<String> {
    header.name.as_ref().map(|name| name.to_lowercase())
}
