//! What is answered to a question: the names below the suffix of profiles, and the suffix itself.
//!
//! It knows no bytes of answers.

use std::net::IpAddr;
use std::sync::Arc;

use traffic_manager::routing::{self, Decision, QueryType, Scope};

use super::message::{Question, Rcode};
use super::name::{self, Name};
use super::trees::{Dated, Profiles, Trees};
use crate::dns_clients::DnsClients;

/// Types of records, and of questions.
pub(super) const A: u16 = 1;
pub(super) const NS: u16 = 2;
pub(super) const CNAME: u16 = 5;
pub(super) const SOA: u16 = 6;
pub(super) const AAAA: u16 = 28;
const IXFR: u16 = 251;
const AXFR: u16 = 252;
const ANY: u16 = 255;

/// The class of the Internet.
pub(super) const IN: u16 = 1;

/// The bytes of the longest name as text.
const LONGEST_TEXT: usize = 253;

/// The names below a suffix.
#[derive(Debug)]
pub(super) struct Zone {
    suffix: Suffix,
    trees: Trees,
    clients: Arc<DnsClients>,
    /// Whether a name that an answer leads to is followed by the addresses that it was mapped to.
    follows_cname: bool,
}

/// The DNS suffix of profiles.
#[derive(Debug)]
pub(crate) struct Suffix {
    /// As messages have it.
    bytes: Vec<u8>,
}

/// What a question is about.
#[derive(Debug)]
pub(super) enum Subject {
    /// Something that this server has nothing to say of.
    Foreign,
    /// The suffix itself.
    Apex,
    /// A name that does not exist, but names below it do.
    Between,
    /// A name that does not exist.
    Nothing,
    /// A profile.
    Profile(Arc<Dated>),
}

/// What is answered.
#[derive(Debug)]
pub(super) enum Answer<'a> {
    /// Nothing, for this reason.
    Failure(Rcode),
    /// The name does not exist, or exists without such a record.
    Negative(Rcode),
    /// Records of the suffix itself.
    Apex { soa: bool, ns: bool },
    /// The name is an alias of another one, whose addresses may follow.
    Cname { target: Name<'a>, addresses: Vec<IpAddr>, ttl: u32 },
    /// Addresses, at least one.
    Addresses { addresses: Vec<IpAddr>, ttl: u32 },
}

impl Suffix {
    /// Reads a DNS name. `None` if it is none, or the root.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let name = Name::parse(text)?;
        let mut bytes = Vec::with_capacity(name.length());
        name.write(&mut bytes);
        Some(Self { bytes })
    }
}

impl Zone {
    pub(super) fn new(
        suffix: Suffix,
        profiles: Arc<dyn Profiles>,
        clients: Arc<DnsClients>,
        follows_cname: bool,
    ) -> Self {
        Self { suffix, trees: Trees::new(profiles), clients, follows_cname }
    }

    /// The suffix, as messages have it.
    pub(super) fn suffix(&self) -> &[u8] {
        &self.suffix.bytes
    }

    /// The number of the zone's version: it grows with every change.
    pub(super) fn serial(&self) -> u32 {
        let [.., a, b, c, d] = self.trees.profiles().revision().to_be_bytes();
        u32::from_be_bytes([a, b, c, d])
    }

    /// What a question is about.
    pub(super) fn find(&self, question: &Question<'_>) -> Subject {
        // A zone of profiles cannot be copied: most answers are chosen anew for each query.
        if question.class != IN || [AXFR, IXFR].contains(&question.record_type) {
            return Subject::Foreign;
        }
        let Some(relative) = name::before_suffix(question.name, &self.suffix.bytes) else {
            return Subject::Foreign;
        };
        if relative.is_empty() {
            return Subject::Apex;
        }
        let mut buffer = [0; LONGEST_TEXT];
        let Some(relative) = lower_case_text(relative, &mut buffer) else { return Subject::Nothing };
        match self.trees.find(relative) {
            Some(dated) => Subject::Profile(dated),
            None if self.trees.has_name_below(relative) => Subject::Between,
            None => Subject::Nothing,
        }
    }

    /// What is answered to a question about a subject, and the prefix of the source's address that the answer is for.
    pub(super) fn answer<'a>(
        &self,
        subject: &'a Subject,
        record_type: u16,
        source: IpAddr,
    ) -> (Answer<'a>, u8) {
        let negative = |rcode| (Answer::Negative(rcode), 0);
        match subject {
            Subject::Foreign => (Answer::Failure(Rcode::Refused), 0),
            Subject::Between => negative(Rcode::NoError),
            Subject::Nothing => negative(Rcode::NxDomain),
            Subject::Apex => match (record_type == SOA, record_type == NS, record_type == ANY) {
                (false, false, false) => negative(Rcode::NoError),
                (soa, ns, any) => (Answer::Apex { soa: soa || any, ns: ns || any }, 0),
            },
            Subject::Profile(dated) => self.decide(dated, record_type, source),
        }
    }

    fn decide<'a>(&self, dated: &'a Dated, record_type: u16, address: IpAddr) -> (Answer<'a>, u8) {
        let Some(tree) = &dated.tree else { return (Answer::Failure(Rcode::ServFail), 0) };
        let location = self.clients.locations().lookup(address);
        let region = location.and_then(|location| location.region.as_deref());
        let latency = region.and_then(|region| self.clients.latencies_from(region));
        let latency = latency.map(|row| move |region: &str| row.to_named(region).map(f64::from));
        let query = routing::Query {
            query_type: query_type(record_type),
            source: Some(address),
            place: location.and_then(|location| location.place),
            latency: latency.as_ref().map(|latency| latency as &dyn routing::Latency),
        };
        let Decision { answer, ttl, scope } = tree.decide(&query, || fastrand::u64(..));
        let answer = match answer {
            routing::Answer::Cname(target) => match Name::parse(target) {
                Some(target) => self.alias(target, record_type, ttl),
                None => Answer::Negative(Rcode::NoError),
            },
            routing::Answer::Addresses(addresses) => Answer::Addresses { addresses, ttl },
            // A target that is not known has no records yet.
            routing::Answer::NoData | routing::Answer::Unknown => Answer::Negative(Rcode::NoError),
            routing::Answer::NxDomain => Answer::Negative(Rcode::NxDomain),
        };
        (answer, self.scope(scope, address))
    }

    fn alias<'a>(&self, target: Name<'a>, record_type: u16, ttl: u32) -> Answer<'a> {
        let mut addresses = Vec::new();
        if self.follows_cname && [A, AAAA].contains(&record_type) {
            addresses = self.trees.profiles().addresses(target.as_str());
            addresses.retain(|address| address.is_ipv4() == (record_type == A));
        }
        Answer::Cname { target, addresses, ttl }
    }

    /// The prefix of the source's address that an answer of this scope is for.
    fn scope(&self, scope: Scope, address: IpAddr) -> u8 {
        if !scope.depends_on_location {
            return scope.subnet;
        }
        // An address of IPv4 that is written as one of IPv6 is found by its last 32 bits.
        let before = if address.to_canonical() == address { 0 } else { 96 };
        scope.subnet.max(before + self.clients.locations().scope(address))
    }
}

const fn query_type(record_type: u16) -> QueryType {
    match record_type {
        A => QueryType::A,
        AAAA => QueryType::Aaaa,
        ANY => QueryType::Any,
        _ => QueryType::Other,
    }
}

/// The labels in front of a suffix as lower-case text. `None` if a profile cannot have such a name: without this check, a
/// label that contains a dot would read as two.
fn lower_case_text<'a>(labels: &[u8], buffer: &'a mut [u8; LONGEST_TEXT]) -> Option<&'a str> {
    let mut length = 0;
    for label in name::labels(labels) {
        if length > 0 {
            *buffer.get_mut(length)? = b'.';
            length += 1;
        }
        let place = buffer.get_mut(length..length + label.len())?;
        place.copy_from_slice(label);
        place.make_ascii_lowercase();
        if !place.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-') {
            return None;
        }
        length += label.len();
    }
    std::str::from_utf8(&buffer[..length]).ok()
}
