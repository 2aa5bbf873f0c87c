//! The pages of a list, which is read when a deletion is refused: whoever nests the profile is named.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;

use crate::provider::provider_at;
use crate::scenes::{PROFILE, Scene};
use crate::server::Server;

/// Where pages lead.
#[derive(Clone, Copy, Debug)]
enum Link {
    /// To the same page.
    Circle,
    /// To another page each time.
    OnAndOn,
    /// To another server.
    Elsewhere,
    /// To another thing of the same server.
    Aside,
}

#[tokio::test]
async fn pages_that_lead_nowhere_end() {
    let before = Scene::Delete.before().await;
    for (link, most) in [(Link::Circle, 2), (Link::OnAndOn, 100), (Link::Elsewhere, 1), (Link::Aside, 1)] {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let here = format!("http://{}", listener.local_addr().unwrap());
        let lists = Arc::new(AtomicUsize::new(0));
        let profile = before.profile().unwrap().to_string();
        tokio::spawn(answer_lists(listener, link, profile, Arc::clone(&lists)));
        let core = provider_at(&here).await;
        let mut shop = core.resource(PROFILE);
        let honest = Server::start().await;
        before.restore(&honest, &mut shop);
        let destroyed = timeout(Duration::from_secs(600), shop.destroy()).await.unwrap();
        let report = destroyed.unwrap_err();
        assert!(report.errors()[0].contains("Cannot delete the profile"), "{link:?}: {report}");
        assert!(shop.stored().is_some(), "{link:?}: it is there still");
        let lists = lists.load(Ordering::Relaxed);
        assert!((1..=most).contains(&lists), "{link:?}: {lists} pages were read");
    }
}

/// Refuses to delete a profile, and answers each list with a page that leads on.
async fn answer_lists(
    listener: TcpListener,
    link: Link,
    profile: String,
    lists: Arc<AtomicUsize>,
) -> Option<()> {
    let here = listener.local_addr().ok()?;
    loop {
        let (mut stream, _) = listener.accept().await.ok()?;
        let head = head(&mut stream).await;
        let path =
            head.split(' ').nth(1).unwrap_or_default().split('?').next().unwrap_or_default().to_owned();
        let (status, body) = if head.starts_with("DELETE") {
            let error = json!({ "error": { "code": "Conflict", "message": "it is in use" } });
            (409, error.to_string())
        } else if path.ends_with("/trafficManagerProfiles") {
            let number = lists.fetch_add(1, Ordering::Relaxed);
            let next = match link {
                Link::Circle => format!("http://{here}{path}?page=1"),
                Link::OnAndOn => format!("http://{here}{path}?page={number}"),
                Link::Elsewhere => format!("http://127.0.0.1:9{path}?page=1"),
                Link::Aside => format!("http://{here}/subscriptions?page=1"),
            };
            (200, json!({ "value": [], "nextLink": next }).to_string())
        } else {
            (200, profile.clone())
        };
        let answer = format!(
            "HTTP/1.1 {status} X\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        let _sent = stream.write_all(answer.as_bytes()).await;
    }
}

/// The head of a request; none of these has a body.
async fn head(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    while !bytes.ends_with(b"\r\n\r\n") && stream.read_buf(&mut bytes).await.is_ok_and(|read| read > 0) {}
    String::from_utf8_lossy(&bytes).into_owned()
}
