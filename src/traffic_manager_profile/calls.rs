//! The requests about one profile, with its deadline and the version of the API that it needs.

use std::time::Duration;

use arm::model::Profile as AzureProfile;
use arm::{API_VERSION, ArmError, Client, Deadline, Request, TYPED_RECORDS_API_VERSION, profiles};
use tf_plugin::Context;
use traffic_manager::id::ProfileId;

use super::model::Profile;
use crate::provider::Azure;

/// Sends requests about one profile.
pub(super) struct Calls {
    client: Client,
    pub(super) id: ProfileId,
    deadline: Deadline,
    version: &'static str,
}

impl Calls {
    /// Requests that end together after `time`, or when the user stops Terraform.
    pub(super) fn new(context: &Context<Azure>, id: ProfileId, of: &Profile, time: Duration) -> Self {
        let deadline = Deadline::after(time).or_cancelled(context.cancelled().clone());
        // Only the newer version shows and takes a record type; not every cloud has it.
        let version = if of.record_type.is_null() { API_VERSION } else { TYPED_RECORDS_API_VERSION };
        Self { client: context.provider().client.clone(), id, deadline, version }
    }

    /// Reads the profile.
    pub(super) async fn get(&self) -> Result<AzureProfile, ArmError> {
        self.send(profiles::get(&self.id)).await
    }

    /// Reads the profile, if there is one.
    pub(super) async fn find(&self) -> Result<Option<AzureProfile>, ArmError> {
        match self.get().await {
            Ok(found) => Ok(Some(found)),
            Err(error) if is_absent(&error) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Reads a profile of which nothing is known yet, with all properties that this cloud knows.
    pub(super) async fn newest(&self) -> Result<AzureProfile, ArmError> {
        let newest = profiles::get(&self.id).api_version(TYPED_RECORDS_API_VERSION);
        match self.client.send(newest, &self.deadline).await {
            Err(error) if is_unknown_version(&error) => self.get().await,
            answered => answered,
        }
    }

    /// Creates the profile where there is none.
    pub(super) async fn create(&self, body: &AzureProfile) -> Result<AzureProfile, ArmError> {
        self.send(profiles::put(&self.id, body).creating()).await
    }

    /// Replaces the profile and its endpoints.
    pub(super) async fn put(&self, body: &AzureProfile) -> Result<AzureProfile, ArmError> {
        self.send(profiles::put(&self.id, body)).await
    }

    /// Changes the profile and leaves its endpoints alone.
    pub(super) async fn patch(&self, body: &AzureProfile) -> Result<AzureProfile, ArmError> {
        self.send(profiles::patch(&self.id, body)).await
    }

    /// Deletes the profile with its endpoints.
    pub(super) async fn delete(&self) -> Result<(), ArmError> {
        self.send(profiles::delete(&self.id)).await
    }

    /// Whether nobody in the cloud has this relative name; `None` if Azure does not say.
    pub(super) async fn is_free(&self, relative_name: &str) -> Result<Option<bool>, ArmError> {
        Ok(self.send(profiles::check_name(relative_name)).await?.name_available)
    }

    /// The names of the profiles of the subscription that have this one as a nested endpoint.
    pub(super) async fn parents(&self) -> Result<Vec<String>, ArmError> {
        let all = profiles::list_in_subscription(&self.id.subscription_id);
        let all = self.client.list(all, &self.deadline).await?;
        let parents = all.into_iter().filter(|profile| self.is_nested_in(profile));
        Ok(parents.filter_map(|profile| profile.id).collect())
    }

    fn is_nested_in(&self, parent: &AzureProfile) -> bool {
        let endpoints = parent.properties.iter().flat_map(|properties| properties.endpoints.iter().flatten());
        let mut targets =
            endpoints.filter_map(|endpoint| endpoint.properties.as_ref()?.target_resource_id.as_deref());
        targets.any(|target| ProfileId::parse(target).is_ok_and(|target| target == self.id))
    }

    async fn send<T>(&self, request: Request<T>) -> Result<T, ArmError> {
        self.client.send(request.api_version(self.version), &self.deadline).await
    }
}

/// Whether Azure says that there is no such profile.
pub(super) fn is_absent(error: &ArmError) -> bool {
    error.is_absent()
}

/// Whether Azure refuses the version of the API rather than the request.
fn is_unknown_version(error: &ArmError) -> bool {
    let code = error.answer().and_then(|answer| answer.code.as_deref());
    matches!(code, Some("NoRegisteredProviderFound" | "InvalidResourceType" | "InvalidApiVersionParameter"))
}
