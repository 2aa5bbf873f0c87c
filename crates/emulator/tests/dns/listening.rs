//! Where DNS listens, and where it does not.

use std::net::{TcpListener, UdpSocket};

use emulator::{Config, Emulator, Settings, StartError};

use crate::azure::{Azure, config};
use crate::client::{A, Query};

#[tokio::test]
async fn without_an_address_there_is_no_dns() {
    let running = Emulator::start(Config { dns: None, ..config() }).await.unwrap();
    assert_eq!(running.dns_address(), None);
}

#[tokio::test]
async fn an_address_that_others_reach_has_to_be_asked_for() {
    let dns = Some(([0, 0, 0, 0], 0).into());
    let refused = Emulator::start(Config { dns, ..config() }).await.unwrap_err();
    assert!(matches!(refused, StartError::NotLoopback(address) if Some(address) == dns), "{refused}");
    let running = Emulator::start(Config { dns, beyond_loopback: true, ..config() }).await.unwrap();
    let address = running.dns_address().unwrap();
    assert!(address.ip().is_unspecified() && address.port() != 0);
}

#[tokio::test]
async fn a_port_that_is_taken_for_udp_or_for_tcp_is_told() {
    let udp = UdpSocket::bind("127.0.0.1:0").unwrap();
    let tcp = TcpListener::bind("127.0.0.1:0").unwrap();
    let azure = Azure::start().await;
    for taken in [udp.local_addr().unwrap(), tcp.local_addr().unwrap(), azure.dns.address] {
        let refused = Emulator::start(Config { dns: Some(taken), ..config() }).await.unwrap_err();
        assert!(matches!(refused, StartError::DnsPortTaken(address) if address == taken), "{refused}");
        assert!(refused.to_string().contains("--dns"), "{refused}");
    }
}

#[tokio::test]
async fn a_suffix_that_is_no_name_is_told() {
    for suffix in ["", ".", "a..b", "ü.test"] {
        let settings = Settings { dns_suffix: suffix.to_owned(), ..Settings::default() };
        let refused = Emulator::start(Config { settings, ..config() }).await.unwrap_err();
        assert!(matches!(refused, StartError::DnsSuffix(_)), "{refused}");
    }
}

#[tokio::test]
async fn it_answers_on_ipv6_as_well() {
    let dns = Some("[::1]:0".parse().unwrap());
    let running = Emulator::start(Config { dns, ..config() }).await.unwrap();
    let socket = tokio::net::UdpSocket::bind("[::1]:0").await.unwrap();
    socket
        .send_to(&Query::new("trafficmanager.net", A).bytes(), running.dns_address().unwrap())
        .await
        .unwrap();
    let mut answer = [0; 512];
    let length = socket.recv(&mut answer).await.unwrap();
    assert!(length > 12);
}

#[tokio::test]
async fn a_stop_frees_the_port() {
    let azure = Azure::start().await;
    let address = azure.dns.address;
    let connection = azure.dns.connect().await;
    azure.running.stop().await;
    UdpSocket::bind(address).unwrap();
    drop(connection);
    let again = Emulator::start(Config { dns: Some(address), ..config() }).await.unwrap();
    assert_eq!(again.dns_address(), Some(address));
}
