//! Paths of `Microsoft.ContainerService`, of which the emulator has fleets.

use super::address::{FleetAddress, GroupAddress, MemberAddress};

/// The namespace of fleets.
pub(super) const NAMESPACE: &str = "Microsoft.ContainerService";

/// What a path of the namespace names.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum FleetRoute {
    OfSubscription(String),
    OfGroup(GroupAddress),
    Fleet(FleetAddress),
    /// The way to the fleet's hub.
    Credentials(FleetAddress),
    Members(FleetAddress),
    Member(MemberAddress),
    /// The status or the result of an operation.
    Operation {
        subscription: String,
        id: String,
    },
}

impl FleetRoute {
    /// Reads what follows the namespace below a subscription.
    pub(super) fn of_subscription(subscription: String, rest: &[&str]) -> Option<Self> {
        match rest {
            [kind] if is(kind, "fleets") => Some(Self::OfSubscription(subscription)),
            [locations, _, kind, id]
                if is(locations, "locations") && (is(kind, "operations") || is(kind, "operationResults")) =>
            {
                Some(Self::Operation { subscription, id: (*id).to_owned() })
            }
            _ => None,
        }
    }

    /// Reads what follows the namespace below a group.
    pub(super) fn of_group(group: GroupAddress, rest: &[&str]) -> Option<Self> {
        let [kind, rest @ ..] = rest else { return None };
        if !is(kind, "fleets") {
            return None;
        }
        let [name, rest @ ..] = rest else { return Some(Self::OfGroup(group)) };
        let fleet = FleetAddress { group, name: (*name).to_owned() };
        match rest {
            [] => Some(Self::Fleet(fleet)),
            [act] if is(act, "listCredentials") => Some(Self::Credentials(fleet)),
            [kind] if is(kind, "members") => Some(Self::Members(fleet)),
            [kind, name] if is(kind, "members") => {
                Some(Self::Member(MemberAddress { fleet, name: (*name).to_owned() }))
            }
            _ => None,
        }
    }

    /// The subscription that the path names.
    pub(super) fn subscription(&self) -> &str {
        match self {
            Self::OfSubscription(subscription) | Self::Operation { subscription, .. } => subscription,
            Self::OfGroup(group)
            | Self::Fleet(FleetAddress { group, .. })
            | Self::Credentials(FleetAddress { group, .. })
            | Self::Members(FleetAddress { group, .. })
            | Self::Member(MemberAddress { fleet: FleetAddress { group, .. }, .. }) => &group.subscription,
        }
    }

    /// The resource group that the path names.
    pub(super) fn group(&self) -> Option<&GroupAddress> {
        match self {
            Self::OfSubscription(_) | Self::Operation { .. } => None,
            Self::OfGroup(group)
            | Self::Fleet(FleetAddress { group, .. })
            | Self::Credentials(FleetAddress { group, .. })
            | Self::Members(FleetAddress { group, .. })
            | Self::Member(MemberAddress { fleet: FleetAddress { group, .. }, .. }) => Some(group),
        }
    }

    /// The resource type in the words of permissions. `None` for what everybody who has a token may ask.
    pub(super) fn permission_type(&self) -> Option<&'static str> {
        match self {
            Self::OfSubscription(_) | Self::OfGroup(_) | Self::Fleet(_) => {
                Some("Microsoft.ContainerService/fleets")
            }
            Self::Credentials(_) => Some("Microsoft.ContainerService/fleets/listCredentials"),
            Self::Members(_) | Self::Member(_) => Some("Microsoft.ContainerService/fleets/members"),
            Self::Operation { .. } => None,
        }
    }

    /// The resource type as the gateway writes it in refusals.
    pub(crate) fn resource_type(&self) -> &'static str {
        match self {
            Self::Members(_) | Self::Member(_) => "fleets/members",
            Self::Operation { .. } => "locations/operations",
            _ => "fleets",
        }
    }

    /// Whether the path names all of something.
    pub(crate) fn is_list(&self) -> bool {
        matches!(self, Self::OfSubscription(_) | Self::OfGroup(_) | Self::Members(_))
    }
}

fn is(segment: &str, name: &str) -> bool {
    segment.eq_ignore_ascii_case(name)
}
