//! What is said of an error, told by its words.

use super::*;

fn doing(timeout: Option<(&'static str, Duration)>) -> Doing {
    Doing {
        what: "change the profile \"shop\"".to_owned(),
        noun: "profile",
        name: Path::new("name"),
        target: Path::new("endpoints"),
        parent: None,
        resource_group: Some(("rg".to_owned(), Path::new("resource_group_name"))),
        dns_name: Some(("shop.trafficmanager.net".to_owned(), Path::new("dns_config"))),
        timeout,
    }
}

fn call(method: &str) -> Call {
    Call { attempts: 1, ..Call::new(method.parse().unwrap(), "/p") }
}

fn answer(status: u16, code: Option<&str>, message: &str) -> Box<Answer> {
    Box::new(Answer {
        status: status.try_into().unwrap(),
        code: code.map(str::to_owned),
        message: Some(message.to_owned()).filter(|message| !message.is_empty()),
        request_id: None,
        correlation_id: None,
        excerpt: String::new(),
        retry_after: None,
        proves_absence: code == Some("ResourceNotFound"),
    })
}

fn refused(call: Call, answer: Box<Answer>) -> ArmError {
    ArmError::new(call, ErrorKind::Refused(answer))
}

/// The detail, and where it points.
fn said(error: &ArmError) -> (String, String) {
    let mut diagnostics = Diagnostics::new();
    failed(error, &doing(Some(("update", Duration::from_secs(90)))), &mut diagnostics);
    let diagnostic = diagnostics.iter().next().unwrap();
    (diagnostic.detail.clone(), format!("{:?}", diagnostic.path))
}

#[test]
fn a_subscription_that_is_not_registered_is_told_the_command() {
    let message = "The subscription is not registered to use namespace 'Microsoft.Network'.";
    let answer = answer(409, Some("MissingSubscriptionRegistration"), message);
    let (detail, _) = said(&refused(call("PUT"), answer));
    assert!(detail.contains("`az provider register --namespace Microsoft.Network --wait`"), "{detail}");
}

#[test]
fn the_role_that_is_missing_follows_from_the_call() {
    for (method, roles) in [
        ("GET", "Reading requires the role \"Reader\" on the resource group \"rg\", and changing requires"),
        (
            "PUT",
            "The role \"Traffic Manager Contributor\" (or Contributor) on the resource group \"rg\" is required",
        ),
    ] {
        let (detail, _) = said(&refused(call(method), answer(403, Some("AuthorizationFailed"), "x")));
        assert!(detail.contains(roles), "{detail}");
    }
}

#[test]
fn only_a_creation_is_told_that_its_name_is_taken() {
    for (method, creates, code, message, is_taken) in [
        ("PUT", true, Some("Conflict"), "x", true),
        ("PUT", true, None, "x", true),
        ("PUT", false, Some("Conflict"), "x", false),
        ("PATCH", false, Some("Conflict"), "x", false),
        ("DELETE", false, Some("Conflict"), "x", false),
        ("DELETE", false, None, "x", false),
        ("PUT", false, Some("Conflict"), "Domain name x.trafficmanager.net is not available.", true),
    ] {
        let call = Call { creates, ..call(method) };
        let (detail, _) = said(&refused(call, answer(409, code, message)));
        assert_eq!(detail.contains("is already used"), is_taken, "{method} {creates} {code:?}: {detail}");
        assert!(is_taken || detail.contains("conflicts with something"), "{detail}");
    }
}

#[test]
fn a_profile_that_is_missing_is_said_to_be_missing() {
    let (detail, path) = said(&refused(call("GET"), answer(404, Some("ResourceNotFound"), "gone")));
    assert!(
        detail.starts_with("There is no such profile in the resource group \"rg\". Check its name"),
        "{detail}"
    );
    assert!(path.contains("name"), "{path}");
    for code in ["NOPE", "NotFound"] {
        let (detail, _) = said(&refused(call("GET"), answer(404, Some(code), "gone")));
        assert!(detail.contains("does not come from Azure Resource Manager"), "{detail}");
    }
}

#[test]
fn a_longer_timeout_is_advised_only_where_there_was_no_time_left() {
    for (out_of_time, attempts) in [(false, 1), (false, 7), (true, 1), (true, 7)] {
        for status in [500, 429] {
            let call = Call { out_of_time, attempts, ..call("PUT") };
            let error = refused(call, answer(status, None, ""));
            let (detail, _) = said(&error);
            assert_eq!(detail.contains("`update` in the block `timeouts`"), out_of_time, "{detail}");
            assert_eq!(detail.contains("7 attempts in"), attempts == 7, "{detail}");
        }
    }
}

#[test]
fn a_wait_that_azure_asks_for_is_told_however_long_it_is() {
    for (seconds, words) in [(600, "10 minutes"), (u64::MAX, "307445734561825860 minutes")] {
        let mut answer = answer(429, None, "");
        answer.retry_after = Some(Duration::from_secs(seconds));
        let (detail, _) = said(&refused(call("PUT"), answer));
        assert!(detail.contains(&format!("It asks to wait {words} before the next request.")), "{detail}");
    }
}

#[test]
fn what_is_not_azures_is_said_not_to_be() {
    for (kind, words) in [
        (
            ErrorKind::NotTheObject { answer: answer(200, None, ""), why: "it has no name".to_owned() },
            "The response is not what was asked for (it has no name)",
        ),
        (ErrorKind::TooLarge { limit: 16 * 1024 * 1024 }, "The response has more than 16 MiB"),
    ] {
        let (detail, _) = said(&ArmError::new(call("GET"), kind));
        assert!(detail.starts_with(words) && detail.contains("perhaps from a proxy"), "{detail}");
    }
}
