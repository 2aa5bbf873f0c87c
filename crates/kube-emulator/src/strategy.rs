//! What is special about each built-in kind: what it is given, what may be in it, and how it goes.

mod config;
mod namespace;

use serde_json::Value;

use crate::object;
use crate::problem;
use crate::status::Cause;
use crate::syntax::NameSyntax;

/// How a kind is treated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Strategy {
    /// As its definition says, and nothing else.
    Custom,
    /// A namespace, which owns what is in it.
    Namespace,
    /// An event.
    Event,
    /// Secret data.
    Secret,
    /// Data that is no secret.
    ConfigMap,
    /// An account.
    ServiceAccount,
    /// A definition, which is made of what the server was given and cannot be written.
    Definition,
}

impl Strategy {
    /// Brings an object of a request into its usual form.
    pub(crate) fn normalize(self, object: &mut Value) -> Result<(), String> {
        match self {
            Self::Secret => config::normalize_secret(object),
            Self::ConfigMap => config::check_bytes(object, "binaryData"),
            Self::Namespace => {
                namespace::normalize(object);
                Ok(())
            }
            Self::Custom | Self::Event | Self::ServiceAccount | Self::Definition => Ok(()),
        }
    }

    /// Gives a new object what only the server gives.
    pub(crate) fn prepare(self, object: &mut Value) {
        if self == Self::Namespace {
            namespace::prepare(object);
        }
    }

    /// What is wrong with an object beyond its metadata. There is an old one on an update.
    pub(crate) fn problems(self, old: Option<&Value>, object: &Value) -> Vec<Cause> {
        match self {
            Self::Secret => config::secret_problems(old, object),
            Self::ConfigMap => config::config_map_problems(old, object),
            Self::Event => event_problems(object),
            Self::Custom | Self::Namespace | Self::ServiceAccount | Self::Definition => Vec::new(),
        }
    }

    /// How names of the kind look.
    pub(crate) fn name_syntax(self) -> NameSyntax {
        if self == Self::Namespace { NameSyntax::Label } else { NameSyntax::Subdomain }
    }

    /// Whether objects count the changes of what is wanted of them.
    pub(crate) fn has_generation(self) -> bool {
        matches!(self, Self::Custom | Self::Definition)
    }

    /// Whether an object can be replaced without saying which version of it.
    pub(crate) fn allows_unconditional_update(self) -> bool {
        self != Self::Custom
    }

    /// Whether the answer to a deletion is the object even if it is gone.
    pub(crate) fn answers_deleted_object(self) -> bool {
        matches!(self, Self::ServiceAccount)
    }

    /// The fields by which lists can be narrowed, besides name and namespace.
    pub(crate) fn selectable_fields(self) -> &'static [&'static str] {
        match self {
            Self::Event => &[
                "involvedObject.apiVersion",
                "involvedObject.fieldPath",
                "involvedObject.kind",
                "involvedObject.name",
                "involvedObject.namespace",
                "involvedObject.resourceVersion",
                "involvedObject.uid",
                "reason",
                "reportingComponent",
                "source",
                "type",
            ],
            Self::Namespace => &["status.phase"],
            Self::Secret => &["type"],
            Self::Custom | Self::ConfigMap | Self::ServiceAccount | Self::Definition => &[],
        }
    }
}

fn event_problems(object: &Value) -> Vec<Cause> {
    let involved = object::text(object, &["involvedObject", "namespace"]);
    let namespace = object::meta(object, "namespace");
    let is_right = involved == namespace || (involved.is_empty() && namespace == "default");
    if is_right {
        return Vec::new();
    }
    vec![problem::invalid("involvedObject.namespace", &involved.into(), "does not match event.namespace")]
}
