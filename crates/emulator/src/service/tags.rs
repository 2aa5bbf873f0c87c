//! Operations on the tags of a subscription, a group or a resource: `{scope}/providers/Microsoft.Resources/tags/default`.

use http::StatusCode;
use serde::Serialize;
use serde_json::Value;

use super::decode;
use super::error::Failure;
use super::model::Tags;
use super::model::fleet::Fleet;
use super::route::{FleetAddress, FleetRoute, PlanAddress, PublicIpAddress, Route};
use super::state::ProfileKey;
use super::{Answer, Request, Service, plans, public_ips};

#[derive(Serialize)]
struct TagsJson<'a> {
    id: String,
    name: &'static str,
    #[serde(rename = "type")]
    resource_type: &'static str,
    properties: PropertiesJson<'a>,
}

#[derive(Serialize)]
struct PropertiesJson<'a> {
    tags: &'a Tags,
}

impl Service {
    pub(super) fn tags(&mut self, scope: &str, tagged: &Route, request: &Request) -> Result<Answer, Failure> {
        let before = self.tags_of(tagged)?.read();
        let after = match request.method.as_str() {
            "GET" => before,
            "DELETE" => {
                self.tags_of(tagged)?.write(Tags::new());
                return Ok(Answer::empty(StatusCode::OK));
            }
            method @ ("PUT" | "PATCH") => {
                let body = decode::object(&request.body)?;
                let given = given(body.get("properties"))?;
                let after =
                    if method == "PUT" { given } else { patched(before, given, body.get("operation"))? };
                decode::check_tags(&after)?;
                self.tags_of(tagged)?.write(after.clone());
                after
            }
            method => return Err(Failure::method_not_allowed(method)),
        };
        let answer = TagsJson {
            id: format!("{scope}/providers/Microsoft.Resources/tags/default"),
            name: "default",
            resource_type: "Microsoft.Resources/tags",
            properties: PropertiesJson { tags: &after },
        };
        Ok(Answer::gateway(StatusCode::OK, &answer))
    }

    /// Where the tags of what a scope names are kept.
    fn tags_of(&mut self, tagged: &Route) -> Result<Kept<'_>, Failure> {
        if let Some(group) = tagged.group().filter(|group| self.state.group(group).is_none()) {
            return Err(Failure::group_not_found(group));
        }
        let state = &mut self.state;
        match tagged {
            Route::Subscription(id) => {
                Ok(Kept::Always(state.subscription_tags.entry(id.to_lowercase()).or_default()))
            }
            Route::Group(group) => Ok(Kept::Always(&mut state.group_mut(group).tags)),
            Route::Profile(address) => {
                let profile = state.profile_mut(&ProfileKey::from_address(address));
                let tags = profile.map(|profile| Kept::Always(&mut profile.tags));
                tags.ok_or_else(|| Failure::profile_not_found(address))
            }
            Route::PublicIp(PublicIpAddress { group, name }) => {
                let ip = state.group_mut(group).public_ips.get_mut(&name.to_lowercase());
                let tags = ip.map(|ip| Kept::IfAny(&mut ip.tags));
                tags.ok_or_else(|| Failure::resource_not_found(public_ips::TYPE, name, group))
            }
            Route::Plan(PlanAddress { group, name }) => {
                let plan = state.group_mut(group).plans.get_mut(&name.to_lowercase());
                let tags = plan.map(|plan| Kept::IfAny(&mut plan.tags));
                tags.ok_or_else(|| Failure::resource_not_found(plans::TYPE, name, group))
            }
            Route::Fleets(FleetRoute::Fleet(FleetAddress { group, name })) => {
                let fleet = state.group_mut(group).fleets.get_mut(&name.to_lowercase());
                let tags = fleet.map(|fleet| Kept::IfAny(&mut fleet.tags));
                tags.ok_or_else(|| Failure::resource_not_found(Fleet::TYPE, name, group))
            }
            _ => Err(Failure::no_tags_here()),
        }
    }
}

/// The tags of something. Some resources tell apart whether they ever had any.
enum Kept<'a> {
    Always(&'a mut Tags),
    IfAny(&'a mut Option<Tags>),
}

impl Kept<'_> {
    fn read(&self) -> Tags {
        match self {
            Self::Always(tags) => (**tags).clone(),
            Self::IfAny(tags) => (*tags).clone().unwrap_or_default(),
        }
    }

    fn write(self, new: Tags) {
        match self {
            Self::Always(tags) => *tags = new,
            Self::IfAny(tags) => *tags = Some(new),
        }
    }
}

fn given(properties: Option<&Value>) -> Result<Tags, Failure> {
    let properties = properties
        .and_then(Value::as_object)
        .ok_or_else(|| Failure::invalid_content("'properties' must be an object with 'tags'"))?;
    Ok(decode::tags(properties)?.unwrap_or_default())
}

/// The tags after a PATCH. Names of tags are compared without letter case.
fn patched(mut tags: Tags, given: Tags, operation: Option<&Value>) -> Result<Tags, Failure> {
    let operation = operation.and_then(Value::as_str).unwrap_or_default();
    let same = |tags: &Tags, name: &str| tags.keys().find(|known| known.eq_ignore_ascii_case(name)).cloned();
    match operation.to_ascii_lowercase().as_str() {
        "replace" => return Ok(given),
        "merge" => {
            for (name, value) in given {
                let name = same(&tags, &name).unwrap_or(name);
                tags.insert(name, value);
            }
        }
        "delete" => {
            for (name, value) in given {
                // A tag is named by its name, or by name and value.
                let named = same(&tags, &name).filter(|name| value.is_empty() || tags[name] == value);
                if let Some(name) = named {
                    tags.remove(&name);
                }
            }
        }
        _ => {
            let message = format!("'operation' is '{operation}'; it must be Replace, Merge or Delete");
            return Err(Failure::invalid_content(&message));
        }
    }
    Ok(tags)
}
