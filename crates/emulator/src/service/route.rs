//! What a request path names. Paths are matched without letter case; nothing is looked up here.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;
use traffic_manager::id::EndpointKind;

mod address;
mod fleet;

pub(crate) use self::address::{
    EndpointAddress, FleetAddress, GroupAddress, LockAddress, MemberAddress, PlanAddress, ProfileAddress,
    ProviderAddress, PublicIpAddress,
};
pub(crate) use self::fleet::FleetRoute;

/// What a registration request wants.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Registering {
    Register,
    Unregister,
}

/// What a path names.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Route {
    ProfilesOfSubscription(String),
    ProfilesOfGroup(GroupAddress),
    Profile(ProfileAddress),
    Endpoint(EndpointAddress),
    /// The full resource type stands where its last word belongs; the service answers 400.
    EndpointWithFullType(String),
    NameCheck,
    NameCheckV2(String),
    GeographicHierarchy,
    HeatMap(ProfileAddress),
    /// The one key of a subscription.
    UserMetricsKey(String),
    Tenants,
    Subscriptions,
    Subscription(String),
    Locations(String),
    Providers(String),
    Provider(ProviderAddress),
    /// Registers a namespace, or takes its registration back.
    Registration(ProviderAddress, Registering),
    Groups(String),
    Group(GroupAddress),
    ResourcesOfGroup(GroupAddress),
    ResourcesOfSubscription(String),
    /// The tags of what the path before names.
    Tags {
        /// That path, in the request's letter case.
        scope: String,
        tagged: Box<Route>,
    },
    PlansOfSubscription(String),
    PlansOfGroup(GroupAddress),
    Plan(PlanAddress),
    /// The result of a group's deletion.
    OperationResult {
        subscription: String,
        operation: String,
    },
    PublicIpsOfSubscription(String),
    PublicIpsOfGroup(GroupAddress),
    PublicIp(PublicIpAddress),
    /// The status of an operation on a public IP address.
    NetworkOperation(String),
    /// Fleets and what belongs to them.
    Fleets(FleetRoute),
    /// The locks at a scope, which is a path in the request's letter case.
    Locks {
        subscription: String,
        scope: String,
    },
    Lock(LockAddress),
    /// A resource type that the namespace does not have.
    UnknownType(String),
    /// Nothing of Azure Resource Manager.
    Unknown,
}

impl Route {
    /// Reads a percent-encoded path. Slashes in a row count as one.
    pub(crate) fn parse(path: &str) -> Self {
        let decoded: Vec<String> = path
            .split('/')
            .filter(|segment| !segment.is_empty())
            .map(|segment| percent_decode_str(segment).decode_utf8_lossy().into_owned())
            .collect();
        let segments: Vec<&str> = decoded.iter().map(String::as_str).collect();
        match segments.as_slice() {
            [scope @ .., providers, namespace, kind, name]
                if is(providers, "providers")
                    && is(namespace, "Microsoft.Resources")
                    && is(kind, "tags")
                    && is(name, "default") =>
            {
                let tagged = Box::new(Self::of_segments(scope));
                Self::Tags { scope: format!("/{}", scope.join("/")), tagged }
            }
            segments => Self::of_segments(segments),
        }
    }

    fn of_segments(segments: &[&str]) -> Self {
        if let Some(lock) = lock(segments) {
            return lock;
        }
        match segments {
            [first] if is(first, "tenants") => Self::Tenants,
            [first] if is(first, "subscriptions") => Self::Subscriptions,
            [first, namespace, rest @ ..] if is(first, "providers") => of_tenant(namespace, rest),
            [first, subscription, rest @ ..] if is(first, "subscriptions") => {
                of_subscription(subscription, rest)
            }
            _ => Self::Unknown,
        }
    }

    /// The subscription that the path names.
    pub(crate) fn subscription(&self) -> Option<&str> {
        match self {
            Self::ProfilesOfSubscription(subscription)
            | Self::NameCheckV2(subscription)
            | Self::UserMetricsKey(subscription)
            | Self::Subscription(subscription)
            | Self::Locations(subscription)
            | Self::Providers(subscription)
            | Self::Groups(subscription)
            | Self::ResourcesOfSubscription(subscription)
            | Self::PlansOfSubscription(subscription)
            | Self::PublicIpsOfSubscription(subscription)
            | Self::NetworkOperation(subscription)
            | Self::Locks { subscription, .. }
            | Self::OperationResult { subscription, .. } => Some(subscription),
            Self::Provider(address) | Self::Registration(address, _) => Some(&address.subscription),
            Self::Lock(address) => Some(&address.subscription),
            Self::Tags { tagged, .. } => tagged.subscription(),
            Self::Fleets(route) => Some(route.subscription()),
            _ => self.group().map(|group| group.subscription.as_str()),
        }
    }

    /// The resource group that the path names.
    pub(crate) fn group(&self) -> Option<&GroupAddress> {
        match self {
            Self::ProfilesOfGroup(group)
            | Self::Group(group)
            | Self::ResourcesOfGroup(group)
            | Self::PlansOfGroup(group)
            | Self::PublicIpsOfGroup(group) => Some(group),
            Self::Profile(profile)
            | Self::HeatMap(profile)
            | Self::Endpoint(EndpointAddress { profile, .. }) => Some(&profile.group),
            Self::PublicIp(address) => Some(&address.group),
            Self::Plan(address) => Some(&address.group),
            Self::Tags { tagged, .. } => tagged.group(),
            Self::Fleets(route) => route.group(),
            _ => None,
        }
    }

    /// The resource type as the gateway writes it, for paths whose API version is Traffic Manager's.
    pub(crate) fn provider_type(&self) -> Option<&'static str> {
        match self {
            Self::ProfilesOfSubscription(_) | Self::ProfilesOfGroup(_) | Self::Profile(_) => {
                Some("trafficmanagerprofiles")
            }
            Self::Endpoint(endpoint) => Some(match endpoint.kind {
                EndpointKind::Azure => "trafficmanagerprofiles/azureendpoints",
                EndpointKind::External => "trafficmanagerprofiles/externalendpoints",
                EndpointKind::Nested => "trafficmanagerprofiles/nestedendpoints",
            }),
            Self::HeatMap(_) => Some("trafficmanagerprofiles/heatMaps"),
            Self::NameCheck => Some("checkTrafficManagerNameAvailability"),
            Self::NameCheckV2(_) => Some("checkTrafficManagerNameAvailabilityV2"),
            Self::UserMetricsKey(_) => Some("trafficManagerUserMetricsKeys"),
            Self::GeographicHierarchy => Some("trafficManagerGeographicHierarchies"),
            _ => None,
        }
    }

    /// The resource type in the words of permissions, such as `Microsoft.Network/publicIPAddresses`. `None` for
    /// what everybody who has a token may ask.
    pub(crate) fn permission_type(&self) -> Option<String> {
        if let Some(resource_type) = self.provider_type() {
            let of_tenant = matches!(self, Self::NameCheck | Self::GeographicHierarchy);
            return (!of_tenant).then(|| format!("Microsoft.Network/{resource_type}"));
        }
        let text = match self {
            Self::Subscription(_) | Self::Locations(_) => "Microsoft.Resources/subscriptions",
            Self::Providers(_) | Self::Provider(_) => "Microsoft.Resources/subscriptions/providers",
            Self::Groups(_) | Self::Group(_) => "Microsoft.Resources/subscriptions/resourceGroups",
            Self::ResourcesOfGroup(_) => "Microsoft.Resources/subscriptions/resourceGroups/resources",
            Self::ResourcesOfSubscription(_) => "Microsoft.Resources/subscriptions/resources",
            Self::Tags { .. } => "Microsoft.Resources/tags",
            Self::PlansOfSubscription(_) | Self::PlansOfGroup(_) | Self::Plan(_) => {
                "Microsoft.Web/serverfarms"
            }
            Self::PublicIpsOfSubscription(_) | Self::PublicIpsOfGroup(_) | Self::PublicIp(_) => {
                "Microsoft.Network/publicIPAddresses"
            }
            Self::Locks { .. } | Self::Lock(_) => "Microsoft.Authorization/locks",
            Self::Fleets(route) => route.permission_type()?,
            Self::Registration(address, _) => return Some(format!("{}/register", address.namespace)),
            _ => return None,
        };
        Some(text.to_owned())
    }

    /// The namespace that has to be registered before a write.
    pub(crate) fn namespace(&self) -> Option<&'static str> {
        match self {
            Self::PublicIp(_) => Some("Microsoft.Network"),
            Self::Plan(_) => Some("Microsoft.Web"),
            Self::Fleets(_) => Some(fleet::NAMESPACE),
            _ => self.provider_type().map(|_| "Microsoft.Network"),
        }
    }
}

/// A path in which slashes in a row have become one: clients that join paths carelessly double them, and Azure's ids
/// never have two. A slash that is written as `%2F` is part of a name.
pub(crate) fn fold_slashes(path: &str) -> Cow<'_, str> {
    if !path.contains("//") {
        return Cow::Borrowed(path);
    }
    let mut folded = String::with_capacity(path.len());
    for character in path.chars() {
        if character != '/' || !folded.ends_with('/') {
            folded.push(character);
        }
    }
    Cow::Owned(folded)
}

fn is(segment: &str, name: &str) -> bool {
    segment.eq_ignore_ascii_case(name)
}

/// Locks hang below any scope, so their path is read from its end.
fn lock(segments: &[&str]) -> Option<Route> {
    let at = segments.len().checked_sub(3).filter(|at| is(segments[*at], "providers"));
    let single = segments.len().checked_sub(4).filter(|at| is(segments[*at], "providers"));
    let (at, name) = match (at, single) {
        (Some(at), _) => (at, None),
        (None, Some(at)) => (at, segments.last()),
        (None, None) => return None,
    };
    if !is(segments[at + 1], "Microsoft.Authorization") || !is(segments[at + 2], "locks") {
        return None;
    }
    let subscription = segments[..at].get(1).filter(|_| is(segments[0], "subscriptions"))?;
    let subscription = (*subscription).to_owned();
    let scope = format!("/{}", segments[..at].join("/"));
    Some(match name {
        None => Route::Locks { subscription, scope },
        Some(name) => Route::Lock(LockAddress { subscription, scope, name: (*name).to_owned() }),
    })
}

fn of_tenant(namespace: &str, rest: &[&str]) -> Route {
    if !is(namespace, "Microsoft.Network") {
        return Route::UnknownType(namespace.to_owned());
    }
    match rest {
        [kind] if is(kind, "checkTrafficManagerNameAvailability") => Route::NameCheck,
        [kind, name] if is(kind, "trafficManagerGeographicHierarchies") && is(name, "default") => {
            Route::GeographicHierarchy
        }
        _ => Route::UnknownType(namespace.to_owned()),
    }
}

fn of_subscription(subscription: &str, rest: &[&str]) -> Route {
    let subscription = subscription.to_owned();
    match rest {
        [] => Route::Subscription(subscription),
        [locations] if is(locations, "locations") => Route::Locations(subscription),
        [providers] if is(providers, "providers") => Route::Providers(subscription),
        [groups] if is(groups, "resourceGroups") => Route::Groups(subscription),
        [resources] if is(resources, "resources") => Route::ResourcesOfSubscription(subscription),
        [groups, group] if is(groups, "resourceGroups") => {
            Route::Group(GroupAddress { subscription, group: (*group).to_owned() })
        }
        [groups, group, resources] if is(groups, "resourceGroups") && is(resources, "resources") => {
            Route::ResourcesOfGroup(GroupAddress { subscription, group: (*group).to_owned() })
        }
        [groups, group, providers, namespace, rest @ ..]
            if is(groups, "resourceGroups") && is(providers, "providers") =>
        {
            of_group(GroupAddress { subscription, group: (*group).to_owned() }, namespace, rest)
        }
        [results, operation] if is(results, "operationresults") => {
            Route::OperationResult { subscription, operation: (*operation).to_owned() }
        }
        [providers, namespace, rest @ ..] if is(providers, "providers") => {
            of_subscription_provider(subscription, namespace, rest)
        }
        _ => Route::Unknown,
    }
}

fn of_subscription_provider(subscription: String, namespace: &str, rest: &[&str]) -> Route {
    let provider = |subscription| ProviderAddress { subscription, namespace: namespace.to_owned() };
    match rest {
        [] => return Route::Provider(provider(subscription)),
        [act] if is(act, "register") => {
            return Route::Registration(provider(subscription), Registering::Register);
        }
        [act] if is(act, "unregister") => {
            return Route::Registration(provider(subscription), Registering::Unregister);
        }
        _ => {}
    }
    if let ([kind], true) = (rest, is(namespace, "Microsoft.Web"))
        && is(kind, "serverfarms")
    {
        return Route::PlansOfSubscription(subscription);
    }
    if is(namespace, fleet::NAMESPACE) {
        return FleetRoute::of_subscription(subscription, rest)
            .map_or_else(|| Route::UnknownType(namespace.to_owned()), Route::Fleets);
    }
    if !is(namespace, "Microsoft.Network") {
        return Route::UnknownType(namespace.to_owned());
    }
    match rest {
        [kind] if is(kind, "trafficManagerProfiles") => Route::ProfilesOfSubscription(subscription),
        [kind] if is(kind, "checkTrafficManagerNameAvailabilityV2") => Route::NameCheckV2(subscription),
        // The service takes both: recorded without the name, declared with it.
        [kind] if is(kind, "trafficManagerUserMetricsKeys") => Route::UserMetricsKey(subscription),
        [kind, name] if is(kind, "trafficManagerUserMetricsKeys") && is(name, "default") => {
            Route::UserMetricsKey(subscription)
        }
        [kind] if is(kind, "publicIPAddresses") => Route::PublicIpsOfSubscription(subscription),
        [locations, _, kind, _]
            if is(locations, "locations") && (is(kind, "operations") || is(kind, "operationResults")) =>
        {
            Route::NetworkOperation(subscription)
        }
        _ => Route::UnknownType(namespace.to_owned()),
    }
}

fn of_group(group: GroupAddress, namespace: &str, rest: &[&str]) -> Route {
    if is(namespace, fleet::NAMESPACE) {
        return FleetRoute::of_group(group, rest)
            .map_or_else(|| Route::UnknownType(namespace.to_owned()), Route::Fleets);
    }
    let [kind, rest @ ..] = rest else { return Route::UnknownType(namespace.to_owned()) };
    if is(namespace, "Microsoft.Web") && is(kind, "serverfarms") {
        return match rest {
            [] => Route::PlansOfGroup(group),
            [name] => Route::Plan(PlanAddress { group, name: (*name).to_owned() }),
            _ => Route::UnknownType(namespace.to_owned()),
        };
    }
    if !is(namespace, "Microsoft.Network") {
        return Route::UnknownType(namespace.to_owned());
    }
    if is(kind, "publicIPAddresses") {
        return match rest {
            [] => Route::PublicIpsOfGroup(group),
            [name] => Route::PublicIp(PublicIpAddress { group, name: (*name).to_owned() }),
            _ => Route::UnknownType(namespace.to_owned()),
        };
    }
    if !is(kind, "trafficManagerProfiles") {
        return Route::UnknownType(namespace.to_owned());
    }
    let [name, rest @ ..] = rest else { return Route::ProfilesOfGroup(group) };
    let id_as_asked = format!(
        "/subscriptions/{}/resourceGroups/{}/providers/{namespace}/{kind}/{name}",
        group.subscription, group.group
    );
    let profile = ProfileAddress { group, name: (*name).to_owned(), id_as_asked };
    match rest {
        [] => Route::Profile(profile),
        [kind, endpoint] => of_child(profile, kind, endpoint),
        _ => Route::UnknownType(namespace.to_owned()),
    }
}

fn of_child(profile: ProfileAddress, kind: &str, name: &str) -> Route {
    if let Some(kind) = EndpointKind::parse_ignoring_case(kind) {
        return Route::Endpoint(EndpointAddress { profile, kind, name: name.to_owned() });
    }
    if EndpointKind::from_type_name(kind).is_some() {
        return Route::EndpointWithFullType(kind.to_owned());
    }
    if is(kind, "heatMaps") && is(name, "default") {
        return Route::HeatMap(profile);
    }
    Route::UnknownType("Microsoft.Network".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const S: &str = "00000000-0000-0000-0000-000000000001";

    fn profile(name: &str, id: &str) -> ProfileAddress {
        ProfileAddress {
            group: GroupAddress { subscription: S.to_owned(), group: "Rg".to_owned() },
            name: name.to_owned(),
            id_as_asked: id.to_owned(),
        }
    }

    #[test]
    fn paths_are_matched_without_letter_case_and_keep_the_spelling_of_names() {
        let path = format!(
            "/SUBSCRIPTIONS/{S}/resourcegroups/Rg/PROVIDERS/microsoft.network/TrafficManagerProfiles/P"
        );
        let id = format!(
            "/subscriptions/{S}/resourceGroups/Rg/providers/microsoft.network/TrafficManagerProfiles/P"
        );
        assert_eq!(Route::parse(&path), Route::Profile(profile("P", &id)));
        assert_eq!(
            Route::parse(&format!("{path}/ExTernalendpoInTS/My%20e%23")),
            Route::Endpoint(EndpointAddress {
                profile: profile("P", &id),
                kind: EndpointKind::External,
                name: "My e#".to_owned()
            })
        );
    }

    #[test]
    fn a_full_type_as_a_segment_is_told_apart_from_an_unknown_kind() {
        let path = format!(
            "/subscriptions/{S}/resourceGroups/Rg/providers/Microsoft.Network/trafficmanagerprofiles/P"
        );
        let full = "Microsoft.Network%2FtrafficManagerProfiles%2FazureEndpoints";
        assert!(matches!(Route::parse(&format!("{path}/{full}/e")), Route::EndpointWithFullType(_)));
        assert!(matches!(Route::parse(&format!("{path}/otherEndpoints/e")), Route::UnknownType(_)));
        assert_eq!(Route::parse("/"), Route::Unknown);
    }

    #[test]
    fn slashes_in_a_row_are_one_slash() {
        let path = format!("//subscriptions/{S}///resourceGroups/Rg//");
        assert_eq!(fold_slashes(&path), format!("/subscriptions/{S}/resourceGroups/Rg/"));
        assert_eq!(Route::parse(&path), Route::parse(&fold_slashes(&path)));
        assert!(matches!(fold_slashes("/a/b%2F%2Fc"), Cow::Borrowed("/a/b%2F%2Fc")));
    }

    #[test]
    fn locks_hang_below_any_scope() {
        let scope = format!("/subscriptions/{S}/resourceGroups/Rg");
        let locks = format!("{scope}/providers/microsoft.authorization/Locks");
        assert_eq!(Route::parse(&locks), Route::Locks { subscription: S.to_owned(), scope: scope.clone() });
        let lock = LockAddress { subscription: S.to_owned(), scope, name: "Keep".to_owned() };
        assert_eq!(Route::parse(&format!("{locks}/Keep")), Route::Lock(lock));
    }
}
