//! Hubs as those see them who serve their API and run their controllers: where they are, who may use them, what the
//! members of their fleet export, and the identity that the fleet acts with in Azure.

use super::encode;
use crate::service::access::{Caller, is_at_or_below};
use crate::service::error::Failure;
use crate::service::model::fleet::{Export, Fleet};
use crate::service::route::{FleetAddress, GroupAddress, Route};
use crate::service::{Access, Answer, Arrival, Request, Service};

/// Which hub: one that comes after another in its place is another one.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub(crate) struct HubKey(pub(crate) String);

/// A hub.
#[derive(Clone, Debug)]
pub(crate) struct HubView {
    pub(crate) key: HubKey,
    /// The subscription that the fleet is in, and puts its profiles into.
    pub(crate) subscription: String,
    /// The id of the fleet.
    pub(crate) fleet: String,
    /// Whether every request is forbidden, whatever roles there are.
    pub(crate) is_forbidden: bool,
}

/// A member cluster.
#[derive(Clone, Debug)]
pub(crate) struct MemberView {
    pub(crate) name: String,
    pub(crate) exports: Vec<Export>,
}

impl Service {
    /// All hubs.
    pub(crate) fn hubs(&self) -> Vec<HubView> {
        self.state.all_fleets().filter_map(|(group, fleet)| view(&group, fleet)).collect()
    }

    /// The hub of a fleet, named in any letter case.
    pub(crate) fn hub_at(&self, subscription: &str, group: &str, fleet: &str) -> Option<HubView> {
        let group = GroupAddress { subscription: subscription.to_owned(), group: group.to_owned() };
        let address = FleetAddress { group, name: fleet.to_owned() };
        view(&self.place_of(&address), super::find(&self.state, &address)?)
    }

    /// The members of a hub's fleet.
    pub(crate) fn members_of_hub(&self, hub: &HubKey) -> Vec<MemberView> {
        let fleet = self.fleet_of(hub);
        let members = fleet.into_iter().flat_map(|fleet| fleet.members.values());
        members
            .map(|member| MemberView {
                name: member.name.clone(),
                exports: member.exports.values().cloned().collect(),
            })
            .collect()
    }

    /// Whether somebody may do something with the API of a hub, as far as roles decide. `api_group`: the API group
    /// of what it is done to.
    pub(crate) fn may_use_hub(&self, hub: &HubView, caller: &Caller, api_group: &str, reads: bool) -> bool {
        let scope = hub.fleet.to_lowercase();
        self.state.roles.is_empty()
            || self.state.roles.iter().any(|assignment| {
                caller.is(&assignment.principal)
                    && is_at_or_below(&scope, &assignment.scope)
                    && assignment.role.allows_on_hub(api_group, reads)
            })
    }

    /// Answers a request that a hub's controllers send with the identity of the fleet. `None` if it has no identity,
    /// or is gone.
    pub(crate) fn answer_fleet(&mut self, hub: &HubKey, request: &Request) -> Option<Answer> {
        let caller = identity(self.fleet_of(hub)?)?;
        if let Err(failure) = self.require_linked_permission(request, &caller) {
            return Some(failure.into());
        }
        let access = Access::Caller(caller);
        Some(self.answer_for(request, &Arrival { access: &access, ..Arrival::unchecked() }))
    }

    fn fleet_of(&self, hub: &HubKey) -> Option<&Fleet> {
        self.state.all_fleets().find(|(_, fleet)| fleet.uid == hub.0).map(|(_, fleet)| fleet)
    }

    /// Whoever lets an endpoint point at a public IP address has to be allowed to read that.
    fn require_linked_permission(&self, request: &Request, caller: &Caller) -> Result<(), Failure> {
        if request.method != http::Method::PUT || !matches!(Route::parse(&request.path), Route::Endpoint(_)) {
            return Ok(());
        }
        let body: serde_json::Value = serde_json::from_slice(&request.body).unwrap_or_default();
        let target = body["properties"]["targetResourceId"].as_str().unwrap_or_default();
        if target.is_empty() || self.may(caller, "microsoft.network/publicipaddresses/read", target) {
            return Ok(());
        }
        let linked = ("Microsoft.Network/publicIPAddresses/read", target);
        Err(Failure::linked_authorization_failed(caller, &request.path, linked))
    }
}

fn view(group: &GroupAddress, fleet: &Fleet) -> Option<HubView> {
    let hub = fleet.hub.as_ref()?;
    Some(HubView {
        key: HubKey(fleet.uid.clone()),
        subscription: group.subscription.clone(),
        fleet: encode::fleet_id(group, &fleet.name),
        is_forbidden: hub.is_forbidden,
    })
}

/// The identity that a fleet acts with: its own if it has one.
fn identity(fleet: &Fleet) -> Option<Caller> {
    let identity = fleet.identity.as_ref()?;
    let (client_id, object_id) = match (&identity.system, identity.users.values().next()) {
        // A system-assigned identity shows no client id of its own.
        (Some(principal), _) => (principal.clone(), principal.clone()),
        (None, Some(user)) => (user.client.clone(), user.principal.clone()),
        (None, None) => return None,
    };
    Some(Caller { client_id, object_id, tenant: identity.tenant.clone() })
}
