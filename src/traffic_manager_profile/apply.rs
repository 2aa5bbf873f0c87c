//! What an apply does to a profile: make it, take it over, or change it. What is sent is decided by [`merge`].

use arm::model::Profile as AzureProfile;
use arm::{ArmError, profiles};
use tf_plugin::{Diagnostics, Path};

use super::calls::ProfileCalls;
use super::merge::{Merged, Request, merge};
use super::model::{self, Profile};
use super::private::Private;
use super::take_over;
use crate::planned::settle;
use crate::waiting::Applied;
use crate::{diagnostics, unconfirmed};

/// Creates the profile where there is none. One that may exist is answered too: forgotten now, it could only
/// be found again by hand.
pub(super) async fn make(
    calls: &ProfileCalls,
    planned: &Profile,
    private: &mut Private,
    diagnostics: &mut Diagnostics,
) -> Option<Applied<Profile>> {
    match calls.create(&sent(planned)).await {
        Ok(answer) => Some(Applied { state: state(answer, planned), is_sent: true }),
        Err(error) => {
            diagnostics::failed(&error, &calls.doing("create", planned), diagnostics);
            private.creation_in_doubt = unconfirmed::may_exist(&error, calls.find()).await;
            private.creation_in_doubt.then(|| Applied { state: planned.clone(), is_sent: true })
        }
    }
}

/// What a creation sends.
fn sent(planned: &Profile) -> AzureProfile {
    let merged = merge(&AzureProfile::default(), None, &model::to_azure(planned));
    if planned.endpoints.is_null() { merged.without_endpoints() } else { merged.whole() }
}

/// Whether the creation was not answered, and what is there is not what it sent.
pub(super) fn is_foreign(state: &Profile, found: &AzureProfile, private: &Private) -> bool {
    private.creation_in_doubt && !profiles::is_as_sent(&sent(state), found)
}

/// Takes over the profile that is there.
pub(super) async fn adopt(
    calls: &ProfileCalls,
    found: AzureProfile,
    planned: &Profile,
    diagnostics: &mut Diagnostics,
) -> Option<Applied<Profile>> {
    if !take_over::same_relative_name(&found, planned, diagnostics) {
        return None;
    }
    // After an error it is as it was, or as planned: nothing is lost by forgetting it, and tainted it would be replaced.
    let doing = calls.doing("take over", planned);
    write(calls, found, None, planned, diagnostics)
        .await
        .map_err(|error| diagnostics::failed(&error, &doing, diagnostics))
        .ok()?
}

/// Changes the profile: reads it, and sends what the plan changes.
pub(super) async fn change(
    calls: &ProfileCalls,
    prior: &Profile,
    planned: &Profile,
    diagnostics: &mut Diagnostics,
) -> Option<Applied<Profile>> {
    let changed = match calls.get().await {
        Ok(live) => write(calls, live, Some(prior), planned, diagnostics).await,
        Err(error) => Err(error),
    };
    let doing = calls.doing("change", planned);
    changed.map_err(|error| diagnostics::failed(&error, &doing, diagnostics)).ok()?
}

async fn write(
    calls: &ProfileCalls,
    live: AzureProfile,
    prior: Option<&Profile>,
    planned: &Profile,
    diagnostics: &mut Diagnostics,
) -> Result<Option<Applied<Profile>>, ArmError> {
    let before = prior.map(model::to_azure);
    let merged = merge(&live, before.as_ref(), &model::to_azure(planned));
    if !merged.clashes.is_empty() {
        take_over::refuse_clashes(&merged.clashes, "since the plan was made", planned, diagnostics);
        return Ok(None);
    }
    if prior.is_some_and(|prior| !prior.endpoints.is_null()) {
        tell(&merged, diagnostics);
    }
    let answer = match merged.request {
        Request::None => live,
        Request::Patch => calls.patch(&merged.without_endpoints()).await?,
        Request::Put => calls.put(&merged.whole()).await?,
    };
    Ok(Some(Applied { state: state(answer, planned), is_sent: merged.request != Request::None }))
}

/// Warns of endpoints that came or went after the plan was made.
fn tell(merged: &Merged, diagnostics: &mut Diagnostics) {
    let names = |keys: &[traffic_manager::id::EndpointKey]| {
        keys.iter().map(|key| key.name.as_str()).collect::<Vec<_>>().join(", ")
    };
    if !merged.kept.is_empty() {
        diagnostics.warning(
            Path::new("endpoints"),
            "Endpoints were added after the plan",
            format!(
                "These endpoints were added outside of Terraform after the plan was made: {}. They are kept, because the \
                 plan did not show their removal. The next plan shows them as removed, unless you add them to `endpoints`.",
                names(&merged.kept)
            ),
        );
    }
    if !merged.gone.is_empty() {
        diagnostics.warning(
            Path::new("endpoints"),
            "Endpoints were removed after the plan",
            format!(
                "These endpoints were removed outside of Terraform after the plan was made: {}. They are not created \
                 again, because the plan did not show their creation. The next plan shows it.",
                names(&merged.gone)
            ),
        );
    }
}

/// The state after an apply: what was planned, and from Azure's answer what was not known. What differs in Azure all the
/// same, and endpoints that the plan does not have, are found by the next refresh.
fn state(answer: AzureProfile, planned: &Profile) -> Profile {
    settle(planned, model::from_azure(answer, planned))
}
