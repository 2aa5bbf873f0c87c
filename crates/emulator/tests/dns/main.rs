//! The emulator's DNS server, asked over loopback: queries are written byte by byte here, and answers are read by
//! hickory's codec, so that neither can agree with the server on a mistake.

#![expect(clippy::unwrap_used, reason = "a test may end by a panic")]

mod azure;
mod client;
mod client_subnet;
mod following;
mod hostile;
mod listening;
mod methods;
mod names;
mod nesting;
mod protocol;
