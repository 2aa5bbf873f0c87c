//! The lists of all resources of a subscription or of a group.

use http::{Method, StatusCode};
use serde::Serialize;
use traffic_manager::id::PROFILE_TYPE;

use super::error::Failure;
use super::filter::{Selection, Subject};
use super::model::Tags;
use super::model::fleet::Fleet;
use super::model::gateway::PlanSku;
use super::route::GroupAddress;
use super::state::Group;
use super::{Answer, Request, Service, plans, public_ips};

#[derive(Serialize)]
struct ResourceJson<'a> {
    id: String,
    name: &'a str,
    #[serde(rename = "type")]
    resource_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    sku: Option<SkuJson<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<&'a str>,
    location: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    tags: Option<&'a Tags>,
    #[serde(skip_serializing_if = "Option::is_none")]
    zones: Option<&'a [String]>,
    #[serde(skip)]
    group: &'a str,
}

#[derive(Serialize)]
#[serde(untagged)]
enum SkuJson<'a> {
    Plan(&'a PlanSku),
    PublicIp(public_ips::SkuJson<'a>),
}

#[derive(Serialize)]
struct ListJson<'a> {
    value: Vec<ResourceJson<'a>>,
}

impl Service {
    pub(super) fn resources_of_group(
        &self,
        address: &GroupAddress,
        request: &Request,
    ) -> Result<Answer, Failure> {
        if self.state.group(address).is_none() {
            return Err(Failure::group_not_found(address));
        }
        self.resources(&address.subscription, Some(&address.group), request)
    }

    pub(super) fn resources(
        &self,
        subscription: &str,
        group: Option<&str>,
        request: &Request,
    ) -> Result<Answer, Failure> {
        if request.method != Method::GET {
            return Err(Failure::method_not_allowed(request.method.as_str()));
        }
        let selection = Selection::parse(&request.query, false)?;
        let all =
            self.state.groups_of(subscription, group).flat_map(|group| resources_of(subscription, group));
        let mut value = selection.of(all, |resource| Subject {
            name: resource.name,
            resource_type: resource.resource_type,
            group: resource.group,
            location: resource.location,
            tags: resource.tags,
        });
        if selection.asks_for_tags() {
            for resource in &mut value {
                resource.tags = None;
            }
        }
        Ok(Answer::gateway(StatusCode::OK, &ListJson { value }))
    }
}

fn resources_of<'a>(subscription: &str, group: &'a Group) -> Vec<ResourceJson<'a>> {
    let resource = |resource_type: &'static str, name: &'a str, location: &'a str, tags: Option<&'a Tags>| {
        ResourceJson {
            id: format!(
                "/subscriptions/{subscription}/resourceGroups/{}/providers/{resource_type}/{name}",
                group.name
            ),
            name,
            resource_type,
            sku: None,
            kind: None,
            location,
            tags: tags.filter(|tags| !tags.is_empty()),
            zones: None,
            group: &group.name,
        }
    };
    let profiles = group
        .profiles
        .values()
        .map(|profile| resource(PROFILE_TYPE, &profile.name, "global", Some(&profile.tags)));
    let addresses = group.public_ips.values().map(|ip| ResourceJson {
        sku: Some(SkuJson::PublicIp(public_ips::sku(ip))),
        zones: ip.extras.zones.as_deref(),
        ..resource(public_ips::TYPE, &ip.name, &ip.location, ip.tags.as_ref())
    });
    let plans = group.plans.values().map(|plan| ResourceJson {
        sku: Some(SkuJson::Plan(&plan.sku)),
        kind: Some(&plan.kind),
        ..resource(plans::TYPE, &plan.name, &plan.location, plan.tags.as_ref())
    });
    let fleets = group
        .fleets
        .values()
        .map(|fleet| resource(Fleet::TYPE, &fleet.name, &fleet.location, fleet.tags.as_ref()));
    profiles.chain(addresses).chain(plans).chain(fleets).collect()
}
