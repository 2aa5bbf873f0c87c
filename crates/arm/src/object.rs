//! Whether an answer is the object that was asked for.
//!
//! A 200 proves little: a proxy, a login page with an API, or another program at the address answers JSON with a 200, too.
//! Believing it would put a stranger's words into a state, and have a healthy profile replaced. What is asked of an answer
//! here, every recorded answer of the real service has.

use http::StatusCode;
use serde::de::{DeserializeOwned, IgnoredAny};
use traffic_manager::id::{self, EndpointId, EndpointKind, PROFILE_TYPE, ProfileId};

use crate::model::{Endpoint, Profile};
use crate::page::Page;
use crate::request::{Mismatch, Verify};

/// What a request is about.
#[derive(Debug)]
pub(crate) enum Object {
    Profile(ProfileId),
    /// A page of the profiles of a subscription, or of one resource group.
    Profiles {
        subscription: String,
        group: Option<String>,
    },
    Endpoint(EndpointId),
}

impl Object {
    /// What verifies the answers to a request about it.
    pub(crate) fn verify(self) -> Verify {
        Box::new(move |status, body| self.check(status, body))
    }

    /// Whether a success with this body is the object.
    fn check(&self, status: StatusCode, body: &[u8]) -> Result<(), Mismatch> {
        if !matches!(status, StatusCode::OK | StatusCode::CREATED) {
            return Err(Mismatch::Other("it has a status that Azure does not use for it".to_owned()));
        }
        match self {
            Self::Profile(id) => profile(id, &decoded(body)?),
            Self::Profiles { subscription, group } => {
                profiles(subscription, group.as_deref(), &decoded(body)?)
            }
            Self::Endpoint(id) => endpoint(id, &decoded(body)?),
        }
        .map_err(Mismatch::Other)
    }
}

/// A value of another type than the API's is a mismatch, too. What serde says of it would quote it.
fn decoded<T: DeserializeOwned>(body: &[u8]) -> Result<T, Mismatch> {
    serde_json::from_slice::<IgnoredAny>(body).map_err(Mismatch::NotJson)?;
    serde_json::from_slice(body).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        Mismatch::Other(format!("a property has a wrong type, at line {line}, column {column}"))
    })
}

fn profile(id: &ProfileId, found: &Profile) -> Result<(), String> {
    let identity = Identity {
        id: found.id.as_deref(),
        name: found.name.as_deref(),
        type_name: found.type_name.as_deref(),
    };
    identity.check(&id.to_string(), &id.name, PROFILE_TYPE)?;
    let properties = found.properties.as_ref().ok_or_else(|| lacks("properties"))?;
    let dns = properties.dns_config.as_ref().ok_or_else(|| lacks("dnsConfig"))?;
    let monitor = properties.monitor_config.as_ref().ok_or_else(|| lacks("monitorConfig"))?;
    for (name, text) in [
        ("trafficRoutingMethod", &properties.traffic_routing_method),
        ("dnsConfig.relativeName", &dns.relative_name),
        ("dnsConfig.fqdn", &dns.fqdn),
        ("monitorConfig.protocol", &monitor.protocol),
    ] {
        if text.as_deref().is_none_or(|text| text.trim().is_empty()) {
            return Err(lacks(name));
        }
    }
    monitor.port.ok_or_else(|| lacks("monitorConfig.port"))?;
    for endpoint in properties.endpoints.iter().flatten() {
        let name = endpoint.name.as_deref().unwrap_or_default();
        if name.trim().is_empty() {
            return Err("it has an endpoint without a name".to_owned());
        }
        if endpoint.type_name.as_deref().and_then(EndpointKind::from_type_name).is_none() {
            return Err("it has an endpoint whose type is none of an endpoint".to_owned());
        }
    }
    Ok(())
}

fn profiles(subscription: &str, group: Option<&str>, page: &Page<Profile>) -> Result<(), String> {
    for found in page.value.iter().flatten() {
        let id = found.id.as_deref().and_then(|id| ProfileId::parse(id).ok());
        let id = id.ok_or_else(|| "it lists something without the id of a profile".to_owned())?;
        let is_there = id::same(&id.subscription_id, subscription)
            && group.is_none_or(|group| id::same(&id.resource_group_name, group));
        if !is_there {
            return Err("it lists a profile of another place".to_owned());
        }
        profile(&id, found).map_err(|why| format!("of a listed profile, {why}"))?;
    }
    Ok(())
}

fn endpoint(id: &EndpointId, found: &Endpoint) -> Result<(), String> {
    let identity = Identity {
        id: found.id.as_deref(),
        name: found.name.as_deref(),
        type_name: found.type_name.as_deref(),
    };
    identity.check(&id.to_string(), &id.name, id.kind.type_name())?;
    found.properties.as_ref().map(drop).ok_or_else(|| lacks("properties"))
}

fn lacks(name: &str) -> String {
    format!("it has no {name}")
}

/// What an answer says it is.
struct Identity<'a> {
    id: Option<&'a str>,
    name: Option<&'a str>,
    type_name: Option<&'a str>,
}

impl Identity<'_> {
    /// Each that is given has to fit, and the name and the type have to be given where the id is not.
    fn check(&self, id: &str, name: &str, type_name: &str) -> Result<(), String> {
        for (what, found, wanted) in
            [("id", self.id, id), ("name", self.name, name), ("type", self.type_name, type_name)]
        {
            match found {
                Some(found) if !id::same(found, wanted) => return Err(format!("it has another {what}")),
                None if what != "id" && self.id.is_none() => return Err(lacks(what)),
                _ => {}
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn id() -> ProfileId {
        ProfileId::new("s", "g", "shop")
    }

    fn whole() -> Value {
        json!({
            "id": "/subscriptions/S/resourcegroups/g/providers/Microsoft.Network/trafficManagerProfiles/Shop",
            "name": "shop",
            "type": "Microsoft.Network/trafficManagerProfiles",
            "properties": {
                "trafficRoutingMethod": "Weighted",
                "dnsConfig": { "relativeName": "shop", "fqdn": "shop.trafficmanager.net", "ttl": 30 },
                "monitorConfig": { "protocol": "HTTPS", "port": 443, "path": "/" },
                "endpoints": [{
                    "name": "east",
                    "type": "Microsoft.Network/trafficManagerProfiles/externalEndpoints",
                    "properties": {}
                }]
            }
        })
    }

    fn why_not(object: &Object, status: u16, body: &Value) -> Option<String> {
        match object.check(status.try_into().unwrap(), body.to_string().as_bytes()) {
            Ok(()) => None,
            Err(Mismatch::Other(why)) => Some(why),
            Err(Mismatch::NotJson(error)) => panic!("{error}"),
        }
    }

    #[test]
    fn a_profile_is_believed_in_any_letter_case_and_without_an_id_if_its_name_and_type_fit() {
        let object = Object::Profile(id());
        assert_eq!(why_not(&object, 200, &whole()), None);
        assert_eq!(why_not(&object, 201, &whole()), None);
        let mut without = whole();
        without.as_object_mut().unwrap().remove("id");
        assert_eq!(why_not(&object, 200, &without), None);
        without["type"] = Value::Null;
        assert_eq!(why_not(&object, 200, &without).as_deref(), Some("it has no type"));
    }

    #[test]
    fn a_list_is_believed_if_all_of_it_is_of_its_place_and_whole() {
        let of = |group: Option<&str>| Object::Profiles {
            subscription: "s".to_owned(),
            group: group.map(str::to_owned),
        };
        let list = |each: Value| json!({ "value": [whole(), each] });
        for group in [None, Some("G")] {
            assert_eq!(why_not(&of(group), 200, &list(whole())), None);
            assert_eq!(why_not(&of(group), 200, &json!({ "value": [] })), None);
        }
        let elsewhere = why_not(&of(Some("other")), 200, &list(whole()));
        assert_eq!(elsewhere.as_deref(), Some("it lists a profile of another place"));
        for (pointer, value, why) in [
            ("/id", Value::Null, "it lists something without the id of a profile"),
            ("/id", json!("/subscriptions/s"), "it lists something without the id of a profile"),
            (
                "/id",
                json!(ProfileId::new("other", "g", "shop").to_string()),
                "it lists a profile of another place",
            ),
            ("/name", json!("other"), "of a listed profile, it has another name"),
            ("/properties/dnsConfig", Value::Null, "of a listed profile, it has no dnsConfig"),
        ] {
            let mut each = whole();
            *each.pointer_mut(pointer).unwrap() = value;
            assert_eq!(why_not(&of(None), 200, &list(each)).as_deref(), Some(why), "{pointer}");
        }
    }

    #[test]
    fn what_is_another_a_half_or_no_profile_is_not_believed() {
        let object = Object::Profile(id());
        let other =
            "/subscriptions/s/resourceGroups/other/providers/Microsoft.Network/trafficManagerProfiles/shop";
        for (pointer, value, why) in [
            ("/id", json!(other), "it has another id"),
            ("/id", json!(""), "it has another id"),
            ("/name", json!("other"), "it has another name"),
            ("/type", json!("Microsoft.Network/dnsZones"), "it has another type"),
            ("/properties", Value::Null, "it has no properties"),
            ("/properties/dnsConfig", Value::Null, "it has no dnsConfig"),
            ("/properties/dnsConfig/relativeName", json!(" "), "it has no dnsConfig.relativeName"),
            ("/properties/dnsConfig/fqdn", Value::Null, "it has no dnsConfig.fqdn"),
            ("/properties/monitorConfig", Value::Null, "it has no monitorConfig"),
            ("/properties/monitorConfig/port", Value::Null, "it has no monitorConfig.port"),
            ("/properties/monitorConfig/protocol", Value::Null, "it has no monitorConfig.protocol"),
            ("/properties/trafficRoutingMethod", Value::Null, "it has no trafficRoutingMethod"),
            ("/properties/endpoints/0/name", Value::Null, "it has an endpoint without a name"),
            (
                "/properties/endpoints/0/type",
                json!("Microsoft.Network/dnsZones"),
                "it has an endpoint whose type is none of an endpoint",
            ),
            ("/properties/dnsConfig/ttl", json!("secret"), "a property has a wrong type, at line 1, column"),
            ("/properties/endpoints", json!({}), "a property has a wrong type, at line 1, column"),
        ] {
            let mut found = whole();
            *found.pointer_mut(pointer).unwrap() = value;
            let said = why_not(&object, 200, &found).unwrap_or_default();
            assert!(said.starts_with(why) && !said.contains("secret"), "{pointer}: {said}");
        }
        for body in [json!({}), json!({ "status": "ok" })] {
            assert_eq!(why_not(&object, 200, &body).as_deref(), Some("it has no name"), "{body}");
        }
        for body in [json!([]), json!("ok"), Value::Null, json!(1)] {
            assert!(why_not(&object, 200, &body).is_some(), "{body}");
        }
        assert!(why_not(&object, 202, &whole()).is_some(), "no answer about a profile has another status");
    }

    #[test]
    fn an_endpoint_is_believed_only_if_it_is_the_one_asked_for() {
        let east = id().endpoint(EndpointKind::External, "east");
        let object = Object::Endpoint(east.clone());
        let found = |id: &EndpointId, properties: Value| {
            json!({
                "id": id.to_string(), "name": id.name, "type": id.kind.type_name(), "properties": properties
            })
        };
        assert_eq!(why_not(&object, 200, &found(&east, json!({}))), None);
        let azure = id().endpoint(EndpointKind::Azure, "east");
        assert_eq!(why_not(&object, 200, &found(&azure, json!({}))).as_deref(), Some("it has another id"));
        assert_eq!(
            why_not(&object, 200, &found(&east, Value::Null)).as_deref(),
            Some("it has no properties")
        );
    }

    /// The recordings lie beside the repository; without them there is nothing to check.
    #[test]
    fn every_recorded_profile_and_endpoint_is_believed() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/recordings");
        let Ok(files) = std::fs::read_dir(folder) else {
            println!("skipped: no recordings beside the repository");
            return;
        };
        let (mut believed, mut doubts) = (0, Vec::new());
        for file in files.flatten() {
            let recording: Value = serde_json::from_slice(&std::fs::read(file.path()).unwrap()).unwrap();
            for exchange in recording["exchanges"].as_array().unwrap() {
                let body = &exchange["response_body"];
                let is_success = matches!(exchange["status"].as_u64(), Some(200 | 201));
                if !is_success || exchange["method"] == "DELETE" || !body.is_object() {
                    continue;
                }
                let Some(object) = asked_for(exchange["url"].as_str().unwrap(), body) else { continue };
                match why_not(&object, 200, body) {
                    None => believed += 1,
                    Some(why) => doubts.push(format!("{}: {why}", file.path().display())),
                }
            }
        }
        println!("believed {believed} recorded answers");
        assert!(believed > 300 && doubts.is_empty(), "{}", doubts.join("\n"));
    }

    /// What a recorded request was about, if it was a profile or an endpoint.
    fn asked_for(url: &str, body: &Value) -> Option<Object> {
        let path = url.split('?').next()?.split_once("/subscriptions/")?.1.replace("%20", " ");
        // Some recordings have the subscription of their addresses replaced.
        let subscription = body["id"].as_str()?.split('/').nth(2)?;
        let id = format!("/subscriptions/{subscription}/{}", path.split_once('/')?.1);
        let endpoint = EndpointId::parse(&id).map(Object::Endpoint);
        ProfileId::parse(&id).map(Object::Profile).or(endpoint).ok()
    }
}
