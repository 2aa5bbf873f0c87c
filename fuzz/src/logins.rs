//! What the services beside Resource Manager answer: login services, pipelines, machines, metadata hosts.
//!
//! The first part of the input names the login, the others are answers, as in [`crate::answers`]. A login ends, with a
//! token or with an error that shows no secret; a token that is over is renewed and never a panic; a cloud that
//! describes itself is one that tokens can travel to.

use std::sync::Arc;
use std::time::Duration;

use arm::credentials::{AppService, ManagedIdentity, Oidc, TokenRequest, Written};
use arm::{Cloud, Credentials, Login, Secret, Service, TokenSource, Transport};
use tokio::time::Instant;

use crate::scripted::{FixedClock, SECRET, Script, run, shown};
use crate::text;

const SCOPE: &str = "https://management.azure.com/.default";

/// Nothing may wait for longer than this, whatever an answer says.
const LONGEST: Duration = Duration::from_secs(600);

/// Logs in.
pub fn check(input: &[u8]) {
    let mut input = String::from_utf8_lossy(input);
    if input.starts_with("metadata\n") && input.contains(SECRET) {
        // Nobody told it to this host, which is asked before there is a login.
        input = input.replace(SECRET, "").into();
    }
    let mut parts = text::parts(&input);
    let word = parts.next().unwrap_or_default();
    let script = Script::from_parts(parts);
    run(async {
        let began = Instant::now();
        if word == "metadata" {
            describes(script).await;
        } else if let Some(login) = login(word) {
            gives_a_token(login, script).await;
        }
        assert!(began.elapsed() <= LONGEST, "{:?}", began.elapsed());
    });
}

fn login(word: &str) -> Option<Login> {
    let secret = || Secret::from(SECRET.to_owned());
    let application = Login {
        tenant_id: Some("t.example".to_owned()),
        client_id: Some("00000000-0000-0000-0000-00000000000c".to_owned()),
        ..Login::default()
    };
    let request = |service_connection: Option<&str>| {
        let request = TokenRequest {
            url: Some("https://token.example/id?v=2".to_owned()),
            token: Some(secret()),
            service_connection: service_connection.map(str::to_owned),
        };
        Some(Oidc { request, ..Oidc::default() })
    };
    let app_service =
        AppService { endpoint: "http://127.0.0.1:41741/msi/token".to_owned(), header: secret() };
    let of_machine = |identity| Login { managed_identity: Some(identity), ..Login::default() };
    Some(match word {
        "client secret" => Login { client_secret: Some(Written::Here(secret())), ..application },
        "oidc token" => {
            let oidc = Oidc { token: Some(Written::Here(secret())), ..Oidc::default() };
            Login { oidc: Some(oidc), ..application }
        }
        "github" => Login { oidc: request(None), ..application },
        "pipelines" => Login { oidc: request(Some("connection-1")), ..application },
        "machine" => of_machine(ManagedIdentity::default()),
        "app service" => {
            of_machine(ManagedIdentity { app_service: Some(app_service), ..ManagedIdentity::default() })
        }
        _ => return None,
    })
}

async fn gives_a_token(login: Login, script: Arc<Script>) {
    let transport = Arc::clone(&script) as Arc<dyn Transport>;
    let credentials = Credentials::with_clock(login, Service::public(), transport, Arc::new(FixedClock));
    for _ in 0..2 {
        match credentials.token(SCOPE).await {
            Ok(token) => assert!(!format!("{token:?}").contains(SECRET)),
            Err(error) => {
                let text = shown(&error);
                assert!(text.contains("Credentials are looked for in this order"), "{text}");
            }
        }
    }
    assert!(script.asked().len() <= 40, "{} requests for two tokens", script.asked().len());
}

async fn describes(script: Arc<Script>) {
    let transport = Arc::clone(&script) as Arc<dyn Transport>;
    let cloud = Cloud::described_by("own-cloud.example", transport);
    match cloud.service().await {
        Ok(service) => {
            assert_eq!(service.base().scheme(), "https");
            assert!(service.scope().is_some_and(|scope| scope.ends_with("/.default")));
            assert!(service.authority().is_some_and(|authority| authority.scheme() == "https"));
        }
        Err(error) => {
            shown(&error);
        }
    }
    for request in script.asked() {
        assert_eq!(request.uri().host(), Some("own-cloud.example"));
    }
}
