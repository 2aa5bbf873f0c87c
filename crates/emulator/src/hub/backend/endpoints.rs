//! Endpoints in Azure: those of a backend written, kept and deleted. What has to be told of it is answered, not told.

use http::Method;
use serde_json::Value;

use super::{Plan, Services, accepted, endpoint_body, owned};
use crate::hub::azure::{Azure, Refusal, call};
use crate::hub::names;
use crate::hub::object::meta;

/// A profile in Azure that endpoints belong to.
pub(super) struct Target<'a> {
    pub(super) azure: &'a dyn Azure,
    /// The path of the profile.
    pub(super) path: &'a str,
}

/// What came of one endpoint.
#[derive(Debug)]
pub(super) struct Outcome {
    pub(super) name: String,
    pub(super) refusal: Option<Refusal>,
}

/// What came of writing endpoints.
#[derive(Debug, Default)]
pub(super) struct Written {
    /// What the status says of those that are in Azure as they should be.
    pub(super) accepted: Vec<Value>,
    /// Those that were written, or not, in that order. After a failure that may pass none is written any more.
    pub(super) outcomes: Vec<Outcome>,
}

impl Written {
    /// The refusals of endpoints that Azure does not want.
    pub(super) fn refused(&self) -> Vec<Refusal> {
        let refusals = self.outcomes.iter().filter_map(|outcome| outcome.refusal.clone());
        refusals.filter(Refusal::is_client_error).collect()
    }

    /// The failure that ended it all.
    pub(super) fn stopped(&self) -> Option<(&str, &Refusal)> {
        let last = self.outcomes.last()?;
        let refusal = last.refusal.as_ref().filter(|refusal| !refusal.is_client_error())?;
        Some((&last.name, refusal))
    }
}

impl Target<'_> {
    /// Deletes an endpoint, which may be gone.
    async fn delete(&self, name: &str) -> Result<(), Refusal> {
        let path = names::endpoint_path(self.path, name);
        call(self.azure, Method::DELETE, &path, None).await.or_else(Refusal::or_gone).map(drop)
    }

    /// Deletes all endpoints of a backend. Each is tried; the first failure is answered.
    pub(super) async fn delete_owned(&self, backend: &Value, profile: &Value) -> Result<(), Refusal> {
        let mut result = Ok(());
        for name in owned(profile, meta(backend, "uid")) {
            result = result.and(self.delete(&name).await);
        }
        result
    }

    /// Deletes what a backend does not want any more. The error is the first endpoint that could not be deleted.
    pub(super) async fn delete_stale(&self, plan: &Plan) -> Result<(), Outcome> {
        for name in &plan.delete {
            if let Err(refusal) = self.delete(name).await {
                return Err(Outcome { name: name.to_lowercase(), refusal: Some(refusal) });
            }
        }
        Ok(())
    }

    /// Writes what is not there as it should be, one by one.
    pub(super) async fn write(&self, services: &Services, plan: &Plan) -> Written {
        let mut written = Written::default();
        for (name, desired) in &services.endpoints {
            if let Some(endpoint) = plan.keep.get(name) {
                written.accepted.push(accepted(endpoint, desired));
                continue;
            }
            let path = names::endpoint_path(self.path, name);
            let result = call(self.azure, Method::PUT, &path, Some(&endpoint_body(desired))).await;
            let refusal = match result {
                Ok(endpoint) => {
                    written.accepted.push(accepted(&endpoint, desired));
                    None
                }
                Err(refusal) => Some(refusal),
            };
            let stops = refusal.as_ref().is_some_and(|refusal| !refusal.is_client_error());
            written.outcomes.push(Outcome { name: name.clone(), refusal });
            if stops {
                break;
            }
        }
        written
    }
}
