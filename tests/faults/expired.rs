//! Tokens that Azure refuses before their time is over: nobody notices.

use emulator::{Fault, RecordedRequest, Running};
use terraform_provider_azuretm::{AzureTrafficManager, Environment};
use tf_plugin::Server;
use tf_plugin_testing::core::Core;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::login::Application;
use crate::scenes::{PROFILE, Scene};
use test_support::Azure;

/// Long enough for the tokens to expire while a request is under way.
const UNDER_WAY: u64 = 1500;

#[tokio::test]
async fn tokens_that_are_refused_are_renewed_in_the_middle_of_the_work() {
    let azure = Azure::start().await;
    let application = Application::register(&azure.running, "kV8~faults", None);
    let authority = application.authority().to_owned();
    let environment =
        Environment::from_lookup(move |name| (name == "SSL_CERT_FILE").then(|| authority.clone()));
    let core = Core::new(Server::new(AzureTrafficManager::new(environment))).await;
    core.configure_with(&application.provider()).await.unwrap_or_else(|report| panic!("{report}"));
    let mut shop = core.resource(PROFILE);
    for scene in [Scene::Create, Scene::Update] {
        let wanted = shop.config(&scene.wanted(None));
        let planned = shop.plan(&wanted).await.unwrap_or_else(|report| panic!("{report}"));
        azure.running.clear_requests();
        let path = Some("trafficManagerProfiles".to_owned());
        let slow = Fault { path, delay_ms: Some(UNDER_WAY), ..Fault::default() };
        azure.running.faults([slow]).unwrap();
        let expiry = async {
            azure.until("the GET", |azure| azure.requests().iter().any(is_under_way)).await;
            expire_tokens(&azure.running).await;
        };
        let (applied, ()) = tokio::join!(shop.apply(planned), expiry);
        applied.unwrap_or_else(|report| panic!("{report}"));
        azure.running.clear_faults();
        let requests = azure.running.requests();
        let statuses: Vec<_> = requests.iter().filter_map(|request| request.status).collect();
        assert_eq!(statuses.iter().filter(|status| **status == 401).count(), 1, "{requests:?}");
        let logins = requests.iter().filter(|request| request.path.ends_with("/oauth2/v2.0/token"));
        assert_eq!(logins.count(), 2, "one at the beginning and one in the middle: {requests:?}");
    }
}

/// The read before the write has come in, with a token that was good then, and is not answered yet.
fn is_under_way(request: &RecordedRequest) -> bool {
    request.method == "GET" && request.path.ends_with("/shop") && request.status.is_none()
}

/// No token that was given so far is good any longer.
async fn expire_tokens(azure: &Running) {
    let address = azure.url().trim_start_matches("http://").to_owned();
    let mut stream = TcpStream::connect(&address).await.unwrap();
    let request = format!(
        "POST /emulator/tokens/expire HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: 0\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 204"), "{answer}");
}
