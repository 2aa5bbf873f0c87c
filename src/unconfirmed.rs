//! An object whose creation was not answered: it is in the state, so that it is not forgotten, but what is there may be
//! somebody else's.
//!
//! Terraform replaces what it calls tainted. So the next refresh compares what is there with what was sent, and lets go of
//! an object that is another.

use std::future::Future;

use arm::{ArmError, ErrorKind};
use tf_plugin::{Diagnostics, Path};

use crate::words::capitalized;

/// Whether a creation that failed may have taken effect all the same, so that the object belongs into the state. What can
/// be read and is not what was sent, somebody else made: the next apply must not replace it.
pub(crate) async fn may_exist<T>(
    error: &ArmError,
    find: impl Future<Output = Result<Option<T>, ArmError>>,
) -> bool {
    let is_foreign = matches!(error.kind(), ErrorKind::Unsettled) && matches!(find.await, Ok(Some(_)));
    error.call().in_doubt && !is_foreign
}

/// Warns that the object, a `noun` such as `profile`, is somebody else's and leaves the state.
pub(crate) fn warn_of_foreign(noun: &str, name: &str, id: &str, diagnostics: &mut Diagnostics) {
    diagnostics.warning(
        Path::root(),
        format!("{} was created by somebody else", capitalized(noun)),
        format!(
            "The creation of the {noun} {name:?} was not answered, and what is there now is not what was sent. So somebody \
             else made it, or has changed it since. It is left alone, and is not in the state any more. If it is yours, \
             import it with the id {id}"
        ),
    );
}
