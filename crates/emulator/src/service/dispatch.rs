//! How a request finds its handler, and what every request has to pass before.
//!
//! The order of the checks is that of Azure Resource Manager: API version, token, subscription, permission, group, lock,
//! parent, then the resource provider. Who sends a request is found out elsewhere.

use std::borrow::Cow;

use http::{Method, StatusCode};

use super::arrival::Arrival;
use super::error::Failure;
use super::locks::Change;
use super::route::{self, FleetRoute, GroupAddress, Route};
use super::state::Presence;
use super::version::ApiVersion;
use super::{Answer, Call, Request, Service, fleets, geography, public_ips, query_value, quota};

impl Service {
    /// Answers a request without asking who sends it, as the emulator does over plain http.
    pub fn answer(&mut self, request: &Request) -> Answer {
        self.answer_for(request, &Arrival::unchecked())
    }

    /// Answers a request of somebody.
    pub(crate) fn answer_for(&mut self, request: &Request, arrival: &Arrival<'_>) -> Answer {
        // Ids, locks and permissions see the folded path, so that no id has two slashes.
        let folded;
        let request = match route::fold_slashes(&request.path) {
            Cow::Borrowed(_) => request,
            Cow::Owned(path) => {
                folded = Request { path, ..request.clone() };
                &folded
            }
        };
        let route = Route::parse(&request.path);
        match self.dispatch(&route, request, arrival) {
            Ok(mut answer) => {
                if may_change(&route, &request.method) {
                    self.revision = self.revision.wrapping_add(1);
                }
                if let Some((name, left)) = quota::left(&route, &request.method) {
                    answer.text(name, &left);
                }
                answer
            }
            Err(failure) => failure.into(),
        }
    }

    fn dispatch(
        &mut self,
        route: &Route,
        request: &Request,
        arrival: &Arrival<'_>,
    ) -> Result<Answer, Failure> {
        let version = api_version(&request.query).ok_or_else(Failure::missing_api_version)?;
        let known = match route.provider_type() {
            Some(resource_type) => Some(provider_version(route, resource_type, &version)?),
            None => None,
        };
        if let Route::Fleets(route) = route {
            fleets::check_version(route, &version)?;
        }
        let caller = arrival.access.caller()?;
        if let Some(subscription) = route.subscription() {
            self.require_subscription(subscription, caller)?;
        }
        if let Some(caller) = caller {
            self.require_permission(route, request, caller)?;
        }
        self.require_writable(route, request)?;
        match known {
            Some(version) => {
                let query = &request.query;
                self.of_provider(
                    route,
                    &Call { method: &request.method, version, query, body: &request.body },
                )
            }
            None => self.of_gateway(route, request, &version, arrival),
        }
    }

    fn of_provider(&mut self, route: &Route, call: &Call<'_>) -> Result<Answer, Failure> {
        match route {
            Route::ProfilesOfSubscription(subscription) => self.list_profiles(subscription, None, call),
            Route::ProfilesOfGroup(group) => {
                self.require_group(group)?;
                self.list_profiles(&group.subscription, Some(&group.group), call)
            }
            Route::Profile(address) => self.profile(address, call),
            Route::Endpoint(address) => self.endpoint(address, call),
            Route::HeatMap(address) => self.heat_map(address, call),
            Route::NameCheck | Route::NameCheckV2(_) => self.check_name(call),
            Route::UserMetricsKey(subscription) => self.user_metrics_key(subscription, call),
            Route::GeographicHierarchy if call.method == Method::GET => {
                Ok(Answer::provider(StatusCode::OK, geography::hierarchy()))
            }
            _ => Err(Failure::method_not_allowed(call.method.as_str())),
        }
    }

    fn of_gateway(
        &mut self,
        route: &Route,
        request: &Request,
        version: &str,
        arrival: &Arrival<'_>,
    ) -> Result<Answer, Failure> {
        match route {
            Route::Groups(subscription) => self.list_groups(subscription, request, version),
            Route::Group(address) => self.group(address, request, version),
            Route::ResourcesOfGroup(address) => self.resources_of_group(address, request),
            Route::ResourcesOfSubscription(subscription) => self.resources(subscription, None, request),
            Route::Tags { scope, tagged } => self.tags(scope, tagged, request),
            Route::PlansOfSubscription(subscription) => self.list_plans(subscription, None, &request.method),
            Route::PlansOfGroup(group) => {
                self.require_group(group)?;
                self.list_plans(&group.subscription, Some(&group.group), &request.method)
            }
            Route::Plan(address) => self.plan(address, request),
            Route::OperationResult { operation, .. } => Ok(self.operation_result(operation, request)),
            Route::PublicIpsOfSubscription(subscription) => {
                self.list_public_ips(subscription, None, &request.method, version)
            }
            Route::PublicIpsOfGroup(group) => {
                self.require_group(group)?;
                self.list_public_ips(&group.subscription, Some(&group.group), &request.method, version)
            }
            Route::PublicIp(address) => self.public_ip(address, request, version),
            Route::NetworkOperation(_) => Ok(public_ips::operation()),
            Route::Fleets(route) => self.of_fleets(route, request, version, arrival),
            Route::Locks { subscription, scope } => self.list_locks(subscription, scope, &request.method),
            Route::Lock(address) => self.lock(address, request),
            Route::EndpointWithFullType(kind) => Err(Failure::bad_request(&[format!(
                "The endpoint type '{kind}' is invalid in a request path. Use one of AzureEndpoints, \
                 ExternalEndpoints and NestedEndpoints."
            )])),
            Route::UnknownType(namespace) => Err(Failure::unknown_type(namespace, version)),
            Route::Unknown => Err(Failure::unknown_path(&request.path)),
            _ => self.of_subscriptions(route, request, arrival.access.caller()?),
        }
    }

    /// Refuses if the group is missing.
    pub(super) fn require_group(&self, address: &GroupAddress) -> Result<(), Failure> {
        let missing = match self.state.presence(address) {
            Presence::Present | Presence::BeingDeleted => false,
            Presence::Unknown => self.settings.strict_groups,
            Presence::Deleted => true,
        };
        if missing { Err(Failure::group_not_found(address)) } else { Ok(()) }
    }

    /// Refuses a write that does not depend on what is written: into a group that is being deleted, of a
    /// namespace that is not registered, below a lock.
    fn require_writable(&self, route: &Route, request: &Request) -> Result<(), Failure> {
        let change = match request.method.as_str() {
            "PUT" | "PATCH" => Change::Write,
            "DELETE" => Change::Delete,
            _ => return Ok(()),
        };
        if let Some(group) = route.group().filter(|_| change == Change::Write) {
            if self.state.presence(group) == Presence::BeingDeleted {
                return Err(Failure::group_being_deleted(group));
            }
            if route.namespace().is_some() {
                self.require_group(group)?;
            }
        }
        if let Some(subscription) = route.subscription().filter(|_| change == Change::Write)
            && let Some(namespace) = route.namespace()
        {
            self.require_registration(subscription, namespace)?;
        }
        match route {
            Route::Lock(_) => Ok(()),
            _ => self.require_unlocked(&request.path, change),
        }
    }
}

/// Whether an answered request of this kind changes the state.
fn may_change(route: &Route, method: &Method) -> bool {
    match route {
        Route::NameCheck | Route::NameCheckV2(_) | Route::Fleets(FleetRoute::Credentials(_)) => false,
        // A deletion proceeds with each question.
        Route::OperationResult { .. } => true,
        _ => *method != Method::GET && *method != Method::HEAD,
    }
}

/// The value of `api-version`; `None` if it is missing or empty.
fn api_version(query: &str) -> Option<String> {
    query_value(query, "api-version").filter(|value| !value.is_empty())
}

fn provider_version(route: &Route, resource_type: &str, version: &str) -> Result<ApiVersion, Failure> {
    let known = ApiVersion::parse(version)
        .filter(|version| !matches!(route, Route::NameCheckV2(_)) || version.has_name_check_v2());
    known.ok_or_else(|| {
        Failure::unknown_version("Microsoft.Network", resource_type, version, &ApiVersion::list())
    })
}
