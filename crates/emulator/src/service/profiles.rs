//! Operations on profiles.

use http::{Method, StatusCode};
use serde_json::{Map, Value};
use traffic_manager::id::EndpointKind;
use traffic_manager::profile::RoutingMethod;

use super::decode::endpoint::EndpointInput;
use super::decode::profile::ProfileInput;
use super::decode::{self, Problems};
use super::encode::{self, Purpose, View};
use super::error::Failure;
use super::model::{Endpoint, Profile};
use super::route::ProfileAddress;
use super::state::ProfileKey;
use super::status::Statuses;
use super::version::ApiVersion;
use super::{Answer, Call, Service, apply, rules};

impl Service {
    pub(super) fn list_profiles(
        &self,
        subscription: &str,
        group: Option<&str>,
        call: &Call<'_>,
    ) -> Result<Answer, Failure> {
        if call.method != Method::GET {
            return Err(Failure::method_not_allowed(call.method.as_str()));
        }
        let shown =
            self.state.profiles(subscription, group).filter(|(_, profile)| is_shown(profile, call.version));
        let view = self.view(call.version, Purpose::List);
        Ok(Answer::provider(StatusCode::OK, encode::list(&view, subscription, shown)))
    }

    pub(super) fn profile(&mut self, address: &ProfileAddress, call: &Call<'_>) -> Result<Answer, Failure> {
        self.require_group(&address.group)?;
        match call.method.as_str() {
            "GET" => {
                let profile = self.stored(address, call.version)?;
                Ok(self.answer_with(address, profile, call.version, Purpose::Get))
            }
            "PUT" => self.put_profile(address, call),
            "PATCH" => self.patch_profile(address, call),
            "DELETE" => Ok(self.delete_profile(address, call)),
            method => Err(Failure::method_not_allowed(method)),
        }
    }

    /// The profile, or the gateway's refusal.
    pub(super) fn stored(&self, address: &ProfileAddress, version: ApiVersion) -> Result<&Profile, Failure> {
        self.state
            .profile(&ProfileKey::from_address(address))
            .filter(|profile| is_shown(profile, version))
            .ok_or_else(|| Failure::profile_not_found(address))
    }

    fn put_profile(&mut self, address: &ProfileAddress, call: &Call<'_>) -> Result<Answer, Failure> {
        let body = decode::object(call.body)?;
        check_location(&body, true)?;
        let tags = decode::tags(&body)?;
        let mut problems = Problems::new();
        if !body.get("properties").is_some_and(Value::is_object) {
            problems.push("Please specify properties for the profile.".to_owned());
            return Err(Failure::bad_request(&problems));
        }
        let mut input = decode::profile::profile(&body, call.version, &mut problems);
        let before = self.state.profile(&ProfileKey::from_address(address));
        check_record_type(before, &input, &mut problems);
        let inputs = input.endpoints.take().unwrap_or_default();
        let name = before.map_or(address.name.as_str(), |before| before.name.as_str());
        let kept_type = before.and_then(|before| before.record_type);
        let profile = apply::profile(name, None, input, &mut problems);
        let endpoints = self.endpoints_of(before, inputs, &mut problems)?;
        let Some(mut profile) = profile else { return Err(Failure::bad_request(&problems)) };
        profile.record_type = profile.record_type.or(kept_type);
        profile.endpoints = endpoints;
        let purpose = Purpose::Put { tags_sent: tags.is_some() };
        profile.tags = tags.unwrap_or_default();
        let status = if before.is_some() { StatusCode::OK } else { StatusCode::CREATED };
        self.store(address, profile, problems)?;
        let mut answer =
            self.answer_with(address, self.stored(address, call.version)?, call.version, purpose);
        answer.status = status;
        Ok(answer)
    }

    fn patch_profile(&mut self, address: &ProfileAddress, call: &Call<'_>) -> Result<Answer, Failure> {
        self.stored(address, call.version)?;
        let body = decode::object(call.body)?;
        check_location(&body, false)?;
        let tags = decode::tags(&body)?;
        let mut problems = Problems::new();
        let input = decode::profile::profile(&body, call.version, &mut problems);
        if input.endpoints.is_some() {
            // Public.
            return Err(Failure::bad_request(&[
                "The 'endpoints' property cannot be specified when updating a profile using PATCH. Please use PUT to \
                 update the profile instead."
                    .to_owned(),
            ]));
        }
        let before = self.stored(address, call.version)?;
        check_record_type(Some(before), &input, &mut problems);
        let profile = apply::profile(&before.name, Some(before), input, &mut problems);
        let Some(mut profile) = profile else { return Err(Failure::bad_request(&problems)) };
        if let Some(tags) = tags {
            profile.tags = tags;
        }
        self.store(address, profile, problems)?;
        let profile = self.stored(address, call.version)?;
        Ok(self.answer_with(address, profile, call.version, Purpose::Patch))
    }

    fn delete_profile(&mut self, address: &ProfileAddress, call: &Call<'_>) -> Answer {
        if self.state.delete_profile(&ProfileKey::from_address(address)) {
            deleted(call.version)
        } else {
            Answer::provider(StatusCode::NO_CONTENT, String::new())
        }
    }

    /// Checks a profile as it would be, and keeps it.
    pub(super) fn store(
        &mut self,
        address: &ProfileAddress,
        mut profile: Profile,
        mut problems: Problems,
    ) -> Result<(), Failure> {
        let key = ProfileKey::from_address(address);
        problems.extend(rules::check(&self.state, &key, &profile));
        if !problems.is_empty() {
            return Err(Failure::bad_request(&problems));
        }
        self.require_room(&key, &profile)?;
        if self.state.owner_of_domain(&profile.relative_name).is_some_and(|owner| *owner != key) {
            return Err(Failure::domain_taken(&profile.fqdn(&self.settings.dns_suffix)));
        }
        profile.sort();
        if let Some(before) = self.state.profile(&key) {
            profile.keep_health_of(before);
        }
        self.state.put_profile(address, profile);
        Ok(())
    }

    /// Refuses one more profile or endpoint than there may be. What was there before a limit was lowered stays.
    fn require_room(&self, key: &ProfileKey, profile: &Profile) -> Result<(), Failure> {
        let limits = self.state.limits;
        let before = self.state.profile(key);
        if before.is_none() && self.state.count_profiles(&key.subscription) >= limits.profiles {
            return Err(Failure::over_limit("Traffic Manager profiles", limits.profiles, "subscription"));
        }
        let grows = before.is_none_or(|before| profile.endpoints.len() > before.endpoints.len());
        if grows && profile.endpoints.len() > limits.endpoints {
            return Err(Failure::over_limit("endpoints", limits.endpoints, "Traffic Manager profile"));
        }
        Ok(())
    }

    /// The endpoints of a profile's PUT, numbered and with computed targets. Those without a known kind are
    /// left out; the problems tell of them.
    fn endpoints_of(
        &self,
        before: Option<&Profile>,
        inputs: Vec<EndpointInput>,
        problems: &mut Problems,
    ) -> Result<Vec<Endpoint>, Failure> {
        let mut endpoints = Vec::with_capacity(inputs.len());
        let mut nameless = 0;
        for input in inputs {
            let name = input.name.clone().unwrap_or_default();
            if name.is_empty() {
                nameless += 1;
                problems.push(rules::invalid_endpoint_name(&name));
            }
            let kind = input.type_name.as_deref().and_then(EndpointKind::from_type_name);
            let Some(kind) = kind else {
                problems.push(invalid_type(input.type_name.as_deref(), input.name.as_deref()));
                continue;
            };
            if !input.has_properties {
                problems.push(without_properties(&name));
                continue;
            }
            // An endpoint keeps the spelling of the request that created it.
            let known = before.and_then(|before| before.endpoint(kind, &name));
            let name = known.map_or(name, |known| known.name.clone());
            endpoints.push(self.endpoint_of(&name, kind, None, input)?);
        }
        if nameless > 1 {
            problems.push(rules::duplicates(&[""]));
        }
        apply::number(&mut endpoints);
        Ok(endpoints)
    }

    /// An endpoint as a request wants it, with its computed target.
    pub(super) fn endpoint_of(
        &self,
        name: &str,
        kind: EndpointKind,
        base: Option<&Endpoint>,
        input: EndpointInput,
    ) -> Result<Endpoint, Failure> {
        let blank = input.target.as_deref().is_some_and(|target| target.trim().is_empty());
        if blank && kind != EndpointKind::External && input.target_resource_id.is_some() {
            return Err(Failure::internal());
        }
        let mut endpoint = apply::endpoint(name, kind, base, input);
        apply::compute(&mut endpoint, &self.state, &self.settings.dns_suffix);
        Ok(endpoint)
    }

    pub(super) fn view(&self, version: ApiVersion, purpose: Purpose) -> View<'_> {
        View { statuses: Statuses::new(&self.state), suffix: &self.settings.dns_suffix, version, purpose }
    }

    fn answer_with(
        &self,
        address: &ProfileAddress,
        profile: &Profile,
        version: ApiVersion,
        purpose: Purpose,
    ) -> Answer {
        let view = self.view(version, purpose);
        Answer::provider(StatusCode::OK, encode::profile(&view, &address.group, profile))
    }
}

/// The body of the answer to a DELETE. Recorded.
pub(super) const DELETED: &str = r#"{"properties":{"boolean":true}}"#;

/// The answer to a DELETE of something that was there.
pub(super) fn deleted(version: ApiVersion) -> Answer {
    let body = if version.delete_has_body() { DELETED } else { "" };
    Answer::provider(StatusCode::OK, body.to_owned())
}

/// Public.
pub(super) fn without_properties(name: &str) -> String {
    format!("Please specify properties for endpoint '{name}'")
}

/// Public.
fn invalid_type(type_name: Option<&str>, name: Option<&str>) -> String {
    format!(
        "The type '{}' specified for endpoint '{}' is invalid. Valid endpoint types are: \
         \n'Microsoft.Network/trafficManagerProfiles/azureEndpoints', \
         'Microsoft.Network/trafficManagerProfiles/externalEndpoints', \
         'Microsoft.Network/trafficManagerProfiles/nestedEndpoints'.",
        type_name.unwrap_or("<null>"),
        name.unwrap_or("<null>"),
    )
}

/// Versions without Geographic routing do not return such profiles at all.
fn is_shown(profile: &Profile, version: ApiVersion) -> bool {
    version.has_geographic() || profile.method != RoutingMethod::Geographic
}

/// Profiles are nowhere but in `global`.
fn check_location(body: &Map<String, Value>, required: bool) -> Result<(), Failure> {
    match body.get("location") {
        None | Some(Value::Null) if required => Err(Failure::location_required()),
        None | Some(Value::Null) => Ok(()),
        Some(Value::String(location)) if location.eq_ignore_ascii_case("global") => Ok(()),
        Some(Value::String(location)) => Err(Failure::location_not_available(location)),
        Some(_) => Err(Failure::invalid_content("'location' must be a string")),
    }
}

/// The record type can be set while it is unset, and is locked then. The text is not proven.
fn check_record_type(before: Option<&Profile>, input: &ProfileInput, problems: &mut Problems) {
    let old = before.and_then(|before| before.record_type);
    if old.is_some() && input.record_type.is_some() && old != input.record_type {
        problems
            .push("The RecordType of a Traffic Manager profile cannot be changed after creation.".to_owned());
    }
}
