//! A secret and the tokens that it is exchanged for are in no log, on no output, in no state and in no plan.
//!
//! Terraform itself writes what a configuration holds into a plan, and what an input variable holds too, unless the
//! variable is ephemeral: so is the secret here.

use std::fs;
use std::path::Path;
use std::process::Command;

use emulator::{Fault, FaultAnswer, Running};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::login::{Application, TENANT};
use crate::scenes::ours;
use crate::terraform::{APPLY, DESTROY, Said, Terraform, preamble, profile};
use test_support::{Azure, profile_id as id};

/// Letters that are the same however the secret is written, but for Base64.
const CORE: &str = "Qm7xNeverToBeSeenZk4wTv9";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_secret_and_its_tokens_are_seen_nowhere() {
    let azure = Azure::start().await;
    let application = Application::register(&azure.running, &format!("a~{CORE}.z"), None);
    let token = token(&azure.running, &application).await;
    // Nobody goes through it: the emulator is on this machine.
    let proxy = format!("http://me:{CORE}@127.0.0.1:9");
    let environment = [
        ("TF_LOG", "TRACE"),
        ("HTTPS_PROXY", &proxy),
        // Any tenant does to have tokens go along.
        ("ARM_AUXILIARY_TENANT_IDS", TENANT),
        ("TF_VAR_client_secret", &application.secret),
        ("SSL_CERT_FILE", application.authority()),
    ];
    let Some(terraform) = Terraform::first(&environment) else { return };
    azure.running.clear_requests();
    let said = everything(&azure, &terraform, &application).await;

    // The search would find something: the log is on, the login took place, the files are there.
    let log = said.iter().map(|said| said.raw.as_str()).collect::<String>();
    assert!(
        log.contains("[TRACE]") && log.contains("provider.terraform-provider-azuretm: answered"),
        "there is no log"
    );
    let requests = azure.running.requests();
    let logins = requests.iter().filter(|request| request.path == Application::token_path());
    assert!(
        logins.clone().count() >= 4 && logins.clone().all(|login| login.status == Some(200)),
        "{requests:?}"
    );
    assert!(requests.iter().any(|request| request.method == "DELETE" && request.status == Some(200)));
    let mut places = vec![("what was printed".to_owned(), log.into_bytes())];
    read_all(&terraform.file(".."), &mut places);
    read_plan(&terraform.file("saved"), &mut places);
    let has = |name: &str| places.iter().any(|(place, bytes)| place.ends_with(name) && !bytes.is_empty());
    assert!(
        has("terraform.tfstate") && has("terraform.tfstate.backup") && has("tfplan"),
        "{:?}",
        names(&places)
    );

    let needles = needles(&application.secret, &token);
    for (place, bytes) in &places {
        for (what, needle) in &needles {
            let found = bytes.windows(needle.len()).position(|window| window == needle.as_bytes());
            let around =
                found.map(|at| String::from_utf8_lossy(&bytes[at.saturating_sub(200)..at]).into_owned());
            assert_eq!(around, None, "{what} is in {place}, after this");
        }
    }
    println!("searched {} places for {} texts: nothing found", places.len(), needles.len());
}

/// A saved plan, its apply, a change that is refused, one whose token is refused, an import, a destroy.
async fn everything(azure: &Azure, terraform: &Terraform, application: &Application) -> Vec<Said> {
    let variable =
        "variable \"client_secret\" {\n  type      = string\n  sensitive = true\n  ephemeral = true\n}\n";
    let write = |ttl| {
        terraform
            .write("main.tf", &format!("{variable}{}{}", preamble(&application.hcl()), profile(ttl, "")));
    };
    let refuse = |method: &str, status| {
        let answer = FaultAnswer { status: Some(status), ..FaultAnswer::default() };
        let fault = Fault { method: Some(method.to_owned()), answer: Some(answer), ..Fault::default() };
        azure.running.faults([fault]).unwrap();
    };
    let mut said = Vec::new();
    write(30);
    said.push(terraform.run(&["plan", "-input=false", "-out=saved"]).await.succeeded());
    said.push(terraform.run(&["apply", "-input=false", "saved"]).await.succeeded());
    said.push(terraform.run(&["show", "-json", "saved"]).await.succeeded());
    write(60);
    refuse("PATCH", 400);
    said.push(terraform.run(&APPLY).await.failed());
    refuse("PATCH", 401);
    said.push(terraform.run(&APPLY).await);
    said.push(terraform.run(&APPLY).await.succeeded());
    said.push(terraform.run(&["state", "rm", "azuretm_traffic_manager_profile.shop"]).await.succeeded());
    let address = "azuretm_traffic_manager_profile.shop";
    said.push(terraform.run(&["import", "-input=false", address, &ours()]).await.succeeded());
    said.push(terraform.run(&DESTROY).await.succeeded());
    assert_eq!(azure.profile(&id("rg", "shop")), None);
    said
}

/// Texts that must not be seen, and what they are.
fn needles(secret: &str, token: &str) -> Vec<(&'static str, String)> {
    let mut parts = token.split('.');
    let (header, claims) = (parts.next().unwrap(), parts.next().unwrap());
    // Tokens of one directory begin alike, and their claims do.
    let mut needles = vec![
        ("the secret", CORE.to_owned()),
        ("the header of a token", header.to_owned()),
        ("a part of the claims of a token", claims[..36].to_owned()),
    ];
    for skipped in 0..3 {
        needles.push(("the secret in Base64", base64(&secret.as_bytes()[skipped..])));
    }
    needles
}

/// Base64 of all whole groups of three bytes.
fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let groups = bytes.chunks_exact(3).map(|group| {
        let number = group.iter().fold(0_usize, |number, byte| number << 8 | usize::from(*byte));
        [18, 12, 6, 0].map(|shift| char::from(LETTERS[number >> shift & 63]))
    });
    groups.flatten().collect()
}

/// A token that the directory gives this application.
async fn token(azure: &Running, application: &Application) -> String {
    let form = application.token_form();
    let address = azure.url().trim_start_matches("http://").to_owned();
    let mut stream = TcpStream::connect(&address).await.unwrap();
    let request = format!(
        "POST {} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nContent-Type: application/x-www-form-urlencoded\r\n\
         Content-Length: {}\r\n\r\n{form}",
        Application::token_path(),
        form.len()
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    let (_, body) = answer.split_once("\r\n\r\n").unwrap();
    let body: serde_json::Value =
        serde_json::from_str(body).unwrap_or_else(|error| panic!("{error}: {answer}"));
    body["access_token"].as_str().unwrap_or_else(|| panic!("no token: {answer}")).to_owned()
}

fn read_all(folder: &Path, places: &mut Vec<(String, Vec<u8>)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            read_all(&path, places);
        } else {
            places.push((path.display().to_string(), fs::read(&path).unwrap()));
        }
    }
}

/// A plan is a ZIP file.
fn read_plan(plan: &Path, places: &mut Vec<(String, Vec<u8>)>) {
    let script = "import sys, zipfile; zipfile.ZipFile(sys.argv[1]).extractall(sys.argv[2])";
    let folder = tempfile::tempdir().unwrap();
    let unpacked =
        Command::new("python3").args(["-c", script]).arg(plan).arg(folder.path()).status().unwrap();
    assert!(unpacked.success(), "the plan cannot be unpacked");
    read_all(folder.path(), places);
}

fn names(places: &[(String, Vec<u8>)]) -> Vec<&str> {
    places.iter().map(|(place, _)| place.as_str()).collect()
}
