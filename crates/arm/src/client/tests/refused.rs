//! Tokens that Azure refuses before they end, and those of further tenants.

use super::*;
use crate::credentials::{Credentials, Login, Written};
use crate::secret::Secret;

fn refused(code: &str) -> Line {
    answer(
        401,
        &json!({ "error": { "code": code, "message": "The access token expiry UTC time is earlier." } }),
    )
}

fn granted(token: &str) -> Line {
    answer(200, &json!({ "token_type": "Bearer", "expires_in": 3600, "access_token": token }))
}

/// A client that logs in with a secret over the same script.
fn play(lines: impl IntoIterator<Item = Line>) -> Play {
    play_in(&[], lines)
}

/// The same with further tenants.
fn play_in(tenants: &[&str], lines: impl IntoIterator<Item = Line>) -> Play {
    let Play { script, .. } = Play::new(lines);
    let login = Login {
        tenant_id: Some("t".to_owned()),
        auxiliary_tenant_ids: tenants.iter().map(|&tenant| tenant.to_owned()).collect(),
        client_id: Some("c".to_owned()),
        client_secret: Some(Written::Here(Secret::from("x".to_owned()))),
        ..Login::default()
    };
    let credentials = Credentials::new(login, Service::public(), script.clone());
    let client = Client::with_transport(Service::public(), Some(Arc::new(credentials)), "t", script.clone());
    Play { client, script }
}

fn bearers(play: &Play) -> Vec<String> {
    header(play, "authorization")
}

fn header(play: &Play, name: &str) -> Vec<String> {
    let asked = play.script.asked.lock().unwrap();
    let bearers = asked.iter().filter_map(|(_, request)| request.headers().get(name));
    bearers.map(|bearer| bearer.to_str().unwrap().to_owned()).collect()
}

#[tokio::test(start_paused = true)]
async fn a_refused_token_is_replaced_by_a_new_login() {
    for code in ["ExpiredAuthenticationToken", "InvalidAuthenticationToken", ""] {
        let found = || answer(200, &profile(30).1);
        let play = play([granted("old"), refused(code), granted("new"), found(), found()]);
        play.send(profiles::get(&id())).await.unwrap();
        play.send(profiles::get(&id())).await.unwrap();
        assert_eq!(bearers(&play), ["Bearer old", "Bearer new", "Bearer new"], "{code}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_write_with_a_refused_token_is_sent_again_and_leaves_no_doubt() {
    let play = play([granted("old"), refused("ExpiredAuthenticationToken"), granted("new"), not_found()]);
    let error = play.send(profiles::put(&id(), &profile(30).0)).await.unwrap_err();
    assert!(error.is_not_found() && !error.call().in_doubt, "{error:?}");
    assert_eq!(play.methods(), "POST PUT POST PUT");
}

#[tokio::test(start_paused = true)]
async fn a_token_that_is_refused_again_is_told() {
    let expired = || refused("ExpiredAuthenticationToken");
    let play = play([granted("old"), expired(), granted("new"), expired()]);
    let error = play.send(profiles::get(&id())).await.unwrap_err();
    assert!(error.refusal() == Some(StatusCode::UNAUTHORIZED), "{error:?}");
    assert_eq!(error.call().attempts, 2);
    assert!(play.is_over());
}

#[tokio::test(start_paused = true)]
async fn a_token_of_another_tenant_is_told_at_once_and_kept() {
    let tenant = || refused("InvalidAuthenticationTokenTenant");
    let play = play([granted("kept"), tenant(), tenant()]);
    for _ in 0..2 {
        let error = play.send(profiles::get(&id())).await.unwrap_err();
        assert!(error.refusal() == Some(StatusCode::UNAUTHORIZED), "{error:?}");
    }
    assert_eq!(bearers(&play), ["Bearer kept", "Bearer kept"]);
}

#[tokio::test(start_paused = true)]
async fn tokens_of_further_tenants_go_along_and_are_renewed_and_hidden_alike() {
    let play = play_in(
        &["a", "b"],
        [
            granted("first"),
            granted("of-a"),
            granted("of-b"),
            refused("InvalidAuthenticationToken"),
            granted("second"),
            granted("again-a"),
            granted("again-b"),
            answer(400, &json!({ "error": { "code": "x", "message": "again-a again-b" } })),
        ],
    );
    let error = play.send(profiles::get(&id())).await.unwrap_err();
    assert_eq!(error.answer().unwrap().message.as_deref(), Some("[token] [token]"));
    assert_eq!(bearers(&play), ["Bearer first", "Bearer second"]);
    let auxiliary = header(&play, "x-ms-authorization-auxiliary");
    assert_eq!(auxiliary, ["Bearer of-a, Bearer of-b", "Bearer again-a, Bearer again-b"]);
    let asked = play.script.asked.lock().unwrap();
    let paths: Vec<_> = asked[1..3].iter().map(|(_, request)| request.uri().path()).collect();
    assert_eq!(paths, ["/a/oauth2/v2.0/token", "/b/oauth2/v2.0/token"]);
    assert!(!format!("{:?}", asked[7].1).contains("again"), "{:?}", asked[7].1);
}

#[tokio::test(start_paused = true)]
async fn a_further_tenant_that_gives_no_token_is_named() {
    let refusal = json!({ "error": "invalid_request", "error_description": "AADSTS90002: No.", "error_codes": [90_002] });
    let play = play_in(&["elsewhere"], [granted("first"), answer(400, &refusal)]);
    let error = play.send(profiles::get(&id())).await.unwrap_err();
    let ErrorKind::Token(source) = error.kind() else { panic!("{error:?}") };
    let text = source.to_string();
    assert!(text.starts_with("for the tenant elsewhere of auxiliary_tenant_ids: client secret: "), "{text}");
    assert_eq!(play.methods(), "POST POST");
}
