//! The requests about one profile, with its deadline and the version of the API that it needs.

use std::sync::Arc;
use std::time::Duration;

use arm::model::Profile as AzureProfile;
use arm::{API_VERSION, ArmError, TYPED_RECORDS_API_VERSION, profiles};
use tf_plugin::{Context, Path};
use traffic_manager::id::ProfileId;

use super::endpoints;
use super::model::Profile;
use crate::azure::Azure;
use crate::calls::Calls;
use crate::diagnostics::Doing;
use crate::nesting;
use crate::session::{Reader, Session};
use crate::timeouts::Operation;

/// Sends requests about one profile.
pub(super) struct ProfileCalls {
    calls: Calls,
    session: Arc<Session>,
    pub(super) id: ProfileId,
}

impl ProfileCalls {
    /// Requests that end together after `time`, or when the user stops Terraform.
    pub(super) fn new(context: &Context<Azure>, id: ProfileId, of: &Profile, time: Duration) -> Self {
        Self::with(context, id, Calls::new(context, version(of), time))
    }

    /// Requests that end together when the time of an operation is over, or when the user stops Terraform.
    pub(super) fn within(
        context: &Context<Azure>,
        id: ProfileId,
        of: &Profile,
        operation: Operation,
    ) -> Self {
        Self::with(context, id, Calls::within(context, version(of), &of.timeouts, operation))
    }

    fn with(context: &Context<Azure>, id: ProfileId, calls: Calls) -> Self {
        Self { calls, session: Arc::clone(&context.provider().session), id }
    }

    /// What a call is for, as diagnostics tell it.
    pub(super) fn doing(&self, verb: &str, state: &Profile) -> Doing {
        Doing { timeout: self.calls.timeout, ..doing(verb, &self.id, state) }
    }

    /// Before a write that nests another profile, waits for other writes of the run that take away what Azure would refuse
    /// beside it.
    pub(super) async fn wait_for_nesting(&self, prior: Option<&Profile>, planned: &Profile) {
        if endpoints::nests_another(prior, planned) {
            nesting::wait_until_sound(&self.session, &self.id, &self.calls).await;
        }
    }

    /// Reads the profile, or takes what another reader of this process has just read.
    pub(super) async fn read(&self, reader: Reader) -> Result<AzureProfile, ArmError> {
        let read = self.session.read(&self.id, reader, self.calls.version(), self.get()).await;
        read.map(Arc::unwrap_or_clone)
    }

    /// Reads the profile.
    pub(super) async fn get(&self) -> Result<AzureProfile, ArmError> {
        self.calls.send(profiles::get(&self.id)).await
    }

    /// Reads a profile that was created a moment ago: Azure may answer for a while that it does not exist.
    pub(super) async fn read_new(&self) -> Result<AzureProfile, ArmError> {
        self.calls.send(profiles::get(&self.id).just_created()).await
    }

    /// Reads the profile, if there is one.
    pub(super) async fn find(&self) -> Result<Option<AzureProfile>, ArmError> {
        self.calls.find(profiles::get(&self.id)).await
    }

    /// Reads a profile of which nothing is known yet, with all properties that this cloud knows.
    pub(super) async fn newest(&self, reader: Reader) -> Result<AzureProfile, ArmError> {
        let get = self.calls.newest(|| profiles::get(&self.id));
        let read = self.session.read(&self.id, reader, TYPED_RECORDS_API_VERSION, get).await;
        read.map(Arc::unwrap_or_clone)
    }

    /// Creates the profile where there is none.
    pub(super) async fn create(&self, body: &AzureProfile) -> Result<AzureProfile, ArmError> {
        self.calls.send(profiles::put(&self.id, body).creating()).await
    }

    /// Replaces the profile and its endpoints.
    pub(super) async fn put(&self, body: &AzureProfile) -> Result<AzureProfile, ArmError> {
        self.calls.send(profiles::put(&self.id, body)).await
    }

    /// Changes the profile and leaves its endpoints alone.
    pub(super) async fn patch(&self, body: &AzureProfile) -> Result<AzureProfile, ArmError> {
        self.calls.send(profiles::patch(&self.id, body)).await
    }

    /// Deletes the profile with its endpoints.
    pub(super) async fn delete(&self) -> Result<(), ArmError> {
        self.calls.send(profiles::delete(&self.id)).await
    }

    /// Whether nobody in the cloud has this relative name; `None` if Azure does not say.
    pub(super) async fn is_free(&self, relative_name: &str) -> Result<Option<bool>, ArmError> {
        Ok(self.calls.send(profiles::check_name(relative_name)).await?.name_available)
    }

    /// The names of the profiles of the subscription that have this one as a nested endpoint.
    pub(super) async fn parents(&self) -> Result<Vec<String>, ArmError> {
        let all = profiles::list_in_subscription(&self.id.subscription_id);
        let all = self.calls.list(all).await?;
        let parents = all.into_iter().filter(|profile| self.is_nested_in(profile));
        Ok(parents.filter_map(|profile| profile.id).collect())
    }

    fn is_nested_in(&self, parent: &AzureProfile) -> bool {
        let mut targets = parent
            .endpoints()
            .filter_map(|endpoint| endpoint.properties.as_ref()?.target_resource_id.as_deref());
        targets.any(|target| ProfileId::parse(target).is_ok_and(|target| target == self.id))
    }
}

/// Only the newer version of the API shows and takes a record type; not every cloud has it.
fn version(of: &Profile) -> &'static str {
    if of.record_type.is_null() { API_VERSION } else { TYPED_RECORDS_API_VERSION }
}

/// What a call without a time-out of its own is for, as diagnostics tell it.
pub(super) fn doing(verb: &str, id: &ProfileId, state: &Profile) -> Doing {
    let dns_name = state.fqdn.known().cloned();
    Doing {
        target: Path::new("endpoints"),
        resource_group: Some((id.resource_group_name.clone(), Path::new("resource_group_name"))),
        dns_name: dns_name.map(|name| (name, Path::new("dns_config").index(0).attribute("relative_name"))),
        ..Doing::new("profile", format!("{verb} the profile {:?}", id.name))
    }
}
