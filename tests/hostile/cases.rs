//! Every request of every operation, answered by a stranger in every way.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant as Clock;

use tf_plugin::cty::Value;
use tf_plugin_testing::core::{Instance, Report};
use tokio::runtime::Builder;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::answers::{self, Hostile};
use crate::objects::{NEEDLES, SECRET, id_of_another};
use crate::provider::provider_at;
use crate::scenes::{Before, Scene};
use crate::server::{Attack, Server};

/// How many cases run at one time, and how many of those with large answers.
const AT_ONCE: usize = 24;
const LARGE_AT_ONCE: usize = 2;

/// How long a text of a diagnostic may be, in bytes.
const LONGEST: usize = 10_000;

/// How much memory all cases together may need, in KiB: what two of the largest answers take, beside the emulators, the
/// providers and the strangers, which are all in this process.
pub(crate) const MOST_MEMORY: u64 = 600 * 1024;

/// Held by each of the tests that try everything: together they would need more memory than one of them may.
pub(crate) static ALONE: Mutex<()> = Mutex::new(());

#[derive(Clone)]
struct Case {
    scene: Scene,
    attack: Attack,
}

#[test]
fn whatever_a_stranger_answers_nothing_is_lost_taken_or_shown() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let began = Clock::now();
    let results = runtime.block_on(all_cases());
    let all = results.len();
    let mut failures: Vec<_> = results
        .into_iter()
        .filter_map(|(case, result)| result.err().map(|why| format!("{case}: {why}")))
        .collect();
    failures.sort();
    let peak = peak_memory();
    println!(
        "withstood {} of {all}; {} s, at most {} MiB",
        all - failures.len(),
        began.elapsed().as_secs(),
        peak.unwrap_or_default() / 1024
    );
    assert!(failures.is_empty(), "{} did not:\n{}", failures.len(), failures.join("\n"));
    assert!(all > 500, "the attacks were too few to show anything: {all}");
    assert!(peak.is_none_or(|peak| peak < MOST_MEMORY), "it took {peak:?} KiB of memory");
}

async fn all_cases() -> Vec<(Case, Result<(), String>)> {
    let mut cases = Vec::new();
    let answers = answers::all();
    for scene in Scene::ALL {
        let before = Arc::new(scene.before().await);
        for (position, method) in requests(scene, &before).await.iter().enumerate() {
            for hostile in &answers {
                let attacks = attacks(hostile, position + 1, method);
                cases.extend(attacks.map(|attack| (Case { scene, attack }, Arc::clone(&before))));
            }
        }
    }
    let (turns, large_turns) = (Arc::new(Semaphore::new(AT_ONCE)), Arc::new(Semaphore::new(LARGE_AT_ONCE)));
    let mut running = JoinSet::new();
    for (case, before) in cases {
        let turns = Arc::clone(if case.attack.hostile.is_large { &large_turns } else { &turns });
        running.spawn(async move {
            let _turn = turns.acquire_owned().await.unwrap();
            let result = case.withstand(&before).await;
            (case, result)
        });
    }
    running.join_all().await
}

/// The methods of the requests of an operation that nobody attacks.
async fn requests(scene: Scene, before: &Before) -> Vec<String> {
    let server = Server::start().await;
    let core = provider_at(&server.url).await;
    let mut shop = core.resource(scene.resource());
    before.restore(&server, &mut shop);
    server.attack(None);
    scene.act(&mut shop).await.unwrap_or_else(|report| panic!("{scene:?}: {report}"));
    server.methods()
}

/// The ways to attack a request with this answer.
fn attacks(hostile: &Hostile, request: usize, method: &str) -> impl Iterator<Item = Attack> {
    let is_write = matches!(method, "PUT" | "PATCH" | "DELETE");
    let passes = hostile.passes;
    let hostile = hostile.clone();
    let (is_large, is_possible) =
        (hostile.is_large, !hostile.needs_body || matches!(method, "PUT" | "PATCH"));
    [(false, false), (true, false), (false, true)]
        .into_iter()
        .filter(move |(lasting, after_effect)| {
            // What is asked again until the time is over takes long, and the tests of faults do it.
            is_possible && (!lasting || !(passes || is_large)) && (!after_effect || is_write && !is_large)
        })
        .map(move |(lasting, after_effect)| Attack {
            hostile: hostile.clone(),
            request,
            lasting,
            after_effect,
        })
}

impl Case {
    async fn withstand(&self, before: &Before) -> Result<(), String> {
        let server = Server::start().await;
        let core = provider_at(&server.url).await;
        let mut shop = core.resource(self.scene.resource());
        before.restore(&server, &mut shop);
        let theirs = server.profile(&id_of_another());
        server.attack(Some(self.attack.clone()));
        let acted = self.scene.act(&mut shop).await;
        server.attack(None);
        let report = match &acted {
            Ok(report) | Err(report) => report,
        };
        is_fit_to_be_shown(report)?;
        self.nothing_is_lost(&server, &shop, &acted)?;
        if let Some(stored) = shop.stored() {
            is_ours(self.scene, &stored.value)?;
        }
        self.the_next_apply_gets_there(&server, &mut shop).await?;
        if server.profile(&id_of_another()) != theirs {
            return Err("somebody else's profile has changed".to_owned());
        }
        Ok(())
    }

    /// What is in Azure is in the state, or the error says how to get it there; and nothing leaves the state that is in
    /// Azure still.
    fn nothing_is_lost(
        &self,
        server: &Server,
        shop: &Instance<'_>,
        acted: &Result<Report, Report>,
    ) -> Result<(), String> {
        let is_there = server.profile(&self.scene.id()).is_some();
        let says_import = || acted.as_ref().is_err_and(|report| report.to_string().contains("import"));
        // Nothing tells this from the truth.
        let is_believed = self.attack.hostile.name == answers::GONE;
        match (self.scene, shop.stored().is_some(), is_there) {
            (Scene::DeleteEndpoint, false, true) if is_believed => Ok(()),
            (Scene::Create | Scene::CreateEndpoint, false, true) if !says_import() => {
                Err(format!("it is in Azure and not in the state: {acted:?}"))
            }
            (
                Scene::Refresh
                | Scene::Update
                | Scene::Delete
                | Scene::RefreshEndpoint
                | Scene::UpdateEndpoint
                | Scene::DeleteEndpoint,
                false,
                true,
            ) => Err(format!("it left the state: {acted:?}")),
            (Scene::Refresh | Scene::Update | Scene::RefreshEndpoint | Scene::UpdateEndpoint, _, false) => {
                Err(format!("it left Azure: {acted:?}"))
            }
            (Scene::Delete | Scene::DeleteEndpoint, true, false) if acted.is_ok() => {
                Err("what is gone is still in the state".to_owned())
            }
            _ => Ok(()),
        }
    }

    /// Without a stranger, what is wanted is there in the end, without a replacement of a profile that is well.
    async fn the_next_apply_gets_there(
        &self,
        server: &Server,
        shop: &mut Instance<'_>,
    ) -> Result<(), String> {
        let (wanted, id) = (shop.config(&self.scene.wanted()), self.scene.id());
        if shop.stored().is_none() && server.profile(&id).is_some() {
            shop.import(&id).await.map_err(|report| format!("the next import fails:\n{report}"))?;
        }
        let before = server.profile(&id);
        let is_tainted = shop.stored().is_some_and(|stored| stored.tainted);
        server.attack(None);
        shop.settle(&wanted).await.map_err(|report| format!("the next apply fails:\n{report}"))?;
        let deleted = server.methods().iter().any(|method| method == "DELETE");
        if deleted && before.is_some() && !is_tainted {
            return Err("the next apply replaces what is well".to_owned());
        }
        let found = server.profile(&id).unwrap_or_default();
        if !self.scene.holds(&found) {
            return Err(format!("Azure holds {found:#}"));
        }
        Ok(())
    }
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

/// The state is that of our profile or endpoint, and whole.
fn is_ours(scene: Scene, state: &Value) -> Result<(), String> {
    for (name, expected) in scene.facts() {
        let found = state.attribute(name);
        if found != Some(&Value::string(expected)) {
            return Err(format!("{name} is {found:?} in the state"));
        }
    }
    Ok(())
}

/// The most memory that this process had, in KiB, where the system says it.
pub(crate) fn peak_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().trim_end_matches(" kB").parse().ok()
}

impl fmt::Display for Case {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { scene, attack: Attack { hostile, request, lasting, after_effect } } = self;
        let lasting = if *lasting { " and all after it" } else { "" };
        let after = if *after_effect { ", after the effect" } else { "" };
        write!(out, "{scene:?}, request {request}{lasting}{after}: {:?}", hostile.name)
    }
}
