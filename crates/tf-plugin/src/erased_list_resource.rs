//! List resources without their types: what the server calls.

use tokio::sync::mpsc;

use crate::context::Untyped;
use crate::cty::Value;
use crate::described::Described;
use crate::diagnostics::Diagnostics;
use crate::erased::{Boxed, readable, typed};
use crate::list_resource::{AnyFound, List, ListResource, Results};
use crate::object::Object as _;
use crate::schema::{Block, Schema};

/// What is to be found, in untyped values.
pub(crate) struct AnyList {
    pub(crate) config: Value,
    pub(crate) include_resource: bool,
    /// How many are wanted; `None` if all are.
    pub(crate) limit: Option<u64>,
}

pub(crate) trait AnyListResource: Described {
    fn validate(&self, config: Value) -> Diagnostics;
    fn list(
        &self,
        context: Untyped,
        request: AnyList,
        results: mpsc::Sender<AnyFound>,
    ) -> Boxed<'_, Diagnostics>;
}

pub(crate) struct TypedListResource<L>(pub(crate) L);

impl<L: ListResource> Described for TypedListResource<L> {
    fn schema(&self) -> Schema {
        self.0.schema()
    }

    fn declared(&self) -> Block {
        L::Model::block()
    }
}

impl<L: ListResource> AnyListResource for TypedListResource<L> {
    fn validate(&self, config: Value) -> Diagnostics {
        let mut diagnostics = Diagnostics::new();
        if let Some(config) = readable(config, &mut diagnostics) {
            self.0.validate(&config, &mut diagnostics);
        }
        diagnostics
    }

    fn list(
        &self,
        context: Untyped,
        request: AnyList,
        results: mpsc::Sender<AnyFound>,
    ) -> Boxed<'_, Diagnostics> {
        Box::pin(async move {
            let mut diagnostics = Diagnostics::new();
            let AnyList { config, include_resource, limit } = request;
            if let Some(config) = typed(config, &mut diagnostics) {
                let request = List { config, include_resource };
                let mut results = Results::new(results, limit);
                self.0.list(&context.typed(), request, &mut results, &mut diagnostics).await;
            }
            diagnostics
        })
    }
}
