//! Tests of the directory without a server.

use std::fmt::Write;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use http::Method;
use ring::rand::SystemRandom;
use ring::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use rustls_pki_types::PrivatePkcs8KeyDer;
use rustls_pki_types::pem::PemObject;
use serde_json::{Value, json};
use time::OffsetDateTime;

use super::{ClientSeed, Directory, Visit};
use crate::service::{Access, Answer, Request};

const TENANT: &str = "00000000-0000-0000-0000-00000000000b";
const CLIENT: &str = "00000000-0000-0000-0000-0000000000c1";
const BASE: &str = "https://127.0.0.1:4653";
const NOW: i64 = 1_800_000_000;
const ARM: &str = "https://management.azure.com/.default";
const BEARER_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

fn visit(seconds: i64) -> Visit<'static> {
    Visit { base: BASE, now: OffsetDateTime::from_unix_timestamp(seconds).unwrap(), correlation: None }
}

fn ask(directory: &mut Directory, method: Method, path: &str, query: &str, body: &str) -> (u16, Value) {
    let request = Request {
        method,
        path: path.to_owned(),
        query: query.to_owned(),
        body: Bytes::from(body.to_owned()),
    };
    let Answer { status, body, .. } =
        directory.answer(&request, visit(NOW)).expect("it is for the directory");
    (status.as_u16(), serde_json::from_str(&body).unwrap())
}

fn form(fields: &[(&str, &str)]) -> String {
    let mut text = String::new();
    for (key, value) in fields {
        let value = percent_encoding::utf8_percent_encode(value, percent_encoding::NON_ALPHANUMERIC);
        write!(text, "{key}={value}&").unwrap();
    }
    text
}

fn log_in(directory: &mut Directory, tenant: &str, more: &[(&str, &str)]) -> (u16, Value) {
    let mut fields = vec![("grant_type", "client_credentials"), ("client_id", CLIENT), ("scope", ARM)];
    fields.extend(more);
    ask(directory, Method::POST, &format!("/{tenant}/oauth2/v2.0/token"), "", &form(&fields))
}

fn refused(answer: &(u16, Value)) -> (u16, &str, u64) {
    let (status, body) = answer;
    let number = body["error_codes"][0].as_u64().unwrap_or_default();
    let description = body["error_description"].as_str().unwrap_or_default();
    assert!(description.starts_with(&format!("AADSTS{number}: ")), "{body}");
    assert!(description.contains("Trace ID: ") && description.ends_with("Timestamp: 2027-01-15 08:00:00Z"));
    assert_eq!(body["error_uri"], format!("https://login.microsoftonline.com/error?code={number}"));
    (*status, body["error"].as_str().unwrap(), number)
}

fn seeded(more: &Value) -> Directory {
    let mut seed = json!({"tenant": TENANT, "client_id": CLIENT});
    for (key, value) in more.as_object().unwrap() {
        seed[key] = value.clone();
    }
    let mut directory = Directory::new();
    directory.put_client(serde_json::from_value::<ClientSeed>(seed).unwrap()).unwrap();
    directory
}

#[test]
fn an_empty_directory_takes_every_client_and_gives_tokens_of_the_real_shape() {
    let mut directory = Directory::new();
    let (status, body) = log_in(&mut directory, TENANT, &[("client_secret", "anything & more")]);
    assert_eq!((status, &body["token_type"], &body["expires_in"]), (200, &json!("Bearer"), &json!(3599)));
    let token = body["access_token"].as_str().unwrap();
    let claims: Value =
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(token.split('.').nth(1).unwrap()).unwrap()).unwrap();
    assert_eq!(claims["aud"], "https://management.azure.com");
    assert_eq!(claims["iss"], format!("https://sts.windows.net/{TENANT}/"));
    assert_eq!((&claims["tid"], &claims["appid"]), (&json!(TENANT), &json!(CLIENT)));
    assert_eq!((&claims["iat"], &claims["exp"]), (&json!(NOW), &json!(NOW + 3599)));
    assert_eq!(claims["oid"], claims["sub"]);
    // The same client is the same principal the next time.
    let (_, again) = log_in(&mut directory, TENANT, &[("client_secret", "other")]);
    let Access::Caller(first) = directory.access(Some(&format!("Bearer {token}")), visit(NOW)) else {
        panic!()
    };
    let token = format!("bearer {}", again["access_token"].as_str().unwrap());
    let Access::Caller(second) = directory.access(Some(&token), visit(NOW)) else { panic!() };
    assert_eq!(first, second);
    assert_eq!(first.tenant, TENANT);
}

#[test]
fn the_older_endpoint_names_a_resource_and_writes_numbers_as_texts() {
    let mut directory = Directory::new();
    let fields = [
        ("grant_type", "client_credentials"),
        ("client_id", CLIENT),
        ("client_secret", "s"),
        ("resource", "https://management.core.windows.net/"),
    ];
    let path = format!("/{TENANT}/oauth2/token");
    let (status, body) = ask(&mut directory, Method::POST, &path, "", &form(&fields));
    assert_eq!(status, 200);
    assert_eq!(body["resource"], "https://management.core.windows.net/");
    assert_eq!((&body["expires_in"], &body["expires_on"]), (&json!("3599"), &json!("1800003599")));
    let authorization = format!("Bearer {}", body["access_token"].as_str().unwrap());
    assert!(matches!(directory.access(Some(&authorization), visit(NOW)), Access::Caller(_)));
}

#[test]
fn a_malformed_request_is_refused_with_the_number_of_its_fault() {
    let mut directory = Directory::new();
    let mut post = |fields: &[(&str, &str)]| {
        let path = format!("/{TENANT}/oauth2/v2.0/token");
        let answer = ask(&mut directory, Method::POST, &path, "", &form(fields));
        let (status, error, number) = refused(&answer);
        (status, error.to_owned(), number)
    };
    let grant = ("grant_type", "client_credentials");
    let client = ("client_id", CLIENT);
    for (fields, expected) in [
        (vec![], (400, "invalid_request", 900_144)),
        (vec![grant], (400, "invalid_request", 900_144)),
        (vec![("grant_type", "password"), client], (400, "unsupported_grant_type", 70003)),
        (vec![grant, client], (400, "invalid_request", 900_144)),
        (vec![grant, client, ("scope", "https://x/read")], (400, "invalid_scope", 1_002_012)),
        (vec![grant, client, ("scope", ARM)], (401, "invalid_client", 7_000_218)),
    ] {
        let (status, error, number) = post(&fields);
        assert_eq!((status, error.as_str(), number), expected, "{fields:?}");
    }
    let get = ask(&mut directory, Method::GET, &format!("/{TENANT}/oauth2/v2.0/token"), "", "");
    assert_eq!(refused(&get), (400, "invalid_request", 900_561));
    assert_eq!(refused(&log_in(&mut directory, "nonsense", &[])), (400, "invalid_request", 900_023));
}

#[test]
fn a_known_client_needs_its_own_secret_and_in_time() {
    let mut directory = seeded(&json!({"client_secret": "right", "secret_expires": "2027-01-15T08:00:01Z"}));
    assert_eq!(log_in(&mut directory, TENANT, &[("client_secret", "right")]).0, 200);
    let wrong = log_in(&mut directory, TENANT, &[("client_secret", "hunter2")]);
    assert_eq!(refused(&wrong), (401, "invalid_client", 7_000_215));
    assert!(wrong.1["error_description"].as_str().unwrap().contains(&format!("added to app '{CLIENT}'.")));
    assert!(!wrong.1.to_string().contains("hunter2"));

    let mut expired = seeded(&json!({"client_secret": "right", "secret_expires": "2027-01-15T08:00:00Z"}));
    let answer = log_in(&mut expired, TENANT, &[("client_secret", "right")]);
    assert_eq!(refused(&answer), (401, "invalid_client", 7_000_222));
}

#[test]
fn from_the_first_known_client_on_all_others_are_unknown() {
    let mut directory = seeded(&json!({"client_secret": "s"}));
    let tenant = "00000000-0000-0000-0000-00000000000d";
    let answer = log_in(&mut directory, tenant, &[("client_secret", "s")]);
    assert_eq!(refused(&answer), (400, "invalid_request", 90002));
    let path = format!("/{TENANT}/oauth2/v2.0/token");
    let fields = [
        ("grant_type", "client_credentials"),
        ("client_id", "other"),
        ("client_secret", "s"),
        ("scope", ARM),
    ];
    let answer = ask(&mut directory, Method::POST, &path, "", &form(&fields));
    assert_eq!(refused(&answer), (400, "unauthorized_client", 700_016));
    let document = format!("/{tenant}/v2.0/.well-known/openid-configuration");
    assert_eq!(refused(&ask(&mut directory, Method::GET, &document, "", "")), (400, "invalid_tenant", 90002));
}

fn assertion(header: &Value, claims: &Value, sign: impl FnOnce(&[u8]) -> Vec<u8>) -> String {
    let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let signed = format!("{}.{}", encode(header), encode(claims));
    let signature = sign(signed.as_bytes());
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
}

fn with_assertion(directory: &mut Directory, assertion: &str) -> (u16, Value) {
    log_in(directory, TENANT, &[("client_assertion", assertion), ("client_assertion_type", BEARER_TYPE)])
}

fn own_claims() -> Value {
    json!({"iss": CLIENT, "sub": CLIENT, "aud": format!("{BASE}/{TENANT}/oauth2/v2.0/token"), "exp": NOW + 600,
        "nbf": NOW, "jti": "1"})
}

#[test]
fn a_certificate_assertion_is_checked_down_to_its_signature() {
    let pem = include_str!("testdata/client.pem");
    let key = PrivatePkcs8KeyDer::from_pem_slice(pem.as_bytes()).unwrap();
    let key = RsaKeyPair::from_pkcs8(key.secret_pkcs8_der()).unwrap();
    let sign = |message: &[u8]| {
        let mut signature = vec![0; key.public().modulus_len()];
        key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut signature).unwrap();
        signature
    };
    let mut directory = seeded(&json!({ "certificate": pem }));
    let certificate = directory.kept.clients.values().next().unwrap().certificate.clone().unwrap();
    let thumbprint = URL_SAFE_NO_PAD.encode(&certificate.sha1);
    let header = json!({"alg": "RS256", "typ": "JWT", "x5t": thumbprint});
    assert_eq!(with_assertion(&mut directory, &assertion(&header, &own_claims(), sign)).0, 200);

    let forged = assertion(&header, &own_claims(), |_| vec![7; 256]);
    assert_eq!(refused(&with_assertion(&mut directory, &forged)), (401, "invalid_client", 700_027));
    let other = json!({"alg": "RS256", "x5t": URL_SAFE_NO_PAD.encode([0xab; 20])});
    let answer = with_assertion(&mut directory, &assertion(&other, &own_claims(), sign));
    assert_eq!(refused(&answer), (401, "invalid_client", 700_027));
    assert!(answer.1["error_description"].as_str().unwrap().contains(&"AB".repeat(20)));
    let none = json!({"alg": "none", "x5t": thumbprint});
    let answer = with_assertion(&mut directory, &assertion(&none, &own_claims(), |_| Vec::new()));
    assert_eq!(refused(&answer), (400, "invalid_request", 50027));

    for (claim, value, number) in [
        ("exp", json!(NOW - 301), 700_024),
        ("nbf", json!(NOW + 301), 700_024),
        ("sub", json!("other"), 700_021),
        ("aud", json!("https://example.com/"), 700_023),
    ] {
        let mut claims = own_claims();
        claims[claim] = value;
        let answer = with_assertion(&mut directory, &assertion(&header, &claims, sign));
        assert_eq!(refused(&answer), (401, "invalid_client", number), "{claim}");
    }
}

#[test]
fn an_assertion_that_cannot_be_read_is_malformed() {
    let mut directory = Directory::new();
    let no_issuer = assertion(&json!({"alg": "RS256"}), &json!({"exp": NOW + 9}), |_| Vec::new());
    for given in ["nonsense", "a.b.c", &no_issuer] {
        assert_eq!(
            refused(&with_assertion(&mut directory, given)),
            (400, "invalid_request", 50027),
            "{given}"
        );
    }
    // An empty directory has no certificate to check a signature with.
    let unsigned = assertion(&json!({"alg": "RS256"}), &own_claims(), |_| vec![1]);
    assert_eq!(with_assertion(&mut directory, &unsigned).0, 200);
}

#[test]
fn the_times_of_an_assertion_may_be_as_far_away_as_numbers_go() {
    let mut directory = Directory::new();
    for (until, from, status) in [
        (json!(i64::MAX), json!(i64::MIN), 200),
        (json!(1e300), json!(0), 200),
        (json!(i64::MIN), json!(i64::MAX), 401),
    ] {
        let mut claims = own_claims();
        claims["exp"] = until;
        claims["nbf"] = from;
        let given = assertion(&json!({"alg": "RS256"}), &claims, |_| vec![1]);
        assert_eq!(with_assertion(&mut directory, &given).0, status, "{claims}");
    }
}

#[test]
fn a_workload_identity_needs_its_issuer_subject_and_audience() {
    let issuer = "https://issuer.example.com/";
    let mut directory =
        seeded(&json!({"federated": {"issuer": issuer, "subject": "repo:contoso/shop:ref:main"}}));
    let claims = json!({"iss": issuer, "sub": "repo:contoso/shop:ref:main", "aud": ["api://AzureADTokenExchange"],
        "exp": NOW + 60});
    let mut present = |claims: &Value| {
        let given = assertion(&json!({"alg": "RS256"}), claims, |_| vec![1]);
        with_assertion(&mut directory, &given)
    };
    assert_eq!(present(&claims).0, 200);
    for (claim, value, number) in [
        ("iss", "https://issuer.example.com", 700_211),
        ("aud", "api://Other", 700_212),
        // Letter case counts.
        ("sub", "repo:Contoso/shop:ref:main", 700_213),
    ] {
        let mut other = claims.clone();
        other[claim] = json!(value);
        let answer = present(&other);
        assert_eq!(refused(&answer), (401, "invalid_client", number));
        assert!(answer.1["error_description"].as_str().unwrap().contains(value), "{}", answer.1);
    }
}

#[test]
fn a_refresh_token_gives_a_token_and_the_next_refresh_token() {
    let mut directory = seeded(&json!({"refresh_token": "first"}));
    let mut refresh = |token: &str| {
        let fields = [
            ("grant_type", "refresh_token"),
            ("client_id", CLIENT),
            ("refresh_token", token),
            ("scope", "https://management.azure.com/user_impersonation offline_access"),
        ];
        ask(&mut directory, Method::POST, &format!("/{TENANT}/oauth2/v2.0/token"), "", &form(&fields))
    };
    let (status, body) = refresh("first");
    assert_eq!(status, 200, "{body}");
    let next = body["refresh_token"].as_str().unwrap().to_owned();
    assert_eq!(refresh(&next).0, 200);
    assert_eq!(refused(&refresh("stolen")), (400, "invalid_grant", 9_002_313));
}

#[test]
fn azure_resource_manager_tells_what_is_wrong_with_a_token() {
    let mut directory = Directory::new();
    let (_, body) = log_in(&mut directory, TENANT, &[("client_secret", "s")]);
    let good = format!("Bearer {}", body["access_token"].as_str().unwrap());
    let code = |directory: &Directory, authorization: Option<&str>, seconds: i64| match directory
        .access(authorization, visit(seconds))
    {
        Access::Refused(failure) => {
            assert_eq!(failure.status, 401);
            let challenge = failure.challenge.as_deref().unwrap();
            assert!(challenge.starts_with(&format!("Bearer authorization_uri=\"{BASE}/")), "{challenge}");
            failure.code
        }
        _ => "",
    };
    assert_eq!(code(&directory, Some(&good), NOW), "");
    assert_eq!(code(&directory, None, NOW), "AuthenticationFailed");
    assert_eq!(code(&directory, Some("Basic abc"), NOW), "AuthenticationFailedInvalidHeader");
    assert_eq!(code(&directory, Some("Bearer abc"), NOW), "InvalidAuthenticationToken");
    assert_eq!(code(&Directory::new(), Some(&good), NOW), "InvalidAuthenticationToken");
    assert_eq!(code(&directory, Some(&good), NOW + 3599), "ExpiredAuthenticationToken");
    let graph = [("client_secret", "s"), ("scope", "https://graph.microsoft.com/.default")];
    let (_, body) = log_in(&mut directory, TENANT, &graph);
    let other = format!("Bearer {}", body["access_token"].as_str().unwrap());
    assert_eq!(code(&directory, Some(&other), NOW), "InvalidAuthenticationTokenAudience");
    directory.expire_tokens();
    assert_eq!(code(&directory, Some(&good), NOW), "ExpiredAuthenticationToken");
    directory.set_lifetime(60);
    let (_, body) = log_in(&mut directory, TENANT, &[("client_secret", "s")]);
    assert_eq!(body["expires_in"], 60);
    let newer = format!("Bearer {}", body["access_token"].as_str().unwrap());
    assert_eq!(code(&directory, Some(&newer), NOW), "");
}

#[test]
fn the_metadata_has_the_form_of_each_version_and_the_emulators_addresses() {
    let mut directory = Directory::new();
    let mut get = |version: &str| {
        let query = format!("api-version={version}");
        ask(&mut directory, Method::GET, "/metadata/endpoints", &query, "")
    };
    let (_, oldest) = get("2015-01-01");
    assert_eq!(oldest["authentication"]["loginEndpoint"], format!("{BASE}/"));
    let (_, list) = get("2019-05-01");
    assert_eq!((&list[0]["name"], &list[0]["resourceManager"]), (&json!("AzureCloud"), &json!(BASE)));
    let (_, one) = get("2022-09-01");
    assert_eq!(one["authentication"]["loginEndpoint"], BASE);
    assert_eq!(one["microsoftGraphResourceId"], "https://graph.microsoft.com/");
    assert_eq!(get("1999-01-01").0, 400);
}

#[test]
fn discovery_leads_to_the_token_endpoint_and_the_keys() {
    let mut directory = Directory::new();
    let query =
        format!("api-version=1.1&authorization_endpoint={BASE}%2F{TENANT}%2Foauth2%2Fv2.0%2Fauthorize");
    let (_, instance) = ask(&mut directory, Method::GET, "/common/discovery/instance", &query, "");
    let document =
        instance["tenant_discovery_endpoint"].as_str().unwrap().strip_prefix(BASE).unwrap().to_owned();
    assert_eq!(instance["metadata"][0]["aliases"], json!(["127.0.0.1:4653"]));
    let (_, openid) = ask(&mut directory, Method::GET, &document, "", "");
    assert_eq!(openid["token_endpoint"], format!("{BASE}/{TENANT}/oauth2/v2.0/token"));
    assert_eq!(openid["issuer"], format!("{BASE}/{TENANT}/v2.0"));
    let keys = openid["jwks_uri"].as_str().unwrap().strip_prefix(BASE).unwrap().to_owned();
    let (_, keys) = ask(&mut directory, Method::GET, &keys, "", "");
    let (_, body) = log_in(&mut directory, TENANT, &[("client_secret", "s")]);
    let header = body["access_token"].as_str().unwrap().split('.').next().unwrap();
    let header: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(header).unwrap()).unwrap();
    assert_eq!(keys["keys"][0]["kid"], header["kid"]);
    assert_eq!(keys["keys"][0]["crv"], "P-256");
}

#[test]
fn secrets_are_never_shown() {
    let seed: ClientSeed = serde_json::from_value(json!({"tenant": TENANT, "client_id": CLIENT,
        "client_secret": "hunter2", "refresh_token": "hunter3"}))
    .unwrap();
    assert!(!format!("{seed:?}").contains("hunter"));
    let mut directory = Directory::new();
    directory.put_client(seed).unwrap();
    let shown = format!("{directory:?} {}", json!(directory.clients()));
    assert!(shown.contains(CLIENT) && !shown.contains("hunter"), "{shown}");
    assert_eq!(directory.clients()[0].credentials, ["client_secret", "refresh_token"]);
}

#[test]
fn an_impossible_client_is_refused_with_the_field() {
    let refused = |change: &Value| {
        let mut seed = json!({"tenant": TENANT, "client_id": CLIENT, "client_secret": "hunter2"});
        for (key, value) in change.as_object().unwrap() {
            seed[key] = value.clone();
        }
        let error =
            Directory::new().put_client(serde_json::from_value(seed).unwrap()).unwrap_err().to_string();
        assert!(!error.contains("hunter2") && !error.contains("KEY"), "{error}");
        error
    };
    assert!(refused(&json!({"tenant": "contoso"})).starts_with("tenant: 'contoso'"));
    assert!(refused(&json!({"client_id": " "})).starts_with("client_id: ' '"));
    assert!(refused(&json!({"object_id": "me"})).starts_with("object_id: 'me'"));
    assert!(refused(&json!({"client_secret": null})).contains("give it a client_secret"));
    assert!(refused(&json!({"secret_expires": "soon"})).starts_with("secret_expires: 'soon'"));
    assert!(refused(&json!({"certificate": "-----BEGIN PRIVATE KEY-----"})).starts_with("certificate: "));
}
