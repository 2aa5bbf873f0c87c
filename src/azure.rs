//! What every resource is given: which Azure, the client, and what this process has done so far.

use std::collections::BTreeSet;
use std::sync::Arc;

use tf_plugin::Value;

use crate::cloud::Cloud;
use crate::fleet_hub::FleetHub;
use crate::session::Session;

/// Which Azure, which subscription, and the client.
#[derive(Clone)]
pub struct Azure {
    pub(crate) cloud: Cloud,
    /// The subscription of new profiles; unknown while the configuration does not know it.
    pub(crate) subscription_id: Value<String>,
    /// The codes of the checks whose warnings are not shown.
    pub(crate) ignored_warnings: BTreeSet<String>,
    /// Whether writes of endpoints of one profile that are under way at the same time are sent together.
    pub(crate) batches_endpoints: bool,
    pub(crate) client: arm::Client,
    /// The hub of the fleet.
    pub(crate) fleet_hub: Arc<FleetHub>,
    /// What this process has done so far.
    pub(crate) session: Arc<Session>,
}

/// Clients are shared, never copied: all resources of a process use one pool of connections.
impl std::fmt::Debug for Azure {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Azure").field("cloud", &self.cloud).finish_non_exhaustive()
    }
}
