//! The DNS server: answers for profiles, as the name servers of Traffic Manager do.
//!
//! Bytes come in over UDP or TCP ([`udp`], [`tcp`]), are read ([`message`], [`client_subnet`]), decided ([`zone`], [`trees`]) and
//! answered ([`reply`]). Who is answered with is decided by the routing of the domain crate; here is what DNS says of it.
//!
//! Where Azure does not tell what its servers do, these do it so:
//!
//! - The suffix itself has an SOA and an NS record. Names outside of it, other classes than IN and transfers of the zone are
//!   refused.
//! - An answer without records has the SOA record, and may be kept for 30 seconds.
//! - A name that leads to another one has a CNAME record, whatever type is asked for, and nothing else. If the server follows
//!   it, the addresses that the user mapped that name to come after it, for as long as the CNAME holds, so that a resolver
//!   never has one without the other. No name is ever looked up elsewhere.
//! - A profile whose profiles nest each other in a circle, or too deeply, gets SERVFAIL. The service refuses to make such.
//! - The network that a resolver asks for (EDNS Client Subnet) counts in place of its own address. If it says that it does not
//!   tell (a prefix of 0 bits), its own address counts.
//!
//! Cookies, name server identifiers, DNSSEC and updates are not there.

mod client_subnet;
mod message;
mod name;
mod reply;
mod server;
mod sockets;
mod tcp;
mod trees;
mod udp;
mod zone;

pub(crate) use self::reply::Transport;
pub(crate) use self::server::Server;
pub(crate) use self::sockets::Sockets;
pub(crate) use self::trees::Profiles;
pub(crate) use self::zone::Suffix;
