//! Exports: how those of members become imports on the hub, and what members say of them.

use super::*;
use crate::hub::members;

fn import(scene: &Scene) -> Value {
    scene.hub.get(IMPORTS, "shop", "web").unwrap_or_default()
}

fn sent(scene: &Scene, member: &str) -> Value {
    scene.hub.get(EXPORTS, &format!("fleet-member-{member}"), "shop-web").unwrap_or_default()
}

fn clusters(scene: &Scene) -> Vec<String> {
    let import = import(scene);
    let clusters = import["status"]["clusters"].as_array().into_iter().flatten();
    clusters.map(|cluster| cluster["cluster"].as_str().unwrap().to_owned()).collect()
}

async fn until_clusters(scene: &Scene, expected: &[&str]) {
    scene.until(&format!("{expected:?}"), || (clusters(scene) == expected).then_some(())).await;
}

/// What a member says of its export.
fn told(scene: &Scene, member: &str) -> Vec<(String, String, String)> {
    let key = scene.emulator.shared.service().hub_named("demo").unwrap().key;
    let members = scene.emulator.shared.service().members_of_hub(&key);
    let of_member = members.iter().find(|it| it.name == member).unwrap();
    let conditions = members::conditions(&scene.hub, member, &of_member.exports[0]);
    let text = |condition: &Value, key: &str| condition[key].as_str().unwrap().to_owned();
    conditions.iter().map(|it| (text(it, "status"), text(it, "reason"), text(it, "message"))).collect()
}

#[tokio::test(start_paused = true)]
async fn an_export_makes_an_import_of_its_name_with_its_ports() {
    let scene = Scene::with_members(&[("aks-1", 7), ("aks-2", 1)]).await;
    until_clusters(&scene, &["aks-1", "aks-2"]).await;
    let status = import(&scene)["status"].clone();
    assert_eq!(status["type"], "ClusterSetIP");
    assert_eq!(status["ports"], json!([{"protocol": "TCP", "port": 80, "targetPort": 80}]));
    let export = sent(&scene, "aks-1");
    assert_eq!((&export["spec"]["weight"], &export["spec"]["type"]), (&json!(7), &json!("LoadBalancer")));
    assert_eq!(export["spec"]["serviceReference"]["namespacedName"], "shop/web");
    assert_eq!(
        export["metadata"]["finalizers"],
        json!(["networking.fleet.azure.com/internal-svc-export-cleanup"])
    );
    let condition = &export["status"]["conditions"][0];
    assert_eq!((&condition["type"], &condition["reason"]), (&json!("Conflict"), &json!("NoConflictFound")));
    let words = ["service shop/web is valid for export", "service shop/web is exported without conflict"];
    assert_eq!(told(&scene, "aks-1").into_iter().map(|it| it.2).collect::<Vec<_>>(), words);
}

#[tokio::test(start_paused = true)]
async fn other_ports_are_in_conflict_until_they_agree() {
    let scene = Scene::with_members(&[("aks-1", 1)]).await;
    until_clusters(&scene, &["aks-1"]).await;
    let key = scene.emulator.shared.service().hub_named("demo").unwrap().key;
    assert_eq!(scene.emulator.shared.service().members_of_hub(&key).len(), 1);
    scene
        .emulator
        .shared
        .service()
        .seed_fleet(FleetSeed {
            members: vec![MemberSeed { name: "aks-2".to_owned(), cluster: None, exports: Vec::new() }],
            ..FleetSeed::new(FLEET)
        })
        .unwrap();
    let ports = serde_json::from_value(json!([{"port": 8080}])).unwrap();
    let service = ServiceSeed { ports: Some(ports), ..balanced("two") };
    scene.export("aks-2", "web", ExportSeed { service: Some(service), weight: None });
    let conflict =
        || (sent(&scene, "aks-2")["status"]["conditions"][0]["reason"] == "ConflictFound").then_some(());
    scene.until("a conflict", conflict).await;
    assert_eq!(clusters(&scene), ["aks-1"]);
    let words = "service shop/web is in conflict with other exported services";
    assert_eq!(told(&scene, "aks-2")[1], ("True".to_owned(), "ConflictFound".to_owned(), words.to_owned()));
    scene.export("aks-2", "web", exported("two", "1"));
    until_clusters(&scene, &["aks-1", "aks-2"]).await;
}

#[tokio::test(start_paused = true)]
async fn an_import_goes_with_its_last_export_and_takes_new_ports_from_the_next() {
    let scene = Scene::with_members(&[("aks-1", 1)]).await;
    until_clusters(&scene, &["aks-1"]).await;
    scene.withdraw("aks-1", "web");
    scene.until("no import", || import(&scene).is_null().then_some(())).await;
    assert!(scene.has_event("web", "NoExportedService", ""), "{:?}", scene.events("web"));
    assert_eq!(sent(&scene, "aks-1"), Value::Null);
    let ports = serde_json::from_value(json!([{"port": 8080}])).unwrap();
    let service = ServiceSeed { ports: Some(ports), ..balanced("two") };
    scene.export("aks-1", "web", ExportSeed { service: Some(service), weight: None });
    until_clusters(&scene, &["aks-1"]).await;
    assert_eq!(import(&scene)["status"]["ports"][0]["port"], 8080);
}

#[tokio::test(start_paused = true)]
async fn a_weight_of_zero_withdraws_and_a_wrong_one_keeps_what_is_there() {
    let scene = Scene::with_members(&[("aks-1", 7), ("aks-2", 1)]).await;
    until_clusters(&scene, &["aks-1", "aks-2"]).await;
    for (weight, why) in [("1.0", "not a valid integer: 1.0"), ("1001", "not in the range [0, 1000]: 1001")] {
        scene.export("aks-1", "web", exported("aks-1", weight));
        scene.settle().await;
        assert_eq!(sent(&scene, "aks-1")["spec"]["weight"], 7);
        let (status, reason, message) = told(&scene, "aks-1").remove(0);
        assert_eq!((status.as_str(), reason.as_str()), ("False", "ServiceExportInvalidWeightAnnotation"));
        assert!(message.contains(why), "{message}");
    }
    scene.export("aks-1", "web", exported("aks-1", "0"));
    until_clusters(&scene, &["aks-2"]).await;
    let (status, _, message) = told(&scene, "aks-1").remove(0);
    assert_eq!((status.as_str(), message.as_str()), ("True", "exported service shop/web with 0 weight"));
}

#[tokio::test(start_paused = true)]
async fn services_that_are_missing_or_have_no_address_are_not_exported() {
    for (service, reason, words) in [
        (Value::Null, "ServiceNotFound", "service shop/web is not found"),
        (json!({"type": "ExternalName"}), "ServiceIneligible", "service shop/web is not eligible for export"),
        (
            json!({"type": "ClusterIP", "headless": true}),
            "ServiceIneligible",
            "service shop/web is not eligible",
        ),
    ] {
        let scene = Scene::with_members(&[("aks-1", 1), ("aks-2", 1)]).await;
        until_clusters(&scene, &["aks-1", "aks-2"]).await;
        let service = serde_json::from_value(service).unwrap();
        scene.export("aks-1", "web", ExportSeed { service, weight: None });
        until_clusters(&scene, &["aks-2"]).await;
        let (status, told_reason, message) = told(&scene, "aks-1").remove(0);
        assert_eq!((status.as_str(), told_reason.as_str()), ("False", reason));
        assert!(message.starts_with(words), "{message}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_cluster_ip_exports_well_and_is_no_endpoint() {
    let scene = Scene::with_members(&[("aks-1", 1)]).await;
    let service = serde_json::from_value(json!({"type": "ClusterIP"})).unwrap();
    scene.export("aks-1", "web", ExportSeed { service: Some(service), weight: None });
    until_clusters(&scene, &["aks-1"]).await;
    assert_eq!(told(&scene, "aks-1")[0].1, "ServiceIsValid");
}

#[tokio::test(start_paused = true)]
async fn a_member_that_leaves_takes_its_exports_and_its_namespace_with_it() {
    let scene = Scene::with_members(&[("aks-1", 1), ("aks-2", 1)]).await;
    until_clusters(&scene, &["aks-1", "aks-2"]).await;
    let uri = format!("{FLEET}/members/aks-1?api-version=2025-03-01");
    let request = http::Request::builder().method("DELETE").uri(uri).header("host", "localhost:4653");
    assert_eq!(scene.emulator.answer(request.body(Bytes::new()).unwrap()).await.unwrap().status(), 202);
    until_clusters(&scene, &["aks-2"]).await;
    let gone = || scene.hub.get(NAMESPACES, "", "fleet-member-aks-1").is_err().then_some(());
    scene.until("the end of its namespace", gone).await;
}

#[tokio::test(start_paused = true)]
async fn without_its_namespace_on_the_hub_an_export_waits() {
    let scene = Scene::with_members(&[("aks-1", 1)]).await;
    until_clusters(&scene, &["aks-1"]).await;
    let place = ExportPlace { fleet: "demo", member: "aks-1", namespace: "late", name: "web" };
    scene.emulator.shared.service().seed_export(place, exported("late", "1")).unwrap();
    scene.settle().await;
    assert!(scene.hub.get(IMPORTS, "late", "web").is_err());
    scene.hub.create(NAMESPACES, json!({"metadata": {"name": "late"}})).unwrap();
    let found = || scene.hub.get(IMPORTS, "late", "web").ok();
    scene.until("the import", found).await;
}

#[tokio::test(start_paused = true)]
async fn a_service_export_on_the_hub_is_only_a_template() {
    let scene = Scene::new().await;
    let kind = ResourceType::new("networking.fleet.azure.com", "v1beta1", "serviceexports");
    let mut template = object("ServiceExport", "web", &Value::Null);
    template.as_object_mut().unwrap().remove("spec");
    scene.hub.create(kind, template).unwrap();
    scene.settle().await;
    assert_eq!(scene.hub.get(kind, "shop", "web").unwrap()["status"], Value::Null);
}
