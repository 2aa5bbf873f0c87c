//! The emulated service: requests in, answers out, synchronous, without a server.
//!
//! Each request is decoded, decided on the state, and encoded.

use std::borrow::Cow;
use std::time::Duration;

use bytes::Bytes;
use http::{Method, StatusCode};
pub use traffic_manager::health::Health;

mod access;
mod apply;
mod arrival;
mod decode;
mod dispatch;
mod encode;
mod endpoints;
pub(crate) mod error;
mod filter;
mod fleets;
mod geography;
mod groups;
mod health;
mod heat_map;
mod locations;
mod locks;
mod model;
mod names;
mod overview;
mod plans;
mod probing;
mod profiles;
mod public_ips;
mod quota;
mod resources;
mod route;
mod routing;
mod rules;
mod seed;
mod state;
mod state_text;
mod status;
mod subscriptions;
mod tags;
#[cfg(test)]
mod tests;
mod user_metrics;
mod version;

pub(crate) use self::access::Access;
pub use self::access::Caller;
pub(crate) use self::arrival::Arrival;
pub(crate) use self::fleets::{API_SERVERS, HubKey, HubView, MemberView};
pub use self::fleets::{ExportPlace, ExportSeed, FleetSeed, MemberExportSeed, MemberSeed, ServiceSeed};
pub use self::health::UnknownEndpoint;
pub(crate) use self::model::fleet::{Export, ExportedService};
pub use self::model::fleet::{ServiceKind, ServicePort, TargetPort};
pub(crate) use self::model::{Header, Monitor, StatusRange};
pub(crate) use self::probing::{ProbeKey, ProbeResult, ProbedEndpoint};
pub(crate) use self::rules::is_target;
pub use self::seed::{Flow, HeatMapSeed, Query, RoleSeed, SeedError, SubscriptionSeed};
pub(crate) use self::subscriptions::DEFAULT_TENANT;

use self::error::{Failure, Shape};
use self::state::State;
use self::version::ApiVersion;

/// How the emulated service is set up.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The DNS suffix of profiles.
    pub dns_suffix: String,
    /// Whether a resource group has to be created before it is used. If not, every group that was not deleted
    /// counts as existing, and the first profile in it creates it.
    pub strict_groups: bool,
    /// The longest wait of a fleet's controllers between two tries of something that fails. The first wait is 5
    /// milliseconds, and each further one twice as long; those of Azure grow up to 1000 seconds.
    pub longest_retry: Duration,
}

impl Default for Settings {
    /// The public cloud; groups need not be created; fleets try again after 2 seconds at the latest.
    fn default() -> Self {
        Self {
            dns_suffix: "trafficmanager.net".to_owned(),
            strict_groups: false,
            longest_retry: Duration::from_secs(2),
        }
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

    /// The longest wait of controllers between two tries.
    pub(crate) fn longest_retry(&self) -> Duration {
        self.settings.longest_retry
    }

    /// Forgets everything: groups, profiles, and all that was seeded.
    pub fn reset(&mut self) {
        self.state = State::default();
        self.revision = self.revision.wrapping_add(1);
    }

    /// Sets what is known of an endpoint's target. It holds until it is set to undecided, or until what is probed changes:
    /// no probe of the emulator touches it meanwhile.
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
