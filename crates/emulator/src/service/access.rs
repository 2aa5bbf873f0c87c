//! Who may do what: callers, their roles, and the refusals of Azure Resource Manager.
//!
//! Whether a token is valid is decided elsewhere. As long as no role was assigned, every caller may do
//! everything; from the first assignment on, only what was assigned.

use super::error::Failure;
use super::model::gateway::Role;
use super::route::{FleetRoute, Registering, Route};
use super::{Request, Service};

/// Who sends a request, as its token says.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Caller {
    /// The client's id.
    pub client_id: String,
    /// The id of the client's service principal.
    pub object_id: String,
    /// The tenant that issued the token.
    pub tenant: String,
}

/// Whether and for whom permissions are checked.
#[derive(Clone, Debug)]
pub(crate) enum Access {
    /// Nobody asks, as over plain http.
    Unchecked,
    /// A caller whose token is valid.
    Caller(Caller),
    /// The token is missing or not valid.
    Refused(Failure),
}

impl Access {
    /// The caller to check permissions for.
    pub(crate) fn caller(&self) -> Result<Option<&Caller>, Failure> {
        match self {
            Self::Unchecked => Ok(None),
            Self::Caller(caller) => Ok(Some(caller)),
            Self::Refused(failure) => Err(failure.clone()),
        }
    }
}

impl Role {
    /// Reads the name of a built-in role, in any letter case.
    pub(super) fn parse(name: &str) -> Option<Self> {
        let roles = [
            ("Owner", Self::Owner),
            ("Contributor", Self::Contributor),
            ("Reader", Self::Reader),
            ("Traffic Manager Contributor", Self::TrafficManagerContributor),
            ("Azure Kubernetes Fleet Manager Contributor Role", Self::FleetContributor),
            ("Azure Kubernetes Fleet Manager Hub Cluster User Role", Self::HubUser),
            ("Azure Kubernetes Fleet Manager RBAC Reader", Self::HubReader),
            ("Azure Kubernetes Fleet Manager RBAC Writer", Self::HubWriter),
            ("Azure Kubernetes Fleet Manager RBAC Admin", Self::HubAdmin),
            ("Azure Kubernetes Fleet Manager RBAC Cluster Admin", Self::HubClusterAdmin),
            ("Azure Kubernetes Fleet Manager Hub Agent Role", Self::HubAgent),
        ];
        let known = |text: &str| {
            text.eq_ignore_ascii_case(name)
                || text.strip_suffix(" Role").is_some_and(|text| text.eq_ignore_ascii_case(name))
        };
        roles.iter().find(|(text, _)| known(text)).map(|(_, role)| *role)
    }

    /// Whether the role has a permission, given in lower case. Source: Azure, "Azure built-in roles".
    fn allows(self, action: &str) -> bool {
        let reads = action.ends_with("/read");
        match self {
            Self::Owner => true,
            Self::Contributor => reads || !action.starts_with("microsoft.authorization/"),
            Self::Reader => reads,
            Self::TrafficManagerContributor => {
                action.starts_with("microsoft.network/trafficmanagerprofiles/")
                    || (reads && action.starts_with("microsoft.authorization/"))
                    || (reads && action.starts_with("microsoft.resources/subscriptions/resourcegroups/"))
            }
            Self::FleetContributor => {
                action.starts_with("microsoft.containerservice/fleets/")
                    || (reads && action.starts_with("microsoft.authorization/"))
                    || (reads && action.starts_with("microsoft.resources/subscriptions/resourcegroups/"))
            }
            Self::HubUser | Self::HubReader | Self::HubWriter | Self::HubAdmin | Self::HubClusterAdmin => [
                "microsoft.containerservice/fleets/read",
                "microsoft.containerservice/fleets/listcredentials/action",
                "microsoft.resources/subscriptions/resourcegroups/read",
            ]
            .contains(&action),
            Self::HubAgent => {
                let verbs = ["read", "write", "delete"];
                let kinds = ["", "azureendpoints/"];
                action == "microsoft.network/publicipaddresses/read"
                    || action.strip_prefix("microsoft.network/trafficmanagerprofiles/").is_some_and(|rest| {
                        kinds
                            .iter()
                            .any(|kind| rest.strip_prefix(kind).is_some_and(|verb| verbs.contains(&verb)))
                    })
            }
        }
    }

    /// Whether the role allows something on the hub of a fleet. Those for reading and writing name the kinds that
    /// they are for, and none of Fleet's own is among them. Source: Azure, "Azure built-in roles".
    pub(super) fn allows_on_hub(self, api_group: &str, reads: bool) -> bool {
        let is_of_fleet = api_group == "fleet.azure.com" || api_group.ends_with(".fleet.azure.com");
        match self {
            Self::HubClusterAdmin => true,
            Self::HubReader => reads && !is_of_fleet,
            Self::HubWriter | Self::HubAdmin => !is_of_fleet,
            _ => false,
        }
    }
}

impl Caller {
    /// Whether a role of this principal is one of the caller.
    pub(super) fn is(&self, principal: &str) -> bool {
        [&self.client_id, &self.object_id].iter().any(|id| id.eq_ignore_ascii_case(principal))
    }
}

impl Service {
    /// Refuses a caller without the permission that a request needs. It comes before the question whether the
    /// group is there: Azure answers 403 for a group that does not exist, too.
    pub(super) fn require_permission(
        &self,
        route: &Route,
        request: &Request,
        caller: &Caller,
    ) -> Result<(), Failure> {
        let Some(resource_type) = route.permission_type().filter(|_| !self.state.roles.is_empty()) else {
            return Ok(());
        };
        let verb = match request.method.as_str() {
            "PUT" | "PATCH" => "write",
            "DELETE" => "delete",
            "POST" => "action",
            _ => "read",
        };
        let action = match route {
            Route::Registration(address, Registering::Unregister) => {
                format!("{}/unregister/{verb}", address.namespace)
            }
            _ => format!("{resource_type}/{verb}"),
        };
        let scope = scope(route, &request.path);
        let allowed = self.may(caller, &action.to_lowercase(), &scope);
        if allowed { Ok(()) } else { Err(Failure::authorization_failed(caller, &action, &scope)) }
    }
}

impl Service {
    /// Whether a caller has a permission, given in lower case, on what a path names.
    pub(super) fn may(&self, caller: &Caller, action: &str, scope: &str) -> bool {
        let scope = scope.to_lowercase();
        self.state.roles.is_empty()
            || self.state.roles.iter().any(|assignment| {
                caller.is(&assignment.principal)
                    && is_at_or_below(&scope, &assignment.scope)
                    && assignment.role.allows(action)
            })
    }
}

/// The scope of a request: the path of the resource, or of what a list is asked of.
fn scope(route: &Route, path: &str) -> String {
    let path = percent_encoding::percent_decode_str(path).decode_utf8_lossy();
    let path = path.trim_end_matches('/');
    let is_list = matches!(
        route,
        Route::ProfilesOfGroup(_)
            | Route::ProfilesOfSubscription(_)
            | Route::PublicIpsOfGroup(_)
            | Route::PublicIpsOfSubscription(_)
            | Route::PlansOfGroup(_)
            | Route::PlansOfSubscription(_)
            | Route::ResourcesOfSubscription(_)
            | Route::Groups(_)
            | Route::ResourcesOfGroup(_)
            | Route::Locations(_)
            | Route::Providers(_)
    );
    let is_list = match route {
        // The act is no part of what it is done to.
        Route::Fleets(FleetRoute::Credentials(_)) => true,
        Route::Fleets(route) => route.is_list(),
        _ => is_list,
    };
    match path.rsplit_once('/') {
        Some((above, _)) if is_list => above.to_owned(),
        _ => path.to_owned(),
    }
}

/// Whether a path is another one or lies below it, both in lower case.
pub(super) fn is_at_or_below(path: &str, above: &str) -> bool {
    path.strip_prefix(above).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
