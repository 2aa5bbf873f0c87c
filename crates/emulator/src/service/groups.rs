//! Operations on resource groups, as far as Traffic Manager's users need them.

use http::{Method, StatusCode};
use serde::Serialize;
use traffic_manager::id::PROFILE_TYPE;

use super::decode;
use super::error::Failure;
use super::model::Tags;
use super::model::gateway::Phase;
use super::route::GroupAddress;
use super::state::Group;
use super::{Answer, Request, Service, public_ips};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct GroupJson<'a> {
    id: String,
    name: &'a str,
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    resource_type: Option<&'static str>,
    location: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    tags: Option<&'a Tags>,
    properties: PropertiesJson,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PropertiesJson {
    provisioning_state: &'static str,
}

#[derive(Serialize)]
struct ResourceJson<'a> {
    id: String,
    name: &'a str,
    #[serde(rename = "type")]
    resource_type: &'static str,
    location: &'a str,
}

#[derive(Serialize)]
struct ResourcesJson<'a> {
    value: Vec<ResourceJson<'a>>,
}

#[derive(Serialize)]
struct ListJson<'a> {
    value: Vec<GroupJson<'a>>,
}

impl Service {
    pub(super) fn list_groups(
        &self,
        subscription: &str,
        method: &Method,
        version: &str,
    ) -> Result<Answer, Failure> {
        if method != Method::GET {
            return Err(Failure::method_not_allowed(method.as_str()));
        }
        let value =
            self.state.live_groups(subscription).map(|group| json(subscription, group, version)).collect();
        Ok(Answer::gateway(StatusCode::OK, &ListJson { value }))
    }

    pub(super) fn group(
        &mut self,
        address: &GroupAddress,
        request: &Request,
        version: &str,
    ) -> Result<Answer, Failure> {
        match request.method.as_str() {
            "GET" => self.read_group(address, StatusCode::OK, version),
            "HEAD" => {
                let found = self.state.group(address).is_some();
                let status = if found { StatusCode::NO_CONTENT } else { StatusCode::NOT_FOUND };
                Ok(Answer::empty(status))
            }
            "PUT" => {
                let body = decode::object(&request.body)?;
                let location = body.get("location").and_then(|location| location.as_str());
                let location = location.ok_or_else(Failure::location_required)?;
                let tags = decode::tags(&body)?.unwrap_or_default();
                let location = traffic_manager::region::normalize(location);
                let created = self.state.put_group(address, &location, tags);
                self.read_group(address, if created { StatusCode::CREATED } else { StatusCode::OK }, version)
            }
            "DELETE" => {
                let operation =
                    self.state.delete_group(address).ok_or_else(|| Failure::group_not_found(address))?;
                Ok(accepted(format!(
                    "/subscriptions/{}/operationresults/{operation}?api-version={version}",
                    address.subscription
                )))
            }
            method => Err(Failure::method_not_allowed(method)),
        }
    }

    /// The result of a group's deletion: 202 as long as it goes on.
    pub(super) fn operation_result(&mut self, operation: &str, request: &Request) -> Answer {
        if self.state.poll_deletion(operation) {
            return Answer::empty(StatusCode::OK);
        }
        accepted(format!("{}?{}", request.path, request.query))
    }

    pub(super) fn resources_of_group(
        &self,
        address: &GroupAddress,
        method: &Method,
    ) -> Result<Answer, Failure> {
        if method != Method::GET {
            return Err(Failure::method_not_allowed(method.as_str()));
        }
        let group = self.state.group(address).ok_or_else(|| Failure::group_not_found(address))?;
        let id = |resource_type: &str, name: &str| {
            format!(
                "/subscriptions/{}/resourceGroups/{}/providers/{resource_type}/{name}",
                address.subscription, group.name
            )
        };
        let profiles = group.profiles.values().map(|profile| ResourceJson {
            id: id(PROFILE_TYPE, &profile.name),
            name: &profile.name,
            resource_type: PROFILE_TYPE,
            location: "global",
        });
        let addresses = group.public_ips.values().map(|ip| ResourceJson {
            id: id(public_ips::TYPE, &ip.name),
            name: &ip.name,
            resource_type: public_ips::TYPE,
            location: &ip.location,
        });
        let value = profiles.chain(addresses).collect();
        Ok(Answer::gateway(StatusCode::OK, &ResourcesJson { value }))
    }

    fn read_group(
        &self,
        address: &GroupAddress,
        status: StatusCode,
        version: &str,
    ) -> Result<Answer, Failure> {
        let group = self.state.group(address).ok_or_else(|| Failure::group_not_found(address))?;
        Ok(Answer::gateway(status, &json(&address.subscription, group, version)))
    }
}

/// A deletion that goes on; its result can be asked for at the path.
fn accepted(path: String) -> Answer {
    let mut answer = Answer::empty(StatusCode::ACCEPTED);
    answer.link("location", path);
    // Azure says 15 seconds.
    answer.text("retry-after", &0);
    answer
}

fn json<'a>(subscription: &str, group: &'a Group, version: &str) -> GroupJson<'a> {
    GroupJson {
        id: format!("/subscriptions/{subscription}/resourceGroups/{}", group.name),
        name: &group.name,
        // Recorded answers of 2016 lack it, those of 2020 have it. The version in between is not known.
        resource_type: (version >= "2019").then_some("Microsoft.Resources/resourceGroups"),
        location: &group.location,
        tags: (!group.tags.is_empty()).then_some(&group.tags),
        properties: PropertiesJson {
            provisioning_state: match group.phase {
                Phase::Deleting(_) => "Deleting",
                Phase::Live | Phase::Deleted => "Succeeded",
            },
        },
    }
}
