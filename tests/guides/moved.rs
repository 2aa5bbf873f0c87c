//! `moved` blocks take over what azurerm has stored, and the plan after it is empty. The states are in `tests/azurerm`; real
//! CLIs move them in the acceptance tests.

use std::path::{Path, PathBuf};

use serde_json::{Value as Json, json};
use test_support::Azure;
use tf_plugin_testing::core::{Action, Core, Source};

use crate::PROFILE;
use crate::provider::provider_at;

const AZURE: &str = "azuretm_traffic_manager_azure_endpoint";
const EXTERNAL: &str = "azuretm_traffic_manager_external_endpoint";
const NESTED: &str = "azuretm_nested_profile";
const AZURERM: &str = "registry.terraform.io/hashicorp/azurerm";
const TODAY: &str = include_str!("../azurerm/state-5.x.json");
const BEFORE_3: &str = include_str!("../azurerm/state-2.x.json");

/// A resource in a state of azurerm.
struct Stored {
    type_name: String,
    attributes: Json,
}

/// The resources of a state, profiles first.
fn resources(state: &str) -> Vec<Stored> {
    let state: Json = serde_json::from_str(state).unwrap();
    let stored = state["resources"].as_array().unwrap().iter().map(|resource| Stored {
        type_name: resource["type"].as_str().unwrap().to_owned(),
        attributes: resource["instances"][0]["attributes"].clone(),
    });
    let mut stored: Vec<_> = stored.collect();
    stored.sort_by_key(|it| target(it) != PROFILE);
    stored
}

/// The resource type to which it moves.
fn target(source: &Stored) -> &'static str {
    let kind = source.attributes["id"].as_str().unwrap().split('/').nth(9).unwrap_or_default();
    match kind.to_lowercase().as_str() {
        "azureendpoints" => AZURE,
        "externalendpoints" => EXTERNAL,
        "nestedendpoints" => NESTED,
        _ => PROFILE,
    }
}

fn source(stored: &Stored) -> Source {
    Source {
        provider: AZURERM.to_owned(),
        type_name: stored.type_name.clone(),
        version: 0,
        json: stored.attributes.to_string(),
    }
}

/// The configuration that a state of azurerm 3.0 or later came from.
fn config(attributes: &Json) -> Json {
    let mut config = without_unset(attributes.clone());
    let members = config.as_object_mut().unwrap();
    members.retain(|name, _| !["id", "fqdn"].contains(&name.as_str()));
    // An endpoint for which nobody gave a number.
    if members["name"] == "plain" {
        members.remove("priority");
    }
    config
}

/// What azurerm stores in the place of what is not set is left out.
fn without_unset(value: Json) -> Json {
    match value {
        Json::Object(members) => {
            let zero = |name: &str, value: &Json| ["max_return", "scope"].contains(&name) && *value == 0;
            let is_set =
                |(name, value): &(String, Json)| !value.is_null() && *value != "" && !zero(name, value);
            members.into_iter().filter(is_set).map(|(name, value)| (name, without_unset(value))).collect()
        }
        Json::Array(elements) => elements.into_iter().map(without_unset).collect(),
        other => other,
    }
}

/// An Azure with what is in a state of azurerm, and a Terraform without any state.
async fn made(state: &str) -> (Azure, Core) {
    let azure = Azure::start().await;
    let core = provider_at(&azure.running.url()).await;
    for stored in resources(state) {
        if let (AZURE, Some(id)) = (target(&stored), stored.attributes["target_resource_id"].as_str()) {
            let name = "east.westeurope.cloudapp.azure.com";
            azure.running.with_service(|service| service.seed_target(id, name, "westeurope"));
        }
        let mut resource = core.resource(target(&stored));
        let config = resource.config(&config(&stored.attributes));
        resource.settle(&config).await.unwrap_or_else(|report| panic!("{}: {report}", stored.attributes));
    }
    azure.running.clear_requests();
    (azure, core)
}

/// Moves a state, and asserts that nothing is planned for the configuration that it came from, and nothing was sent.
async fn moves_without_a_change(azure: &Azure, core: &Core, source: Source, target: &str, config: &Json) {
    let mut resource = core.resource(target);
    let what = format!("{} with {}", source.type_name, source.json);
    let moved = resource.moved(source).await.unwrap_or_else(|report| panic!("{what}: {report}"));
    assert_eq!(moved.diagnostics, [], "{what}");
    let config = resource.config(config);
    let plan = resource.plan(&config).await.unwrap_or_else(|report| panic!("{what}: {report}"));
    assert_eq!(plan.action, Action::NoOp, "{what}: {plan:#?}");
    let writes = azure.running.requests().into_iter().filter(|request| request.method != "GET").count();
    assert_eq!(writes, 0, "{what}");
}

#[tokio::test]
async fn a_state_of_azurerm_moves_without_a_change() {
    let (azure, core) = made(TODAY).await;
    for stored in resources(TODAY) {
        let config = config(&stored.attributes);
        moves_without_a_change(&azure, &core, source(&stored), target(&stored), &config).await;
        // OpenTofu's registry, and an older release, which stores fewer attributes.
        let mut older = Stored { attributes: stored.attributes.clone(), ..stored };
        let members = older.attributes.as_object_mut().unwrap();
        members.retain(|name, value| !value.is_null() && name != "always_serve_enabled");
        let provider = "registry.opentofu.org/hashicorp/azurerm".to_owned();
        let from = Source { provider, ..source(&older) };
        moves_without_a_change(&azure, &core, from, target(&older), &config).await;
    }
}

#[tokio::test]
async fn the_endpoint_for_all_kinds_moves_to_the_resource_of_its_kind() {
    let (azure, core) = made(TODAY).await;
    let today = resources(TODAY);
    for stored in resources(BEFORE_3) {
        let same = |it: &&Stored| {
            target(it) == target(&stored) && it.attributes["name"] == stored.attributes["name"]
        };
        let config = config(&today.iter().find(same).unwrap().attributes);
        moves_without_a_change(&azure, &core, source(&stored), target(&stored), &config).await;
    }
}

/// azurerm stores an empty collection both for one in the configuration and for none, and Terraform lets no provider treat
/// the two alike.
#[tokio::test]
async fn an_empty_collection_in_the_configuration_is_shown_once_and_sends_nothing() {
    let (azure, core) = made(TODAY).await;
    for (name, empty) in [("child", ("tags", json!({}))), ("plain", ("geo_mappings", json!([])))] {
        let mut found = resources(TODAY).into_iter().filter(|it| it.attributes["name"] == name);
        let mut stored = found.next().unwrap();
        stored.attributes[empty.0] = empty.1;
        let mut resource = core.resource(target(&stored));
        resource.moved(source(&stored)).await.unwrap();
        let config = resource.config(&config(&stored.attributes));
        let plan = resource.settle(&config).await.unwrap_or_else(|report| panic!("{report}"));
        assert_eq!(plan.action, Action::Update, "{name}");
        let writes = azure.running.requests().into_iter().filter(|request| request.method != "GET").count();
        assert_eq!(writes, 0, "{name}");
        assert_eq!(resource.plan(&config).await.unwrap().action, Action::NoOp, "{name}");
    }
}

#[tokio::test]
async fn a_resource_of_another_kind_is_refused_with_the_right_one() {
    let core = provider_at("http://127.0.0.1:1").await;
    let mut count = 0;
    for stored in [resources(TODAY), resources(BEFORE_3)].into_iter().flatten() {
        let right = target(&stored);
        for wrong in [AZURE, EXTERNAL, NESTED].into_iter().filter(|it| right != PROFILE && *it != right) {
            let refused = core.resource(wrong).moved(source(&stored)).await.unwrap_err();
            assert_eq!(refused.violations, [""; 0]);
            let [error] = &refused.errors()[..] else { panic!("{refused}") };
            assert!(error.contains(&format!("in the `moved` block, to {right}.")), "{error}");
            count += 1;
        }
    }
    assert_eq!(count, 16);
}

#[tokio::test]
async fn what_is_not_azurerms_or_cannot_be_read_is_refused() {
    let core = provider_at("http://127.0.0.1:1").await;
    let stored = resources(TODAY);
    let (profile, endpoint) = (source(&stored[0]), source(&stored[3]));
    let secret = json!({ "name": ["s3cret"] }).to_string();
    for (target, from, text) in [
        (PROFILE, endpoint.clone(), "does not know how to take over"),
        (EXTERNAL, profile.clone(), "does not know how to take over"),
        (
            PROFILE,
            Source { provider: "registry.terraform.io/somebody/azurerm".to_owned(), ..profile.clone() },
            "somebody",
        ),
        (
            PROFILE,
            Source { type_name: "azurerm_cdn_profile".to_owned(), ..profile.clone() },
            "azurerm_cdn_profile",
        ),
        (PROFILE, Source { version: 1, ..profile.clone() }, "its schema has version 1"),
        (PROFILE, Source { json: secret, ..profile }, "it is not what azurerm stores"),
        (EXTERNAL, Source { json: "{}".to_owned(), ..endpoint }, "Invalid ID in the state"),
    ] {
        let refused = core.resource(target).moved(from).await.unwrap_err();
        assert_eq!(refused.violations, [""; 0]);
        let [error] = &refused.errors()[..] else { panic!("{refused}") };
        assert!(error.contains(text) && !error.contains("s3cret"), "{error}");
    }
}

/// The file lies beside the repository; without it there is nothing to check.
#[tokio::test]
async fn what_azurerm_itself_has_written_moves_without_a_change() {
    let beside = |folder: &Path| folder.join("shared/data/azurerm/terraform.tfstate");
    let found: Option<PathBuf> =
        Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().map(beside).find(|path| path.exists());
    let Some(path) = found else {
        println!("skipped: no state of azurerm beside the repository");
        return;
    };
    let state = std::fs::read_to_string(path).unwrap();
    let (azure, core) = made(&state).await;
    for stored in resources(&state) {
        let config = config(&stored.attributes);
        moves_without_a_change(&azure, &core, source(&stored), target(&stored), &config).await;
    }
}
