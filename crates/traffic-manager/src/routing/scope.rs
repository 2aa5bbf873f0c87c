//! What of a query's source an answer depends on: what a DNS server says of the client subnet.

/// On what of the source of a query its answer depends.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Scope {
    /// The length of the shortest prefix of the source's address within which every subnet gets this answer: 0 when no
    /// Subnet profile was asked.
    pub subnet: u8,
    /// Whether a Geographic or Performance profile was asked, so that the answer depends on where the source is.
    pub depends_on_location: bool,
}

impl Scope {
    pub(super) fn add_subnet(&mut self, prefix: u8) {
        self.subnet = self.subnet.max(prefix);
    }
}
