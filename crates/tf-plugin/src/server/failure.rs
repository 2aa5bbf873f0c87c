//! An error of a call as a whole.

use crate::cty::Path;
use crate::diagnostics::Diagnostics;

/// One error that belongs to no attribute.
pub(super) fn failure(summary: &str, detail: &str) -> Diagnostics {
    let mut diagnostics = Diagnostics::new();
    diagnostics.error(Path::root(), summary, detail);
    diagnostics
}
