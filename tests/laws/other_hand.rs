//! The law of every apply: what the plan changes is as planned, and everything else is as another hand left it after the
//! plan was made.
//!
//! What a plan changes is found out without the provider's help: the same two configurations are applied to another
//! Azure, where no other hand interferes.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};

use http::Method;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value as Json, json};
use test_support::{Azure, profile_id, say};
use tf_plugin_testing::core::{Action, Core};
use tokio::runtime::Runtime;

use crate::{PROFILE, Tally, apply_if_planned, configs, law, reset, start};

/// How many pairs of configurations are tried with another hand between plan and apply.
const CASES: u32 = 256;

/// Places in a profile, such as `tags.team` or `externalEndpoints/east.weight`, and what stands there.
type Places = BTreeMap<String, String>;

/// What Azure computes, and priorities, which it gives where nobody does.
const COMPUTED: [&str; 5] = ["id", "fqdn", "profileMonitorStatus", "endpointMonitorStatus", "priority"];

#[test]
fn an_apply_changes_what_its_plan_showed_and_nothing_else() {
    let runtime = Runtime::new().unwrap();
    let (azure, core) = runtime.block_on(start());
    let (quiet_azure, quiet_core) = runtime.block_on(start());
    let mut runner = TestRunner::new(Config { cases: CASES, failure_persistence: None, ..Config::default() });
    let (changed, refused) = (Cell::new(0), Cell::new(0));
    let edits = proptest::collection::vec(any::<u8>(), 24);
    let cases = (configs::profile(), configs::profile(), edits, proptest::collection::vec(any::<u8>(), 12));
    let outcome = runner.run(&cases, |(before, other, edits, choices)| {
        let after = edited(&before, &other, &edits);
        runtime.block_on(async {
            let Some((prior, planned)) = planned(&quiet_azure, &quiet_core, &before, &after).await? else {
                return Ok(());
            };
            reset(&azure);
            let mut profile = core.resource(PROFILE);
            let tally = Tally::default();
            prop_assert!(apply_if_planned(&mut profile, &before, &tally).await?, "it was accepted before");
            let plan = profile.plan(&profile.config(&after)).await.unwrap();
            let live = other_hand(&azure, &choices);
            let applied = profile.apply(plan).await;
            let now = places(&law(&azure));
            if let Err(report) = applied {
                prop_assert!(report.violations.is_empty(), "{report}");
                prop_assert_eq!(now, live, "refused, and changed all the same: {}", report);
                Tally::count(&refused);
                return Ok(());
            }
            Tally::count(&changed);
            holds(&[prior, planned, live, now])
        })
    });
    say(&format!(
        "laws: {CASES} pairs with another hand between plan and apply, {} applied, {} refused by Azure or before",
        changed.get(),
        refused.get()
    ));
    outcome.unwrap_or_else(|failure| panic!("{failure}"));
    assert!(changed.get() > CASES / 8, "the configurations say too little");
}

/// The same configuration with some of another's settings, and some endpoints changed or gone. Now and then it is another
/// as a whole.
fn edited(before: &Json, other: &Json, choices: &[u8]) -> Json {
    let mut choices = choices.iter().copied().chain(std::iter::repeat(1));
    let mut chosen = move |one_in: u8| choices.next().is_some_and(|choice| choice % one_in == 0);
    if chosen(6) {
        return other.clone();
    }
    let mut after = before.clone();
    for name in ["monitor_config", "tags", "dns_config", "traffic_view_enabled"] {
        if chosen(3) {
            after[name] = other[name].clone();
        }
    }
    let Some(endpoints) = after["endpoints"].as_object_mut() else { return after };
    for endpoint in endpoints.values_mut().filter(|endpoint| endpoint.is_object()) {
        if chosen(3) {
            endpoint["weight"] = json!(55);
        }
        if chosen(4) {
            endpoint["custom_headers"] = json!({ "Ours": "y" });
        }
        if chosen(4) {
            endpoint["enabled"] = json!(false);
        }
    }
    if chosen(4)
        && let Some(name) = endpoints.keys().next().cloned()
    {
        endpoints.remove(&name);
    }
    after
}

/// What the second configuration changes where no other hand interferes; `None` where it is no update.
async fn planned(
    azure: &Azure,
    core: &Core,
    before: &Json,
    after: &Json,
) -> Result<Option<(Places, Places)>, TestCaseError> {
    reset(azure);
    let mut profile = core.resource(PROFILE);
    let tally = Tally::default();
    if !apply_if_planned(&mut profile, before, &tally).await? {
        return Ok(None);
    }
    let prior = places(&law(azure));
    let Ok(plan) = profile.plan(&profile.config(after)).await else { return Ok(None) };
    if plan.action != Action::Update || profile.apply(plan).await.is_err() {
        return Ok(None);
    }
    Ok(Some((prior, places(&law(azure)))))
}

/// Changes the profile here and there, and answers what it is then.
fn other_hand(azure: &Azure, choices: &[u8]) -> Places {
    let mut choices = choices.iter().copied().chain(std::iter::repeat(0));
    let mut chosen = move || choices.next().is_some_and(|choice| choice % 3 == 0);
    let mut profile = law(azure);
    if chosen() {
        profile["properties"]["dnsConfig"]["ttl"] = json!(77);
    }
    if chosen() {
        profile["tags"]["theirs"] = json!("x");
    }
    if chosen() {
        profile["properties"]["monitorConfig"]["toleratedNumberOfFailures"] = json!(7);
    }
    if let Some(endpoints) = profile["properties"]["endpoints"].as_array_mut() {
        for endpoint in endpoints.iter_mut() {
            if chosen() {
                endpoint["properties"]["weight"] = json!(77);
            }
            if chosen() {
                let headers = json!([{ "name": "Theirs", "value": "x" }]);
                endpoint["properties"]["customHeaders"] = headers;
            }
        }
        if chosen() {
            endpoints.pop();
        }
        if chosen() {
            endpoints.push(json!({
                "name": "theirs",
                "type": "Microsoft.Network/trafficManagerProfiles/externalEndpoints",
                "properties": { "target": "theirs.example.com", "priority": 999, "endpointLocation": "West US" },
            }));
        }
    }
    // Where Azure refuses that, the other hand has done nothing.
    let _ = azure.ask(Method::PUT, &profile_id("rg", "law"), Some(&profile));
    places(&law(azure))
}

fn holds([prior, planned, live, now]: &[Places; 4]) -> Result<(), TestCaseError> {
    let all: BTreeSet<&String> = [prior, planned, live, now].into_iter().flat_map(BTreeMap::keys).collect();
    for place in all {
        let endpoint = endpoint_of(place);
        let has =
            |places: &Places| endpoint.is_none_or(|own| places.keys().any(|it| endpoint_of(it) == Some(own)));
        let [before, wanted, theirs, now] = [prior, planned, live, now].map(|places| places.get(place));
        if has(prior) && !has(planned) {
            prop_assert_eq!(now, None, "{} goes with its endpoint", place);
        } else if has(prior) && has(planned) && !has(live) {
            prop_assert_eq!(now, None, "{} was taken away by another hand", place);
        } else if before == wanted {
            prop_assert_eq!(now, theirs, "{} is no part of the plan", place);
        } else {
            prop_assert_eq!(now, wanted, "{} is part of the plan", place);
        }
    }
    Ok(())
}

/// The endpoint to which a place belongs.
fn endpoint_of(place: &str) -> Option<&str> {
    place.split_once('/').and_then(|_| place.split('.').next())
}

fn places(profile: &Json) -> Places {
    let mut places = Places::new();
    collect(&profile["tags"], "tags", &mut places);
    let mut properties = profile["properties"].clone();
    let endpoints = properties["endpoints"].take();
    collect(&properties, "properties", &mut places);
    for endpoint in endpoints.as_array().into_iter().flatten() {
        let text = |name: &str| endpoint[name].as_str().unwrap_or_default();
        let kind = text("type").rsplit('/').next().unwrap_or_default();
        // An endpoint that leads to a resource takes its target from there.
        let mut properties = endpoint["properties"].clone();
        if !properties["targetResourceId"].is_null() {
            properties["target"].take();
        }
        collect(&properties, &format!("{kind}/{}", text("name").to_lowercase()), &mut places);
    }
    places
}

/// Null, empty and absent are the same. Elements of a list have a place of their own: headers by name.
fn collect(value: &Json, at: &str, places: &mut Places) {
    match value {
        Json::Null => {}
        Json::Object(members) => {
            for (name, member) in members.iter().filter(|(name, _)| !COMPUTED.contains(&name.as_str())) {
                collect(member, &format!("{at}.{name}"), places);
            }
        }
        Json::Array(elements) => {
            for element in elements {
                match (element["name"].as_str(), element.get("value")) {
                    (Some(name), Some(value)) => {
                        places.insert(format!("{at}.{}", name.to_lowercase()), value.to_string());
                    }
                    _ => {
                        places.insert(format!("{at}.{element}"), String::new());
                    }
                }
            }
        }
        leaf => {
            places.insert(at.to_owned(), leaf.to_string());
        }
    }
}
