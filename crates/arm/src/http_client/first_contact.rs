//! Lets the first request to an address go alone, so that the others share its connection.
//!
//! Whether an address speaks HTTP/2 is known only when a connection stands; requests that begin together
//! before that would open one each. It holds nobody back for long: after two seconds all go.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

/// How long the others wait for the first one.
const PATIENCE: Duration = Duration::from_secs(2);

/// The addresses that were asked before. An open gate is one that is closed as a semaphore.
#[derive(Default)]
pub(super) struct FirstContact {
    gates: Mutex<HashMap<String, Arc<Semaphore>>>,
}

/// The first request to an address. Dropped when it is answered, it lets the others go.
pub(super) struct Alone {
    gate: Arc<Semaphore>,
    _permit: OwnedSemaphorePermit,
}

impl FirstContact {
    /// Waits until a request may go. Gives what has to be kept until it is answered, if it is the first.
    pub(super) async fn begin(&self, address: &http::Uri) -> Option<Alone> {
        let origin = format!("{}://{}", address.scheme_str()?, address.authority()?);
        let gate = {
            let mut gates = self.gates.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(gates.entry(origin).or_insert_with(|| Arc::new(Semaphore::new(1))))
        };
        let permit = timeout(PATIENCE, Arc::clone(&gate).acquire_owned()).await;
        let permit = permit.ok()?.ok()?;
        Some(Alone { gate, _permit: permit })
    }
}

impl Drop for Alone {
    fn drop(&mut self) {
        self.gate.close();
    }
}
