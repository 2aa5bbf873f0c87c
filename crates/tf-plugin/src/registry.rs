//! What a provider offers, by name.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::data_source::DataSource;
use crate::ephemeral_resource::EphemeralResource;
use crate::erased::{
    AnyDataSource, AnyFunction, AnyResource, ManagedResource, TypedDataSource, TypedFunction,
};
use crate::erased_ephemeral_resource::{AnyEphemeralResource, EphemeralLifecycle};
use crate::erased_list_resource::{AnyListResource, TypedListResource};
use crate::function::Function;
use crate::list_resource::ListResource;
use crate::resource::Resource;

/// The resources, data sources, ephemeral resources, list resources and functions of a provider by their names.
pub struct Registry<D> {
    pub(crate) resources: BTreeMap<&'static str, Arc<dyn AnyResource>>,
    pub(crate) data_sources: BTreeMap<&'static str, Arc<dyn AnyDataSource>>,
    pub(crate) ephemeral_resources: BTreeMap<&'static str, Arc<dyn AnyEphemeralResource>>,
    pub(crate) list_resources: BTreeMap<&'static str, Arc<dyn AnyListResource>>,
    pub(crate) functions: BTreeMap<&'static str, Arc<dyn AnyFunction>>,
    pub(crate) registered_twice: Vec<&'static str>,
    data: std::marker::PhantomData<fn() -> D>,
}

impl<D: Send + Sync + 'static> Registry<D> {
    pub(crate) fn new() -> Self {
        Self {
            resources: BTreeMap::new(),
            data_sources: BTreeMap::new(),
            ephemeral_resources: BTreeMap::new(),
            list_resources: BTreeMap::new(),
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

    /// Adds an ephemeral resource: an [`EphemeralResource`], or an [`EphemeralLifecycle`] that says what else it can do.
    pub fn ephemeral_resource<E>(&mut self, resource: impl Into<EphemeralLifecycle<E>>)
    where
        E: EphemeralResource<Data = D>,
    {
        let before = self.ephemeral_resources.insert(E::TYPE_NAME, Arc::new(resource.into()));
        self.registered_twice.extend(before.map(|_| E::TYPE_NAME));
    }

    /// Adds a list resource. Its resource is added by itself, with its identity.
    pub fn list_resource<L>(&mut self, list: L)
    where
        L: ListResource<Resource: Resource<Data = D>>,
    {
        let name = L::Resource::TYPE_NAME;
        let before = self.list_resources.insert(name, Arc::new(TypedListResource(list)));
        self.registered_twice.extend(before.map(|_| name));
    }

    /// Adds a function.
    pub fn function<F: Function>(&mut self, function: F) {
        let before = self.functions.insert(F::NAME, Arc::new(TypedFunction(function)));
        self.registered_twice.extend(before.map(|_| F::NAME));
    }
}
