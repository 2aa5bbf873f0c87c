//! Waiting until something in Azure is as it is wanted.

use std::future::Future;
use std::time::Duration;

use arm::ArmError;
use tf_plugin::object::Object;
use tf_plugin::{Context, Diagnostics, Path, Value, object};
use tokio::time::Instant;

use crate::azure::Azure;
use crate::diagnostics::{self, Doing};
use crate::timeouts;

/// Probes take seconds to minutes to decide.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(10);
/// How long one look may take at least, however little time is left of the wait.
const LOOK: Duration = Duration::from_secs(10);

object! {
    /// Whether and how long to wait.
    pub struct WaitForOnline {
        /// How long to wait, such as `90s` or `15m`.
        ///
        /// Defaults to `10m`.
        pub timeout: Value<String>,
    }
}

/// How long to wait unless the configuration says otherwise.
const DEFAULT_TIMEOUT: Duration = Duration::from_secs(10 * 60);

impl WaitForOnline {
    /// How long to wait.
    pub(crate) fn time(&self) -> Duration {
        timeouts::or_default(Some(&self.timeout), DEFAULT_TIMEOUT)
    }

    /// Checks what the configuration has.
    pub(crate) fn check(given: &Value<Self>, diagnostics: &mut Diagnostics) {
        if let Some(Self { timeout }) = given.known() {
            timeouts::check(&Path::new("wait_for_online"), &[("timeout", timeout)], diagnostics);
        }
    }
}

/// What a change has come to.
pub(crate) struct Applied<T> {
    pub(crate) state: T,
    /// Whether Azure was told anything.
    pub(crate) is_sent: bool,
}

/// A model with `wait_for_online`.
pub(crate) trait Waits: Object {
    /// Whether and how long to wait.
    fn wait_for_online(&self) -> &Value<WaitForOnline>;

    /// Waits for the thing in this state, and answers its state as it was read last. `is_new` says whether it was created.
    fn wait(
        self,
        context: &Context<Azure>,
        wanted: &WaitForOnline,
        is_new: bool,
        diagnostics: &mut Diagnostics,
    ) -> impl Future<Output = Self> + Send;
}

/// Saves the state of a change, then waits if that is wanted and there is something new to wait for.
pub(crate) async fn settled<T: Waits>(
    context: &Context<Azure>,
    (prior, planned): (Option<&T>, &T),
    applied: Applied<T>,
    diagnostics: &mut Diagnostics,
) -> T {
    let Applied { state, is_sent } = applied;
    let is_wait_new = prior.is_none_or(|prior| prior.wait_for_online() != planned.wait_for_online());
    if diagnostics.has_errors() || !(is_sent || is_wait_new) {
        return state;
    }
    context.checkpoint(state.clone());
    match planned.wait_for_online().known() {
        Some(wanted) => state.wait(context, wanted, prior.is_none(), diagnostics).await,
        None => state,
    }
}

/// Adds why a thing could not be looked at while it was waited for.
pub(crate) fn not_seen(error: &ArmError, is_new: bool, doing: &Doing, diagnostics: &mut Diagnostics) {
    let summary = format!("Cannot {}", doing.what);
    not_reached(doing.noun, is_new, (&summary, &diagnostics::why(error, doing)), diagnostics);
}

/// Adds that a thing, a `noun` such as `profile`, is not as it was waited for. If it is new, that is a warning: Terraform
/// would take an error for a failed creation and replace it.
pub(crate) fn not_reached(
    noun: &str,
    is_new: bool,
    (summary, text): (&str, &str),
    diagnostics: &mut Diagnostics,
) {
    let path = Path::new("wait_for_online");
    if is_new {
        let text = format!(
            "{text}\n\nThe {noun} was created. This is a warning, because after an error Terraform would replace it."
        );
        diagnostics.warning(path, summary, text);
    } else {
        diagnostics.error(path, summary, format!("{text}\n\nThe change itself was made and saved."));
    }
}

/// Something that is waited for, as it was seen last.
pub(crate) trait Awaited {
    /// What ends the wait.
    type Outcome;
    /// Why a look can fail, which ends it too.
    type Error;

    /// What has come out; `None` while there is something to wait for.
    fn outcome(&self) -> Option<Self::Outcome>;

    /// Looks again, for at most this time.
    fn look(&mut self, time: Duration) -> impl Future<Output = Result<(), Self::Error>> + Send;

    /// Notes in the log what is waited for.
    fn log(&self);
}

/// How a wait ended.
pub(crate) enum Ended<O, E> {
    /// With an outcome.
    With(O),
    OutOfTime,
    /// The user stopped the command.
    Stopped,
    Failed(E),
}

/// Looks again and again, in growing pauses, and once more at the very end of the time.
pub(crate) async fn wait<D, A: Awaited>(
    context: &Context<D>,
    time: Duration,
    awaited: &mut A,
) -> Ended<A::Outcome, A::Error> {
    let began = Instant::now();
    let mut pause = FIRST_PAUSE;
    loop {
        if let Some(outcome) = awaited.outcome() {
            return Ended::With(outcome);
        }
        let left = time.saturating_sub(began.elapsed());
        if left.is_zero() {
            return Ended::OutOfTime;
        }
        awaited.log();
        // The last look is at the very end, and has its own time to be answered.
        tokio::select! {
            () = tokio::time::sleep(pause.min(left)) => {}
            () = context.cancelled().cancelled() => return Ended::Stopped,
        }
        pause = (pause * 3 / 2).min(LONGEST_PAUSE);
        if let Err(error) = awaited.look(LOOK.max(left)).await {
            return Ended::Failed(error);
        }
    }
}
