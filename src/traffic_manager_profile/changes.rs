//! Which request a change needs.

use arm::ArmError;
use arm::model::Profile as AzureProfile;
use tf_plugin::Diagnostics;
use tf_plugin::resource::Apply;

use super::adoption;
use super::calls::Calls;
use super::model::{self, MonitorConfig, Profile};
use super::plan::takes_endpoints;

/// Sends the change: one PUT with everything when the endpoints are in the configuration; else a PATCH, which
/// leaves endpoints alone; else, to clear something, a PUT of what is there with the plan written over it.
/// Before a PUT with endpoints those that are there are read, unless that has just been done: one that the plan could
/// not show is kept. What Azure need not be told is only read.
pub(super) async fn send(
    calls: &Calls,
    apply: &Apply<Profile>,
    is_fresh: bool,
    diagnostics: &mut Diagnostics,
) -> Result<AzureProfile, ArmError> {
    let Apply { planned, prior, config } = apply;
    let prior = prior.as_ref();
    let with_endpoints = !config.endpoints.is_null();
    if prior.is_some_and(|prior| is_same(prior, planned, with_endpoints)) {
        return calls.get().await;
    }
    if let Some(prior) = prior.filter(|_| with_endpoints) {
        if is_fresh && !takes_endpoints(prior, planned) {
            return calls.put(&model::everything(planned)).await;
        }
        let found = adoption::beside(calls.get().await?, prior);
        if !takes_endpoints(prior, planned) {
            adoption::tell_of_others(&found, planned, diagnostics);
        }
        return calls.put(&adoption::body(found, planned)).await;
    }
    if !prior.is_some_and(|prior| clears(prior, planned)) {
        return calls.patch(&model::changes(planned)).await;
    }
    let found = calls.get().await?;
    calls.put(&model::written_over(found, planned)).await
}

/// Whether Azure would be told what it was told before.
fn is_same(prior: &Profile, planned: &Profile, with_endpoints: bool) -> bool {
    if with_endpoints {
        !prior.endpoints.is_null() && model::everything(prior) == model::everything(planned)
    } else {
        model::changes(prior) == model::changes(planned)
    }
}

/// Whether the plan leaves out something that is there: a PATCH cannot say that.
fn clears(prior: &Profile, planned: &Profile) -> bool {
    let gone = |before: bool, after: bool| before && !after;
    let monitors = prior.monitor().zip(planned.monitor());
    gone(!prior.max_return.is_null(), !planned.max_return.is_null())
        || monitors.is_some_and(|(prior, planned)| {
            gone(has_headers(prior), has_headers(planned))
                || gone(has_ranges(prior), has_ranges(planned))
                || gone(!prior.path.is_null(), !planned.path.is_null())
        })
}

fn has_headers(of: &MonitorConfig) -> bool {
    of.custom_header.known().is_some_and(|headers| !headers.0.is_empty())
}

fn has_ranges(of: &MonitorConfig) -> bool {
    of.expected_status_code_ranges.known().is_some_and(|ranges| !ranges.0.is_empty())
}
