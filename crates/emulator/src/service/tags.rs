//! Operations on the tags of a subscription, a group or a resource: `{scope}/providers/Microsoft.Resources/tags/default`.

use http::StatusCode;
use serde::Serialize;
use serde_json::Value;

use super::decode;
use super::error::Failure;
use super::model::Tags;
use super::route::{GroupAddress, Route};
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
        let before = self.tags_of(tagged)?.clone();
        let after = match request.method.as_str() {
            "GET" => before,
            "DELETE" => {
                *self.tags_of(tagged)? = Tags::new();
                return Ok(Answer::empty(StatusCode::OK));
            }
            method @ ("PUT" | "PATCH") => {
                let body = decode::object(&request.body)?;
                let given = given(body.get("properties"))?;
                let after =
                    if method == "PUT" { given } else { patched(before, given, body.get("operation"))? };
                decode::check_tags(&after)?;
                self.tags_of(tagged)?.clone_from(&after);
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
    fn tags_of(&mut self, tagged: &Route) -> Result<&mut Tags, Failure> {
        if let Some(group) = tagged.group().filter(|group| self.state.group(group).is_none()) {
            return Err(Failure::group_not_found(group));
        }
        match tagged {
            Route::Subscription(id) => Ok(self.state.subscription_tags.entry(id.to_lowercase()).or_default()),
            Route::Group(group) => Ok(&mut self.state.group_mut(group).tags),
            Route::Profile(address) => {
                let profile = self.state.profile_mut(&ProfileKey::of(address));
                profile.map(|profile| &mut profile.tags).ok_or_else(|| Failure::profile_not_found(address))
            }
            Route::PublicIp(address) => {
                let ips = &mut self.state.group_mut(&address.group).public_ips;
                let tags = ips.get_mut(&address.name.to_lowercase()).map(|ip| &mut ip.tags);
                optional(tags, public_ips::TYPE, &address.name, &address.group)
            }
            Route::Plan(address) => {
                let plans = &mut self.state.group_mut(&address.group).plans;
                let tags = plans.get_mut(&address.name.to_lowercase()).map(|plan| &mut plan.tags);
                optional(tags, plans::TYPE, &address.name, &address.group)
            }
            _ => Err(Failure::no_tags_here()),
        }
    }
}

fn optional<'a>(
    tags: Option<&'a mut Option<Tags>>,
    resource_type: &str,
    name: &str,
    group: &GroupAddress,
) -> Result<&'a mut Tags, Failure> {
    let tags = tags.ok_or_else(|| Failure::resource_not_found(resource_type, name, group))?;
    Ok(tags.get_or_insert_default())
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
