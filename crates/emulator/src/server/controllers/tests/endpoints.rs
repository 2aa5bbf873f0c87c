//! Endpoints: weights, whose they are, what happens to them in Azure, and the ways to go.

use super::*;

async fn with_backend(scene: &Scene, weight: i64) -> Value {
    scene.create_profile("web", &whole());
    let profile = scene.programmed("web", "Programmed").await;
    scene.create_backend("web", "web", weight);
    scene.accepted("web", "True", "").await;
    profile
}

fn weights(endpoints: Vec<(String, i64)>) -> Vec<i64> {
    endpoints.into_iter().map(|(_, weight)| weight).collect()
}

#[tokio::test(start_paused = true)]
async fn weights_are_shares_that_are_rounded_up() {
    for (backend, exports, expected) in [
        (500, &[100, 200][..], &[167, 334][..]),
        (100, &[1, 1], &[50, 50]),
        (10, &[2, 1], &[7, 4]),
        (1, &[1, 1, 1], &[1, 1, 1]),
        (1, &[1000, 1], &[1, 1]),
        (1000, &[1], &[1000]),
    ] {
        let names = ["aks-1", "aks-2", "aks-3"];
        let members: Vec<(&str, i64)> = names.into_iter().zip(exports.iter().copied()).collect();
        let scene = Scene::with_members(&members).await;
        let profile = with_backend(&scene, backend).await;
        let count = exports.len();
        scene.accepted("web", "True", &format!("{count} service(s)")).await;
        assert_eq!(weights(scene.endpoints(&profile).await), expected, "{backend} {exports:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_move_to_another_cluster_needs_no_change_of_the_backend() {
    let scene = Scene::with_members(&[("aks-1", 50), ("aks-3", 50), ("aks-5", 0)]).await;
    let profile = with_backend(&scene, 100).await;
    scene.accepted("web", "True", "2 service(s)").await;
    let names = |endpoints: Vec<(String, i64)>| format!("{endpoints:?}");
    assert_eq!(names(scene.endpoints(&profile).await), r#"[("aks-1", 50), ("aks-3", 50)]"#);
    scene.export("aks-5", "web", exported("aks-5", "50"));
    scene.accepted("web", "True", "3 service(s)").await;
    assert_eq!(weights(scene.endpoints(&profile).await), [34, 34, 34]);
    scene.export("aks-1", "web", exported("aks-1", "0"));
    let told = scene.accepted("web", "True", "2 service(s)").await;
    assert_eq!(names(scene.endpoints(&profile).await), r#"[("aks-3", 50), ("aks-5", 50)]"#);
    assert_eq!(told["metadata"]["generation"], 1);
}

#[tokio::test(start_paused = true)]
async fn two_backends_of_one_profile_share_it_by_their_weights() {
    let scene = Scene::with_members(&[("aks-1", 1), ("aks-2", 1)]).await;
    let profile = with_backend(&scene, 100).await;
    for member in ["aks-1", "aks-2"] {
        scene.export(member, "other", exported(&format!("{member}-other"), "1"));
    }
    let spec = json!({"profile": {"name": "web"}, "backend": {"name": "other"}, "weight": 10});
    scene.hub.create(BACKENDS, object("TrafficManagerBackend", "other", &spec)).unwrap();
    scene.accepted("other", "True", "2 service(s)").await;
    assert_eq!(
        {
            let mut all = weights(scene.endpoints(&profile).await);
            all.sort_unstable();
            all
        },
        [5, 5, 50, 50]
    );
    scene.change(BACKENDS, "other", |backend| backend["spec"]["weight"] = json!(1000));
    scene.accepted("other", "True", "2 service(s)").await;
    assert_eq!(
        {
            let mut all = weights(scene.endpoints(&profile).await);
            all.sort_unstable();
            all
        },
        [50, 50, 500, 500]
    );
}

#[tokio::test(start_paused = true)]
async fn endpoints_of_others_stay_and_changed_ones_of_fleet_do_not() {
    let scene = Scene::with_members(&[("aks-1", 1)]).await;
    let profile = with_backend(&scene, 100).await;
    let path = azure_path(&profile);
    let extra = json!({"properties": {"target": "extra.example.com", "weight": 7}});
    scene.arm(Method::PUT, &format!("{path}/ExternalEndpoints/extra"), &extra).await;
    let own = format!("{path}/AzureEndpoints/fleet-{}#web#aks-1", uid(&scene.backend("web")));
    let by_hand =
        json!({"properties": {"endpointStatus": "Disabled", "customHeaders": [{"name": "a", "value": "b"}]}});
    assert_eq!(scene.arm(Method::PATCH, &own, &by_hand).await.0, 200);
    scene.settle().await;
    assert_eq!(
        scene.arm(Method::GET, &own, &Value::Null).await.1["properties"]["endpointStatus"],
        "Disabled"
    );
    scene.change(BACKENDS, "web", |backend| backend["spec"]["weight"] = json!(10));
    scene.accepted("web", "True", "1 service(s)").await;
    let (_, endpoint) = scene.arm(Method::GET, &own, &Value::Null).await;
    assert_eq!(
        (&endpoint["properties"]["endpointStatus"], &endpoint["properties"]["weight"]),
        (&json!("Enabled"), &json!(10))
    );
    assert!(endpoint["properties"]["customHeaders"].as_array().is_none_or(Vec::is_empty), "{endpoint}");
    scene.hub.delete(BACKENDS, "shop", "web").unwrap();
    scene.until("its end", || scene.backend("web").is_null().then_some(())).await;
    assert_eq!(scene.endpoints(&profile).await, [("extra".to_owned(), 7)]);
    assert!(scene.has_event("web", "Deleted", "Deleted Azure Traffic Manager endpoints"));
}

#[tokio::test(start_paused = true)]
async fn an_endpoint_as_it_should_be_is_not_written_again() {
    let scene = Scene::with_members(&[("aks-1", 1)]).await;
    with_backend(&scene, 100).await;
    let before = scene.sent("AzureEndpoints");
    scene.change(BACKENDS, "web", |backend| backend["spec"]["weight"] = json!(100));
    scene.change(PROFILES, "web", |profile| profile["spec"]["monitorConfig"]["port"] = json!(8080));
    scene.programmed("web", "Programmed").await;
    scene.settle().await;
    assert_eq!(scene.sent("AzureEndpoints"), before);
}

#[tokio::test(start_paused = true)]
async fn a_second_backend_of_one_service_comes_in_when_the_first_goes() {
    let scene = Scene::with_members(&[("aks-1", 1)]).await;
    let profile = with_backend(&scene, 100).await;
    scene.create_backend("second", "web", 10);
    let told = scene.accepted("second", "False", "1 endpoint(s) failed").await;
    assert!(message(&told).contains("Endpoint target must be unique"), "{}", message(&told));
    scene.hub.delete(BACKENDS, "shop", "web").unwrap();
    scene.accepted("second", "True", "1 service(s)").await;
    assert_eq!(weights(scene.endpoints(&profile).await), [10]);
}

#[tokio::test(start_paused = true)]
async fn one_service_can_be_behind_several_profiles() {
    let scene = Scene::with_members(&[("aks-1", 1)]).await;
    with_backend(&scene, 100).await;
    scene.create_profile("other", &whole());
    let other = scene.programmed("other", "Programmed").await;
    scene.create_backend("second", "other", 10);
    scene.accepted("second", "True", "1 service(s)").await;
    assert_eq!(weights(scene.endpoints(&other).await), [10]);
}

#[tokio::test(start_paused = true)]
async fn a_backend_whose_endpoints_cannot_be_deleted_stays() {
    for (method, part, words) in [
        ("DELETE", "azureendpoints", "Failed to delete Azure Traffic Manager endpoints: DELETE "),
        ("GET", "trafficmanagerprofiles", "Failed to get Azure Traffic Manager profile \"fleet-"),
    ] {
        let scene = Scene::with_members(&[("aks-1", 1)]).await;
        let profile = with_backend(&scene, 100).await;
        scene.fault(answering(method, part, 403));
        scene.hub.delete(BACKENDS, "shop", "web").unwrap();
        scene.until("an event", || scene.has_event("web", "AzureAPIError", words).then_some(())).await;
        scene.settle().await;
        assert!(scene.backend("web")["metadata"]["deletionTimestamp"].is_string());
        scene.clear_faults();
        scene.until("its end", || scene.backend("web").is_null().then_some(())).await;
        assert_eq!(scene.endpoints(&profile).await, []);
    }
}

#[tokio::test(start_paused = true)]
async fn a_profile_goes_before_its_backends_and_takes_the_endpoints_with_it() {
    let scene = Scene::with_members(&[("aks-1", 1)]).await;
    let profile = with_backend(&scene, 100).await;
    scene.hub.delete(PROFILES, "shop", "web").unwrap();
    scene.accepted("web", "False", "TrafficManagerProfile \"web\" is not found").await;
    assert!(scene.azure(&profile).await.is_none());
    scene.hub.delete(BACKENDS, "shop", "web").unwrap();
    scene.until("its end", || scene.backend("web").is_null().then_some(())).await;
}

#[tokio::test(start_paused = true)]
async fn both_at_once_go() {
    let scene = Scene::with_members(&[("aks-1", 1)]).await;
    let profile = with_backend(&scene, 100).await;
    scene.hub.delete(PROFILES, "shop", "web").unwrap();
    scene.hub.delete(BACKENDS, "shop", "web").unwrap();
    let gone = || (scene.profile("web").is_null() && scene.backend("web").is_null()).then_some(());
    scene.until("their end", gone).await;
    assert!(scene.azure(&profile).await.is_none());
}

#[tokio::test(start_paused = true)]
async fn a_namespace_takes_all_of_it_with_it() {
    let scene = Scene::with_members(&[("aks-1", 1)]).await;
    let profile = with_backend(&scene, 100).await;
    scene.hub.delete(NAMESPACES, "", "shop").unwrap();
    let gone = || scene.hub.get(NAMESPACES, "", "shop").is_err().then_some(());
    scene.until("its end", gone).await;
    assert!(scene.azure(&profile).await.is_none());
}

#[tokio::test(start_paused = true)]
async fn a_backend_attaches_itself_to_a_profile_that_was_made_again() {
    let scene = Scene::with_members(&[("aks-1", 1)]).await;
    with_backend(&scene, 100).await;
    scene.hub.delete(PROFILES, "shop", "web").unwrap();
    scene.accepted("web", "False", "TrafficManagerProfile \"web\" is not found").await;
    scene.create_profile("web", &whole());
    let again = scene.programmed("web", "Programmed").await;
    scene.accepted("web", "True", "1 service(s)").await;
    assert_eq!(weights(scene.endpoints(&again).await), [100]);
}
