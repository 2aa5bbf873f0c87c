//! The page as it is sent: its headers, and who gets it.

use serde_json::json;

use crate::azure::Azure;

#[tokio::test]
async fn the_page_may_run_its_own_script_and_load_and_send_nothing_elsewhere() {
    let azure = Azure::start().await;
    let answer = azure.get("/").await;
    assert_eq!((answer.status, answer.header("content-type")), (200, Some("text/html; charset=utf-8")));
    assert!(answer.body.starts_with("<!doctype html>") && answer.body.ends_with("</html>\n"));
    let policy = answer.header("content-security-policy").unwrap();
    let directives: Vec<&str> = policy.split("; ").collect();
    for expected in [
        "default-src 'none'",
        "connect-src 'self'",
        "img-src data:",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    ] {
        assert!(directives.contains(&expected), "{expected}: {policy}");
    }
    for name in ["script-src", "style-src"] {
        let found: Vec<&&str> = directives.iter().filter(|it| it.starts_with(name)).collect();
        let [directive] = found[..] else { panic!("{policy}") };
        let hash =
            directive.strip_prefix(&format!("{name} 'sha256-")).and_then(|rest| rest.strip_suffix('\''));
        assert_eq!(hash.map(str::len), Some(44), "{directive}");
    }
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "no-referrer"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        ("cache-control", "no-store"),
    ] {
        assert_eq!(answer.header(name), Some(value), "{name}");
    }
    for name in ["set-cookie", "access-control-allow-origin"] {
        assert_eq!(answer.header(name), None, "{name}");
    }
}

#[tokio::test]
async fn only_a_get_is_answered_with_the_page() {
    let azure = Azure::start().await;
    let head = azure.send("HEAD", "/", "", "").await;
    assert_eq!((head.status, head.body.as_str()), (200, ""));
    for method in ["PUT", "POST", "DELETE", "PATCH", "OPTIONS"] {
        let answer = azure.send(method, "/", "content-type: application/json\r\n", "{}").await;
        assert!(
            answer.status >= 400 && answer.header("content-security-policy").is_none(),
            "{method} {answer:?}"
        );
    }
    let methods: Vec<String> = azure.running.requests().into_iter().map(|request| request.method).collect();
    assert_eq!(json!(methods), json!(["PUT", "POST", "DELETE", "PATCH", "OPTIONS"]));
}
