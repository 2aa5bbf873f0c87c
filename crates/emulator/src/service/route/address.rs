//! What paths name, as the requests wrote it.

use traffic_manager::id::EndpointKind;

/// A resource group as the request wrote it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct GroupAddress {
    pub(crate) subscription: String,
    pub(crate) group: String,
}

/// A profile as the request wrote it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct ProfileAddress {
    pub(crate) group: GroupAddress,
    pub(crate) name: String,
    /// The path up to the profile's name, in the request's letter case: one error quotes it.
    pub(crate) id_as_asked: String,
}

/// An endpoint as the request wrote it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct EndpointAddress {
    pub(crate) profile: ProfileAddress,
    pub(crate) kind: EndpointKind,
    pub(crate) name: String,
}

/// A public IP address as the request wrote it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct PublicIpAddress {
    pub(crate) group: GroupAddress,
    pub(crate) name: String,
}

/// An App Service plan as the request wrote it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct PlanAddress {
    pub(crate) group: GroupAddress,
    pub(crate) name: String,
}

/// A lock as the request wrote it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct LockAddress {
    pub(crate) subscription: String,
    /// The path of what is locked.
    pub(crate) scope: String,
    pub(crate) name: String,
}

/// A namespace of resource types in a subscription, as the request wrote it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct ProviderAddress {
    pub(crate) subscription: String,
    pub(crate) namespace: String,
}

/// A fleet as the request wrote it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct FleetAddress {
    pub(crate) group: GroupAddress,
    pub(crate) name: String,
}

/// A member of a fleet as the request wrote it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct MemberAddress {
    pub(crate) fleet: FleetAddress,
    pub(crate) name: String,
}
