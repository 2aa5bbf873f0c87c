//! The controller of exports that members sent to the hub: each makes an import of its service, or joins one.

use std::sync::Arc;
use std::time::Duration;

use kube_emulator::{Change, Client, Clock};
use serde_json::{Value, json};

use super::{CONFLICT, cluster, conflict, service, with_cluster, without_cluster};
use crate::hub::azure::Azure;
use crate::hub::names::{EXPORT_CLEANUP, EXPORTS, IMPORTS};
use crate::hub::object::{
    self, Key, add_finalizer, has_finalizer, is_terminating, remove_finalizer, set_condition,
};
use crate::hub::triggers;
use crate::hub::worker::{Controller, Failed, Next};

/// How long to wait until an import has its ports. Fleet waits two seconds; nobody should wait for an emulator.
const RESOLUTION: Duration = Duration::from_millis(20);

/// The controller of the exports of one hub.
pub(crate) struct ExportController {
    pub(crate) client: Client,
    pub(crate) clock: Clock,
    pub(crate) azure: Arc<dyn Azure>,
}

impl Controller for ExportController {
    fn all(&self) -> Vec<Key> {
        self.client.list(EXPORTS, None).iter().flatten().map(Key::from_object).collect()
    }

    fn woken_by(&self, change: &Change) -> Vec<Key> {
        triggers::is_of(change, EXPORTS).then(|| triggers::key(change)).into_iter().collect()
    }

    async fn reconcile(&self, key: &Key) -> Result<Next, Failed> {
        let Ok(mut export) = self.client.get(EXPORTS, &key.namespace, &key.name) else {
            return Ok(Next::Done);
        };
        if is_terminating(&export) {
            return self.withdraw(export);
        }
        if !has_finalizer(&export, EXPORT_CLEANUP) {
            add_finalizer(&mut export, EXPORT_CLEANUP);
            export = self.client.update(EXPORTS, export)?;
        }
        self.join(&export)
    }

    fn azure(&self) -> &dyn Azure {
        &*self.azure
    }
}

impl ExportController {
    fn join(&self, export: &Value) -> Result<Next, Failed> {
        let Key { namespace, name } = service(export);
        let new = || {
            json!({
                "apiVersion": "networking.fleet.azure.com/v1alpha1",
                "kind": "ServiceImport",
                "metadata": { "namespace": namespace, "name": name },
            })
        };
        let import = self.client.get(IMPORTS, &namespace, &name);
        let import = import.or_else(|_| self.client.create(IMPORTS, new()))?;
        if !has_ports(&import) {
            return Ok(Next::After(RESOLUTION));
        }
        if import["status"]["ports"] == export["spec"]["ports"] {
            self.write_import(&import, with_cluster(&import, cluster(export)))?;
            self.tell(export, false)?;
            return Ok(Next::Done);
        }
        let without = self.write_import(&import, without_cluster(&import, cluster(export)))?;
        if !has_ports(&without) {
            return Ok(Next::After(RESOLUTION));
        }
        self.tell(export, true)?;
        Ok(Next::Done)
    }

    fn withdraw(&self, mut export: Value) -> Result<Next, Failed> {
        if !has_finalizer(&export, EXPORT_CLEANUP) {
            return Ok(Next::Done);
        }
        let Key { namespace, name } = service(&export);
        if let Ok(import) = self.client.get(IMPORTS, &namespace, &name) {
            if !has_ports(&import) {
                return Ok(Next::After(RESOLUTION));
            }
            self.write_import(&import, without_cluster(&import, cluster(&export)))?;
        }
        remove_finalizer(&mut export, EXPORT_CLEANUP);
        self.client.update(EXPORTS, export)?;
        Ok(Next::Done)
    }

    fn write_import(&self, before: &Value, after: Value) -> Result<Value, Failed> {
        if before["status"] == after["status"] {
            return Ok(after);
        }
        Ok(self.client.update_status(IMPORTS, after)?)
    }

    fn tell(&self, export: &Value, is_conflicting: bool) -> Result<(), Failed> {
        let wanted = conflict(export, is_conflicting);
        if object::is_current(export, CONFLICT, wanted.status) {
            return Ok(());
        }
        let mut told = export.clone();
        set_condition(&mut told, &wanted, &self.clock.timestamp());
        self.client.update_status(EXPORTS, told)?;
        Ok(())
    }
}

fn has_ports(import: &Value) -> bool {
    import["status"]["ports"].as_array().is_some_and(|ports| !ports.is_empty())
}
