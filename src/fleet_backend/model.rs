//! The Fleet backend in Terraform's terms: its declaration, and the one mapping between it, the hub's API and the rules.

use hub::{ObjectKey, TrafficManagerBackend};
use tf_plugin::object::Object as _;
use tf_plugin::{Set, Value, object};
use traffic_manager::rules;

use crate::azure::Azure;
use crate::endpoint::config_value;
use crate::fleet_object::{Awaited, Condition, FleetObject, Head, Subject};
use crate::timeouts::Timeouts;

object! {
    /// Manages a `TrafficManagerBackend` on the hub of an Azure Kubernetes Fleet Manager: the endpoints of one service, in the
    /// clusters that export it, in a profile of `azuretm_fleet_profile`.
    pub struct Backend {
        /// The name of the backend.
        ///
        /// Changing it replaces the backend.
        pub name: Value<String> => [required, replaces],
        /// The namespace of the backend, of its profile and of its service.
        ///
        /// Changing it replaces the backend.
        pub namespace: Value<String> => [required, replaces],
        /// The name of the Fleet profile, in the same namespace.
        ///
        /// Changing it replaces the backend.
        pub profile_name: Value<String> => [required, replaces],
        /// The name of the service, in the same namespace, as member clusters export it.
        ///
        /// Changing it replaces the backend.
        pub service_name: Value<String> => [required, replaces],
        /// The weight of the backend among the backends of the profile, from 0 to 1000. The clusters share it by the weights
        /// of their exports, rounded up: with less than 100 and several clusters, the ratio of these weights can be lost.
        ///
        /// With 0, the backend has no endpoints. Defaults to `1`.
        pub weight: Value<i64> => [default(1)],
        /// Whether to wait until the endpoints are accepted.
        ///
        /// Defaults to `true`.
        pub wait: Value<bool> => [default(true)],
        /// Whether to take over fields that other field managers have changed on the hub, instead of failing.
        ///
        /// Defaults to `false`.
        pub force_conflicts: Value<bool>,
        /// The ID of the backend: `namespace/name`.
        ///
        /// Known at plan.
        pub id: Value<String> => [computed],
        /// The UID of the object on the hub.
        pub uid: Value<String> => [computed],
        /// The endpoints that were accepted, one for each cluster that exports the service, as they are in Azure.
        pub endpoints: Value<Set<Value<BackendEndpoint>>> => [computed],
        /// Whether the endpoints are as they are wanted, as the hub says, or as Azure says where the hub has not noticed a
        /// change.
        pub accepted: Value<Condition> => [computed],
        /// The timeouts of operations, including retries.
        pub timeouts: Value<Timeouts> => [block],
    }
}

object! {
    /// An endpoint of a backend.
    pub struct BackendEndpoint {
        /// The name of the endpoint in Azure.
        pub name: Value<String> => [computed],
        /// The ID of the endpoint in Azure.
        pub resource_id: Value<String> => [computed],
        /// The name of the member cluster.
        pub cluster: Value<String> => [computed],
        /// The weight of the endpoint in Azure.
        pub weight: Value<i64> => [computed],
        /// The weight of the export in the cluster.
        pub export_weight: Value<i64> => [computed],
        /// The DNS name that the endpoint points to.
        pub target: Value<String> => [computed],
    }
}

impl FleetObject for Backend {
    type Kind = TrafficManagerBackend;
    const NOUN: &'static str = "Fleet backend";

    fn head(&self) -> Head<'_> {
        Head {
            namespace: &self.namespace,
            name: &self.name,
            uid: &self.uid,
            wait: &self.wait,
            force_conflicts: &self.force_conflicts,
            timeouts: &self.timeouts,
        }
    }

    fn spec(&self, _live: Option<&hub::Object<TrafficManagerBackend>>) -> hub::BackendSpec {
        let reference =
            |name: &Value<String>| hub::NameReference { name: name.known().cloned().unwrap_or_default() };
        hub::BackendSpec {
            profile: reference(&self.profile_name),
            backend: reference(&self.service_name),
            weight: self.weight.known().copied(),
        }
    }

    fn from_hub(found: &hub::Object<TrafficManagerBackend>, current: &Self, _azure: &Azure) -> Self {
        Self {
            name: Value::Known(found.metadata.name.clone()),
            namespace: Value::Known(found.metadata.namespace.clone()),
            profile_name: Value::Known(found.spec.profile.name.clone()),
            service_name: Value::Known(found.spec.backend.name.clone()),
            weight: Value::Known(found.spec.weight.unwrap_or(1)),
            wait: current.wait.clone(),
            force_conflicts: current.force_conflicts.clone(),
            id: current.head().id(),
            uid: Value::Known(found.metadata.uid.clone()),
            endpoints: endpoints(found, current),
            accepted: Condition::from_hub(found.accepted()),
            timeouts: current.timeouts.clone(),
        }
    }

    fn condition(found: &hub::Object<TrafficManagerBackend>) -> Option<Awaited<'_>> {
        Some(Awaited { name: "Accepted", found: found.accepted() })
    }

    fn subject(&self) -> Subject<'_> {
        Subject {
            namespace: self.namespace.as_deref().unwrap_or_default(),
            service: self.service_name.as_deref(),
            profile: self.profile_name.as_deref(),
            ..Subject::default()
        }
    }

    fn to_rules(&self) -> rules::FleetObject {
        rules::FleetObject {
            namespace: config_value(&self.namespace),
            name: config_value(&self.name),
            allows_dots: true,
            profile_name: config_value(&self.profile_name),
            service_name: config_value(&self.service_name),
            weight: config_value(&self.weight),
            ..rules::FleetObject::default()
        }
    }

    fn from_key(key: ObjectKey) -> Self {
        Self {
            id: Value::Known(key.to_string()),
            namespace: Value::Known(key.namespace),
            name: Value::Known(key.name),
            wait: Value::Known(true),
            ..Self::null()
        }
    }
}

/// The endpoints that the hub answers. Passing errors of Azure and of the profile empty the list, while Azure goes on serving:
/// it then stays as it was last.
fn endpoints(
    found: &hub::Object<TrafficManagerBackend>,
    current: &Backend,
) -> Value<Set<Value<BackendEndpoint>>> {
    let answered = found.status.endpoints.iter().map(endpoint).map(Value::Known);
    let is_same = current.uid.as_deref() == Some(found.metadata.uid.as_str());
    match (found.accepted(), &current.endpoints) {
        (Some(condition), Value::Known(before))
            if found.status.endpoints.is_empty() && is_same && is_passing(condition) =>
        {
            Value::Known(before.clone())
        }
        _ => Value::Known(Set(answered.collect())),
    }
}

/// Whether an empty list says nothing of the endpoints in Azure. They are gone if the backend is as it is wanted, or if what
/// it needs does not exist.
fn is_passing(condition: &hub::Condition) -> bool {
    !condition.is_true() && !condition.message.contains("is not found")
}

fn endpoint(found: &hub::BackendEndpoint) -> BackendEndpoint {
    let from = found.from.clone().unwrap_or_default();
    BackendEndpoint {
        name: Value::Known(found.name.clone()),
        resource_id: found.resource_id.clone().into(),
        cluster: Value::Known(from.cluster),
        weight: found.weight.into(),
        export_weight: from.weight.into(),
        target: found.target.clone().into(),
    }
}
