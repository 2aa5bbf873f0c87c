//! The controller of backends: makes endpoints of the services that clusters export, and says on the hub what came of
//! it.

use std::sync::Arc;

use http::Method;
use kube_emulator::{Change, Client, Clock, Event, Severity, Status};
use serde_json::Value;

use super::endpoints::Target;
use super::{Services, Verdict, plan, services, weight, with_status};
use crate::hub::azure::{Azure, Refusal, call};
use crate::hub::names::{self, BACKEND_CLEANUP, BACKENDS, EXPORTS, IMPORTS, METRICS, PROFILES};
use crate::hub::object::{
    Key, add_finalizer, has_finalizer, is_current, is_terminating, meta, remove_finalizer,
};
use crate::hub::profile::{self, PROGRAMMED};
use crate::hub::triggers::{self, is_of};
use crate::hub::worker::{Controller, Failed, Next};

const NAME: &str = "trafficmanagerbackend-controller";

/// The controller of the backends of one hub.
pub(crate) struct BackendController {
    pub(crate) client: Client,
    pub(crate) clock: Clock,
    pub(crate) azure: Arc<dyn Azure>,
    /// Where profiles are put: the fleet's own subscription.
    pub(crate) subscription: String,
}

/// The profile that a backend belongs to.
struct OfProfile {
    /// The group that it is put into.
    group: String,
    /// Its name in Azure.
    name: String,
    path: String,
}

impl Controller for BackendController {
    fn all(&self) -> Vec<Key> {
        self.list(None).iter().map(Key::from_object).collect()
    }

    fn woken_by(&self, change: &Change) -> Vec<Key> {
        let (old, new) = (change.old.as_deref(), change.new.as_deref());
        if is_of(change, BACKENDS) {
            return triggers::of_itself(change).into_iter().collect();
        }
        if is_of(change, PROFILES) && triggers::profile_wakes_backends(old, new) {
            return self.naming("profile", &triggers::key(change));
        }
        if is_of(change, IMPORTS) && triggers::import_wakes_backends(old, new) {
            return self.naming("backend", &triggers::key(change));
        }
        if is_of(change, EXPORTS) && triggers::export_wakes_backends(old, new) {
            return new.map(|export| self.behind(export)).unwrap_or_default();
        }
        Vec::new()
    }

    async fn reconcile(&self, key: &Key) -> Result<Next, Failed> {
        let Ok(mut backend) = self.client.get(BACKENDS, &key.namespace, &key.name) else {
            return Ok(Next::Done);
        };
        if is_terminating(&backend) {
            return self.delete(backend).await;
        }
        if !has_finalizer(&backend, METRICS) {
            add_finalizer(&mut backend, METRICS);
            backend = self.client.update(BACKENDS, backend)?;
        }
        self.apply(backend).await
    }

    fn azure(&self) -> &dyn Azure {
        &*self.azure
    }
}

impl BackendController {
    async fn apply(&self, backend: Value) -> Result<Next, Failed> {
        let Some(of) = self.programmed(&backend)? else { return Ok(Next::Done) };
        let azure_profile = match call(&*self.azure, Method::GET, &of.path, None).await {
            Ok(profile) => profile,
            Err(refusal) if refusal.is_not_found() => {
                return self
                    .tell(&backend, &Verdict::AzureProfileNotFound { name: &of.name, group: &of.group });
            }
            Err(refusal) => {
                self.warn(&backend, unread(&of, &refusal));
                let (name, group) = (&of.name, &of.group);
                self.tell(&backend, &Verdict::AzureProfileUnread { name, group, refusal: &refusal })?;
                return Err(Failed);
            }
        };
        let target = Target { azure: &*self.azure, path: &of.path };
        let name = backend["spec"]["backend"]["name"].as_str().unwrap_or_default().to_owned();
        let Ok(import) = self.client.get(IMPORTS, meta(&backend, "namespace"), &name) else {
            if let Err(refusal) = target.delete_owned(&backend, &azure_profile).await {
                let what =
                    format!("Failed to delete stale endpoints for an invalid serviceImport: {refusal}");
                self.warn(&backend, what);
                return Err(Failed);
            }
            return self.tell(&backend, &Verdict::ImportNotFound(&name));
        };
        if weight(&backend) == 0 {
            if let Err(refusal) = target.delete_owned(&backend, &azure_profile).await {
                self.warn(&backend, format!("Failed to delete Azure Traffic Manager endpoints: {refusal}"));
                return Err(Failed);
            }
            let what = "Successfully removed all endpoints from Azure Traffic Manager due to zero weight";
            self.record(&backend, Severity::Normal, "Accepted", what.to_owned());
            return self.tell(&backend, &Verdict::Accepted(0));
        }
        let Some(services) = self.services(&backend, &import)? else { return Ok(Next::Done) };
        self.expose(backend, &of, &services, &azure_profile).await
    }

    /// The profile of a backend, if it is in Azure in its present generation. If not, the status says so.
    fn programmed(&self, backend: &Value) -> Result<Option<OfProfile>, Failed> {
        let name = backend["spec"]["profile"]["name"].as_str().unwrap_or_default();
        let verdict = match self.client.get(PROFILES, meta(backend, "namespace"), name) {
            Ok(profile) if is_current(&profile, PROGRAMMED, "True") => {
                return Ok(Some(self.of_profile(&profile)));
            }
            Ok(profile) if is_current(&profile, PROGRAMMED, "False") => Verdict::ProfileInvalid(name),
            Ok(_) => Verdict::ProfilePending(name),
            Err(_) => Verdict::ProfileNotFound(name),
        };
        self.tell(backend, &verdict)?;
        Ok(None)
    }

    fn of_profile(&self, profile: &Value) -> OfProfile {
        OfProfile {
            group: profile["spec"]["resourceGroup"].as_str().unwrap_or_default().to_owned(),
            name: names::azure_profile(meta(profile, "uid")),
            path: profile::path(&self.subscription, profile),
        }
    }

    /// The services behind an import, if they are known. If not, the status says so.
    fn services(&self, backend: &Value, import: &Value) -> Result<Option<Services>, Failed> {
        let clusters = clusters(import);
        if clusters.is_empty() {
            self.tell(backend, &Verdict::NoClusters)?;
            return Ok(None);
        }
        let service = Key::from_object(import);
        let exports = self.client.list(EXPORTS, None)?;
        let of_service: Vec<Value> =
            exports.into_iter().filter(|export| exported(export) == service).collect();
        match services(backend, &clusters, &of_service) {
            Ok(services) => Ok(Some(services)),
            Err(cluster) => {
                self.tell(backend, &Verdict::ExportNotFound { service: &service, cluster: &cluster })?;
                Ok(None)
            }
        }
    }

    /// Brings the endpoints in Azure to what the services are.
    async fn expose(
        &self,
        mut backend: Value,
        of: &OfProfile,
        services: &Services,
        azure_profile: &Value,
    ) -> Result<Next, Failed> {
        // Only now, so that a backend without endpoints can be deleted without rights.
        if !has_finalizer(&backend, BACKEND_CLEANUP) {
            add_finalizer(&mut backend, BACKEND_CLEANUP);
            backend = self.client.update(BACKENDS, backend)?;
        }
        let target = Target { azure: &*self.azure, path: &of.path };
        let plan = plan(azure_profile, meta(&backend, "uid"), &services.endpoints);
        let profile = of.name.as_str();
        if let Err(outcome) = target.delete_stale(&plan).await
            && let Some(refusal) = &outcome.refusal
        {
            let endpoint = outcome.name.as_str();
            self.warn(
                &backend,
                format!("Failed to delete Azure Traffic Manager endpoint {endpoint:?}: {refusal}"),
            );
            self.tell(&backend, &Verdict::EndpointNotDeleted { endpoint, profile, refusal })?;
            return Err(Failed);
        }
        let written = target.write(services, &plan).await;
        for outcome in &written.outcomes {
            let endpoint = &outcome.name;
            match &outcome.refusal {
                None => {
                    let what = format!(
                        "Successfully created or updated Azure Traffic Manager endpoint {endpoint:?}"
                    );
                    self.record(&backend, Severity::Normal, "Accepted", what);
                }
                Some(refusal) => self.warn(
                    &backend,
                    format!(
                        "Failed to create or update Azure Traffic Manager endpoint {endpoint:?}: {refusal}"
                    ),
                ),
            }
        }
        if let Some((endpoint, refusal)) = written.stopped() {
            if refusal.status.is_some() {
                self.tell(&backend, &Verdict::EndpointNotWritten { endpoint, profile, refusal })?;
            }
            return Err(Failed);
        }
        let refused = written.refused();
        let verdict = if refused.is_empty() && services.invalid.is_empty() {
            Verdict::Accepted(written.accepted.len())
        } else {
            Verdict::Partial { refused: &refused, invalid: &services.invalid }
        };
        self.write_status(&backend, &verdict, &written.accepted)?;
        if refused.is_empty() { Ok(Next::Done) } else { Err(Failed) }
    }

    async fn delete(&self, mut backend: Value) -> Result<Next, Failed> {
        let (metrics, cleanup) = (has_finalizer(&backend, METRICS), has_finalizer(&backend, BACKEND_CLEANUP));
        if !metrics && !cleanup {
            return Ok(Next::Done);
        }
        if cleanup {
            self.delete_endpoints(&backend).await?;
            let what = "Deleted Azure Traffic Manager endpoints".to_owned();
            self.record(&backend, Severity::Normal, "Deleted", what);
        }
        remove_finalizer(&mut backend, METRICS);
        remove_finalizer(&mut backend, BACKEND_CLEANUP);
        self.client.update(BACKENDS, backend)?;
        Ok(Next::Done)
    }

    /// Deletes the endpoints of a backend. Where the profile is gone, they are gone with it.
    async fn delete_endpoints(&self, backend: &Value) -> Result<(), Failed> {
        let name = backend["spec"]["profile"]["name"].as_str().unwrap_or_default();
        let Ok(profile) = self.client.get(PROFILES, meta(backend, "namespace"), name) else { return Ok(()) };
        let of = self.of_profile(&profile);
        let azure_profile = match call(&*self.azure, Method::GET, &of.path, None).await {
            Ok(profile) => profile,
            Err(refusal) if refusal.is_not_found() => return Ok(()),
            Err(refusal) => {
                self.warn(backend, unread(&of, &refusal));
                return Err(Failed);
            }
        };
        let target = Target { azure: &*self.azure, path: &of.path };
        target.delete_owned(backend, &azure_profile).await.map_err(|refusal| {
            self.warn(backend, format!("Failed to delete Azure Traffic Manager endpoints: {refusal}"));
            Failed
        })
    }

    /// Writes a status without endpoints.
    fn tell(&self, backend: &Value, verdict: &Verdict<'_>) -> Result<Next, Failed> {
        self.write_status(backend, verdict, &[])?;
        Ok(Next::Done)
    }

    fn write_status(
        &self,
        backend: &Value,
        verdict: &Verdict<'_>,
        endpoints: &[Value],
    ) -> Result<(), Failed> {
        let told = with_status(backend, verdict, endpoints, &self.clock.timestamp());
        self.client.update_status(BACKENDS, told)?;
        Ok(())
    }

    fn warn(&self, backend: &Value, message: String) {
        self.record(backend, Severity::Warning, "AzureAPIError", message);
    }

    fn record(&self, backend: &Value, severity: Severity, reason: &str, message: String) {
        let event = Event { severity, reason: reason.to_owned(), message };
        // An event that cannot be kept, as in a namespace that is going, is lost on a real hub, too.
        let _: Result<(), Status> = self.client.record(NAME, backend, &event);
    }

    fn list(&self, namespace: Option<&str>) -> Vec<Value> {
        self.client.list(BACKENDS, namespace).unwrap_or_default()
    }

    /// The backends that name something of their namespace in a field of their spec.
    fn naming(&self, field: &str, named: &Key) -> Vec<Key> {
        let backends = self.list(Some(&named.namespace));
        let naming = backends.iter().filter(|backend| backend["spec"][field]["name"] == named.name.as_str());
        naming.map(Key::from_object).collect()
    }

    /// The backends behind whose import an export is.
    fn behind(&self, export: &Value) -> Vec<Key> {
        let service = exported(export);
        let Ok(import) = self.client.get(IMPORTS, &service.namespace, &service.name) else {
            return Vec::new();
        };
        let cluster = export["spec"]["serviceReference"]["clusterId"].as_str().unwrap_or_default();
        if clusters(&import).contains(&cluster) { self.naming("backend", &service) } else { Vec::new() }
    }
}

fn unread(of: &OfProfile, refusal: &Refusal) -> String {
    format!("Failed to get Azure Traffic Manager profile {:?} under {:?}: {refusal}", of.name, of.group)
}

/// The clusters that an import names.
fn clusters(import: &Value) -> Vec<&str> {
    let clusters = import["status"]["clusters"].as_array().into_iter().flatten();
    clusters.filter_map(|cluster| cluster["cluster"].as_str()).collect()
}

/// The service that an export is of.
fn exported(export: &Value) -> Key {
    let reference = &export["spec"]["serviceReference"];
    let text = |key: &str| reference[key].as_str().unwrap_or_default();
    Key::new(text("namespace"), text("name"))
}
