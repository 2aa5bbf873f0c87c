//! Tries many cases side by side, and judges them together: how many held, how much memory they took, and what a user was told.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tf_plugin_testing::core::Report;
use tokio::runtime::Builder;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::objects::{NEEDLES, SECRET};

/// How many cases run at one time, and how many of those with large answers.
const AT_ONCE: usize = 24;
const LARGE_AT_ONCE: usize = 2;

/// How long a case may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(300);

/// How long a text of a diagnostic may be, in bytes.
const LONGEST: usize = 10_000;

/// How much memory all cases together may need, in KiB: what two of the largest answers take, beside the emulators, the
/// providers and the strangers, which are all in this process.
const MOST_MEMORY: u64 = 600 * 1024;

/// Trials are held one after the other: together they would need more memory than one of them may.
static ALONE: Mutex<()> = Mutex::new(());

/// One thing to try.
pub(crate) trait Case: fmt::Display + Send + Sync + 'static {
    /// Whether it takes much memory.
    fn is_large(&self) -> bool;
    /// Tries it, and says what went wrong.
    fn withstand(&self) -> impl Future<Output = Result<(), String>> + Send;
}

/// How all of them went.
pub(crate) struct Outcome {
    all: usize,
    failures: Vec<String>,
    took: Duration,
    /// The most memory of this process so far, in KiB, where the system says it.
    memory: Option<u64>,
}

/// Tries all of them.
pub(crate) fn try_all<C: Case>(cases: impl AsyncFnOnce() -> Vec<C>) -> Outcome {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let began = Instant::now();
    let (all, mut failures) = runtime.block_on(async { run(cases().await).await });
    failures.sort();
    Outcome { all, failures, took: began.elapsed(), memory: peak_memory() }
}

impl Outcome {
    /// Asserts that all of them held.
    #[track_caller]
    pub(crate) fn is_good(&self) {
        let Self { all, failures, memory, .. } = self;
        assert!(failures.is_empty(), "{} did not:\n{}", failures.len(), failures.join("\n"));
        assert!(*all > 500, "the attacks were too few to show anything: {all}");
        assert!(memory.is_none_or(|memory| memory < MOST_MEMORY), "it took {memory:?} KiB of memory");
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { all, failures, took, memory } = self;
        let (held, memory) = (all - failures.len(), memory.unwrap_or_default() / 1024);
        write!(out, "withstood {held} of {all}; {} s, at most {memory} MiB", took.as_secs())
    }
}

/// How many there were, and which failed.
async fn run<C: Case>(cases: Vec<C>) -> (usize, Vec<String>) {
    let all = cases.len();
    let (turns, large_turns) = (Arc::new(Semaphore::new(AT_ONCE)), Arc::new(Semaphore::new(LARGE_AT_ONCE)));
    let mut running = JoinSet::new();
    for case in cases {
        let turns = Arc::clone(if case.is_large() { &large_turns } else { &turns });
        running.spawn(async move {
            let _turn = turns.acquire_owned().await.unwrap();
            let result = tokio::time::timeout(PATIENCE, case.withstand()).await;
            let why = result.unwrap_or_else(|_| Err("it waits without end".to_owned())).err()?;
            Some(format!("{case}: {why}"))
        });
    }
    (all, running.join_all().await.into_iter().flatten().collect())
}

/// What a user is told holds no secret and nothing that a terminal obeys, and is not too long.
pub(crate) fn is_fit_to_be_shown(report: &Report) -> Result<(), String> {
    if !report.violations.is_empty() {
        return Err(format!("rules of Terraform are broken: {:?}", report.violations));
    }
    for each in &report.diagnostics {
        let text = format!("{}\n{}", each.summary, each.detail);
        let small = text.to_lowercase();
        if NEEDLES.iter().any(|needle| small.contains(&needle.to_lowercase())) || text.contains(SECRET) {
            return Err(format!("a secret is shown: {text}"));
        }
        let is_odd = |letter: char| {
            (letter.is_control() && letter != '\n')
                || matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        };
        if text.contains(is_odd) {
            return Err(format!("a terminal would obey: {text:?}"));
        }
        if text.len() > LONGEST {
            return Err(format!("a text of {} bytes is shown: {text:.200}", text.len()));
        }
        if small.contains("panic") {
            return Err(format!("something panicked: {text}"));
        }
    }
    Ok(())
}

/// The most memory that this process had, in KiB, where the system says it.
fn peak_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().trim_end_matches(" kB").parse().ok()
}
