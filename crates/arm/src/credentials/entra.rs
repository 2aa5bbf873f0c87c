//! Logins of applications at Microsoft Entra ID, through `azure_identity` over our own transport.
//!
//! A credential of `azure_identity` is made for one login and dropped: its own cache knows no injected time
//! and repeats a failed login for each caller.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use azure_core::cloud::{CloudConfiguration, CustomConfiguration};
use azure_core::credentials::TokenCredential;
use azure_core::error::ErrorKind;
use azure_core::http::headers::{HeaderName, HeaderValue, Headers};
use azure_core::http::{
    AsyncRawResponse, Body, ClientMethodOptions, ClientOptions, HttpClient, Request, RetryOptions,
    Transport as AzureTransport,
};
use azure_identity::{
    ClientAssertion, ClientAssertionCredential, ClientAssertionCredentialOptions, ClientSecretCredential,
    ClientSecretCredentialOptions,
};
use bytes::Bytes;
use serde::Deserialize;
use serde_json::Value;

use super::context::{Application, Context};
use super::reason::{Reason, excerpt};
use crate::clock::Clock;
use crate::http_call;
use crate::secret::Secret;
use crate::token::AccessToken;
use crate::transport::Transport;

/// How long one attempt of a login may take.
const ATTEMPT: Duration = Duration::from_secs(30);

/// Logs in with a client secret.
pub(super) async fn with_secret(
    context: &Context<'_>,
    application: &Application<'_>,
    secret: &Secret,
) -> Result<AccessToken, Reason> {
    let wire = Arc::new(Wire::new(context));
    let options = ClientSecretCredentialOptions { client_options: options(context, &wire) };
    let credential = ClientSecretCredential::new(
        application.tenant_id,
        application.client_id.to_owned(),
        secret.reveal().to_owned().into(),
        Some(options),
    );
    log_in(context, credential, &wire, secret).await
}

/// Logs in with an assertion: a JWT that the application signed or another issuer gave.
pub(super) async fn with_assertion(
    context: &Context<'_>,
    application: &Application<'_>,
    assertion: &Secret,
) -> Result<AccessToken, Reason> {
    let wire = Arc::new(Wire::new(context));
    let options = ClientAssertionCredentialOptions { client_options: options(context, &wire) };
    let credential = ClientAssertionCredential::new(
        application.tenant_id.to_owned(),
        application.client_id.to_owned(),
        Ready(assertion.clone()),
        Some(options),
    );
    log_in(context, credential, &wire, assertion).await
}

async fn log_in<C: TokenCredential>(
    context: &Context<'_>,
    credential: azure_core::Result<Arc<C>>,
    wire: &Wire,
    secret: &Secret,
) -> Result<AccessToken, Reason> {
    let token = match credential {
        Ok(credential) => credential.get_token(&[context.scope], None).await,
        Err(error) => Err(error),
    };
    match token {
        Ok(token) => {
            let end = SystemTime::from(token.expires_on);
            Ok(AccessToken::new(token.token.secret(), Some(end)))
        }
        Err(error) => Err(reason(&error, wire, context, secret)),
    }
}

fn options(context: &Context<'_>, wire: &Arc<Wire>) -> ClientOptions {
    let mut cloud = CustomConfiguration::default();
    context.authority.as_str().clone_into(&mut cloud.authority_host);
    ClientOptions {
        // Passing failures are tried again by the transport below.
        retry: RetryOptions::none(),
        transport: Some(AzureTransport::new(Arc::clone(wire) as Arc<dyn HttpClient>)),
        cloud: Some(Arc::new(CloudConfiguration::from(cloud))),
        ..ClientOptions::default()
    }
}

/// An assertion that is there already.
struct Ready(Secret);

#[async_trait]
impl ClientAssertion for Ready {
    async fn secret(&self, _options: Option<ClientMethodOptions<'_>>) -> azure_core::Result<String> {
        Ok(self.0.reveal().to_owned())
    }
}

impl fmt::Debug for Ready {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Ready")
    }
}

/// Our transport as `azure_core` wants one. It remembers why there was no answer, or the answer's status, in
/// words of ours.
struct Wire {
    transport: Arc<dyn Transport>,
    clock: Arc<dyn Clock>,
    seen: Mutex<Option<Seen>>,
}

#[derive(Clone)]
enum Seen {
    Nothing(String),
    Status(u16),
}

impl Wire {
    fn new(context: &Context<'_>) -> Self {
        let (transport, clock) = (Arc::clone(context.transport), Arc::clone(context.clock));
        Self { transport, clock, seen: Mutex::default() }
    }

    fn saw(&self, seen: Seen) {
        *self.seen.lock().unwrap_or_else(PoisonError::into_inner) = Some(seen);
    }
}

impl fmt::Debug for Wire {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Wire").finish_non_exhaustive()
    }
}

#[async_trait]
impl HttpClient for Wire {
    async fn execute_request(&self, request: &Request) -> azure_core::Result<AsyncRawResponse> {
        let other = |text: &'static str| azure_core::Error::with_message(ErrorKind::Other, text);
        let Body::Bytes(body) = request.body() else {
            return Err(other("a login has no body that is a stream"));
        };
        let mut sent = http::Request::builder().method(request.method().as_str()).uri(request.url().as_str());
        for (name, value) in request.headers().iter() {
            sent = sent.header(name.as_str(), value.as_str());
        }
        let sent =
            sent.body(body.clone()).map_err(|_| other("the login is not a request that can be sent"))?;
        let answer = http_call::send(self.transport.as_ref(), self.clock.as_ref(), &sent, ATTEMPT).await;
        let answer = answer.map_err(|failure| {
            self.saw(Seen::Nothing(failure.to_string()));
            azure_core::Error::with_message(ErrorKind::Io, "no answer")
        })?;
        self.saw(Seen::Status(answer.status().as_u16()));
        Ok(answer_of(&answer))
    }
}

fn answer_of(answer: &http::Response<Bytes>) -> AsyncRawResponse {
    let mut headers = Headers::new();
    for (name, value) in answer.headers() {
        if let Ok(value) = value.to_str() {
            let name = HeaderName::from(name.as_str().to_owned());
            headers.insert(name, HeaderValue::from(value.to_owned()));
        }
    }
    AsyncRawResponse::from_bytes(answer.status().as_u16().into(), headers, with_sane_life(answer.body()))
}

/// The longest life of a token that counts, in seconds: a year. Entra ID's live a day at most.
const LONGEST_LIFE: i64 = 365 * 24 * 3600;

/// The answer with a life of its token that can be added to the time of day: `azure_identity` does so unchecked.
fn with_sane_life(body: &Bytes) -> Bytes {
    let Ok(mut json) = serde_json::from_slice::<Value>(body) else { return body.clone() };
    let mut is_changed = false;
    for key in ["expires_in", "ext_expires_in"] {
        if let Some(life) = json.get_mut(key).filter(|life| life.is_number()) {
            let sane = life.as_i64().unwrap_or(LONGEST_LIFE).clamp(0, LONGEST_LIFE);
            if life.as_i64() != Some(sane) {
                *life = Value::from(sane);
                is_changed = true;
            }
        }
    }
    if is_changed { Bytes::from(json.to_string()) } else { body.clone() }
}

/// An error of the OAuth protocol as Entra ID answers it.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Refusal {
    error: String,
    error_description: String,
    error_codes: Vec<u64>,
    trace_id: String,
}

fn reason(error: &azure_core::Error, wire: &Wire, context: &Context<'_>, secret: &Secret) -> Reason {
    if let Some(refusal) = refusal(error) {
        return refused(&refusal, secret);
    }
    let host = context.authority.host_str().unwrap_or_default();
    let seen = wire.seen.lock().unwrap_or_else(PoisonError::into_inner).clone();
    match seen {
        Some(Seen::Nothing(why)) => Reason::new(why, NETWORK),
        Some(Seen::Status(status)) => Reason::new(
            format!("{host} answered status {status} without what a login service answers"),
            "A proxy or another program may be in between. Check environment, metadata_host and the proxy \
             variables HTTPS_PROXY and NO_PROXY.",
        ),
        // Nothing was sent: what the tenant or the application is called cannot be right.
        None => Reason::new(
            excerpt(&error.to_string(), &[secret.reveal()]),
            "Check tenant_id (a UUID or a domain) and client_id (a UUID).",
        ),
    }
}

const NETWORK: &str = "Check the network, and the proxy variables HTTPS_PROXY and NO_PROXY.";

/// What Entra ID said, wherever in the chain of errors it is.
fn refusal(error: &azure_core::Error) -> Option<Refusal> {
    if let ErrorKind::HttpResponse { raw_response: Some(response), .. } = error.kind() {
        let refusal: Refusal = serde_json::from_slice(response.body().as_ref()).ok()?;
        return Some(refusal).filter(|refusal| !refusal.error.is_empty());
    }
    error.downcast_ref::<azure_core::Error>().and_then(refusal)
}

fn refused(refusal: &Refusal, secret: &Secret) -> Reason {
    // The description ends with ids and a time, each on a line of its own.
    let description = refusal.error_description.split(['\r', '\n']).next().unwrap_or_default();
    let description = description.split(" Trace ID:").next().unwrap_or_default();
    let secrets = [secret.reveal()];
    let said = match excerpt(description, &secrets) {
        empty if empty.is_empty() => excerpt(&refusal.error, &secrets),
        text => text.trim_end_matches('.').to_owned(),
    };
    let trace = match excerpt(&refusal.trace_id, &secrets) {
        empty if empty.is_empty() => empty,
        id => format!(" (trace id {id})"),
    };
    let remedy = refusal.error_codes.iter().find_map(|code| remedy(*code)).unwrap_or(
        "See https://learn.microsoft.com/entra/identity-platform/reference-error-codes for its code.",
    );
    Reason::new(format!("Microsoft Entra ID refuses it: {said}{trace}"), remedy)
}

/// What to do about a code, from Microsoft's reference of the AADSTS codes.
fn remedy(code: u64) -> Option<&'static str> {
    Some(match code {
        7_000_215 => {
            "client_secret has to be the value of the secret, which is shown only once, and not its id. Make a \
             new one with `az ad app credential reset --append --id CLIENT_ID`."
        }
        7_000_222 => {
            "The secret has expired. Make a new one with `az ad app credential reset --append --id CLIENT_ID` and \
             set client_secret (ARM_CLIENT_SECRET)."
        }
        90_002 | 900_023 | 50_020 => {
            "Check tenant_id (ARM_TENANT_ID) and environment: `az account show --query tenantId` prints the one \
             you are logged in to."
        }
        700_016 | 7_000_229 => {
            "Check client_id (ARM_CLIENT_ID) and tenant_id (ARM_TENANT_ID): the application has to exist in this \
             tenant."
        }
        700_027 => {
            "The certificate has to be registered for the application: `az ad app credential reset --append --id \
             CLIENT_ID --cert @certificate.pem`."
        }
        70_021 | 700_211..=700_213 => {
            "The application has no federated credential for this token. Add one whose issuer, subject and \
             audience are exactly those of the token."
        }
        700_024 => "The token is too old or too new. Check the clock of this machine, and use a fresh token.",
        7_000_112 => "The application is disabled in this tenant. Ask its administrator.",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_life_that_is_no_life_is_brought_into_bounds() {
        for (given, expected) in [
            ("3599", "3599"),
            ("9223372036854775807", "31536000"),
            ("18446744073709551615", "31536000"),
            ("1e300", "31536000"),
            ("-9223372036854775808", "0"),
        ] {
            let body =
                |life: &str| format!(r#"{{"access_token":"x","expires_in":{life},"token_type":"Bearer"}}"#);
            assert_eq!(with_sane_life(&Bytes::from(body(given))), body(expected), "{given}");
        }
        assert_eq!(with_sane_life(&Bytes::from("<html>")), "<html>");
    }
}
