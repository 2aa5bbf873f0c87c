//! What resources a server has: the declaration from which everything else about a kind is derived.
//!
//! It holds no objects. How a kind's `CustomResourceDefinition` looks is said in [`document`].

mod document;

use crate::schema::Schema;

/// A kind of object that a server stores, as a `CustomResourceDefinition` declares it.
#[derive(Clone, Debug)]
pub struct Definition {
    pub(crate) group: &'static str,
    pub(crate) kind: &'static str,
    pub(crate) list_kind: String,
    pub(crate) plural: &'static str,
    pub(crate) singular: String,
    pub(crate) short_names: Vec<&'static str>,
    pub(crate) categories: Vec<&'static str>,
    pub(crate) scope: Scope,
    pub(crate) has_status: bool,
    pub(crate) annotations: Vec<(&'static str, &'static str)>,
    pub(crate) labels: Vec<(&'static str, &'static str)>,
    pub(crate) versions: Vec<Version>,
}

/// Whether the objects of a kind live in namespaces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    /// Each object lives in a namespace.
    Namespaced,
    /// The objects belong to no namespace.
    Cluster,
}

/// One version of a kind: its schema and how it is shown in a table.
#[derive(Clone, Debug)]
pub struct Version {
    pub(crate) name: &'static str,
    pub(crate) schema: Schema,
    pub(crate) columns: Vec<Column>,
    pub(crate) is_storage: bool,
}

/// A column of `kubectl get`, after the column of the name.
#[derive(Clone, Debug)]
pub(crate) struct Column {
    pub(crate) name: &'static str,
    pub(crate) kind: &'static str,
    pub(crate) path: &'static str,
    /// Whether it is shown only with `-o wide`.
    pub(crate) is_wide: bool,
}

impl Definition {
    /// A namespaced kind without versions. The list's kind and the singular name follow from the kind.
    pub fn new(group: &'static str, kind: &'static str, plural: &'static str) -> Self {
        Self {
            group,
            kind,
            list_kind: format!("{kind}List"),
            plural,
            singular: kind.to_lowercase(),
            short_names: Vec::new(),
            categories: Vec::new(),
            scope: Scope::Namespaced,
            has_status: false,
            annotations: Vec::new(),
            labels: Vec::new(),
            versions: Vec::new(),
        }
    }

    /// Its objects belong to no namespace.
    #[must_use]
    pub fn cluster_scoped(mut self) -> Self {
        self.scope = Scope::Cluster;
        self
    }

    /// Status is a subresource: the object's own address ignores it, and `/status` ignores everything else.
    #[must_use]
    pub fn with_status(mut self) -> Self {
        self.has_status = true;
        self
    }

    /// A further name that `kubectl` understands.
    #[must_use]
    pub fn short_name(mut self, name: &'static str) -> Self {
        self.short_names.push(name);
        self
    }

    /// A group of kinds that `kubectl get` can list together.
    #[must_use]
    pub fn category(mut self, name: &'static str) -> Self {
        self.categories.push(name);
        self
    }

    /// An annotation of the `CustomResourceDefinition`.
    #[must_use]
    pub fn annotation(mut self, key: &'static str, value: &'static str) -> Self {
        self.annotations.push((key, value));
        self
    }

    /// A label of the `CustomResourceDefinition`.
    #[must_use]
    pub fn label(mut self, key: &'static str, value: &'static str) -> Self {
        self.labels.push((key, value));
        self
    }

    /// One more version. Exactly one of them is the storage version.
    #[must_use]
    pub fn version(mut self, version: Version) -> Self {
        self.versions.push(version);
        self
    }

    /// The version in which objects are kept: the marked one, or else the last.
    pub(crate) fn storage_version(&self) -> Option<&Version> {
        self.versions.iter().find(|version| version.is_storage).or(self.versions.last())
    }
}

impl Version {
    /// A version that is served.
    pub fn new(name: &'static str, schema: Schema) -> Self {
        Self { name, schema, columns: Vec::new(), is_storage: false }
    }

    /// Objects are kept in this version.
    #[must_use]
    pub fn storage(mut self) -> Self {
        self.is_storage = true;
        self
    }

    /// One more column: its heading, its type (`string`, `integer`, `date`, …) and a JSON path.
    #[must_use]
    pub fn column(mut self, name: &'static str, kind: &'static str, path: &'static str) -> Self {
        self.columns.push(Column { name, kind, path, is_wide: false });
        self
    }

    /// One more column that is shown only with `-o wide`.
    #[must_use]
    pub fn wide_column(mut self, name: &'static str, kind: &'static str, path: &'static str) -> Self {
        self.columns.push(Column { name, kind, path, is_wide: true });
        self
    }
}
