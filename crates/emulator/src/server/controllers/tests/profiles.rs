//! Profiles: what is sent to Azure, what is written back, and each row of the status.

use super::*;

#[tokio::test(start_paused = true)]
async fn a_profile_is_made_in_azure_and_its_defaults_are_written_back() {
    let scene = Scene::new().await;
    let made = scene.create_profile("web", &json!({"resourceGroup": "rg"}));
    assert_eq!(made["metadata"]["generation"], 1);
    let told = scene.programmed("web", "Programmed").await;
    assert_eq!(told["metadata"]["generation"], 2);
    assert_eq!(told["spec"], whole());
    let finalizers = json!([
        "networking.fleet.azure.com/metrics-cleanup",
        "networking.fleet.azure.com/traffic-manager-profile-cleanup"
    ]);
    assert_eq!(told["metadata"]["finalizers"], finalizers);
    assert_eq!(told["status"]["dnsName"], "shop-web.trafficmanager.net");
    let id = told["status"]["resourceID"].as_str().unwrap();
    assert!(id.eq_ignore_ascii_case(&azure_path(&told)), "{id}");
    assert_eq!(message(&told), "Successfully configured the Azure Traffic Manager profile");
    let azure = scene.azure(&told).await.unwrap();
    assert_eq!(azure["tags"], json!({"networking.fleet.azure.com.trafficManagerProfile": "shop/web"}));
    let properties = &azure["properties"];
    let shape = (&properties["trafficRoutingMethod"], &properties["dnsConfig"]["ttl"]);
    assert_eq!(shape, (&json!("Weighted"), &json!(60)));
    let words = format!("Created or updated Azure Traffic Manager profile fleet-{}", uid(&told));
    assert!(scene.has_event("web", "Programmed", &words), "{:?}", scene.events("web"));
}

#[tokio::test(start_paused = true)]
async fn a_profile_with_every_field_keeps_its_generation() {
    let scene = Scene::new().await;
    scene.create_profile("web", &whole());
    assert_eq!(scene.programmed("web", "Programmed").await["metadata"]["generation"], 1);
    assert_eq!(scene.sent("trafficmanagerprofiles"), ["GET", "PUT"]);
}

#[tokio::test(start_paused = true)]
async fn a_timeout_left_out_follows_from_the_interval() {
    let scene = Scene::new().await;
    scene.create_profile("web", &json!({"resourceGroup": "rg", "monitorConfig": {"intervalInSeconds": 10}}));
    let told = scene.programmed("web", "Programmed").await;
    assert_eq!(told["spec"]["monitorConfig"]["timeoutInSeconds"], 9);
}

#[tokio::test(start_paused = true)]
async fn defaults_are_stored_with_the_finalizer_only() {
    let scene = Scene::new().await;
    scene.create_profile("web", &whole());
    scene.programmed("web", "Programmed").await;
    scene.change(PROFILES, "web", |profile| {
        profile["spec"]["monitorConfig"]["intervalInSeconds"] = json!(10);
        profile["spec"]["monitorConfig"].as_object_mut().unwrap().remove("timeoutInSeconds");
    });
    let told = scene.programmed("web", "Programmed").await;
    assert_eq!(told["spec"]["monitorConfig"]["timeoutInSeconds"], Value::Null);
    let azure = scene.azure(&told).await.unwrap();
    assert_eq!(azure["properties"]["monitorConfig"]["timeoutInSeconds"], 9);
}

#[tokio::test(start_paused = true)]
async fn a_taken_name_is_told_and_heals_when_it_is_free() {
    let scene = Scene::new().await;
    let foreign = format!("{GROUP}/providers/Microsoft.Network/trafficManagerProfiles/foreign");
    let body = json!({"location": "global", "properties": {"trafficRoutingMethod": "Priority",
        "dnsConfig": {"relativeName": "shop-web", "ttl": 30},
        "monitorConfig": {"protocol": "HTTPS", "port": 443, "path": "/"}}});
    assert_eq!(scene.arm(Method::PUT, &foreign, &body).await.0, 201);
    scene.create_profile("web", &whole());
    let told = scene.programmed("web", "DNSNameNotAvailable").await;
    assert_eq!(told["status"]["conditions"][0]["status"], "False");
    let words = "Domain name is not available. Please choose a different profile name or namespace";
    assert_eq!(message(&told), words);
    scene.arm(Method::DELETE, &foreign, &Value::Null).await;
    scene.programmed("web", "Programmed").await;
}

#[tokio::test(start_paused = true)]
async fn a_refused_write_is_told_by_its_status_and_heals() {
    for (status, expected, reason, words) in [
        (400, "False", "Invalid", "Invalid profile: PUT https://management.azure.com/subscriptions/"),
        (403, "False", "Invalid", "Invalid profile: PUT "),
        (404, "False", "Invalid", "Invalid profile: PUT "),
        (408, "False", "Invalid", "Invalid profile: PUT "),
        (409, "False", "DNSNameNotAvailable", "Domain name is not available."),
        (429, "Unknown", "Pending", "Failed to configure profile and retrying: PUT "),
        (500, "Unknown", "Pending", "Failed to configure profile and retrying: PUT "),
        (503, "Unknown", "Pending", "Failed to configure profile and retrying: PUT "),
    ] {
        let scene = Scene::new().await;
        scene.fault(answering("PUT", "trafficmanagerprofiles", status));
        scene.create_profile("web", &whole());
        let told = scene.programmed("web", reason).await;
        assert_eq!(told["status"]["conditions"][0]["status"], expected, "{status}");
        assert!(message(&told).starts_with(words), "{status}: {}", message(&told));
        assert_eq!((&told["status"]["dnsName"], &told["status"]["resourceID"]), (&Value::Null, &Value::Null));
        let words = "Failed to create or update Azure Traffic Manager profile fleet-";
        assert!(scene.has_event("web", "AzureAPIError", words));
        scene.settle().await;
        assert!(scene.sent("trafficmanagerprofiles").len() > 6, "{status}: it is tried again for ever");
        scene.clear_faults();
        scene.programmed("web", "Programmed").await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_refusal_has_code_and_body_in_its_text() {
    let scene = Scene::new().await;
    scene.fault(answering("PUT", "trafficmanagerprofiles", 400));
    scene.create_profile("web", &whole());
    let told = scene.programmed("web", "Invalid").await;
    for words in ["RESPONSE 400: 400 Bad Request\n", "ERROR CODE: Faulty\n", "\"message\": \"by a fault\""] {
        assert!(message(&told).contains(words), "{}", message(&told));
    }
}

#[tokio::test(start_paused = true)]
async fn without_a_role_the_status_says_so_and_no_finalizer_holds_the_object() {
    let scene = Scene::new().await;
    scene.role("somebody-else", "Owner", "/");
    scene.create_profile("web", &whole());
    let told = scene.programmed("web", "Invalid").await;
    assert!(message(&told).contains("ERROR CODE: AuthorizationFailed"), "{}", message(&told));
    assert!(message(&told).starts_with("Invalid profile: GET "), "{}", message(&told));
    assert_eq!(told["metadata"]["finalizers"], json!(["networking.fleet.azure.com/metrics-cleanup"]));
    assert!(scene.has_event("web", "AzureAPIError", "Failed to get Azure Traffic Manager profile fleet-"));
    scene.create_profile("gone", &whole());
    scene.programmed("gone", "Invalid").await;
    scene.hub.delete(PROFILES, "shop", "gone").unwrap();
    scene.until("its end", || scene.profile("gone").is_null().then_some(())).await;
    scene.role(PRINCIPAL, AGENT, GROUP);
    scene.programmed("web", "Programmed").await;
}

#[tokio::test(start_paused = true)]
async fn where_nothing_is_known_no_status_is_written_and_an_event_tells_why() {
    for (fault, verb) in [
        (answering("GET", "trafficmanagerprofiles", 500), "get"),
        (answering("GET", "trafficmanagerprofiles", 429), "get"),
        (unanswered("GET", "trafficmanagerprofiles"), "get"),
        (unanswered("PUT", "trafficmanagerprofiles"), "create or update"),
    ] {
        let scene = Scene::new().await;
        scene.fault(fault);
        scene.create_profile("web", &whole());
        let words = format!("Failed to {verb} Azure Traffic Manager profile fleet-");
        scene.until("an event", || scene.has_event("web", "AzureAPIError", &words).then_some(())).await;
        scene.settle().await;
        assert_eq!(scene.profile("web")["status"], Value::Null);
        scene.clear_faults();
        scene.programmed("web", "Programmed").await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_passing_error_empties_the_status_while_azure_serves() {
    let scene = Scene::new().await;
    scene.create_profile("web", &whole());
    scene.programmed("web", "Programmed").await;
    scene.fault(answering("PUT", "trafficmanagerprofiles", 429));
    scene.change(PROFILES, "web", |profile| profile["spec"]["monitorConfig"]["port"] = json!(8080));
    let told = scene.programmed("web", "Pending").await;
    assert_eq!(told["status"]["dnsName"], Value::Null);
    assert!(scene.azure(&told).await.is_some());
    scene.clear_faults();
    let healed = scene.programmed("web", "Programmed").await;
    assert_eq!(healed["status"]["dnsName"], "shop-web.trafficmanager.net");
}

#[tokio::test(start_paused = true)]
async fn a_read_that_fails_leaves_a_stale_status() {
    let scene = Scene::new().await;
    scene.create_profile("web", &whole());
    let before = scene.programmed("web", "Programmed").await;
    scene.fault(answering("GET", "trafficmanagerprofiles", 500));
    scene.change(PROFILES, "web", |profile| profile["spec"]["monitorConfig"]["port"] = json!(8080));
    scene.settle().await;
    let stale = scene.profile("web");
    assert_eq!((&stale["status"], &stale["metadata"]["generation"]), (&before["status"], &json!(2)));
}

#[tokio::test(start_paused = true)]
async fn a_write_keeps_what_is_not_fleets_and_resets_what_is() {
    let scene = Scene::new().await;
    scene.create_profile("web", &whole());
    let told = scene.programmed("web", "Programmed").await;
    let path = azure_path(&told);
    let endpoint = json!({"properties": {"target": "extra.example.com", "weight": 7}});
    scene.arm(Method::PUT, &format!("{path}/ExternalEndpoints/extra"), &endpoint).await;
    let by_hand = json!({"tags": {"a": "b", "networking.fleet.azure.com.trafficManagerProfile": "shop/web"},
        "properties": {"dnsConfig": {"ttl": 5}, "trafficViewEnrollmentStatus": "Enabled",
        "monitorConfig": {"expectedStatusCodeRanges": [{"min": 200, "max": 299}]}}});
    assert_eq!(scene.arm(Method::PATCH, &path, &by_hand).await.0, 200);
    scene.settle().await;
    assert_eq!(
        scene.azure(&told).await.unwrap()["properties"]["dnsConfig"]["ttl"],
        5,
        "nobody looks at Azure"
    );
    scene.change(PROFILES, "web", |profile| profile["spec"]["monitorConfig"]["port"] = json!(8080));
    scene.programmed("web", "Programmed").await;
    let azure = scene.azure(&told).await.unwrap();
    let properties = &azure["properties"];
    let reset = (&properties["dnsConfig"]["ttl"], &properties["monitorConfig"]["port"]);
    assert_eq!(reset, (&json!(60), &json!(8080)));
    let ranges = &properties["monitorConfig"]["expectedStatusCodeRanges"];
    assert_eq!(*ranges, json!([{"min": 200, "max": 299}]));
    assert_eq!(properties["trafficViewEnrollmentStatus"], "Enabled");
    assert_eq!((&azure["tags"]["a"], &properties["endpoints"][0]["name"]), (&json!("b"), &json!("extra")));
}

#[tokio::test(start_paused = true)]
async fn a_profile_deleted_by_hand_comes_again_under_its_name_with_the_next_change() {
    let scene = Scene::new().await;
    scene.create_profile("web", &whole());
    let told = scene.programmed("web", "Programmed").await;
    scene.arm(Method::DELETE, &azure_path(&told), &Value::Null).await;
    scene.settle().await;
    assert!(scene.azure(&told).await.is_none());
    assert_eq!(scene.profile("web")["status"], told["status"]);
    scene.change(PROFILES, "web", |profile| profile["metadata"]["labels"] = json!({"a": "b"}));
    scene.settle().await;
    assert!(scene.azure(&told).await.is_none(), "a label is no change of the spec");
    scene.change(PROFILES, "web", |profile| profile["spec"]["monitorConfig"]["port"] = json!(8080));
    scene.programmed("web", "Programmed").await;
    assert!(scene.azure(&told).await.is_some());
}

#[tokio::test(start_paused = true)]
async fn a_deleted_profile_is_deleted_in_azure_before_it_goes() {
    let scene = Scene::new().await;
    scene.create_profile("web", &whole());
    let told = scene.programmed("web", "Programmed").await;
    scene.fault(answering("DELETE", "trafficmanagerprofiles", 403));
    scene.hub.delete(PROFILES, "shop", "web").unwrap();
    let words = "Failed to delete Azure Traffic Manager profile fleet-";
    scene.until("an event", || scene.has_event("web", "AzureAPIError", words).then_some(())).await;
    scene.settle().await;
    let stuck = scene.profile("web");
    assert!(stuck["metadata"]["deletionTimestamp"].is_string() && scene.azure(&told).await.is_some());
    assert_eq!(stuck["metadata"]["finalizers"].as_array().unwrap().len(), 2);
    scene.clear_faults();
    scene.until("its end", || scene.profile("web").is_null().then_some(())).await;
    assert!(scene.azure(&told).await.is_none());
    assert!(scene.has_event("web", "Deleted", "Deleted Azure Traffic Manager profile fleet-"));
}

#[tokio::test(start_paused = true)]
async fn a_profile_whose_group_is_gone_goes_cleanly() {
    let scene = Scene::new().await;
    let group = GROUP.replace("/rg", "/other");
    scene.arm(Method::PUT, &group, &json!({"location": "westeurope"})).await;
    let mut spec = whole();
    spec["resourceGroup"] = json!("other");
    scene.create_profile("web", &spec);
    scene.programmed("web", "Programmed").await;
    scene.arm(Method::DELETE, &group, &Value::Null).await;
    scene.hub.delete(PROFILES, "shop", "web").unwrap();
    scene.until("its end", || scene.profile("web").is_null().then_some(())).await;
}

#[tokio::test(start_paused = true)]
async fn a_profile_in_a_group_that_is_missing_is_invalid_until_the_group_comes() {
    let scene = Scene::new().await;
    let group = GROUP.replace("/rg", "/other");
    scene.arm(Method::PUT, &group, &json!({"location": "westeurope"})).await;
    scene.arm(Method::DELETE, &group, &Value::Null).await;
    let mut spec = whole();
    spec["resourceGroup"] = json!("other");
    scene.create_profile("web", &spec);
    let told = scene.programmed("web", "Invalid").await;
    assert!(message(&told).contains("ResourceGroupNotFound"), "{}", message(&told));
    scene.arm(Method::PUT, &group, &json!({"location": "westeurope"})).await;
    scene.programmed("web", "Programmed").await;
}

#[tokio::test(start_paused = true)]
async fn a_profile_made_again_has_another_name_in_azure_and_the_same_dns_name() {
    let scene = Scene::new().await;
    scene.create_profile("web", &whole());
    let first = scene.programmed("web", "Programmed").await;
    scene.hub.delete(PROFILES, "shop", "web").unwrap();
    scene.until("its end", || scene.profile("web").is_null().then_some(())).await;
    scene.create_profile("web", &whole());
    let second = scene.programmed("web", "Programmed").await;
    assert_ne!(first["status"]["resourceID"], second["status"]["resourceID"]);
    assert_eq!(first["status"]["dnsName"], second["status"]["dnsName"]);
}

#[tokio::test(start_paused = true)]
async fn an_orphan_in_azure_holds_the_name() {
    let scene = Scene::new().await;
    scene.create_profile("web", &whole());
    let first = scene.programmed("web", "Programmed").await;
    scene.change(PROFILES, "web", |profile| profile["metadata"]["finalizers"] = json!([]));
    scene.hub.delete(PROFILES, "shop", "web").unwrap();
    scene.create_profile("web", &whole());
    scene.programmed("web", "DNSNameNotAvailable").await;
    scene.arm(Method::DELETE, &azure_path(&first), &Value::Null).await;
    scene.programmed("web", "Programmed").await;
}

#[tokio::test(start_paused = true)]
async fn headers_are_sent_and_taken_away_again() {
    let scene = Scene::new().await;
    let mut spec = whole();
    spec["monitorConfig"]["customHeaders"] =
        json!([{"name": "b", "value": "2"}, {"name": "a", "value": "1"}]);
    scene.create_profile("web", &spec);
    let told = scene.programmed("web", "Programmed").await;
    let headers = |azure: Value| azure["properties"]["monitorConfig"]["customHeaders"].clone();
    assert_eq!(headers(scene.azure(&told).await.unwrap()).as_array().unwrap().len(), 2);
    scene.change(PROFILES, "web", |profile| {
        profile["spec"]["monitorConfig"].as_object_mut().unwrap().remove("customHeaders");
    });
    scene.programmed("web", "Programmed").await;
    assert!(headers(scene.azure(&told).await.unwrap()).as_array().is_none_or(Vec::is_empty));
}

#[tokio::test(start_paused = true)]
async fn a_fleet_without_identity_gets_no_answer_from_azure() {
    let scene = Scene::new().await;
    let body = json!({"identity": {"type": "None"}});
    let uri = format!("{FLEET}?api-version=2025-03-01");
    let request = http::Request::builder().method("PATCH").uri(uri).header("host", "localhost:4653");
    let request = request.body(Bytes::from(body.to_string())).unwrap();
    assert_eq!(scene.emulator.answer(request).await.unwrap().status(), 200);
    scene.create_profile("web", &whole());
    scene.settle().await;
    assert_eq!(scene.profile("web")["status"], Value::Null);
    assert!(
        scene.events("web")[0].1.ends_with("the fleet has no managed identity"),
        "{:?}",
        scene.events("web")
    );
}
