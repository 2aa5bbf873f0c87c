//! Starts the controllers of a hub.

use std::sync::Arc;
use std::time::Duration;

use kube_emulator::Clock;

use super::Hub;
use super::azure::Azure;
use super::backend::controller::BackendController;
use super::imports::export_controller::ExportController;
use super::imports::import_controller::ImportController;
use super::names::MANAGER;
use super::profile::controller::ProfileController;
use super::worker::work;

/// Starts the controllers of a hub, which work until it is closed.
///
/// # Arguments
/// `subscription`: where profiles are put. `longest_wait`: between two tries of something that fails.
pub(crate) fn start(hub: &Hub, azure: &Arc<dyn Azure>, subscription: &str, longest_wait: Duration) {
    let client = || hub.api.client(MANAGER);
    let (azure, clock) = (|| Arc::clone(azure), Clock::system);
    let profiles = ProfileController {
        client: client(),
        clock: clock(),
        azure: azure(),
        subscription: subscription.to_owned(),
    };
    let backends = BackendController {
        client: client(),
        clock: clock(),
        azure: azure(),
        subscription: subscription.to_owned(),
    };
    let exports = ExportController { client: client(), clock: clock(), azure: azure() };
    let imports = ImportController { client: client(), clock: clock(), azure: azure() };
    // Each hears of changes before it looks at what is there, so that nothing falls in between.
    tokio::spawn(work(profiles, hub.api.subscribe(), longest_wait, hub.closed.clone()));
    tokio::spawn(work(backends, hub.api.subscribe(), longest_wait, hub.closed.clone()));
    tokio::spawn(work(exports, hub.api.subscribe(), longest_wait, hub.closed.clone()));
    tokio::spawn(work(imports, hub.api.subscribe(), longest_wait, hub.closed.clone()));
}
