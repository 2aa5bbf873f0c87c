//! The states of azurerm's endpoints as states of these, for `moved` blocks: of the three resources of today, and of the one
//! for all kinds that azurerm 3.0 removed.

use serde::Deserialize;
use tf_plugin::object::Object as _;
use tf_plugin::resource::{Move, State, WithMove};
use tf_plugin::{Diagnostics, Path, Set, Value};
use traffic_manager::id::{EndpointId, EndpointKind};

use super::kind::{EndpointResource, EndpointType, type_name};
use super::model::Endpoint;
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
    let right = type_name(id.kind);
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
    let is_all =
        stored.last.as_deref().unwrap_or_default().is_empty() && stored.first.as_deref() == Some("0.0.0.0");
    Subnet {
        scope: if is_all { stored.scope.into() } else { positive(stored.scope) },
        first: text(stored.first),
        last: text(stored.last),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::azurerm::stored_by;
    use crate::custom_headers::CustomHeader;
    use crate::timeouts::Timeouts;

    const GROUP: &str = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-global/providers/Microsoft.Network";

    fn moved(release: &str, type_name: &str, name: &str) -> Endpoint {
        let stored: Stored = stored_by(release, type_name, name);
        let id = EndpointId::parse(stored.id.as_deref().unwrap()).unwrap();
        endpoint(stored, id)
    }

    fn range(first: &str, last: Option<&str>, scope: Option<i64>) -> Subnet {
        Subnet { first: first.into(), last: last.map(str::to_owned).into(), scope: scope.into() }
    }

    /// Asserts that the one resource for all kinds says the same, but for what it did not have.
    fn is_stored_alike(name: &str, today: &Endpoint, not_before: impl FnOnce(&mut Endpoint)) {
        let mut older = moved("2.x", "azurerm_traffic_manager_endpoint", name);
        assert!(id_is_same(&older, today), "{older:?}");
        older.id = today.id.clone();
        not_before(&mut older);
        assert_eq!(older, *today);
    }

    fn id_is_same(one: &Endpoint, other: &Endpoint) -> bool {
        one.endpoint_id().is_some() && one.endpoint_id() == other.endpoint_id()
    }

    #[test]
    fn everything_that_azurerm_stores_of_an_external_endpoint_is_carried_over() {
        let header = CustomHeader { name: "X-Office".into(), value: "probe".into() };
        let expected = Endpoint {
            id: format!("{GROUP}/trafficManagerProfiles/shop/ExternalEndpoints/office").as_str().into(),
            profile_id: format!("{GROUP}/trafficManagerProfiles/shop").as_str().into(),
            name: "office".into(),
            target: "office.example.com".into(),
            enabled: Value::Known(true),
            always_serve_enabled: Value::Known(true),
            weight: Value::Known(30),
            priority: Value::Known(3),
            endpoint_location: "westeurope".into(),
            geo_mappings: Value::Known(Set(vec!["FR".into(), "DE".into()])),
            subnet: Value::Known(Set(vec![
                range("10.2.0.1", Some("10.2.0.9"), None),
                range("10.1.0.0", None, Some(16)),
            ])),
            custom_header: Value::Known(Set(vec![header])),
            ..Endpoint::null()
        };
        assert_eq!(moved("5.x", "azurerm_traffic_manager_external_endpoint", "office"), expected);
        is_stored_alike("office", &expected, |older| {
            older.always_serve_enabled = Value::Known(true);
            older.monitor_status = Value::Null;
            older.minimum_required_child_endpoints_ipv4 = Value::Null;
            older.minimum_required_child_endpoints_ipv6 = Value::Null;
        });
    }

    #[test]
    fn everything_that_azurerm_stores_of_an_azure_endpoint_is_carried_over() {
        let timeouts = Timeouts { create: "60m".into(), delete: "10m".into(), ..Timeouts::null() };
        let expected = Endpoint {
            id: format!("{GROUP}/trafficManagerProfiles/child/AzureEndpoints/east").as_str().into(),
            profile_id: format!("{GROUP}/trafficManagerProfiles/child").as_str().into(),
            name: "east".into(),
            target_resource_id: format!("{GROUP}/publicIPAddresses/east").as_str().into(),
            enabled: Value::Known(false),
            always_serve_enabled: Value::Known(false),
            weight: Value::Known(100),
            priority: Value::Known(2),
            subnet: Value::Known(Set(Vec::new())),
            custom_header: Value::Known(Set(Vec::new())),
            timeouts: Value::Known(timeouts),
            ..Endpoint::null()
        };
        assert_eq!(moved("5.x", "azurerm_traffic_manager_azure_endpoint", "east"), expected);
        let older = moved("2.x", "azurerm_traffic_manager_endpoint", "east");
        assert_eq!(older.resolved_target, "east.westeurope.cloudapp.azure.com".into());
        assert_eq!((older.endpoint_location, older.monitor_status), ("westeurope".into(), "Disabled".into()));
        assert_eq!((older.target, older.enabled), (Value::Null, Value::Known(false)));
    }

    #[test]
    fn everything_that_azurerm_stores_of_a_nested_endpoint_is_carried_over() {
        let today = moved("5.x", "azurerm_traffic_manager_nested_endpoint", "child");
        assert_eq!(today.minimum_child_endpoints, Value::Known(2));
        assert_eq!(today.minimum_required_child_endpoints_ipv4, Value::Known(1));
        assert_eq!(today.minimum_required_child_endpoints_ipv6, Value::Known(0));
        assert_eq!(today.geo_mappings, Value::Known(Set(vec!["WORLD".into()])));
        is_stored_alike("child", &today, |older| {
            assert_eq!(older.resolved_target, "contoso-child.trafficmanager.net".into());
            older.resolved_target = Value::Null;
            older.monitor_status = Value::Null;
        });
    }

    #[test]
    fn a_scope_of_0_is_one_for_all_addresses_only() {
        let stored = |first: &str, last: &str, scope: i64| {
            let json = serde_json::json!({ "first": first, "last": last, "scope": scope });
            subnet(serde_json::from_value(json).unwrap())
        };
        assert_eq!(stored("0.0.0.0", "", 0), range("0.0.0.0", None, Some(0)));
        assert_eq!(stored("0.0.0.0", "9.9.9.9", 0), range("0.0.0.0", Some("9.9.9.9"), None));
        assert_eq!(stored("10.0.0.1", "", 0), range("10.0.0.1", None, None));
        assert_eq!(stored("10.0.0.0", "", 8), range("10.0.0.0", None, Some(8)));
    }

    #[test]
    fn a_state_with_nothing_but_an_id_is_enough() {
        let id = format!("{GROUP}/trafficmanagerprofiles/shop/externalendpoints/office");
        let stored: Stored = serde_json::from_value(serde_json::json!({ "id": id })).unwrap();
        let moved = endpoint(stored, EndpointId::parse(&id).unwrap());
        assert_eq!((moved.id.as_deref(), moved.name.as_deref()), (Some(id.as_str()), Some("office")));
        assert_eq!(moved.profile_id, format!("{GROUP}/trafficManagerProfiles/shop").as_str().into());
    }
}
