//! Requests that a web page makes a browser send, and those of programs beside them.

use emulator::{Config, Emulator};
use serde_json::json;

use crate::client::{Answer, Client, ask};
use crate::{PROFILE, shop, start};

/// Sends a request with a `Host` and more headers.
async fn send(url: &str, host: &str, headers: &str, (method, path): (&str, &str)) -> Answer {
    let mut client = Client::connect(url).await;
    host.clone_into(&mut client.host);
    client.headers = headers.split_inclusive('\n').map(|line| line.replace('\n', "\r\n")).collect();
    client.send(method, path, "").await.unwrap()
}

#[tokio::test]
async fn a_name_that_somebody_points_at_this_machine_is_not_served() {
    let running = start().await;
    let url = running.url();
    ask(&url, "PUT", &shop(), PROFILE).await;
    let port = url.rsplit(':').next().unwrap();
    for host in [format!("evil.example:{port}"), "localhost.example:1".to_owned(), "emulator.test".to_owned()]
    {
        for path in [shop().as_str(), "/emulator/requests", "/metadata/endpoints", "/", "/emulator/profiles"]
        {
            let answer = send(&url, &host, "", ("GET", path)).await;
            assert!(answer.status == 421 && answer.body.contains("--tls-name"), "{host} {path}: {answer:?}");
        }
    }
    for host in [format!("127.0.0.1:{port}"), format!("LocalHost:{port}"), "management.azure.com".to_owned()]
    {
        assert_eq!(send(&url, &host, "", ("GET", &shop())).await.status, 200, "{host}");
    }
    // Two names are one too many, wherever the second one stands.
    let answer = send(&url, &format!("localhost:{port}"), "Host: evil.example\n", ("GET", &shop())).await;
    assert_ne!(answer.status, 200);
    let absolute = format!("http://evil.example{}", shop());
    assert_eq!(send(&url, &format!("localhost:{port}"), "", ("GET", &absolute)).await.status, 421);
}

#[tokio::test]
async fn a_name_that_was_asked_for_is_served_over_http_and_https() {
    let config = Config {
        listen: ([127, 0, 0, 1], 0).into(),
        tls_names: vec!["my-box".to_owned()],
        ..Config::default()
    };
    let running = Emulator::start(config).await.unwrap();
    assert_eq!(send(&running.url(), "My-Box:8080", "", ("GET", &shop())).await.status, 404);
    let (mut client, _) = Client::connect_tls(&running, "my-box", &["http/1.1"]).await.unwrap();
    "my-box".clone_into(&mut client.host);
    assert_eq!(client.send("GET", "/emulator/health", "").await.unwrap().status, 200);
}

#[tokio::test]
async fn requests_of_other_sites_are_refused_and_leave_no_trace() {
    let running = start().await;
    let url = running.url();
    ask(&url, "PUT", &shop(), PROFILE).await;
    running.clear_requests();
    let host = url.strip_prefix("http://").unwrap();
    for headers in [
        "Origin: https://evil.example\n".to_owned(),
        "Origin: null\n".to_owned(),
        "Origin: http://127.0.0.1:1\n".to_owned(),
        format!("Origin: https://{host}\n"),
        format!("Origin: {url}\nOrigin: https://evil.example\n"),
        "Sec-Fetch-Site: cross-site\n".to_owned(),
        "Sec-Fetch-Site: same-site\n".to_owned(),
    ] {
        for (method, path) in [
            ("GET", shop()),
            ("DELETE", shop()),
            ("OPTIONS", shop()),
            ("POST", "/emulator/reset".to_owned()),
            ("GET", "/emulator/requests".to_owned()),
            ("GET", "/".to_owned()),
            ("GET", "/emulator/route/shop".to_owned()),
        ] {
            let headers = format!("{headers}Content-Type: application/json\n");
            let answer = send(&url, host, &headers, (method, &path)).await;
            assert_eq!(answer.status, 403, "{headers} {method} {path}: {answer:?}");
            assert_eq!(answer.header("access-control-allow-origin"), None);
        }
    }
    assert_eq!(running.requests(), []);
    for headers in [String::new(), format!("Origin: {url}\n"), "Sec-Fetch-Site: none\n".to_owned()] {
        assert_eq!(send(&url, host, &headers, ("GET", &shop())).await.status, 200, "{headers}");
    }
}

#[tokio::test]
async fn the_own_page_and_what_it_asks_are_let_in_and_nobody_may_frame_it() {
    let running = start().await;
    let url = running.url();
    ask(&url, "PUT", &shop(), PROFILE).await;
    let host = url.strip_prefix("http://").unwrap();
    let own = "Sec-Fetch-Site: same-origin\nSec-Fetch-Mode: cors\nSec-Fetch-Dest: empty\n";
    for path in ["/emulator/profiles", "/emulator/route/shop"] {
        assert_eq!(send(&url, host, own, ("GET", path)).await.status, 200, "{path}");
    }
    for (site, status) in [("none", 200), ("same-origin", 200), ("same-site", 403), ("cross-site", 403)] {
        for destination in ["document", "iframe", "object", "script"] {
            let headers = format!("Sec-Fetch-Site: {site}\nSec-Fetch-Dest: {destination}\n");
            let answer = send(&url, host, &headers, ("GET", "/")).await;
            assert_eq!(answer.status, status, "{headers}");
            // A browser that tells no site reads these.
            if status == 200 {
                let policy = answer.header("content-security-policy").unwrap();
                assert!(policy.contains("frame-ancestors 'none'"), "{policy}");
                assert_eq!(answer.header("x-frame-options"), Some("DENY"));
            }
        }
    }
}

#[tokio::test]
async fn what_a_form_or_a_script_sends_without_asking_changes_nothing() {
    let running = start().await;
    let url = running.url();
    ask(&url, "PUT", &shop(), PROFILE).await;
    let host = url.strip_prefix("http://").unwrap();
    for content_type in [
        "",
        "Content-Type: text/plain\n",
        "Content-Type: application/x-www-form-urlencoded\n",
        "Content-Type: multipart/form-data\n",
    ] {
        for path in ["/emulator/reset", "/emulator/faults", "/emulator/tokens/expire"] {
            let headers = format!("Accept: */*\n{content_type}");
            let answer = send(&url, host, &headers, ("POST", path)).await;
            assert_eq!(answer.status, 415, "{content_type} {path}: {answer:?}");
            assert!(answer.json()["error"].as_str().unwrap().contains("Content-Type: application/json"));
        }
    }
    assert_eq!(ask(&url, "GET", &shop(), "").await.status, 200);
    let json = "Content-Type: Application/JSON; charset=utf-8\n";
    assert_eq!(send(&url, host, json, ("POST", "/emulator/reset")).await.status, 204);
    assert_eq!(ask(&url, "GET", &shop(), "").await.status, 404);
}

#[tokio::test]
async fn a_refusal_has_the_shape_that_clients_of_azure_read() {
    let running = start().await;
    let answer = send(&running.url(), "evil.example", "", ("GET", &shop())).await;
    assert_eq!(answer.json()["error"]["code"], json!("UnknownHost"));
    assert!(answer.json()["error"]["message"].as_str().unwrap().contains("evil.example"));
}
