//! Operations on resource groups, as far as Traffic Manager's users need them.

use http::{Method, StatusCode};
use serde::Serialize;

use super::decode;
use super::error::Failure;
use super::model::Tags;
use super::route::GroupAddress;
use super::state::Group;
use super::{Answer, Origin, Request, Service};

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
        Ok(answer(StatusCode::OK, &ListJson { value }))
    }

    pub(super) fn group(
        &mut self,
        address: &GroupAddress,
        request: &Request,
        version: &str,
    ) -> Result<Answer, Failure> {
        match request.method.as_str() {
            "GET" => self.get_group(address, StatusCode::OK, version),
            "HEAD" => {
                let found = self.state.group(address).is_some();
                let status = if found { StatusCode::NO_CONTENT } else { StatusCode::NOT_FOUND };
                Ok(Answer::new(status, String::new(), Origin::Gateway))
            }
            "PUT" => {
                let body = decode::object(&request.body)?;
                let location = body.get("location").and_then(|location| location.as_str());
                let location = location.ok_or_else(Failure::location_required)?;
                let tags = decode::tags(&body)?.unwrap_or_default();
                let location = traffic_manager::region::normalize(location);
                let created = self.state.put_group(address, &location, tags);
                self.get_group(address, if created { StatusCode::CREATED } else { StatusCode::OK }, version)
            }
            "DELETE" if self.state.delete_group(address) => {
                let mut answer = Answer::new(StatusCode::ACCEPTED, String::new(), Origin::Gateway);
                // Azure's id of the operation is opaque; so is this one.
                answer.location = Some(format!(
                    "/subscriptions/{}/operationresults/{}?api-version={version}",
                    address.subscription,
                    uuid::Uuid::new_v4().simple()
                ));
                Ok(answer)
            }
            "DELETE" => Err(Failure::group_not_found(address)),
            method => Err(Failure::method_not_allowed(method)),
        }
    }

    fn get_group(
        &self,
        address: &GroupAddress,
        status: StatusCode,
        version: &str,
    ) -> Result<Answer, Failure> {
        let group = self.state.group(address).ok_or_else(|| Failure::group_not_found(address))?;
        Ok(answer(status, &json(&address.subscription, group, version)))
    }
}

fn answer(status: StatusCode, body: &impl Serialize) -> Answer {
    let body = serde_json::to_string(body).expect("texts can be written as JSON");
    Answer::new(status, body, Origin::Gateway)
}

fn json<'a>(subscription: &str, group: &'a Group, version: &str) -> GroupJson<'a> {
    GroupJson {
        id: format!("/subscriptions/{subscription}/resourceGroups/{}", group.name),
        name: &group.name,
        // Recorded answers of 2016 lack it, those of 2020 have it. The version in between is not known.
        resource_type: (version >= "2019").then_some("Microsoft.Resources/resourceGroups"),
        location: &group.location,
        tags: (!group.tags.is_empty()).then_some(&group.tags),
        properties: PropertiesJson { provisioning_state: "Succeeded" },
    }
}
