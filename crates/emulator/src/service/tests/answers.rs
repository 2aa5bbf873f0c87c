//! Shapes, defaults and normal forms of answers.

use http::Method;
use serde_json::{Value, json};

use super::{EXTERNAL, GROUP, create, external, get, path, profile, put, send, send_version, with_profile};
use crate::service::{Service, Settings};

#[test]
fn a_created_profile_is_answered_as_recorded_in_2026() {
    let mut service = Service::default();
    let body = json!({"location": "global", "properties": {"profileStatus": "Enabled",
        "trafficRoutingMethod": "Performance", "dnsConfig": {"relativeName": "ps4032", "ttl": 50},
        "monitorConfig": {"protocol": "HTTP", "port": 80, "path": "/testpath.asp"}}});
    let answer = send_version(&mut service, Method::PUT, &path("ps9457"), "2026-09-01", &body);
    assert_eq!(answer.status, 201);
    assert_eq!(
        answer.body,
        format!(
            r#"{{"id":"{GROUP}/providers/Microsoft.Network/trafficManagerProfiles/ps9457","name":"ps9457","type":"Microsoft.Network/trafficManagerProfiles","location":"global","properties":{{"profileStatus":"Enabled","trafficRoutingMethod":"Performance","dnsConfig":{{"relativeName":"ps4032","fqdn":"ps4032.trafficmanager.net","ttl":50}},"monitorConfig":{{"profileMonitorStatus":"Inactive","protocol":"HTTP","port":80,"path":"/testpath.asp","intervalInSeconds":30,"toleratedNumberOfFailures":3,"timeoutInSeconds":10}},"endpoints":[],"trafficViewEnrollmentStatus":"Disabled","maxReturn":null,"recordType":null}}}}"#
        )
    );
}

#[test]
fn an_external_endpoint_is_answered_as_recorded_in_2024() {
    let mut service = with_profile("p", &Value::Null);
    let body = json!({"properties": {"alwaysServe": "Enabled", "endpointLocation": "westus2", "target": "contoso.com"}});
    let endpoint = format!("{}/ExternalEndpoints/e", path("p"));
    let answer = send_version(&mut service, Method::PUT, &endpoint, "2022-04-01", &body);
    assert_eq!(answer.status, 201);
    assert_eq!(
        answer.body,
        format!(
            r#"{{"id":"{}/externalEndpoints/e","name":"e","type":"{EXTERNAL}","properties":{{"endpointStatus":"Enabled","endpointMonitorStatus":"Unmonitored","targetResourceId":null,"target":"contoso.com","weight":1,"priority":1,"endpointLocation":"West US 2","minChildEndpoints":null,"alwaysServe":"Enabled"}}}}"#,
            path("p")
        )
    );
}

#[test]
fn what_is_left_out_has_the_services_defaults() {
    let mut service = Service::default();
    let body = json!({"location": "global", "properties": {"trafficRoutingMethod": "Performance",
        "dnsConfig": {"relativeName": "p"},
        "monitorConfig": {"protocol": "TCP", "port": 443, "intervalInSeconds": 10}}});
    let (_, answer) = put(&mut service, &path("p"), &body);
    let properties = &answer["properties"];
    assert_eq!(properties["dnsConfig"]["ttl"], 0);
    assert_eq!(properties["monitorConfig"]["path"], Value::Null);
    assert_eq!(properties["monitorConfig"]["timeoutInSeconds"], 9);
    assert_eq!(properties["monitorConfig"]["toleratedNumberOfFailures"], 3);
    assert_eq!(properties["profileStatus"], "Enabled");
}

#[test]
fn words_names_and_regions_come_back_in_their_normal_form() {
    let mut service = Service::default();
    let upper = path("MyProfile").replace("/rg/", "/RG-Global/");
    let body = json!({"location": "GLOBAL", "properties": {"trafficRoutingMethod": "multivalue", "maxReturn": 2,
        "dnsConfig": {"relativeName": "MyShop"}, "monitorConfig": {"protocol": "https", "port": 443, "path": "/"},
        "endpoints": [{"name": "A", "type": "microsoft.network/trafficmanagerprofiles/EXTERNALendpoints",
            "properties": {"target": "192.0.2.1", "endpointLocation": "West US 2"}}]}});
    let (_, answer) = put(&mut service, &upper, &body);
    assert_eq!(answer["id"], path("MyProfile").replace("/rg/", "/rg-global/"));
    let properties = &answer["properties"];
    assert_eq!(properties["trafficRoutingMethod"], "MultiValue");
    assert_eq!(properties["dnsConfig"]["fqdn"], "myshop.trafficmanager.net");
    assert_eq!(properties["monitorConfig"]["protocol"], "HTTPS");
    assert_eq!(properties["endpoints"][0]["type"], EXTERNAL);
    assert_eq!(properties["endpoints"][0]["properties"]["endpointLocation"], "West US 2");
    // The spelling of the creating request stays.
    let (status, again) = put(&mut service, &upper.replace("MyProfile", "MYPROFILE"), &body);
    assert_eq!((status, &again["name"]), (200, &json!("MyProfile")));
}

#[test]
fn endpoints_are_sorted_by_priority_and_numbered_after_the_highest() {
    let endpoints = [
        external("c", &json!({"priority": 7})),
        external("a", &Value::Null),
        external("b", &json!({"priority": 2})),
    ];
    let mut service = with_profile("p", &json!({ "endpoints": endpoints }));
    let (_, added) = put(
        &mut service,
        &format!("{}/externalEndpoints/d", path("p")),
        &json!({"properties": {"target": "d.example.com"}}),
    );
    assert_eq!(added["properties"]["priority"], 9);
    let answer = get(&mut service, &path("p"));
    let order: Vec<(&str, i64)> = answer["properties"]["endpoints"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| (e["name"].as_str().unwrap(), e["properties"]["priority"].as_i64().unwrap()))
        .collect();
    assert_eq!(order, [("b", 2), ("c", 7), ("a", 8), ("d", 9)]);
}

#[test]
fn tags_are_in_the_answer_of_a_put_only_if_sent() {
    let mut service = Service::default();
    let mut body = profile("p", &Value::Null);
    assert_eq!(put(&mut service, &path("p"), &body).1.get("tags"), None);
    assert_eq!(get(&mut service, &path("p"))["tags"], json!({}));
    body["tags"] = json!({"team": "web"});
    assert_eq!(put(&mut service, &path("p"), &body).1["tags"], json!({"team": "web"}));
    let answer = send_version(&mut service, Method::GET, &path("p"), "2015-11-01", &Value::Null);
    assert!(answer.body.contains(r#""tags":{"team":"web"}"#));
}

#[test]
fn a_put_replaces_everything_and_a_patch_keeps_the_rest() {
    let mut service = with_profile(
        "p",
        &json!({"endpoints": [external("a", &Value::Null)], "profileStatus": "Disabled",
            "monitorConfig": {"protocol": "HTTP", "port": 80, "path": "/", "customHeaders": [{"name": "h", "value": "v"}]}}),
    );
    let patch =
        json!({"tags": {"a": "b"}, "properties": {"profileStatus": "Enabled", "dnsConfig": {"ttl": 60}}});
    let (status, patched) = send(&mut service, Method::PATCH, &path("p"), &patch);
    assert_eq!(status, 200, "{patched}");
    let properties = &patched["properties"];
    assert_eq!(
        properties["dnsConfig"],
        json!({"relativeName": "p", "fqdn": "p.trafficmanager.net", "ttl": 60})
    );
    assert_eq!(properties["monitorConfig"]["customHeaders"][0]["name"], "h");
    assert_eq!(
        (properties["endpoints"].as_array().unwrap().len(), &patched["tags"]),
        (1, &json!({"a": "b"}))
    );

    let (status, replaced) = put(&mut service, &path("p"), &profile("p", &Value::Null));
    assert_eq!(status, 200);
    assert_eq!(replaced["properties"]["endpoints"], json!([]));
    assert_eq!(replaced["properties"]["monitorConfig"].get("customHeaders"), None);
    assert_eq!(get(&mut service, &path("p"))["tags"], json!({}));
}

#[test]
fn an_endpoint_is_put_over_and_patched_with_201_and_200() {
    let mut service = with_profile("p", &json!({"endpoints": [external("a", &json!({"weight": 5}))]}));
    let endpoint = format!("{}/externalEndpoints/A", path("p"));
    let (status, patched) =
        send(&mut service, Method::PATCH, &endpoint, &json!({"properties": {"endpointStatus": "Disabled"}}));
    assert_eq!((status, &patched["properties"]["weight"]), (200, &json!(5)));
    let (status, replaced) =
        put(&mut service, &endpoint, &json!({"properties": {"target": "x.example.com"}}));
    assert_eq!((status, &replaced["properties"]["weight"], &replaced["name"]), (201, &json!(1), &json!("a")));
    assert_eq!(replaced["properties"]["endpointStatus"], "Enabled");
    assert_eq!(send(&mut service, Method::DELETE, &endpoint, &Value::Null).0, 200);
    assert_eq!(send(&mut service, Method::DELETE, &endpoint, &Value::Null).0, 200);
    assert_eq!(get(&mut service, &path("p"))["properties"]["endpoints"], json!([]));
}

#[test]
fn older_versions_hide_newer_properties_and_ignore_them() {
    let newer = json!({"target": "a.example.com", "alwaysServe": "Enabled", "customHeaders": [{"name": "h", "value": "v"}],
        "subnets": [{"first": "192.0.2.0", "scope": 24}], "geoMapping": ["DE"]});
    let mut service = with_profile("p", &json!({"endpoints": [external("a", &newer)], "maxReturn": 2}));
    let keys = |service: &mut Service, version: &str| {
        let answer = send_version(service, Method::GET, &path("p"), version, &Value::Null);
        let body: Value = serde_json::from_str(&answer.body).unwrap();
        let keys = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>().join(" ");
        let properties = &body["properties"];
        (
            keys(properties),
            keys(&properties["monitorConfig"]),
            keys(&properties["endpoints"][0]["properties"]),
        )
    };
    let common = "endpointStatus endpointMonitorStatus target weight priority endpointLocation";
    let profile = "profileStatus trafficRoutingMethod dnsConfig monitorConfig endpoints";
    let monitor = "profileMonitorStatus protocol port path";
    let probes = "intervalInSeconds toleratedNumberOfFailures timeoutInSeconds";
    assert_eq!(keys(&mut service, "2015-11-01"), (profile.to_owned(), monitor.to_owned(), common.to_owned()));
    assert_eq!(
        keys(&mut service, "2018-04-01"),
        (
            format!("{profile} trafficViewEnrollmentStatus maxReturn"),
            format!("{monitor} {probes}"),
            format!("{common} customHeaders subnets geoMapping"),
        )
    );
    let (of_profile, _, of_endpoint) = keys(&mut service, "2026-09-01");
    assert_eq!(of_profile, format!("{profile} trafficViewEnrollmentStatus maxReturn recordType"));
    assert_eq!(
        of_endpoint,
        "endpointStatus endpointMonitorStatus targetResourceId target weight priority endpointLocation \
         minChildEndpoints customHeaders subnets geoMapping alwaysServe"
    );
    let body = json!({"properties": {"target": "b.example.com", "alwaysServe": "Enabled"}});
    send_version(
        &mut service,
        Method::PUT,
        &format!("{}/externalEndpoints/b", path("p")),
        "2018-04-01",
        &body,
    );
    let b = get(&mut service, &format!("{}/externalEndpoints/b", path("p")));
    assert_eq!(b["properties"]["alwaysServe"], "Disabled");
}

#[test]
fn versions_before_2017_do_not_return_geographic_profiles() {
    let mut service = with_profile("p", &json!({"trafficRoutingMethod": "Geographic"}));
    let list = format!("{GROUP}/providers/Microsoft.Network/trafficManagerProfiles");
    for (path, status, has) in [(path("p"), 404, "ResourceNotFound"), (list, 200, r#"{"value":[]}"#)] {
        let answer = send_version(&mut service, Method::GET, &path, "2015-11-01", &Value::Null);
        assert_eq!(answer.status, status);
        assert!(answer.body.contains(has), "{}", answer.body);
    }
}

#[test]
fn targets_of_azure_and_nested_endpoints_are_computed() {
    let mut service = with_profile("child", &Value::Null);
    let ip = format!("{GROUP}/providers/Microsoft.Network/publicIPAddresses/Ip");
    let app = format!("{GROUP}/providers/Microsoft.Web/sites/App");
    service.seed_target(&ip.to_uppercase(), "demo.westus2.cloudapp.azure.com", "westus2");
    create(&mut service, "p", &Value::Null);
    for (kind, id, target, location) in [
        ("azureEndpoints", &ip, "demo.westus2.cloudapp.azure.com", json!("West US 2")),
        ("azureEndpoints", &app, "app.azurewebsites.net", json!("East US")),
        ("nestedEndpoints", &path("child"), "child.trafficmanager.net", Value::Null),
    ] {
        let endpoint = format!("{}/{kind}/{}", path("p"), id.rsplit('/').next().unwrap());
        let (status, answer) = put(&mut service, &endpoint, &json!({"properties": {"targetResourceId": id}}));
        assert_eq!(status, 201, "{answer}");
        let properties = &answer["properties"];
        assert_eq!((&properties["targetResourceId"], &properties["target"]), (&json!(id), &json!(target)));
        assert_eq!(properties["endpointLocation"], location);
    }
}

#[test]
fn lists_have_the_profiles_of_their_scope() {
    let mut service = with_profile("a", &Value::Null);
    let other = path("b").replace("/rg/", "/other/");
    put(&mut service, &other, &profile("b", &Value::Null));
    let list = |service: &mut Service, scope: &str| {
        let answer = get(service, &format!("{scope}/providers/Microsoft.Network/trafficmanagerprofiles"));
        answer["value"].as_array().unwrap().iter().map(|p| p["id"].clone()).collect::<Vec<_>>()
    };
    let subscription = GROUP.split("/resourceGroups").next().unwrap();
    assert_eq!(list(&mut service, subscription), [json!(other), json!(path("a"))]);
    assert_eq!(list(&mut service, GROUP), [json!(path("a"))]);
}

#[test]
fn the_name_check_tells_taken_names_in_any_letter_case() {
    let mut service = with_profile("shop", &Value::Null);
    let v1 = "/providers/Microsoft.Network/checkTrafficManagerNameAvailability";
    let v2 = format!("{}{v1}V2", GROUP.split("/resourceGroups").next().unwrap());
    for path in [v1, v2.as_str()] {
        let ask = |service: &mut Service, name: &str| {
            let body = json!({"name": name, "type": "microsoft.network/trafficmanagerprofiles"});
            send_version(service, Method::POST, path, "2022-04-01", &body).body
        };
        assert_eq!(
            ask(&mut service, "free"),
            r#"{"name":"free","type":"Microsoft.Network/trafficManagerProfiles","nameAvailable":true,"reason":null,"message":null}"#
        );
        assert_eq!(
            ask(&mut service, "SHOP"),
            r#"{"name":"SHOP","type":"Microsoft.Network/trafficManagerProfiles","nameAvailable":false,"reason":"AlreadyExists","message":"Domain name shop.trafficmanager.net already exists. Please choose a different DNS prefix."}"#
        );
    }
}

#[test]
fn the_record_type_can_be_set_while_unset_and_is_locked_then() {
    let mut service = with_profile("p", &Value::Null);
    let mut put_type = |record_type: Value| {
        let body = profile("p", &json!({ "recordType": record_type }));
        let answer = send_version(&mut service, Method::PUT, &path("p"), "2026-09-01", &body);
        (answer.status.as_u16(), serde_json::from_str::<Value>(&answer.body).unwrap())
    };
    assert_eq!(put_type(json!("a")).1["properties"]["recordType"], "A");
    assert_eq!(put_type(Value::Null).1["properties"]["recordType"], "A");
    assert_eq!(put_type(json!("CNAME")).0, 400);
}

#[test]
fn another_dns_suffix_is_in_every_name() {
    let mut service =
        Service::new(Settings { dns_suffix: "trafficmanager.cn".to_owned(), ..Settings::default() });
    create(&mut service, "p", &Value::Null);
    assert_eq!(get(&mut service, &path("p"))["properties"]["dnsConfig"]["fqdn"], "p.trafficmanager.cn");
}

#[test]
fn old_versions_delete_without_a_body() {
    let mut service = with_profile("p", &Value::Null);
    let answer = send_version(&mut service, Method::DELETE, &path("p"), "2018-04-01", &Value::Null);
    assert_eq!((answer.status.as_u16(), answer.body.as_str()), (200, ""));
}

#[test]
fn a_deleted_profile_gives_its_name_back() {
    let mut service = with_profile("shop", &Value::Null);
    send(&mut service, Method::DELETE, &path("shop"), &Value::Null);
    let (status, _) = put(&mut service, &path("other"), &profile("shop", &Value::Null));
    assert_eq!(status, 201);
    // Another name frees the old one.
    put(&mut service, &path("other"), &profile("market", &Value::Null));
    create(&mut service, "shop", &Value::Null);
}
