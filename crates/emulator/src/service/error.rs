//! The error answers of Azure: who refuses, with which status, code, text and JSON shape.
//!
//! Texts marked "recorded" are in recorded traffic of the service, "public" ones are quoted verbatim by users
//! of the real service. All other texts are this emulator's own.

use http::StatusCode;
use serde::Serialize;

use super::route::{EndpointAddress, GroupAddress, ProfileAddress};

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
        Self { status, code, message: message.into(), shape: Shape::Gateway }
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
        }
    }

    /// Public; a blank target next to a resource id.
    pub(crate) fn internal() -> Self {
        Self {
            status: StatusCode::INTERNAL_SERVER_ERROR,
            code: "InternalServerError",
            message: "An error has occurred.".to_owned(),
            shape: Shape::Provider,
        }
    }

    /// Status, shape and text: public. The code is not quoted anywhere; `Conflict` is a guess.
    pub(crate) fn domain_taken(fqdn: &str) -> Self {
        Self {
            status: StatusCode::CONFLICT,
            code: "Conflict",
            message: format!("Domain name {fqdn} is not available. Please choose a different DNS prefix"),
            shape: Shape::ProviderBare,
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

    /// Public (a text of Azure Resource Manager, the same for all services).
    pub(crate) fn invalid_subscription(subscription: &str) -> Self {
        Self::gateway(
            StatusCode::BAD_REQUEST,
            "InvalidSubscriptionId",
            format!("The provided subscription identifier '{subscription}' is malformed or invalid."),
        )
    }

    /// Public (a text of Azure Resource Manager).
    pub(crate) fn missing_api_version() -> Self {
        Self::gateway(
            StatusCode::BAD_REQUEST,
            "MissingApiVersionParameter",
            "The api-version query parameter (?api-version=) is required for all requests.",
        )
    }

    /// Recorded for other services.
    pub(crate) fn unknown_version(resource_type: &str, version: &str, supported: &str) -> Self {
        Self::gateway(
            StatusCode::NOT_FOUND,
            "InvalidResourceType",
            format!(
                "The resource type '{resource_type}' could not be found in the namespace 'Microsoft.Network' for \
                 api version '{version}'. The supported api-versions are '{supported}'."
            ),
        )
    }

    /// Recorded for other services.
    pub(crate) fn unknown_type(namespace: &str, version: &str) -> Self {
        Self::gateway(
            StatusCode::NOT_FOUND,
            "InvalidResourceType",
            format!(
                "The resource type could not be found in the namespace '{namespace}' for api version '{version}'."
            ),
        )
    }

    /// Own text.
    pub(crate) fn unknown_path(path: &str) -> Self {
        Self::gateway(
            StatusCode::NOT_FOUND,
            "InvalidRequestUri",
            format!("No resource of Azure Resource Manager matches the path '{path}'."),
        )
    }

    /// Own text and code: Azure has the resource, the emulator does not.
    pub(crate) fn not_emulated(what: &str) -> Self {
        Self::gateway(
            StatusCode::NOT_IMPLEMENTED,
            "NotEmulated",
            format!("Azure serves {what}; this emulator does not."),
        )
    }

    /// Status: the rule of HTTP. Own text.
    pub(crate) fn method_not_allowed(method: &str) -> Self {
        Self::gateway(
            StatusCode::METHOD_NOT_ALLOWED,
            "HttpMethodNotAllowed",
            format!("The requested resource does not support the HTTP method '{method}'."),
        )
    }

    /// Recorded for other services; the parser's message is this emulator's own.
    pub(crate) fn invalid_content(parser_message: &str) -> Self {
        Self::gateway(
            StatusCode::BAD_REQUEST,
            "InvalidRequestContent",
            format!("The request content was invalid and could not be deserialized: '{parser_message}'."),
        )
    }

    /// Public (a text of Azure Resource Manager).
    pub(crate) fn location_required() -> Self {
        Self::gateway(
            StatusCode::BAD_REQUEST,
            "LocationRequired",
            "The location property is required for this definition.",
        )
    }

    /// Recorded for other services.
    pub(crate) fn location_not_available(location: &str) -> Self {
        Self::gateway(
            StatusCode::BAD_REQUEST,
            "LocationNotAvailableForResourceType",
            format!(
                "The provided location '{location}' is not available for resource type \
                 'Microsoft.Network/trafficmanagerprofiles'. List of available regions for the resource type is \
                 'global'."
            ),
        )
    }
}
