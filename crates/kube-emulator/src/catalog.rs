//! The kinds that one server has: those given to it, and those that every server has.

use crate::builtin;
use crate::definition::{Definition, Scope, Version};
use crate::metadata_schema::metadata_schema;
use crate::names::{GroupResource, api_version};
use crate::schema::Schema;
use crate::strategy::Strategy;

/// All kinds of a server.
#[derive(Debug)]
pub(crate) struct Catalog {
    kinds: Vec<Kind>,
}

/// The place of a kind in its catalog.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct KindId(usize);

/// A kind in the catalog.
#[derive(Debug)]
pub(crate) struct Kind {
    pub(crate) id: KindId,
    pub(crate) definition: Definition,
    pub(crate) strategy: Strategy,
    /// The schemas of the versions, with that of the metadata in them.
    wholes: Vec<Schema>,
}

/// A kind as one of its versions shows it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct View<'a> {
    pub(crate) kind: &'a Kind,
    pub(crate) version: &'a Version,
    /// The schema with that of the metadata in it.
    pub(crate) whole: &'a Schema,
}

impl Catalog {
    /// The built-in kinds and these. Of two definitions of one resource the first counts.
    pub(crate) fn new(definitions: Vec<Definition>) -> Self {
        let given = definitions.into_iter().map(|definition| (definition, Strategy::Custom));
        let kinds = builtin::definitions().into_iter().chain(given).enumerate();
        Self {
            kinds: kinds
                .map(|(place, (definition, strategy))| Kind::new(place, definition, strategy))
                .collect(),
        }
    }

    pub(crate) fn kinds(&self) -> &[Kind] {
        &self.kinds
    }

    /// The kind at a place that this catalog gave out.
    pub(crate) fn kind(&self, id: KindId) -> &Kind {
        &self.kinds[id.0]
    }

    pub(crate) fn find(&self, group: &str, version: &str, plural: &str) -> Option<View<'_>> {
        self.kinds
            .iter()
            .filter(|kind| kind.definition.plural == plural)
            .find_map(|kind| (kind.definition.group == group).then(|| kind.view(version)).flatten())
    }

    pub(crate) fn find_kind(&self, group: &str, plural: &str) -> Option<&Kind> {
        self.kinds.iter().find(|kind| kind.definition.group == group && kind.definition.plural == plural)
    }
}

impl Kind {
    fn new(place: usize, definition: Definition, strategy: Strategy) -> Self {
        let whole = |version: &Version| version.schema.clone().property("metadata", metadata_schema());
        let wholes = definition.versions.iter().map(whole).collect();
        Self { id: KindId(place), definition, strategy, wholes }
    }

    pub(crate) fn view(&self, version: &str) -> Option<View<'_>> {
        let place = self.definition.versions.iter().position(|one| one.name == version)?;
        Some(View { kind: self, version: &self.definition.versions[place], whole: &self.wholes[place] })
    }

    /// The kind as it is kept.
    pub(crate) fn storage_view(&self) -> Option<View<'_>> {
        self.view(self.definition.storage_version()?.name)
    }

    /// `apiVersion` of the objects as they are kept.
    pub(crate) fn storage_api_version(&self) -> String {
        let version = self.definition.storage_version().map_or("", |version| version.name);
        api_version(self.definition.group, version)
    }

    pub(crate) fn is_namespaced(&self) -> bool {
        self.definition.scope == Scope::Namespaced
    }

    /// The resource as messages name it.
    pub(crate) fn resource(&self) -> GroupResource {
        GroupResource::new(self.definition.group, self.definition.plural)
    }
}

impl View<'_> {
    pub(crate) fn api_version(&self) -> String {
        api_version(self.kind.definition.group, self.version.name)
    }
}
