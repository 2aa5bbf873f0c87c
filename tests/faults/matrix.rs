//! Every request of every operation on a profile and on an endpoint, failed in every way, once and from then on.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::Instant as Clock;

use serde_json::Value as Json;
use tf_plugin::cty::Value;
use tf_plugin_testing::core::{Core, Instance, Report, Stored};
use tokio::runtime::Builder;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::kinds::Kind;
use crate::provider::provider_at;
use crate::scenes::{Scene, ours};
use crate::wire::Wire;
use test_support::Azure;

/// What an operation may take where requests fail for good.
pub(crate) const SHORT: &str = "1500ms";
/// What it may take where it has to get on in the end: more than a busy machine needs.
pub(crate) const LONG: &str = "2m";
/// How many cases run at one time.
pub(crate) const AT_ONCE: usize = 128;

/// Words of an error that say what to do.
const REMEDIES: [&str; 19] = [
    "Run the command again",
    "run the command again",
    "To allow more time",
    "give the request id",
    "gives it longer",
    "Change what",
    "Change one of",
    "Check ",
    "check ",
    "Choose another",
    "correct its id",
    "Correct that error",
    "import",
    "Look at it",
    "the next plan reads",
    "Log in again",
    "Remove ",
    "Wait until",
    "Please report",
];

/// One operation with one fault.
#[derive(Clone, Copy)]
struct Case {
    scene: Scene,
    kind: Kind,
    /// Counted from 1.
    request: u64,
    lasting: bool,
}

/// What became of the operation.
enum End {
    Done,
    Refused(Report),
    /// Nobody waited for the rest.
    Abandoned,
}

/// An operation on which nothing fails.
struct Reference {
    requests: u64,
    /// What Azure holds once all is well.
    profile: Option<Json>,
}

/// All cases, those that are not tried included.
struct All {
    left_out: Vec<String>,
    results: Vec<(Case, Result<Survival, String>)>,
}

/// How the cases ended that survived.
#[derive(Default)]
struct Tally {
    survived: usize,
    refused: usize,
    in_doubt: usize,
    imported: usize,
}

#[test]
fn whatever_fails_the_next_apply_gets_there_and_nothing_is_lost_or_taken() {
    let runtime = Builder::new_multi_thread().worker_threads(4).enable_all().build().unwrap();
    let began = Clock::now();
    let All { left_out, results } = runtime.block_on(all_cases());
    let all = results.len();
    let mut tally = Tally::default();
    let mut failures = Vec::new();
    for (case, result) in results {
        match result {
            Ok(survival) => tally.add(&survival),
            Err(why) => failures.push(format!("{case}: {why}")),
        }
    }
    failures.sort();
    println!(
        "left out:\n  {}\nsurvived {} of {all}: {} at once, {} after an error, {} of these with a creation in doubt and {} by the import \
         that the error names; {} s",
        left_out.join("\n  "),
        tally.survived,
        tally.survived - tally.refused,
        tally.refused,
        tally.in_doubt,
        tally.imported,
        began.elapsed().as_secs()
    );
    assert!(failures.is_empty(), "{} did not survive:\n{}", failures.len(), failures.join("\n"));
    assert!(tally.refused > all / 8 && tally.in_doubt > 0, "the faults were too harmless to show anything");
}

async fn all_cases() -> All {
    let mut references = BTreeMap::new();
    let (mut cases, mut left_out) = (Vec::new(), Vec::new());
    for (position, scene) in Scene::ALL.into_iter().enumerate() {
        let reference = Reference::from_scene(scene).await;
        for request in 1..=reference.requests {
            for kind in Kind::ALL {
                for lasting in [false, true] {
                    let case = Case { scene, kind, request, lasting };
                    match case.why_not() {
                        None => cases.push(case),
                        Some(why) => left_out.push(format!("{case}: {why}")),
                    }
                }
            }
        }
        references.insert(position, Arc::new(reference));
    }
    // Those that wait longest begin first.
    cases.sort_by_key(|case| (!case.lasting, case.request));
    let turns = Arc::new(Semaphore::new(AT_ONCE));
    let mut running = JoinSet::new();
    for case in cases {
        let position = Scene::ALL.iter().position(|scene| *scene == case.scene).unwrap();
        let (reference, turns) = (Arc::clone(&references[&position]), Arc::clone(&turns));
        running.spawn(async move {
            let _turn = turns.acquire_owned().await.unwrap();
            (case, case.survive(&reference).await)
        });
    }
    All { left_out, results: running.join_all().await }
}

impl Reference {
    async fn from_scene(scene: Scene) -> Self {
        let azure = Azure::start().await;
        let core = provider_at(&azure.running.url()).await;
        let mut shop = core.resource(scene.resource());
        scene.prepare(&azure, &mut shop, LONG).await;
        let others = Others::from_scene(scene, &azure);
        azure.running.clear_requests();
        let end = scene.act(&mut shop, LONG).await;
        assert_eq!(end.is_err(), scene.is_refused(), "{scene:?}: {end:?}");
        let requests = u64::try_from(azure.running.requests().len()).unwrap();
        others.are_untouched(&azure).unwrap();
        let stored = shop.stored().cloned();
        let profile =
            converge(scene, &azure, stored, None).await.unwrap_or_else(|why| panic!("{scene:?}: {why}")).0;
        Self { requests, profile }
    }
}

/// A case that survived.
struct Survival {
    refused: bool,
    in_doubt: bool,
    imported: bool,
}

impl Tally {
    fn add(&mut self, survival: &Survival) {
        self.survived += 1;
        self.refused += usize::from(survival.refused);
        self.in_doubt += usize::from(survival.in_doubt);
        self.imported += usize::from(survival.imported);
    }
}

impl Case {
    /// Why the case is not tried, if it is not.
    fn why_not(self) -> Option<&'static str> {
        let Self { scene, kind, request, lasting } = self;
        match (scene, kind, request) {
            // Nothing else tells whether it is true.
            (Scene::Delete | Scene::DeleteEndpoint, Kind::NotFound, _) => {
                Some("Azure says itself that it is gone")
            }
            (Scene::CreateWithIdOfAnother, Kind::NotFound, 3) | (Scene::AdoptBare, Kind::NotFound, 2)
                if !lasting =>
            {
                Some("Azure says itself that there is no such profile, and then takes a PUT of it")
            }
            _ => None,
        }
    }

    async fn survive(self, reference: &Reference) -> Result<Survival, String> {
        let Self { scene, kind, request, lasting } = self;
        let azure = Azure::start().await;
        let wire = Wire::to(&azure.running.url()).await;
        let core = provider_at(wire.url()).await;
        let mut shop = core.resource(scene.resource());
        let time = if lasting || kind == Kind::Silent { SHORT } else { LONG };
        scene.prepare(&azure, &mut shop, time).await;
        let others = Others::from_scene(scene, &azure);
        azure.running.faults([kind.at(request, lasting)]).unwrap();
        let end = self.act(&azure, &mut shop, time).await;
        // What was given up after a short time must meet its fault all the same. A PUT that came later, after a read that
        // was told that nothing is there, would be taken.
        wire.cut().await;
        azure.running.clear_faults();
        let stored = shop.stored().cloned();
        let refused = end.judge(scene)?;
        let in_doubt = self.nothing_is_forgotten(&azure, stored.as_ref())?;
        others.are_untouched(&azure)?;
        let (profile, imported) = converge(scene, &azure, stored, Some(&others)).await?;
        if imported && kind != Kind::NotFound {
            return Err("it was forgotten, and had to be imported".to_owned());
        }
        if profile != reference.profile {
            return Err(format!("Azure holds {profile:#?}, not {:#?}", reference.profile));
        }
        Ok(Survival { refused, in_doubt, imported })
    }

    /// The operation with its fault. An import has no time of its own: nobody waits for it once the fault has met it
    /// twice, or has left it waiting.
    async fn act(self, azure: &Azure, shop: &mut Instance<'_>, time: &str) -> End {
        let acted = self.scene.act(shop, time);
        if !self.scene.is_import() {
            return acted.await.into();
        }
        let enough = if self.kind == Kind::Silent { 1 } else { 2 };
        let met =
            azure.until("the fault", |azure| azure.listed_faults().iter().any(|fault| fault.hits >= enough));
        tokio::select! {
            end = acted => end.into(),
            () = met => End::Abandoned,
        }
    }

    /// What Terraform made, and nobody else has, is in the state. Answers whether it is there in doubt.
    fn nothing_is_forgotten(self, azure: &Azure, stored: Option<&Stored>) -> Result<bool, String> {
        if !self.scene.is_creation() {
            return Ok(false);
        }
        let Some(stored) = stored else {
            return match azure.profile(&self.scene.id()) {
                None => Ok(false),
                Some(_) => Err("it is in Azure and not in the state".to_owned()),
            };
        };
        let id = stored.value.attribute("id");
        if id != Some(&Value::string(self.scene.id())) {
            return Err(format!("the state has the id {id:?}"));
        }
        Ok(stored.tainted)
    }
}

impl fmt::Display for Case {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { scene, kind, request, lasting } = self;
        write!(
            out,
            "{scene:?}, request {request}{}: {kind:?}",
            if *lasting { " and all after it" } else { "" }
        )
    }
}

impl From<Result<(), Report>> for End {
    fn from(result: Result<(), Report>) -> Self {
        match result {
            Ok(()) => Self::Done,
            Err(report) => Self::Refused(report),
        }
    }
}

impl End {
    /// Looks at how the operation ended. Answers whether it was refused.
    fn judge(&self, scene: Scene) -> Result<bool, String> {
        let report = match self {
            Self::Done if scene.is_refused() => return Err("it was not refused".to_owned()),
            Self::Done => return Ok(false),
            Self::Abandoned => return Ok(true),
            Self::Refused(report) => report,
        };
        says_what_to_do(report).map(|()| true)
    }
}

/// Looks at why an operation was refused.
pub(crate) fn says_what_to_do(report: &Report) -> Result<(), String> {
    if !report.violations.is_empty() || !report.has_errors() {
        return Err(format!("rules of Terraform are broken:\n{report}"));
    }
    for error in report.diagnostics.iter().filter(|each| each.severity == tf_plugin::Severity::Error) {
        let is_terraforms = error.summary == "Cannot import non-existent remote object";
        let has_remedy = REMEDIES.iter().any(|words| error.detail.contains(words));
        if error.summary.is_empty() || !(has_remedy || is_terraforms) {
            return Err(format!("an error does not say what to do:\n{report}"));
        }
    }
    Ok(())
}

/// What belongs to somebody else: a profile, and an endpoint in ours.
struct Others {
    scene: Scene,
    profile: Option<Json>,
    endpoint: Option<Json>,
}

impl Others {
    fn from_scene(scene: Scene, azure: &Azure) -> Self {
        let endpoint = azure.profile(&ours()).as_ref().and_then(endpoint_of_theirs);
        assert_eq!(endpoint.is_some(), scene.shares_the_profile() || scene.theirs() == ours());
        Self { scene, profile: azure.profile(&scene.theirs()), endpoint }
    }

    fn are_untouched(&self, azure: &Azure) -> Result<(), String> {
        let now = azure.profile(&self.scene.theirs());
        if now != self.profile {
            return Err(format!("somebody else's profile is {now:#?}, not {:#?}", self.profile));
        }
        match azure.profile(&ours()) {
            Some(profile) if endpoint_of_theirs(&profile) != self.endpoint => {
                Err(format!("somebody else's endpoint has changed: {profile:#}"))
            }
            _ => Ok(()),
        }
    }
}

fn endpoint_of_theirs(profile: &Json) -> Option<Json> {
    let endpoints = profile["properties"]["endpoints"].as_array()?;
    endpoints.iter().find(|endpoint| endpoint["name"] == "theirs").cloned()
}

/// The commands that come after, with nothing failing: what is wanted is there in the end, and after a destroy
/// only what others have. Answers the profile as it was, and whether it had to be imported first.
async fn converge(
    scene: Scene,
    azure: &Azure,
    stored: Option<Stored>,
    others: Option<&Others>,
) -> Result<(Option<Json>, bool), String> {
    let core = provider_at(&azure.running.url()).await;
    let mut shop = core.resource(scene.resource());
    shop.store(stored.map(with_time));
    let (mut profile, mut imported) = (None, false);
    if !scene.is_deletion() {
        if scene.is_refused() {
            still_refused(scene, &core, &mut shop).await?;
            azure.delete(&scene.theirs());
        }
        if scene.is_import() && shop.stored().is_none() {
            shop.import(&scene.id()).await.map_err(|report| format!("the next import fails:\n{report}"))?;
        }
        imported = apply(scene, &mut shop).await?;
        profile = azure.profile(&ours());
        if let Some(others) = others.filter(|_| !scene.is_refused()) {
            others.are_untouched(azure)?;
        }
    }
    shop.destroy().await.map_err(|report| format!("destroying fails:\n{report}"))?;
    let left = azure.profiles();
    let mut expected = if scene.is_refused() { Vec::new() } else { vec![scene.theirs().to_lowercase()] };
    expected.extend(scene.is_of_endpoint().then(|| ours().to_lowercase()));
    expected.sort();
    if left != expected {
        return Err(format!("after all was destroyed there is {left:?}, not {expected:?}"));
    }
    if azure.profile(&scene.id()).is_some() {
        return Err("it was destroyed, and is there".to_owned());
    }
    Ok((profile, imported))
}

/// The same state without the short times of the fault: nothing fails any more, and a busy machine is no fault.
pub(crate) fn with_time(mut stored: Stored) -> Stored {
    if let Value::Map(attributes) = &mut stored.value {
        attributes.insert("timeouts".to_owned(), Value::Null);
    }
    stored
}

/// Applies what is wanted, if need be by the import that the error names.
async fn apply(scene: Scene, shop: &mut Instance<'_>) -> Result<bool, String> {
    let wanted = shop.config(&scene.wanted(None));
    match shop.settle(&wanted).await {
        Ok(_) => return Ok(false),
        Err(report) if shop.stored().is_none() && report.to_string().contains("already exists") => {}
        Err(report) => return Err(format!("the next apply fails:\n{report}")),
    }
    shop.import(&scene.id()).await.map_err(|report| format!("the import fails:\n{report}"))?;
    let applied = shop.settle(&wanted).await;
    applied.map(|_| true).map_err(|report| format!("the apply after the import fails:\n{report}"))
}

/// What was in the way is so still, and the next apply says so.
async fn still_refused(scene: Scene, core: &Core, shop: &mut Instance<'_>) -> Result<(), String> {
    core.take_calls();
    let wanted = shop.config(&scene.wanted(None));
    match shop.settle(&wanted).await {
        Ok(_) => Err("the next apply took what somebody else has".to_owned()),
        Err(report) if report.violations.is_empty() && shop.stored().is_none() => Ok(()),
        Err(report) => Err(format!("the next apply is refused in another way:\n{report}")),
    }
}
