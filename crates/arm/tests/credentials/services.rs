//! An imitation of the services that give tokens, over loopback, and the transport that leads to it.
//!
//! Every address is rewritten: `https://login.example/t/x` is asked as `http://127.0.0.1:PORT/login.example/t/x`,
//! so that the imitation sees who was meant. It answers as the documents of the services say, and keeps what
//! it was asked.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use arm::{Reqwest, Transport, TransportError};
use async_trait::async_trait;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse as _, Response};
use serde_json::{Value, json};
use tokio::net::TcpListener;

/// What must show nowhere: everything that the services give or take as proof.
pub(crate) const SECRETS: [&str; 9] = [
    "s3cret-of-the-client",
    "s3cret-that-expired",
    "s3cret-that-is-wrong",
    "s3cret-oidc-token",
    "s3cret-bearer-of-the-pipeline",
    "s3cret-header-of-app-service",
    "s3cret-access-token",
    "open-sesame",
    "s3cret-of-the-cli",
];

/// The imitation.
#[derive(Clone)]
pub(crate) struct Services {
    port: u16,
    asked: Arc<Mutex<Vec<Asked>>>,
}

/// A request as it came in.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) method: String,
    /// Host and path, such as `login.microsoftonline.com/t/oauth2/v2.0/token`.
    pub(crate) path: String,
    pub(crate) query: HashMap<String, String>,
    pub(crate) form: HashMap<String, String>,
    pub(crate) headers: HeaderMap,
}

impl Services {
    /// Starts the imitation.
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let services = Self { port: listener.local_addr().unwrap().port(), asked: Arc::default() };
        let router = axum::Router::new().fallback(answer).with_state(services.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        services
    }

    /// The way to it.
    pub(crate) fn transport(&self) -> Arc<dyn Transport> {
        Arc::new(Rerouted { port: self.port, inner: Reqwest::new() })
    }

    /// What it was asked.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }

    /// The only request to a login service.
    pub(crate) fn login(&self) -> Asked {
        let mut logins = self.asked().into_iter().filter(|asked| asked.path.ends_with("/oauth2/v2.0/token"));
        let login = logins.next().expect("somebody logged in");
        assert!(logins.next().is_none(), "there is one login");
        login
    }
}

struct Rerouted {
    port: u16,
    inner: Reqwest,
}

#[async_trait]
impl Transport for Rerouted {
    async fn send(&self, mut request: http::Request<Bytes>) -> Result<http::Response<Bytes>, TransportError> {
        let uri = request.uri();
        let path = uri.path_and_query().map_or("", |path| path.as_str());
        let address = format!("http://127.0.0.1:{}/{}{path}", self.port, uri.authority().unwrap());
        *request.uri_mut() = address.parse().unwrap();
        self.inner.send(request).await
    }
}

fn pairs(text: &str) -> HashMap<String, String> {
    url::form_urlencoded::parse(text.as_bytes()).into_owned().collect()
}

async fn answer(
    State(services): State<Services>,
    method: axum::http::Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let asked = Asked {
        method: method.to_string(),
        path: uri.path().trim_start_matches('/').to_owned(),
        query: pairs(uri.query().unwrap_or_default()),
        form: pairs(std::str::from_utf8(&body).unwrap()),
        headers,
    };
    services.asked.lock().unwrap().push(asked.clone());
    let (host, path) = asked.path.split_once('/').unwrap_or_default();
    match (host, path) {
        ("token.actions.example", _) => github(&asked),
        ("dev.azure.example", _) => pipelines(&asked),
        ("169.254.169.254" | "own-imds.example", "metadata/identity/oauth2/token") => imds(&asked),
        ("169.254.129.2:8081", _) => app_service(&asked),
        ("refuses-with-a-token.example", _) => {
            let body = json!({ "access_token": "s3cret-access-token", "value": "s3cret-oidc-token" });
            (StatusCode::IM_A_TEAPOT, axum::Json(body)).into_response()
        }
        ("lives-for-ever.example", number) => {
            let body = json!({ "access_token": "s3cret-access-token", "expires_on": number });
            axum::Json(body).into_response()
        }
        ("own-cloud.example", "metadata/endpoints") => metadata(&asked),
        ("hang.example", _) => std::future::pending().await,
        ("proxy.example", _) => (StatusCode::OK, "<html>Please log in to the proxy</html>").into_response(),
        _ => login(path, &asked.form),
    }
}

/// The login service: `POST /{tenant}/oauth2/v2.0/token`.
fn login(path: &str, form: &HashMap<String, String>) -> Response {
    let Some(tenant) = path.strip_suffix("/oauth2/v2.0/token") else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let field = |name: &str| form.get(name).map_or("", String::as_str);
    if tenant == "no-such-tenant.example" {
        return refuse(400, "invalid_request", 90_002, "Tenant 'no-such-tenant.example' not found.");
    }
    if tenant == "lives-for-ever.example" {
        let body = json!({
            "token_type": "Bearer", "expires_in": i64::MAX, "ext_expires_in": i64::MAX, "access_token": "s3cret-access-token"
        });
        return axum::Json(body).into_response();
    }
    assert_eq!(field("grant_type"), "client_credentials");
    if field("client_id") != "00000000-0000-0000-0000-00000000000c" {
        return refuse(400, "unauthorized_client", 700_016, "Application was not found in the directory.");
    }
    match (field("client_secret"), field("client_assertion")) {
        ("s3cret-of-the-client", "") | ("", "s3cret-oidc-token") => granted(),
        // The description of the real service does not repeat the secret; one that does must not be shown.
        ("s3cret-that-expired", "") => refuse(
            401,
            "invalid_client",
            7_000_222,
            "The provided client secret keys 's3cret-that-expired' are expired.",
        ),
        ("s3cret-that-is-wrong", "") => {
            refuse(401, "invalid_client", 7_000_215, "Invalid client secret provided.")
        }
        ("", assertion) if crate::files::is_signed(assertion) => granted(),
        _ => refuse(401, "invalid_client", 700_213, "No matching federated identity record found."),
    }
}

fn granted() -> Response {
    let body = json!({
        "token_type": "Bearer", "expires_in": 3599, "ext_expires_in": 3599, "access_token": "s3cret-access-token"
    });
    axum::Json(body).into_response()
}

fn refuse(status: u16, error: &str, code: u64, text: &str) -> Response {
    let body = json!({
        "error": error,
        "error_description": format!(
            "AADSTS{code}: {text} Trace ID: 11111111-2222-3333-4444-555555555555 Correlation ID: c Timestamp: \
             2026-11-21 09:00:00Z"
        ),
        "error_codes": [code], "timestamp": "2026-11-21 09:00:00Z",
        "trace_id": "11111111-2222-3333-4444-555555555555", "correlation_id": "c",
        "error_uri": format!("https://login.microsoftonline.com/error?code={code}")
    });
    (StatusCode::from_u16(status).unwrap(), axum::Json(body)).into_response()
}

fn has_bearer(asked: &Asked) -> bool {
    asked.headers.get("authorization").is_some_and(|it| it == "Bearer s3cret-bearer-of-the-pipeline")
}

fn github(asked: &Asked) -> Response {
    match (asked.method.as_str(), has_bearer(asked)) {
        ("GET", true) => axum::Json(json!({ "count": 1, "value": "s3cret-oidc-token" })).into_response(),
        _ => (StatusCode::UNAUTHORIZED, "no permission").into_response(),
    }
}

fn pipelines(asked: &Asked) -> Response {
    let is_known = asked.query.get("serviceConnectionId").is_some_and(|id| id == "connection-1");
    match (asked.method.as_str(), has_bearer(asked), is_known) {
        ("POST", true, true) => axum::Json(json!({ "oidcToken": "s3cret-oidc-token" })).into_response(),
        _ => (StatusCode::BAD_REQUEST, "no such service connection").into_response(),
    }
}

fn imds(asked: &Asked) -> Response {
    if asked.headers.get("metadata").is_none_or(|value| value != "true") {
        let body = json!({ "error": "invalid_request", "error_description": "Required metadata header not specified" });
        return (StatusCode::BAD_REQUEST, axum::Json(body)).into_response();
    }
    if asked.query.get("client_id").is_some_and(|id| id != "00000000-0000-0000-0000-00000000000c") {
        let body = json!({ "error": "invalid_request", "error_description": "Identity not found" });
        return (StatusCode::BAD_REQUEST, axum::Json(body)).into_response();
    }
    identity_token(&json!("4102444800"), asked)
}

fn app_service(asked: &Asked) -> Response {
    if asked.headers.get("x-identity-header").is_none_or(|value| value != "s3cret-header-of-app-service") {
        return (StatusCode::UNAUTHORIZED, axum::Json(json!({ "statusCode": 401, "message": "No" })))
            .into_response();
    }
    identity_token(&json!(4_102_444_800_u64), asked)
}

/// With its end, the year 2100, as text or as a number: both are seen.
fn identity_token(expires_on: &Value, asked: &Asked) -> Response {
    let resource = &asked.query["resource"];
    let body = json!({
        "access_token": "s3cret-access-token", "expires_on": expires_on, "resource": resource, "token_type": "Bearer"
    });
    axum::Json(body).into_response()
}

fn metadata(asked: &Asked) -> Response {
    if asked.query["api-version"] != "2022-09-01" {
        return StatusCode::BAD_REQUEST.into_response();
    }
    let body = json!({
        "name": "Own", "resourceManager": "https://arm.own-cloud.example",
        "authentication": {
            "loginEndpoint": "https://login.own-cloud.example",
            "audiences": ["https://arm.own-cloud.example"], "tenant": "common", "identityProvider": "AAD"
        },
        "suffixes": {}
    });
    axum::Json(body).into_response()
}
