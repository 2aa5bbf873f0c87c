//! Operations on the members of a fleet.

use http::StatusCode;

use super::{accepted, check_conditions, client, decode, encode, find, follow, not_found, phase};
use crate::service::arrival::Arrival;
use crate::service::error::Failure;
use crate::service::model::fleet::{Fleet, Member};
use crate::service::route::{FleetAddress, MemberAddress};
use crate::service::{Answer, Request, Service};

impl Service {
    pub(super) fn list_members(&self, address: &FleetAddress, version: &str) -> Result<Answer, Failure> {
        let fleet = self.fleet_of_members(address)?;
        let id = encode::fleet_id(&self.place_of(address), &fleet.name);
        let members = fleet.members.values();
        let value: Vec<_> = members.map(|member| encode::member(&id, member, version)).collect();
        Ok(Answer::gateway(StatusCode::OK, &encode::list(&value)))
    }

    pub(super) fn member(
        &mut self,
        address: &MemberAddress,
        request: &Request,
        version: &str,
        arrival: &Arrival<'_>,
    ) -> Result<Answer, Failure> {
        let MemberAddress { fleet: fleet_address, name } = address;
        let fleet = self.fleet_of_members(fleet_address)?;
        let id = encode::fleet_id(&self.place_of(fleet_address), &fleet.name);
        let key = name.to_lowercase();
        let before = fleet.members.get(&key);
        let missing = || {
            let name = format!("{}/{name}", fleet_address.name);
            Failure::resource_not_found(Member::TYPE, &name, &fleet_address.group)
        };
        check_conditions(arrival, before.map(|member| member.written.etag.as_str()))?;
        let method = request.method.as_str();
        match method {
            "GET" => {
                let member = before.ok_or_else(missing)?;
                Ok(Answer::gateway(StatusCode::OK, &encode::member(&id, member, version)))
            }
            "PUT" | "PATCH" => {
                if method == "PATCH" && before.is_none() {
                    return Err(missing());
                }
                let keeps = method == "PATCH";
                let by = client(arrival)?;
                let member = decode::member(address, &request.body, before, keeps, by)?;
                let (status, _) = phase(before.is_some());
                let state = if before.is_some() { "Updating" } else { "Joining" };
                let mut body = encode::member(&id, &member, version);
                body["properties"]["provisioningState"] = state.into();
                let mut answer = Answer::gateway(status, &body);
                let subscription = &fleet_address.group.subscription;
                follow(&mut answer, subscription, &fleet.location, &member.written, version);
                self.fleet_mut(fleet_address)?.members.insert(key, member);
                Ok(answer)
            }
            "DELETE" => {
                if before.is_none() {
                    return Ok(Answer::empty(StatusCode::NO_CONTENT));
                }
                let answer = accepted(&fleet_address.group.subscription, &fleet.location, version);
                self.fleet_mut(fleet_address)?.members.remove(&key);
                Ok(answer)
            }
            method => Err(Failure::method_not_allowed(method)),
        }
    }

    fn fleet_of_members(&self, address: &FleetAddress) -> Result<&Fleet, Failure> {
        self.require_group(&address.group)?;
        find(&self.state, address).ok_or_else(|| not_found(address))
    }

    pub(super) fn fleet_mut(&mut self, address: &FleetAddress) -> Result<&mut Fleet, Failure> {
        let fleets = &mut self.state.group_mut(&address.group).fleets;
        fleets.get_mut(&address.name.to_lowercase()).ok_or_else(|| not_found(address))
    }
}
