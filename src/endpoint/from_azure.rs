//! From what Azure answers of an endpoint to Terraform's terms.

use std::collections::BTreeMap;

use arm::model::{self as azure, EndpointProperties};
use tf_plugin::{Set, Value};
use traffic_manager::id::EndpointKind;
use traffic_manager::profile::Status;

use super::{Endpoint, Subnet};

/// Its kind, which its type says.
pub(crate) fn kind_of(endpoint: &azure::Endpoint) -> Option<EndpointKind> {
    endpoint.type_name.as_deref().and_then(EndpointKind::from_type_name)
}

/// The endpoint that follows from an answer.
pub(crate) fn from_azure(endpoint: azure::Endpoint) -> Endpoint {
    let kind = kind_of(&endpoint);
    let properties = endpoint.properties.unwrap_or_default();
    let external = kind == Some(EndpointKind::External);
    Endpoint {
        target_resource_id: properties.target_resource_id.clone().filter(|_| !external).into(),
        weight: properties.weight.into(),
        priority: properties.priority.into(),
        enabled: enabled(properties.endpoint_status.as_deref()),
        always_serve_enabled: enabled(properties.always_serve.as_deref()),
        minimum_child_endpoints: properties.min_child_endpoints.into(),
        minimum_required_child_endpoints_ipv4: properties.min_child_endpoints_ipv4.into(),
        minimum_required_child_endpoints_ipv6: properties.min_child_endpoints_ipv6.into(),
        geo_mappings: filled(properties.geo_mapping.clone(), |codes| {
            Set(codes.into_iter().map(Value::Known).collect())
        }),
        subnets: filled(properties.subnets.clone(), |subnets| Set(subnets.into_iter().map(subnet).collect())),
        custom_headers: headers(&properties).into(),
        target: properties.target.clone().filter(|_| external).into(),
        resolved_target: properties.target.into(),
        endpoint_location: properties.endpoint_location.filter(|_| kind != Some(EndpointKind::Azure)).into(),
        id: endpoint.id.into(),
        r#type: endpoint.type_name.into(),
        monitor_status: properties.endpoint_monitor_status.into(),
    }
}

/// Null, absent and empty are the same in Azure's answers.
fn filled<T, U>(list: Option<Vec<T>>, make: impl FnOnce(Vec<T>) -> U) -> Value<U> {
    list.filter(|list| !list.is_empty()).map(make).into()
}

fn subnet(subnet: azure::Subnet) -> Value<Subnet> {
    Value::Known(Subnet { first: subnet.first.into(), last: subnet.last.into(), scope: subnet.scope.into() })
}

fn headers(properties: &EndpointProperties) -> Option<BTreeMap<String, Value<String>>> {
    let headers = properties.custom_headers.as_ref().filter(|headers| !headers.is_empty())?;
    let named = headers.iter().filter_map(|header| {
        let value = header.value.clone().unwrap_or_default();
        Some((header.name.clone()?, Value::Known(value)))
    });
    Some(named.collect())
}

/// Whether a status says `Enabled`. One that is missing tells nothing.
pub(crate) fn enabled(status: Option<&str>) -> Value<bool> {
    status.map(|word| Status::parse_ignoring_case(word) != Some(Status::Disabled)).into()
}
