//! The laws of endpoints that are resources of their own, of all three kinds: what a plan accepts, Azure accepts; after an apply and after an import there is nothing left to do; whatever was set can be
//! cleared again; and whatever is null or unknown, plans and applies keep the promises of the protocol.

use std::cell::Cell;
use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value as Json, json};
use test_support::{Azure, profile_id, say};
use tf_plugin::cty::Value;
use tf_plugin_testing::core::{Cli, Core, Instance, Leaves, arbitrary_config, with_unknowns};
use tokio::runtime::Runtime;

use crate::configs::{self, CHILD, METHODS};
use crate::provider::provider_at;
use crate::{Tally, reset, start, there_is_nothing_to_do};

/// How many sequences and plans are tried.
const CASES: u32 = 96;

/// The types of the resources, the kinds of their endpoints, and the profile of each.
const KINDS: [(&str, &str, &str); 3] = [
    ("azuretm_traffic_manager_azure_endpoint", "azureEndpoints", "law-azure"),
    ("azuretm_traffic_manager_external_endpoint", "externalEndpoints", "law-external"),
    ("azuretm_nested_profile", "nestedEndpoints", "law-nested"),
];

/// A configuration of an endpoint, and which of [`KINDS`] it is.
#[derive(Clone, Debug)]
struct Single {
    kind: usize,
    draft: Json,
}

/// The endpoint of a map as a resource of its own, of the kind that its target says. What its kind does not have, and
/// null in the place of a block, is left out: Terraform itself refuses both.
fn single(inline: &Json) -> Single {
    let kind = match inline["target_resource_id"].as_str() {
        Some(CHILD) => 2,
        Some(_) => 0,
        None => 1,
    };
    let mut draft = inline.clone();
    let members = draft.as_object_mut().unwrap();
    let subnets = members.remove("subnets").unwrap_or_default();
    let headers = members.remove("custom_headers").unwrap_or_default();
    let absent: &[&str] = match kind {
        0 => &["target", "endpoint_location", "minimum_child_endpoints"],
        1 => &["target_resource_id", "minimum_child_endpoints"],
        _ => &["target", "always_serve_enabled"],
    };
    for name in absent {
        members.remove(*name);
    }
    let subnets = subnets.as_array().into_iter().flatten().filter(|subnet| !subnet.is_null());
    draft["subnet"] = subnets.cloned().collect();
    let headers = headers.as_object().into_iter().flatten().filter(|(_, value)| !value.is_null());
    draft["custom_header"] = headers.map(|(name, value)| json!({ "name": name, "value": value })).collect();
    draft["name"] = json!("e");
    draft["profile_id"] = json!(profile_id("rg", KINDS[kind].2));
    Single { kind, draft }
}

/// Endpoints of profiles of this method. Only the first of a map may be nested.
fn endpoint(method: &'static str) -> BoxedStrategy<Single> {
    let index = prop_oneof![2 => Just(0), 1 => Just(1), 1 => Just(2)];
    index.prop_flat_map(move |index| configs::endpoint(method, index)).prop_map(|it| single(&it)).boxed()
}

/// A method, and endpoints that follow each other.
fn sequence() -> BoxedStrategy<(&'static str, Vec<Single>)> {
    let of = |method| (Just(method), proptest::collection::vec(endpoint(method), 1..=5));
    select(METHODS.to_vec()).prop_flat_map(of).boxed()
}

/// Azure with a profile of this method for each kind, and the child that is nested.
fn reset_with(azure: &Azure, method: &str) {
    reset(azure);
    for (_, _, name) in KINDS {
        let profile = json!({
            "location": "global",
            "properties": {
                "trafficRoutingMethod": method,
                "maxReturn": (method == "MultiValue").then_some(2),
                "dnsConfig": { "relativeName": name, "ttl": 30 },
                "monitorConfig": { "protocol": "TCP", "port": 443 },
            },
        });
        azure.put(&profile_id("rg", name), &profile);
    }
}

fn law() -> TestRunner {
    let cases = std::env::var("AZURETM_LAW_CASES").ok().map(|text| text.parse().unwrap());
    let config = Config { cases: cases.unwrap_or(CASES), failure_persistence: None, ..Config::default() };
    TestRunner::new(config)
}

#[test]
fn what_a_plan_of_an_endpoint_accepts_azure_accepts() {
    let runtime = Runtime::new().unwrap();
    let (azure, core) = runtime.block_on(start());
    let tally = Tally::default();
    let mut runner = law();
    let cases = runner.config().cases;
    let outcome = runner.run(&sequence(), |(method, sequence)| {
        runtime.block_on(async {
            reset_with(&azure, method);
            let mut resources = KINDS.map(|(type_name, ..)| core.resource(type_name));
            let mut last = BTreeMap::new();
            for Single { kind, draft } in sequence {
                let endpoint = &mut resources[kind];
                if applied(endpoint, &draft, &tally).await? {
                    is_imported(&core, kind, &draft).await?;
                    last.insert(kind, draft);
                }
            }
            for (kind, draft) in last {
                if !matches!(method, "Geographic" | "Performance" | "MultiValue") {
                    clearing_is_like_creating_bare(&azure, &mut resources[kind], kind, &draft, &core).await?;
                }
            }
            Ok(())
        })
    });
    say(&format!(
        "laws: {cases} sequences of single endpoints, {} configurations applied, {} refused at plan",
        tally.applied.get(),
        tally.refused.get()
    ));
    outcome.unwrap_or_else(|failure| panic!("{failure}"));
    assert!(
        tally.applied.get() > cases && tally.refused.get() > cases / 16,
        "the configurations say too little"
    );
}

/// Whether the endpoint was planned and applied; then there is nothing left to do.
async fn applied(endpoint: &mut Instance<'_>, draft: &Json, tally: &Tally) -> Result<bool, TestCaseError> {
    let config = endpoint.config(draft);
    let planned = match endpoint.plan(&config).await {
        Ok(planned) => planned,
        Err(report) => {
            prop_assert!(report.violations.is_empty(), "{report}");
            Tally::count(&tally.refused);
            return Ok(false);
        }
    };
    if let Err(report) = endpoint.apply(planned).await {
        return Err(TestCaseError::fail(format!("planned, and refused at apply:\n{report}\n{draft:#}")));
    }
    there_is_nothing_to_do(endpoint, &config, draft).await?;
    Tally::count(&tally.applied);
    Ok(true)
}

/// What is imported is what was applied.
async fn is_imported(core: &Core, kind: usize, draft: &Json) -> Result<(), TestCaseError> {
    let (type_name, segment, profile) = KINDS[kind];
    let mut imported = core.resource(type_name);
    let id = format!("{}/{segment}/e", profile_id("rg", profile));
    let failed = |report| TestCaseError::fail(format!("importing:\n{report}\n{draft:#}"));
    imported.import(&id).await.map_err(failed)?;
    let config = imported.config(draft);
    there_is_nothing_to_do(&mut imported, &config, draft).await
}

async fn clearing_is_like_creating_bare(
    azure: &Azure,
    endpoint: &mut Instance<'_>,
    kind: usize,
    draft: &Json,
    core: &Core,
) -> Result<(), TestCaseError> {
    let (type_name, _, profile) = KINDS[kind];
    let mut bare = json!({});
    for name in ["name", "profile_id", "target", "target_resource_id"] {
        if !draft[name].is_null() {
            bare[name] = draft[name].clone();
        }
    }
    let config = endpoint.config(&bare);
    let failed = |what: &str, report| TestCaseError::fail(format!("{what}:\n{report}\n{draft:#}"));
    endpoint.settle(&config).await.map_err(|report| failed("clearing", report))?;
    let found = || {
        let mut found = azure.profile(&profile_id("rg", profile)).unwrap();
        // A number that was given up is not taken again.
        found["properties"]["endpoints"][0]["properties"]["priority"].take();
        found
    };
    let cleared = found();
    endpoint.destroy().await.map_err(|report| failed("destroying", report))?;
    let mut fresh = core.resource(type_name);
    fresh.settle(&config).await.map_err(|report| failed("creating bare", report))?;
    prop_assert_eq!(cleared, found());
    Ok(())
}

/// What is not known when a plan is made is known when it is applied, and nothing else may be different then.
#[test]
fn a_plan_of_an_endpoint_with_unknown_values_holds_when_they_are_known() {
    let runtime = Runtime::new().unwrap();
    let (azure, core) = runtime.block_on(start());
    let opentofu = runtime.block_on(provider_at(&azure.running.url())).proposing_as(Cli::OpenTofu);
    let applied = Cell::new(0);
    let choices = proptest::collection::vec(0..6_u8, 32);
    let cases = (sequence(), choices, any::<bool>());
    let mut runner = law();
    let plans = runner.config().cases;
    let outcome = runner.run(&cases, |((method, sequence), choices, by_terraform)| {
        runtime.block_on(async {
            reset_with(&azure, method);
            let core = if by_terraform { &core } else { &opentofu };
            let mut resources = KINDS.map(|(type_name, ..)| core.resource(type_name));
            let mut choices = choices.iter().cycle();
            for Single { kind, draft } in sequence {
                let endpoint = &mut resources[kind];
                let known = endpoint.config(&draft);
                let hides = &mut || *choices.next().unwrap() == 0;
                let hidden = with_unknowns(endpoint.schema(), known.clone(), hides);
                let planned = match endpoint.plan(&hidden).await {
                    Ok(planned) => planned,
                    Err(report) => {
                        prop_assert!(report.violations.is_empty(), "{report}");
                        continue;
                    }
                };
                match endpoint.apply_with(planned, &known).await {
                    Ok(_) => Tally::count(&applied),
                    Err(report) => prop_assert!(report.violations.is_empty(), "{report}\n{draft:#}"),
                }
            }
            Ok(())
        })
    });
    say(&format!(
        "laws: {plans} sequences of single endpoints with unknown values, {} applied",
        applied.get()
    ));
    outcome.unwrap_or_else(|failure| panic!("{failure}"));
    assert!(applied.get() > plans, "the configurations say too little");
}

/// The first of these, now and then another or what is not known.
fn mostly_the_first(texts: [&str; 3]) -> BoxedStrategy<Value> {
    let texts = texts.map(Value::string);
    prop_oneof![16 => Just(texts[0].clone()), 1 => select(texts.to_vec()), 3 => unknown()].boxed()
}

fn unknown() -> BoxedStrategy<Value> {
    Just(Value::unknown()).boxed()
}

/// Configurations from the schema alone: null and unknown at every depth, and values that mean nothing.
#[test]
fn whatever_is_configured_a_plan_keeps_the_promises_of_the_protocol() {
    let runtime = Runtime::new().unwrap();
    let (azure, core) = runtime.block_on(start());
    let planned = Cell::new(0);
    for (kind, (type_name, _, profile)) in KINDS.into_iter().enumerate() {
        let group = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg/providers";
        let ip = format!("{group}/Microsoft.Network/publicIPAddresses/ip");
        let [own, other] = if kind == 2 { [CHILD, &ip] } else { [&ip, CHILD] };
        let (here, there) = (profile_id("rg", profile), profile_id("RG", profile));
        let leaves = [
            ("name", ["e", "E", "f"]),
            ("profile_id", [&here, &there, "x"]),
            ("target", ["a.example.com", "192.0.2.1", "https://x"]),
            ("target_resource_id", [own, other, "x"]),
            ("endpoint_location", ["westeurope", "West Europe", "global"]),
            ("custom_header.name", ["X-A", "X-B", "x-a"]),
            ("subnet.first", ["10.0.0.0", "10.0.0.9", "2001:db8::"]),
            ("subnet.last", ["10.0.0.9", "2001:db8::9", "x"]),
            ("timeouts.create", ["10m", "1h", "x"]),
            ("timeouts.read", ["10m", "1h", "x"]),
            ("timeouts.update", ["10m", "1h", "x"]),
            ("timeouts.delete", ["10m", "1h", "x"]),
            ("wait_for_online.timeout", ["10m", "1h", "x"]),
        ];
        let leaves =
            leaves.into_iter().fold(Leaves::new().or_unknown().or_null_elements(), |leaves, (at, texts)| {
                leaves.at(at, mostly_the_first(texts))
            });
        let codes = prop_oneof![select(vec!["DE", "fr", "GEO-EU"]).prop_map(Value::string), unknown()];
        let codes = proptest::collection::vec(codes, 0..3).prop_map(Value::Set);
        let leaves = leaves.at("geo_mappings", codes);
        let endpoint = core.resource(type_name);
        let configs = (arbitrary_config(endpoint.schema(), &leaves), any::<bool>());
        let mut bare = json!({ "name": "e", "profile_id": profile_id("rg", profile) });
        bare[if kind == 1 { "target" } else { "target_resource_id" }] =
            if kind == 1 { json!("a.example.com") } else { json!(own) };
        let outcome = law().run(&configs, |(config, exists)| {
            runtime.block_on(async {
                reset_with(&azure, "Weighted");
                let mut endpoint = core.resource(type_name);
                if exists {
                    let bare = endpoint.config(&bare);
                    endpoint.settle(&bare).await.map_err(|report| TestCaseError::fail(report.to_string()))?;
                }
                match endpoint.plan(&config).await {
                    Ok(_) => Tally::count(&planned),
                    Err(report) => prop_assert!(report.violations.is_empty(), "{report}"),
                }
                Ok(())
            })
        });
        outcome.unwrap_or_else(|failure| panic!("{type_name}: {failure}"));
    }
    say(&format!("laws: {} plans of arbitrary configurations of single endpoints", planned.get()));
    assert!(planned.get() > CASES / 8, "the configurations say too little");
}
