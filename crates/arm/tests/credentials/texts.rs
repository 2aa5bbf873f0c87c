//! What is said when a login fails, and that no secret shows anywhere.

use std::ffi::OsString;
use std::fmt::Write as _;
use std::io;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use arm::credentials::{AppService, AzureCli, ManagedIdentity, Oidc, WorkloadIdentity};
use arm::{Cloud, Credentials, Login, Service, TokenSource, TransportError};
use async_trait::async_trait;
use bytes::Bytes;

use crate::logins::*;
use crate::services::{SECRETS, Services};

#[tokio::test]
async fn nothing_set_up_says_what_to_set() {
    insta::assert_snapshot!(refusal(Login::default()).await);
}

#[tokio::test]
async fn an_expired_secret_says_how_to_make_a_new_one() {
    insta::assert_snapshot!(refusal(with_secret("s3cret-that-expired")).await);
}

#[tokio::test]
async fn a_missing_azure_cli_says_what_else_there_is() {
    let folder = tempfile::tempdir().unwrap();
    let cli = AzureCli { path: Some(OsString::from(folder.path())) };
    insta::assert_snapshot!(refusal(Login { azure_cli: Some(cli), ..Login::default() }).await);
}

#[tokio::test]
async fn a_managed_identity_cannot_log_in_elsewhere() {
    let login = Login {
        managed_identity: Some(ManagedIdentity::default()),
        auxiliary_tenant_ids: vec!["other.example".to_owned()],
        ..Login::default()
    };
    let text = refusal(login).await;
    assert!(text.contains("managed identity: it is of one tenant"), "{text}");
}

#[tokio::test]
async fn a_client_id_that_cannot_be_read_or_is_not_the_pods_says_where_it_is_from() {
    let folder = tempfile::tempdir().unwrap();
    let with = |file: PathBuf| Login { client_id: None, client_id_file: Some(file), ..application() };
    let text = refusal(with(folder.path().join("none"))).await;
    assert!(text.contains("none with the client id cannot be read"), "{text}");
    let pod = WorkloadIdentity { client_id: Some("of the pod".to_owned()), ..WorkloadIdentity::default() };
    let other = with(write(folder.path(), "id", "other"));
    let text = refusal(Login { workload_identity: Some(pod), ..other }).await;
    assert!(
        text.contains("AZURE_CLIENT_ID \"of the pod\"") && text.contains("client_id_file_path"),
        "{text}"
    );
}

#[cfg(unix)]
#[tokio::test]
async fn what_the_azure_cli_says_is_repeated_but_never_its_output() {
    for (script, expected) in [
        ("echo 'ERROR: Please run '\\''az login'\\'' to setup account.' >&2; exit 1", "Run `az login`"),
        ("echo '{\"accessToken\":\"s3cret-of-the-cli\"'; exit 0", "prints something else than a token"),
        ("echo '{\"accessToken\":\"s3cret-of-the-cli\",\"tokenType\":\"Bearer\"}'", "2.54.0 is the oldest"),
        (
            "echo '{\"accessToken\":1,\"expires_on\":\"s3cret-of-the-cli\",\"tokenType\":2}'",
            "Update the Azure CLI",
        ),
        ("echo 'ERROR: AADSTS90002: Tenant x not found.' >&2; exit 3", "AADSTS90002: Tenant x not found."),
    ] {
        let (_folder, login) = az(script);
        let text = refusal(login).await;
        assert!(text.contains(expected), "{expected}: {text}");
    }
}

#[tokio::test]
async fn a_refused_login_says_what_is_wrong_with_it() {
    let foreign =
        Login { client_id: Some("00000000-0000-0000-0000-0000000000ff".to_owned()), ..application() };
    let tenant = Login { tenant_id: Some("no-such-tenant.example".to_owned()), ..application() };
    let with = |login: Login| Login { client_secret: Some(here("s3cret-of-the-client")), ..login };
    let odd = Login { tenant_id: Some("not a tenant".to_owned()), ..application() };
    for (login, expected) in [
        (with_secret("s3cret-that-is-wrong"), ["AADSTS7000215", "not its id"]),
        (with(foreign), ["AADSTS700016", "has to exist in this tenant"]),
        (with(tenant), ["AADSTS90002", "Check tenant_id"]),
        (with(odd), ["invalid tenant ID", "Check tenant_id"]),
        (
            with_oidc(Oidc { token: Some(here("s3cret-bearer-of-the-pipeline")), ..Oidc::default() }),
            ["AADSTS700213", "federated credential"],
        ),
        (
            request("https://dev.azure.example/x", Some("other")),
            ["no such service connection", "SYSTEM_ACCESSTOKEN"],
        ),
        (request("https://dev.azure.example/x", None), ["status 400", "id-token: write"]),
        (
            request("http://token.actions.example/id", None),
            ["must not travel unencrypted", "the pipeline gives"],
        ),
        (request("nowhere", None), ["oidc_request_url is no address", "Check its value"]),
    ] {
        let text = refusal(login).await;
        assert!(expected.iter().all(|part| text.contains(part)), "{expected:?}: {text}");
    }
}

#[tokio::test]
async fn a_login_service_that_is_none_is_told() {
    let services = Services::start().await;
    let service =
        Service::custom("https://arm.example", "https://arm.example", "https://proxy.example").unwrap();
    let credentials = Credentials::new(with_secret("s3cret-of-the-client"), service, services.transport());
    let text = shown(&credentials.token(SCOPE).await.unwrap_err());
    assert!(
        text.contains("proxy.example answered status 200 without what a login service answers"),
        "{text}"
    );
}

#[tokio::test]
async fn an_identity_that_is_not_assigned_is_told() {
    let client_id = Some("00000000-0000-0000-0000-0000000000ff".to_owned());
    let login = Login { client_id, managed_identity: Some(ManagedIdentity::default()), ..Login::default() };
    let text = refusal(login).await;
    assert!(
        text.contains("status 400: Identity not found") && text.contains("not assigned to this machine"),
        "{text}"
    );
}

#[tokio::test]
async fn a_refusal_with_a_token_does_not_show_it() {
    let endpoint = Some("https://refuses-with-a-token.example/token".to_owned());
    let identity = ManagedIdentity { endpoint, ..ManagedIdentity::default() };
    let text = refusal(Login { managed_identity: Some(identity), ..Login::default() }).await;
    assert!(text.contains("token service answers status 418. "), "{text}");
    let text = refusal(request("https://refuses-with-a-token.example/token", None)).await;
    assert!(text.contains("token service of the pipeline answers status 418. "), "{text}");
}

#[tokio::test]
async fn an_identity_is_not_asked_without_tls_on_another_machine() {
    let endpoint = Some("http://own-imds.example/metadata/identity/oauth2/token".to_owned());
    let own = ManagedIdentity { endpoint, ..ManagedIdentity::default() };
    let app_service = AppService {
        endpoint: "http://app-service.example/msi/token".to_owned(),
        header: secret("s3cret-header-of-app-service"),
    };
    let of_app = ManagedIdentity { app_service: Some(app_service), ..ManagedIdentity::default() };
    for (identity, name) in [(own, "msi_endpoint"), (of_app, "IDENTITY_ENDPOINT")] {
        let text = refusal(Login { managed_identity: Some(identity), ..Login::default() }).await;
        assert!(text.contains(name) && text.contains("must not travel unencrypted"), "{text}");
    }
}

#[tokio::test]
async fn a_life_of_a_token_that_is_none_is_no_panic() {
    let endpoint = |which: &str| Some(format!("https://lives-for-ever.example/{which}"));
    for which in ["9223372036854775807", "18446744073709551615"] {
        let identity = ManagedIdentity { endpoint: endpoint(which), ..ManagedIdentity::default() };
        let services = Services::start().await;
        let login = Login { managed_identity: Some(identity), ..Login::default() };
        let credentials = Credentials::new(login, Service::public(), services.transport());
        for _ in 0..2 {
            credentials.token(SCOPE).await.unwrap_or_else(|error| panic!("{error}"));
        }
        assert_eq!(services.asked().len(), 1, "it is kept for a while");
    }
    let tenant_id = Some("lives-for-ever.example".to_owned());
    succeeds(Login { tenant_id, ..with_secret("s3cret-of-the-client") }).await;
}

#[tokio::test]
async fn a_value_that_is_not_known_yet_is_told_before_anything_is_asked() {
    let login = Login { unknown: vec!["client_secret", "tenant_id"], ..with_secret("s3cret-of-the-client") };
    let text = refusal(login).await;
    assert!(text.starts_with("client_secret, tenant_id are known only after apply"), "{text}");
}

#[tokio::test]
async fn the_first_credentials_that_are_set_up_are_used_and_no_others() {
    let identity = Some(ManagedIdentity::default());
    let services =
        succeeds(Login { managed_identity: identity.clone(), ..with_secret("s3cret-of-the-client") }).await;
    assert_eq!(services.asked().len(), 1);
    services.login();

    let text = refusal(Login { managed_identity: identity, ..with_secret("s3cret-that-is-wrong") }).await;
    assert!(text.contains("6. managed identity: not used, because the client secret comes first"), "{text}");

    let half = Login { client_id: None, ..with_secret("s3cret-of-the-client") };
    let text = refusal(half).await;
    assert!(text.contains("2. client secret: not used, because client_id is not set"), "{text}");
}

/// A transport that never answers.
struct Silence;

#[async_trait]
impl arm::Transport for Silence {
    async fn send(&self, _: http::Request<Bytes>) -> Result<http::Response<Bytes>, TransportError> {
        std::future::pending().await
    }
}

#[tokio::test(start_paused = true)]
async fn a_login_service_that_hangs_is_given_up() {
    let started = tokio::time::Instant::now();
    let login = with_secret("s3cret-of-the-client");
    let credentials = Credentials::new(login, Service::public(), Arc::new(Silence));
    let text = shown(&credentials.token(SCOPE).await.unwrap_err());
    assert!(text.contains("https://login.microsoftonline.com did not answer within 30 seconds"), "{text}");
    assert_eq!(started.elapsed().as_secs(), 30);

    let login = Login { managed_identity: Some(ManagedIdentity::default()), ..Login::default() };
    let credentials = Credentials::new(login, Service::public(), Arc::new(Silence));
    let text = shown(&credentials.token(SCOPE).await.unwrap_err());
    assert!(text.contains("no managed identity") && started.elapsed() < Duration::from_secs(40), "{text}");
}

/// Everything that is logged, in memory.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(unix)]
#[tokio::test]
async fn no_secret_is_logged_at_any_level_or_shown_by_debug() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
        .with_writer(move || writer.clone())
        .finish();
    let _guard = tracing_subscriber::util::SubscriberInitExt::set_default(subscriber);
    let app_service = AppService {
        endpoint: "http://169.254.129.2:8081/msi/token".to_owned(),
        header: secret("s3cret-header-of-app-service"),
    };
    let identity = ManagedIdentity { app_service: Some(app_service), ..ManagedIdentity::default() };
    let password = Some(secret("open-sesame"));
    let certificate = Some(here("certificate in s3cret-of-the-client"));
    let (_folder, cli) = az(AZ_TOKEN);
    let good = [
        with_secret("s3cret-of-the-client"),
        with_oidc(Oidc { token: Some(here("s3cret-oidc-token")), ..Oidc::default() }),
        request("https://token.actions.example/id", None),
        request("https://dev.azure.example/id", Some("connection-1")),
        Login { managed_identity: Some(identity), ..Login::default() },
        cli,
    ];
    let bad = [
        with_secret("s3cret-that-expired"),
        Login { client_certificate: certificate, client_certificate_password: password, ..application() },
    ];
    let mut debug = String::new();
    for login in good {
        write!(debug, "{login:?}").unwrap();
        // What another test logs for the first time while the subscriber is set may stay switched off.
        tracing::callsite::rebuild_interest_cache();
        succeeds(login).await;
    }
    for login in bad {
        write!(debug, "{login:?}").unwrap();
        refusal(login).await;
    }
    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(log.contains("logged in") && log.contains("TRACE"), "the log is at its most verbose: {log}");
    for secret in SECRETS {
        assert!(!log.contains(secret), "{secret} is logged");
        assert!(!debug.contains(secret), "{debug}");
    }
}

#[tokio::test]
async fn an_address_that_is_too_long_is_told() {
    let long = format!("https://long.example/{}", "x".repeat(70_000));
    let identity = ManagedIdentity { endpoint: Some(long.clone()), ..ManagedIdentity::default() };
    let tenant_id = Some("x".repeat(70_000));
    for (login, expected) in [
        (request(&long, None), "oidc_request_url cannot be used"),
        (Login { managed_identity: Some(identity), ..Login::default() }, "msi_endpoint is not an address"),
        (Login { tenant_id, ..with_secret("s3cret-of-the-client") }, "not a request that can be sent"),
    ] {
        let text = refusal(login).await;
        assert!(text.contains(expected) && text.len() < 10_000, "{text:.999}");
    }
    let services = Services::start().await;
    let cloud = Cloud::described_by(&"x".repeat(70_000), services.transport());
    let text = cloud.service().await.unwrap_err().to_string();
    assert!(text.contains("cannot be asked"), "{text:.99}");
    assert!(services.asked().is_empty());
}
