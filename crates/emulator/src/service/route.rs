//! What a request path names. Paths are matched without letter case; nothing is looked up here.

use percent_encoding::percent_decode_str;
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
    Groups(String),
    Group(GroupAddress),
    OperationResult(String),
    /// Part of Traffic Manager that this emulator does not serve.
    NotEmulated(&'static str),
    /// A resource type that the namespace does not have.
    UnknownType(String),
    /// Nothing of Azure Resource Manager.
    Unknown,
}

impl Route {
    /// Reads a percent-encoded path.
    pub(crate) fn of(path: &str) -> Self {
        let decoded: Vec<String> = path
            .trim_matches('/')
            .split('/')
            .map(|s| percent_decode_str(s).decode_utf8_lossy().into_owned())
            .collect();
        let segments: Vec<&str> = decoded.iter().map(String::as_str).collect();
        match segments.as_slice() {
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
            | Self::Groups(subscription)
            | Self::OperationResult(subscription) => Some(subscription),
            Self::ProfilesOfGroup(group) | Self::Group(group) => Some(&group.subscription),
            Self::Profile(profile) | Self::Endpoint(EndpointAddress { profile, .. }) => {
                Some(&profile.group.subscription)
            }
            _ => None,
        }
    }

    /// The resource type as the gateway writes it, for paths whose API version is the resource provider's.
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
            Self::NameCheck => Some("checkTrafficManagerNameAvailability"),
            Self::NameCheckV2(_) => Some("checkTrafficManagerNameAvailabilityV2"),
            Self::GeographicHierarchy => Some("trafficManagerGeographicHierarchies"),
            _ => None,
        }
    }
}

fn is(segment: &str, name: &str) -> bool {
    segment.eq_ignore_ascii_case(name)
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
        [groups] if is(groups, "resourceGroups") => Route::Groups(subscription),
        [groups, group] if is(groups, "resourceGroups") => {
            Route::Group(GroupAddress { subscription, group: (*group).to_owned() })
        }
        [groups, group, providers, namespace, rest @ ..]
            if is(groups, "resourceGroups") && is(providers, "providers") =>
        {
            of_group(GroupAddress { subscription, group: (*group).to_owned() }, namespace, rest)
        }
        [results, _] if is(results, "operationresults") => Route::OperationResult(subscription),
        [providers, namespace, rest @ ..] if is(providers, "providers") => {
            of_subscription_provider(subscription, namespace, rest)
        }
        _ => Route::Unknown,
    }
}

fn of_subscription_provider(subscription: String, namespace: &str, rest: &[&str]) -> Route {
    if !is(namespace, "Microsoft.Network") {
        return Route::UnknownType(namespace.to_owned());
    }
    match rest {
        [kind] if is(kind, "trafficManagerProfiles") => Route::ProfilesOfSubscription(subscription),
        [kind] if is(kind, "checkTrafficManagerNameAvailabilityV2") => Route::NameCheckV2(subscription),
        [kind, ..] if is(kind, "trafficManagerUserMetricsKeys") => Route::NotEmulated("user metrics keys"),
        _ => Route::UnknownType(namespace.to_owned()),
    }
}

fn of_group(group: GroupAddress, namespace: &str, rest: &[&str]) -> Route {
    let [kind, rest @ ..] = rest else { return Route::UnknownType(namespace.to_owned()) };
    if !is(namespace, "Microsoft.Network") || !is(kind, "trafficManagerProfiles") {
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
    if EndpointKind::of_type_name(kind).is_some() {
        return Route::EndpointWithFullType(kind.to_owned());
    }
    if is(kind, "heatMaps") {
        return Route::NotEmulated("heat maps");
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
        assert_eq!(Route::of(&path), Route::Profile(profile("P", &id)));
        assert_eq!(
            Route::of(&format!("{path}/ExTernalendpoInTS/My%20e%23")),
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
        assert!(matches!(Route::of(&format!("{path}/{full}/e")), Route::EndpointWithFullType(_)));
        assert!(matches!(Route::of(&format!("{path}/otherEndpoints/e")), Route::UnknownType(_)));
        assert_eq!(Route::of("/"), Route::Unknown);
    }
}
