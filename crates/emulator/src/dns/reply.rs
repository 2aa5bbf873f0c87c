//! Answers as bytes.
//!
//! Every name in an answer that was in the question is a pointer to it, so that the letter case of the question is kept.

use std::net::IpAddr;

use super::client_subnet;
use super::message::{DNSSEC_OK, HEADER, Message, OPT, Rcode};
use super::name::Name;
use super::zone::{A, AAAA, Answer, CNAME, IN, NS, SOA};

/// The bytes of the longest answer over UDP to somebody who does not say what he takes (RFC 1035).
const PLAIN_UDP: u16 = 512;

/// The bytes of the longest answer over UDP to anybody: what no network on the way cuts into pieces.
const LONGEST_UDP: u16 = 1232;

/// The bits of a header.
const RESPONSE: u16 = 1 << 15;
const AUTHORITATIVE: u16 = 1 << 10;
const TRUNCATED: u16 = 1 << 9;
const RECURSION_DESIRED: u16 = 1 << 8;

/// The two bits with which a pointer begins.
const POINTER: u16 = 0xc000;

/// How long a negative answer may be kept, and what belongs to the suffix itself, in seconds.
const TTL: u32 = 30;

/// The fields of the SOA record after its serial number: refresh, retry, expire, and the time of negative answers.
const SOA_TIMES: [u32; 4] = [900, 300, 2_419_200, TTL];

/// Who serves the suffix. A resolver that follows it stays on its own machine.
const NAME_SERVER: &str = "localhost";

/// How a query came, and its answer goes.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Transport {
    Udp,
    Tcp,
}

/// What is said of the zone in answers.
#[derive(Clone, Copy, Debug)]
pub(super) struct Apex<'a> {
    /// The suffix, as messages have it.
    pub(super) suffix: &'a [u8],
    pub(super) serial: u32,
}

/// An answer that is being written.
struct Writer<'a> {
    out: &'a mut Vec<u8>,
    /// Where the suffix stands in the question.
    apex: usize,
    counts: [u16; 4],
}

/// Writes an answer in place of whatever is in `out`. `scope` is the prefix of the client's address that it is for.
pub(super) fn write(
    message: &Message<'_>,
    answer: &Answer<'_>,
    scope: u8,
    apex: Apex<'_>,
    (transport, out): (Transport, &mut Vec<u8>),
) {
    out.clear();
    out.resize(HEADER, 0);
    let question = message.question.map(|question| question.bytes);
    out.extend_from_slice(question.unwrap_or_default());
    let question_end = out.len();
    // A question ends with type and class, its name with the suffix.
    let apex_at = question_end.saturating_sub(4 + apex.suffix.len());
    let mut writer = Writer { out, apex: apex_at, counts: [u16::from(question.is_some()), 0, 0, 0] };
    let (rcode, authoritative) = match answer {
        Answer::Failure(rcode) => (*rcode, 0),
        Answer::Negative(rcode) => (*rcode, AUTHORITATIVE),
        _ => (Rcode::NoError, AUTHORITATIVE),
    };
    writer.records(answer, apex.serial);
    writer.opt(message, rcode, scope);
    let mut truncated = 0;
    if writer.out.len() > limit(message, transport) {
        // Whoever gets this asks again over TCP.
        truncated = TRUNCATED;
        writer.out.truncate(question_end);
        writer.counts = [writer.counts[0], 0, 0, 0];
        writer.opt(message, rcode, scope);
    }
    let recursion_desired = if message.recursion_desired { RECURSION_DESIRED } else { 0 };
    let opcode = u16::from(message.opcode) << 11;
    let flags = RESPONSE | opcode | authoritative | truncated | recursion_desired | (rcode as u16 & 0xf);
    let [a, b, c, d] = writer.counts;
    for (place, field) in writer.out.chunks_exact_mut(2).zip([message.id, flags, a, b, c, d]) {
        place.copy_from_slice(&field.to_be_bytes());
    }
}

/// The bytes that an answer may have.
fn limit(message: &Message<'_>, transport: Transport) -> usize {
    match (transport, message.edns) {
        (Transport::Tcp, _) => usize::from(u16::MAX),
        (Transport::Udp, None) => usize::from(PLAIN_UDP),
        (Transport::Udp, Some(edns)) => usize::from(edns.payload.clamp(PLAIN_UDP, LONGEST_UDP)),
    }
}

impl Writer<'_> {
    fn records(&mut self, answer: &Answer<'_>, serial: u32) {
        match answer {
            Answer::Failure(_) => {}
            Answer::Negative(_) => {
                self.soa(serial);
                self.counts[2] = 1;
            }
            Answer::Apex { soa, ns } => {
                if *soa {
                    self.soa(serial);
                }
                if *ns {
                    self.record(self.apex, NS, TTL, |out| name_server().write(out));
                }
                self.counts[1] = u16::from(*soa) + u16::from(*ns);
            }
            Answer::Cname { target, addresses, ttl } => {
                // After the pointer, type, class, time to live and length.
                let target_at = self.out.len() + 12;
                self.record(HEADER, CNAME, *ttl, |out| target.write(out));
                self.addresses(target_at, addresses, *ttl);
                self.counts[1] = self.counts[1].saturating_add(1);
            }
            Answer::Addresses { addresses, ttl } => self.addresses(HEADER, addresses, *ttl),
        }
    }

    fn addresses(&mut self, owner: usize, addresses: &[IpAddr], ttl: u32) {
        for address in addresses {
            match address {
                IpAddr::V4(v4) => self.record(owner, A, ttl, |out| out.extend_from_slice(&v4.octets())),
                IpAddr::V6(v6) => self.record(owner, AAAA, ttl, |out| out.extend_from_slice(&v6.octets())),
            }
        }
        // What is too many to be counted is too long to be sent.
        self.counts[1] = u16::try_from(addresses.len()).unwrap_or(u16::MAX);
    }

    fn soa(&mut self, serial: u32) {
        let apex = self.apex;
        self.record(apex, SOA, TTL, |out| {
            name_server().write(out);
            out.extend_from_slice(b"\x0ahostmaster");
            out.extend_from_slice(&pointer(apex));
            out.extend_from_slice(&serial.to_be_bytes());
            out.extend(SOA_TIMES.into_iter().flat_map(u32::to_be_bytes));
        });
    }

    /// Appends a record whose owner's name stands somewhere already.
    fn record(&mut self, owner: usize, record_type: u16, ttl: u32, data: impl FnOnce(&mut Vec<u8>)) {
        self.out.extend_from_slice(&pointer(owner));
        self.out.extend_from_slice(&record_type.to_be_bytes());
        self.out.extend_from_slice(&IN.to_be_bytes());
        self.out.extend_from_slice(&ttl.to_be_bytes());
        let length_at = self.out.len();
        self.out.extend_from_slice(&[0; 2]);
        data(self.out);
        let length = u16::try_from(self.out.len() - length_at - 2).expect("a name or an address is short");
        self.out[length_at..length_at + 2].copy_from_slice(&length.to_be_bytes());
    }

    /// Appends the record that carries EDNS, if the query had one.
    fn opt(&mut self, message: &Message<'_>, rcode: Rcode, scope: u8) {
        let Some(edns) = message.edns else { return };
        let ttl = (rcode as u32 >> 4) << 24 | if edns.is_dnssec_ok { DNSSEC_OK } else { 0 };
        self.out.push(0);
        self.out.extend_from_slice(&OPT.to_be_bytes());
        self.out.extend_from_slice(&LONGEST_UDP.to_be_bytes());
        self.out.extend_from_slice(&ttl.to_be_bytes());
        match edns.client_subnet {
            None => self.out.extend_from_slice(&[0; 2]),
            Some(subnet) => {
                let length = u16::try_from(subnet.length()).expect("an address has at most 16 octets");
                self.out.extend_from_slice(&(length + 4).to_be_bytes());
                self.out.extend_from_slice(&client_subnet::CODE.to_be_bytes());
                self.out.extend_from_slice(&length.to_be_bytes());
                subnet.write(scope, self.out);
            }
        }
        self.counts[3] = 1;
    }
}

fn name_server() -> Name<'static> {
    Name::parse(NAME_SERVER).expect("the constant is a name")
}

/// A name that stands at a place of the message already.
fn pointer(at: usize) -> [u8; 2] {
    let at = u16::try_from(at).expect("names stand in the question or in the record after it");
    (POINTER | at).to_be_bytes()
}
