//! Providers, as their authors write them.

use std::future::Future;

use crate::diagnostics::Diagnostics;
use crate::object::Object;
use crate::registry::Registry;
use crate::schema::Schema;

/// A provider: its configuration, and what it offers.
pub trait Provider: Send + Sync + 'static {
    /// The struct of its configuration.
    type Config: Object;
    /// What resources are given, made once for each configuration.
    type Data: Send + Sync + 'static;

    /// The schema of the configuration; unless said otherwise, that of its struct.
    fn schema(&self) -> Schema {
        Schema::from_object::<Self::Config>()
    }

    /// Makes what the resources need. Should do no network work: a plan may need none. Values may be unknown.
    fn configure(
        &self,
        request: Configure<Self::Config>,
        diagnostics: &mut Diagnostics,
    ) -> impl Future<Output = Option<Self::Data>> + Send;

    /// Adds its resources, data sources, list resources and functions.
    fn register(&self, registry: &mut Registry<Self::Data>);

    /// Checks a configuration by itself, in which values may be unknown.
    fn validate(&self, _config: &Self::Config, _diagnostics: &mut Diagnostics) {}
}

/// What a provider is configured with.
#[derive(Debug)]
#[non_exhaustive]
pub struct Configure<C> {
    /// The configuration, in which values may be unknown.
    pub config: C,
    /// The version that the program which started the provider says it has. Behaviour must not depend on it.
    pub terraform_version: String,
}
