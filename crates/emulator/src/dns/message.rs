//! Queries as they come: bytes of anybody, read without trust and without a copy.
//!
//! Nothing here follows a compression pointer. The name of the question stands first in a message, so there is nothing it
//! could rightly point to, and the names of records are only passed over.

use super::client_subnet::{self, ClientSubnet};
use super::name;

/// The bytes of a header.
pub(super) const HEADER: usize = 12;

/// The bit that says that a message is a response.
const RESPONSE: u16 = 1 << 15;

/// The bit that asks for recursion.
const RECURSION_DESIRED: u16 = 1 << 8;

/// The type of the record that carries EDNS.
pub(super) const OPT: u16 = 41;

/// The bit in the time to live of an OPT record that says that the sender understands DNSSEC.
pub(super) const DNSSEC_OK: u32 = 1 << 15;

/// What an answer says of how the query went.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Rcode {
    NoError = 0,
    /// The query is not as the protocol wants it.
    FormErr = 1,
    /// The server cannot answer, through no fault of the query.
    ServFail = 2,
    /// The name does not exist.
    NxDomain = 3,
    /// This kind of query is not known here.
    NotImp = 4,
    /// The server does not answer this, to anybody.
    Refused = 5,
    /// The version of EDNS is not known here.
    BadVers = 16,
}

/// A query, as far as it can be read.
#[derive(Debug)]
pub(super) struct Message<'a> {
    pub(super) id: u16,
    pub(super) opcode: u8,
    pub(super) recursion_desired: bool,
    /// `None` if it was not read.
    pub(super) question: Option<Question<'a>>,
    /// `None` if the query has none, or if it was not read.
    pub(super) edns: Option<Edns<'a>>,
    /// Why the query cannot be answered, if it cannot.
    pub(super) problem: Option<Rcode>,
}

/// The question of a query.
#[derive(Clone, Copy, Debug)]
pub(super) struct Question<'a> {
    /// The whole question, as it came.
    pub(super) bytes: &'a [u8],
    /// The name, uncompressed.
    pub(super) name: &'a [u8],
    pub(super) record_type: u16,
    pub(super) class: u16,
}

/// What a query says with EDNS.
#[derive(Clone, Copy, Debug)]
pub(super) struct Edns<'a> {
    /// The bytes of the longest answer that the sender takes over UDP.
    pub(super) payload: u16,
    pub(super) is_dnssec_ok: bool,
    pub(super) client_subnet: Option<ClientSubnet<'a>>,
}

/// What is still to be read.
struct Reader<'a>(&'a [u8]);

/// A record of a query.
struct ResourceRecord<'a> {
    /// Whether its name is the root, written out.
    is_of_root: bool,
    record_type: u16,
    class: u16,
    ttl: u32,
    data: &'a [u8],
}

impl<'a> Message<'a> {
    /// Reads a query. `None` if nothing may be answered to it: it is too short to have an id, or is itself a response, so
    /// that two servers could answer each other for ever.
    pub(super) fn read(bytes: &'a [u8]) -> Option<Self> {
        let mut reader = Reader(bytes);
        let [id, flags, questions, answers, authorities, additional] = reader.header()?;
        if flags & RESPONSE != 0 {
            return None;
        }
        let opcode = u8::try_from(flags >> 11 & 0xf).expect("four bits fit in a byte");
        let mut message = Self {
            id,
            opcode,
            recursion_desired: flags & RECURSION_DESIRED != 0,
            question: None,
            edns: None,
            problem: None,
        };
        message.problem = if opcode != 0 {
            Some(Rcode::NotImp)
        } else if questions != 1 {
            Some(Rcode::FormErr)
        } else {
            message.read_body(reader, usize::from(answers) + usize::from(authorities), additional).err()
        };
        Some(message)
    }

    fn read_body(&mut self, mut reader: Reader<'a>, others: usize, additional: u16) -> Result<(), Rcode> {
        let question = reader.question().ok_or(Rcode::FormErr)?;
        self.question = Some(question);
        for _ in 0..others {
            reader.record().ok_or(Rcode::FormErr)?;
        }
        let mut opt = None;
        for _ in 0..additional {
            let record = reader.record().ok_or(Rcode::FormErr)?;
            if record.record_type == OPT && (!record.is_of_root || opt.replace(record).is_some()) {
                return Err(Rcode::FormErr);
            }
        }
        let is_at_its_end = reader.0.is_empty();
        if let Some(opt) = opt {
            let is_dnssec_ok = opt.ttl & DNSSEC_OK != 0;
            let edns = self.edns.insert(Edns { payload: opt.class, is_dnssec_ok, client_subnet: None });
            let [_, version, ..] = opt.ttl.to_be_bytes();
            if version != 0 {
                return Err(Rcode::BadVers);
            }
            edns.client_subnet = Reader(opt.data).client_subnet()?;
        }
        // EDNS is a part of messages, and cannot be asked for.
        if is_at_its_end && question.record_type != OPT { Ok(()) } else { Err(Rcode::FormErr) }
    }
}

impl<'a> Reader<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    fn number(&mut self) -> Option<u16> {
        let (taken, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(u16::from_be_bytes(*taken))
    }

    fn header(&mut self) -> Option<[u16; HEADER / 2]> {
        let mut fields = [0; HEADER / 2];
        for field in &mut fields {
            *field = self.number()?;
        }
        Some(fields)
    }

    fn question(&mut self) -> Option<Question<'a>> {
        let all = self.0;
        let name = self.take(name::length(all)?)?;
        let (record_type, class) = (self.number()?, self.number()?);
        let bytes = &all[..all.len() - self.0.len()];
        Some(Question { bytes, name, record_type, class })
    }

    fn record(&mut self) -> Option<ResourceRecord<'a>> {
        let is_of_root = self.skip_name()?;
        let (record_type, class) = (self.number()?, self.number()?);
        let ttl = u32::from(self.number()?) << 16 | u32::from(self.number()?);
        let length = self.number()?;
        Some(ResourceRecord { is_of_root, record_type, class, ttl, data: self.take(length.into())? })
    }

    /// Passes over a name, and tells whether it is the root, written out.
    fn skip_name(&mut self) -> Option<bool> {
        let before = self.0.len();
        loop {
            match *self.take(1)? {
                [0] => return Some(before - self.0.len() == 1),
                [length @ 1..=0x3f] => _ = self.take(length.into())?,
                // A pointer is the end of a name.
                [0xc0..=0xff] => return self.take(1).map(|_| false),
                _ => return None,
            }
        }
    }

    /// Reads options, of which only one counts.
    fn client_subnet(mut self) -> Result<Option<ClientSubnet<'a>>, Rcode> {
        let mut found = None;
        while !self.0.is_empty() {
            let (code, data) = self.option().ok_or(Rcode::FormErr)?;
            if code == client_subnet::CODE {
                let subnet = ClientSubnet::parse(data).ok_or(Rcode::FormErr)?;
                if found.replace(subnet).is_some() {
                    return Err(Rcode::FormErr);
                }
            }
        }
        Ok(found)
    }

    fn option(&mut self) -> Option<(u16, &'a [u8])> {
        let (code, length) = (self.number()?, self.number()?);
        Some((code, self.take(length.into())?))
    }
}
