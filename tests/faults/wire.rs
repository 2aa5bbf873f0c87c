//! The wire between a process of the provider and Azure, which can be cut.
//!
//! A client that has given up a request cannot take it back: a busy machine may deliver it when nobody expects it any more,
//! and when no fault is there to meet it. Once the wire is cut, whatever was sent has been answered or is lost.

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};

/// A wire to an emulator.
pub(crate) struct Wire {
    url: String,
    cut: watch::Sender<bool>,
    all: JoinHandle<()>,
}

impl Wire {
    /// Lays one to this address.
    pub(crate) async fn to(url: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let here = format!("http://{}", listener.local_addr().unwrap());
        let there = url.trim_start_matches("http://").to_owned();
        let (cut, is_cut) = watch::channel(false);
        Self { url: here, cut, all: tokio::spawn(carry_all(listener, there, is_cut)) }
    }

    /// Its near end.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Cuts it, and waits until nothing is under way any more.
    pub(crate) async fn cut(self) {
        self.cut.send_replace(true);
        self.all.await.unwrap();
    }
}

async fn carry_all(listener: TcpListener, there: String, mut is_cut: watch::Receiver<bool>) {
    let mut connections = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = is_cut.wait_for(|is_cut| *is_cut) => break,
        };
        let (near, _) = accepted.unwrap();
        connections.spawn(carry(near, there.clone(), is_cut.clone()));
    }
    connections.join_all().await;
}

async fn carry(mut near: TcpStream, there: String, mut is_cut: watch::Receiver<bool>) {
    let Ok(mut far) = TcpStream::connect(there).await else { return };
    let is_ended = tokio::select! {
        _ = copy_bidirectional(&mut near, &mut far) => true,
        _ = is_cut.wait_for(|is_cut| *is_cut) => false,
    };
    drop(near);
    if !is_ended {
        // The other side reads to the end of what it got, and then closes.
        let _closed = far.shutdown().await;
        let _rest = far.read_to_end(&mut Vec::new()).await;
    }
}

#[cfg(test)]
mod tests {
    use crate::scenes::ours;
    use test_support::{Azure, foreign_profile};

    use super::*;

    #[tokio::test]
    async fn what_is_given_up_before_the_cut_has_no_effect_after_it() {
        let azure = Azure::start().await;
        let wire = Wire::to(&azure.running.url()).await;
        let body = foreign_profile("fault-shop").to_string();
        let put = format!(
            "PUT {}?api-version=2022-04-01 HTTP/1.1\r\nhost: localhost\r\ncontent-length: {}\r\n\r\n{body}",
            ours(),
            body.len()
        );
        let (first, rest) = put.split_at(put.len() - 9);
        let mut client = TcpStream::connect(wire.url().trim_start_matches("http://")).await.unwrap();
        client.write_all(first.as_bytes()).await.unwrap();
        azure.until("the PUT", |azure| azure.requests().len() == 1).await;
        wire.cut().await;
        let _too_late = client.write_all(rest.as_bytes()).await;
        let _nothing = client.read_to_end(&mut Vec::new()).await;
        assert_eq!(azure.profile(&ours()), None);
    }
}
