//! The binary as a user starts it.

#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test may end by a panic")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream, UdpSocket};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Output, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

fn emulator() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_azuretm-emulator"));
    // The user's own certificate authority is not part of a test.
    command.env("XDG_STATE_HOME", env!("CARGO_TARGET_TMPDIR"));
    command
}

/// A running emulator, which ends with the test however that ends.
struct Started(Child);

impl Drop for Started {
    fn drop(&mut self) {
        // One that ended already cannot be killed.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Starts the binary and reads its first line.
fn start(arguments: &[&str]) -> (Started, BufReader<ChildStdout>, String) {
    let mut command = emulator();
    let mut child =
        command.args(["--listen", "127.0.0.1:0"]).args(arguments).stdout(Stdio::piped()).spawn().unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    let child = Started(child);
    let mut line = String::new();
    stdout.read_line(&mut line).unwrap();
    (child, stdout, line)
}

fn refused(arguments: &[&str]) -> String {
    let Output { status, stdout, stderr } = emulator().args(arguments).output().unwrap();
    assert!(!status.success() && stdout.is_empty(), "{status}");
    String::from_utf8(stderr).unwrap()
}

#[test]
fn the_first_lines_tell_where_it_serves_and_signals_end_it_cleanly() {
    for signal in ["-TERM", "-INT"] {
        let (mut child, mut stdout, line) = start(&[]);
        let address = line.trim_end().strip_prefix("listening on http://").unwrap();
        TcpStream::connect(address).unwrap();
        Command::new("kill").args([signal, &child.0.id().to_string()]).status().unwrap();
        assert!(child.0.wait().unwrap().success());
        let mut rest = String::new();
        stdout.read_to_string(&mut rest).unwrap();
        // The port is the same for https, which the second line tells.
        assert_eq!(rest, format!("listening on https://{address}\n"));
    }
}

#[test]
fn with_dns_a_third_line_tells_where_it_answers_and_clients_are_where_a_file_says() {
    let folder = tempfile::tempdir().unwrap();
    let locations = folder.path().join("locations.csv");
    std::fs::write(&locations, "# This machine\n127.0.0.0/8,FR\n").unwrap();
    let locations = locations.to_str().unwrap();
    let (_child, mut stdout, line) = start(&["--dns", "127.0.0.1:0", "--client-locations", locations]);
    let mut lines = String::new();
    stdout.read_line(&mut lines).unwrap();
    stdout.read_line(&mut lines).unwrap();
    let dns = lines.lines().nth(1).unwrap().strip_prefix("answering dns on ").unwrap();
    let (path, _) = profile("shop");
    let endpoint = r#"{"name":"france","type":"Microsoft.Network/trafficManagerProfiles/externalEndpoints","properties":
        {"target":"192.0.2.7","geoMapping":["FR"]}}"#;
    let body = format!(
        r#"{{"location":"global","properties":{{"trafficRoutingMethod":"Geographic","dnsConfig":{{"relativeName":"shop"}},
        "monitorConfig":{{"protocol":"TCP","port":443}},"endpoints":[{endpoint}]}}}}"#
    );
    assert_eq!(ask(address(&line), "PUT", &path, &body).unwrap().0, 201);
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let query = b"\x12\x34\0\0\0\x01\0\0\0\0\0\0\x04shop\x0etrafficmanager\x03net\0\0\x01\0\x01";
    socket.send_to(query, dns).unwrap();
    let mut answer = [0; 512];
    let length = socket.recv(&mut answer).unwrap();
    assert!(answer[..length].starts_with(b"\x12\x34\x84\0") && answer[..length].ends_with(&[192, 0, 2, 7]));
}

#[test]
fn a_taken_port_says_what_to_do() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let message = refused(&["--listen", &address]);
    assert!(message.contains(&format!("{address} is in use by another process")), "{message}");
    assert!(message.contains("--listen"), "{message}");
}

#[test]
fn an_address_that_others_reach_needs_the_flag() {
    let message = refused(&["--listen", "0.0.0.0:0"]);
    assert!(message.contains("--listen-beyond-loopback-without-authentication"), "{message}");
}

#[test]
fn help_has_an_example_and_the_control_api() {
    let help = emulator().arg("--help").output().unwrap();
    let text = String::from_utf8(help.stdout).unwrap();
    assert!(text.contains("Example:") && text.contains("/emulator/faults"), "{text}");
}

#[test]
fn help_and_guide_say_how_the_azure_cli_asks_no_public_host() {
    let help = String::from_utf8(emulator().arg("--help").output().unwrap().stdout).unwrap();
    let guide = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../templates/guides/emulator.md");
    let guide = std::fs::read_to_string(guide).unwrap();
    for text in [help, guide] {
        assert!(text.contains("az config set core.instance_discovery=false"), "{text}");
    }
}

#[test]
fn the_certificate_authority_is_printed_and_is_the_one_that_serves() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().join("ca");
    let folder = folder.to_str().unwrap();
    let print = || emulator().args(["ca", "--ca-dir", folder]).output().unwrap().stdout;
    let pem = String::from_utf8(print()).unwrap();
    assert!(pem.starts_with("-----BEGIN CERTIFICATE-----") && !pem.contains("PRIVATE"), "{pem}");
    assert_eq!(print(), pem.as_bytes());
    let (_child, _stdout, line) = start(&["--ca-dir", folder]);
    let (status, body) = ask(address(&line), "GET", "/emulator/ca", "").unwrap();
    assert_eq!((status, body), (200, pem));
}

#[test]
fn bad_arguments_say_what_is_wrong_and_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("state.json");
    std::fs::write(&file, "{\"my\": \"notes\"").unwrap();
    let file = file.to_str().unwrap();
    for (arguments, words) in [
        (&["--listen", "localhost"][..], "invalid value 'localhost' for '--listen"),
        (&["--listen", "127.0.0.1:0", "--state", file], "is not a whole state file of this emulator"),
        (
            &["--listen", "127.0.0.1:0", "--state", "/no/such/folder/f"],
            "cannot write beside /no/such/folder/f",
        ),
        (&["--listen", "127.0.0.1:0", "--ca-dir", file], "give another folder with --ca-dir"),
        (&["--listen", "127.0.0.1:0", "--tls-name", "ü"], "'ü' cannot be a name in a certificate"),
        (&["--log", "emulator=loud"], "the filter 'emulator=loud' of --log cannot be read"),
        (&["--listen", "127.0.0.1:0", "--dns", "localhost:53"], "invalid value 'localhost:53' for '--dns"),
        (&["--dns-follow-cname"], "--dns <ADDRESS:PORT>"),
        (&["--listen", "127.0.0.1:0", "--dns", "0.0.0.0:0"], "0.0.0.0:0 is not a loopback address"),
        (
            &["--listen", "127.0.0.1:0", "--dns", "127.0.0.1:0", "--dns-suffix", "a..b"],
            "'a..b' is no DNS suffix",
        ),
        (&["--client-locations", "/no/such/file"], "give another file with --client-locations"),
        (&["--client-locations", file], "does not say where clients are: line 1: there are 1 cells"),
        (&["--latencies", "/no/such/file"], "give another file with --latencies"),
        (&["--latencies", file], "has no latencies between regions: "),
        (&["ca", "--ca-dir", file], "give another folder with --ca-dir"),
        (&["ca", "--state", file], "unexpected argument '--state'"),
    ] {
        let message = refused(arguments);
        assert!(message.contains(words), "{arguments:?}: {message}");
    }
    assert_eq!(std::fs::read_to_string(file).unwrap(), "{\"my\": \"notes\"");
}

fn address(line: &str) -> &str {
    line.trim_end().strip_prefix("listening on http://").unwrap()
}

/// Sends a request over a connection of its own; `None` if there is no whole answer.
fn ask(address: &str, method: &str, path: &str, body: &str) -> Option<(u16, String)> {
    let mut stream = TcpStream::connect(address).ok()?;
    let request = format!(
        "{method} {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(request.as_bytes()).ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    let (head, body) = answer.split_once("\r\n\r\n")?;
    let status = head.split(' ').nth(1)?.parse().ok()?;
    Some((status, body.to_owned()))
}

const PROFILES: &str = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg/providers/\
                        Microsoft.Network/trafficManagerProfiles";

fn profile(name: &str) -> (String, String) {
    let body = format!(
        r#"{{"location":"global","properties":{{"trafficRoutingMethod":"Priority","dnsConfig":{{"relativeName":"{name}"}},
        "monitorConfig":{{"protocol":"TCP","port":443}}}}}}"#
    );
    (format!("{PROFILES}/{name}?api-version=2022-04-01"), body)
}

/// Writes with four clients at once until so many writes were acknowledged, and kills the emulator in the middle of
/// the others. The names of those that were acknowledged.
fn write_until_killed(file: &Path, round: usize, enough: usize) -> Vec<String> {
    let (child, _stdout, line) = start(&["--state", file.to_str().unwrap()]);
    let child = Mutex::new(child);
    let address = address(&line);
    let acknowledged = Mutex::new(Vec::new());
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                loop {
                    let name = format!("p{round}-{}", next.fetch_add(1, Ordering::Relaxed));
                    let (path, body) = profile(&name);
                    let Some((201, _)) = ask(address, "PUT", &path, &body) else { return };
                    let mut acknowledged = acknowledged.lock().unwrap();
                    acknowledged.push(name);
                    if acknowledged.len() == enough {
                        // SIGKILL.
                        child.lock().unwrap().0.kill().unwrap();
                    }
                }
            });
        }
    });
    let acknowledged = acknowledged.into_inner().unwrap();
    assert!(acknowledged.len() >= enough, "only {} of {enough} writes were acknowledged", acknowledged.len());
    acknowledged
}

#[test]
fn targets_are_where_the_command_line_or_else_the_seed_file_says() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("seed.json");
    let seed = r#"{"target_addresses": [{"target": "a.example.com", "address": "127.0.0.1", "port": 1},
        {"target": "a.example.com", "address": "::1"}, {"target": "b.example.com", "address": "127.0.0.1"}]}"#;
    std::fs::write(&path, seed).unwrap();
    let state = folder.path().join("state.json");
    let arguments = ["--seed", path.to_str().unwrap(), "--state", state.to_str().unwrap()];
    let at_line = ["--target-address", "A.example.com.=127.0.0.1:2", "--target-address", "192.0.2.1=[::1]:3"];
    let (emulator, _stdout, line) = start(&[&arguments[..], &at_line].concat());
    let list = ask(address(&line), "GET", "/emulator/target-addresses", "").unwrap();
    assert_eq!(
        list.1,
        r#"[{"target":"192.0.2.1","address":"::1","port":3},{"target":"a.example.com","address":"127.0.0.1","port":2},{"target":"a.example.com","address":"::1"},{"target":"b.example.com","address":"127.0.0.1"}]"#
    );
    drop(emulator);
    let (_emulator, _stdout, line) = start(&["--state", state.to_str().unwrap()]);
    assert_eq!(ask(address(&line), "GET", "/emulator/target-addresses", "").unwrap().1, "[]");
    for (argument, value, words) in [
        ("--target-address", "a.example.com", "write NAME=ADDRESS or NAME=ADDRESS:PORT"),
        ("--target-address", "a=localhost:80", "'localhost:80' is no IP address with or without a port"),
        ("--target-address", "a=::1", "an IPv6 address has brackets"),
        ("--probe-time-scale", "0", "1..=1000"),
        ("--probe-time-scale", "1001", "1..=1000"),
    ] {
        let message = refused(&["--listen", "127.0.0.1:0", argument, value]);
        assert!(message.contains(words) && message.contains(argument), "{value}: {message}");
    }
}

#[test]
fn the_log_tells_of_probes_and_not_what_is_in_their_headers() {
    let server = TcpListener::bind("127.0.0.1:0").unwrap();
    let target = format!("a.example.com={}", server.local_addr().unwrap());
    let arguments = ["--target-address", &target, "--probe-time-scale", "100", "--verbose"];
    let mut command = emulator();
    command.args(["--listen", "127.0.0.1:0"]).args(arguments);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let (stdout, stderr) = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
    let _ends = Started(child);
    let mut line = String::new();
    BufReader::new(stdout).read_line(&mut line).unwrap();
    let (path, _) = profile("p");
    let body = r#"{"location":"global","properties":{"trafficRoutingMethod":"Priority","dnsConfig":{"relativeName":"p"},
        "monitorConfig":{"protocol":"HTTP","port":80,"path":"/secret-path","intervalInSeconds":10,
            "toleratedNumberOfFailures":0,"customHeaders":[{"name":"x-key","value":"secret-of-profile"}]},
        "endpoints":[{"name":"east","type":"Microsoft.Network/trafficManagerProfiles/externalEndpoints","properties":{
            "target":"a.example.com","customHeaders":[{"name":"x-other","value":"secret-of-endpoint"}]}}]}}"#;
    assert_eq!(ask(address(&line), "PUT", &path, body).unwrap().0, 201);
    let (mut stream, _) = server.accept().unwrap();
    let mut request = Vec::new();
    while !request.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte).unwrap();
        request.push(byte[0]);
    }
    let request = String::from_utf8(request).unwrap();
    assert!(request.contains("secret-of-profile") && request.contains("secret-of-endpoint"), "{request}");
    stream.write_all(b"HTTP/1.1 500 No\r\nset-cookie: secret-of-server\r\n\r\n").unwrap();
    let mut log = String::new();
    let mut lines = BufReader::new(stderr).lines();
    while !log.contains("degraded") {
        log.push_str(&lines.next().unwrap().unwrap());
        log.push('\n');
    }
    assert!(log.contains("a probe failed") && log.contains("the status 500 is not expected"), "{log}");
    assert!(log.contains("east") && !log.contains("secret"), "{log}");
}

#[test]
fn every_acknowledged_write_survives_a_kill() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("state.json");
    let mut expected = Vec::new();
    for round in 0..10 {
        expected.extend(write_until_killed(&file, round, 1 + 3 * round % 11));
        let (_child, _stdout, line) = start(&["--state", file.to_str().unwrap()]);
        assert!(line.starts_with("listening on"), "round {round}: the state cannot be read");
        let list = ask(address(&line), "GET", &format!("{PROFILES}?api-version=2022-04-01"), "").unwrap().1;
        for name in &expected {
            assert!(list.contains(&format!("\"name\":\"{name}\"")), "round {round}: {name} is lost");
        }
    }
    assert!(expected.len() >= 10);
}

#[test]
fn a_seed_file_says_what_there_is_at_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("seed.json");
    let id = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg/providers/Microsoft.ContainerService/\
              fleets/demo";
    std::fs::write(&path, format!(r#"{{"fleets": [{{"id": "{id}"}}]}}"#)).unwrap();
    let (_emulator, _stdout, line) = start(&["--seed", path.to_str().unwrap()]);
    let address = line.trim_end().strip_prefix("listening on http://").unwrap();
    let mut stream = TcpStream::connect(address).unwrap();
    let request =
        format!("GET {id}?api-version=2025-03-01 HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 ") && answer.contains("hubProfile"), "{answer}");
    std::fs::write(&path, r#"{"fleets": [{"id": "/x"}]}"#).unwrap();
    let message = refused(&["--listen", "127.0.0.1:0", "--seed", path.to_str().unwrap()]);
    assert!(message.contains("seed.json") && message.contains("use the id of a fleet"), "{message}");
}
