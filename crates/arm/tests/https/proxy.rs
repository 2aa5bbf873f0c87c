//! What goes through a proxy and what does not, and what is said when nothing gets through.

use std::sync::{Arc, Mutex};

use arm::{Proxy, Reqwest, Secret, TransportError};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};

use crate::server::{REMOTE, Server};

/// A proxy that connects whoever asks with the server at this port, or refuses.
struct Connecting {
    port: u16,
    /// The heads of the requests to it.
    asked: Arc<Mutex<Vec<String>>>,
}

#[derive(Clone, Copy)]
enum Manner {
    /// Connects with this port on loopback, whatever the host.
    To(u16),
    /// Answers this, and closes.
    Refuses(&'static str),
}

impl Connecting {
    async fn start(manner: Manner) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let proxy = Self { port: listener.local_addr().unwrap().port(), asked: Arc::default() };
        let asked = Arc::clone(&proxy.asked);
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                tokio::spawn(connect(stream, manner, Arc::clone(&asked)));
            }
        });
        proxy
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

async fn connect(mut stream: TcpStream, manner: Manner, asked: Arc<Mutex<Vec<String>>>) {
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        head.push(char::from(stream.read_u8().await.unwrap()));
    }
    asked.lock().unwrap().push(head);
    match manner {
        Manner::To(port) => {
            let mut server = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
            stream.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n").await.unwrap();
            let _ended = copy_bidirectional(&mut stream, &mut server).await;
        }
        Manner::Refuses(answer) => stream.write_all(answer.as_bytes()).await.unwrap(),
    }
}

fn through(server: &Server, address: &str, exceptions: &str) -> Reqwest {
    let proxy = Proxy::new("HTTPS_PROXY", Secret::from(address.to_owned()), exceptions);
    Reqwest::new().trusting(server.authorities.path()).through(proxy)
}

#[tokio::test]
async fn azure_is_asked_through_the_proxy_with_the_user_and_password_of_its_address() {
    let server = Server::start(&["h2"]).await;
    let proxy = Connecting::start(Manner::To(server.port)).await;
    let transport = through(&server, &format!("me:s3%20cret@127.0.0.1:{}", proxy.port), "");
    assert_eq!(server.ask_at(REMOTE, &transport).await.unwrap(), "HTTP/2.0");
    let asked = proxy.asked();
    assert_eq!(asked.len(), 1);
    assert!(asked[0].starts_with(&format!("CONNECT {REMOTE}:{} HTTP/1.1\r\n", server.port)), "{asked:?}");
    // `me:s3 cret` in Base64.
    assert!(asked[0].contains("\r\nProxy-Authorization: Basic bWU6czMgY3JldA==\r\n"), "{asked:?}");
}

#[tokio::test]
async fn this_machine_is_never_asked_through_the_proxy() {
    let server = Server::start(&["h2"]).await;
    let proxy = Connecting::start(Manner::Refuses("HTTP/1.1 502 Bad Gateway\r\n\r\n")).await;
    let transport = through(&server, &format!("http://127.0.0.1:{}", proxy.port), "");
    assert_eq!(server.ask_at("localhost", &transport).await.unwrap(), "HTTP/2.0");
    assert_eq!(proxy.asked(), Vec::<String>::new());
}

#[tokio::test]
async fn what_no_proxy_names_is_not_asked_through_the_proxy() {
    // An address of this machine that does not look like one.
    const ODD: &str = "127.1";
    let server = Server::start(&["h2"]).await;
    for (exceptions, connections) in [("", 1), ("192.0.2.0/24", 1), ("192.0.2.0/24, 127.0.0.0/8", 0)] {
        let proxy = Connecting::start(Manner::To(server.port)).await;
        let transport = through(&server, &format!("http://127.0.0.1:{}", proxy.port), exceptions);
        assert_eq!(server.ask_at(ODD, &transport).await.unwrap(), "HTTP/2.0");
        assert_eq!(proxy.asked().len(), connections, "{exceptions}");
    }
}

#[tokio::test]
async fn a_proxy_that_lets_nothing_through_is_named_without_its_password() {
    let server = Server::start(&["h2"]).await;
    let wants_login = "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\n\r\n";
    for (answer, expected) in [
        (wants_login, "wants a user and a password"),
        ("HTTP/1.1 502 Bad Gateway\r\n\r\n", "makes no connection: tunnel error: unsuccessful"),
        ("", "makes no connection: "),
    ] {
        let proxy = Connecting::start(Manner::Refuses(answer)).await;
        told(&server, &format!("127.0.0.1:{}", proxy.port), expected).await;
        assert_eq!(proxy.asked().len(), 1);
    }
    let closed = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    told(&server, &closed.to_string(), "makes no connection: Connection refused").await;
}

/// Asks through the proxy at this host, which is refused in these words.
async fn told(server: &Server, host: &str, expected: &str) {
    let transport = through(server, &format!("http://me:s3cret@{host}"), "");
    let error = server.ask_at(REMOTE, &transport).await.unwrap_err();
    let TransportError::Unreachable(source) = &error else { panic!("{error:?}") };
    let text = source.to_string();
    assert!(text.starts_with(&format!("the proxy http://{host} of HTTPS_PROXY {expected}")), "{text}");
    assert!(!format!("{error:?}").contains("s3cret"), "{error:?}");
}

#[tokio::test]
async fn a_proxy_that_shows_a_certificate_of_its_own_is_named() {
    let (server, other) = (Server::start(&["h2"]).await, Server::start(&["h2"]).await);
    let proxy = Connecting::start(Manner::To(other.port)).await;
    let address = format!("http://127.0.0.1:{}", proxy.port);
    let error = server.ask_at(REMOTE, &through(&server, &address, "")).await.unwrap_err();
    let TransportError::Tls(source) = &error else { panic!("{error:?}") };
    let text = source.to_string();
    assert!(
        text.contains("certificate")
            && text.ends_with(&format!("by way of the proxy {address} of HTTPS_PROXY"))
    );
}
