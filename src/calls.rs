//! The requests of one operation on Azure.

use std::future::Future;
use std::time::Duration;

use arm::{ArmError, Client, Deadline, Page, Pages, Request, TYPED_RECORDS_API_VERSION};
use serde::de::DeserializeOwned;
use tf_plugin::{Context, Value};

use crate::azure::Azure;
use crate::timeouts::{Operation, Timeouts};

/// How long a plan waits for what Azure says of something. A plan has to be made without Azure too.
pub(crate) const LOOK_AHEAD: Duration = Duration::from_secs(20);

/// Sends the requests of one operation. They end together, when its time is over or when the user stops Terraform.
pub(crate) struct Calls {
    client: Client,
    deadline: Deadline,
    version: &'static str,
    /// The attribute of the block `timeouts` that says how long the operation may take, and the time, where it is one of
    /// these.
    pub(crate) timeout: Option<(&'static str, Duration)>,
}

impl Calls {
    /// Requests in this version of the API that end after `time`.
    pub(crate) fn new(context: &Context<Azure>, version: &'static str, time: Duration) -> Self {
        let deadline = Deadline::after(time).or_cancelled(context.cancelled().clone());
        Self { client: context.provider().client.clone(), deadline, version, timeout: None }
    }

    /// Requests in this version of the API that end when the time of the operation is over.
    pub(crate) fn within(
        context: &Context<Azure>,
        version: &'static str,
        timeouts: &Value<Timeouts>,
        operation: Operation,
    ) -> Self {
        let time = Timeouts::time(timeouts, operation);
        Self { timeout: Some((operation.name(), time)), ..Self::new(context, version, time) }
    }

    /// The version of the API.
    pub(crate) fn version(&self) -> &'static str {
        self.version
    }

    /// Sends a request.
    pub(crate) async fn send<T>(&self, request: Request<T>) -> Result<T, ArmError> {
        self.send_in(self.version, request).await
    }

    /// Sends a request in another version of the API.
    pub(crate) async fn send_in<T>(&self, version: &'static str, request: Request<T>) -> Result<T, ArmError> {
        self.client.send(request.api_version(version), &self.deadline).await
    }

    /// Sends a request in the newest version of the API that this cloud knows.
    pub(crate) async fn newest<T>(&self, request: impl Fn() -> Request<T>) -> Result<T, ArmError> {
        match self.send_in(TYPED_RECORDS_API_VERSION, request()).await {
            Err(error) if error.is_unknown_version() => self.send(request()).await,
            answered => answered,
        }
    }

    /// Waits for something; `None` if the time of the operation is over before, or the user stops Terraform.
    pub(crate) async fn wait_for<T>(&self, event: impl Future<Output = T>) -> Option<T> {
        tokio::select! {
            done = event => Some(done),
            () = self.deadline.over() => None,
        }
    }

    /// Sends a request for an object that may not exist.
    pub(crate) async fn find<T>(&self, request: Request<T>) -> Result<Option<T>, ArmError> {
        match self.send(request).await {
            Ok(found) => Ok(Some(found)),
            Err(error) if error.is_absent() => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The pages of a list.
    pub(crate) fn pages<T>(&self, request: Request<Page<T>>) -> Pages<T> {
        self.client.pages(request)
    }

    /// Reads the next page.
    pub(crate) async fn next<T: DeserializeOwned>(
        &self,
        pages: &mut Pages<T>,
    ) -> Result<Option<Vec<T>>, ArmError> {
        pages.next(&self.deadline).await
    }

    /// Reads a list, page by page.
    pub(crate) async fn list<T: DeserializeOwned>(
        &self,
        request: Request<Page<T>>,
    ) -> Result<Vec<T>, ArmError> {
        self.client.list(request, &self.deadline).await
    }
}
