//! The states of azurerm's endpoints as states of these, for `moved` blocks: of the three resources of today, and of the one
//! for all kinds that azurerm 3.0 removed.

use serde::Deserialize;
use tf_plugin::object::Object as _;
use tf_plugin::resource::{Move, State, WithMove};
use tf_plugin::{Diagnostics, Path, Set, Value};
use traffic_manager::id::{EndpointId, EndpointKind};

use super::kind::{AzureEndpoint, EndpointType, ExternalEndpoint, NestedProfile};
use super::model::Endpoint;
use super::resource::EndpointResource;
use crate::azurerm::{self, StoredHeader, StoredTimeouts, headers, positive, text, texts, timeouts};
use crate::endpoint::{Subnet, enabled};
use crate::ids;

/// azurerm's types of endpoints. The last one is that for all kinds.
const SOURCES: [&str; 4] = [
    "azurerm_traffic_manager_azure_endpoint",
    "azurerm_traffic_manager_external_endpoint",
    "azurerm_traffic_manager_nested_endpoint",
    "azurerm_traffic_manager_endpoint",
];

impl<T: EndpointType> WithMove for EndpointResource<T> {
    fn moved(&self, request: &Move, diagnostics: &mut Diagnostics) -> Option<State<Self>> {
        let stored: Stored = azurerm::state_of(request, &SOURCES, diagnostics)?;
        let id = ids::in_state(&text(stored.id.clone()), EndpointId::parse, diagnostics)?;
        if id.kind != T::KIND {
            refuse_kind(&id, &request.type_name, T::TYPE_NAME, diagnostics);
            return None;
        }
        Some(State::new(endpoint(stored, id)))
    }
}

/// Names the resource type of the endpoint's kind.
fn refuse_kind(id: &EndpointId, source: &str, target: &str, diagnostics: &mut Diagnostics) {
    let right = match id.kind {
        EndpointKind::Azure => AzureEndpoint::TYPE_NAME,
        EndpointKind::External => ExternalEndpoint::TYPE_NAME,
        EndpointKind::Nested => NestedProfile::TYPE_NAME,
    };
    diagnostics.error(
        Path::root(),
        "Cannot move an endpoint to a resource of another kind",
        format!(
            "The endpoint {:?}, which {source} has in the state, is one of the {}. It cannot be moved to {target}: change the \
             resource, and `to` in the `moved` block, to {right}.",
            id.name,
            id.kind.segment()
        ),
    );
}

/// What azurerm stores of an endpoint: the attributes of all four types.
#[derive(Deserialize)]
struct Stored {
    id: Option<String>,
    name: Option<String>,
    profile_id: Option<String>,
    target: Option<String>,
    target_resource_id: Option<String>,
    enabled: Option<bool>,
    /// What `enabled` was called.
    endpoint_status: Option<String>,
    always_serve_enabled: Option<bool>,
    weight: Option<i64>,
    priority: Option<i64>,
    endpoint_location: Option<String>,
    geo_mappings: Option<Vec<String>>,
    subnet: Option<Vec<StoredSubnet>>,
    custom_header: Option<Vec<StoredHeader>>,
    #[serde(alias = "min_child_endpoints")]
    minimum_child_endpoints: Option<i64>,
    minimum_required_child_endpoints_ipv4: Option<i64>,
    minimum_required_child_endpoints_ipv6: Option<i64>,
    endpoint_monitor_status: Option<String>,
    timeouts: Option<StoredTimeouts>,
}

#[derive(Deserialize)]
struct StoredSubnet {
    first: Option<String>,
    last: Option<String>,
    scope: Option<i64>,
}

/// The state. The id keeps azurerm's spelling, so that nothing changes that is made of it. The private data does not say that
/// the configuration has a priority, which nobody knows here: without one in it, the number stays.
fn endpoint(stored: Stored, id: EndpointId) -> Endpoint {
    let is_external = id.kind == EndpointKind::External;
    let (target, resolved) = if is_external { (stored.target, None) } else { (None, stored.target) };
    let subnets = stored.subnet.into_iter().flatten().map(subnet);
    Endpoint {
        profile_id: text(stored.profile_id.or_else(|| Some(id.profile.to_string()))),
        name: text(stored.name.or(Some(id.name))),
        id: text(stored.id),
        target: text(target),
        target_resource_id: text(stored.target_resource_id),
        enabled: stored.enabled.map_or_else(|| enabled(stored.endpoint_status.as_deref()), Value::Known),
        always_serve_enabled: stored.always_serve_enabled.into(),
        weight: positive(stored.weight),
        priority: positive(stored.priority),
        endpoint_location: text(stored.endpoint_location),
        geo_mappings: texts(stored.geo_mappings),
        subnet: Value::Known(Set(subnets.collect())),
        custom_header: headers(stored.custom_header),
        minimum_child_endpoints: positive(stored.minimum_child_endpoints),
        minimum_required_child_endpoints_ipv4: stored.minimum_required_child_endpoints_ipv4.into(),
        minimum_required_child_endpoints_ipv6: stored.minimum_required_child_endpoints_ipv6.into(),
        resolved_target: text(resolved),
        monitor_status: text(stored.endpoint_monitor_status),
        timeouts: timeouts(stored.timeouts),
        ..Endpoint::null()
    }
}

/// A subnet. azurerm stores 0 for no `scope`, and means it for `0.0.0.0` without `last`: all addresses.
fn subnet(stored: StoredSubnet) -> Subnet {
    let is_all = stored.last.as_deref().unwrap_or_default().is_empty() && stored.first.as_deref() == Some("0.0.0.0");
    Subnet {
        scope: if is_all { stored.scope.into() } else { positive(stored.scope) },
        first: text(stored.first),
        last: text(stored.last),
    }
}
