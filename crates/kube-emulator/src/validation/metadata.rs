//! The metadata of objects: names, labels, annotations, owners, finalizers.

use serde_json::Value;

use crate::object;
use crate::problem;
use crate::status::Cause;
use crate::syntax::{self, NameSyntax};

/// How large all annotations of an object may be together.
const MOST_OF_ANNOTATIONS: usize = 256 << 10;
/// What may not change once an object is there.
const IMMUTABLE: [&str; 6] =
    ["name", "namespace", "uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds"];

/// The rules for the metadata of a kind.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Metadata {
    pub(crate) is_namespaced: bool,
    pub(crate) name: NameSyntax,
}

impl Metadata {
    /// What is wrong with the metadata of a new object.
    pub(super) fn created(self, object: &Value) -> Vec<Cause> {
        let mut causes = self.name_problems(object);
        causes.extend(self.namespace_problems(object));
        causes.extend(common(object));
        causes.extend(finalizers(object));
        causes
    }

    /// What is wrong with the metadata of a changed object. A real server checks what may not change both for all kinds and
    /// for the kind, and says it twice.
    #[expect(clippy::unused_self, reason = "the rules of a kind are asked for both")]
    pub(super) fn updated(self, old: &Value, object: &Value) -> Vec<Cause> {
        let mut causes = common(object);
        causes.extend(finalizers(object));
        for _ in 0..2 {
            causes.extend(changes(old, object));
            causes.extend(common(object));
        }
        causes
    }

    fn name_problems(self, object: &Value) -> Vec<Cause> {
        let mut causes = Vec::new();
        let prefix = object::meta(object, "generateName");
        if !prefix.is_empty() {
            let problems = self.name.prefix_problems(prefix).into_iter();
            causes.extend(problems.map(|it| problem::invalid("metadata.generateName", &prefix.into(), &it)));
        }
        match object::meta(object, "name") {
            "" => causes.push(problem::required("metadata.name", "name or generateName is required")),
            name => {
                let problems = self.name.problems(name).into_iter();
                causes.extend(problems.map(|it| problem::invalid("metadata.name", &name.into(), &it)));
            }
        }
        causes
    }

    fn namespace_problems(self, object: &Value) -> Vec<Cause> {
        let namespace = object::meta(object, "namespace");
        match (self.is_namespaced, namespace) {
            (true, "") => vec![problem::required("metadata.namespace", "")],
            (true, namespace) => {
                let problems = NameSyntax::Label.problems(namespace).into_iter();
                problems.map(|it| problem::invalid("metadata.namespace", &namespace.into(), &it)).collect()
            }
            (false, "") => Vec::new(),
            (false, _) => vec![problem::forbidden("metadata.namespace", "not allowed on this type")],
        }
    }
}

fn common(object: &Value) -> Vec<Cause> {
    let mut causes = Vec::new();
    for (key, value) in members(object, "labels") {
        for it in syntax::qualified_name(key) {
            causes.push(problem::invalid("metadata.labels", &key.into(), &it));
        }
        for it in syntax::label_value(value) {
            causes.push(problem::invalid("metadata.labels", &value.into(), &it));
        }
    }
    let annotations = members(object, "annotations");
    for (key, _) in &annotations {
        for it in syntax::qualified_name(&key.to_lowercase()) {
            causes.push(problem::invalid("metadata.annotations", &(*key).into(), &it));
        }
    }
    if annotations.iter().map(|(key, value)| key.len() + value.len()).sum::<usize>() > MOST_OF_ANNOTATIONS {
        causes.push(problem::too_long("metadata.annotations", MOST_OF_ANNOTATIONS as u64));
    }
    causes.extend(owners(object));
    causes
}

/// The members of a map of texts in the metadata, in the order of their keys.
fn members<'a>(object: &'a Value, name: &str) -> Vec<(&'a str, &'a str)> {
    let map = object::at(object, &["metadata", name]).and_then(Value::as_object);
    let mut members: Vec<_> = map
        .into_iter()
        .flatten()
        .map(|(key, value)| (key.as_str(), value.as_str().unwrap_or_default()))
        .collect();
    members.sort_unstable();
    members
}

fn owners(object: &Value) -> Vec<Cause> {
    const FIELD: &str = "metadata.ownerReferences";
    let references = object::at(object, &["metadata", "ownerReferences"]).and_then(Value::as_array);
    let mut causes = Vec::new();
    let mut controller: Option<String> = None;
    for reference in references.into_iter().flatten() {
        for (key, detail) in [
            ("apiVersion", "version must not be empty"),
            ("kind", "must not be empty"),
            ("name", "must not be empty"),
            ("uid", "must not be empty"),
        ] {
            if object::text(reference, &[key]).is_empty() {
                causes.push(problem::invalid(format!("{FIELD}.{key}"), &"".into(), detail));
            }
        }
        if reference.get("controller") != Some(&Value::Bool(true)) {
            continue;
        }
        let this = format!("{}/{}", object::text(reference, &["kind"]), object::text(reference, &["name"]));
        match &controller {
            None => controller = Some(this),
            Some(first) => {
                let detail = format!(
                    "Only one reference can have Controller set to true. Found \"true\" in references for {first} and \
                     {this}"
                );
                let all = references.map(|all| Value::Array(all.clone())).unwrap_or_default();
                causes.push(problem::invalid(FIELD, &all, &detail));
            }
        }
    }
    causes
}

fn finalizers(object: &Value) -> Vec<Cause> {
    let mut causes = Vec::new();
    for name in object::finalizers(object) {
        for it in syntax::qualified_name(name) {
            causes.push(problem::invalid("metadata.finalizers", &name.into(), &it));
        }
    }
    causes
}

fn changes(old: &Value, object: &Value) -> Vec<Cause> {
    let mut causes = Vec::new();
    if object::is_deleting(old) {
        let before = object::finalizers(old);
        let mut extra = object::finalizers(object);
        extra.retain(|name| !before.contains(name));
        extra.sort_unstable();
        if !extra.is_empty() {
            let extra: Vec<String> = extra.into_iter().map(crate::text::quoted).collect();
            let detail = format!(
                "no new finalizers can be added if the object is being deleted, found new finalizers []string{{{}}}",
                extra.join(", ")
            );
            causes.push(problem::forbidden("metadata.finalizers", &detail));
        }
    }
    for key in IMMUTABLE {
        let (before, now) = (object::at(old, &["metadata", key]), object::at(object, &["metadata", key]));
        if before != now {
            let now = now.cloned().unwrap_or_default();
            causes.push(problem::invalid(format!("metadata.{key}"), &now, "field is immutable"));
        }
    }
    causes
}
