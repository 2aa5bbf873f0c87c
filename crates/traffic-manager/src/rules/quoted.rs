//! Values of a configuration in the text of a finding.

use std::fmt;

/// A value of the configuration in a text: in quotes, with every character printable, and cut where it is long.
#[derive(Clone, Copy)]
pub(super) struct Quoted<'a>(pub(super) &'a str);

/// Characters of a quoted value that are shown.
const LONGEST_QUOTED: usize = 80;

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.char_indices().nth(LONGEST_QUOTED) {
            // `Debug` escapes what a terminal would act on, bidirectional marks included.
            None => write!(f, "{:?}", self.0),
            Some((end, _)) => write!(f, "{:?}", format!("{}…", &self.0[..end])),
        }
    }
}
