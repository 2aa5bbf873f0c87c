//! The requests of one operation on an object of a hub.

use std::time::Duration;

use hub::{Apply, Deadline, ErrorKind, Event, Hub, HubError, Object as HubObject, ObjectKey};
use tf_plugin::{Context, Diagnostics, Path};

use super::advice::advice;
use super::object::{Awaited, FleetObject};
use crate::azure::Azure;
use crate::diagnostics::in_words;
use crate::hub_diagnostics::{HubDoing, hub_failed, no_hub};
use crate::timeouts::{Operation, Timeouts};

/// How long a request that is not permitted is sent again: so long a new role assignment takes at most.
const PERMISSIONS: Duration = Duration::from_secs(10 * 60);

/// How long it may take to read what explains a failure.
const EXPLANATION: Duration = Duration::from_secs(10);

/// The most events that are shown.
const EVENTS: usize = 5;

/// The most finalizers that are shown.
const FINALIZERS: usize = 10;

/// Sends the requests of one operation. They end together, when its time is over or when the user stops Terraform.
pub(super) struct Calls<M> {
    hub: Hub,
    pub(super) key: ObjectKey,
    deadline: Deadline,
    doing: HubDoing,
    forces: bool,
    is_creation: bool,
    cancelled: tokio_util::sync::CancellationToken,
    model: std::marker::PhantomData<fn() -> M>,
}

/// What a creation has come to.
pub(super) enum Made<O> {
    New(O),
    AlreadyThere,
}

/// What a deletion has come to.
pub(super) enum Deleted<O> {
    Gone,
    /// It is still there, with finalizers, and the time is over.
    Stuck(O),
}

/// Whether an object has become what was waited for.
pub(super) enum Ready {
    Yes,
    No(NotReady),
}

/// Why an object has not become what was waited for.
pub(super) enum NotReady {
    OutOfTime,
    Stopped,
    /// Somebody has deleted it.
    Gone,
    Failed(HubError),
}

impl<M: FleetObject> Calls<M> {
    /// Connects the hub, if that has not been done.
    pub(super) async fn begin(
        context: &Context<Azure>,
        model: &M,
        operation: Operation,
        diagnostics: &mut Diagnostics,
    ) -> Option<Self> {
        let head = model.head();
        let key = head.key()?;
        let time = Timeouts::time(head.timeouts, operation);
        let what = format!("{} the {} {:?}", operation.name(), M::NOUN, key.to_string());
        let doing = HubDoing { what, key: key.clone(), timeout: (operation.name(), time) };
        let hub = match context.provider().fleet_hub.connected(time, context.cancelled()).await {
            Ok(hub) => hub,
            Err(why) => {
                no_hub(&why, &doing.what, diagnostics);
                return None;
            }
        };
        let deadline = Deadline::new(time, context.cancelled().clone());
        let deadline = match operation {
            Operation::Read => deadline,
            _ => deadline.awaiting_permissions(PERMISSIONS),
        };
        let forces = head.force_conflicts.known() == Some(&true);
        Some(Self {
            hub,
            key,
            deadline,
            doing,
            forces,
            is_creation: matches!(operation, Operation::Create),
            cancelled: context.cancelled().clone(),
            model: std::marker::PhantomData,
        })
    }

    /// Reads the object; `None` if it is not there.
    pub(super) async fn find(&self) -> Result<Option<HubObject<M::Kind>>, HubError> {
        self.hub.find(&self.key, &self.deadline).await
    }

    /// Creates the object where there is none. One that is on its way out is waited for.
    pub(super) async fn make(&self, planned: &M) -> Result<Made<HubObject<M::Kind>>, HubError> {
        if let Some(found) = self.find().await? {
            if !found.is_being_deleted() {
                return Ok(Made::AlreadyThere);
            }
            self.gone(&found.metadata.uid, |_| {}).await?;
        }
        self.apply(planned, planned.spec(None)).await.map(Made::New)
    }

    /// Makes the object what is wanted.
    pub(super) async fn apply(
        &self,
        planned: &M,
        spec: <M::Kind as hub::Kind>::Spec,
    ) -> Result<HubObject<M::Kind>, HubError> {
        let apply: Apply<'_, M::Kind> =
            Apply { key: &self.key, spec: &spec, annotations: planned.annotations(), force: self.forces };
        self.hub.apply(&apply, &self.deadline).await
    }

    /// Changes fields, whoever manages them.
    pub(super) async fn merge(&self, patch: &serde_json::Value) -> Result<HubObject<M::Kind>, HubError> {
        self.hub.merge(&self.key, patch, &self.deadline).await
    }

    /// Deletes the object with this uid, or whatever has its name where that is not known, and waits until it is gone.
    pub(super) async fn delete(&self, uid: Option<&str>) -> Result<Deleted<HubObject<M::Kind>>, HubError> {
        let uid = match uid.filter(|uid| !uid.is_empty()) {
            Some(uid) => uid.to_owned(),
            None => match self.find().await? {
                Some(found) => found.metadata.uid,
                None => return Ok(Deleted::Gone),
            },
        };
        if !self.hub.delete::<M::Kind>(&self.key, &uid, &self.deadline).await? {
            return Ok(Deleted::Gone);
        }
        let mut last = None;
        match self.gone(&uid, |object| last = Some(object.clone())).await {
            Ok(()) => Ok(Deleted::Gone),
            Err(error) => match (error.kind(), last) {
                (ErrorKind::TimedOut, Some(object)) => Ok(Deleted::Stuck(object)),
                _ => Err(error),
            },
        }
    }

    /// Waits until the object with this uid is gone.
    async fn gone(
        &self,
        uid: &str,
        mut seen: impl FnMut(&HubObject<M::Kind>) + Send,
    ) -> Result<(), HubError> {
        let judge = |object: Option<&HubObject<M::Kind>>| match object {
            Some(object) if object.metadata.uid == uid => {
                seen(object);
                None
            }
            _ => Some(()),
        };
        self.hub.wait(&self.key, &self.deadline, judge).await
    }

    /// Waits until the object is what was waited for, and answers how it was seen last.
    pub(super) async fn wait(&self, applied: HubObject<M::Kind>) -> (HubObject<M::Kind>, Ready) {
        let mut last = applied;
        let ready = self.hub.wait(&self.key, &self.deadline, |object: Option<&HubObject<M::Kind>>| {
            // One with another uid is the successor of what was applied.
            let Some(object) = object.filter(|object| object.metadata.uid == last.metadata.uid) else {
                return Some(Ready::No(NotReady::Gone));
            };
            last = object.clone();
            let condition = M::condition(object).and_then(|awaited| awaited.found);
            let is_ready =
                condition.is_some_and(|found| found.is_true() && found.is_current(&object.metadata));
            tracing::info!(
                object = %self.key,
                reason = condition.map_or("none", |found| found.reason.as_str()),
                "waiting for the hub"
            );
            is_ready.then_some(Ready::Yes)
        });
        let ready = match ready.await {
            Ok(ready) => ready,
            Err(error) => Ready::No(match error.kind() {
                ErrorKind::TimedOut => NotReady::OutOfTime,
                ErrorKind::Cancelled => NotReady::Stopped,
                _ => NotReady::Failed(error),
            }),
        };
        (last, ready)
    }

    /// Adds why a call failed.
    pub(super) fn failed(&self, error: &HubError, diagnostics: &mut Diagnostics) {
        hub_failed(error, &self.doing, diagnostics);
    }

    /// Adds why the object has not become what was waited for. If it is new, that is a warning: after an error Terraform would
    /// replace it.
    pub(super) async fn not_ready(
        &self,
        last: &HubObject<M::Kind>,
        planned: &M,
        why: NotReady,
        diagnostics: &mut Diagnostics,
    ) {
        let Some(Awaited { name, found }) = M::condition(last) else { return };
        let noun = M::NOUN;
        let began = match why {
            NotReady::OutOfTime => {
                let (timeout, time) = self.doing.timeout;
                format!(
                    "The {noun} did not become {name} within {}, the timeout `{timeout}`.",
                    in_words(time)
                )
            }
            NotReady::Stopped => "The wait was cancelled.".to_owned(),
            NotReady::Gone => format!("Somebody deleted the {noun} during the wait."),
            NotReady::Failed(error) => return hub_failed(&error, &self.doing, diagnostics),
        };
        let current = found.filter(|found| found.is_current(&last.metadata));
        let said = match current {
            Some(found) => format!("{name} is {}, {}: {}", found.status, found.reason, found.message.trim()),
            None => format!("The hub has not said anything of {name} yet."),
        };
        let (reason, message) =
            current.map_or(("", ""), |found| (found.reason.as_str(), found.message.as_str()));
        let events = self.events(last, message).await;
        let told = format!("{message}\n{events}");
        let advice = advice(reason, &told, &planned.subject());
        let mut text = format!("{began}\n\n{said}{events}{advice}");
        let summary = format!("{} is not {name}", crate::words::capitalized(noun));
        if self.is_creation {
            text.push_str(
                "\n\nThe object was created, and the hub goes on trying. This is a warning, because after an error Terraform \
                 would replace it.",
            );
            diagnostics.warning(Path::new("wait"), summary, text);
        } else {
            text.push_str("\n\nThe change itself was made, and the hub goes on trying.");
            diagnostics.error(Path::new("wait"), summary, text);
        }
    }

    /// Adds why the object is not gone.
    pub(super) async fn stuck(&self, object: &HubObject<M::Kind>, prior: &M, diagnostics: &mut Diagnostics) {
        let (timeout, time) = self.doing.timeout;
        let events = self.events(object, "").await;
        let advice = advice("", &events, &prior.subject());
        diagnostics.error(
            Path::root(),
            format!("Cannot {}", self.doing.what),
            format!(
                "The hub has accepted the deletion, and the object was still there after {}, the timeout `{timeout}`. It is kept \
                 until these finalizers are removed: {}. The controller of the hub removes them when it has deleted what \
                 it made in Azure, and tries again by itself.{events}{advice}",
                in_words(time),
                object.metadata.finalizers.iter().take(FINALIZERS).map(String::as_str).collect::<Vec<_>>().join(", ")
            ),
        );
    }

    /// The latest warnings among the events about the object, as a part of a text. What has been `told` already is left out.
    async fn events(&self, object: &HubObject<M::Kind>, told: &str) -> String {
        let deadline = Deadline::new(EXPLANATION, self.cancelled.clone());
        let events = self.hub.events(object, &deadline).await.unwrap_or_default();
        // Both end with what Azure said.
        let is_told = |event: &Event| {
            event.message.split_once(": ").is_some_and(|(_, said)| !said.is_empty() && told.ends_with(said))
        };
        let lines = events.iter().filter(|event| event.is_warning() && !is_told(event)).take(EVENTS);
        let lines: Vec<String> =
            lines.map(|Event { reason, message, .. }| format!("  {reason}: {}", message.trim())).collect();
        if lines.is_empty() { String::new() } else { format!("\n\nThe latest events:\n{}", lines.join("\n")) }
    }
}
