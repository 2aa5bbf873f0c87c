//! How resources are named: by group, version and plural.

use std::fmt;

/// A type of resource as a client addresses it, such as `networking.example.com/v1`, `profiles`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ResourceType {
    /// The API group, empty for the core group.
    pub group: &'static str,
    /// The version of the group.
    pub version: &'static str,
    /// The plural name of the resource.
    pub plural: &'static str,
}

impl ResourceType {
    /// Names a type of resource.
    pub const fn new(group: &'static str, version: &'static str, plural: &'static str) -> Self {
        Self { group, version, plural }
    }
}

/// A type of resource regardless of its version, as messages name it: `profiles.networking.example.com`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupResource {
    /// The API group, empty for the core group.
    pub group: String,
    /// The plural name, or the kind where a message names that.
    pub resource: String,
}

impl GroupResource {
    /// Names a type of resource.
    pub fn new(group: impl Into<String>, resource: impl Into<String>) -> Self {
        Self { group: group.into(), resource: resource.into() }
    }
}

impl fmt::Display for GroupResource {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.group.as_str() {
            "" => formatter.write_str(&self.resource),
            group => write!(formatter, "{}.{group}", self.resource),
        }
    }
}

/// `apiVersion` of a group and a version: the core group has no name.
pub(crate) fn api_version(group: &str, version: &str) -> String {
    if group.is_empty() { version.to_owned() } else { format!("{group}/{version}") }
}
