//! Every way to log in, against imitations of the services that give tokens.

#![expect(clippy::unwrap_used, reason = "what fails in an imitation fails the test that uses it")]

mod certificates;
mod files;
mod logins;
mod services;
mod texts;

use arm::credentials::{AppService, ManagedIdentity, Oidc, WorkloadIdentity, Written};
use arm::{Cloud, Credentials, Login, Service, TokenSource};

use logins::*;
use services::Services;

#[tokio::test]
async fn a_client_secret_logs_in_at_its_tenant() {
    let login = succeeds(with_secret("s3cret-of-the-client")).await.login();
    assert_eq!(login.method, "POST");
    assert_eq!(login.path, "login.microsoftonline.com/t.example/oauth2/v2.0/token");
    assert_eq!(login.form["scope"], SCOPE);
    assert_eq!(login.headers["content-type"], "application/x-www-form-urlencoded");
}

#[tokio::test]
async fn a_client_secret_may_be_in_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = write(folder.path(), "secret", "s3cret-of-the-client\n");
    succeeds(Login { client_secret: Some(Written::File(path)), ..application() }).await;
}

#[tokio::test]
async fn a_client_id_may_be_in_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let id = "00000000-0000-0000-0000-00000000000c\n";
    let client_id_file = Some(write(folder.path(), "id", id));
    let login = Login { client_id: None, client_id_file, ..with_secret("s3cret-of-the-client") };
    let login = succeeds(login).await.login();
    assert_eq!(login.form["client_id"], id.trim());
}

#[tokio::test]
async fn an_oidc_token_is_the_assertion_wherever_it_comes_from() {
    let folder = tempfile::tempdir().unwrap();
    let file = write(folder.path(), "token", "s3cret-oidc-token\n");
    for token in [here("s3cret-oidc-token"), Written::File(file)] {
        let oidc = Oidc { token: Some(token), ..Oidc::default() };
        let login = succeeds(with_oidc(oidc)).await.login();
        assert_eq!(
            login.form["client_assertion_type"],
            "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
        );
    }
}

#[tokio::test]
async fn github_is_asked_for_a_token_for_entra() {
    let services = succeeds(request("https://token.actions.example/id?v=2", None)).await;
    let asked = &services.asked()[0];
    assert_eq!((asked.method.as_str(), asked.path.as_str()), ("GET", "token.actions.example/id"));
    assert_eq!(asked.query["audience"], "api://AzureADTokenExchange");
    assert_eq!(asked.query["v"], "2");
}

#[tokio::test]
async fn azure_pipelines_is_asked_for_a_token_of_the_service_connection() {
    let services = succeeds(request("https://dev.azure.example/oidctoken", Some("connection-1"))).await;
    let asked = &services.asked()[0];
    assert_eq!((asked.method.as_str(), asked.query["api-version"].as_str()), ("POST", "7.1"));
}

#[tokio::test]
async fn a_pod_logs_in_with_what_its_environment_says() {
    let folder = tempfile::tempdir().unwrap();
    let token_file = Some(write(folder.path(), "token", "s3cret-oidc-token"));
    let pod = WorkloadIdentity {
        client_id: Some("00000000-0000-0000-0000-00000000000c".to_owned()),
        tenant_id: Some("t.example".to_owned()),
        token_file,
        authority: Some("https://login.microsoftonline.us/".to_owned()),
    };
    let login = Login { workload_identity: Some(pod), ..Login::default() };
    let path = succeeds(login).await.login().path;
    assert_eq!(path, "login.microsoftonline.us/t.example/oauth2/v2.0/token");
}

#[tokio::test]
async fn a_virtual_machine_asks_its_metadata_service() {
    let machine = Login { managed_identity: Some(ManagedIdentity::default()), ..Login::default() };
    let services = succeeds(machine.clone()).await;
    let asked = &services.asked()[0];
    assert_eq!(asked.path, "169.254.169.254/metadata/identity/oauth2/token");
    assert_eq!(asked.query["resource"], "https://management.azure.com");
    assert_eq!(asked.query["api-version"], "2018-02-01");
    assert!(!asked.query.contains_key("client_id"));

    let assigned = Login { client_id: application().client_id, ..machine };
    assert_eq!(
        succeeds(assigned.clone()).await.asked()[0].query["client_id"],
        "00000000-0000-0000-0000-00000000000c"
    );
    let endpoint = Some("https://own-imds.example/metadata/identity/oauth2/token".to_owned());
    let own = ManagedIdentity { endpoint, ..ManagedIdentity::default() };
    succeeds(Login { managed_identity: Some(own), ..assigned }).await;
}

#[tokio::test]
async fn an_app_service_asks_with_its_header() {
    let app_service = AppService {
        endpoint: "http://169.254.129.2:8081/msi/token".to_owned(),
        header: secret("s3cret-header-of-app-service"),
    };
    let identity = ManagedIdentity { app_service: Some(app_service), ..ManagedIdentity::default() };
    let login = Login { managed_identity: Some(identity), ..Login::default() };
    assert_eq!(succeeds(login).await.asked()[0].query["api-version"], "2019-08-01");
}

#[cfg(unix)]
#[tokio::test]
async fn the_azure_cli_is_asked_for_the_tenant_or_else_for_the_subscription() {
    let subscription_id = Some("00000000-0000-0000-0000-000000000001".to_owned());
    for (tenant_id, expected) in [
        (Some("t.example".to_owned()), "--tenant t.example"),
        (None, "--subscription 00000000-0000-0000-0000-000000000001"),
    ] {
        let (folder, login) = az(AZ_TOKEN);
        succeeds(Login { tenant_id, subscription_id: subscription_id.clone(), ..login }).await;
        let arguments = std::fs::read_to_string(folder.path().join("arguments")).unwrap();
        assert_eq!(arguments.trim(), format!("account get-access-token -o json --scope {SCOPE} {expected}"));
    }
}

#[tokio::test]
async fn each_cloud_has_its_login_service() {
    for (service, host) in
        [(Service::us_government(), "login.microsoftonline.us"), (Service::china(), "login.chinacloudapi.cn")]
    {
        let services = Services::start().await;
        let scope = service.scope().unwrap().to_owned();
        let login = with_secret("s3cret-of-the-client");
        Credentials::new(login, service, services.transport()).token(&scope).await.unwrap();
        let login = services.login();
        assert!(login.path.starts_with(host), "{}", login.path);
        assert_eq!(login.form["scope"], scope);
    }
}

#[tokio::test]
async fn a_token_is_for_the_audience_that_is_asked_for() {
    // Azure Kubernetes Service, which is no Resource Manager.
    let audience = "6dae42f8-4368-4678-94ff-3960e28e3630";
    let machine = Login { managed_identity: Some(ManagedIdentity::default()), ..Login::default() };
    for login in [with_secret("s3cret-of-the-client"), machine] {
        let services = Services::start().await;
        let credentials = Credentials::new(login, Service::public(), services.transport());
        credentials.token(&format!("{audience}/.default")).await.unwrap();
        let asked = services.asked().remove(0);
        let found = asked.form.get("scope").or(asked.query.get("resource")).unwrap();
        assert_eq!(found.strip_suffix("/.default").unwrap_or(found), audience);
    }
}

#[tokio::test]
async fn a_metadata_host_is_asked_once_and_only_when_a_token_is_wanted() {
    let services = Services::start().await;
    let cloud = Cloud::described_by("own-cloud.example", services.transport());
    let login = with_secret("s3cret-of-the-client");
    let credentials = Credentials::new(login, cloud.clone(), services.transport());
    assert!(services.asked().is_empty());
    credentials.token("https://arm.own-cloud.example/.default").await.unwrap();
    credentials.token("https://other.own-cloud.example/.default").await.unwrap();
    let paths: Vec<_> = services.asked().into_iter().map(|asked| asked.path).collect();
    let token = "login.own-cloud.example/t.example/oauth2/v2.0/token";
    assert_eq!(paths, ["own-cloud.example/metadata/endpoints", token, token]);
    assert_eq!(cloud.service().await.unwrap().to_string(), "https://arm.own-cloud.example");
}

#[tokio::test]
async fn a_hundred_callers_make_one_token_request() {
    let services = Services::start().await;
    let login = with_secret("s3cret-of-the-client");
    let credentials = std::sync::Arc::new(Credentials::new(login, Service::public(), services.transport()));
    let callers: Vec<_> = (0..100)
        .map(|_| {
            let credentials = std::sync::Arc::clone(&credentials);
            tokio::spawn(async move { credentials.token(SCOPE).await.is_ok() })
        })
        .collect();
    for caller in callers {
        assert!(caller.await.unwrap());
    }
    services.login();
}

/// Runs this test again in a process of its own that has these variables.
#[cfg(unix)]
fn again(test: &str, variables: &[(&str, &str)]) {
    let program = std::env::current_exe().unwrap();
    let mut command = std::process::Command::new(program);
    command.args(["--exact", test, "--nocapture"]).envs(variables.iter().copied());
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[cfg(unix)]
#[tokio::test]
async fn the_azure_cli_gets_no_secret_of_terraforms() {
    let secrets = [("TF_VAR_password", "s3cret-of-terraform"), ("ARM_CLIENT_SECRET", "s3cret-of-terraform")];
    if std::env::var_os("TF_VAR_password").is_none() {
        return again("the_azure_cli_gets_no_secret_of_terraforms", &secrets);
    }
    let (folder, login) = az(&format!("/usr/bin/env > \"${{0%/*}}/environment\"\n{AZ_TOKEN}"));
    succeeds(login).await;
    let environment = std::fs::read_to_string(folder.path().join("environment")).unwrap();
    assert!(environment.contains("PATH=") && !environment.contains("s3cret-of-terraform"), "{environment}");
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn an_azure_cli_that_hangs_is_ended_with_all_that_it_has_started() {
    let (folder, login) = az("/bin/sleep 600 & echo $! > \"${0%/*}/child\"; wait");
    let services = Services::start().await;
    let credentials = Credentials::new(login, Service::public(), services.transport());
    let asking = tokio::spawn(async move { credentials.token(SCOPE).await.map(drop) });
    let child = folder.path().join("child");
    let number = until("the child of az", || {
        let text = std::fs::read_to_string(&child).ok()?;
        text.ends_with('\n').then(|| text.trim().to_owned())
    });
    let number = number.await;
    let is_running = || {
        let stat = std::fs::read_to_string(format!("/proc/{number}/stat"));
        stat.is_ok_and(|stat| !stat.rsplit(')').next().unwrap_or_default().trim().starts_with('Z'))
    };
    assert!(is_running());
    asking.abort();
    until("the end of the child", || (!is_running()).then_some(())).await;
}

/// Waits until there is this.
#[cfg(target_os = "linux")]
async fn until<T>(what: &str, there: impl Fn() -> Option<T>) -> T {
    let waiting = async {
        loop {
            if let Some(found) = there() {
                return found;
            }
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
    };
    let waited = tokio::time::timeout(std::time::Duration::from_secs(60), waiting).await;
    waited.unwrap_or_else(|_| panic!("never saw {what}"))
}
