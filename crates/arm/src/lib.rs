//! A client of the Azure Resource Manager API for Traffic Manager.
//!
//! Requests are values ([`profiles`], [`endpoints`]); a [`Client`] sends them through a [`Transport`],
//! retries what is worth it, and settles writes whose answer was lost by reading back. The crate decides
//! nothing about Traffic Manager itself and knows nothing of Terraform.

mod client;
mod error;
mod request;
mod service;
mod token;
mod transport;

pub mod endpoints;
pub mod insights;
pub mod model;
pub mod profiles;

pub use client::{Client, Clock, Deadline, SystemClock};
pub use error::{Answer, ArmError, Call};
pub use request::{API_VERSION, Request, TYPED_RECORDS_API_VERSION};
pub use service::{Service, ServiceError};
pub use token::{AccessToken, TokenError, TokenSource};
pub use transport::{Reqwest, Transport, TransportError};
