//! HTTP/2, one connection, own authorities.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use arm::{Reqwest, TransportError};

use crate::server::Server;

#[tokio::test]
async fn requests_that_begin_together_share_one_connection_of_http_2() {
    let server = Arc::new(Server::start(&["h2", "http/1.1"]).await);
    let transport = Arc::new(Reqwest::new().trusting(server.authorities.path()));
    let requests: Vec<_> = (0..50)
        .map(|_| {
            let (server, transport) = (Arc::clone(&server), Arc::clone(&transport));
            tokio::spawn(async move { server.ask(&transport).await.unwrap() })
        })
        .collect();
    for request in requests {
        assert_eq!(request.await.unwrap(), "HTTP/2.0");
    }
    assert_eq!(server.connections.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn http_1_is_spoken_where_nothing_else_is_offered() {
    let server = Server::start(&["http/1.1"]).await;
    let transport = Reqwest::new().trusting(server.authorities.path());
    assert_eq!(server.ask(&transport).await.unwrap(), "HTTP/1.1");
}

#[tokio::test]
async fn an_authority_that_nobody_named_is_not_trusted() {
    let server = Server::start(&["h2"]).await;
    let error = server.ask(&Reqwest::new()).await.unwrap_err();
    assert!(matches!(error, TransportError::Tls(_)), "{error:?}");
}

#[tokio::test]
async fn a_file_without_authorities_is_told() {
    let server = Server::start(&["h2"]).await;
    let empty = tempfile::NamedTempFile::new().unwrap();
    for file in [empty.path(), std::path::Path::new("/does/not/exist.pem")] {
        let error = server.ask(&Reqwest::new().trusting(file)).await.unwrap_err();
        let TransportError::Tls(source) = error else { panic!("{error:?}") };
        assert!(source.to_string().contains(&*file.display().to_string()), "{source}");
    }
}
