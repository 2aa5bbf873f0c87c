//! Operations on fleets (`Microsoft.ContainerService/fleets`), as far as DNS load balancing needs them: a hub, members,
//! and the way to the hub. Update runs and the like are not here.
//!
//! Operations are done when they are answered, though the answers have the headers of those that take long.

use http::{Method, StatusCode};
use uuid::Uuid;

use super::arrival::Arrival;
use super::error::Failure;
use super::model::fleet::{Fleet, Written};
use super::route::{FleetAddress, FleetRoute, GroupAddress};
use super::state::State;
use super::{Answer, Request, Service};

mod credentials;
mod decode;
mod encode;
mod exports;
mod hubs;
mod members;
mod seed;
mod written;

pub(crate) use self::credentials::API_SERVERS;
pub use self::exports::{ExportPlace, ExportSeed, ServiceSeed};
pub use self::seed::{FleetSeed, MemberExportSeed, MemberSeed};

pub(crate) use self::hubs::{HubKey, HubView, MemberView};

/// The versions of the API, oldest first. Source: the specifications of the service.
const VERSIONS: [&str; 11] = [
    "2023-10-15",
    "2024-04-01",
    "2024-05-02-preview",
    "2025-03-01",
    "2025-04-01-preview",
    "2025-08-01-preview",
    "2026-02-01-preview",
    "2026-03-02-preview",
    "2026-06-01",
    "2026-06-02-preview",
    "2026-11-02-preview",
];

/// What a PUT or PATCH of a resource is done to, and by whom.
struct Write<'a> {
    version: &'a str,
    /// The client's id.
    by: Option<&'a str>,
}

/// Refuses a version that the API does not have. All versions of the service begin with a date, so that they compare as
/// texts.
pub(super) fn check_version(route: &FleetRoute, version: &str) -> Result<(), Failure> {
    if VERSIONS.iter().any(|known| known.eq_ignore_ascii_case(version)) {
        return Ok(());
    }
    let supported = VERSIONS.join(",");
    Err(Failure::unknown_version("Microsoft.ContainerService", route.resource_type(), version, &supported))
}

impl Service {
    pub(super) fn of_fleets(
        &mut self,
        route: &FleetRoute,
        request: &Request,
        version: &str,
        arrival: &Arrival<'_>,
    ) -> Result<Answer, Failure> {
        let expected = match route {
            FleetRoute::Credentials(_) => Some(Method::POST),
            _ if route.is_list() => Some(Method::GET),
            FleetRoute::Operation { .. } => Some(Method::GET),
            _ => None,
        };
        if expected.is_some_and(|expected| expected != request.method) {
            return Err(Failure::method_not_allowed(request.method.as_str()));
        }
        match route {
            FleetRoute::OfSubscription(subscription) => Ok(self.list_fleets(subscription, None, version)),
            FleetRoute::OfGroup(group) => {
                self.require_group(group)?;
                Ok(self.list_fleets(&group.subscription, Some(&group.group), version))
            }
            FleetRoute::Fleet(address) => self.fleet(address, request, version, arrival),
            FleetRoute::Credentials(address) => self.list_credentials(address, arrival),
            FleetRoute::Members(address) => self.list_members(address, version),
            FleetRoute::Member(address) => self.member(address, request, version, arrival),
            FleetRoute::Operation { id, .. } => {
                Ok(Answer::gateway(StatusCode::OK, &encode::operation(id, &written::now())))
            }
        }
    }

    fn list_fleets(&self, subscription: &str, group: Option<&str>, version: &str) -> Answer {
        let fleets = self.state.fleets(subscription, group);
        let value: Vec<_> =
            fleets.map(|(group, fleet)| encode::fleet(&place(subscription, group), fleet, version)).collect();
        Answer::gateway(StatusCode::OK, &encode::list(&value))
    }

    fn fleet(
        &mut self,
        address: &FleetAddress,
        request: &Request,
        version: &str,
        arrival: &Arrival<'_>,
    ) -> Result<Answer, Failure> {
        self.require_group(&address.group)?;
        let found = find(&self.state, address);
        check_conditions(arrival, found.map(|fleet| fleet.written.etag.as_str()))?;
        match request.method.as_str() {
            "GET" => {
                let fleet = found.ok_or_else(|| not_found(address))?;
                Ok(Answer::gateway(StatusCode::OK, &encode::fleet(&self.place_of(address), fleet, version)))
            }
            "PUT" => self.put_fleet(address, request, &Write { version, by: client(arrival)? }),
            "PATCH" => {
                let before = found.ok_or_else(|| not_found(address))?;
                let fleet = decode::patched(before, &request.body, client(arrival)?)?;
                let body = encode::fleet(&self.place_of(address), &fleet, version);
                self.keep_fleet(address, fleet);
                Ok(Answer::gateway(StatusCode::OK, &body))
            }
            "DELETE" => {
                let Some(location) = found.map(|fleet| fleet.location.clone()) else {
                    return Ok(Answer::empty(StatusCode::NO_CONTENT));
                };
                self.state.group_mut(&address.group).fleets.remove(&address.name.to_lowercase());
                Ok(accepted(&address.group.subscription, &location, version))
            }
            method => Err(Failure::method_not_allowed(method)),
        }
    }

    fn put_fleet(
        &mut self,
        address: &FleetAddress,
        request: &Request,
        write: &Write<'_>,
    ) -> Result<Answer, Failure> {
        let before = find(&self.state, address);
        let fleet = decode::fleet(address, &request.body, before, write.by)?;
        let (status, state) = phase(before.is_some());
        let mut body = encode::fleet(&self.place_of(address), &fleet, write.version);
        body["properties"]["provisioningState"] = state.into();
        let mut answer = Answer::gateway(status, &body);
        follow(&mut answer, &address.group.subscription, &fleet.location, &fleet.written, write.version);
        self.keep_fleet(address, fleet);
        Ok(answer)
    }

    fn keep_fleet(&mut self, address: &FleetAddress, fleet: Fleet) {
        self.state.group_mut(&address.group).fleets.insert(address.name.to_lowercase(), fleet);
    }

    /// The group as ids of answers name it.
    fn place_of(&self, address: &FleetAddress) -> GroupAddress {
        let group = self.state.group(&address.group).map_or(&address.group.group, |group| &group.name);
        place(&address.group.subscription, group)
    }
}

/// The id of the client that sends a request, where somebody asks for it.
fn client<'a>(arrival: &Arrival<'a>) -> Result<Option<&'a str>, Failure> {
    Ok(arrival.access.caller()?.map(|caller| caller.client_id.as_str()))
}

fn place(subscription: &str, group: &str) -> GroupAddress {
    GroupAddress { subscription: subscription.to_owned(), group: group.to_owned() }
}

fn find<'a>(state: &'a State, address: &FleetAddress) -> Option<&'a Fleet> {
    state.group(&address.group)?.fleets.get(&address.name.to_lowercase())
}

fn not_found(address: &FleetAddress) -> Failure {
    Failure::resource_not_found(Fleet::TYPE, &address.name, &address.group)
}

/// The status of the answer to a PUT, and the provisioning state in it.
fn phase(is_update: bool) -> (StatusCode, &'static str) {
    if is_update { (StatusCode::OK, "Updating") } else { (StatusCode::CREATED, "Creating") }
}

/// Refuses what the client did not want to be done to this version. `etag`: that of the resource, if it is there.
fn check_conditions(arrival: &Arrival<'_>, etag: Option<&str>) -> Result<(), Failure> {
    let names = |header: &str, etag: &str| {
        header.split(',').map(str::trim).any(|named| named == "*" || named == etag)
    };
    if let Some(wanted) = arrival.if_match
        && !etag.is_some_and(|etag| names(wanted, etag))
    {
        return Err(Failure::precondition_failed("If-Match", wanted));
    }
    if let (Some(unwanted), Some(etag)) = (arrival.if_none_match, etag)
        && names(unwanted, etag)
    {
        return Err(Failure::precondition_failed("If-None-Match", unwanted));
    }
    Ok(())
}

/// The headers that tell how to follow an operation.
fn follow(answer: &mut Answer, subscription: &str, location: &str, written: &Written, version: &str) {
    let path = operation_path(subscription, location, "operations", &written.operation, version);
    answer.link("azure-asyncoperation", path);
    // Azure says 15 seconds.
    answer.text("retry-after", &0);
    answer.text("etag", &written.etag);
}

fn accepted(subscription: &str, location: &str, version: &str) -> Answer {
    let mut answer = Answer::empty(StatusCode::ACCEPTED);
    let id = Uuid::new_v4().to_string();
    for (header, kind) in [("azure-asyncoperation", "operations"), ("location", "operationResults")] {
        answer.link(header, operation_path(subscription, location, kind, &id, version));
    }
    answer.text("retry-after", &0);
    answer
}

fn operation_path(subscription: &str, location: &str, kind: &str, id: &str, version: &str) -> String {
    format!(
        "/subscriptions/{subscription}/providers/Microsoft.ContainerService/locations/{location}/{kind}/{id}?api-version={version}"
    )
}
