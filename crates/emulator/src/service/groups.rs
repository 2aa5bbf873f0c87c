//! Operations on resource groups, as far as Traffic Manager's users need them.

use http::{Method, StatusCode};
use serde::Serialize;
use serde_json::{Map, Value};

use super::decode;
use super::error::Failure;
use super::filter::{Selection, Subject};
use super::model::Tags;
use super::model::gateway::Phase;
use super::route::GroupAddress;
use super::state::Group;
use super::{Answer, Request, Service};

const TYPE: &str = "Microsoft.Resources/resourceGroups";

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct GroupJson<'a> {
    id: String,
    name: &'a str,
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    resource_type: Option<&'static str>,
    location: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    managed_by: Option<&'a str>,
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
struct ListJson<'a> {
    value: Vec<GroupJson<'a>>,
}

impl Service {
    pub(super) fn list_groups(
        &self,
        subscription: &str,
        request: &Request,
        version: &str,
    ) -> Result<Answer, Failure> {
        if request.method != Method::GET {
            return Err(Failure::method_not_allowed(request.method.as_str()));
        }
        let selection = Selection::parse(&request.query, true)?;
        let groups = selection.of(self.state.groups_of(subscription, None), |group| Subject {
            name: &group.name,
            resource_type: TYPE,
            group: &group.name,
            location: &group.location,
            tags: Some(&group.tags),
        });
        let value = groups.into_iter().map(|group| json(subscription, group, version)).collect();
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
                let managed_by = managed_by(&body)?;
                let location = traffic_manager::region::normalize(location);
                let created = self.state.put_group(address, &location, tags);
                self.state.group_mut(address).managed_by = managed_by;
                self.read_group(address, if created { StatusCode::CREATED } else { StatusCode::OK }, version)
            }
            "PATCH" => {
                let body = decode::object(&request.body)?;
                let (tags, managed_by) = (decode::tags(&body)?, managed_by(&body)?);
                if self.state.group(address).is_none() {
                    return Err(Failure::group_not_found(address));
                }
                let group = self.state.group_mut(address);
                // What the body leaves out stays; tags are replaced as a whole.
                group.tags = tags.unwrap_or_else(|| std::mem::take(&mut group.tags));
                group.managed_by = managed_by.or(group.managed_by.take());
                self.read_group(address, StatusCode::OK, version)
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

/// The id of the resource that manages the group, if the body has one.
fn managed_by(body: &Map<String, Value>) -> Result<Option<String>, Failure> {
    match body.get("managedBy") {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(id)) => Ok(Some(id.clone())),
        Some(_) => Err(Failure::invalid_content("'managedBy' must be a string")),
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
        resource_type: (version >= "2019").then_some(TYPE),
        location: &group.location,
        managed_by: group.managed_by.as_deref(),
        tags: (!group.tags.is_empty()).then_some(&group.tags),
        properties: PropertiesJson {
            provisioning_state: match group.phase {
                Phase::Deleting(_) => "Deleting",
                Phase::Live | Phase::Deleted => "Succeeded",
            },
        },
    }
}
