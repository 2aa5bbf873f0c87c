//! https beside http: certificates, tokens, the documents that lead to them.

use serde_json::{Value, json};

use crate::client::{Client, ask};
use crate::{GROUP, PROFILE, shop, start};

const TENANT: &str = "00000000-0000-0000-0000-00000000000b";
const FORM: &str = "grant_type=client_credentials&client_id=00000000-0000-0000-0000-0000000000c1&client_secret=s&\
                    scope=https%3A%2F%2Fmanagement.azure.com%2F.default";

async fn connect(running: &emulator::Running) -> Client {
    Client::connect_tls(running, "127.0.0.1", &["http/1.1"]).await.unwrap().0
}

async fn log_in(client: &mut Client) -> Value {
    client.send("POST", &format!("/{TENANT}/oauth2/v2.0/token"), FORM).await.unwrap().json()
}

#[tokio::test]
async fn one_port_speaks_http_and_https_in_both_versions_under_every_name() {
    let running = start().await;
    for (name, offered, agreed) in [
        ("127.0.0.1", &["h2", "http/1.1"][..], "h2"),
        ("localhost", &["http/1.1"], "http/1.1"),
        ("management.azure.com", &["h2"], "h2"),
        ("login.microsoftonline.com", &["h2"], "h2"),
    ] {
        let (_, protocol) = Client::connect_tls(&running, name, offered).await.unwrap();
        assert_eq!(protocol.as_deref(), Some(agreed), "{name}");
    }
    assert!(Client::connect_tls(&running, "example.com", &["h2"]).await.is_err());
    let pem = ask(&running.url(), "GET", "/emulator/ca", "").await.body;
    assert_eq!(pem, running.ca_pem());
    assert!(pem.starts_with("-----BEGIN CERTIFICATE-----"));
}

#[tokio::test]
async fn azure_resource_manager_wants_a_token_over_https_only() {
    let running = start().await;
    let mut client = connect(&running).await;
    let refused = client.send("PUT", &shop(), PROFILE).await.unwrap();
    assert_eq!(refused.status, 401);
    assert_eq!(refused.json()["error"]["code"], "AuthenticationFailed");
    assert_eq!(
        refused.header("www-authenticate"),
        Some(
            "Bearer authorization_uri=\"https://emulator/\", error=\"invalid_token\", error_description=\"The \
             authentication failed because of missing 'Authorization' header.\""
        )
    );
    let token = log_in(&mut client).await;
    client.authorization = Some(format!("Bearer {}", token["access_token"].as_str().unwrap()));
    assert_eq!(client.send("PUT", &shop(), PROFILE).await.unwrap().status, 201);
    client.authorization = Some("Bearer nonsense".to_owned());
    let refused = client.send("GET", &shop(), "").await.unwrap();
    assert_eq!(
        (refused.status, &refused.json()["error"]["code"]),
        (401, &json!("InvalidAuthenticationToken"))
    );
    // Over http the same header is of no interest.
    let mut plain = Client::connect(&running.url()).await;
    plain.authorization = client.authorization;
    assert_eq!(plain.send("GET", &shop(), "").await.unwrap().status, 200);
}

#[tokio::test]
async fn an_expired_token_and_a_missing_role_are_refused_until_they_are_renewed() {
    let running = start().await;
    let url = running.url();
    let mut client = connect(&running).await;
    let authorize = |token: &Value| Some(format!("Bearer {}", token["access_token"].as_str().unwrap()));
    client.authorization = authorize(&log_in(&mut client).await);
    assert_eq!(ask(&url, "POST", "/emulator/tokens/expire", "").await.status, 204);
    let expired = client.send("GET", &shop(), "").await.unwrap();
    assert_eq!(
        (expired.status, &expired.json()["error"]["code"]),
        (401, &json!("ExpiredAuthenticationToken"))
    );
    client.authorization = authorize(&log_in(&mut client).await);
    assert_eq!(client.send("GET", &shop(), "").await.unwrap().status, 404);

    let role = json!({"principal": "somebody else", "role": "Reader", "scope": GROUP}).to_string();
    assert_eq!(ask(&url, "PUT", "/emulator/roles", &role).await.status, 204);
    let refused = client.send("GET", &shop(), "").await.unwrap();
    assert_eq!((refused.status, &refused.json()["error"]["code"]), (403, &json!("AuthorizationFailed")));
    assert_eq!(ask(&url, "DELETE", "/emulator/roles", "").await.status, 204);
    assert_eq!(client.send("GET", &shop(), "").await.unwrap().status, 404);
}

#[tokio::test]
async fn logins_are_in_the_request_log_and_meet_faults() {
    let running = start().await;
    let mut client = connect(&running).await;
    let fault = json!({"path": "/oauth2/", "answer": {"status": 503}}).to_string();
    ask(&running.url(), "POST", "/emulator/faults", &fault).await;
    let path = format!("/{TENANT}/oauth2/v2.0/token");
    assert_eq!(client.send("POST", &path, FORM).await.unwrap().status, 503);
    let answer = client.send("POST", &path, FORM).await.unwrap();
    assert_eq!((answer.status, answer.header("cache-control")), (200, Some("no-store, no-cache")));
    let log: Vec<_> = running.requests().into_iter().map(|request| (request.path, request.status)).collect();
    assert_eq!(log, [(path.clone(), Some(503)), (path, Some(200))]);
}

#[tokio::test]
async fn the_documents_name_the_emulator_as_it_was_reached() {
    let running = start().await;
    let mut client = connect(&running).await;
    let metadata = client.send("GET", "/metadata/endpoints?api-version=2022-09-01", "").await.unwrap();
    assert_eq!(metadata.status, 200);
    assert_eq!(metadata.json()["resourceManager"], "https://emulator");
    let openid =
        client.send("GET", &format!("/{TENANT}/v2.0/.well-known/openid-configuration"), "").await.unwrap();
    assert_eq!(openid.json()["token_endpoint"], format!("https://emulator/{TENANT}/oauth2/v2.0/token"));
}
