//! The definitions of a server as objects, made of what the server was given.

use serde_json::{Value, json};
use uuid::Uuid;

use super::Registry;
use crate::catalog::{Kind, View};
use crate::object;
use crate::status::Status;
use crate::strategy::Strategy;

/// The time of the definitions: they are as old as anything.
const ESTABLISHED: &str = "2024-01-01T00:00:00Z";

impl Registry {
    /// One definition by its name.
    pub(super) fn definition(&self, view: View<'_>, name: &str) -> Result<Value, Status> {
        let found =
            self.definitions().into_iter().find(|definition| object::meta(definition, "name") == name);
        found.ok_or_else(|| Status::not_found(&view.kind.resource(), name))
    }

    /// All definitions in the order of their names.
    pub(super) fn definitions(&self) -> Vec<Value> {
        let kinds = self.catalog.kinds().iter().filter(|kind| kind.strategy == Strategy::Custom);
        let mut definitions: Vec<Value> = kinds.map(established).collect();
        definitions.sort_by(|one, two| object::meta(one, "name").cmp(object::meta(two, "name")));
        definitions
    }
}

fn established(kind: &Kind) -> Value {
    let mut document = kind.definition.crd();
    let name = object::meta(&document, "name").to_owned();
    // The same definition has the same uid in every run.
    let uid = Uuid::from_u128(name.bytes().fold(0, |sum: u128, byte| sum.rotate_left(7) ^ u128::from(byte)));
    object::set_meta(&mut document, "creationTimestamp", ESTABLISHED);
    object::set_meta(&mut document, "generation", 1);
    object::set_meta(&mut document, "resourceVersion", "1");
    object::set_meta(&mut document, "uid", uid.to_string());
    document["spec"]["conversion"] = json!({ "strategy": "None" });
    let condition = |kind: &str, reason: &str, message: &str| {
        json!({
            "type": kind, "status": "True", "reason": reason, "message": message,
            "lastTransitionTime": ESTABLISHED,
        })
    };
    let storage = kind.definition.storage_version().map(|version| version.name);
    document["status"] = json!({
        "acceptedNames": document["spec"]["names"],
        "conditions": [
            condition("NamesAccepted", "NoConflicts", "no conflicts found"),
            condition("Established", "InitialNamesAccepted", "the initial names have been accepted"),
        ],
        "storedVersions": [storage],
    });
    document
}
