//! A provider that uses everything, beside the Terraform for tests: commands, laws, and single calls.
#![expect(clippy::unwrap_used, reason = "a test ends where something is not as it should be")]

#[path = "core/calls.rs"]
mod calls;
#[path = "core/commands.rs"]
mod commands;
#[path = "core/ephemerals.rs"]
mod ephemerals;
#[path = "core/failures.rs"]
mod failures;
#[path = "core/laws.rs"]
mod laws;
#[path = "core/liar.rs"]
mod liar;
#[path = "core/lists.rs"]
mod lists;
#[path = "core/plans.rs"]
mod plans;
#[path = "sample/provider.rs"]
mod sample;
#[path = "core/schemas.rs"]
mod schemas;
#[path = "core/structs.rs"]
mod structs;

use proptest::test_runner::Config as ProptestConfig;
use serde_json::{Value as Json, json};
use tf_plugin_testing::core::{Core, Instance};

use sample::{THING, World};

/// A configured provider on a new world.
async fn start() -> (World, Core) {
    let world = World::new();
    let core = Core::new(sample::server(&world)).await;
    core.configure_with(&json!({})).await.expect("the provider can be configured");
    core.take_calls();
    (world, core)
}

/// How often a law is tried, unless `PROPTEST_CASES` says otherwise, and how long a counterexample is made smaller,
/// as each try runs a whole life.
fn law(cases: u32) -> ProptestConfig {
    let wanted = std::env::var("PROPTEST_CASES").ok().and_then(|text| text.parse().ok());
    let cases = wanted.unwrap_or(cases);
    ProptestConfig { cases, failure_persistence: None, max_shrink_iters: 400, ..ProptestConfig::default() }
}

/// A thing that exists, made from this configuration.
async fn thing<'a>(core: &'a Core, config: &Json) -> Instance<'a> {
    let mut thing = core.resource(THING);
    let config = thing.config(config);
    thing.settle(&config).await.unwrap_or_else(|report| panic!("{report}"));
    core.take_calls();
    thing
}
