//! What an apply does to an endpoint: make it, take it over, or change it.

use arm::endpoints;
use arm::model::Endpoint as AzureEndpoint;
use tf_plugin::{Diagnostics, Path};
use traffic_manager::id::EndpointKind;
use traffic_manager::rules::Finding;

use super::calls::EndpointCalls;
use super::model::{self, Endpoint};
use super::plan;
use super::private::Private;
use super::write::{self, Written};
use crate::planned::settle;
use crate::session::{EndpointWrite, Expected};
use crate::waiting::Applied;
use crate::{diagnostics, ids, nesting, unconfirmed};

/// What is to become of an endpoint.
pub(super) struct Change<'a> {
    pub(super) expected: Expected,
    pub(super) prior: Option<&'a Endpoint>,
    pub(super) planned: &'a Endpoint,
}

/// Brings about what is planned. Of a creation, one that may exist is answered too: forgotten now, it could only be found
/// again by hand.
pub(super) async fn apply(
    calls: &EndpointCalls,
    change: Change<'_>,
    private: &mut Private,
    diagnostics: &mut Diagnostics,
) -> Option<Applied<Endpoint>> {
    let Change { expected, prior, planned } = change;
    let in_azure = |endpoint: &Endpoint| model::to_azure(&calls.key(), endpoint);
    let write = EndpointWrite { expected, prior: prior.map(in_azure), planned: in_azure(planned) };
    let nests_another = prior.is_none_or(|prior| prior.target_resource_id != planned.target_resource_id);
    if calls.id.kind == EndpointKind::Nested && nests_another {
        nesting::wait_until_sound(&calls.session, &calls.id.profile, &calls.calls).await;
    }
    match write::write(calls, &write).await {
        Ok(Written::Done { answer, is_sent }) => Some(Applied { state: state(*answer, planned), is_sent }),
        Ok(Written::AlreadyThere) => {
            if calls.session.made(&calls.id) {
                ids::made_twice("endpoint", &calls.id.name, &calls.id.to_string(), diagnostics);
            } else {
                plan::already_there(&calls.id, diagnostics);
            }
            None
        }
        Ok(Written::Gone) => {
            gone(calls, diagnostics);
            None
        }
        Ok(Written::Blocked { findings, other_failed }) => {
            for finding in findings {
                blocked(finding, other_failed, diagnostics);
            }
            None
        }
        Err(error) => {
            let verb = if prior.is_some() { "change" } else { "create" };
            diagnostics::failed(&error, &calls.doing(verb), diagnostics);
            // One that was there, or that is adopted by the next apply, is not lost.
            if !error.call().creates && expected != Expected::Nothing {
                return None;
            }
            private.creation_in_doubt = unconfirmed::may_exist(&error, calls.find()).await;
            private.creation_in_doubt.then(|| Applied { state: planned.clone(), is_sent: true })
        }
    }
}

fn gone(calls: &EndpointCalls, diagnostics: &mut Diagnostics) {
    diagnostics.error(
        Path::new("name"),
        format!("Cannot {}", calls.doing("change").what),
        "It does not exist any more. It was deleted outside of Terraform after the plan was made, and is not created again, \
         because the plan did not show its creation. The next plan shows it.",
    );
}

/// Tells that another endpoint has what this one is to have.
fn blocked(finding: Finding, other_failed: bool, diagnostics: &mut Diagnostics) {
    let remedy = if other_failed {
        "Nothing was changed: another endpoint was to give it up in the same run, and that failed with an error of its own. \
         Correct that error, and apply again."
            .to_owned()
    } else {
        format!(
            "{} Nothing was changed: the apply waited for the other endpoint to give it up. If the other endpoint gives it up in \
             the same run, the changes of both have to be under way at the same time: run with a higher -parallelism, and let \
             neither of the resources depend on the other. Otherwise, make a new plan.",
            finding.remedy
        )
    };
    diagnostics::finding(&Finding { remedy, ..finding }, diagnostics);
}

/// Whether the creation was not answered, and what is there is not what it sent.
pub(super) fn is_foreign(
    calls: &EndpointCalls,
    state: &Endpoint,
    found: &AzureEndpoint,
    private: &Private,
) -> bool {
    private.creation_in_doubt && !endpoints::is_as_sent(&model::to_azure(&calls.key(), state), found)
}

/// The state after an apply: what was planned, and from Azure's answer what was not known.
fn state(answer: AzureEndpoint, planned: &Endpoint) -> Endpoint {
    settle(planned, model::from_azure(answer, planned))
}
