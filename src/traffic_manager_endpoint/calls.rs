//! The requests about one endpoint, with its deadline.

use std::sync::Arc;
use std::time::Duration;

use arm::model::{Endpoint as AzureEndpoint, Profile as AzureProfile};
use arm::{API_VERSION, ArmError, TYPED_RECORDS_API_VERSION, endpoints, profiles};
use tf_plugin::{Context, Path};
use traffic_manager::id::{EndpointId, EndpointKey};

use super::model::Endpoint;
use crate::azure::Azure;
use crate::calls::Calls;
use crate::diagnostics::{Doing, Parent};
use crate::endpoint::merge::find;
use crate::session::{Reader, Session};
use crate::timeouts::Operation;

/// Sends requests about one endpoint.
pub(super) struct EndpointCalls {
    pub(super) calls: Calls,
    pub(super) session: Arc<Session>,
    pub(super) id: EndpointId,
    /// Whether writes of endpoints of one profile are sent together.
    pub(super) batches: bool,
}

impl EndpointCalls {
    /// Requests that end together after `time`, or when the user stops Terraform.
    pub(super) fn new(context: &Context<Azure>, id: EndpointId, time: Duration) -> Self {
        Self::with(context, id, Calls::new(context, API_VERSION, time))
    }

    /// Requests that end together when the time of an operation is over, or when the user stops Terraform.
    pub(super) fn within(
        context: &Context<Azure>,
        id: EndpointId,
        of: &Endpoint,
        operation: Operation,
    ) -> Self {
        Self::with(context, id, Calls::within(context, API_VERSION, &of.timeouts, operation))
    }

    fn with(context: &Context<Azure>, id: EndpointId, calls: Calls) -> Self {
        let azure = context.provider();
        Self { calls, session: Arc::clone(&azure.session), id, batches: azure.batches_endpoints }
    }

    /// What tells the endpoint from the others of its profile.
    pub(super) fn key(&self) -> EndpointKey {
        self.id.key()
    }

    /// What a call is for, as diagnostics tell it.
    pub(super) fn doing(&self, verb: &str) -> Doing {
        Doing { timeout: self.calls.timeout, ..doing(verb, &self.id) }
    }

    /// Reads the endpoint, if there is one. All endpoints of a profile are read by one request for the profile.
    pub(super) async fn read(&self) -> Result<Option<AzureEndpoint>, ArmError> {
        match self.profile(Reader::Endpoint(self.key())).await {
            Ok(profile) => Ok(self.own(&profile)),
            Err(error) if error.is_absent() => Ok(None),
            Err(error) => Err(error),
        }
    }

    async fn profile(&self, reader: Reader) -> Result<Arc<AzureProfile>, ArmError> {
        let get = self.calls.send(profiles::get(&self.id.profile));
        self.session.read(&self.id.profile, reader, self.calls.version(), get).await
    }

    /// The profile for the plan of the endpoint.
    pub(super) async fn profile_for_plan(&self) -> Result<Arc<AzureProfile>, ArmError> {
        self.profile(Reader::Plan(self.key())).await
    }

    /// The endpoint in an answer for its profile.
    pub(super) fn own(&self, profile: &AzureProfile) -> Option<AzureEndpoint> {
        find(profile, &self.key()).cloned()
    }

    /// Reads the profile as it is at this moment.
    pub(super) async fn profile_now(&self) -> Result<AzureProfile, ArmError> {
        let get = profiles::get(&self.id.profile);
        let is_new = self.session.made(&self.id.profile);
        self.calls.send(if is_new { get.just_created() } else { get }).await
    }

    /// Reads the profile as it is at this moment, with all properties that this cloud knows.
    pub(super) async fn whole_profile(&self) -> Result<AzureProfile, ArmError> {
        self.calls.newest(|| profiles::get(&self.id.profile)).await
    }

    /// Replaces the profile and its endpoints.
    pub(super) async fn put_profile(&self, body: &AzureProfile) -> Result<AzureProfile, ArmError> {
        let is_typed = body.properties.as_ref().is_some_and(|it| it.record_type.is_some());
        let version = if is_typed { TYPED_RECORDS_API_VERSION } else { self.calls.version() };
        self.calls.send_in(version, profiles::put(&self.id.profile, body)).await
    }

    /// Reads the endpoint, if there is one, as it is at this moment.
    pub(super) async fn find(&self) -> Result<Option<AzureEndpoint>, ArmError> {
        self.calls.find(endpoints::get(&self.id)).await
    }

    /// Reads an endpoint that was created a moment ago: Azure may answer for a while that it does not exist.
    pub(super) async fn read_new(&self) -> Result<AzureEndpoint, ArmError> {
        self.calls.send(endpoints::get(&self.id).just_created()).await
    }

    /// Creates the endpoint where there is none.
    pub(super) async fn create(&self, body: &AzureEndpoint) -> Result<AzureEndpoint, ArmError> {
        self.calls.send(endpoints::put(&self.id, body).creating()).await
    }

    /// Replaces the endpoint.
    pub(super) async fn put(&self, body: &AzureEndpoint) -> Result<AzureEndpoint, ArmError> {
        self.calls.send(endpoints::put(&self.id, body)).await
    }

    /// Deletes the endpoint.
    pub(super) async fn delete(&self) -> Result<(), ArmError> {
        self.calls.send(endpoints::delete(&self.id)).await
    }
}

/// What a call without a time-out of its own is for, as diagnostics tell it.
pub(super) fn doing(verb: &str, id: &EndpointId) -> Doing {
    let profile = Path::new("profile_id");
    Doing {
        target: Path::new("target_resource_id"),
        parent: Some(Parent { what: format!("profile {:?}", id.profile.name), path: profile.clone() }),
        resource_group: Some((id.profile.resource_group_name.clone(), profile)),
        ..Doing::new(
            "endpoint",
            format!("{verb} the endpoint {:?} of the profile {:?}", id.name, id.profile.name),
        )
    }
}
