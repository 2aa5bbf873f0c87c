//! The controller of profiles: makes in Azure what is on the hub, and says on the hub what came of it.

use std::sync::Arc;

use http::Method;
use kube_emulator::{Change, Client, Clock, Event, Severity, Status};
use serde_json::Value;

use super::{Attempt, condition, defaulted, desired, is_as_desired, merged, path, with_status};
use crate::hub::azure::{Azure, Refusal, call};
use crate::hub::names::{self, METRICS, PROFILE_CLEANUP, PROFILES};
use crate::hub::object::{Key, add_finalizer, has_finalizer, is_terminating, meta, remove_finalizer};
use crate::hub::triggers;
use crate::hub::worker::{Controller, Failed, Next};

const NAME: &str = "trafficmanagerprofile-controller";

/// The controller of the profiles of one hub.
pub(crate) struct ProfileController {
    pub(crate) client: Client,
    pub(crate) clock: Clock,
    pub(crate) azure: Arc<dyn Azure>,
    /// Where profiles are put: the fleet's own subscription.
    pub(crate) subscription: String,
}

impl Controller for ProfileController {
    fn all(&self) -> Vec<Key> {
        self.client.list(PROFILES, None).iter().flatten().map(Key::from_object).collect()
    }

    fn woken_by(&self, change: &Change) -> Vec<Key> {
        triggers::is_of(change, PROFILES).then(|| triggers::of_itself(change)).flatten().into_iter().collect()
    }

    async fn reconcile(&self, key: &Key) -> Result<Next, Failed> {
        let Ok(mut object) = self.client.get(PROFILES, &key.namespace, &key.name) else {
            return Ok(Next::Done);
        };
        if is_terminating(&object) {
            return self.delete(object).await;
        }
        if !has_finalizer(&object, METRICS) {
            add_finalizer(&mut object, METRICS);
            object = self.client.update(PROFILES, object)?;
        }
        self.apply(object).await
    }

    fn azure(&self) -> &dyn Azure {
        &*self.azure
    }
}

impl ProfileController {
    async fn apply(&self, object: Value) -> Result<Next, Failed> {
        let mut object = defaulted(&object);
        let path = path(&self.subscription, &object);
        let azure_name = names::azure_profile(meta(&object, "uid"));
        let mut body = desired(&object);
        match call(&*self.azure, Method::GET, &path, None).await {
            Ok(current) if is_as_desired(&current, &body) => {
                return self.tell(&object, Attempt::Done, Some(&current));
            }
            Ok(current) => body = merged(&current, &body),
            Err(refusal) if refusal.is_not_found() => {}
            Err(refusal) => {
                let what = format!("Failed to get Azure Traffic Manager profile {azure_name}: {refusal}");
                self.warn(&object, what);
                return self.tell(&object, Attempt::ReadFailed(&refusal), None);
            }
        }
        // Only now, so that a profile in a group without rights can be deleted.
        if !has_finalizer(&object, PROFILE_CLEANUP) {
            add_finalizer(&mut object, PROFILE_CLEANUP);
            // This keeps the defaults that were filled in above.
            object = self.client.update(PROFILES, object)?;
        }
        match call(&*self.azure, Method::PUT, &path, Some(&body)).await {
            Ok(written) => {
                let what = format!("Created or updated Azure Traffic Manager profile {azure_name}");
                self.record(&object, Severity::Normal, "Programmed", what);
                self.tell(&object, Attempt::Done, Some(&written))
            }
            Err(refusal) => {
                let what = format!(
                    "Failed to create or update Azure Traffic Manager profile {azure_name}: {refusal}"
                );
                self.warn(&object, what);
                self.tell(&object, Attempt::WriteFailed(&refusal), None)
            }
        }
    }

    async fn delete(&self, mut object: Value) -> Result<Next, Failed> {
        let (metrics, cleanup) = (has_finalizer(&object, METRICS), has_finalizer(&object, PROFILE_CLEANUP));
        if !metrics && !cleanup {
            return Ok(Next::Done);
        }
        if cleanup {
            let azure_name = names::azure_profile(meta(&object, "uid"));
            let path = path(&self.subscription, &object);
            let deleted = call(&*self.azure, Method::DELETE, &path, None).await;
            if let Err(refusal) = deleted.or_else(Refusal::or_gone) {
                let what = format!("Failed to delete Azure Traffic Manager profile {azure_name}: {refusal}");
                self.warn(&object, what);
                return Err(Failed);
            }
            let what = format!("Deleted Azure Traffic Manager profile {azure_name}");
            self.record(&object, Severity::Normal, "Deleted", what);
        }
        remove_finalizer(&mut object, METRICS);
        remove_finalizer(&mut object, PROFILE_CLEANUP);
        self.client.update(PROFILES, object)?;
        Ok(Next::Done)
    }

    /// Writes the status. What failed is tried again, whatever it was.
    fn tell(&self, object: &Value, attempt: Attempt<'_>, azure: Option<&Value>) -> Result<Next, Failed> {
        if let Some(condition) = condition(attempt) {
            let told = with_status(object, &condition, azure, &self.clock.timestamp());
            self.client.update_status(PROFILES, told)?;
        }
        match attempt {
            Attempt::Done => Ok(Next::Done),
            Attempt::ReadFailed(_) | Attempt::WriteFailed(_) => Err(Failed),
        }
    }

    fn warn(&self, object: &Value, message: String) {
        self.record(object, Severity::Warning, "AzureAPIError", message);
    }

    fn record(&self, object: &Value, severity: Severity, reason: &str, message: String) {
        let event = Event { severity, reason: reason.to_owned(), message };
        // An event that cannot be kept, as in a namespace that is going, is lost on a real hub, too.
        let _: Result<(), Status> = self.client.record(NAME, object, &event);
    }
}
