//! One message in, one answer out: reads, decides and writes.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use tracing::debug;

use super::message::{Edns, Message, Rcode};
use super::reply::{self, Transport};
use super::trees::Profiles;
use super::zone::{Answer, Suffix, Zone};
use crate::dns_clients::DnsClients;

/// What answers queries.
#[derive(Debug)]
pub(crate) struct Server {
    zone: Zone,
}

impl Server {
    /// A server for the names below a suffix.
    ///
    /// # Arguments
    /// `follows_cname`: whether the addresses that a name was mapped to come after a CNAME that leads to it.
    pub(crate) fn new(
        suffix: Suffix,
        profiles: Arc<dyn Profiles>,
        clients: Arc<DnsClients>,
        follows_cname: bool,
    ) -> Self {
        Self { zone: Zone::new(suffix, profiles, clients, follows_cname) }
    }

    /// Answers a message of anybody, in place of whatever is in `out`. False if it gets no answer.
    pub(crate) fn answer(
        &self,
        bytes: &[u8],
        peer: SocketAddr,
        transport: Transport,
        out: &mut Vec<u8>,
    ) -> bool {
        let Some(message) = Message::read(bytes) else {
            debug!(%peer, length = bytes.len(), "no query");
            return false;
        };
        let subject;
        let (answer, scope) = match (message.problem, message.question) {
            (None, Some(question)) => {
                subject = self.zone.find(&question);
                self.zone.answer(&subject, question.record_type, source(&message, peer))
            }
            (problem, _) => (Answer::Failure(problem.unwrap_or(Rcode::FormErr)), 0),
        };
        debug!(%peer, question = ?message.question, ?answer, "asked");
        let apex = reply::Apex { suffix: self.zone.suffix(), serial: self.zone.serial() };
        reply::write(&message, &answer, scope, apex, (transport, out));
        true
    }
}

/// The address that a query is answered for.
fn source(message: &Message<'_>, peer: SocketAddr) -> IpAddr {
    let told = |edns: Edns<'_>| edns.client_subnet?.address();
    message.edns.and_then(told).unwrap_or_else(|| peer.ip().to_canonical())
}
