//! The emulated service: requests in, answers out, synchronous, without a server.
//!
//! Each request is decoded, decided on the state, and encoded. The order of the checks is that of Azure
//! Resource Manager: API version, subscription, group, parent, then the resource provider. Nobody's
//! authorisation is checked.

use bytes::Bytes;
use http::{Method, StatusCode};
use traffic_manager::health::Probe;

mod apply;
mod decode;
mod encode;
mod endpoints;
mod error;
mod geography;
mod groups;
mod health;
mod model;
mod names;
mod profiles;
mod route;
mod rules;
mod state;
mod status;
#[cfg(test)]
mod tests;
mod version;

pub use self::health::UnknownEndpoint;
pub use self::model::Health;

use self::error::{Failure, Shape};
use self::route::{GroupAddress, Route};
use self::state::{Presence, SeededTarget, State};
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
    /// The header that tells how many requests are left, and the number.
    pub quota: Option<(&'static str, u32)>,
    /// The path and query where an operation's result can be asked for.
    pub location: Option<String>,
}

/// The emulated service and all it remembers.
#[derive(Debug, Default)]
pub struct Service {
    settings: Settings,
    state: State,
}

/// What handlers need of a request besides the resource it names.
pub(crate) struct Call<'a> {
    pub(crate) method: &'a Method,
    pub(crate) version: ApiVersion,
    pub(crate) body: &'a [u8],
}

impl Answer {
    fn new(status: StatusCode, body: String, origin: Origin) -> Self {
        Self { status, body, origin, quota: None, location: None }
    }

    fn provider(status: StatusCode, body: String) -> Self {
        Self::new(status, body, Origin::Provider)
    }
}

impl From<Failure> for Answer {
    fn from(failure: Failure) -> Self {
        let origin = match failure.shape {
            Shape::Gateway => Origin::GatewayError,
            Shape::Provider | Shape::ProviderBare => Origin::Provider,
        };
        Self::new(failure.status, failure.body(), origin)
    }
}

impl Service {
    /// A service that remembers nothing yet.
    pub fn new(settings: Settings) -> Self {
        Self { settings, state: State::default() }
    }

    /// Forgets everything: groups, profiles, seeded targets.
    pub fn reset(&mut self) {
        self.state = State::default();
    }

    /// Says what the DNS name and the region of a resource are that azure endpoints point at. Endpoints that
    /// point at it already are not changed.
    ///
    /// # Arguments
    /// `id` in any letter case; `target` a DNS name; `location` a region in either spelling.
    pub fn seed_target(&mut self, id: &str, target: &str, location: &str) {
        let location = traffic_manager::region::display_name(location).unwrap_or(location).to_owned();
        self.state.targets.insert(id.to_lowercase(), SeededTarget { target: target.to_owned(), location });
    }

    /// Answers a request.
    pub fn answer(&mut self, request: &Request) -> Answer {
        let route = Route::of(&request.path);
        match self.dispatch(&route, request) {
            Ok(mut answer) => {
                answer.quota = quota(&route, &request.method);
                answer
            }
            Err(failure) => failure.into(),
        }
    }

    fn dispatch(&mut self, route: &Route, request: &Request) -> Result<Answer, Failure> {
        let version = api_version(&request.query).ok_or_else(Failure::missing_api_version)?;
        let known = match route.provider_type() {
            Some(resource_type) => Some(provider_version(route, resource_type, &version)?),
            None => None,
        };
        let is_uuid = |text: &str| text.len() == 36 && uuid::Uuid::try_parse(text).is_ok();
        if let Some(subscription) = route.subscription().filter(|subscription| !is_uuid(subscription)) {
            return Err(Failure::invalid_subscription(subscription));
        }
        match known {
            Some(version) => {
                self.of_provider(route, &Call { method: &request.method, version, body: &request.body })
            }
            None => self.of_gateway(route, request, &version),
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
            Route::NameCheck | Route::NameCheckV2(_) => self.check_name(call),
            Route::GeographicHierarchy if call.method == Method::GET => {
                Ok(Answer::provider(StatusCode::OK, geography::HIERARCHY.trim_end().to_owned()))
            }
            _ => Err(Failure::method_not_allowed(call.method.as_str())),
        }
    }

    fn of_gateway(&mut self, route: &Route, request: &Request, version: &str) -> Result<Answer, Failure> {
        match route {
            Route::Groups(subscription) => self.list_groups(subscription, &request.method, version),
            Route::Group(address) => self.group(address, request, version),
            // Groups are deleted at once, so every result is there.
            Route::OperationResult(_) => Ok(Answer::new(StatusCode::OK, String::new(), Origin::Gateway)),
            Route::EndpointWithFullType(kind) => Err(Failure::bad_request(&[format!(
                "The endpoint type '{kind}' is invalid in a request path. Use one of AzureEndpoints, \
                 ExternalEndpoints and NestedEndpoints."
            )])),
            Route::NotEmulated(what) => Err(Failure::not_emulated(what)),
            Route::UnknownType(namespace) => Err(Failure::unknown_type(namespace, version)),
            _ => Err(Failure::unknown_path(&request.path)),
        }
    }

    /// Refuses if the group is missing.
    fn require_group(&self, address: &GroupAddress) -> Result<(), Failure> {
        let missing = match self.state.presence(address) {
            Presence::Present => false,
            Presence::Unknown => self.settings.strict_groups,
            Presence::Deleted => true,
        };
        if missing { Err(Failure::group_not_found(address)) } else { Ok(()) }
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
        health::set(&mut self.state, profile, endpoint, health)
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

/// The value of `api-version`, in any letter case of the key; `None` if it is missing or empty.
fn api_version(query: &str) -> Option<String> {
    let value = query.split('&').find_map(|pair| {
        let (key, value) = pair.split_once('=')?;
        key.eq_ignore_ascii_case("api-version").then_some(value)
    })?;
    let value = percent_encoding::percent_decode_str(value).decode_utf8_lossy().into_owned();
    Some(value).filter(|value| !value.is_empty())
}

fn provider_version(route: &Route, resource_type: &str, version: &str) -> Result<ApiVersion, Failure> {
    let known = ApiVersion::parse(version)
        .filter(|version| !matches!(route, Route::NameCheckV2(_)) || version.has_name_check_v2());
    known.ok_or_else(|| Failure::unknown_version(resource_type, version, &ApiVersion::list()))
}

/// The requests left that the service tells, always the highest numbers seen in recorded answers of 2022 and
/// later: the emulator does not count.
fn quota(route: &Route, method: &Method) -> Option<(&'static str, u32)> {
    const RESOURCE: &str = "x-ms-ratelimit-remaining-subscription-resource-requests";
    let left = match (route, method.as_str()) {
        (Route::Profile(_), "PUT" | "PATCH") => 4499,
        (Route::Endpoint(..), "PUT" | "PATCH") => 249,
        (Route::Profile(_) | Route::Endpoint(..), "DELETE") => 499,
        (
            Route::Profile(_)
            | Route::Endpoint(..)
            | Route::ProfilesOfGroup(_)
            | Route::ProfilesOfSubscription(_),
            "GET",
        ) => 1999,
        (Route::NameCheck | Route::NameCheckV2(_), _) => {
            return Some(("x-ms-ratelimit-remaining-tenant-writes", 1199));
        }
        (Route::GeographicHierarchy, _) => {
            return Some(("x-ms-ratelimit-remaining-tenant-resource-requests", 99));
        }
        (Route::Group(_) | Route::Groups(_), "GET" | "HEAD") => {
            return Some(("x-ms-ratelimit-remaining-subscription-reads", 11999));
        }
        (Route::Group(_), "PUT") => return Some(("x-ms-ratelimit-remaining-subscription-writes", 1199)),
        (Route::Group(_), "DELETE") => return Some(("x-ms-ratelimit-remaining-subscription-deletes", 14999)),
        _ => return None,
    };
    Some((RESOURCE, left))
}
