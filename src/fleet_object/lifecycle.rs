//! Creating, reading, changing and deleting an object on a hub, and waiting for what a controller makes of it.

use hub::{Hub, HubError, Object as HubObject, ObjectKey};
use tf_plugin::{Context, Diagnostics, Path, Value};

use super::advice::advice;
use super::calls::{Calls, Deleted, Made, Ready};
use super::object::{Awaited, FleetObject, Nudge, Private};
use crate::azure::Azure;
use crate::timeouts::Operation;
use crate::{planned, unconfirmed};

/// Creates the object and waits for what is made of it. The flag says whether the creation is in doubt.
pub(super) async fn create<M: FleetObject>(
    context: &Context<Azure>,
    planned: &M,
    diagnostics: &mut Diagnostics,
) -> Option<(M, Private)> {
    let calls = Calls::<M>::begin(context, planned, Operation::Create, diagnostics).await?;
    let made = match calls.make(planned).await {
        Ok(Made::New(object)) => object,
        Ok(Made::AlreadyThere) => {
            already_there(M::NOUN, &calls.key, diagnostics);
            return None;
        }
        Err(error) => {
            calls.failed(&error, diagnostics);
            let state = error.call().in_doubt.then(|| planned::settle(planned, M::null()));
            return state.map(|state| (state, Private { creation_in_doubt: true }));
        }
    };
    Some((settled(&calls, context, planned, made, diagnostics).await, Private::default()))
}

/// Reads the object; `None` if it is gone.
pub(super) async fn read<M: FleetObject>(
    context: &Context<Azure>,
    current: &M,
    private: &Private,
    diagnostics: &mut Diagnostics,
) -> Option<M> {
    let calls = Calls::<M>::begin(context, current, Operation::Read, diagnostics).await?;
    match calls.find().await {
        Ok(Some(found)) if private.creation_in_doubt && !Hub::has_applied(&found) => {
            let ObjectKey { name, .. } = &calls.key;
            unconfirmed::warn_of_foreign(M::NOUN, name, &calls.key.to_string(), diagnostics);
            None
        }
        Ok(Some(found)) => {
            warn_if_not_ready::<M>(&found, current, diagnostics);
            Some(M::from_hub(&found, current, context.provider()))
        }
        Ok(None) => None,
        Err(error) => {
            calls.failed(&error, diagnostics);
            None
        }
    }
}

/// Changes the object and waits for what is made of it, if there is anything to be told to the hub. Where that does not change
/// the spec, `nudge` is asked.
pub(super) async fn update<M: FleetObject>(
    context: &Context<Azure>,
    (prior, planned): (&M, &M),
    nudge: impl FnOnce(&HubObject<M::Kind>) -> Nudge<<M::Kind as hub::Kind>::Spec>,
    diagnostics: &mut Diagnostics,
) -> Option<M> {
    let calls = Calls::<M>::begin(context, planned, Operation::Update, diagnostics).await?;
    let live = match calls.find().await {
        Ok(Some(live)) if is_other(&live.metadata.uid, prior.head().uid) => {
            replaced_meanwhile(M::NOUN, &calls.key, diagnostics);
            return None;
        }
        Ok(Some(live)) => live,
        Ok(None) => {
            deleted_meanwhile(M::NOUN, &calls.key, diagnostics);
            return None;
        }
        Err(error) => {
            calls.failed(&error, diagnostics);
            return None;
        }
    };
    let spec = |model: &M| (model.spec(Some(&live)), model.annotations());
    let is_told = spec(prior) != spec(planned);
    let applied = match if is_told { calls.apply(planned, spec(planned).0).await } else { Ok(live.clone()) } {
        Ok(applied) if applied.metadata.generation == live.metadata.generation => {
            let nudge = nudge(&applied);
            nudged(&calls, (planned, applied), nudge, diagnostics).await
        }
        applied => applied,
    };
    let is_wait_new = prior.head().wait != planned.head().wait;
    match applied {
        Ok(applied) if applied.metadata.uid != live.metadata.uid => {
            replaced_meanwhile(M::NOUN, &calls.key, diagnostics);
            None
        }
        Ok(applied)
            if applied.metadata.resource_version == live.metadata.resource_version && !is_wait_new =>
        {
            Some(M::from_hub(&applied, planned, context.provider()))
        }
        Ok(applied) => Some(settled(&calls, context, planned, applied, diagnostics).await),
        Err(error) => {
            calls.failed(&error, diagnostics);
            None
        }
    }
}

/// Makes the controller look at an object that has not changed, if there is a need.
async fn nudged<M: FleetObject>(
    calls: &Calls<M>,
    (planned, applied): (&M, HubObject<M::Kind>),
    nudge: Nudge<<M::Kind as hub::Kind>::Spec>,
    diagnostics: &mut Diagnostics,
) -> Result<HubObject<M::Kind>, HubError> {
    match nudge {
        Nudge::NotNeeded => Ok(applied),
        Nudge::Apply(spec) => calls.apply(planned, spec).await,
        Nudge::Detour(spec) => {
            calls.apply(planned, spec).await?;
            calls.apply(planned, planned.spec(Some(&applied))).await
        }
        Nudge::Merge(patch) => calls.merge(&patch).await,
        Nudge::Impossible => {
            not_nudged(M::NOUN, diagnostics);
            Ok(applied)
        }
    }
}

/// Deletes the object and waits until it is gone.
pub(super) async fn delete<M: FleetObject>(
    context: &Context<Azure>,
    prior: &M,
    diagnostics: &mut Diagnostics,
) {
    let Some(calls) = Calls::<M>::begin(context, prior, Operation::Delete, diagnostics).await else { return };
    match calls.delete(prior.head().uid.as_deref()).await {
        Ok(Deleted::Gone) => {}
        Ok(Deleted::Stuck(object)) => calls.stuck(&object, prior, diagnostics).await,
        Err(error) => calls.failed(&error, diagnostics),
    }
}

/// Saves the state of a change, then waits unless that is not wanted.
async fn settled<M: FleetObject>(
    calls: &Calls<M>,
    context: &Context<Azure>,
    planned: &M,
    applied: HubObject<M::Kind>,
    diagnostics: &mut Diagnostics,
) -> M {
    let state = |object: &HubObject<M::Kind>| M::from_hub(object, planned, context.provider());
    context.checkpoint(state(&applied));
    let is_awaited = planned.head().wait.known() != Some(&false) && M::condition(&applied).is_some();
    if !is_awaited {
        return state(&applied);
    }
    let (last, ready) = calls.wait(applied).await;
    match ready {
        Ready::Yes => {}
        Ready::No(why) => calls.not_ready(&last, planned, why, diagnostics).await,
    }
    state(&last)
}

/// Says at each refresh that a controller could not do what is wanted. What it has not got to yet is not told.
fn warn_if_not_ready<M: FleetObject>(found: &HubObject<M::Kind>, current: &M, diagnostics: &mut Diagnostics) {
    let Some(Awaited { name, found: Some(condition) }) = M::condition(found) else { return };
    if condition.is_true() || !condition.is_current(&found.metadata) || condition.status == "Unknown" {
        return;
    }
    diagnostics.warning(
        Path::root(),
        format!("{} is not {name}", M::NOUN),
        format!(
            "The hub says of {}: {}: {}{}",
            current.head().key().map(|key| key.to_string()).unwrap_or_default(),
            condition.reason,
            condition.message.trim(),
            advice(&condition.reason, &condition.message, &current.subject())
        ),
    );
}

fn already_there(noun: &str, key: &ObjectKey, diagnostics: &mut Diagnostics) {
    diagnostics.error(
        Path::new("name"),
        format!("{noun} exists already"),
        format!(
            "The hub has a {noun} {key}, which this configuration did not create. To manage it with Terraform, import it:\n\n  \
             import {{\n    to = ADDRESS\n    id = \"{key}\"\n  }}"
        ),
    );
}

fn not_nudged(noun: &str, diagnostics: &mut Diagnostics) {
    diagnostics.warning(
        Path::root(),
        format!("The hub does not look at Azure until the {noun} changes"),
        "The hub compares Azure with the object only when the object changes, and this configuration is what it has already. \
         Change any setting, for example timeout_in_seconds, apply, and change it back.",
    );
}

/// Whether an object is another than that of the state.
fn is_other(uid: &str, known: &Value<String>) -> bool {
    known.as_deref().is_some_and(|known| known != uid)
}

fn replaced_meanwhile(noun: &str, key: &ObjectKey, diagnostics: &mut Diagnostics) {
    diagnostics.error(
        Path::root(),
        format!("Cannot update the {noun} {:?}", key.to_string()),
        format!(
            "The {noun} was deleted after the plan was made, and there is another one of the same name. Run the command again: \
             the next plan shows how the new one differs."
        ),
    );
}

fn deleted_meanwhile(noun: &str, key: &ObjectKey, diagnostics: &mut Diagnostics) {
    diagnostics.error(
        Path::root(),
        format!("Cannot update the {noun} {:?}", key.to_string()),
        format!(
            "The {noun} was deleted after the plan was made. Run the command again: the next plan creates it."
        ),
    );
}
