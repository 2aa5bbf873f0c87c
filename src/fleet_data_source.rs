//! The data source `azuretm_fleet`: whether a fleet has a hub, where it is, as whom it acts, and its members.

use std::collections::BTreeMap;

use arm::fleets::{self, Fleet as AzureFleet, FleetId, Member as AzureMember};
use tf_plugin::{Context, DataSource, Diagnostics, Path, ReadData, Value, object};
use traffic_manager::id;

use crate::azure::Azure;
use crate::diagnostics::{self, Doing};
use crate::ids;
use crate::timeouts::ReadTimeouts;

/// The data source.
#[derive(Debug)]
pub(crate) struct FleetSource;

object! {
    /// Reads a fleet of Azure Kubernetes Fleet Manager: whether it has a hub, as whom it acts in Azure, and its members.
    pub struct Fleet {
        /// The ID of the fleet, in any letter case.
        pub fleet_id: Value<String> => [required, same_if(id::same)],
        /// The name of the fleet.
        pub name: Value<String> => [computed],
        /// The name of the resource group of the fleet.
        pub resource_group_name: Value<String> => [computed],
        /// The region of the fleet.
        pub location: Value<String> => [computed],
        /// The tags of the fleet.
        pub tags: Value<BTreeMap<String, Value<String>>> => [computed],
        /// The provisioning state, such as `Succeeded`.
        pub provisioning_state: Value<String> => [computed],
        /// The object ID of the identity of the fleet, which needs the role `Azure Kubernetes Fleet Manager Hub Agent` on the
        /// resource group of Fleet profiles.
        pub principal_id: Value<String> => [computed],
        /// The hub of the fleet; null if it has none. DNS load balancing needs one.
        pub hub: Value<HubProfile> => [computed],
        /// The members of the fleet by name.
        pub members: Value<BTreeMap<String, Value<Member>>> => [computed],
        /// How long the read may take.
        pub timeouts: Value<ReadTimeouts> => [block],
    }
}

object! {
    /// The hub of a fleet.
    pub struct HubProfile {
        /// The DNS name of its API.
        pub fqdn: Value<String> => [computed],
        /// The prefix of its DNS name.
        pub dns_prefix: Value<String> => [computed],
        /// The version of Kubernetes.
        pub kubernetes_version: Value<String> => [computed],
        /// Whether its API can be reached only from its virtual network.
        pub private_cluster_enabled: Value<bool> => [computed],
    }
}

object! {
    /// A member of a fleet.
    pub struct Member {
        /// The ID of the cluster.
        pub cluster_id: Value<String> => [computed],
        /// The update group of the member.
        pub group: Value<String> => [computed],
        /// The provisioning state, such as `Succeeded`.
        pub provisioning_state: Value<String> => [computed],
    }
}

impl DataSource for FleetSource {
    const TYPE_NAME: &'static str = "azuretm_fleet";
    type Model = Fleet;
    type Data = Azure;

    fn validate(&self, config: &Fleet, diagnostics: &mut Diagnostics) {
        ReadTimeouts::check(&config.timeouts, diagnostics);
        if let Some(id) = config.fleet_id.as_deref() {
            ids::fleet(Path::new("fleet_id"), id, diagnostics);
        }
    }

    async fn read(
        &self,
        context: &Context<Azure>,
        request: ReadData<Self>,
        diagnostics: &mut Diagnostics,
    ) -> Option<Fleet> {
        let config = request.config;
        let given = config.fleet_id.as_deref().unwrap_or_default();
        let id = ids::fleet(Path::new("fleet_id"), given, diagnostics)?;
        let time = ReadTimeouts::time(&config.timeouts);
        let deadline = arm::Deadline::after(time).or_cancelled(context.cancelled().clone());
        let client = &context.provider().client;
        let found = async {
            let fleet = client.send(fleets::get(&id), &deadline).await?;
            Ok((fleet, client.list(fleets::members(&id), &deadline).await?))
        };
        match found.await {
            Ok((fleet, members)) => Some(model(config, &id, fleet, members)),
            Err(error) => {
                let what = format!("read the fleet {:?}", id.name);
                let by_id = Doing::by_id("fleet", what, Path::new("fleet_id"), &id.resource_group_name);
                diagnostics::failed(&error, &Doing { timeout: Some(("read", time)), ..by_id }, diagnostics);
                None
            }
        }
    }
}

fn model(config: Fleet, id: &FleetId, fleet: AzureFleet, members: Vec<AzureMember>) -> Fleet {
    let properties = fleet.properties.unwrap_or_default();
    let hub = properties.hub_profile.map(|hub| HubProfile {
        fqdn: hub.fqdn.into(),
        dns_prefix: hub.dns_prefix.into(),
        kubernetes_version: hub.kubernetes_version.into(),
        private_cluster_enabled: Value::Known(
            hub.api_server_access_profile.and_then(|access| access.enable_private_cluster).unwrap_or(false),
        ),
    });
    let members = members
        .into_iter()
        .filter_map(|member| Some((member.name.clone()?, Value::Known(self::member(member)))));
    let tags = fleet.tags.unwrap_or_default().into_iter().map(|(name, value)| (name, Value::Known(value)));
    Fleet {
        name: Value::Known(fleet.name.unwrap_or_else(|| id.name.clone())),
        resource_group_name: Value::Known(id.resource_group_name.clone()),
        location: fleet.location.into(),
        tags: Value::Known(tags.collect()),
        provisioning_state: properties.provisioning_state.into(),
        principal_id: fleet.identity.and_then(|identity| identity.principal_id).into(),
        hub: hub.into(),
        members: Value::Known(members.collect()),
        ..config
    }
}

fn member(member: AzureMember) -> Member {
    let properties = member.properties.unwrap_or_default();
    Member {
        cluster_id: properties.cluster_resource_id.into(),
        group: properties.group.into(),
        provisioning_state: properties.provisioning_state.into(),
    }
}
