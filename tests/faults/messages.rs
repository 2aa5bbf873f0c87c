//! What users read when something is wrong, word by word: the snapshots hold it as a CLI would wrap it into its frame.

use std::collections::BTreeMap;

use emulator::{Fault, FaultAnswer, RoleSeed, Running};
use serde_json::{Value as Json, json};
use terraform_provider_azuretm::{AzureTrafficManager, Environment};
use tf_plugin::Server;
use tf_plugin_testing::core::{Core, Report};

use crate::login::Application;
use crate::scenes::{PROFILE, Scene};
use test_support::{Azure, SUBSCRIPTION, foreign_profile, profile_id as id, provider_config};

/// Asks for the wanted profile, in a process of the provider that is configured like this and has these variables.
async fn create(provider: &Json, variables: &[(&str, &str)], time: Option<&str>) -> Report {
    let variables: BTreeMap<_, _> = variables.iter().copied().collect();
    let environment = Environment::from_lookup(|name| variables.get(name).map(|value| (*value).to_owned()));
    let core = Core::new(Server::new(AzureTrafficManager::new(environment))).await;
    core.configure_with(provider).await.unwrap_or_else(|report| panic!("{report}"));
    let mut shop = core.resource(PROFILE);
    let wanted = shop.config(&Scene::Create.wanted(time));
    let planned = match shop.plan(&wanted).await {
        Ok(planned) => planned,
        Err(report) => return report,
    };
    shop.apply(planned).await.expect_err("it is refused")
}

/// The only error, with what differs from run to run replaced.
fn message(report: &Report, azure: &Running) -> String {
    assert_eq!(report.violations, Vec::<String>::new());
    let [error] = &report.diagnostics[..] else { panic!("one diagnostic: {report}") };
    let host = azure.url().trim_start_matches("http://").to_owned();
    let detail = error.detail.replace(&host, "127.0.0.1:PORT");
    let lines: Vec<String> = detail.lines().map(without_numbers).collect();
    format!("Error: {}\nat: {}\n\n{}", error.summary, error.path, lines.join("\n"))
}

/// Ids of requests, and how often and how long something was tried.
fn without_numbers(line: &str) -> String {
    for name in ["Request ID: ", "Correlation ID: ", "Trace ID: "] {
        if line.starts_with(name) {
            return format!("{name}ID");
        }
    }
    let mut words: Vec<&str> = line.split(' ').collect();
    for position in 1..words.len() {
        match (words[position - 1], words[position]) {
            (_, "attempts" | "seconds.") => words[position - 1] = "N",
            ("id", id) if id.ends_with(").") => words[position] = "ID).",
            _ => {}
        }
    }
    words.join(" ")
}

#[tokio::test]
async fn a_name_that_is_taken() {
    let azure = Azure::start().await;
    azure.put(&id("others", "theirs"), &foreign_profile("fault-shop"));
    let planned = create(&provider_config(&azure.running.url()), &[], None).await;
    insta::assert_snapshot!("name_taken_at_plan", message(&planned, &azure.running));

    // The check of a plan may fail, and somebody may be faster than an apply.
    let answer = FaultAnswer { status: Some(403), ..FaultAnswer::default() };
    azure.running.faults([Fault { answer: Some(answer), ..Fault::default() }]).unwrap();
    let applied = create(&provider_config(&azure.running.url()), &[], None).await;
    insta::assert_snapshot!("name_taken_at_apply", message(&applied, &azure.running));
}

#[tokio::test]
async fn a_role_that_is_missing() {
    let azure = Azure::start().await;
    let application = Application::register(&azure.running, "kV8~faults", None);
    let role = RoleSeed {
        principal: "00000000-0000-0000-0000-0000000000ff".to_owned(),
        role: "Owner".to_owned(),
        scope: None,
    };
    azure.running.with_service(|service| service.seed_role(&role)).unwrap();
    let refused = create(&application.provider(), &[("SSL_CERT_FILE", application.authority())], None).await;
    insta::assert_snapshot!("missing_role", message(&refused, &azure.running));
}

#[tokio::test]
async fn a_service_that_is_busy_for_longer_than_the_time_allowed() {
    let azure = Azure::start().await;
    let error = json!({ "error": {
        "code": "SubscriptionRequestsThrottled",
        "message": "Number of requests for subscription '00000000-0000-0000-0000-000000000001' and operation \
                    'PUT/SUBSCRIPTIONS/RESOURCEGROUPS/PROVIDERS/MICROSOFT.NETWORK/TRAFFICMANAGERPROFILES' exceeded the \
                    backend storage limit. Please try again after '17' seconds.",
    } });
    let answer = FaultAnswer {
        status: Some(429),
        headers: BTreeMap::from([("Retry-After".to_owned(), "1".to_owned())]),
        body: Some(error),
        ..FaultAnswer::default()
    };
    let put = Fault { method: Some("PUT".to_owned()), times: Some(1000), ..Fault::default() };
    azure.running.faults([Fault { answer: Some(answer), ..put }]).unwrap();
    let refused = create(&provider_config(&azure.running.url()), &[], Some("4s")).await;
    insta::assert_snapshot!("throttled", message(&refused, &azure.running));
}

/// Nothing is sent: whoever has no credentials asks nobody.
#[tokio::test]
async fn no_credentials_at_all() {
    let azure = Azure::start().await;
    let empty = tempfile::tempdir().unwrap();
    let path = [("PATH", empty.path().to_str().unwrap())];
    let refused = create(&json!({ "subscription_id": SUBSCRIPTION }), &path, None).await;
    insta::assert_snapshot!("no_credentials", message(&refused, &azure.running));

    let without_cli = json!({ "subscription_id": SUBSCRIPTION, "use_cli": false });
    let refused = create(&without_cli, &path, None).await;
    insta::assert_snapshot!("no_credentials_and_no_azure_cli", message(&refused, &azure.running));
}

#[tokio::test]
async fn a_secret_that_has_expired() {
    let azure = Azure::start().await;
    let application = Application::register(&azure.running, "kV8~faults", Some("2024-01-01T00:00:00Z"));
    let refused = create(&application.provider(), &[("SSL_CERT_FILE", application.authority())], None).await;
    insta::assert_snapshot!("expired_secret", message(&refused, &azure.running));
}
