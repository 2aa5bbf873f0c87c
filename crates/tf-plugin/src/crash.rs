//! Panics. One that ends a piece of the server is written to stderr in the form that Terraform takes for a
//! crash and shows to the user. One inside [`contain`] is an error of that call alone: it becomes a value, from
//! which the caller makes a diagnostic, and an error record in the log.

use std::any::Any;
use std::backtrace::{Backtrace, BacktraceStatus};
use std::cell::{Cell, RefCell};
use std::fmt;
use std::fmt::Write as _;
use std::io::Write as _;
use std::panic::{AssertUnwindSafe, PanicHookInfo, catch_unwind};
use std::pin::{Pin, pin};
use std::sync::Once;
use std::task::{Context, Poll};

use crate::printable;

/// The longest message of a panic that is written, in bytes.
const MESSAGE_LIMIT: usize = 16 * 1024;

thread_local! {
    /// Whether this thread is inside a contained call at this moment.
    static CONTAINED: Cell<bool> = const { Cell::new(false) };
    /// Where the last contained panic of this thread happened, until `catch` takes it.
    static LOCATION: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// A panic that was kept inside a call. It displays as its message and the place in the source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Panic {
    /// What the panic said.
    pub message: String,
    /// File, line and column, if the hook of [`install_hook`] saw the panic.
    pub location: Option<String>,
}

impl fmt::Display for Panic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        match &self.location {
            Some(location) => write!(f, " (at {location})"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Panic {}

/// Runs `future` and turns a panic in it into an error.
///
/// What the future shares with the rest of the program must be fit for use after a panic: values behind a
/// poisoning lock or replaced as a whole are.
pub async fn contain<F: Future>(future: F) -> Result<F::Output, Panic> {
    Contained { future: pin!(future) }.await
}

/// Runs `work` and turns a panic in it into an error; [`contain`] for code that does not wait.
pub fn contain_sync<T>(work: impl FnOnce() -> T) -> Result<T, Panic> {
    let outer = CONTAINED.replace(true);
    let result = catch_unwind(AssertUnwindSafe(work));
    CONTAINED.set(outer);
    result
        .map_err(|payload| Panic { message: message(payload.as_ref()).to_owned(), location: LOCATION.take() })
}

struct Contained<'a, F> {
    future: Pin<&'a mut F>,
}

impl<F: Future> Future for Contained<'_, F> {
    type Output = Result<F::Output, Panic>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        match contain_sync(|| self.future.as_mut().poll(context)) {
            Ok(Poll::Pending) => Poll::Pending,
            Ok(Poll::Ready(output)) => Poll::Ready(Ok(output)),
            Err(panic) => Poll::Ready(Err(panic)),
        }
    }
}

/// Installs the hook that writes panics, once per process.
pub fn install_hook() {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| std::panic::set_hook(Box::new(hook)));
}

fn hook(info: &PanicHookInfo<'_>) {
    let message = message(info.payload());
    let location = info.location().map(ToString::to_string);
    if CONTAINED.get() {
        tracing::error!(location = location.as_deref().unwrap_or("unknown"), "panic in a call: {message}");
        LOCATION.set(location);
        return;
    }
    let text = report(message, location.as_deref(), &Backtrace::capture());
    // There is nowhere to report that stderr is gone.
    let _ = std::io::stderr().write_all(text.as_bytes());
}

/// The text of a crash. Terraform recognises it by its first word and keeps what follows.
fn report(message: &str, location: Option<&str>, backtrace: &Backtrace) -> String {
    let thread = std::thread::current();
    let mut text = format!("panic: {}\n\n", printable::text(message, MESSAGE_LIMIT));
    // Writing to a string does not fail.
    let _ = writeln!(
        text,
        "thread '{}' at {}",
        thread.name().unwrap_or("unnamed"),
        location.unwrap_or("unknown")
    );
    let _ = match backtrace.status() {
        BacktraceStatus::Captured => writeln!(text, "{backtrace}"),
        _ => writeln!(text, "set RUST_BACKTRACE=1 for a backtrace"),
    };
    text
}

/// What a panic said: `panic!` gives text of one of two types.
fn message(payload: &(dyn Any + Send)) -> &str {
    let text = payload.downcast_ref::<&str>().copied();
    text.or_else(|| payload.downcast_ref::<String>().map(String::as_str)).unwrap_or("(without text)")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_contained_panic_is_a_value_with_its_place() {
        install_hook();
        let panic = contain_sync(|| -> () { panic!("weight {} is odd", 3) }).unwrap_err();
        assert_eq!(panic.message, "weight 3 is odd");
        assert!(panic.location.unwrap().contains("crash.rs:"));
        assert!(!CONTAINED.get(), "the thread is as before");
    }

    #[tokio::test]
    async fn a_panic_after_a_wait_is_contained_too() {
        let panic = contain(async {
            tokio::task::yield_now().await;
            panic!("late");
        });
        assert_eq!(panic.await.map(|(): ()| ()).unwrap_err().message, "late");
        assert_eq!(contain(async { 7 }).await, Ok(7));
    }

    #[test]
    fn nested_containment_ends_with_the_outer_call() {
        let inner = contain_sync(|| {
            let inner = contain_sync(|| -> () { panic!("inner") });
            assert!(CONTAINED.get());
            inner
        });
        assert_eq!(inner.unwrap().unwrap_err().message, "inner");
        assert!(!CONTAINED.get());
    }

    #[test]
    fn a_crash_begins_with_the_word_that_terraform_looks_for() {
        let text = report("no profile", Some("a.rs:1:2"), &Backtrace::disabled());
        assert!(text.starts_with("panic: no profile\n"), "{text}");
        assert!(report("\u{1b}c", None, &Backtrace::disabled()).starts_with("panic: \\u{1b}c\n"));
        assert!(text.contains("at a.rs:1:2\n") && text.ends_with("backtrace\n"), "{text}");
    }
}
