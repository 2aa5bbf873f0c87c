//! The Fleet profile in Terraform's terms: its declaration, and the one mapping between it, the hub's API and the rules.

use hub::{ObjectKey, TrafficManagerProfile};
use tf_plugin::object::Object as _;
use tf_plugin::{Set, Value, object};
use traffic_manager::config_value::ConfigValue;
use traffic_manager::id::{self, ProfileId};
use traffic_manager::profile::defaults;
use traffic_manager::{fleet, rules};

use crate::azure::Azure;
use crate::custom_headers::{self, CustomHeader};
use crate::endpoint::config_value;
use crate::fleet_object::{Awaited, Condition, FleetObject, Head, Subject};
use crate::timeouts::Timeouts;
use crate::words::without_case;

object! {
    /// Manages a `TrafficManagerProfile` on the hub of an Azure Kubernetes Fleet Manager, of which Fleet makes a Traffic
    /// Manager profile with weighted routing. The backends of the profile are managed with `azuretm_fleet_backend`.
    pub struct Profile {
        /// The name of the profile.
        ///
        /// Together with the namespace, it is the first label of the DNS name, which has at most 63 characters. Changing
        /// it replaces the profile.
        pub name: Value<String> => [required, replaces],
        /// The namespace of the profile. It has to exist on the hub.
        ///
        /// Changing it replaces the profile.
        pub namespace: Value<String> => [required, replaces],
        /// The name of the resource group of the Traffic Manager profile, in the subscription of the fleet.
        ///
        /// The identity of the fleet requires the role `Azure Kubernetes Fleet Manager Hub Agent` on it. Changing it
        /// replaces the profile.
        pub resource_group_name: Value<String> => [required, replaces, same_if(without_case)],
        /// The settings of the probes, which determine the health of endpoints.
        ///
        /// Without the block, all of them have their defaults.
        pub monitor_config: Value<MonitorConfig> => [block, group],
        /// Whether to wait until the profile is programmed in Azure.
        ///
        /// Defaults to `true`.
        pub wait: Value<bool> => [default(true)],
        /// Whether to take over fields that other field managers have changed on the hub, instead of failing.
        ///
        /// Defaults to `false`.
        pub force_conflicts: Value<bool>,
        /// The ID of the profile: `namespace/name`.
        ///
        /// Known at plan.
        pub id: Value<String> => [computed],
        /// The UID of the object on the hub. The Traffic Manager profile is named after it.
        pub uid: Value<String> => [computed],
        /// The DNS name of the profile, such as `team-a-shop.trafficmanager.net`.
        ///
        /// Known at plan.
        pub dns_name: Value<String> => [computed, same_if(without_case)],
        /// The ID of the Traffic Manager profile in Azure. It can be the target of an `azuretm_nested_profile`.
        pub resource_id: Value<String> => [computed, same_if(id::same)],
        /// Whether the Traffic Manager profile is as it is wanted, as the hub says, or as Azure says where the hub has not
        /// noticed a change.
        pub programmed: Value<Condition> => [computed],
        /// The timeouts of operations, including retries.
        pub timeouts: Value<Timeouts> => [block],
    }
}

object! {
    /// How endpoints are probed.
    pub struct MonitorConfig {
        /// The protocol of the probes: `HTTP`, `HTTPS` or `TCP`.
        ///
        /// Defaults to `HTTP`.
        pub protocol: Value<String> => [default("HTTP"), same_if(without_case)],
        /// The port to probe, from 1 to 65535.
        ///
        /// Defaults to `80`.
        pub port: Value<i64> => [default(80)],
        /// The path that is probed.
        ///
        /// Defaults to `/`.
        pub path: Value<String> => [default("/")],
        /// The number of seconds between probes: `30`, or `10` for faster failover at extra cost.
        ///
        /// Defaults to `30`.
        pub interval_in_seconds: Value<i64> => [default(defaults::INTERVAL)],
        /// The timeout of a probe in seconds, from 5 to 10. If `interval_in_seconds` is `10`, from 5 to 9.
        ///
        /// Defaults to the highest of these.
        pub timeout_in_seconds: Value<i64> => [optional_computed],
        /// The number of consecutive failures before an endpoint is considered unhealthy, from 0 to 9.
        ///
        /// Defaults to `3`.
        pub tolerated_number_of_failures: Value<i64> => [default(defaults::TOLERATED_FAILURES)],
        /// An HTTP header that is sent with probes, at most 8.
        pub custom_header: Value<Set<CustomHeader>> => [block],
    }
}

impl Profile {
    /// The settings of the probes, where they are known.
    pub(super) fn monitor(&self) -> Option<&MonitorConfig> {
        self.monitor_config.known()
    }
}

impl MonitorConfig {
    /// The settings that Fleet has where nothing is said.
    pub(super) fn defaults() -> Self {
        from_hub_monitor(&hub::MonitorConfig::default())
    }
}

impl FleetObject for Profile {
    type Kind = TrafficManagerProfile;
    const NOUN: &'static str = "Fleet profile";

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

    /// All settings are sent, also those that are not set: they are ours then, and nobody else's defaults get between them.
    fn spec(&self, live: Option<&hub::Object<TrafficManagerProfile>>) -> hub::ProfileSpec {
        let wanted = self.resource_group_name.as_deref().unwrap_or_default();
        let live = live.map(|live| live.spec.resource_group.as_str());
        let defaults = MonitorConfig::defaults();
        hub::ProfileSpec {
            // It cannot be changed, not even its letter case.
            resource_group: live.filter(|live| without_case(live, wanted)).unwrap_or(wanted).to_owned(),
            monitor_config: Some(to_hub_monitor(self.monitor().unwrap_or(&defaults))),
        }
    }

    fn from_hub(found: &hub::Object<TrafficManagerProfile>, current: &Self, azure: &Azure) -> Self {
        let known = |answered: &Option<String>, before: &Value<String>| match answered {
            Some(text) if !text.is_empty() => Value::Known(text.clone()),
            // A passing error of Azure empties what the hub answers, while Azure goes on serving.
            _ => before.clone().into_known().into(),
        };
        let is_same = current.uid.as_deref().is_none_or(|uid| uid == found.metadata.uid);
        let before = if is_same { current.resource_id.clone() } else { Value::Null };
        let resource_id = match known(&found.status.resource_id, &before) {
            Value::Known(id) => Value::Known(id),
            _ => predicted_id(azure, found),
        };
        Self {
            name: Value::Known(found.metadata.name.clone()),
            namespace: Value::Known(found.metadata.namespace.clone()),
            resource_group_name: Value::Known(found.spec.resource_group.clone()),
            monitor_config: Value::Known(from_hub_monitor(
                &found.spec.monitor_config.clone().unwrap_or_default(),
            )),
            wait: current.wait.clone(),
            force_conflicts: current.force_conflicts.clone(),
            id: current.head().id(),
            uid: Value::Known(found.metadata.uid.clone()),
            dns_name: known(&found.status.dns_name, &current.dns_name),
            resource_id,
            programmed: Condition::from_hub(found.programmed()),
            timeouts: current.timeouts.clone(),
        }
    }

    fn condition(found: &hub::Object<TrafficManagerProfile>) -> Option<Awaited<'_>> {
        Some(Awaited { name: "Programmed", found: found.programmed() })
    }

    fn subject(&self) -> Subject<'_> {
        Subject {
            namespace: self.namespace.as_deref().unwrap_or_default(),
            resource_group: self.resource_group_name.as_deref(),
            dns_name: self.dns_name.as_deref(),
            ..Subject::default()
        }
    }

    fn to_rules(&self) -> rules::FleetObject {
        rules::FleetObject {
            namespace: config_value(&self.namespace),
            name: config_value(&self.name),
            has_dns_name: true,
            resource_group_name: config_value(&self.resource_group_name),
            monitor_config: self.monitor().map_or_else(Default::default, |monitor| rules::MonitorConfig {
                protocol: config_value(&monitor.protocol),
                port: config_value(&monitor.port),
                path: config_value(&monitor.path),
                interval_in_seconds: config_value(&monitor.interval_in_seconds),
                timeout_in_seconds: config_value(&monitor.timeout_in_seconds),
                tolerated_number_of_failures: config_value(&monitor.tolerated_number_of_failures),
                expected_status_code_ranges: ConfigValue::Absent,
                custom_header: custom_headers::to_rules(&monitor.custom_header),
            }),
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

/// The id of the profile in Azure, which follows from the uid. The subscription is that of the fleet.
fn predicted_id(azure: &Azure, found: &hub::Object<TrafficManagerProfile>) -> Value<String> {
    let fleet = azure.fleet_hub.fleet_id().map(|fleet| fleet.subscription_id.clone());
    let subscription = fleet.or_else(|| azure.subscription_id.known().cloned());
    let id = subscription.map(|subscription| {
        let name = fleet::profile_name(&found.metadata.uid);
        ProfileId::new(subscription, found.spec.resource_group.clone(), name).to_string()
    });
    id.into()
}

fn to_hub_monitor(monitor: &MonitorConfig) -> hub::MonitorConfig {
    let headers = monitor.custom_header.known().into_iter().flat_map(|headers| &headers.0);
    let mut headers: Vec<hub::CustomHeader> = headers
        .map(|header| hub::CustomHeader {
            name: header.name.known().cloned().unwrap_or_default(),
            value: header.value.known().cloned().unwrap_or_default(),
        })
        .collect();
    // A set has no order, and a list whose order changes is another one to the hub.
    headers.sort_by(|left, right| left.name.cmp(&right.name));
    hub::MonitorConfig {
        interval_in_seconds: monitor.interval_in_seconds.known().copied(),
        path: monitor.path.known().cloned(),
        port: monitor.port.known().copied(),
        // The hub takes these words in capital letters only.
        protocol: monitor.protocol.as_deref().map(str::to_uppercase),
        timeout_in_seconds: monitor.timeout_in_seconds.known().copied(),
        tolerated_number_of_failures: monitor.tolerated_number_of_failures.known().copied(),
        custom_headers: (!headers.is_empty()).then_some(headers),
    }
}

/// The settings as Fleet understands them: what is absent has its default.
fn from_hub_monitor(monitor: &hub::MonitorConfig) -> MonitorConfig {
    let interval = monitor.interval_in_seconds.unwrap_or(defaults::INTERVAL);
    let timeout = monitor.timeout_in_seconds.unwrap_or_else(|| defaults::timeout(interval));
    let headers = monitor.custom_headers.iter().flatten().map(|header| CustomHeader {
        name: Value::Known(header.name.clone()),
        value: Value::Known(header.value.clone()),
    });
    MonitorConfig {
        protocol: Value::Known(monitor.protocol.clone().unwrap_or_else(|| "HTTP".to_owned())),
        port: Value::Known(monitor.port.unwrap_or(80)),
        path: Value::Known(monitor.path.clone().unwrap_or_else(|| "/".to_owned())),
        interval_in_seconds: Value::Known(interval),
        timeout_in_seconds: Value::Known(timeout),
        tolerated_number_of_failures: Value::Known(
            monitor.tolerated_number_of_failures.unwrap_or(defaults::TOLERATED_FAILURES),
        ),
        custom_header: Value::Known(Set(headers.collect())),
    }
}
