//! A client of the Azure Resource Manager API for Traffic Manager and for fleets.
//!
//! Requests are values ([`profiles`], [`endpoints`], [`fleets`]); a [`Client`] sends them through a [`Transport`],
//! retries what is worth it, and settles writes whose answer was lost by reading back. [`Credentials`] log in,
//! with the first request that needs it. The crate decides
//! nothing about Traffic Manager itself and knows nothing of Terraform.
//!
//! # What is believed
//!
//! Anything between this program and Azure can answer. So a success counts only if it is the object that was asked for, and a
//! 404 only with the codes that Azure uses for what is absent ([`ArmError::is_absent`]). A write with another answer is in
//! doubt, and read back as if its answer had been lost.
//!
//! # What is limited
//!
//! | what | limit |
//! |---|---|
//! | the body of a success | 16 MiB ([`ErrorKind::TooLarge`]) |
//! | the body of an error | 256 KiB; the rest is not read |
//! | a list | 100 pages, 64 MiB, all of the same address ([`ErrorKind::Link`]) |
//! | one attempt | 75 s |
//! | all attempts together | the [`Deadline`], at most a year |
//! | the wait between attempts | 30 s, or what Azure asks for; longer than the deadline, it ends the request |
//! | an address | 65,534 bytes ([`ErrorKind::AddressTooLong`]) |
//! | texts in errors | a message 2,000 characters, an excerpt 500, a code or an id 128, a path 4,000 bytes; printable |
//! | a login beside Resource Manager | 4 attempts, with waits of at most 30 s; the Azure CLI 60 s |
//! | the life of a token | a year |
//! | what a password of a key is stretched by | 1,000,000 rounds of PBKDF2, or 64 MiB of scrypt |
//!
//! # What is hidden
//!
//! Tokens, and the values of custom headers in a request's body, are cut out of the texts of an error, and so is JSON that
//! looks like a profile.

mod client;
mod clock;
mod comparison;
mod error;
mod http_call;
mod http_client;
mod metadata;
mod object;
mod page;
mod request;
mod secret;
mod service;
mod token;
mod transport;

pub mod credentials;
pub mod endpoints;
pub mod fleets;
pub mod geographic_hierarchy;
pub mod model;
pub mod profiles;

pub use client::{Client, Deadline, Pages};
pub use clock::{Clock, SystemClock};
pub use credentials::{Credentials, Login};
pub use error::{Answer, ArmError, Call, ErrorKind};
pub use http_client::{Proxy, Reqwest};
pub use metadata::{Cloud, MetadataError, MetadataHost};
pub use page::Page;
pub use profiles::{API_VERSION, TYPED_RECORDS_API_VERSION};
pub use request::Request;
pub use secret::Secret;
pub use service::{Service, ServiceError};
pub use token::{AccessToken, TokenError, TokenSource};
pub use transport::{Transport, TransportError};
