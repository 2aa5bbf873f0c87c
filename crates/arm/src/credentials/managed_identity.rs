//! The identity of a machine: the instance metadata service of virtual machines, and App Service's.
//!
//! `azure_identity` has both, and reads their addresses from the environment of the process when it likes;
//! here they are configuration like everything else.

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::HeaderValue;
use serde::Deserialize;
use serde_json::Value;
use url::Url;

use super::context::Context;
use super::login::ManagedIdentity;
use super::reason::{Reason, said};
use super::unencrypted::{is_identity_endpoint, is_platform_endpoint};
use crate::http_call;
use crate::secret::Secret;
use crate::token::AccessToken;

/// The instance metadata service, which every virtual machine reaches at this address.
const IMDS: &str = "http://169.254.169.254/metadata/identity/oauth2/token";

/// The service answers from the same host; where there is none, nothing answers at all.
const ATTEMPT: Duration = Duration::from_secs(5);

#[derive(Deserialize)]
struct Answer {
    access_token: String,
    /// Seconds since 1970, as a number or as text.
    #[serde(default)]
    expires_on: Value,
}

/// Asks for a token of the identity with the login's client id, or of the only one.
pub(super) async fn token(context: &Context<'_>) -> Result<AccessToken, Reason> {
    let identity = context.login.managed_identity.clone().unwrap_or_default();
    let request = prepare(&identity, context)?;
    let (transport, clock) = (context.transport.as_ref(), context.clock.as_ref());
    let answer = http_call::send(transport, clock, &request, ATTEMPT).await.map_err(|failure| {
        let remedy = "This machine seems to have no managed identity: it is no virtual machine, scale set or app \
                      of Azure, or none is assigned to it. Assign one, or set use_msi = false (ARM_USE_MSI) and use \
                      other credentials.";
        Reason::new(failure.to_string(), remedy)
    })?;
    let header = identity.app_service.as_ref().map_or("", |service| service.header.reveal());
    if !answer.status().is_success() {
        return Err(refused(&answer, header));
    }
    let answer: Answer = serde_json::from_slice(answer.body()).map_err(|_| {
        Reason::new(
            format!("{} answers without a token", request.uri().host().unwrap_or_default()),
            "Check msi_endpoint (ARM_MSI_ENDPOINT), or leave it out.",
        )
    })?;
    let seconds = match &answer.expires_on {
        Value::String(text) => text.parse().ok(),
        number => number.as_u64(),
    };
    // A number that is no time counts as none: such a token is kept for a short while only.
    let end = seconds.and_then(|seconds| SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(seconds)));
    Ok(AccessToken::new(answer.access_token, end))
}

fn prepare(identity: &ManagedIdentity, context: &Context<'_>) -> Result<http::Request<Bytes>, Reason> {
    let invalid = |name: &str| Reason::new(format!("{name} is not an address"), "Check its value.");
    // An address that is configured goes before what the environment offers.
    let (name, address, version, is_safe) = match (&identity.endpoint, &identity.app_service) {
        (Some(endpoint), _) => {
            ("msi_endpoint", endpoint.as_str(), "2018-02-01", is_identity_endpoint(endpoint))
        }
        (None, Some(service)) => {
            let endpoint = service.endpoint.as_str();
            ("IDENTITY_ENDPOINT", endpoint, "2019-08-01", is_platform_endpoint(endpoint))
        }
        (None, None) => ("the instance metadata service", IMDS, "2018-02-01", true),
    };
    let mut url = Url::parse(address).map_err(|_| invalid(name))?;
    if !is_safe {
        return Err(Reason::new(
            format!("{name} begins neither with https:// nor with http:// and an address of this machine"),
            "A token must not travel unencrypted. Use https, or http with 127.0.0.1, localhost or a link-local address.",
        ));
    }
    let resource = context.scope.strip_suffix("/.default").unwrap_or(context.scope);
    url.query_pairs_mut().append_pair("api-version", version).append_pair("resource", resource);
    if let Some(client_id) = &context.login.client_id {
        url.query_pairs_mut().append_pair("client_id", client_id);
    }
    let mut request = http::Request::new(Bytes::new());
    *request.uri_mut() = url.as_str().parse().map_err(|_| invalid(name))?;
    let headers = request.headers_mut();
    headers.insert("metadata", HeaderValue::from_static("true"));
    if let (None, Some(service)) = (&identity.endpoint, &identity.app_service) {
        headers.insert("x-identity-header", header(&service.header)?);
    }
    Ok(request)
}

fn header(secret: &Secret) -> Result<HeaderValue, Reason> {
    let mut value = HeaderValue::from_str(secret.reveal())
        .map_err(|_| Reason::new("IDENTITY_HEADER cannot be sent in a header", "Check its value."))?;
    value.set_sensitive(true);
    Ok(value)
}

fn refused(answer: &http::Response<Bytes>, header: &str) -> Reason {
    let status = answer.status().as_u16();
    let remedy = if status == 400 {
        "The identity is not assigned to this machine: check client_id (ARM_CLIENT_ID), or leave it out for the \
         identity of the machine itself."
    } else {
        "Run the command again; if it stays so, look at the identity in the Azure portal."
    };
    let said = said(answer.body(), &[header]);
    Reason::new(format!("the machine's token service answers status {status}{said}"), remedy)
}
