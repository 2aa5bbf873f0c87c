//! The binary as a user starts it.

#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test may end by a panic")]

use std::io::{BufRead, BufReader, Read};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, ChildStdout, Command, Output, Stdio};

fn emulator() -> Command {
    Command::new(env!("CARGO_BIN_EXE_azuretm-emulator"))
}

/// Starts the binary and reads its first line.
fn start() -> (Child, BufReader<ChildStdout>, String) {
    let mut child = emulator().args(["--listen", "127.0.0.1:0"]).stdout(Stdio::piped()).spawn().unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
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
fn the_first_line_tells_where_it_serves_and_signals_end_it_cleanly() {
    for signal in ["-TERM", "-INT"] {
        let (mut child, mut stdout, line) = start();
        let address = line.trim_end().strip_prefix("listening on http://").unwrap();
        TcpStream::connect(address).unwrap();
        Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap();
        assert!(child.wait().unwrap().success());
        let mut rest = String::new();
        stdout.read_to_string(&mut rest).unwrap();
        assert_eq!(rest, "");
    }
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
