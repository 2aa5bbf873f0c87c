//! Operations on one endpoint.

use http::StatusCode;
use traffic_manager::id::EndpointKind;

use super::decode::{self, Problems};
use super::encode::{self, Purpose};
use super::error::Failure;
use super::model::Profile;
use super::profiles::{deleted, without_properties};
use super::route::ProfileAddress;
use super::state::ProfileKey;
use super::{Answer, Call, Service, apply};

impl Service {
    pub(super) fn endpoint(
        &mut self,
        address: &ProfileAddress,
        kind: EndpointKind,
        name: &str,
        call: &Call<'_>,
    ) -> Result<Answer, Failure> {
        if call.method.as_str() == "DELETE" {
            // Recorded: below a missing group, too, the parent is what is missing.
            if self.require_group(&address.group).is_err() || self.stored(address, call.version).is_err() {
                return Err(Failure::parent_not_found(address, kind));
            }
            return Ok(self.delete_endpoint(address, kind, name, call));
        }
        self.require_group(&address.group)?;
        self.stored(address, call.version)?;
        match call.method.as_str() {
            "GET" => self.answer_with_endpoint(address, kind, name, call, Purpose::Get),
            "PUT" => self.put_endpoint(address, kind, name, call),
            "PATCH" => self.patch_endpoint(address, kind, name, call),
            method => Err(Failure::method_not_allowed(method)),
        }
    }

    fn put_endpoint(
        &mut self,
        address: &ProfileAddress,
        kind: EndpointKind,
        name: &str,
        call: &Call<'_>,
    ) -> Result<Answer, Failure> {
        let body = decode::object(call.body)?;
        let mut problems = Problems::new();
        let input = decode::endpoint::endpoint(&body, "", call.version, &mut problems);
        if !input.has_properties {
            return Err(Failure::bad_request(&[without_properties(name)]));
        }
        let before = self.stored(address, call.version)?;
        let spelling = before.endpoint(kind, name).map_or(name, |old| old.name.as_str());
        let endpoint = self.endpoint_of(spelling, kind, None, input)?;
        let mut profile = before.clone();
        profile.endpoints.retain(|old| !old.is(kind, name));
        profile.endpoints.push(endpoint);
        apply::number(&mut profile.endpoints);
        self.store(address, profile, problems)?;
        let mut answer =
            self.answer_with_endpoint(address, kind, name, call, Purpose::Put { tags_sent: false })?;
        // Recorded for updates, too.
        answer.status = StatusCode::CREATED;
        Ok(answer)
    }

    fn patch_endpoint(
        &mut self,
        address: &ProfileAddress,
        kind: EndpointKind,
        name: &str,
        call: &Call<'_>,
    ) -> Result<Answer, Failure> {
        let before = self.stored(address, call.version)?;
        let old = before
            .endpoint(kind, name)
            .ok_or_else(|| Failure::endpoint_not_found(&address.name, kind, name))?;
        let body = decode::object(call.body)?;
        let mut problems = Problems::new();
        let input = decode::endpoint::endpoint(&body, "", call.version, &mut problems);
        let endpoint = self.endpoint_of(&old.name, kind, Some(old), input)?;
        let mut profile = before.clone();
        for old in &mut profile.endpoints {
            if old.is(kind, name) {
                *old = endpoint.clone();
            }
        }
        self.store(address, profile, problems)?;
        self.answer_with_endpoint(address, kind, name, call, Purpose::Patch)
    }

    fn delete_endpoint(
        &mut self,
        address: &ProfileAddress,
        kind: EndpointKind,
        name: &str,
        call: &Call<'_>,
    ) -> Answer {
        if let Some(profile) = self.state.profile_mut(&ProfileKey::of(address)) {
            profile.endpoints.retain(|endpoint| !endpoint.is(kind, name));
        }
        // A user of the service reports 200 for an endpoint that is not there, too.
        deleted(call.version)
    }

    fn answer_with_endpoint(
        &self,
        address: &ProfileAddress,
        kind: EndpointKind,
        name: &str,
        call: &Call<'_>,
        purpose: Purpose,
    ) -> Result<Answer, Failure> {
        let profile: &Profile = self.stored(address, call.version)?;
        let endpoint = profile
            .endpoint(kind, name)
            .ok_or_else(|| Failure::endpoint_not_found(&address.name, kind, name))?;
        let view = self.view(call.version, purpose);
        Ok(Answer::provider(StatusCode::OK, encode::endpoint(&view, &address.group, profile, endpoint)))
    }
}
