//! How a request came: what the service has to know of it besides itself.

use super::access::Access;

/// How a request came.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Arrival<'a> {
    /// Who sends it.
    pub(crate) access: &'a Access,
    /// Where the emulator was reached, such as `https://127.0.0.1:4653`.
    pub(crate) base: &'a str,
    /// The certificate that clients of https have to trust, PEM.
    pub(crate) ca_pem: &'a str,
    /// The value of `If-Match`.
    pub(crate) if_match: Option<&'a str>,
    /// The value of `If-None-Match`.
    pub(crate) if_none_match: Option<&'a str>,
}

impl Arrival<'static> {
    /// Of a request that nobody sent over a connection, to the usual address.
    pub(super) fn unchecked() -> Self {
        Self {
            access: &Access::Unchecked,
            base: "http://127.0.0.1:4653",
            ca_pem: "",
            if_match: None,
            if_none_match: None,
        }
    }
}
