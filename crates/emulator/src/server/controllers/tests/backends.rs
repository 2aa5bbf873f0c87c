//! Backends: each row of the status, what wakes them, and how they go.

use super::*;

/// A profile that is in Azure.
async fn with_profile(scene: &Scene) -> Value {
    scene.create_profile("web", &whole());
    scene.programmed("web", "Programmed").await
}

const TWO: [(&str, i64); 2] = [("aks-1", 1), ("aks-2", 1)];
const ACCEPTED: &str = "2 service(s) exported from clusters have been accepted as Traffic Manager endpoints";

#[tokio::test(start_paused = true)]
async fn a_backend_makes_an_endpoint_of_each_exported_service() {
    let scene = Scene::with_members(&TWO).await;
    let profile = with_profile(&scene).await;
    let made = scene.create_backend("web", "web", 100);
    let told = scene.accepted("web", "True", ACCEPTED).await;
    assert_eq!(
        (&told["status"]["conditions"][0]["reason"], &told["metadata"]["generation"]),
        (&json!("Accepted"), &json!(1))
    );
    let mut endpoints = told["status"]["endpoints"].as_array().unwrap().clone();
    endpoints.sort_by_key(|endpoint| endpoint["name"].to_string());
    let first = &endpoints[0];
    let name = format!("fleet-{}#web#aks-1", uid(&made));
    assert_eq!((&first["name"], &first["weight"]), (&json!(name), &json!(50)));
    assert_eq!(first["from"], json!({"cluster": "aks-1", "weight": 1}));
    assert_eq!(first["target"], "aks-1.westeurope.cloudapp.azure.com");
    let id = format!("{}/azureEndpoints/{name}", azure_path(&profile));
    assert!(first["resourceID"].as_str().unwrap().eq_ignore_ascii_case(&id), "{first}");
    assert_eq!(scene.endpoints(&profile).await, [("aks-1".to_owned(), 50), ("aks-2".to_owned(), 50)]);
    let words = format!("Successfully created or updated Azure Traffic Manager endpoint {name:?}");
    assert!(scene.has_event("web", "Accepted", &words), "{:?}", scene.events("web"));
    let finalizers = json!([
        "networking.fleet.azure.com/metrics-cleanup",
        "networking.fleet.azure.com/traffic-manager-backend-cleanup"
    ]);
    assert_eq!(told["metadata"]["finalizers"], finalizers);
}

#[tokio::test(start_paused = true)]
async fn without_its_profile_a_backend_waits_for_one() {
    let scene = Scene::with_members(&TWO).await;
    scene.create_backend("web", "web", 100);
    let told = scene.accepted("web", "False", "TrafficManagerProfile \"web\" is not found").await;
    assert_eq!(told["status"]["conditions"][0]["reason"], "Invalid");
    with_profile(&scene).await;
    scene.accepted("web", "True", ACCEPTED).await;
}

#[tokio::test(start_paused = true)]
async fn a_backend_follows_what_its_profile_says_of_itself() {
    let scene = Scene::with_members(&TWO).await;
    scene.fault(answering("PUT", "trafficmanagerprofiles", 400));
    scene.create_profile("web", &whole());
    scene.create_backend("web", "web", 100);
    let words = "Invalid trafficManagerProfile \"web\", please check the trafficManagerProfile status";
    scene.accepted("web", "False", words).await;
    scene.clear_faults();
    scene.fault(answering("PUT", "trafficmanagerprofiles", 500));
    let told = scene.accepted("web", "Unknown", "In the processing of trafficManagerProfile \"web\"").await;
    assert_eq!(told["status"]["conditions"][0]["reason"], "Pending");
    scene.clear_faults();
    scene.accepted("web", "True", ACCEPTED).await;
}

#[tokio::test(start_paused = true)]
async fn a_profile_without_a_status_is_in_the_processing() {
    let scene = Scene::with_members(&TWO).await;
    scene.fault(answering("GET", "trafficmanagerprofiles", 500));
    scene.create_profile("web", &whole());
    scene.create_backend("web", "web", 100);
    scene.accepted("web", "Unknown", "In the processing of trafficManagerProfile \"web\"").await;
}

#[tokio::test(start_paused = true)]
async fn a_profile_that_is_gone_in_azure_is_told_and_not_tried_again() {
    let scene = Scene::with_members(&TWO).await;
    let profile = with_profile(&scene).await;
    scene.arm(Method::DELETE, &azure_path(&profile), &Value::Null).await;
    scene.create_backend("web", "web", 100);
    let words =
        format!("Azure Traffic Manager profile \"fleet-{}\" under \"rg\" is not found", uid(&profile));
    scene.accepted("web", "False", &words).await;
    let before = scene.sent("trafficmanagerprofiles").len();
    scene.settle().await;
    assert_eq!(scene.sent("trafficmanagerprofiles").len(), before);
    scene.change(PROFILES, "web", |profile| profile["spec"]["monitorConfig"]["port"] = json!(8080));
    scene.accepted("web", "True", ACCEPTED).await;
}

#[tokio::test(start_paused = true)]
async fn a_profile_that_cannot_be_read_is_tried_again() {
    for fault in [
        answering("GET", "trafficmanagerprofiles", 403),
        answering("GET", "trafficmanagerprofiles", 429),
        answering("GET", "trafficmanagerprofiles", 500),
        unanswered("GET", "trafficmanagerprofiles"),
    ] {
        let scene = Scene::with_members(&TWO).await;
        let profile = with_profile(&scene).await;
        scene.fault(fault);
        scene.create_backend("web", "web", 100);
        let name = format!("\"fleet-{}\" under \"rg\": ", uid(&profile));
        let words = format!("Failed to get the Azure Traffic Manager profile {name}");
        scene.accepted("web", "Unknown", &words).await;
        assert!(scene.has_event(
            "web",
            "AzureAPIError",
            &format!("Failed to get Azure Traffic Manager profile {name}")
        ));
        scene.clear_faults();
        scene.accepted("web", "True", ACCEPTED).await;
    }
}

#[tokio::test(start_paused = true)]
async fn without_an_import_the_endpoints_go_and_come_again_with_it() {
    let scene = Scene::new().await;
    scene
        .emulator
        .shared
        .service()
        .seed_fleet(FleetSeed {
            members: vec![MemberSeed { name: "aks-1".to_owned(), cluster: None, exports: Vec::new() }],
            ..FleetSeed::new(FLEET)
        })
        .unwrap();
    let profile = with_profile(&scene).await;
    scene.create_backend("web", "web", 100);
    scene.accepted("web", "False", "ServiceImport \"web\" is not found").await;
    scene.export("aks-1", "web", exported("aks-1", "1"));
    scene.accepted("web", "True", "1 service(s)").await;
    assert_eq!(scene.endpoints(&profile).await.len(), 1);
    scene.withdraw("aks-1", "web");
    scene.accepted("web", "False", "ServiceImport \"web\" is not found").await;
    assert_eq!(scene.endpoints(&profile).await, []);
}

#[tokio::test(start_paused = true)]
async fn an_import_without_clusters_is_waited_for() {
    let scene = Scene::new().await;
    with_profile(&scene).await;
    // The controller of imports would delete it: its finalizer keeps it.
    let mut import = object("ServiceImport", "web", &Value::Null);
    import["apiVersion"] = json!("networking.fleet.azure.com/v1alpha1");
    import["metadata"]["finalizers"] = json!(["example.com/keep"]);
    import.as_object_mut().unwrap().remove("spec");
    scene.hub.create(IMPORTS, import).unwrap();
    scene.create_backend("web", "web", 100);
    scene.accepted("web", "Unknown", "In the process of exporting the services").await;
}

#[tokio::test(start_paused = true)]
async fn an_import_that_names_a_cluster_without_export_is_told() {
    let scene = Scene::new().await;
    with_profile(&scene).await;
    let mut import = object("ServiceImport", "web", &Value::Null);
    import["apiVersion"] = json!("networking.fleet.azure.com/v1alpha1");
    import["metadata"]["finalizers"] = json!(["example.com/keep"]);
    import.as_object_mut().unwrap().remove("spec");
    let mut import = scene.hub.create(IMPORTS, import).unwrap();
    import["status"] = json!({"ports": [{"port": 80}], "clusters": [{"cluster": "aks-9"}]});
    scene.hub.update_status(IMPORTS, import).unwrap();
    scene.create_backend("web", "web", 100);
    let words = "Failed to find the exported service \"shop/web\" for \"aks-9\": failed to find the internalServiceExport \
                 for the cluster \"aks-9\"";
    scene.accepted("web", "Unknown", words).await;
}

#[tokio::test(start_paused = true)]
async fn a_weight_of_zero_takes_the_endpoints_away_and_another_brings_them_back() {
    let scene = Scene::with_members(&TWO).await;
    let profile = with_profile(&scene).await;
    scene.create_backend("web", "web", 100);
    scene.accepted("web", "True", ACCEPTED).await;
    scene.change(BACKENDS, "web", |backend| backend["spec"]["weight"] = json!(0));
    let words = "0 service(s) exported from clusters have been accepted as Traffic Manager endpoints";
    let told = scene.accepted("web", "True", words).await;
    assert_eq!(told["status"]["endpoints"], Value::Null);
    assert_eq!(scene.endpoints(&profile).await, []);
    let words = "Successfully removed all endpoints from Azure Traffic Manager due to zero weight";
    assert!(scene.has_event("web", "Accepted", words));
    scene.change(BACKENDS, "web", |backend| backend["spec"]["weight"] = json!(10));
    scene.accepted("web", "True", ACCEPTED).await;
    assert_eq!(scene.endpoints(&profile).await, [("aks-1".to_owned(), 5), ("aks-2".to_owned(), 5)]);
}

#[tokio::test(start_paused = true)]
async fn a_backend_made_with_a_weight_of_zero_has_no_finalizer_that_holds_it() {
    let scene = Scene::with_members(&TWO).await;
    with_profile(&scene).await;
    scene.create_backend("web", "web", 0);
    let told = scene.accepted("web", "True", "0 service(s)").await;
    assert_eq!(told["metadata"]["finalizers"], json!(["networking.fleet.azure.com/metrics-cleanup"]));
}

#[tokio::test(start_paused = true)]
async fn endpoints_that_cannot_be_taken_away_leave_the_status_as_it_was() {
    for (change, words) in [
        (0, "Failed to delete Azure Traffic Manager endpoints: DELETE "),
        (1, "Failed to delete stale endpoints for an invalid serviceImport: DELETE "),
    ] {
        let scene = Scene::with_members(&[("aks-1", 1)]).await;
        let profile = with_profile(&scene).await;
        scene.create_backend("web", "web", 100);
        let before = scene.accepted("web", "True", "1 service(s)").await;
        scene.fault(answering("DELETE", "azureendpoints", 500));
        match change {
            0 => scene.change(BACKENDS, "web", |backend| backend["spec"]["weight"] = json!(0)),
            _ => scene.withdraw("aks-1", "web"),
        }
        scene.until("an event", || scene.has_event("web", "AzureAPIError", words).then_some(())).await;
        scene.settle().await;
        // Between the last export and the end of the import, the import may be seen without clusters.
        let between =
            change == 1 && message(&scene.backend("web")) == "In the process of exporting the services";
        assert!(between || scene.backend("web")["status"] == before["status"]);
        assert_eq!(scene.endpoints(&profile).await, [("aks-1".to_owned(), 100)]);
        scene.clear_faults();
        let words = if change == 0 { "0 service(s)" } else { "ServiceImport \"web\" is not found" };
        scene.accepted("web", if change == 0 { "True" } else { "False" }, words).await;
        assert_eq!(scene.endpoints(&profile).await, []);
    }
}

#[tokio::test(start_paused = true)]
async fn refused_endpoints_are_told_beside_the_accepted_ones_and_tried_again() {
    for status in [400, 403, 404, 409] {
        let scene = Scene::with_members(&TWO).await;
        let profile = with_profile(&scene).await;
        scene.fault(answering("PUT", "aks-2", status));
        scene.create_backend("web", "web", 100);
        let words =
            "1 endpoint(s) failed to be created/updated in the Azure Traffic Manager, for example, PUT ";
        let told = scene.accepted("web", "False", words).await;
        assert!(message(&told).ends_with("; "), "{}", message(&told));
        assert_eq!(told["status"]["endpoints"].as_array().unwrap().len(), 1);
        assert_eq!(scene.endpoints(&profile).await, [("aks-1".to_owned(), 50)], "refused ones do count");
        assert!(scene.has_event(
            "web",
            "AzureAPIError",
            "Failed to create or update Azure Traffic Manager endpoint \"fleet-"
        ));
        scene.clear_faults();
        scene.accepted("web", "True", ACCEPTED).await;
    }
}

#[tokio::test(start_paused = true)]
async fn an_endpoint_that_may_pass_later_ends_the_round() {
    for status in [429, 500, 503] {
        let scene = Scene::with_members(&TWO).await;
        let profile = with_profile(&scene).await;
        scene.fault(answering("PUT", "azureendpoints", status));
        let made = scene.create_backend("web", "web", 100);
        let words = format!(
            "Failed to create or update \"fleet-{}#web#aks-1\" for \"fleet-{}\": PUT ",
            uid(&made),
            uid(&profile)
        );
        let told = scene.accepted("web", "Unknown", &words).await;
        assert_eq!(told["status"]["endpoints"], Value::Null);
        assert!(!scene.sent("aks-1").is_empty() && scene.sent("aks-2").is_empty());
        scene.clear_faults();
        scene.accepted("web", "True", ACCEPTED).await;
    }
}

#[tokio::test(start_paused = true)]
async fn an_endpoint_without_an_answer_leaves_only_an_event() {
    let scene = Scene::with_members(&TWO).await;
    with_profile(&scene).await;
    scene.fault(unanswered("PUT", "azureendpoints"));
    scene.create_backend("web", "web", 100);
    let words = "Failed to create or update Azure Traffic Manager endpoint \"fleet-";
    scene.until("an event", || scene.has_event("web", "AzureAPIError", words).then_some(())).await;
    scene.settle().await;
    assert_eq!(scene.backend("web")["status"], Value::Null);
    scene.clear_faults();
    scene.accepted("web", "True", ACCEPTED).await;
}

#[tokio::test(start_paused = true)]
async fn a_stale_endpoint_that_stays_is_told() {
    let scene = Scene::with_members(&TWO).await;
    let profile = with_profile(&scene).await;
    let made = scene.create_backend("web", "web", 100);
    scene.accepted("web", "True", ACCEPTED).await;
    scene.fault(answering("DELETE", "azureendpoints", 500));
    scene.withdraw("aks-2", "web");
    let words = format!(
        "Failed to cleanup the existing \"fleet-{}#web#aks-2\" for \"fleet-{}\": DELETE ",
        uid(&made),
        uid(&profile)
    );
    scene.accepted("web", "Unknown", &words).await;
    let words = format!(
        "Failed to delete Azure Traffic Manager endpoint \"fleet-{}#web#aks-2\": DELETE ",
        uid(&made)
    );
    assert!(scene.has_event("web", "AzureAPIError", &words));
    scene.clear_faults();
    scene.accepted("web", "True", "1 service(s)").await;
    assert_eq!(scene.endpoints(&profile).await, [("aks-1".to_owned(), 100)]);
}

#[tokio::test(start_paused = true)]
async fn services_that_are_no_endpoints_are_told_beside_the_accepted_ones() {
    for (service, why) in [
        (json!({"type": "ClusterIP"}), "unsupported service type \"ClusterIP\""),
        (json!({"type": "NodePort"}), "unsupported service type \"NodePort\""),
        (json!({"internal": true, "dns_label": "inner"}), "internal load balancer is not supported"),
        (json!({}), "in the processing of configuring public IP"),
    ] {
        let scene = Scene::with_members(&TWO).await;
        let profile = with_profile(&scene).await;
        let service = Some(serde_json::from_value(service).unwrap());
        scene.export("aks-2", "web", ExportSeed { service, weight: None });
        scene.create_backend("web", "web", 100);
        let words = format!(
            "1 service(s) exported from clusters cannot be exposed as the Azure Traffic Manager, for example, service \
             exported from aks-2 is invalid: {why}"
        );
        scene.accepted("web", "False", &words).await;
        assert_eq!(scene.endpoints(&profile).await, [("aks-1".to_owned(), 100)], "invalid ones do not count");
        scene.export("aks-2", "web", exported("aks-2", "1"));
        scene.accepted("web", "True", ACCEPTED).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_label_put_on_an_address_by_hand_is_seen_when_the_export_is_looked_at() {
    let scene = Scene::with_members(&[("aks-1", 1)]).await;
    with_profile(&scene).await;
    let ip = format!("{GROUP}/providers/Microsoft.Network/publicIPAddresses/ip");
    scene.arm(Method::PUT, &ip, &json!({"location": "westeurope"})).await;
    let of_address = || ExportSeed {
        service: Some(ServiceSeed { public_ip: Some(ip.clone()), ..ServiceSeed::default() }),
        weight: None,
    };
    scene.export("aks-1", "web", of_address());
    scene.create_backend("web", "web", 100);
    let told = scene.accepted("web", "False", "1 service(s) exported from clusters cannot").await;
    assert!(message(&told).ends_with("DNS label is not configured to the public IP"), "{}", message(&told));
    let labelled =
        json!({"location": "westeurope", "properties": {"dnsSettings": {"domainNameLabel": "hand"}}});
    scene.arm(Method::PUT, &ip, &labelled).await;
    scene.settle().await;
    assert_eq!(scene.backend("web")["status"], told["status"]);
    scene.export("aks-1", "web", of_address());
    let told = scene.accepted("web", "True", "1 service(s)").await;
    assert_eq!(told["status"]["endpoints"][0]["target"], "hand.westeurope.cloudapp.azure.com");
}

#[tokio::test(start_paused = true)]
async fn both_halves_of_a_mixed_result_are_in_the_message() {
    let scene = Scene::with_members(&[("aks-1", 1), ("aks-2", 1), ("aks-3", 1)]).await;
    with_profile(&scene).await;
    scene.export("aks-3", "web", ExportSeed { service: Some(ServiceSeed::default()), weight: None });
    scene
        .until("the change", || {
            let export = scene.hub.get(EXPORTS, "fleet-member-aks-3", "shop-web").unwrap_or_default();
            export["spec"]["publicIPResourceID"].is_null().then_some(())
        })
        .await;
    scene.fault(answering("PUT", "aks-2", 400));
    scene.create_backend("web", "web", 100);
    let told = scene.accepted("web", "False", "1 endpoint(s) failed").await;
    let words = "; 1 service(s) exported from clusters cannot be exposed as the Azure Traffic Manager, for example, service \
                 exported from aks-3 is invalid: in the processing of configuring public IP";
    assert!(message(&told).ends_with(words), "{}", message(&told));
}

#[tokio::test(start_paused = true)]
async fn without_a_role_for_the_address_an_endpoint_is_refused_until_it_comes() {
    let scene = Scene::with_members(&[("aks-1", 1)]).await;
    scene.role(PRINCIPAL, AGENT, GROUP);
    with_profile(&scene).await;
    scene.create_backend("web", "web", 100);
    let told = scene.accepted("web", "False", "1 endpoint(s) failed").await;
    assert!(message(&told).contains("ERROR CODE: LinkedAuthorizationFailed"), "{}", message(&told));
    scene.role(PRINCIPAL, AGENT, &GROUP.replace("/rg", "/MC_rg_aks-1_westeurope"));
    scene.accepted("web", "True", "1 service(s)").await;
}

#[tokio::test(start_paused = true)]
async fn a_role_that_is_taken_away_is_noticed_with_the_next_change_only() {
    let scene = Scene::with_members(&TWO).await;
    let profile = with_profile(&scene).await;
    scene.create_backend("web", "web", 100);
    let before = scene.accepted("web", "True", ACCEPTED).await;
    scene.role("somebody-else", "Owner", "/");
    scene.settle().await;
    assert_eq!(scene.backend("web")["status"], before["status"]);
    assert_eq!(scene.profile("web")["status"], profile["status"]);
    scene.change(BACKENDS, "web", |backend| backend["spec"]["weight"] = json!(10));
    let told = scene.accepted("web", "Unknown", "Failed to get the Azure Traffic Manager profile ").await;
    assert!(message(&told).contains("RESPONSE 403"), "{}", message(&told));
    assert_eq!(scene.endpoints(&profile).await.len(), 2, "they serve");
    scene.change(PROFILES, "web", |profile| profile["spec"]["monitorConfig"]["port"] = json!(8080));
    scene.programmed("web", "Invalid").await;
    scene.role(PRINCIPAL, AGENT, "/");
    scene.programmed("web", "Programmed").await;
    scene.accepted("web", "True", ACCEPTED).await;
}
