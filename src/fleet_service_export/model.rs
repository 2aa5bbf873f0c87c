//! The service export in Terraform's terms: its declaration, and the one mapping between it, the hub's API and the rules.

use std::collections::BTreeMap;

use hub::{ObjectKey, ServiceExport, WEIGHT_ANNOTATION};
use tf_plugin::object::Object as _;
use tf_plugin::{Value, object};
use traffic_manager::rules;

use crate::azure::Azure;
use crate::endpoint::config_value;
use crate::fleet_object::{Awaited, Condition, FleetObject, Head, Subject};
use crate::timeouts::Timeouts;

object! {
    /// Manages a `ServiceExport` of Azure Kubernetes Fleet Manager. In a member cluster, it exports the service of the same name
    /// to the fleet. On the hub, it is a template that a placement copies to member clusters; nothing is exported by itself.
    ///
    /// The block `fleet_hub` of the provider says which cluster is meant. For member clusters, use a provider with an alias
    /// for each.
    pub struct Export {
        /// The name of the export, which is that of the service.
        ///
        /// Changing it replaces the export.
        pub name: Value<String> => [required, replaces],
        /// The namespace of the export and of the service.
        ///
        /// Changing it replaces the export.
        pub namespace: Value<String> => [required, replaces],
        /// The weight of the cluster among those that export the service, from 0 to 1000.
        ///
        /// With 0, the service is withdrawn from the fleet. Without a weight, Fleet takes 1.
        pub weight: Value<i64>,
        /// Whether to take over fields that other field managers have changed, instead of failing.
        ///
        /// Defaults to `false`.
        pub force_conflicts: Value<bool>,
        /// The ID of the export: `namespace/name`.
        ///
        /// Known at plan.
        pub id: Value<String> => [computed],
        /// The UID of the object.
        pub uid: Value<String> => [computed],
        /// Whether the service can be exported, as the member cluster says when it was last read. On a hub, nothing says so.
        pub valid: Value<Condition> => [computed],
        /// The timeouts of operations, including retries.
        pub timeouts: Value<Timeouts> => [block],
    }
}

impl FleetObject for Export {
    type Kind = ServiceExport;
    const NOUN: &'static str = "service export";

    fn head(&self) -> Head<'_> {
        Head {
            namespace: &self.namespace,
            name: &self.name,
            uid: &self.uid,
            wait: &Value::Known(false),
            force_conflicts: &self.force_conflicts,
            timeouts: &self.timeouts,
        }
    }

    fn spec(&self, _live: Option<&hub::Object<ServiceExport>>) -> hub::Nothing {
        hub::Nothing {}
    }

    fn annotations(&self) -> BTreeMap<String, String> {
        let weight = self.weight.known().map(|weight| (WEIGHT_ANNOTATION.to_owned(), weight.to_string()));
        weight.into_iter().collect()
    }

    fn from_hub(found: &hub::Object<ServiceExport>, current: &Self, _azure: &Azure) -> Self {
        Self {
            name: Value::Known(found.metadata.name.clone()),
            namespace: Value::Known(found.metadata.namespace.clone()),
            // What is no number, Fleet ignores; the next plan then sets the weight.
            weight: found.weight().and_then(|text| text.parse().ok()).into(),
            force_conflicts: current.force_conflicts.clone(),
            id: current.head().id(),
            uid: Value::Known(found.metadata.uid.clone()),
            valid: Condition::from_hub(found.valid()),
            timeouts: current.timeouts.clone(),
        }
    }

    fn condition(_found: &hub::Object<ServiceExport>) -> Option<Awaited<'_>> {
        None
    }

    fn subject(&self) -> Subject<'_> {
        Subject {
            namespace: self.namespace.as_deref().unwrap_or_default(),
            service: self.name.as_deref(),
            ..Subject::default()
        }
    }

    fn to_rules(&self) -> rules::FleetObject {
        rules::FleetObject {
            namespace: config_value(&self.namespace),
            name: config_value(&self.name),
            weight: config_value(&self.weight),
            ..rules::FleetObject::default()
        }
    }

    fn from_key(key: ObjectKey) -> Self {
        Self {
            id: Value::Known(key.to_string()),
            namespace: Value::Known(key.namespace),
            name: Value::Known(key.name),
            ..Self::null()
        }
    }
}
