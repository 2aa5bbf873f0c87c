//! What is said to be different from azurerm, where no other test shows it.

use emulator::Fault;
use serde_json::{Value as Json, json};
use test_support::{Azure, profile_id};
use tf_plugin::cty::{Type, Value};
use tf_plugin_testing::core::Action;
use traffic_manager::rules::breaches::sound;

use crate::provider::provider_at;
use crate::{PROFILE, configuration};

#[tokio::test]
async fn nested_endpoints_without_priorities_get_one_each() {
    let azure = Azure::start().await;
    let core = provider_at(&azure.running.url()).await;
    let mut endpoints = json!({});
    for name in ["asia", "europe", "america"] {
        let mut child = configuration::from_profile(&sound());
        child["name"] = json!(name);
        child["dns_config"][0]["relative_name"] = json!(name);
        let mut profile = core.resource(PROFILE);
        profile.settle(&profile.config(&child)).await.unwrap();
        endpoints[name] = json!({ "target_resource_id": profile_id("rg-global", name) });
    }
    let mut parent = configuration::from_profile(&sound());
    parent["traffic_routing_method"] = json!("Priority");
    parent["endpoints"] = endpoints;
    let mut profile = core.resource(PROFILE);
    profile.settle(&profile.config(&parent)).await.unwrap();
    let endpoints = profile.state().attribute("endpoints").unwrap();
    let priority = |name: &str| endpoints.attribute(name).unwrap().attribute("priority").unwrap().clone();
    assert_eq!(["america", "asia", "europe"].map(priority), [1, 2, 3].map(Value::integer));
}

#[tokio::test]
async fn an_answer_with_almost_nothing_in_it_is_not_believed() {
    for body in [json!({}), json!({ "properties": {} }), sparse()] {
        let azure = Azure::start().await;
        let core = provider_at(&azure.running.url()).await;
        let mut profile = core.resource(PROFILE);
        profile.settle(&profile.config(&configuration::from_profile(&sound()))).await.unwrap();
        azure.running.faults([fault(&body)]).unwrap();
        let before = profile.state().clone();
        let refused = profile.refresh().await.unwrap_err();
        assert!(refused.to_string().contains("not what was asked for"), "{body}: {refused}");
        assert_eq!(*profile.state(), before, "{body}");
        azure.running.clear_faults();
        let plan = profile.plan(&profile.config(&configuration::from_profile(&sound()))).await.unwrap();
        assert_eq!(plan.action, Action::NoOp, "{body}");
    }
}

#[tokio::test]
async fn an_answer_with_no_more_in_it_than_every_profile_has_is_read() {
    let azure = Azure::start().await;
    let core = provider_at(&azure.running.url()).await;
    let mut profile = core.resource(PROFILE);
    profile.settle(&profile.config(&configuration::from_profile(&sound()))).await.unwrap();
    let stored = |name: &str| profile.state().attribute(name).cloned().unwrap();
    let (fqdn, id) = (stored("fqdn"), stored("id"));
    let (Value::String(fqdn), Value::String(id)) = (fqdn, id) else { panic!("both are texts") };
    azure.running.faults([fault(&least(&id, &fqdn))]).unwrap();
    profile.refresh().await.unwrap_or_else(|report| panic!("{report}"));
    // What is missing in the answer is missing in the state, and the next plan sets it again.
    assert!(profile.state().attribute("monitor_status").unwrap().is_null());
    azure.running.clear_faults();
    let plan = profile.plan(&profile.config(&configuration::from_profile(&sound()))).await.unwrap();
    assert_eq!(plan.action, Action::NoOp);
}

/// Every part that can hold others, and nothing in them.
fn sparse() -> Json {
    json!({ "properties": {
        "dnsConfig": {}, "endpoints": [{}, { "properties": {} }],
        "monitorConfig": { "customHeaders": [{}], "expectedStatusCodeRanges": [{}] },
    } })
}

/// What no answer about a profile lacks, and in the other parts nothing.
fn least(id: &str, fqdn: &str) -> Json {
    let kind = "Microsoft.Network/trafficManagerProfiles/externalEndpoints";
    json!({ "id": id, "properties": {
        "trafficRoutingMethod": "Weighted",
        "dnsConfig": { "relativeName": fqdn.split('.').next(), "fqdn": fqdn },
        "endpoints": [{ "name": "a", "type": kind }, { "name": "b", "type": kind, "properties": {} }],
        "monitorConfig": {
            "protocol": "HTTPS", "port": 443, "customHeaders": [{}], "expectedStatusCodeRanges": [{}],
        },
    } })
}

fn fault(body: &Json) -> Fault {
    let fault = json!({ "method": "GET", "times": 1, "answer": { "status": 200, "body": body } });
    serde_json::from_value(fault).unwrap()
}

#[tokio::test]
async fn the_data_source_has_whatever_the_resource_has() {
    // What a resource is told to do; a data source does nothing.
    let orders = ["adopt_existing", "timeouts", "wait_for_online"];
    let azure = Azure::start().await;
    let core = provider_at(&azure.running.url()).await;
    let mut profile = core.resource(PROFILE);
    let mut draft = configuration::from_profile(&sound());
    // One that nobody gave is shown where it says something.
    draft["traffic_routing_method"] = json!("Priority");
    profile.settle(&profile.config(&draft)).await.unwrap();
    let question = json!({ "name": "shop", "resource_group_name": "rg-global" });
    let found = core.read_data(PROFILE, &question).await.unwrap();
    let Type::Object(attributes) = profile.schema().object_type() else { panic!("a resource is an object") };
    for name in attributes.into_keys().filter(|name| !orders.contains(&name.as_str())) {
        assert_eq!(found.attribute(&name), profile.state().attribute(&name), "{name}");
    }
}
