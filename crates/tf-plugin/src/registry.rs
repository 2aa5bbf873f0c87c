//! What a provider offers, by name.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::data_source::DataSource;
use crate::erased::{
    AnyDataSource, AnyFunction, AnyResource, ManagedResource, TypedDataSource, TypedFunction,
};
use crate::function::Function;
use crate::resource::Resource;

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

    /// Adds a resource: a [`Resource`], or a [`ManagedResource`] that says what else it can do.
    pub fn resource<R: Resource<Data = D>>(&mut self, resource: impl Into<ManagedResource<R>>) {
        self.resources.insert(R::TYPE_NAME, Arc::new(resource.into()));
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
