//! Whether an object may be kept: its metadata, its schema, the uniqueness in its lists, and its rules.
//!
//! Nothing is changed here. On an update, what was wrong before and has not changed is let pass.

mod lists;
mod metadata;
mod rules;
mod structure;

use serde_json::Value;

use crate::problem;
use crate::schema::Schema;
use crate::status::Cause;
use crate::syntax::NameSyntax;

pub(crate) use metadata::Metadata;
use structure::Place;

/// What was found in an object.
#[derive(Clone, Debug, Default)]
pub(crate) struct Findings {
    /// What is wrong.
    pub(crate) causes: Vec<Cause>,
    /// What was wrong before, and is let pass.
    pub(crate) warnings: Vec<String>,
}

/// What is wrong with a new object.
pub(crate) fn created(schema: &Schema, metadata: Metadata, object: &Value) -> Vec<Cause> {
    let mut causes = metadata.created(object);
    causes.extend(structure::problems(schema, &Place::root(None), object));
    causes.extend(lists::problems(schema, object));
    with_rules(schema, causes, object, None).causes
}

/// What is wrong with a changed object.
pub(crate) fn updated(schema: &Schema, metadata: Metadata, old: &Value, object: &Value) -> Findings {
    let mut causes = metadata.updated(old, object);
    causes.extend(structure::problems(schema, &Place::root(Some(old)), object));
    causes.extend(list_problems(schema, old, object));
    with_rules(schema, causes, object, Some(old))
}

/// What is wrong with an object of which only the status was changed.
pub(crate) fn status_updated(schema: &Schema, metadata: Metadata, old: &Value, object: &Value) -> Findings {
    let mut causes = metadata.updated(old, object);
    if let (Some(schema), Some(status)) = (schema.field("status"), object.get("status")) {
        causes.extend(structure::problems(schema, &Place::member("status", old.get("status")), status));
    }
    causes.extend(list_problems(schema, old, object));
    with_rules(schema, causes, object, Some(old))
}

/// What is wrong with the metadata of a new object of a built-in kind, whose types have been checked already.
pub(crate) fn created_builtin(metadata: Metadata, object: &Value) -> Vec<Cause> {
    metadata.created(object)
}

/// What is wrong with the metadata of a changed object of a built-in kind.
pub(crate) fn updated_builtin(metadata: Metadata, old: &Value, object: &Value) -> Findings {
    Findings { causes: metadata.updated(old, object), warnings: Vec::new() }
}

fn list_problems(schema: &Schema, old: &Value, object: &Value) -> Vec<Cause> {
    if lists::problems(schema, old).is_empty() { lists::problems(schema, object) } else { Vec::new() }
}

fn with_rules(schema: &Schema, mut causes: Vec<Cause>, object: &Value, old: Option<&Value>) -> Findings {
    let mut warnings = Vec::new();
    if causes.iter().any(problem::is_blocking) {
        if schema.has_rules() {
            causes.push(problem::rules_not_checked());
        }
    } else {
        let broken = rules::problems(schema, object, old);
        causes.extend(broken.now);
        warnings.extend(broken.before.iter().map(Cause::text));
    }
    Findings { causes, warnings }
}

/// The rules for the names of a kind's objects.
pub(crate) fn metadata_rules(is_namespaced: bool, name: NameSyntax) -> Metadata {
    Metadata { is_namespaced, name }
}
