//! The transport of production against a TLS server on loopback, and through a proxy.
#![expect(clippy::unwrap_used, reason = "what fails in the server fails the test that uses it")]

mod http2;
mod proxy;
mod server;
