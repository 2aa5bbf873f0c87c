//! The entries of `metadata.managedFields`.

use serde_json::{Map, Value, json};

use super::set::FieldSet;
use crate::object;

/// Who wrote fields, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Identity {
    pub(crate) manager: String,
    pub(crate) is_apply: bool,
    pub(crate) api_version: String,
    pub(crate) subresource: &'static str,
}

/// What one manager owns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(super) manager: String,
    pub(super) is_apply: bool,
    pub(super) api_version: String,
    pub(super) subresource: String,
    pub(super) time: Option<String>,
    pub(super) fields: FieldSet,
}

impl Entry {
    pub(super) fn new(identity: &Identity, fields: FieldSet) -> Self {
        Self {
            manager: identity.manager.clone(),
            is_apply: identity.is_apply,
            api_version: identity.api_version.clone(),
            subresource: identity.subresource.to_owned(),
            time: None,
            fields,
        }
    }

    /// The version in which the fields were written.
    pub(crate) fn api_version(&self) -> &str {
        &self.api_version
    }

    /// Whether it is the entry of whoever writes now. One who applies has one entry whatever version he applies.
    pub(super) fn belongs_to(&self, identity: &Identity) -> bool {
        self.manager == identity.manager
            && self.is_apply == identity.is_apply
            && self.subresource == identity.subresource
            && (self.is_apply || self.api_version == identity.api_version)
    }

    /// The manager as a message about a conflict names it.
    pub(super) fn shown(&self) -> String {
        let manager = crate::text::quoted(&self.manager);
        let subresource = match self.subresource.as_str() {
            "" => String::new(),
            subresource => format!(" with subresource {subresource:?}"),
        };
        let version = if self.is_apply { String::new() } else { format!(" using {}", self.api_version) };
        manager + &subresource + &version
    }

    /// What the entries of different managers are put in order by when conflicts are listed.
    pub(super) fn order(&self) -> String {
        format!("{:?} {} {} {:?}", self.manager, self.operation(), self.api_version, self.subresource)
    }

    fn operation(&self) -> &'static str {
        if self.is_apply { "Apply" } else { "Update" }
    }

    fn document(&self) -> Value {
        let mut document = Map::new();
        document.insert("apiVersion".to_owned(), json!(self.api_version));
        document.insert("fieldsType".to_owned(), json!("FieldsV1"));
        document.insert("fieldsV1".to_owned(), self.fields.document());
        if !self.manager.is_empty() {
            document.insert("manager".to_owned(), json!(self.manager));
        }
        document.insert("operation".to_owned(), json!(self.operation()));
        if !self.subresource.is_empty() {
            document.insert("subresource".to_owned(), json!(self.subresource));
        }
        if let Some(time) = &self.time {
            document.insert("time".to_owned(), json!(time));
        }
        Value::Object(document)
    }

    fn parse(document: &Value) -> Option<Self> {
        let is_apply = match object::text(document, &["operation"]) {
            "Apply" => true,
            "Update" => false,
            _ => return None,
        };
        let text = |key| object::text(document, &[key]).to_owned();
        if text("apiVersion").is_empty() || text("fieldsType") != "FieldsV1" {
            return None;
        }
        let empty = json!({});
        Some(Self {
            manager: text("manager"),
            is_apply,
            api_version: text("apiVersion"),
            subresource: text("subresource"),
            time: document.get("time").and_then(Value::as_str).map(str::to_owned),
            fields: FieldSet::parse(document.get("fieldsV1").unwrap_or(&empty))?,
        })
    }
}

/// Reads the entries of an object. Nothing if one of them cannot be read.
pub(crate) fn decoded(managed_fields: Option<&Value>) -> Option<Vec<Entry>> {
    match managed_fields {
        None | Some(Value::Null) => Some(Vec::new()),
        Some(entries) => entries.as_array()?.iter().map(Entry::parse).collect(),
    }
}

/// The entries as an object has them. Nothing if there are none.
pub(crate) fn encoded(mut entries: Vec<Entry>) -> Option<Value> {
    entries.sort_by(|one, two| {
        let key = |entry: &Entry| {
            let time = entry.time.clone().unwrap_or_default();
            (
                !entry.is_apply,
                time,
                entry.manager.clone(),
                entry.api_version.clone(),
                entry.subresource.clone(),
            )
        };
        key(one).cmp(&key(two))
    });
    (!entries.is_empty()).then(|| entries.iter().map(Entry::document).collect())
}
