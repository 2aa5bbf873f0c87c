//! Sets of fields, as `FieldsV1` writes them.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::element::Element;
use crate::schema::Schema;

/// How deep a set that comes from outside may go.
const DEEPEST: usize = 64;

/// A set of paths to fields. A field can be in it without its parent and without its children.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct FieldSet {
    nodes: BTreeMap<Element, Node>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Node {
    is_member: bool,
    children: FieldSet,
}

impl Node {
    fn is_empty(&self) -> bool {
        !self.is_member && self.children.is_empty()
    }
}

impl FieldSet {
    pub(super) fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// Adds a field. The whole object belongs to nobody and is not added.
    pub(super) fn insert(&mut self, path: &[Element]) {
        let Some((first, rest)) = path.split_first() else { return };
        let node = self.nodes.entry(first.clone()).or_default();
        if rest.is_empty() {
            node.is_member = true;
        } else {
            node.children.insert(rest);
        }
    }

    /// A set of these members of the object and of the metadata.
    pub(super) fn from_names(names: &[&[&str]]) -> Self {
        let mut set = Self::default();
        for path in names {
            let path: Vec<Element> = path.iter().map(|name| Element::Field((*name).to_owned())).collect();
            set.insert(&path);
        }
        set
    }

    /// Whether a field one step down is in the set.
    pub(super) fn has(&self, step: &Element) -> bool {
        self.nodes.get(step).is_some_and(|node| node.is_member)
    }

    /// What the set has below a step.
    pub(super) fn below(&self, step: &Element) -> Option<&Self> {
        self.nodes.get(step).map(|node| &node.children).filter(|children| !children.is_empty())
    }

    fn combined(&self, other: &Self, is_member: fn(bool, bool) -> bool) -> Self {
        let empty = Node::default();
        let keys = self.nodes.keys().chain(other.nodes.keys());
        let mut nodes = BTreeMap::new();
        for key in keys {
            if nodes.contains_key(key) {
                continue;
            }
            let (one, two) = (self.nodes.get(key).unwrap_or(&empty), other.nodes.get(key).unwrap_or(&empty));
            let children = one.children.combined(&two.children, is_member);
            let node = Node { is_member: is_member(one.is_member, two.is_member), children };
            if !node.is_empty() {
                nodes.insert(key.clone(), node);
            }
        }
        Self { nodes }
    }

    /// What is in either.
    pub(super) fn union(&self, other: &Self) -> Self {
        self.combined(other, |one, two| one || two)
    }

    /// What is in both.
    pub(super) fn intersection(&self, other: &Self) -> Self {
        self.combined(other, |one, two| one && two)
    }

    /// What is in this one only. The children of a field that is taken out stay.
    pub(super) fn difference(&self, other: &Self) -> Self {
        self.combined(other, |one, two| one && !two)
    }

    /// What is neither in the other nor below something in it.
    pub(super) fn outside(&self, other: &Self) -> Self {
        let mut nodes = BTreeMap::new();
        for (key, node) in &self.nodes {
            let Some(excluded) = other.nodes.get(key) else {
                nodes.insert(key.clone(), node.clone());
                continue;
            };
            if excluded.is_member {
                continue;
            }
            let children = node.children.outside(&excluded.children);
            let node = Node { is_member: node.is_member, children };
            if !node.is_empty() {
                nodes.insert(key.clone(), node);
            }
        }
        Self { nodes }
    }

    /// The set with the named fields of structures of which it has something inside.
    pub(super) fn with_named_parents(&self, schema: &Schema) -> Self {
        let nodes = self.nodes.iter().map(|(key, node)| {
            let (inner, is_named) = match key {
                Element::Field(name) => (schema.field(name), schema.properties.contains_key(name.as_str())),
                Element::Key(_) | Element::Value(_) | Element::Index(_) => (schema.items.as_deref(), false),
            };
            let has_inside = !node.children.is_empty();
            let children =
                inner.map_or_else(|| node.children.clone(), |inner| node.children.with_named_parents(inner));
            (key.clone(), Node { is_member: node.is_member || (is_named && has_inside), children })
        });
        Self { nodes: nodes.collect() }
    }

    /// The paths, each field before what is below it and all fields of a level before what is below them.
    pub(super) fn paths(&self) -> Vec<Vec<Element>> {
        let mut paths = Vec::new();
        self.collect(&mut Vec::new(), &mut paths);
        paths
    }

    fn collect(&self, prefix: &mut Vec<Element>, paths: &mut Vec<Vec<Element>>) {
        for key in self.nodes.iter().filter(|(_, node)| node.is_member).map(|(key, _)| key) {
            let mut path = prefix.clone();
            path.push(key.clone());
            paths.push(path);
        }
        for (key, node) in &self.nodes {
            prefix.push(key.clone());
            node.children.collect(prefix, paths);
            prefix.pop();
        }
    }

    /// Reads `FieldsV1`. Nothing if it is none.
    pub(super) fn parse(fields: &Value) -> Option<Self> {
        Self::parse_level(fields, DEEPEST)
    }

    fn parse_level(fields: &Value, depth: usize) -> Option<Self> {
        let mut set = Self::default();
        for (key, inside) in fields.as_object()? {
            // The dot says that the field itself is in the set; whoever reads its parent has seen it.
            if key == "." {
                continue;
            }
            let element = Element::parse(key)?;
            let children = Self::parse_level(inside, depth.checked_sub(1)?)?;
            let is_member =
                inside.as_object().is_some_and(|inside| inside.is_empty() || inside.contains_key("."));
            set.nodes.insert(element, Node { is_member, children });
        }
        Some(set)
    }

    /// The set as `FieldsV1`.
    pub(super) fn document(&self) -> Value {
        Value::Object(self.level(Map::new()))
    }

    fn level(&self, mut level: Map<String, Value>) -> Map<String, Value> {
        for (key, node) in &self.nodes {
            let mut inside = Map::new();
            if node.is_member && !node.children.is_empty() {
                inside.insert(".".to_owned(), Value::Object(Map::new()));
            }
            level.insert(key.key(), Value::Object(node.children.level(inside)));
        }
        level
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn set(fields: &Value) -> FieldSet {
        FieldSet::parse(fields).unwrap()
    }

    #[test]
    fn what_is_read_is_written_again() {
        let fields = json!({
            "f:spec": { ".": {}, "f:list": { "k:{\"name\":\"a\"}": { ".": {}, "f:value": {} } }, "f:port": {} },
            "f:metadata": { "f:finalizers": { "v:\"x/y\"": {} } },
        });
        assert_eq!(set(&fields).document(), fields);
        assert!(FieldSet::parse(&json!({ "x": {} })).is_none());
        assert!(FieldSet::parse(&json!(1)).is_none());
    }

    #[test]
    fn fields_are_counted_without_their_parents_and_children() {
        let whole = set(&json!({ "f:a": { ".": {}, "f:b": {}, "f:c": {} } }));
        let part = set(&json!({ "f:a": { ".": {}, "f:b": {} } }));
        assert_eq!(whole.difference(&part).document(), json!({ "f:a": { "f:c": {} } }));
        assert_eq!(whole.intersection(&part), part);
        assert_eq!(part.union(&whole), whole);
        assert!(whole.outside(&set(&json!({ "f:a": {} }))).is_empty());
    }

    #[test]
    fn a_set_from_outside_can_only_be_so_deep() {
        let mut fields = json!({});
        for _ in 0..200 {
            fields = json!({ "f:a": fields });
        }
        assert!(FieldSet::parse(&fields).is_none());
    }
}
