//! A client of the Azure Resource Manager API for Traffic Manager.
//!
//! Requests are values ([`profiles`], [`endpoints`]); a [`Client`] sends them through a [`Transport`],
//! retries what is worth it, and settles writes whose answer was lost by reading back. [`Credentials`] log in,
//! with the first request that needs it. The crate decides
//! nothing about Traffic Manager itself and knows nothing of Terraform.

mod client;
mod error;
mod http_call;
mod metadata;
mod request;
mod secret;
mod service;
mod token;
mod transport;

pub mod credentials;
pub mod endpoints;
pub mod insights;
pub mod model;
pub mod profiles;

pub use client::{Client, Clock, Deadline, SystemClock};
pub use credentials::{Credentials, Login};
pub use error::{Answer, ArmError, Call};
pub use metadata::{Cloud, MetadataError, MetadataHost};
pub use request::{API_VERSION, Request, TYPED_RECORDS_API_VERSION};
pub use secret::Secret;
pub use service::{Service, ServiceError};
pub use token::{AccessToken, TokenError, TokenSource};
pub use transport::{Proxy, Reqwest, Transport, TransportError};
