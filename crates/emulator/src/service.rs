//! The emulated service: requests in, answers out, synchronous, without a server.
//!
//! Each request is decoded, decided on the state, and encoded. The order of the checks is that of Azure
//! Resource Manager: API version, token, subscription, permission, group, lock, parent, then the resource
//! provider. Who sends a request is found out elsewhere.

use std::borrow::Cow;

use bytes::Bytes;
use http::{Method, StatusCode};
use traffic_manager::health::Probe;

mod access;
mod apply;
mod decode;
mod encode;
mod endpoints;
pub(crate) mod error;
mod filter;
mod geography;
mod groups;
mod health;
mod heat_map;
mod locations;
mod locks;
mod model;
mod names;
mod plans;
mod profiles;
mod public_ips;
mod quota;
mod resources;
mod route;
mod rules;
mod seed;
mod state;
mod status;
mod subscriptions;
mod tags;
#[cfg(test)]
mod tests;
mod user_metrics;
mod version;
mod word;

pub(crate) use self::access::Access;
pub use self::access::Caller;
pub use self::health::UnknownEndpoint;
pub use self::model::Health;
pub use self::seed::{Flow, HeatMapSeed, Query, RoleSeed, SeedError, SubscriptionSeed};
pub(crate) use self::subscriptions::DEFAULT_TENANT;

use self::error::{Failure, Shape};
use self::route::{GroupAddress, Route};
use self::state::{Presence, State};
use self::version::ApiVersion;

/// How the emulated service is set up.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The DNS suffix of profiles.
    pub dns_suffix: String,
    /// Whether a resource group has to be created before it is used. If not, every group that was not deleted
    /// counts as existing, and the first profile in it creates it.
    pub strict_groups: bool,
}

impl Default for Settings {
    /// The public cloud; groups need not be created.
    fn default() -> Self {
        Self { dns_suffix: "trafficmanager.net".to_owned(), strict_groups: false }
    }
}

/// A request to Azure Resource Manager.
#[derive(Clone, Debug)]
pub struct Request {
    /// The method.
    pub method: Method,
    /// The path, percent-encoded as it came.
    pub path: String,
    /// The query without the question mark, percent-encoded as it came.
    pub query: String,
    /// The body, empty if there is none.
    pub body: Bytes,
}

/// Who answers, which decides the headers.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Origin {
    /// Azure Resource Manager itself.
    Gateway,
    /// Azure Resource Manager, refusing.
    GatewayError,
    /// The resource provider.
    Provider,
    /// Microsoft Entra ID.
    Directory,
}

/// An answer.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// The JSON text, empty if there is none.
    pub body: String,
    /// Who answers.
    pub origin: Origin,
    /// Headers of this answer in particular.
    pub headers: Vec<(&'static str, HeaderText)>,
}

/// The value of a header.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum HeaderText {
    /// As it is.
    Text(String),
    /// A path and query, to be sent as a whole URL of the emulator.
    Link(String),
}

/// The emulated service and all it remembers.
#[derive(Debug, Default)]
pub struct Service {
    settings: Settings,
    state: State,
    /// Grows with every change of the state.
    revision: u64,
}

/// What handlers need of a request besides the resource it names.
pub(crate) struct Call<'a> {
    pub(crate) method: &'a Method,
    pub(crate) version: ApiVersion,
    pub(crate) query: &'a str,
    pub(crate) body: &'a [u8],
}

impl Answer {
    fn new(status: StatusCode, body: String, origin: Origin) -> Self {
        Self { status, body, origin, headers: Vec::new() }
    }

    fn provider(status: StatusCode, body: String) -> Self {
        Self::new(status, body, Origin::Provider)
    }

    /// An answer of the gateway; the body can be written as JSON.
    fn gateway(status: StatusCode, body: &impl serde::Serialize) -> Self {
        let body = serde_json::to_string(body).expect("texts and numbers can be written as JSON");
        Self::new(status, body, Origin::Gateway)
    }

    fn empty(status: StatusCode) -> Self {
        Self::new(status, String::new(), Origin::Gateway)
    }

    fn text(&mut self, name: &'static str, value: &impl ToString) {
        self.headers.push((name, HeaderText::Text(value.to_string())));
    }

    fn link(&mut self, name: &'static str, path: String) {
        self.headers.push((name, HeaderText::Link(path)));
    }

    /// The value of a header that is sent as it is.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(given, _)| given.eq_ignore_ascii_case(name)).map(
            |(_, value)| match value {
                HeaderText::Text(text) | HeaderText::Link(text) => text.as_str(),
            },
        )
    }
}

impl From<Failure> for Answer {
    fn from(failure: Failure) -> Self {
        let origin = match failure.shape {
            Shape::Gateway => Origin::GatewayError,
            Shape::Provider | Shape::ProviderBare => Origin::Provider,
        };
        let mut answer = Self::new(failure.status, failure.body(), origin);
        if let Some(challenge) = failure.challenge {
            answer.text("www-authenticate", &challenge);
        }
        answer
    }
}

impl Service {
    /// A service that remembers nothing yet.
    pub fn new(settings: Settings) -> Self {
        Self { settings, state: State::default(), revision: 0 }
    }

    /// A service that goes on with what another one remembered; see [`Service::remembered`].
    pub(crate) fn with_state(
        settings: Settings,
        state: serde_json::Value,
    ) -> Result<Self, serde_json::Error> {
        let mut state: State = serde_json::from_value(state)?;
        state.index();
        Ok(Self { settings, state, revision: 0 })
    }

    /// Everything that the service remembers, to be written as JSON.
    pub(crate) fn remembered(&self) -> &impl serde::Serialize {
        &self.state
    }

    /// Grows with every change of what is remembered.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// Forgets everything: groups, profiles, and all that was seeded.
    pub fn reset(&mut self) {
        self.state = State::default();
        self.revision = self.revision.wrapping_add(1);
    }

    /// Answers a request without asking who sends it, as the emulator does over plain http.
    pub fn answer(&mut self, request: &Request) -> Answer {
        self.answer_for(request, &Access::Unchecked)
    }

    /// Answers a request of somebody.
    pub(crate) fn answer_for(&mut self, request: &Request, access: &Access) -> Answer {
        // Ids, locks and permissions see the folded path, so that no id has two slashes.
        let folded;
        let request = match route::fold_slashes(&request.path) {
            Cow::Borrowed(_) => request,
            Cow::Owned(path) => {
                folded = Request { path, ..request.clone() };
                &folded
            }
        };
        let route = Route::of(&request.path);
        match self.dispatch(&route, request, access) {
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

    fn dispatch(&mut self, route: &Route, request: &Request, access: &Access) -> Result<Answer, Failure> {
        let version = api_version(&request.query).ok_or_else(Failure::missing_api_version)?;
        let known = match route.provider_type() {
            Some(resource_type) => Some(provider_version(route, resource_type, &version)?),
            None => None,
        };
        let caller = access.caller()?;
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
            None => self.of_gateway(route, request, &version, caller),
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
                Ok(Answer::provider(StatusCode::OK, geography::HIERARCHY.trim_end().to_owned()))
            }
            _ => Err(Failure::method_not_allowed(call.method.as_str())),
        }
    }

    fn of_gateway(
        &mut self,
        route: &Route,
        request: &Request,
        version: &str,
        caller: Option<&Caller>,
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
            Route::Locks { subscription, scope } => self.list_locks(subscription, scope, &request.method),
            Route::Lock(address) => self.lock(address, request),
            Route::EndpointWithFullType(kind) => Err(Failure::bad_request(&[format!(
                "The endpoint type '{kind}' is invalid in a request path. Use one of AzureEndpoints, \
                 ExternalEndpoints and NestedEndpoints."
            )])),
            Route::UnknownType(namespace) => Err(Failure::unknown_type(namespace, version)),
            Route::Unknown => Err(Failure::unknown_path(&request.path)),
            _ => self.of_subscriptions(route, request, caller),
        }
    }

    /// Refuses if the group is missing.
    fn require_group(&self, address: &GroupAddress) -> Result<(), Failure> {
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
            "PUT" | "PATCH" => locks::Change::Write,
            "DELETE" => locks::Change::Delete,
            _ => return Ok(()),
        };
        if let Some(group) = route.group().filter(|_| change == locks::Change::Write) {
            if self.state.presence(group) == Presence::BeingDeleted {
                return Err(Failure::group_being_deleted(group));
            }
            if route.namespace().is_some() {
                self.require_group(group)?;
            }
        }
        if let Some(subscription) = route.subscription().filter(|_| change == locks::Change::Write)
            && let Some(namespace) = route.namespace()
        {
            self.require_registration(subscription, namespace)?;
        }
        match route {
            Route::Lock(_) => Ok(()),
            _ => self.require_unlocked(&request.path, change),
        }
    }

    /// Sets what is known of an endpoint's target.
    ///
    /// # Arguments
    /// `profile`: the profile's name if no other profile has it, or its id. `endpoint`: the endpoint's name if
    /// no endpoint of another kind has it, or kind and name joined by a slash.
    ///
    /// # Errors
    /// If no endpoint or more than one is meant, or if the endpoint is a nested one.
    pub fn set_health(
        &mut self,
        profile: &str,
        endpoint: &str,
        health: Health,
    ) -> Result<(), UnknownEndpoint> {
        health::set(&mut self.state, profile, endpoint, health)?;
        self.revision = self.revision.wrapping_add(1);
        Ok(())
    }
}

impl Health {
    /// Reads a word of the control API, in any letter case: `Online`, `Degraded`, `CheckingEndpoint`, `Stopped`.
    pub fn parse(word: &str) -> Option<Self> {
        let is = |name: &str| word.eq_ignore_ascii_case(name);
        if is("Online") {
            Some(Self::Probed(Probe::Healthy))
        } else if is("Degraded") {
            Some(Self::Probed(Probe::Failing))
        } else if is("CheckingEndpoint") {
            Some(Self::Probed(Probe::Undecided))
        } else if is("Stopped") {
            Some(Self::Stopped)
        } else {
            None
        }
    }
}

/// Whether an answered request of this kind changes the state.
fn may_change(route: &Route, method: &Method) -> bool {
    match route {
        Route::NameCheck | Route::NameCheckV2(_) => false,
        // A deletion proceeds with each question.
        Route::OperationResult { .. } => true,
        _ => *method != Method::GET && *method != Method::HEAD,
    }
}

/// The value of `api-version`; `None` if it is missing or empty.
fn api_version(query: &str) -> Option<String> {
    query_value(query, "api-version").filter(|value| !value.is_empty())
}

/// The decoded value of a key of a query, the key in any letter case.
pub(crate) fn query_value(query: &str, key: &str) -> Option<String> {
    let value = query.split('&').find_map(|pair| {
        let (given, value) = pair.split_once('=')?;
        // Many clients write `%24filter`.
        decoded(given).eq_ignore_ascii_case(key).then_some(value)
    })?;
    Some(decoded(value).into_owned())
}

fn decoded(text: &str) -> Cow<'_, str> {
    percent_encoding::percent_decode_str(text).decode_utf8_lossy()
}

fn provider_version(route: &Route, resource_type: &str, version: &str) -> Result<ApiVersion, Failure> {
    let known = ApiVersion::parse(version)
        .filter(|version| !matches!(route, Route::NameCheckV2(_)) || version.has_name_check_v2());
    known.ok_or_else(|| Failure::unknown_version(resource_type, version, &ApiVersion::list()))
}
