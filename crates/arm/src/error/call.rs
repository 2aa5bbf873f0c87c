//! The call that failed: what was asked, how often, and for how long.

use std::fmt;
use std::time::Duration;

use foreign_text::beginning;
use http::Method;

/// A call that failed.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Call {
    /// The method of the last attempt.
    pub method: Method,
    /// The path, encoded and without its query, at most 4,000 bytes.
    pub path: String,
    /// How many attempts were begun. Reading back what became of a write is none.
    pub attempts: u32,
    /// How long it took in all.
    pub elapsed: Duration,
    /// Whether a write may have taken effect, because its answer was lost and could not be settled.
    pub in_doubt: bool,
    /// Whether it would have been tried again, and the time allowed was over.
    pub out_of_time: bool,
    /// Whether it was to create what was not there.
    pub creates: bool,
}

/// How much of a path is kept, in bytes: many times the longest that Azure knows.
const PATH: usize = 4000;

impl Call {
    /// A call that has not been tried.
    pub fn new(method: Method, path: &str) -> Self {
        Self {
            method,
            path: beginning(path, PATH).to_owned(),
            attempts: 0,
            elapsed: Duration::ZERO,
            in_doubt: false,
            out_of_time: false,
            creates: false,
        }
    }
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, self.path)
    }
}
