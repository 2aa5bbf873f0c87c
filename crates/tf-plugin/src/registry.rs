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
    pub(crate) registered_twice: Vec<&'static str>,
    data: std::marker::PhantomData<fn() -> D>,
}

impl<D: Send + Sync + 'static> Registry<D> {
    pub(crate) fn new() -> Self {
        Self {
            resources: BTreeMap::new(),
            data_sources: BTreeMap::new(),
            functions: BTreeMap::new(),
            registered_twice: Vec::new(),
            data: std::marker::PhantomData,
        }
    }

    /// Adds a resource: a [`Resource`], or a [`ManagedResource`] that says what else it can do.
    pub fn resource<R: Resource<Data = D>>(&mut self, resource: impl Into<ManagedResource<R>>) {
        let before = self.resources.insert(R::TYPE_NAME, Arc::new(resource.into()));
        self.registered_twice.extend(before.map(|_| R::TYPE_NAME));
    }

    /// Adds a data source.
    pub fn data_source<S: DataSource<Data = D>>(&mut self, source: S) {
        let before = self.data_sources.insert(S::TYPE_NAME, Arc::new(TypedDataSource(source)));
        self.registered_twice.extend(before.map(|_| S::TYPE_NAME));
    }

    /// Adds a function.
    pub fn function<F: Function>(&mut self, function: F) {
        let before = self.functions.insert(F::NAME, Arc::new(TypedFunction(function)));
        self.registered_twice.extend(before.map(|_| F::NAME));
    }
}
