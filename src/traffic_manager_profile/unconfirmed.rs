//! A profile whose creation was not answered: it is in the state, so that it is not forgotten, but what is there may be
//! somebody else's.
//!
//! Terraform replaces what it calls tainted. So the next refresh compares what is there with what was sent, and lets go of
//! a profile that is another.

use arm::model::Profile as AzureProfile;
use arm::profiles;
use tf_plugin::{Diagnostics, Path};
use traffic_manager::id::ProfileId;

use super::merge::merge;
use super::model::{self, Profile};
use super::private::Private;

/// What a creation sends.
pub(super) fn sent(planned: &Profile) -> AzureProfile {
    let merged = merge(&AzureProfile::default(), None, &model::to_azure(planned));
    if planned.endpoints.is_null() { merged.without_endpoints() } else { merged.whole() }
}

/// Whether the creation was not answered, and what is there is not what it sent.
pub(super) fn is_foreign(state: &Profile, found: &AzureProfile, private: &Private) -> bool {
    private.creation_in_doubt && !profiles::is_as_sent(&sent(state), found)
}

/// Tells that the profile is let go of.
pub(super) fn warn_of_foreign(id: &ProfileId, diagnostics: &mut Diagnostics) {
    diagnostics.warning(
        Path::root(),
        "Profile was created by somebody else",
        format!(
            "The creation of the profile {:?} was not answered, and what is there now is not what was sent. So somebody \
             else made it, or has changed it since. It is left alone, and is not in the state any more. If it is yours, \
             import it with the id {id}",
            id.name
        ),
    );
}
