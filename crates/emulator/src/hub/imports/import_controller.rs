//! The controller of imports: an import without clusters gets the ports of the first export, or goes.

use std::sync::Arc;

use kube_emulator::{Change, Client, Clock, Event, Severity, Status};
use serde_json::{Value, json};

use super::{CONFLICT, Resolution, cluster, conflict, resolve, service};
use crate::hub::azure::Azure;
use crate::hub::names::{EXPORTS, IMPORTS};
use crate::hub::object::{self, Key, set_condition};
use crate::hub::triggers;
use crate::hub::worker::{Controller, Failed, Next};

const NAME: &str = "serviceimport-controller";

/// The controller of the imports of one hub.
pub(crate) struct ImportController {
    pub(crate) client: Client,
    pub(crate) clock: Clock,
    pub(crate) azure: Arc<dyn Azure>,
}

impl Controller for ImportController {
    fn all(&self) -> Vec<Key> {
        self.client.list(IMPORTS, None).iter().flatten().map(Key::from_object).collect()
    }

    fn woken_by(&self, change: &Change) -> Vec<Key> {
        triggers::is_of(change, IMPORTS).then(|| triggers::key(change)).into_iter().collect()
    }

    async fn reconcile(&self, key: &Key) -> Result<Next, Failed> {
        let Ok(import) = self.client.get(IMPORTS, &key.namespace, &key.name) else {
            return Ok(Next::Done);
        };
        let clusters = import["status"]["clusters"].as_array();
        if clusters.is_some_and(|clusters| !clusters.is_empty()) {
            return Ok(Next::Done);
        }
        let exports = self.client.list(EXPORTS, None)?;
        let of_import: Vec<Value> = exports.into_iter().filter(|export| service(export) == *key).collect();
        match resolve(&of_import) {
            Resolution::Delete => self.delete(&import, key),
            Resolution::Resolve { ports, agreeing, conflicting } => {
                for (exports, is_conflicting) in [(&agreeing, false), (&conflicting, true)] {
                    exports.iter().try_for_each(|export| self.tell(export, is_conflicting))?;
                }
                let clusters = agreeing.iter().map(|export| json!({ "cluster": cluster(export) }));
                let clusters: Vec<Value> = clusters.collect();
                let mut import = import;
                import["status"] = json!({ "type": "ClusterSetIP", "ports": ports, "clusters": clusters });
                self.client.update_status(IMPORTS, import)?;
                Ok(Next::Done)
            }
        }
    }

    fn azure(&self) -> &dyn Azure {
        &*self.azure
    }
}

impl ImportController {
    fn delete(&self, import: &Value, key: &Key) -> Result<Next, Failed> {
        let event = Event {
            severity: Severity::Normal,
            reason: "NoExportedService".to_owned(),
            message: format!("No exported service of {}/{} is left", key.namespace, key.name),
        };
        // An event that cannot be kept, as in a namespace that is going, is lost on a real hub, too.
        let _: Result<(), Status> = self.client.record(NAME, import, &event);
        self.client.delete(IMPORTS, &key.namespace, &key.name)?;
        Ok(Next::Done)
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
