//! Tokens of other issuers: given, in a file, or from the token service of a pipeline.

use std::time::Duration;

use bytes::Bytes;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderValue, Method};
use serde_json::Value;
use url::Url;

use super::context::Context;
use super::login::{TokenRequest, Written};
use super::reason::{Reason, said};
use super::unencrypted::is_here;
use crate::http_call;
use crate::secret::Secret;

/// How long one attempt may take.
const ATTEMPT: Duration = Duration::from_secs(30);

/// For whom GitHub's token is, unless its address says so: the audience that Microsoft Entra ID expects.
const AUDIENCE: &str = "api://AzureADTokenExchange";

/// The version of the API of Azure Pipelines.
const PIPELINES_VERSION: &str = "7.1";

/// A text that is given, or in a file.
pub(super) async fn read(written: &Written, what: &str) -> Result<Secret, Reason> {
    let text = match written {
        Written::Here(secret) => secret.reveal().trim().to_owned(),
        Written::File(path) => {
            let text = tokio::fs::read_to_string(path).await.map_err(|error| {
                Reason::new(
                    format!("the file {} with the {what} cannot be read: {error}", path.display()),
                    "Check the path, and who may read the file.",
                )
            })?;
            if text.trim().is_empty() {
                return Err(Reason::new(
                    format!("the file {} is empty, and should hold the {what}", path.display()),
                    "Check the path.",
                ));
            }
            text.trim().to_owned()
        }
    };
    Ok(Secret::from(text))
}

/// Asks the token service of a pipeline.
pub(super) async fn request(context: &Context<'_>, request: &TokenRequest) -> Result<Secret, Reason> {
    let bearer = request.token.as_ref().map_or("", Secret::reveal);
    let (sent, key) = prepare(request, bearer)?;
    let (transport, clock) = (context.transport.as_ref(), context.clock.as_ref());
    let answer = http_call::send(transport, clock, &sent, ATTEMPT).await.map_err(|failure| {
        Reason::new(failure.to_string(), "Check oidc_request_url, the network and the proxy variables.")
    })?;
    let status = answer.status().as_u16();
    if !answer.status().is_success() {
        let said = said(answer.body(), &[bearer]);
        let what = format!("the token service of the pipeline answers status {status}{said}");
        return Err(Reason::new(what, not_given(request)));
    }
    let body: Option<Value> = serde_json::from_slice(answer.body()).ok();
    let token = body.as_ref().and_then(|body| body.get(key)).and_then(Value::as_str);
    match token.filter(|token| !token.is_empty()) {
        Some(token) => Ok(Secret::from(token.to_owned())),
        None => Err(Reason::new(
            format!("the token service of the pipeline answers without {key:?}"),
            not_given(request),
        )),
    }
}

fn not_given(request: &TokenRequest) -> &'static str {
    if request.service_connection.is_some() {
        "Check ado_pipeline_service_connection_id and oidc_request_token: the step needs SYSTEM_ACCESSTOKEN: \
         $(System.AccessToken) in its env, and the pipeline the right to use the service connection."
    } else {
        "Check oidc_request_url and oidc_request_token: in GitHub Actions, the job needs `permissions: id-token: \
         write`. In Azure Pipelines, set ado_pipeline_service_connection_id."
    }
}

/// The request, and the key of its answer that holds the token.
fn prepare(request: &TokenRequest, bearer: &str) -> Result<(http::Request<Bytes>, &'static str), Reason> {
    let invalid = |what: &str| Reason::new(format!("{what} cannot be used"), "Check its value.");
    let given = request.url.as_deref().unwrap_or_default();
    let mut url = Url::parse(given).map_err(|_| invalid("oidc_request_url is no address, and so"))?;
    if url.scheme() != "https" && !is_here(&url) {
        return Err(Reason::new(
            "oidc_request_url does not begin with https://, and a token must not travel unencrypted",
            "Use the address that the pipeline gives.",
        ));
    }
    let has = |url: &Url, key: &str| url.query_pairs().any(|(name, _)| name == key);
    let mut add = |key: &str, value: &str| {
        if !has(&url, key) {
            url.query_pairs_mut().append_pair(key, value);
        }
    };
    let (method, key) = if let Some(id) = &request.service_connection {
        add("api-version", PIPELINES_VERSION);
        add("serviceConnectionId", id);
        (Method::POST, "oidcToken")
    } else {
        add("audience", AUDIENCE);
        (Method::GET, "value")
    };
    let mut sent = http::Request::new(Bytes::new());
    *sent.method_mut() = method;
    *sent.uri_mut() = url.as_str().parse().map_err(|_| invalid("oidc_request_url"))?;
    let mut authorization =
        HeaderValue::from_str(&format!("Bearer {bearer}")).map_err(|_| invalid("oidc_request_token"))?;
    authorization.set_sensitive(true);
    let headers = sent.headers_mut();
    headers.insert(AUTHORIZATION, authorization);
    headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    // Azure Pipelines would answer a bad token with the page of its login.
    headers.insert("x-tfs-fedauthredirect", HeaderValue::from_static("Suppress"));
    Ok((sent, key))
}
