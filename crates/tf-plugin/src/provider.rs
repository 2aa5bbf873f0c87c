//! Providers, as their authors write them.

use std::collections::BTreeMap;
use std::future::Future;
use std::sync::Arc;

use crate::data_source::DataSource;
use crate::diagnostics::Diagnostics;
use crate::erased::{AnyDataSource, AnyFunction, AnyResource, TypedDataSource, TypedFunction, TypedResource};
use crate::function::Function;
use crate::object::Object;
use crate::resource::Resource;
use crate::schema::Schema;

/// A provider: its configuration, and what it offers.
pub trait Provider: Send + Sync + 'static {
    /// The struct of its configuration.
    type Config: Object;
    /// What resources are given, made once for each configuration.
    type Data: Send + Sync + 'static;

    /// The schema of the configuration.
    fn schema(&self) -> Schema;

    /// Makes what the resources need. Should do no network work: a plan may need none. Values may be unknown.
    fn configure(
        &self,
        config: Self::Config,
        host: Host,
        diagnostics: &mut Diagnostics,
    ) -> impl Future<Output = Option<Self::Data>> + Send;

    /// Adds its resources, data sources and functions.
    fn register(&self, registry: &mut Registry<Self::Data>);

    /// Checks a configuration by itself, in which values may be unknown.
    fn validate(&self, _config: &Self::Config, _diagnostics: &mut Diagnostics) {}
}

/// What is known of the program that started the provider.
#[derive(Debug, Clone)]
pub struct Host {
    /// The version that it says it has. Behaviour must not depend on it.
    pub terraform_version: String,
}

/// The resources, data sources and functions of a provider by their names.
pub struct Registry<D> {
    pub(crate) resources: BTreeMap<&'static str, Arc<dyn AnyResource>>,
    pub(crate) data_sources: BTreeMap<&'static str, Arc<dyn AnyDataSource>>,
    pub(crate) functions: BTreeMap<&'static str, Arc<dyn AnyFunction>>,
    data: std::marker::PhantomData<fn() -> D>,
}

impl<D: Send + Sync + 'static> Registry<D> {
    pub(crate) fn new() -> Self {
        Self {
            resources: BTreeMap::new(),
            data_sources: BTreeMap::new(),
            functions: BTreeMap::new(),
            data: std::marker::PhantomData,
        }
    }

    /// Adds a resource.
    pub fn resource<R: Resource<Data = D>>(&mut self, resource: R) {
        self.resources.insert(R::TYPE_NAME, Arc::new(TypedResource(resource)));
    }

    /// Adds a data source.
    pub fn data_source<S: DataSource<Data = D>>(&mut self, source: S) {
        self.data_sources.insert(S::TYPE_NAME, Arc::new(TypedDataSource(source)));
    }

    /// Adds a function.
    pub fn function<F: Function>(&mut self, function: F) {
        self.functions.insert(F::NAME, Arc::new(TypedFunction(function)));
    }
}
