//! What every call to a resource or data source is given.

use std::any::Any;
use std::sync::{Arc, Mutex, PoisonError};

use tokio_util::sync::CancellationToken;

use crate::cty;
use crate::value::Attribute;

/// The provider's own data, the user's wish to stop, and a place to save what exists already.
#[derive(Debug)]
pub struct Context<D> {
    provider: Arc<D>,
    cancel: CancellationToken,
    checkpoint: Checkpoint,
}

impl<D> Context<D> {
    /// What `configure` made.
    pub fn provider(&self) -> &D {
        &self.provider
    }

    /// Cancelled when the user stops Terraform. The call should then end soon and answer the state as it is.
    pub fn cancelled(&self) -> &CancellationToken {
        &self.cancel
    }

    /// Saves the state that a creation or update has reached. It is stored if the call itself ends without
    /// one, by a panic for instance, so that nothing that exists is forgotten.
    pub fn checkpoint<M: Attribute>(&self, state: M) {
        self.checkpoint.save(state.encode());
    }
}

/// Data of a type that only the provider knows.
pub(crate) type Data = Arc<dyn Any + Send + Sync>;

/// The last state that a running call has saved.
#[derive(Debug, Clone, Default)]
pub(crate) struct Checkpoint(Arc<Mutex<Option<cty::Value>>>);

impl Checkpoint {
    fn save(&self, state: cty::Value) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(state);
    }

    pub(crate) fn take(&self) -> Option<cty::Value> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// A context whose data has no type yet.
#[derive(Debug, Clone)]
pub(crate) struct Untyped {
    pub(crate) data: Data,
    pub(crate) cancel: CancellationToken,
    pub(crate) checkpoint: Checkpoint,
}

impl Untyped {
    pub(crate) fn typed<D: Send + Sync + 'static>(self) -> Context<D> {
        let provider = self.data.downcast().expect("resources are registered for the provider's data");
        Context { provider, cancel: self.cancel, checkpoint: self.checkpoint }
    }
}
