//! `azuretm-emulator route`, as a user calls it.

use std::net::TcpListener;
use std::process::{Command, Output};

use serde_json::{Value, json};

use crate::azure::Azure;

struct Said {
    code: Option<i32>,
    stdout: String,
    stderr: String,
}

/// Calls the program, beside which the emulator goes on.
async fn route(arguments: &[&str]) -> Said {
    let mut command = Command::new(env!("CARGO_BIN_EXE_azuretm-emulator"));
    // Nobody's proxy has to do with this machine.
    command.env("HTTP_PROXY", "http://192.0.2.1:1").env("http_proxy", "http://192.0.2.1:1");
    command.arg("route").args(arguments);
    let Output { status, stdout, stderr } =
        tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Said { code: status.code(), stdout: text(stdout), stderr: text(stderr) }
}

#[tokio::test]
async fn it_prints_what_is_answered_the_tree_and_the_reasons() {
    let azure = Azure::with_shop().await;
    azure.set_health("shop-europe", "green", "Degraded");
    let url = azure.running.url();
    let said = route(&["shop", "--emulator", &url, "--source", "198.51.100.33"]).await;
    let expected = "\
shop.trafficmanager.net, A, from 198.51.100.33 in FR, near francecentral: CNAME, TTL 30 s

100 %  blue.example.com  europe/blue

shop (Priority)                         Online
├── europe                              Online    100 %
│   └── shop-europe (Weighted)          Degraded
│       ├── blue -> blue.example.com    Online    100 %  <- answers
│       └── green -> green.example.com  Degraded  0 %
└── backup -> backup.example.com        Online    0 %

";
    assert_eq!((said.code, said.stderr.as_str()), (Some(0), ""));
    let (block, reasons) = said.stdout.split_at(expected.len());
    assert_eq!(block, expected);
    assert!(reasons.starts_with("shop (Priority): ") && reasons.contains("green is Degraded."), "{reasons}");
}

#[tokio::test]
async fn json_is_the_answer_of_the_control_api() {
    let azure = Azure::with_shop().await;
    let url = azure.running.url();
    let more = ["--geographic-code", "FR", "--region", "West Europe", "--query-type", "aaaa", "--json"];
    let said = route(&[&["shop", "--emulator", &url][..], &more].concat()).await;
    assert_eq!((said.code, said.stderr.as_str()), (Some(0), ""));
    let path = "/emulator/route/shop?geographic_code=FR&region=westeurope&query_type=AAAA";
    let (printed, told): (Value, Value) =
        (serde_json::from_str(&said.stdout).unwrap(), azure.get(path).await.json());
    assert_eq!(printed, told);
    assert_eq!((&printed["query_type"], &printed["region"]), (&json!("AAAA"), &json!("westeurope")));
}

#[tokio::test]
async fn what_is_not_there_is_said_and_fails() {
    let azure = Azure::with_shop().await;
    let url = azure.running.url();
    // A port that was free a moment ago.
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let nobody = format!("http://{nobody}");
    for (arguments, code, words) in [
        (["none", "--emulator", &url].as_slice(), 1, "azuretm-emulator: there is no profile 'none'\n"),
        (&["shop", "--emulator", &url, "--region", "mars"], 1, "region: 'mars' is not a region"),
        (&["shop", "--emulator", &url, "--query-type", "MX"], 1, "query_type: 'MX' is not possible"),
        (&["shop", "--emulator", &nobody], 1, "start azuretm-emulator, or say with --emulator where it is"),
        (&["shop", "--emulator", "http://192.0.2.1:4653"], 2, "an emulator on this machine"),
        (&["shop", "--emulator", "https://127.0.0.1:4653"], 2, "the http address"),
        (&["shop", "--source", "here"], 2, "invalid value 'here' for '--source"),
        (&[], 2, "<PROFILE>"),
    ] {
        let said = route(arguments).await;
        assert_eq!((said.code, said.stdout.as_str()), (Some(code), ""), "{arguments:?}: {}", said.stderr);
        assert!(said.stderr.contains(words), "{arguments:?}: {}", said.stderr);
    }
}

#[tokio::test]
async fn a_server_that_is_no_emulator_is_not_believed() {
    for (content, words) in [
        ("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello", "is no emulator of this version"),
        ("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n[]", "is no emulator of this version"),
        ("HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n[]", "no emulator answers at http://127.0.0.1:"),
        ("SSH-2.0-OpenSSH\r\n", "no emulator answers at http://127.0.0.1:"),
        ("", "no emulator answers at http://127.0.0.1:"),
    ] {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        std::thread::spawn(move || {
            use std::io::{Read, Write};
            for stream in listener.incoming().take(2) {
                let mut stream = stream.unwrap();
                // Whoever reads nothing resets the connection, and the answer is lost.
                let _ = stream.read(&mut [0; 4096]);
                let _ = stream.write_all(content.as_bytes());
            }
        });
        let said = route(&["shop", "--emulator", &url]).await;
        assert_eq!((said.code, said.stdout.as_str()), (Some(1), ""), "{content}");
        assert!(said.stderr.contains(words), "{content}: {}", said.stderr);
    }
}
