//! The part of the control API that seeds.

use serde_json::{Value, json};

use crate::client::ask;
use crate::{GROUP, PROFILE, TYPES, shop, start};

#[tokio::test]
async fn what_is_seeded_shows_in_answers() {
    let running = start().await;
    let url = running.url();
    let put = async |path: &str, body: Value| {
        let answer = ask(&url, "PUT", path, &body.to_string()).await;
        assert_eq!(answer.status, 204, "{path}: {}", answer.body);
    };
    ask(
        &url,
        "PUT",
        &shop(),
        &PROFILE.replace("\"endpoints\"", "\"trafficViewEnrollmentStatus\":\"Enabled\",\"endpoints\""),
    )
    .await;
    let flows = json!([{"source_ip": "192.0.2.1", "latitude": 1.5, "longitude": 2.5,
        "queries": [{"endpoint": "east", "count": 3}]}]);
    put(
        "/emulator/heat-map/shop",
        json!({"start": "2026-11-13T00:00:00Z", "end": "2026-11-20T00:00:00Z", "flows": flows}),
    )
    .await;
    let map = shop().replace("/shop?", "/shop/heatMaps/default?");
    let map = ask(&url, "GET", &map, "").await.json();
    assert_eq!(map["properties"]["trafficFlows"][0]["queryExperiences"][0]["queryCount"], 3);

    put("/emulator/limits", json!({"profiles": 1})).await;
    assert_eq!(
        ask(&url, "GET", "/emulator/limits", "").await.json(),
        json!({"profiles": 1, "endpoints": 200})
    );
    let other = format!("{GROUP}/{TYPES}/other?api-version=2022-04-01");
    assert_eq!(ask(&url, "PUT", &other, &PROFILE.replace("\"shop\"", "\"other\"")).await.status, 400);

    put("/emulator/group-deletion", json!({"polls": 1})).await;
    let deleted = ask(&url, "DELETE", &format!("{GROUP}?api-version=2021-04-01"), "").await;
    assert_eq!((deleted.status, deleted.header("retry-after")), (202, Some("0")));
    let result = deleted.header("location").unwrap().strip_prefix("http://emulator").unwrap().to_owned();
    let going_on = ask(&url, "GET", &result, "").await;
    assert_eq!((going_on.status, going_on.header("location")), (202, deleted.header("location")));
    assert_eq!(ask(&url, "GET", &result, "").await.status, 200);

    put("/emulator/subscriptions", json!({"id": "00000000-0000-0000-0000-000000000009", "name": "Mine"}))
        .await;
    assert_eq!(ask(&url, "GET", &shop(), "").await.json()["error"]["code"], "SubscriptionNotFound");
}

#[tokio::test]
async fn clients_are_listed_without_their_secrets_and_forgotten() {
    let running = start().await;
    let url = running.url();
    let client = json!({"tenant": "00000000-0000-0000-0000-00000000000b", "client_id": "me", "client_secret": "hunter2"});
    assert_eq!(ask(&url, "PUT", "/emulator/credentials", &client.to_string()).await.status, 204);
    let list = ask(&url, "GET", "/emulator/credentials", "").await;
    assert_eq!(list.json()[0]["credentials"], json!(["client_secret"]));
    assert!(!list.body.contains("hunter2"));
    assert_eq!(ask(&url, "DELETE", "/emulator/credentials", "").await.status, 204);
    assert_eq!(ask(&url, "GET", "/emulator/credentials", "").await.body, "[]");
}

#[tokio::test]
async fn bad_seeds_are_refused_with_the_field() {
    let running = start().await;
    let url = running.url();
    ask(&url, "PUT", &shop(), PROFILE).await;
    let tenant = "00000000-0000-0000-0000-00000000000b";
    let client = |more: &str| format!(r#"{{"tenant":"{tenant}","client_id":"me"{more}}}"#);
    for (method, path, body, status, words) in [
        ("PUT", "credentials", client(""), 400, "give it a client_secret"),
        ("PUT", "credentials", client(r#","secret":"x""#), 400, "unknown field `secret`"),
        ("PUT", "credentials", client(r#","certificate":"x""#), 400, "certificate: "),
        (
            "PUT",
            "credentials",
            client(r#","federated":{"issuer":"x"}"#),
            400,
            "federated: missing field `subject`",
        ),
        ("PUT", "credentials", r#"{"client_id":"me"}"#.to_owned(), 400, "missing field `tenant`"),
        ("PUT", "tokens", r#"{"lifetime_seconds":0}"#.to_owned(), 400, "lifetime_seconds: 0 is not possible"),
        (
            "PUT",
            "roles",
            r#"{"principal":"me","role":"King"}"#.to_owned(),
            400,
            "role: 'King' is not possible",
        ),
        ("PUT", "roles", r#"{"principal":"","role":"Owner"}"#.to_owned(), 400, "principal: ''"),
        (
            "PUT",
            "roles",
            r#"{"principal":"me","role":"Owner","scope":"rg"}"#.to_owned(),
            400,
            "scope: 'rg' is not possible; use a path",
        ),
        (
            "PUT",
            "subscriptions",
            r#"{"id":"mine"}"#.to_owned(),
            400,
            "id: 'mine' is not possible; use a UUID",
        ),
        ("PUT", "limits", "{}".to_owned(), 400, "give 'profiles'"),
        ("PUT", "limits", r#"{"profiles":-1}"#.to_owned(), 400, "profiles: invalid value"),
        ("PUT", "group-deletion", r#"{"polls":"two"}"#.to_owned(), 400, "polls: invalid type"),
        (
            "PUT",
            "heat-map/none",
            r#"{"start":"2026-11-13T00:00:00Z","end":"2026-11-20T00:00:00Z","flows":[]}"#.to_owned(),
            404,
            "there is no profile 'none'",
        ),
        ("PUT", "heat-map/shop", r#"{"start":"x","end":"y","flows":[]}"#.to_owned(), 400, "start: 'x'"),
        ("POST", "credentials", client(""), 405, "PUT and DELETE /emulator/credentials"),
    ] {
        let answer = ask(&url, method, &format!("/emulator/{path}"), &body).await;
        let error = answer.json()["error"].as_str().unwrap_or_default().to_owned();
        assert!(answer.status == status && error.contains(words), "{method} {path} {body}: {answer:?}");
    }
}
