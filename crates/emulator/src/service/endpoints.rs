//! Operations on one endpoint.

use http::StatusCode;

use super::decode::{self, Problems};
use super::encode::{self, Purpose};
use super::error::Failure;
use super::profiles::{deleted, without_properties};
use super::route::EndpointAddress;
use super::state::ProfileKey;
use super::{Answer, Call, Service, apply};

impl Service {
    pub(super) fn endpoint(&mut self, address: &EndpointAddress, call: &Call<'_>) -> Result<Answer, Failure> {
        let profile = &address.profile;
        let found = self.require_group(&profile.group).and_then(|()| self.stored(profile, call.version));
        if call.method.as_str() == "DELETE" {
            // Recorded: in a missing group, too, the parent is what is missing.
            return match found {
                Ok(_) => Ok(self.delete_endpoint(address, call)),
                Err(_) => Err(Failure::parent_not_found(address)),
            };
        }
        found?;
        match call.method.as_str() {
            "GET" => self.answer_with_endpoint(address, call, Purpose::Get),
            "PUT" => self.put_endpoint(address, call),
            "PATCH" => self.patch_endpoint(address, call),
            method => Err(Failure::method_not_allowed(method)),
        }
    }

    fn put_endpoint(&mut self, address: &EndpointAddress, call: &Call<'_>) -> Result<Answer, Failure> {
        let EndpointAddress { profile: parent, kind, name } = address;
        let body = decode::object(call.body)?;
        let mut problems = Problems::new();
        let input = decode::endpoint::endpoint(&body, "", call.version, &mut problems);
        if !input.has_properties {
            return Err(Failure::bad_request(&[without_properties(name)]));
        }
        let before = self.stored(parent, call.version)?;
        // An endpoint keeps the spelling of the request that created it.
        let spelling = before.endpoint(*kind, name).map_or(name, |old| &old.name);
        let endpoint = self.endpoint_of(spelling, *kind, None, input)?;
        let mut profile = before.clone();
        profile.endpoints.retain(|old| !old.is(*kind, name));
        profile.endpoints.push(endpoint);
        apply::number(&mut profile.endpoints);
        self.store(parent, profile, problems)?;
        let mut answer = self.answer_with_endpoint(address, call, Purpose::Put { tags_sent: false })?;
        // Recorded for updates, too.
        answer.status = StatusCode::CREATED;
        Ok(answer)
    }

    fn patch_endpoint(&mut self, address: &EndpointAddress, call: &Call<'_>) -> Result<Answer, Failure> {
        let EndpointAddress { profile: parent, kind, name } = address;
        let before = self.stored(parent, call.version)?;
        let old = before.endpoint(*kind, name).ok_or_else(|| Failure::endpoint_not_found(address))?;
        let body = decode::object(call.body)?;
        let mut problems = Problems::new();
        let input = decode::endpoint::endpoint(&body, "", call.version, &mut problems);
        let endpoint = self.endpoint_of(&old.name, *kind, Some(old), input)?;
        let mut profile = before.clone();
        if let Some(old) = profile.endpoints.iter_mut().find(|old| old.is(*kind, name)) {
            *old = endpoint;
        }
        self.store(parent, profile, problems)?;
        self.answer_with_endpoint(address, call, Purpose::Patch)
    }

    fn delete_endpoint(&mut self, address: &EndpointAddress, call: &Call<'_>) -> Answer {
        if let Some(profile) = self.state.profile_mut(&ProfileKey::from_address(&address.profile)) {
            profile.endpoints.retain(|endpoint| !endpoint.is(address.kind, &address.name));
        }
        // A user of the service reports 200 for an endpoint that is not there, too.
        deleted(call.version)
    }

    fn answer_with_endpoint(
        &self,
        address: &EndpointAddress,
        call: &Call<'_>,
        purpose: Purpose,
    ) -> Result<Answer, Failure> {
        let profile = self.stored(&address.profile, call.version)?;
        let endpoint = profile.endpoint(address.kind, &address.name);
        let endpoint = endpoint.ok_or_else(|| Failure::endpoint_not_found(address))?;
        let view = self.view(call.version, purpose);
        let body = encode::endpoint(&view, &address.profile.group, profile, endpoint);
        Ok(Answer::provider(StatusCode::OK, body))
    }
}
