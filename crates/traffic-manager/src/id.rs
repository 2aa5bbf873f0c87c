//! The ids of profiles and endpoints in Azure Resource Manager: read, written and compared.
//!
//! The service answers ids in another letter case than the user wrote (the resource group comes back in
//! lower case), so nothing here depends on letter case. Whether the thing exists is not asked.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

mod kind;
mod parse;

pub use kind::EndpointKind;
pub use parse::{IdError, Problem};

/// The resource type of a profile, in the service's spelling.
pub const PROFILE_TYPE: &str = "Microsoft.Network/trafficManagerProfiles";

/// The id of a profile.
///
/// Its text is `/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.Network/`
/// `trafficManagerProfiles/{name}`. The parts keep the spelling they were given in; two ids are equal when
/// they differ in letter case only.
#[derive(Clone, Debug)]
pub struct ProfileId {
    /// The subscription, as a rule a UUID.
    pub subscription_id: String,
    /// The resource group, 1 to 90 characters.
    pub resource_group_name: String,
    /// The name of the profile.
    pub name: String,
}

/// The id of an endpoint: that of its profile, the kind, and the name. Keyed by kind and name, so two
/// endpoints of different kinds may share a name.
#[derive(Clone, Debug)]
pub struct EndpointId {
    /// The profile that the endpoint belongs to.
    pub profile: ProfileId,
    /// The kind, which is a segment of the id.
    pub kind: EndpointKind,
    /// The name of the endpoint; blanks and signs such as `#` occur.
    pub name: String,
}

/// What tells an endpoint from the others of its profile: its kind and its name, in any letter case.
///
/// Written `azureEndpoints/east`: the last two segments of the endpoint's id.
#[derive(Clone, Debug)]
pub struct EndpointKey {
    /// The kind.
    pub kind: EndpointKind,
    /// The name, in the spelling that was given.
    pub name: String,
}

impl EndpointKind {
    /// The kind with this resource type, in any letter case.
    pub fn from_type_name(type_name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| same(kind.type_name(), type_name))
    }

    /// The kind of an endpoint that points at this resource: nested for a profile, else azure.
    pub fn from_target_resource_id(target_resource_id: &str) -> Self {
        match ProfileId::parse(target_resource_id) {
            Ok(_) => Self::Nested,
            Err(_) => Self::Azure,
        }
    }
}

impl ProfileId {
    /// An id of its parts, which are taken as they are.
    pub fn new(
        subscription_id: impl Into<String>,
        resource_group_name: impl Into<String>,
        name: impl Into<String>,
    ) -> Self {
        Self {
            subscription_id: subscription_id.into(),
            resource_group_name: resource_group_name.into(),
            name: name.into(),
        }
    }

    /// Reads an id in any letter case.
    pub fn parse(text: &str) -> Result<Self, IdError> {
        parse::profile(text).map(Self::from_parts)
    }

    /// The id of an endpoint of this profile.
    pub fn endpoint(&self, kind: EndpointKind, name: impl Into<String>) -> EndpointId {
        EndpointId { profile: self.clone(), kind, name: name.into() }
    }

    fn from_parts([subscription_id, resource_group_name, name]: [String; 3]) -> Self {
        Self { subscription_id, resource_group_name, name }
    }

    fn parts(&self) -> [&str; 3] {
        [&self.subscription_id, &self.resource_group_name, &self.name]
    }
}

impl EndpointId {
    /// Reads an id in any letter case.
    pub fn parse(text: &str) -> Result<Self, IdError> {
        let (profile, kind, name) = parse::endpoint(text)?;
        Ok(Self { profile: ProfileId::from_parts(profile), kind, name })
    }

    /// What tells the endpoint from the others of its profile.
    pub fn key(&self) -> EndpointKey {
        EndpointKey::new(self.kind, self.name.as_str())
    }
}

impl EndpointKey {
    /// A key of its parts.
    pub fn new(kind: EndpointKind, name: impl Into<String>) -> Self {
        Self { kind, name: name.into() }
    }

    /// Splits `azureEndpoints/east` into kind and name. A text that does not begin with a kind is a name as a whole,
    /// and its kind has to be known from elsewhere.
    pub fn split(text: &str) -> (Option<EndpointKind>, &str) {
        match text.split_once('/') {
            Some((kind, name)) => match EndpointKind::parse_ignoring_case(kind) {
                Some(kind) => (Some(kind), name),
                None => (None, text),
            },
            None => (None, text),
        }
    }
}

/// Whether two raw ids name the same thing: letter case and slashes at the ends do not count.
pub fn same(a: &str, b: &str) -> bool {
    fn bare(text: &str) -> &str {
        text.trim().trim_matches('/')
    }
    folded(bare(a)).eq(folded(bare(b)))
}

/// The text without letter case. Group names may hold letters outside ASCII.
fn folded(text: &str) -> impl Iterator<Item = char> {
    text.chars().flat_map(char::to_lowercase)
}

fn hash_folded<H: Hasher>(text: &str, state: &mut H) {
    folded(text).for_each(|c| c.hash(state));
    // Ends the part, so that ("ab", "c") and ("a", "bc") differ.
    '/'.hash(state);
}

impl fmt::Display for ProfileId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [subscription, group, name] = self.parts();
        write!(f, "/subscriptions/{subscription}/resourceGroups/{group}/providers/{PROFILE_TYPE}/{name}")
    }
}

impl fmt::Display for EndpointId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}", self.profile, self.kind.segment(), self.name)
    }
}

impl FromStr for ProfileId {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        Self::parse(text)
    }
}

impl FromStr for EndpointId {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        Self::parse(text)
    }
}

impl PartialEq for ProfileId {
    fn eq(&self, other: &Self) -> bool {
        self.parts().into_iter().zip(other.parts()).all(|(a, b)| folded(a).eq(folded(b)))
    }
}

impl Eq for ProfileId {}

impl Hash for ProfileId {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.parts().into_iter().for_each(|part| hash_folded(part, state));
    }
}

impl PartialEq for EndpointId {
    fn eq(&self, other: &Self) -> bool {
        self.profile == other.profile && self.kind == other.kind && folded(&self.name).eq(folded(&other.name))
    }
}

impl Eq for EndpointId {}

impl Hash for EndpointId {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.profile.hash(state);
        self.kind.hash(state);
        hash_folded(&self.name, state);
    }
}

impl fmt::Display for EndpointKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.kind.segment(), self.name)
    }
}

impl PartialEq for EndpointKey {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for EndpointKey {}

impl PartialOrd for EndpointKey {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for EndpointKey {
    fn cmp(&self, other: &Self) -> Ordering {
        folded(&self.name).cmp(folded(&other.name)).then(self.kind.segment().cmp(other.kind.segment()))
    }
}

impl Hash for EndpointKey {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.kind.hash(state);
        hash_folded(&self.name, state);
    }
}

#[cfg(test)]
mod tests;
