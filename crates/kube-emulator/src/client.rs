//! The way to the objects for controllers in the same process: no HTTP, no rights, everything else as over HTTP.

use std::sync::Arc;

use serde_json::Value;

use crate::catalog::View;
use crate::names::ResourceType;
use crate::object;
use crate::registry::{Change, Deletion, DeletionOptions, Place, Registry, Subresource};
use crate::status::Status;
use crate::writing::{UnknownFields, Writing};

/// Reads and writes objects as one manager of fields.
#[derive(Clone, Debug)]
pub struct Client {
    pub(crate) registry: Arc<Registry>,
    pub(crate) manager: String,
}

impl Client {
    /// An object, or 404. The namespace is empty for kinds that have none.
    pub fn get(&self, resource: ResourceType, namespace: &str, name: &str) -> Result<Value, Status> {
        self.registry.get(self.view(resource)?, namespace, name)
    }

    /// The objects of a namespace, or of all.
    pub fn list(&self, resource: ResourceType, namespace: Option<&str>) -> Result<Vec<Value>, Status> {
        Ok(self.registry.list(self.view(resource)?, namespace).1)
    }

    /// Creates an object in the namespace that it names.
    pub fn create(&self, resource: ResourceType, object: Value) -> Result<Value, Status> {
        let namespace = object::meta(&object, "namespace").to_owned();
        let view = self.view(resource)?;
        Ok(self.registry.create(view, &namespace, typed(view, object).into(), &self.writing())?.object)
    }

    /// Replaces an object except for its status. 409 if it has a `resourceVersion` that is not the present one.
    pub fn update(&self, resource: ResourceType, object: Value) -> Result<Value, Status> {
        self.replace(resource, object, Subresource::Whole)
    }

    /// Replaces the status of an object. 409 if it has a `resourceVersion` that is not the present one.
    pub fn update_status(&self, resource: ResourceType, object: Value) -> Result<Value, Status> {
        self.replace(resource, object, Subresource::Status)
    }

    /// Deletes an object. Answers it if it has to wait for finalizers, and nothing if it is gone.
    pub fn delete(
        &self,
        resource: ResourceType,
        namespace: &str,
        name: &str,
    ) -> Result<Option<Value>, Status> {
        match self.registry.delete(self.view(resource)?, namespace, name, &DeletionOptions::default())? {
            Deletion::Gone(_) => Ok(None),
            Deletion::Waiting(object) => Ok(Some(object)),
        }
    }

    fn replace(
        &self,
        resource: ResourceType,
        object: Value,
        subresource: Subresource,
    ) -> Result<Value, Status> {
        let namespace = object::meta(&object, "namespace").to_owned();
        let name = object::meta(&object, "name").to_owned();
        let (view, writing) = (self.view(resource)?, self.writing());
        let place = Place { view, namespace: &namespace, name: &name, subresource };
        let mut object = typed(view, object);
        if object::meta(&object, "resourceVersion").is_empty() {
            let present = self.registry.get(view, &namespace, &name)?;
            object::set_meta(&mut object, "resourceVersion", object::meta(&present, "resourceVersion"));
        }
        let replacement = Change::replacement(place, object.into(), &writing)?;
        Ok(self.registry.update(place, &writing, replacement)?.object)
    }

    fn view(&self, resource: ResourceType) -> Result<View<'_>, Status> {
        let ResourceType { group, version, plural } = resource;
        self.registry.catalog.find(group, version, plural).ok_or_else(Status::no_such_address)
    }

    fn writing(&self) -> Writing {
        Writing { manager: self.manager.clone(), unknown_fields: UnknownFields::Ignore, ..Writing::default() }
    }
}

/// An object of a controller, which need not say what it is: the resource says it.
fn typed(view: View<'_>, mut object: Value) -> Value {
    if let Some(members) = object.as_object_mut() {
        members.insert("apiVersion".to_owned(), view.api_version().into());
        members.insert("kind".to_owned(), view.kind.definition.kind.into());
    }
    object
}
