//! The kinds that one server has: those given to it, and those that every server has.

use crate::builtin;
use crate::definition::{Definition, Version};
use crate::names::{GroupResource, api_version};

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
    pub(crate) nature: Nature,
}

/// Whether a kind is one of the server's own, which has rules beyond its schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Nature {
    /// Declared by a `CustomResourceDefinition`.
    Custom,
    /// One of the server's own.
    BuiltIn,
}

/// A kind as one of its versions shows it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct View<'a> {
    pub(crate) kind: &'a Kind,
    pub(crate) version: &'a Version,
}

impl Catalog {
    /// The built-in kinds and these. Of two definitions of one resource the first counts.
    pub(crate) fn new(definitions: Vec<Definition>) -> Self {
        let own = builtin::definitions().into_iter().map(|definition| (definition, Nature::BuiltIn));
        let given = definitions.into_iter().map(|definition| (definition, Nature::Custom));
        let kinds = own
            .chain(given)
            .enumerate()
            .map(|(place, (definition, nature))| Kind { id: KindId(place), definition, nature })
            .collect();
        Self { kinds }
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
    pub(crate) fn view(&self, version: &str) -> Option<View<'_>> {
        let version = self.definition.versions.iter().find(|one| one.name == version)?;
        Some(View { kind: self, version })
    }

    /// `apiVersion` of the objects as they are kept.
    pub(crate) fn storage_api_version(&self) -> String {
        let version = self.definition.storage_version().map_or("", |version| version.name);
        api_version(self.definition.group, version)
    }

    pub(crate) fn is_namespaced(&self) -> bool {
        self.definition.scope == crate::definition::Scope::Namespaced
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
