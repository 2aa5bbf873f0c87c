//! The laws of a merge, on arbitrary profiles, and the cases that are easiest to read.
//!
//! The laws look at a profile as a list of places and what stands there, which is made from its JSON and shares nothing
//! with the merge.

use std::collections::BTreeMap;

use arm::model::Profile;
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use proptest::sample::subsequence;
use serde_json::{Value as Json, json};

use traffic_manager::id::EndpointKind;

use super::*;

/// How many triples of profiles the laws are tried with.
const CASES: u32 = 4_000;

/// Places such as `tags.team`, `externalEndpoints/east.weight` and `azureEndpoints/west.geo.fr`, and what stands there.
type Places = BTreeMap<String, String>;

fn places(profile: &Profile) -> Places {
    let json = serde_json::to_value(profile).unwrap();
    let mut places = Places::new();
    let properties = &json["properties"];
    list(&json["tags"], "tags", &mut places);
    for name in ["trafficRoutingMethod", "profileStatus", "maxReturn"] {
        leaf(&properties[name], name, &mut places);
    }
    list(&properties["dnsConfig"], "dns", &mut places);
    for name in ["protocol", "port", "path", "intervalInSeconds"] {
        leaf(&properties["monitorConfig"][name], &format!("monitor.{name}"), &mut places);
    }
    headers(&properties["monitorConfig"]["customHeaders"], "monitor", &mut places);
    for endpoint in properties["endpoints"].as_array().into_iter().flatten() {
        let kind = endpoint["type"].as_str().unwrap().rsplit('/').next().unwrap();
        let at = format!("{kind}/{}", endpoint["name"].as_str().unwrap().to_lowercase());
        let own = endpoint["properties"].as_object().unwrap();
        for (name, value) in own.iter().filter(|(_, value)| !value.is_array()) {
            leaf(value, &format!("{at}.{name}"), &mut places);
        }
        headers(&endpoint["properties"]["customHeaders"], &at, &mut places);
        for code in endpoint["properties"]["geoMapping"].as_array().into_iter().flatten() {
            leaf(&json!(true), &format!("{at}.geo.{code}"), &mut places);
        }
    }
    places
}

fn leaf(value: &Json, at: &str, places: &mut Places) {
    if !value.is_null() {
        places.insert(at.to_owned(), value.to_string());
    }
}

fn list(object: &Json, at: &str, places: &mut Places) {
    for (name, value) in object.as_object().into_iter().flatten() {
        leaf(value, &format!("{at}.{name}"), places);
    }
}

fn headers(headers: &Json, at: &str, places: &mut Places) {
    for header in headers.as_array().into_iter().flatten() {
        leaf(&header["value"], &format!("{at}.header.{}", header["name"]), places);
    }
}

/// The endpoint to which a place belongs.
fn endpoint_of(place: &str) -> Option<&str> {
    place.split_once('/').and_then(|_| place.split('.').next())
}

fn has(places: &Places, endpoint: &str) -> bool {
    places.keys().any(|place| endpoint_of(place) == Some(endpoint))
}

/// What Azure finds out by itself from the resource that an endpoint leads to.
fn is_computed(place: &str) -> bool {
    place.starts_with("azureEndpoints/")
        && (place.ends_with(".target") || place.ends_with(".endpointLocation"))
}

prop_compose! {
    fn endpoint(is_live: bool)(
        is_azure in any::<bool>(),
        name in prop_oneof!["a", "b", "B"],
        weight in 1..4_i64,
        priority in prop_oneof![Just(None), (1..5_i64).prop_map(Some)],
        number in 5..1000_i64,
        resource in 0..2,
        location in prop_oneof![Just(None), Just(Some("West Europe"))],
        header in prop_oneof![Just(None), prop_oneof!["x", "y"].prop_map(Some)],
        codes in subsequence(vec!["FR", "DE", "GB"], 0..3),
    ) -> Json {
        let kind = if is_azure { "azureEndpoints" } else { "externalEndpoints" };
        let priority = if is_live { Some(priority.unwrap_or(number)) } else { priority };
        let mut properties = json!({
            "endpointStatus": "Enabled", "weight": weight, "priority": priority, "geoMapping": codes,
        });
        if is_azure {
            properties["targetResourceId"] = json!(format!("/subscriptions/s/ip/{resource}"));
            if is_live {
                properties["target"] = json!(format!("{resource}.example.com"));
                properties["endpointLocation"] = json!("West Europe");
            }
        } else {
            properties["target"] = json!(format!("{resource}.example.net"));
            properties["endpointLocation"] = json!(location);
        }
        if is_live {
            properties["endpointMonitorStatus"] = json!("Online");
        }
        if let Some(value) = header {
            properties["customHeaders"] = json!([{ "name": "Host", "value": value }]);
        }
        json!({
            "name": name, "type": format!("Microsoft.Network/trafficManagerProfiles/{kind}"), "properties": properties,
        })
    }
}

/// Each endpoint once, and in what is live each priority once, as the service demands.
fn endpoints(is_live: bool) -> impl Strategy<Value = Vec<Json>> {
    vec(endpoint(is_live), 0..4).prop_map(move |endpoints| {
        let mut seen: Vec<(String, String, Json)> = Vec::new();
        let own = |endpoint: &Json| {
            let text = |name: &str| endpoint[name].as_str().unwrap().to_lowercase();
            (text("name"), text("type"), endpoint["properties"]["priority"].clone())
        };
        let is_new = |endpoint: &Json| {
            let (name, kind, priority) = own(endpoint);
            let is_taken =
                seen.iter().any(|(a, b, c)| (*a == name && *b == kind) || (is_live && *c == priority));
            seen.push((name, kind, priority));
            !is_taken
        };
        endpoints
            .into_iter()
            .filter({
                let mut is_new = is_new;
                move |each| is_new(each)
            })
            .collect()
    })
}

prop_compose! {
    fn profile(is_live: bool)(
        method in prop_oneof!["Weighted", "Priority"],
        ttl in 0..3_i64,
        port in prop_oneof![Just(80_i64), Just(443)],
        path in prop_oneof![Just(None), Just(Some("/a")), Just(Some("/b"))],
        max_return in prop_oneof![Just(None), (1..3_i64).prop_map(Some)],
        header in prop_oneof![Just(None), prop_oneof!["x", "y"].prop_map(Some)],
        tags in btree_map(prop_oneof!["team", "env", "cost"], prop_oneof!["1", "2"], 0..3),
        endpoints in prop_oneof![4 => endpoints(is_live).prop_map(Some), 1 => Just(None)],
    ) -> Profile {
        let mut profile = json!({
            "location": "global",
            "tags": tags,
            "properties": {
                "profileStatus": "Enabled",
                "trafficRoutingMethod": method,
                "maxReturn": max_return,
                "dnsConfig": { "relativeName": "shop", "ttl": ttl },
                "monitorConfig": { "protocol": "HTTP", "port": port, "path": path, "intervalInSeconds": 30 },
            },
        });
        if let Some(value) = header {
            profile["properties"]["monitorConfig"]["customHeaders"] = json!([{ "name": "Host", "value": value }]);
        }
        if is_live {
            profile["id"] = json!("/x");
            profile["properties"]["dnsConfig"]["fqdn"] = json!("shop.trafficmanager.net");
            profile["properties"]["fromTheFuture"] = json!(7);
            profile["properties"]["endpoints"] = json!(endpoints.unwrap_or_default());
        } else if let Some(endpoints) = endpoints {
            profile["properties"]["endpoints"] = json!(endpoints);
        }
        serde_json::from_value(profile).unwrap()
    }
}

/// Live, prior and planned, of which two are often the same.
fn three() -> impl Strategy<Value = (Profile, Option<Profile>, Profile)> {
    let others = (profile(true), profile(false), profile(false), 0..8);
    others.prop_map(|(live, prior, planned, choice)| match choice {
        0 => (live, None, planned),
        1 => (live, Some(planned.clone()), planned),
        2 => (live.clone(), Some(live), planned),
        _ => (live, Some(prior), planned),
    })
}

fn holds(live: &Profile, prior: Option<&Profile>, planned: &Profile) -> Result<(), TestCaseError> {
    let merged = merge(live, prior, planned);
    let is_managed = |profile: &Profile| profile.properties.as_ref().unwrap().endpoints.is_some();
    let after = places(&merged.profile);
    let empty = Profile::default();
    let before = places(&without_computed(live.clone()));
    // Endpoints that the state did not manage, or that the plan does not, are no part of the difference.
    let mut prior_places = places(prior.unwrap_or(&empty));
    let mut planned_places = places(planned);
    if !is_managed(planned) {
        prior_places.retain(|place, _| endpoint_of(place).is_none());
        planned_places.retain(|place, _| endpoint_of(place).is_none());
    }
    let all: std::collections::BTreeSet<&String> =
        before.keys().chain(after.keys()).chain(prior_places.keys()).chain(planned_places.keys()).collect();
    for place in all.into_iter().filter(|place| !is_computed(place)) {
        let at = |places: &Places| places.get(place).cloned();
        let (live, prior, planned, merged) =
            (at(&before), at(&prior_places), at(&planned_places), at(&after));
        let endpoint = endpoint_of(place);
        let in_plan = endpoint.is_some_and(|own| has(&planned_places, own));
        let in_prior = endpoint.is_some_and(|own| has(&prior_places, own));
        let in_live = endpoint.is_some_and(|own| has(&before, own));
        if endpoint.is_some() && !in_plan && in_prior {
            prop_assert_eq!(merged, None, "{} goes with its endpoint", place);
        } else if endpoint.is_some() && in_plan && in_prior && !in_live {
            prop_assert_eq!(merged, None, "{} is gone", place);
        } else if is_taken_over(place, &prior_places, in_prior) && (endpoint.is_none() || in_plan) {
            if planned.is_some() || is_collection(place) {
                prop_assert_eq!(merged, planned, "{} is taken over", place);
            }
        } else if prior == planned {
            let makes_way = place.ends_with(".priority")
                && in_plan
                && planned.is_none()
                && after
                    .iter()
                    .any(|(other, given)| other.ends_with(".priority") && live.as_ref() == Some(given));
            prop_assert!(merged == live || makes_way, "{} is no part of the plan", place);
        } else if planned.is_some() || is_collection(place) {
            prop_assert_eq!(merged, planned, "{} is changed by the plan", place);
        }
    }
    laws_of_requests(live, prior, planned, &merged)
}

/// A place of something that the state did not have: all of the plan counts as a change.
fn is_taken_over(place: &str, prior: &Places, in_prior: bool) -> bool {
    if endpoint_of(place).is_some() { !in_prior } else { prior.is_empty() }
}

/// What a plan can take away by leaving it out.
fn is_collection(place: &str) -> bool {
    ["tags.", ".geo.", ".header."].iter().any(|part| place.contains(part))
}

fn laws_of_requests(
    live: &Profile,
    prior: Option<&Profile>,
    planned: &Profile,
    merged: &Merged,
) -> Result<(), TestCaseError> {
    let endpoints = |profile: &Profile| profile.properties.clone().unwrap().endpoints;
    let mut before = without_computed(live.clone());
    before.properties.as_mut().unwrap().endpoints.get_or_insert_default();
    match merged.request {
        Request::None => prop_assert_eq!(&before, &merged.profile),
        Request::Patch => {
            prop_assert_eq!(endpoints(&before), endpoints(&merged.profile));
            prop_assert_eq!(endpoints(&merged.without_endpoints()), None);
        }
        Request::Put => prop_assert!(endpoints(&merged.whole()).is_some()),
    }
    prop_assert_eq!(
        &merged.profile.properties.as_ref().unwrap().extra,
        &live.properties.as_ref().unwrap().extra
    );
    let again = merge(&merged.profile, prior, planned);
    prop_assert_eq!(again.request, Request::None, "merging twice is merging once");
    prop_assert_eq!(again.profile, merged.profile.clone());
    for endpoint in endpoints(&merged.profile).unwrap_or_default() {
        prop_assert!(endpoint.properties.unwrap().priority.is_some(), "every endpoint has a number");
    }
    Ok(())
}

#[test]
fn the_laws_of_a_merge_hold_for_arbitrary_profiles() {
    let mut runner =
        proptest::test_runner::TestRunner::new(ProptestConfig { cases: CASES, ..ProptestConfig::default() });
    let outcome = runner.run(&three(), |(live, prior, planned)| holds(&live, prior.as_ref(), &planned));
    println!("laws of the merge: {CASES} cases");
    outcome.unwrap_or_else(|failure| panic!("{failure}"));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: CASES, ..ProptestConfig::default() })]

    #[test]
    fn where_nothing_has_happened_meanwhile_the_merge_is_the_plan(prior in profile(true), planned in profile(false)) {
        let merged = merge(&prior, Some(&prior), &planned);
        let (after, planned_places) = (places(&merged.profile), places(&planned));
        for (place, planned) in &planned_places {
            prop_assert_eq!(after.get(place), Some(planned), "{}", place);
        }
        prop_assert_eq!((merged.kept, merged.gone), (Vec::new(), Vec::new()));
    }
}

fn shop(endpoints: &Json) -> Profile {
    serde_json::from_value(json!({
        "location": "global",
        "properties": {
            "trafficRoutingMethod": "Weighted",
            "dnsConfig": { "relativeName": "shop", "ttl": 30 },
            "monitorConfig": { "protocol": "TCP", "port": 443 },
            "endpoints": endpoints,
        },
    }))
    .unwrap()
}

fn external(name: &str, weight: i64, priority: i64) -> Json {
    json!({
        "name": name,
        "type": "Microsoft.Network/trafficManagerProfiles/externalEndpoints",
        "properties": { "target": format!("{name}.example.com"), "weight": weight, "priority": priority },
    })
}

#[test]
fn weights_that_a_canary_moved_stay_where_the_plan_changes_a_tag() {
    let prior = shop(&json!([external("a", 90, 1), external("b", 10, 2)]));
    let live = shop(&json!([external("a", 50, 1), external("b", 50, 2)]));
    let mut planned = prior.clone();
    planned.tags = Some([("team".to_owned(), "web".to_owned())].into());
    let merged = merge(&live, Some(&prior), &planned);
    assert_eq!(merged.request, Request::Patch);
    assert_eq!(merged.profile.properties, without_computed(live).properties, "all of it is as it was");
}

#[test]
fn one_name_of_two_kinds_is_two_endpoints() {
    let azure = json!({
        "name": "East",
        "type": "Microsoft.Network/trafficManagerProfiles/azureEndpoints",
        "properties": { "targetResourceId": "/ip", "weight": 7, "priority": 2 },
    });
    let live = shop(&json!([external("east", 1, 1), azure]));
    let prior = shop(&json!([external("east", 1, 1)]));
    let merged = merge(&live, Some(&prior), &shop(&json!([external("EAST", 5, 1)])));
    assert_eq!(merged.kept, [EndpointKey::new(EndpointKind::Azure, "east")]);
    let weights = merged.profile.properties.unwrap().endpoints.unwrap();
    let weights: Vec<_> = weights.iter().map(|each| each.properties.as_ref().unwrap().weight).collect();
    assert_eq!(weights, [Some(5), Some(7)]);
}

#[test]
fn a_number_that_nobody_gave_makes_way_for_one_that_the_plan_gives() {
    let mut prior = shop(&json!([external("a", 1, 1), external("b", 1, 7)]));
    let live = prior.clone();
    let of = |profile: &mut Profile| profile.properties.as_mut().unwrap().endpoints.clone().unwrap();
    let mut endpoints = of(&mut prior);
    endpoints[1].properties.as_mut().unwrap().priority = None;
    prior.properties.as_mut().unwrap().endpoints = Some(endpoints.clone());
    endpoints[0].properties.as_mut().unwrap().priority = Some(7);
    let mut planned = prior.clone();
    planned.properties.as_mut().unwrap().endpoints = Some(endpoints);
    let mut merged = merge(&live, Some(&prior), &planned);
    let priorities: Vec<_> = of(&mut merged.profile).iter().filter_map(priority).collect();
    assert_eq!((priorities, merged.clashes), (vec![7, 8], Vec::new()));
}

#[test]
fn a_priority_that_was_taken_meanwhile_is_a_clash_of_the_planned_endpoint() {
    let prior = shop(&json!([external("a", 1, 1)]));
    let live = shop(&json!([external("a", 1, 1), external("theirs", 1, 2)]));
    let planned = shop(&json!([external("a", 1, 1), external("b", 1, 2)]));
    let key = |name| EndpointKey::new(EndpointKind::External, name);
    let clash = Clash { priority: 2, planned: key("b"), other: key("theirs") };
    assert_eq!(merge(&live, Some(&prior), &planned).clashes, [clash]);
}
