//! Refusals of Azure Resource Manager that are the same for all services.

use http::StatusCode;

use super::{Failure, Shape};
use crate::service::access::Caller;
use crate::service::route::GroupAddress;

impl Failure {
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
    pub(crate) fn unknown_version(
        namespace: &str,
        resource_type: &str,
        version: &str,
        supported: &str,
    ) -> Self {
        Self::gateway(
            StatusCode::NOT_FOUND,
            "InvalidResourceType",
            format!(
                "The resource type '{resource_type}' could not be found in the namespace '{namespace}' for api \
                 version '{version}'. The supported api-versions are '{supported}'."
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

    /// Recorded.
    pub(crate) fn subscription_not_found(subscription: &str) -> Self {
        Self::gateway(
            StatusCode::NOT_FOUND,
            "SubscriptionNotFound",
            format!("The subscription '{subscription}' could not be found."),
        )
    }

    /// Recorded for other services.
    pub(crate) fn resource_not_found(resource_type: &str, name: &str, group: &GroupAddress) -> Self {
        Self::gateway(
            StatusCode::NOT_FOUND,
            "ResourceNotFound",
            format!(
                "The Resource '{resource_type}/{name}' under resource group '{}' was not found. For more details \
                 please go to https://aka.ms/ARMResourceNotFoundFix",
                group.group
            ),
        )
    }

    /// Recorded for other services.
    pub(crate) fn group_being_deleted(group: &GroupAddress) -> Self {
        Self::gateway(
            StatusCode::CONFLICT,
            "ResourceGroupBeingDeleted",
            format!(
                "The resource group '{}' is in deprovisioning state and cannot perform this operation.",
                group.group
            ),
        )
    }

    /// Recorded for other services, with the verb `delete`.
    pub(crate) fn scope_locked(scope: &str, verb: &str, locked: &[&str]) -> Self {
        Self::gateway(
            StatusCode::CONFLICT,
            "ScopeLocked",
            format!(
                "The scope '{scope}' cannot perform {verb} operation because following scope(s) are locked: '{}'. Please \
                 remove the lock and try again.",
                locked.join(",")
            ),
        )
    }

    /// Public (a text of Azure Resource Manager).
    pub(crate) fn lock_not_found(name: &str) -> Self {
        Self::gateway(StatusCode::NOT_FOUND, "LockNotFound", format!("The lock '{name}' could not be found."))
    }

    /// Public (a text of Azure Resource Manager).
    pub(crate) fn not_registered(namespace: &str) -> Self {
        Self::gateway(
            StatusCode::CONFLICT,
            "MissingSubscriptionRegistration",
            format!(
                "The subscription is not registered to use namespace '{namespace}'. See https://aka.ms/rps-not-found \
                 for how to register subscriptions."
            ),
        )
    }

    /// Public (a text of Azure Resource Manager).
    pub(crate) fn unknown_namespace(namespace: &str) -> Self {
        Self::gateway(
            StatusCode::NOT_FOUND,
            "InvalidResourceNamespace",
            format!("The resource namespace '{namespace}' is invalid."),
        )
    }

    /// Public (a text of the network resource provider).
    pub(crate) fn label_taken(fqdn: &str) -> Self {
        Self::gateway_of_provider(
            "DnsRecordInUse",
            format!("DNS record {fqdn} is already used by another public IP."),
        )
    }

    /// Own text; for properties of a public IP address.
    pub(crate) fn invalid_public_ip(message: String) -> Self {
        Self::gateway_of_provider("InvalidRequestFormat", message)
    }

    /// Own code and text; for properties of an App Service plan.
    pub(crate) fn invalid_plan(message: String) -> Self {
        Self::gateway(StatusCode::BAD_REQUEST, "BadRequest", message)
    }

    /// Own code and text; for properties of a fleet or a member.
    pub(crate) fn invalid_fleet(message: String) -> Self {
        Self::gateway_of_provider("BadRequest", message)
    }

    /// Own code and text: the way to a hub that is not there.
    pub(crate) fn hubless(fleet: &str) -> Self {
        Self::gateway_of_provider(
            "BadRequest",
            format!("The fleet '{fleet}' has no hub cluster, so that there are no credentials for one."),
        )
    }

    /// Public (a text of Azure Resource Manager).
    pub(crate) fn invalid_location(name: &str, there: &str, group: &str, wanted: &str) -> Self {
        Self::gateway(
            StatusCode::CONFLICT,
            "InvalidResourceLocation",
            format!(
                "The resource '{name}' already exists in location '{there}' in resource group '{group}'. A resource with \
                 the same name cannot be created in location '{wanted}'. Please select a new resource name."
            ),
        )
    }

    /// Own text. Status and code: the rule of HTTP.
    pub(crate) fn precondition_failed(header: &str, value: &str) -> Self {
        Self {
            shape: Shape::Provider,
            ..Self::gateway(
                StatusCode::PRECONDITION_FAILED,
                "PreconditionFailed",
                format!("The condition '{header}: {value}' does not hold for the resource."),
            )
        }
    }

    /// Own text: only subscriptions, groups and their resources have tags here.
    pub(crate) fn no_tags_here() -> Self {
        Self::gateway(
            StatusCode::BAD_REQUEST,
            "BadRequest",
            "Tags can be set on a subscription, a resource group or a resource in one.",
        )
    }

    fn gateway_of_provider(code: &'static str, message: String) -> Self {
        Self { status: StatusCode::BAD_REQUEST, code, message, shape: Shape::Provider, challenge: None }
    }

    /// Public (a text of Azure Resource Manager).
    pub(crate) fn invalid_filter(filter: &str) -> Self {
        Self::gateway(
            StatusCode::BAD_REQUEST,
            "InvalidFilterInQueryString",
            format!("Invalid $filter '{filter}' specified in the query string."),
        )
    }

    /// Own code and text.
    pub(crate) fn invalid_top(top: &str) -> Self {
        Self::gateway(
            StatusCode::BAD_REQUEST,
            "InvalidTopInQueryString",
            format!("Invalid $top '{top}' specified in the query string. Use a number of at least 1."),
        )
    }

    /// Codes: public. The texts name the rule that is broken and are the emulator's own.
    pub(crate) fn invalid_tags(code: &'static str, message: String) -> Self {
        Self::gateway(StatusCode::BAD_REQUEST, code, message)
    }

    /// Recorded for other services.
    pub(crate) fn authorization_failed(caller: &Caller, action: &str, scope: &str) -> Self {
        Self::gateway(
            StatusCode::FORBIDDEN,
            "AuthorizationFailed",
            format!(
                "The client '{}' with object id '{}' does not have authorization to perform action '{action}' over \
                 scope '{scope}' or the scope is invalid. If access was recently granted, please refresh your \
                 credentials.",
                caller.client_id, caller.object_id
            ),
        )
    }

    /// Public (a text of Azure Resource Manager).
    ///
    /// # Arguments
    /// `linked`: the missing action, and what it would be done to.
    pub(crate) fn linked_authorization_failed(caller: &Caller, scope: &str, linked: (&str, &str)) -> Self {
        let scope = percent_encoding::percent_decode_str(scope).decode_utf8_lossy();
        Self::gateway(
            StatusCode::FORBIDDEN,
            "LinkedAuthorizationFailed",
            format!(
                "The client '{}' with object id '{}' has permission to perform action \
                 'Microsoft.Network/trafficManagerProfiles/azureEndpoints/write' on scope '{scope}'; however, it does not \
                 have permission to perform action(s) '{}' on the linked scope(s) '{}' (respectively) or the linked \
                 scope(s) are invalid.",
                caller.client_id, caller.object_id, linked.0, linked.1
            ),
        )
    }

    /// Public (texts of Azure Resource Manager): the token is missing or of no use.
    ///
    /// # Arguments
    /// `authority`: where tokens come from, for the challenge. `reason`: what the challenge says.
    pub(crate) fn unauthenticated(
        code: &'static str,
        message: String,
        authority: &str,
        reason: &str,
    ) -> Self {
        let challenge = format!(
            "Bearer authorization_uri=\"{authority}\", error=\"invalid_token\", error_description=\"{reason}\""
        );
        Self { challenge: Some(challenge), ..Self::gateway(StatusCode::UNAUTHORIZED, code, message) }
    }
}
