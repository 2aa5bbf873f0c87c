//! Who may do what: callers, their roles, and the refusals of Azure Resource Manager.
//!
//! Whether a token is valid is decided elsewhere. As long as no role was assigned, every caller may do
//! everything; from the first assignment on, only what was assigned.

use super::error::Failure;
use super::model::gateway::Role;
use super::route::{Registering, Route};
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
        ];
        roles.iter().find(|(text, _)| text.eq_ignore_ascii_case(name)).map(|(_, role)| *role)
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
        }
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
        let lower = (action.to_lowercase(), scope.to_lowercase());
        let allowed = self.state.roles.iter().any(|assignment| {
            let is_caller = [&caller.client_id, &caller.object_id]
                .iter()
                .any(|id| id.eq_ignore_ascii_case(&assignment.principal));
            is_caller && is_at_or_below(&lower.1, &assignment.scope) && assignment.role.allows(&lower.0)
        });
        if allowed { Ok(()) } else { Err(Failure::authorization_failed(caller, &action, &scope)) }
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
    match path.rsplit_once('/') {
        Some((above, _)) if is_list => above.to_owned(),
        _ => path.to_owned(),
    }
}

/// Whether a path is another one or lies below it, both in lower case.
pub(super) fn is_at_or_below(path: &str, above: &str) -> bool {
    path.strip_prefix(above).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
