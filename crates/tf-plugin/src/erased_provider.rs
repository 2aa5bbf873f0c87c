//! Providers without their types: what the server configures.

use std::sync::Arc;

use crate::context::Data;
use crate::cty::Value;
use crate::described::Described;
use crate::diagnostics::Diagnostics;
use crate::erased::{Boxed, Said, readable, typed};
use crate::object::Object as _;
use crate::provider::{Configure, Provider};
use crate::schema::{Block, Schema};

pub(crate) trait AnyProvider: Described {
    fn validate(&self, config: Value) -> Diagnostics;
    fn configure(&self, config: Value, terraform_version: String) -> Boxed<'_, Said<Option<Data>>>;
}

pub(crate) struct TypedProvider<P>(pub(crate) P);

impl<P: Provider> Described for TypedProvider<P> {
    fn schema(&self) -> Schema {
        self.0.schema()
    }

    fn declared(&self) -> Block {
        P::Config::block()
    }
}

impl<P: Provider> AnyProvider for TypedProvider<P> {
    fn validate(&self, config: Value) -> Diagnostics {
        let mut diagnostics = Diagnostics::new();
        if let Some(config) = readable(config, &mut diagnostics) {
            self.0.validate(&config, &mut diagnostics);
        }
        diagnostics
    }

    fn configure(&self, config: Value, terraform_version: String) -> Boxed<'_, Said<Option<Data>>> {
        Box::pin(async move {
            let mut diagnostics = Diagnostics::new();
            let Some(config) = typed(config, &mut diagnostics) else { return (None, diagnostics) };
            let request = Configure { config, terraform_version };
            let data = self.0.configure(request, &mut diagnostics).await;
            (data.map(|data| Arc::new(data) as Data), diagnostics)
        })
    }
}
