//! Refused logins, in the shape and words of Microsoft Entra ID.
//!
//! Texts marked "public" are quoted by users of the real service.

use http::StatusCode;
use serde_json::json;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use uuid::Uuid;

use super::{Visit, directory_answer};
use crate::service::Answer;

/// A refused login.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct LoginFailure {
    status: StatusCode,
    error: &'static str,
    /// The number after `AADSTS`.
    number: u32,
    message: String,
}

impl LoginFailure {
    fn new(error: &'static str, number: u32, message: impl Into<String>) -> Self {
        let status =
            if error == "invalid_client" { StatusCode::UNAUTHORIZED } else { StatusCode::BAD_REQUEST };
        Self { status, error, number, message: message.into() }
    }

    /// The answer to whoever tried.
    pub(super) fn answer(&self, visit: Visit<'_>) -> Answer {
        let trace = Uuid::new_v4();
        let correlation = visit.correlation.unwrap_or_else(Uuid::new_v4);
        let time = timestamp(visit.now);
        let description = format!(
            "AADSTS{}: {} Trace ID: {trace} Correlation ID: {correlation} Timestamp: {time}",
            self.number, self.message
        );
        directory_answer(
            self.status,
            &json!({
                "error": self.error,
                "error_description": description,
                "error_codes": [self.number],
                "timestamp": time,
                "trace_id": trace.to_string(),
                "correlation_id": correlation.to_string(),
                "error_uri": format!("https://login.microsoftonline.com/error?code={}", self.number),
            }),
        )
    }

    /// Public.
    pub(super) fn wrong_method() -> Self {
        Self::new(
            "invalid_request",
            900_561,
            "The endpoint only accepts POST requests. Received a GET request.",
        )
    }

    /// Public. The error is another one for a document than for a login.
    pub(super) fn unknown_tenant(tenant: &str, error: &'static str) -> Self {
        Self::new(
            error,
            90002,
            format!(
                "Tenant '{tenant}' not found. Check to make sure you have the correct tenant ID and are signing into \
                 the correct cloud. Check with your subscription administrator, this may happen if there are no \
                 active subscriptions for the tenant."
            ),
        )
    }

    /// Public.
    pub(super) fn invalid_tenant(tenant: &str) -> Self {
        Self::new(
            "invalid_request",
            900_023,
            format!(
                "Specified tenant identifier '{tenant}' is neither a valid DNS name, nor a valid external domain."
            ),
        )
    }

    /// Public.
    pub(super) fn missing(parameter: &str) -> Self {
        Self::new(
            "invalid_request",
            900_144,
            format!("The request body must contain the following parameter: '{parameter}'."),
        )
    }

    /// Public.
    pub(super) fn unsupported_grant(grant: &str) -> Self {
        Self::new(
            "unsupported_grant_type",
            70003,
            format!("The app requested an unsupported grant type '{grant}'."),
        )
    }

    /// Public.
    pub(super) fn invalid_scope(scope: &str) -> Self {
        Self::new(
            "invalid_scope",
            1_002_012,
            format!(
                "The provided value for scope {scope} is not valid. Client credential flows must have a scope value \
                 with /.default suffixed to the resource identifier (application ID URI)."
            ),
        )
    }

    /// Public.
    pub(super) fn unknown_client(client_id: &str, tenant: &str) -> Self {
        Self::new(
            "unauthorized_client",
            700_016,
            format!(
                "Application with identifier '{client_id}' was not found in the directory '{tenant}'. This can happen \
                 if the application has not been installed by the administrator of the tenant or consented to by any \
                 user in the tenant. You may have sent your authentication request to the wrong tenant."
            ),
        )
    }

    /// Public.
    pub(super) fn no_credential() -> Self {
        Self::new(
            "invalid_client",
            7_000_218,
            "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
        )
    }

    /// Public.
    pub(super) fn wrong_secret(client_id: &str) -> Self {
        Self::new(
            "invalid_client",
            7_000_215,
            format!(
                "Invalid client secret provided. Ensure the secret being sent in the request is the client secret \
                 value, not the client secret ID, for a secret added to app '{client_id}'."
            ),
        )
    }

    /// Public.
    pub(super) fn expired_secret(client_id: &str) -> Self {
        Self::new(
            "invalid_client",
            7_000_222,
            format!(
                "The provided client secret keys for app '{client_id}' are expired. Visit the Azure portal to create \
                 new keys for your app: https://aka.ms/NewClientSecret, or consider using certificate credentials \
                 for added security: https://aka.ms/certCreds."
            ),
        )
    }

    /// Public, shortened.
    pub(super) fn malformed_assertion(why: &str) -> Self {
        Self::new("invalid_request", 50027, format!("JWT token is invalid or malformed: {why}."))
    }

    /// Public, without the address of the documentation.
    pub(super) fn assertion_not_in_time(now: OffsetDateTime, from: i64, until: i64) -> Self {
        let at = |seconds: i64| {
            let time = OffsetDateTime::from_unix_timestamp(seconds).unwrap_or(OffsetDateTime::UNIX_EPOCH);
            time.format(&Rfc3339).unwrap_or_default()
        };
        Self::new(
            "invalid_client",
            700_024,
            format!(
                "Client assertion is not within its valid time range. Current time: {}, assertion valid from {}, \
                 expiry time of assertion {}.",
                now.format(&Rfc3339).unwrap_or_default(),
                at(from),
                at(until)
            ),
        )
    }

    /// Public.
    pub(super) fn assertion_of_another_client() -> Self {
        Self::new(
            "invalid_client",
            700_021,
            "Client assertion application identifier doesn't match 'client_id' parameter.",
        )
    }

    /// Public.
    pub(super) fn assertion_for_another_audience() -> Self {
        Self::new("invalid_client", 700_023, "Client assertion audience claim does not match Realm issuer.")
    }

    /// Public, without the addresses of the documentation.
    pub(super) fn unknown_certificate(thumbprint: &str, client_id: &str) -> Self {
        Self::new(
            "invalid_client",
            700_027,
            format!(
                "The certificate with identifier used to sign the client assertion is not registered on application. \
                 [Reason - The key was not found., Thumbprint of key used by client: '{thumbprint}', Please visit the \
                 Azure Portal, Graph Explorer or directly use MS Graph to see configured keys for app Id \
                 '{client_id}'.]"
            ),
        )
    }

    /// Public, shortened.
    pub(super) fn invalid_signature(client_id: &str) -> Self {
        Self::new(
            "invalid_client",
            700_027,
            format!(
                "Client assertion contains an invalid signature. [Reason - The key was found, but use of the key to \
                 verify the signature failed., app Id '{client_id}'.]"
            ),
        )
    }

    /// Public.
    pub(super) fn no_federation(number: u32, claim: &str, value: &str) -> Self {
        Self::new(
            "invalid_client",
            number,
            format!(
                "No matching federated identity record found for presented assertion {claim} '{value}'. Check your \
                 federated identity credential Subject, Audience and Issuer against the presented assertion. \
                 https://learn.microsoft.com/entra/workload-id/workload-identity-federation"
            ),
        )
    }

    /// Public.
    pub(super) fn invalid_refresh_token() -> Self {
        Self::new("invalid_grant", 9_002_313, "Invalid request. Request is malformed or invalid.")
    }
}

/// The date as the directory writes it.
fn timestamp(now: OffsetDateTime) -> String {
    format!(
        "{:04}-{:02}-{:02} {:02}:{:02}:{:02}Z",
        now.year(),
        u8::from(now.month()),
        now.day(),
        now.hour(),
        now.minute(),
        now.second()
    )
}
