//! The state file, with emulators in this process. That it survives the end of the process is tested with the binary.

use std::path::Path;

use emulator::{Config, Emulator, Running, StartError};
use serde_json::json;

use crate::client::ask;
use crate::{GROUP, PROFILE, shop};

async fn start(state: &Path) -> Result<Running, StartError> {
    let config =
        Config { listen: ([127, 0, 0, 1], 0).into(), state: Some(state.to_owned()), ..Config::default() };
    Emulator::start(config).await
}

#[tokio::test]
async fn everything_survives_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("state.json");
    let running = start(&file).await.unwrap();
    let url = running.url();
    let nested =
        PROFILE.replace("\"shop\"", "\"parent\"").replace("externalEndpoints", "nestedEndpoints").replace(
            "\"target\":\"east.example.com\"",
            &format!("\"targetResourceId\":\"{}\"", shop().split('?').next().unwrap()),
        );
    let parent = shop().replace("/shop?", "/Parent?");
    for (method, path, body) in [
        ("PUT", shop(), PROFILE.to_owned()),
        ("PUT", "/emulator/health/shop/east".to_owned(), r#"{"status":"Degraded"}"#.to_owned()),
        ("PUT", parent.clone(), nested),
        (
            "PUT",
            format!("{GROUP}/providers/Microsoft.Network/publicIPAddresses/ip?api-version=2022-05-01"),
            r#"{"location":"westus","properties":{"dnsSettings":{"domainNameLabel":"front"}}}"#.to_owned(),
        ),
        (
            "PUT",
            format!("{GROUP}/providers/Microsoft.Authorization/locks/keep?api-version=2020-05-01"),
            r#"{"properties":{"level":"CanNotDelete"}}"#.to_owned(),
        ),
        (
            "PUT",
            "/emulator/credentials".to_owned(),
            json!({"tenant": "00000000-0000-0000-0000-00000000000b", "client_id": "me", "client_secret": "s"}).to_string(),
        ),
        ("PUT", "/emulator/limits".to_owned(), r#"{"endpoints":7}"#.to_owned()),
    ] {
        let answer = ask(&url, method, &path, &body).await;
        assert!(answer.status < 300, "{path}: {answer:?}");
    }
    let group = format!("{GROUP}/resources?api-version=2021-04-01");
    let questions = [
        shop(),
        parent,
        group,
        format!("{GROUP}/providers/Microsoft.Network/publicIPAddresses/ip?api-version=2022-05-01"),
        "/emulator/credentials".to_owned(),
        "/emulator/limits".to_owned(),
    ];
    let mut before = Vec::new();
    for question in &questions {
        before.push(ask(&url, "GET", question, "").await.body);
    }
    assert!(before[0].contains("Degraded") && before[1].contains("Degraded"), "{before:?}");
    running.stop().await;

    let running = start(&file).await.unwrap();
    for (question, before) in questions.iter().zip(&before) {
        assert_eq!(ask(&running.url(), "GET", question, "").await.body, *before);
    }
    assert_eq!(ask(&running.url(), "DELETE", &shop(), "").await.status, 409);
    // The name is taken still.
    let other = shop().replace("/shop?", "/other?");
    assert_eq!(ask(&running.url(), "PUT", &other, PROFILE).await.status, 409);
}

#[tokio::test]
async fn a_second_emulator_does_not_get_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("state.json");
    let first = start(&file).await.unwrap();
    let error = start(&file).await.unwrap_err();
    assert!(error.to_string().contains("is in use by another emulator"), "{error}");
    first.stop().await;
    start(&file).await.unwrap().stop().await;
}

#[tokio::test]
async fn a_state_that_makes_no_sense_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("state.json");
    start(&file).await.unwrap().stop().await;
    let whole = std::fs::read_to_string(&file).unwrap();
    let changed = whole.replace("\"roles\":[]", "\"roles\":\"all\"");
    assert_ne!(whole, changed);
    std::fs::write(&file, &changed).unwrap();
    let error = start(&file).await.unwrap_err().to_string();
    assert!(error.contains("left as it was"), "{error}");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), changed);
}

#[cfg(unix)]
#[tokio::test]
async fn a_change_that_cannot_be_saved_is_not_acknowledged() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("state.json");
    let running = start(&file).await.unwrap();
    // A folder where the new version would be written: it cannot be opened as a file, by root neither.
    let next = folder.path().join(".state.json.azuretm-emulator-next");
    std::fs::create_dir(&next).unwrap();
    let answer = ask(&running.url(), "PUT", &shop(), PROFILE).await;
    assert_eq!((answer.status, &answer.json()["error"]["code"]), (500, &json!("InternalServerError")));
    std::fs::remove_dir(&next).unwrap();
    assert_eq!(ask(&running.url(), "PUT", &shop(), PROFILE).await.status, 200);
}

#[cfg(unix)]
#[tokio::test]
async fn what_changes_nothing_is_answered_while_nothing_can_be_saved() {
    let folder = tempfile::tempdir().unwrap();
    let running = start(&folder.path().join("state.json")).await.unwrap();
    let url = running.url();
    ask(&url, "PUT", &shop(), PROFILE).await;
    std::fs::create_dir(folder.path().join(".state.json.azuretm-emulator-next")).unwrap();
    assert_eq!(ask(&url, "DELETE", &shop(), "").await.status, 500);
    let form = "grant_type=client_credentials&client_id=me&client_secret=s&scope=https%3A%2F%2Fx%2F.default";
    for (method, path, body, status) in [
        ("GET", shop(), "", 404),
        ("GET", format!("{GROUP}?api-version=2021-04-01"), "", 200),
        ("PUT", shop(), "no JSON", 400),
        ("POST", "/00000000-0000-0000-0000-00000000000b/oauth2/v2.0/token".to_owned(), form, 200),
        ("GET", "/metadata/endpoints?api-version=2022-09-01".to_owned(), "", 200),
    ] {
        assert_eq!(ask(&url, method, &path, body).await.status, status, "{method} {path}");
    }
}
