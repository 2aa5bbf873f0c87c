//! What member clusters export, as tests tell it: no request to Azure can.

use serde::{Deserialize, Deserializer};
use uuid::Uuid;

use super::HubView;
use super::written::now;
use crate::service::model::fleet::{
    Export, ExportedService, Fleet, Member, ServiceKind, ServicePort, TargetPort,
};
use crate::service::route::{FleetAddress, GroupAddress, PublicIpAddress};
use crate::service::seed::SeedError;
use crate::service::{Service, public_ips};

/// Which export of which member.
#[derive(Clone, Copy, Debug)]
pub struct ExportPlace<'a> {
    /// The id of the fleet, in any letter case, or its name if no other fleet has it.
    pub fleet: &'a str,
    /// The name of the member.
    pub member: &'a str,
    /// The namespace in the cluster.
    pub namespace: &'a str,
    /// The name of the export and of its service.
    pub name: &'a str,
}

/// A `ServiceExport` of a member cluster, and the `Service` that it names.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExportSeed {
    /// The service; left out, there is none of that name.
    #[serde(default)]
    pub service: Option<ServiceSeed>,
    /// The text of the annotation `networking.fleet.azure.com/weight`, or a number.
    #[serde(default, deserialize_with = "text_or_number")]
    pub weight: Option<String>,
}

/// A service of a member cluster.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServiceSeed {
    /// `LoadBalancer`, which is the default, `ClusterIP`, `NodePort` or `ExternalName`.
    #[serde(default, rename = "type")]
    pub kind: ServiceKind,
    /// Without an address in the cluster.
    #[serde(default)]
    pub headless: bool,
    /// Behind an internal load balancer.
    #[serde(default)]
    pub internal: bool,
    /// The id of its public IP address, which has to be there. Its DNS label is looked at when the export is put.
    #[serde(default)]
    pub public_ip: Option<String>,
    /// The DNS label of a public IP address that is made for it, in the region of `location`.
    #[serde(default)]
    pub dns_label: Option<String>,
    /// The region of the address that is made; by default that of the fleet.
    #[serde(default)]
    pub location: Option<String>,
    /// Its ports; by default one, 80.
    #[serde(default)]
    pub ports: Option<Vec<ServicePort>>,
}

pub(super) fn text_or_number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Given {
        Number(i64),
        Text(String),
    }
    Ok(Option::<Given>::deserialize(deserializer)?.map(|given| match given {
        Given::Number(number) => number.to_string(),
        Given::Text(text) => text,
    }))
}

impl Service {
    /// Says what a member of a fleet exports at a place, instead of what it did before.
    ///
    /// # Errors
    /// If there is no such fleet or member, or if something is not possible.
    pub fn seed_export(&mut self, place: ExportPlace<'_>, seed: ExportSeed) -> Result<(), SeedError> {
        let ExportPlace { member, namespace, name, .. } = place;
        let address = self.fleet_named(place.fleet)?;
        for (field, value) in [("namespace", namespace), ("name", name)] {
            if !is_label(value) {
                let expected = "use 1 to 63 lower-case letters, digits and hyphens";
                return Err(SeedError::Field { field, value: value.to_owned(), expected });
            }
        }
        let usual_location = self.member_of(&address, member)?.0.location.clone();
        let service = match seed.service {
            None => None,
            Some(mut service) => {
                service.location.get_or_insert(usual_location);
                Some(self.exported(&address, place, service)?)
            }
        };
        let member = self.member_of_mut(&address, member)?;
        let key = format!("{namespace}/{name}");
        let before = member.exports.get(&key);
        let uid = before.and_then(|before| Some(before.service.as_ref()?.uid.clone()));
        let export = Export {
            namespace: namespace.to_owned(),
            name: name.to_owned(),
            weight: seed.weight,
            service: service.map(|service| ExportedService { uid: uid.unwrap_or(service.uid), ..service }),
            since: before.map_or_else(now, |before| before.since.clone()),
            generation: before.map_or(1, |before| before.generation.saturating_add(1)),
        };
        member.exports.insert(key, export);
        self.revision = self.revision.wrapping_add(1);
        Ok(())
    }

    /// Takes an export away. False if there was none.
    ///
    /// # Errors
    /// If there is no such fleet or member.
    pub fn withdraw_export(&mut self, place: ExportPlace<'_>) -> Result<bool, SeedError> {
        let address = self.fleet_named(place.fleet)?;
        let member = self.member_of_mut(&address, place.member)?;
        let found = member.exports.remove(&format!("{}/{}", place.namespace, place.name)).is_some();
        self.revision = self.revision.wrapping_add(1);
        Ok(found)
    }

    /// Forbids every request to the API of a fleet's hub, or allows them again, whatever roles there are.
    ///
    /// # Errors
    /// If there is no such fleet, or if it has no hub.
    pub fn forbid_hub(&mut self, fleet: &str, forbidden: bool) -> Result<(), SeedError> {
        let address = self.fleet_named(fleet)?;
        let hub = self.fleet_mut(&address).ok().and_then(|fleet| fleet.hub.as_mut());
        let hub = hub.ok_or_else(|| no_hub(fleet))?;
        hub.is_forbidden = forbidden;
        self.revision = self.revision.wrapping_add(1);
        Ok(())
    }

    /// The hub of a fleet that is named by its id or its name.
    pub(crate) fn hub_named(&self, fleet: &str) -> Result<HubView, SeedError> {
        let FleetAddress { group, name } = self.fleet_named(fleet)?;
        self.hub_at(&group.subscription, &group.group, &name).ok_or_else(|| no_hub(fleet))
    }

    /// A service as the agent of the member sees it. The address that it asks for is made.
    fn exported(
        &mut self,
        fleet: &FleetAddress,
        place: ExportPlace<'_>,
        seed: ServiceSeed,
    ) -> Result<ExportedService, SeedError> {
        let public_ip = match (seed.public_ip, seed.dns_label) {
            (Some(id), Some(_)) => {
                let expected = "a public IP address has its own DNS label: leave out 'dns_label'";
                return Err(SeedError::Field { field: "service.public_ip", value: id, expected });
            }
            (Some(id), None) => Some(id),
            (None, Some(label)) => {
                Some(self.make_address(fleet, place, &seed.location.unwrap_or_default(), &label)?)
            }
            (None, None) => None,
        };
        let missing = |id: &String| SeedError::Field {
            field: "service.public_ip",
            value: id.clone(),
            expected: "there is no such public IP address: create it first",
        };
        let is_labelled = match &public_ip {
            None => false,
            Some(id) => public_ips::of_id(&self.state, id).ok_or_else(|| missing(id))?.label.is_some(),
        };
        let usual = || {
            let (name, app_protocol) = (None, None);
            let target_port = Some(TargetPort::Number(80));
            vec![ServicePort { name, protocol: "TCP".to_owned(), app_protocol, port: 80, target_port }]
        };
        Ok(ExportedService {
            uid: Uuid::new_v4().to_string(),
            kind: seed.kind,
            is_headless: seed.headless,
            is_internal: seed.internal,
            public_ip,
            is_labelled,
            ports: seed.ports.unwrap_or_else(usual),
        })
    }

    /// Makes the public IP address of a service in the group of the member's nodes, as its cloud controller does.
    /// Answers its id.
    fn make_address(
        &mut self,
        fleet: &FleetAddress,
        place: ExportPlace<'_>,
        location: &str,
        label: &str,
    ) -> Result<String, SeedError> {
        let location = traffic_manager::region::normalize(location);
        let group = format!("MC_{}_{}_{location}", fleet.group.group, member_key(place.member));
        let address = PublicIpAddress {
            group: GroupAddress { subscription: fleet.group.subscription.clone(), group },
            name: format!("kubernetes-{}-{}", place.namespace, place.name),
        };
        let field =
            |why| SeedError::Field { field: "service.dns_label", value: label.to_owned(), expected: why };
        let ip = public_ips::of_service(&address.name, &location, label).ok_or_else(|| {
            field("use 3 to 63 lower-case letters, digits and hyphens, beginning with a letter")
        })?;
        self.keep_address(&address, ip).map_err(|_| field("another public IP address has it"))
    }

    fn fleet_named(&self, fleet: &str) -> Result<FleetAddress, SeedError> {
        let unknown = |expected| SeedError::Fleet { value: fleet.to_owned(), expected };
        let mut found = self.state.all_fleets().filter(|(place, known)| {
            let id = super::encode::fleet_id(place, &known.name);
            id.eq_ignore_ascii_case(fleet) || known.name.eq_ignore_ascii_case(fleet)
        });
        let (group, known) = found.next().ok_or_else(|| unknown("there is no such fleet"))?;
        if found.next().is_some() {
            return Err(unknown("there are several fleets of this name: give the id of one"));
        }
        Ok(FleetAddress { group, name: known.name.clone() })
    }

    fn member_of(&self, address: &FleetAddress, member: &str) -> Result<(&Fleet, &Member), SeedError> {
        let key = member_key(member);
        let fleet = super::find(&self.state, address);
        let found = fleet.and_then(|fleet| Some((fleet, fleet.members.get(&key)?)));
        found.ok_or_else(|| no_member(member))
    }

    fn member_of_mut(&mut self, address: &FleetAddress, member: &str) -> Result<&mut Member, SeedError> {
        let key = member_key(member);
        let fleet = self.fleet_mut(address).ok();
        fleet.and_then(|fleet| fleet.members.get_mut(&key)).ok_or_else(|| no_member(member))
    }
}

fn member_key(member: &str) -> String {
    member.to_lowercase()
}

fn no_hub(fleet: &str) -> SeedError {
    SeedError::Fleet { value: fleet.to_owned(), expected: "the fleet has no hub" }
}

fn no_member(member: &str) -> SeedError {
    SeedError::Fleet { value: member.to_owned(), expected: "the fleet has no such member" }
}

fn is_label(name: &str) -> bool {
    (1..=63).contains(&name.len())
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
        && !name.starts_with('-')
        && !name.ends_with('-')
}
