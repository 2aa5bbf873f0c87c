//! Laws that hold for every configuration of a profile: what a plan accepts, Azure accepts; after an apply there
//! is nothing left to do; what is taken over with its own configuration stays; and whatever was set can be cleared
//! again.
//!
//! Terraform is simulated, and Azure is the emulator in this process. `AZURETM_LAW_CASES` says how many sequences
//! are tried, after those of the kept seeds.
#![expect(clippy::unwrap_used, reason = "the steps that the tests share are tests too")]

mod configs;
mod fleet;
mod other_hand;
#[path = "../support/provider.rs"]
mod provider;
mod seeds;
mod single_endpoints;

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;

use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::{Value as Json, json};
use terraform_provider_azuretm::{AzureTrafficManager, Environment};
use test_support::{Azure, profile_id, say};
use tf_plugin::Server;
use tf_plugin::cty::Value;
use tf_plugin_testing::core::{Action, Cli, Core, Instance, with_unknowns};
use tokio::runtime::Runtime;

use crate::configs::Step;
use crate::provider::provider_at;
use crate::seeds::Seeds;

const PROFILE: &str = "azuretm_traffic_manager_profile";

/// Seeds of sequences that once failed, and of some that get everywhere; a failure adds its own.
const SEQUENCES: Seeds = Seeds("tests/laws/kept-seeds.txt");
/// The same for plans with unknown values.
const UNKNOWNS: Seeds = Seeds("tests/laws/kept-seeds-of-unknowns.txt");

#[test]
fn schemas_and_structs_fit_and_terraform_loads_them() {
    let server = Server::new(AzureTrafficManager::new(Environment::default()));
    assert_eq!(server.problems(), Vec::<String>::new());
}

/// Counts what became of the configurations of all sequences.
#[derive(Default)]
struct Tally {
    refused: Cell<u32>,
    applied: Cell<u32>,
    /// What else happened: each change of the method, a replacement, a profile taken over.
    reached: RefCell<BTreeSet<String>>,
}

impl Tally {
    fn count(of: &Cell<u32>) {
        of.set(of.get() + 1);
    }
}

#[test]
fn what_a_plan_accepts_azure_accepts_and_everything_can_be_cleared() {
    let runtime = Runtime::new().unwrap();
    let (azure, core) = runtime.block_on(start());
    let tally = Tally::default();
    let mut runner = SEQUENCES.runner();
    let cases = runner.config().cases;
    let outcome = runner.run(&configs::sequence(), |sequence| {
        runtime.block_on(the_laws_hold(&azure, &core, &sequence, &tally))
    });
    let (refused, applied) = (tally.refused.get(), tally.applied.get());
    say(&format!(
        "laws: {cases} sequences ({} kept), {applied} configurations applied, {refused} refused at plan",
        SEQUENCES.kept()
    ));
    outcome.unwrap_or_else(|failure| panic!("{failure}"));
    assert!(applied > cases / 2 && refused > cases / 4, "the configurations say too little");
    let missing = seeds::missing(&tally.reached.borrow());
    assert!(missing.is_empty(), "no sequence reaches {missing:?}: `seeds` tells how to find some that do");
}

async fn the_laws_hold(
    azure: &Azure,
    core: &Core,
    sequence: &[Step],
    tally: &Tally,
) -> Result<(), TestCaseError> {
    reset(azure);
    let mut profile = core.resource(PROFILE);
    for Step { draft, taken_over } in sequence {
        let applied = apply_if_planned(&mut profile, draft, tally).await?;
        if applied && *taken_over {
            profile = core.resource(PROFILE);
            takes_over(&mut profile, draft).await?;
            tally.reached.borrow_mut().insert(seeds::TAKEN_OVER.to_owned());
        }
    }
    clearing_is_like_creating_bare(azure, &mut profile, core).await
}

/// What is not known when a plan is made is known when it is applied, and nothing else may be different then.
#[test]
fn a_plan_with_unknown_values_holds_when_they_are_known() {
    let runtime = Runtime::new().unwrap();
    let (azure, core) = runtime.block_on(start());
    let opentofu = runtime.block_on(provider_at(&azure.running.url())).proposing_as(Cli::OpenTofu);
    let mut runner = UNKNOWNS.runner();
    let plans = runner.config().cases;
    let applied = Cell::new(0);
    let choices = proptest::collection::vec(0..10_u8, 64);
    let cases = (configs::profile(), configs::profile(), choices, any::<bool>());
    let outcome = runner.run(&cases, |(before, after, choices, by_terraform)| {
        runtime.block_on(async {
            reset(&azure);
            let core = if by_terraform { &core } else { &opentofu };
            let mut profile = core.resource(PROFILE);
            // An update where the first configuration is sound, else a creation.
            apply_if_planned(&mut profile, &before, &Tally::default()).await?;
            let known = profile.config(&after);
            let mut choices = choices.iter().cycle();
            let hides = &mut || *choices.next().unwrap() == 0;
            let hidden = with_unknowns(profile.schema(), known.clone(), hides);
            let planned = match profile.plan(&hidden).await {
                Ok(planned) => planned,
                Err(report) => {
                    prop_assert!(report.violations.is_empty(), "{report}");
                    return Ok(());
                }
            };
            match profile.apply_with(planned, &known).await {
                Ok(_) => Tally::count(&applied),
                Err(report) => prop_assert!(report.violations.is_empty(), "{report}\n{after:#}"),
            }
            Ok(())
        })
    });
    say(&format!(
        "laws: {plans} plans with unknown values ({} kept), {} applied",
        UNKNOWNS.kept(),
        applied.get()
    ));
    outcome.unwrap_or_else(|failure| panic!("{failure}"));
    assert!(applied.get() > plans / 8, "the configurations say too little");
}

#[test]
#[ignore = "tests nothing: run it when a change of `configs` makes the kept seeds reach too little, for new ones"]
fn find_seeds() {
    let runtime = Runtime::new().unwrap();
    let (azure, core) = runtime.block_on(start());
    let mut reached = BTreeSet::new();
    for number in 0_u64.. {
        let mut seed = [0; 32];
        seed[..8].copy_from_slice(&number.to_le_bytes());
        let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &seed);
        let mut runner = TestRunner::new_with_rng(Config::default(), rng);
        let sequence = configs::sequence().new_tree(&mut runner).unwrap().current();
        let tally = Tally::default();
        runtime.block_on(the_laws_hold(&azure, &core, &sequence, &tally)).unwrap();
        let new: Vec<String> = tally.reached.take().difference(&reached).cloned().collect();
        if !new.is_empty() {
            // As bytes in a row, the lowest first.
            println!("cc {:016x}{:048} # {}", number.swap_bytes(), 0, new.join(", "));
        }
        reached.extend(new);
        if seeds::missing(&reached).is_empty() {
            return;
        }
    }
}

async fn start() -> (Azure, Core) {
    let azure = Azure::start().await;
    let core = provider_at(&azure.running.url()).await;
    (azure, core)
}

/// An empty Azure but for a profile that can be nested.
fn reset(azure: &Azure) {
    azure.running.reset();
    let child = json!({
        "location": "global",
        "properties": {
            "trafficRoutingMethod": "Weighted",
            "dnsConfig": { "relativeName": "law-child", "ttl": 30 },
            "monitorConfig": { "protocol": "TCP", "port": 443 },
            "endpoints": [{
                "name": "leaf",
                "type": "Microsoft.Network/trafficManagerProfiles/externalEndpoints",
                "properties": { "target": "leaf.example.com" },
            }],
        },
    });
    azure.put(&profile_id("rg", "child"), &child);
}

/// Whether the plan was accepted; then it was also applied.
async fn apply_if_planned(
    profile: &mut Instance<'_>,
    draft: &Json,
    tally: &Tally,
) -> Result<bool, TestCaseError> {
    let config = profile.config(draft);
    let planned = match profile.plan(&config).await {
        Ok(planned) => planned,
        Err(report) => {
            prop_assert!(report.violations.is_empty(), "{report}");
            Tally::count(&tally.refused);
            return Ok(false);
        }
    };
    let (action, before) = (planned.action, seeds::method(&planned.prior));
    if let Err(report) = profile.apply(planned).await {
        return Err(TestCaseError::fail(format!("planned, and refused at apply:\n{report}\n{draft:#}")));
    }
    there_is_nothing_to_do(profile, &config, draft).await?;
    Tally::count(&tally.applied);
    let after = seeds::method(profile.state());
    tally.reached.borrow_mut().extend(seeds::reached(action, before, after));
    Ok(true)
}

async fn there_is_nothing_to_do(
    profile: &mut Instance<'_>,
    config: &Value,
    draft: &Json,
) -> Result<(), TestCaseError> {
    let again = profile.plan(config).await;
    let again = again.map_err(|report| TestCaseError::fail(format!("the second plan fails:\n{report}")))?;
    prop_assert_eq!(again.action, Action::NoOp, "the second plan is not empty: {:#}", draft);
    Ok(())
}

/// A profile that is there is taken over with the configuration that it has.
async fn takes_over(profile: &mut Instance<'_>, draft: &Json) -> Result<(), TestCaseError> {
    let mut draft = draft.clone();
    draft["adopt_existing"] = json!(true);
    let config = profile.config(&draft);
    let failed = |report| TestCaseError::fail(format!("taking over:\n{report}\n{draft:#}"));
    let planned = profile.plan(&config).await.map_err(failed)?;
    profile.apply(planned).await.map_err(failed)?;
    there_is_nothing_to_do(profile, &config, &draft).await
}

async fn clearing_is_like_creating_bare(
    azure: &Azure,
    profile: &mut Instance<'_>,
    core: &Core,
) -> Result<(), TestCaseError> {
    let bare = profile.config(&configs::bare());
    profile.settle(&bare).await.map_err(|report| TestCaseError::fail(format!("clearing:\n{report}")))?;
    let cleared = law(azure);
    profile.destroy().await.map_err(|report| TestCaseError::fail(format!("destroying:\n{report}")))?;
    let mut fresh = core.resource(PROFILE);
    fresh.settle(&bare).await.map_err(|report| TestCaseError::fail(format!("creating bare:\n{report}")))?;
    prop_assert_eq!(cleared, law(azure));
    Ok(())
}

/// The profile of the law in Azure.
fn law(azure: &Azure) -> Json {
    azure.profile(&profile_id("rg", "law")).unwrap()
}
