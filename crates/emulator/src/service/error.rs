//! The error answers of Azure: who refuses, with which status, code, text and JSON shape.
//!
//! Texts marked "recorded" are in recorded traffic of the service, "public" ones are quoted verbatim by users
//! of the real service. All other texts are this emulator's own.

use http::StatusCode;
use serde::Serialize;

use super::route::{EndpointAddress, GroupAddress, ProfileAddress};

mod gateway;

/// Who refused the request, which decides the headers and the JSON shape.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Shape {
    /// Azure Resource Manager itself: `{"error":{"code","message"}}`, `x-ms-failure-cause: gateway`.
    Gateway,
    /// The resource provider, as it answers since 2023: `{"error":{"code","message"}}`.
    Provider,
    /// The resource provider on its older paths: `{"code","message"}`.
    ProviderBare,
}

/// A refused request.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Failure {
    pub(crate) status: StatusCode,
    pub(crate) code: &'static str,
    pub(crate) message: String,
    pub(crate) shape: Shape,
    /// The value of `WWW-Authenticate`.
    pub(crate) challenge: Option<String>,
}

#[derive(Serialize)]
struct Fields<'a> {
    code: &'a str,
    message: &'a str,
}

#[derive(Serialize)]
struct Wrapped<'a> {
    error: Fields<'a>,
}

impl Failure {
    /// The JSON text of the error.
    pub(crate) fn body(&self) -> String {
        let fields = Fields { code: self.code, message: &self.message };
        let text = match self.shape {
            Shape::Gateway | Shape::Provider => serde_json::to_string(&Wrapped { error: fields }),
            Shape::ProviderBare => serde_json::to_string(&fields),
        };
        text.expect("two strings can be written as JSON")
    }

    fn gateway(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into(), shape: Shape::Gateway, challenge: None }
    }

    /// Validation of a body, all problems in one message as the service joins them. Shape and code: public.
    pub(crate) fn bad_request(problems: &[String]) -> Self {
        let mut distinct: Vec<&str> = Vec::new();
        for problem in problems {
            if !distinct.contains(&problem.as_str()) {
                distinct.push(problem);
            }
        }
        Self {
            status: StatusCode::BAD_REQUEST,
            code: "BadRequest",
            message: distinct.join(" \n"),
            shape: Shape::Provider,
            challenge: None,
        }
    }

    /// Public; a blank target next to a resource id.
    pub(crate) fn internal() -> Self {
        Self {
            status: StatusCode::INTERNAL_SERVER_ERROR,
            code: "InternalServerError",
            message: "An error has occurred.".to_owned(),
            shape: Shape::Provider,
            challenge: None,
        }
    }

    /// Status, shape and text: public. The code is not quoted anywhere; `Conflict` is a guess.
    pub(crate) fn domain_taken(fqdn: &str) -> Self {
        Self {
            status: StatusCode::CONFLICT,
            code: "Conflict",
            message: format!("Domain name {fqdn} is not available. Please choose a different DNS prefix"),
            shape: Shape::ProviderBare,
            challenge: None,
        }
    }

    /// Recorded.
    pub(crate) fn endpoint_not_found(address: &EndpointAddress) -> Self {
        Self {
            status: StatusCode::NOT_FOUND,
            code: "NotFound",
            message: format!(
                "The endpoint '{}' of type '{}' does not exist in the profile '{}'.",
                address.name.to_lowercase(),
                address.kind.segment().to_lowercase(),
                address.profile.name,
            ),
            shape: Shape::ProviderBare,
            challenge: None,
        }
    }

    /// Recorded.
    pub(crate) fn profile_not_found(address: &ProfileAddress) -> Self {
        Self::gateway(
            StatusCode::NOT_FOUND,
            "ResourceNotFound",
            format!(
                "The Resource 'Microsoft.Network/trafficmanagerprofiles/{}' under resource group '{}' was not \
                 found. For more details please go to https://aka.ms/ARMResourceNotFoundFix",
                address.name, address.group.group
            ),
        )
    }

    /// Recorded.
    pub(crate) fn group_not_found(address: &GroupAddress) -> Self {
        Self::gateway(
            StatusCode::NOT_FOUND,
            "ResourceGroupNotFound",
            format!("Resource group '{}' could not be found.", address.group),
        )
    }

    /// Recorded, for the DELETE of an endpoint below a missing profile or in a missing group.
    pub(crate) fn parent_not_found(address: &EndpointAddress) -> Self {
        Self::gateway(
            StatusCode::NOT_FOUND,
            "ParentResourceNotFound",
            format!(
                "Failed to perform 'delete' on resource(s) of type 'trafficmanagerprofiles/{}', because the \
                 parent resource '{}' could not be found.",
                address.kind.segment().to_lowercase(),
                address.profile.id_as_asked
            ),
        )
    }

    /// Recorded: a heat map of a profile without Traffic View.
    pub(crate) fn traffic_view_off() -> Self {
        Self {
            status: StatusCode::BAD_GATEWAY,
            code: "NotAuthorized",
            message: "Unable to access Profile HeatMap. Please register for 'Traffic View'. See if \
                      'trafficViewEnrollmentStatus' is 'Enabled' in your profile."
                .to_owned(),
            shape: Shape::ProviderBare,
            challenge: None,
        }
    }

    /// Recorded.
    pub(crate) fn no_heat_map() -> Self {
        Self {
            status: StatusCode::NOT_FOUND,
            code: "NotFound",
            message: "The requested heat map content does not exist. This could be because the given profile has not \
                      received any queries in the previous 7 days. If any query was received, it may takes up to 24 \
                      hours to show in the heatmap."
                .to_owned(),
            shape: Shape::ProviderBare,
            challenge: None,
        }
    }

    /// Own text; the status is that of other failures of the service.
    pub(crate) fn not_saved() -> Self {
        Self::gateway(
            StatusCode::INTERNAL_SERVER_ERROR,
            "InternalServerError",
            "The emulator cannot write its state file. The request took effect, but may be lost with the emulator.",
        )
    }

    /// Own text and code; the limits are documented, their refusals are not.
    pub(crate) fn over_limit(what: &str, limit: usize, whose: &str) -> Self {
        Self {
            status: StatusCode::BAD_REQUEST,
            code: "BadRequest",
            message: format!("The limit of {limit} {what} per {whose} is reached."),
            shape: Shape::Provider,
            challenge: None,
        }
    }
}
