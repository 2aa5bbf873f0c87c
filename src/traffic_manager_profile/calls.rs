//! The requests about one profile, with its deadline and the version of the API that it needs.

use std::sync::Arc;
use std::time::Duration;

use arm::model::Profile as AzureProfile;
use arm::{API_VERSION, ArmError, Client, Deadline, Request, TYPED_RECORDS_API_VERSION, profiles};
use tf_plugin::{Context, Path};
use traffic_manager::id::ProfileId;

use super::model::Profile;
use crate::azure::Azure;
use crate::diagnostics::Doing;
use crate::session::{Reader, Session};
use crate::timeouts::{Operation, Timeouts};

/// Sends requests about one profile.
pub(super) struct Calls {
    client: Client,
    session: Arc<Session>,
    pub(super) id: ProfileId,
    deadline: Deadline,
    version: &'static str,
    /// The attribute of the block `timeouts` that says when they end, and the time, where it is one of these.
    timeout: Option<(&'static str, Duration)>,
}

impl Calls {
    /// Requests that end together after `time`, or when the user stops Terraform.
    pub(super) fn new(context: &Context<Azure>, id: ProfileId, of: &Profile, time: Duration) -> Self {
        let deadline = Deadline::after(time).or_cancelled(context.cancelled().clone());
        // Only the newer version shows and takes a record type; not every cloud has it.
        let version = if of.record_type.is_null() { API_VERSION } else { TYPED_RECORDS_API_VERSION };
        let azure = context.provider();
        Self {
            client: azure.client.clone(),
            session: Arc::clone(&azure.session),
            id,
            deadline,
            version,
            timeout: None,
        }
    }

    /// Requests that end together when the time of an operation is over, or when the user stops Terraform.
    pub(super) fn within(
        context: &Context<Azure>,
        id: ProfileId,
        of: &Profile,
        operation: Operation,
    ) -> Self {
        let time = Timeouts::time(&of.timeouts, operation);
        Self { timeout: Some((operation.name(), time)), ..Self::new(context, id, of, time) }
    }

    /// What a call is for, as diagnostics tell it.
    pub(super) fn doing(&self, verb: &str, state: &Profile) -> Doing {
        Doing { timeout: self.timeout, ..doing(verb, &self.id, state) }
    }

    /// Reads the profile, or takes what another reader of this process has just read.
    pub(super) async fn read(&self, reader: Reader) -> Result<AzureProfile, ArmError> {
        self.session.read(&self.id, reader, self.version, self.get()).await
    }

    /// Reads the profile.
    pub(super) async fn get(&self) -> Result<AzureProfile, ArmError> {
        self.send(profiles::get(&self.id)).await
    }

    /// Reads a profile that was created a moment ago: Azure may answer for a while that it does not exist.
    pub(super) async fn read_new(&self) -> Result<AzureProfile, ArmError> {
        self.send(profiles::get(&self.id).just_created()).await
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
    pub(super) async fn newest(&self, reader: Reader) -> Result<AzureProfile, ArmError> {
        let get = async {
            let newest = profiles::get(&self.id).api_version(TYPED_RECORDS_API_VERSION);
            match self.client.send(newest, &self.deadline).await {
                Err(error) if is_unknown_version(&error) => self.get().await,
                answered => answered,
            }
        };
        self.session.read(&self.id, reader, TYPED_RECORDS_API_VERSION, get).await
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

/// What a call without a time-out of its own is for, as diagnostics tell it.
pub(super) fn doing(verb: &str, id: &ProfileId, state: &Profile) -> Doing {
    let dns_name = state.fqdn.known().cloned();
    Doing {
        what: format!("{verb} the profile {:?}", id.name),
        name: Path::of("name"),
        resource_group: (id.resource_group_name.clone(), Path::of("resource_group_name")),
        timeout: None,
        dns_name: dns_name.map(|name| (name, Path::of("dns_config").index(0).attribute("relative_name"))),
    }
}
