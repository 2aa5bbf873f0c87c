//! `GET /emulator/route/{profile}` and `GET /emulator/profiles`.

use serde_json::{Value, json};

use crate::azure::{Azure, external, id, nested};

#[tokio::test]
async fn a_route_is_told_in_the_words_of_the_data_source() {
    let azure = Azure::with_shop().await;
    let answer = azure.get("/emulator/route/shop?source=198.51.100.33").await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let mut route = answer.json();
    let reasons = route["reasons"].take();
    assert!(reasons[0].as_str().unwrap().starts_with("shop (Priority): "), "{reasons}");
    let share = |endpoint: &str, share: f64, record: &str| json!({ "endpoint": endpoint, "share": share, "record_type": "CNAME", "record": record });
    let expected = json!({
        "profile_id": id("shop"),
        "query_type": "A",
        "source": "198.51.100.33",
        "geographic_code": "FR",
        "region": "francecentral",
        "record_type": "CNAME",
        "answers": ["blue.example.com", "green.example.com"],
        "ttl": 30,
        "endpoints": { "europe/blue": 0.7, "europe/green": 0.3 },
        "shares": [share("europe/blue", 0.7, "blue.example.com"), share("europe/green", 0.3, "green.example.com")],
        "no_data": 0.0,
        "nx_domain": 0.0,
        "reasons": null,
    });
    assert_eq!(route, expected);
}

#[tokio::test]
async fn a_route_follows_health_at_once_and_a_profile_may_be_named_by_its_id() {
    let azure = Azure::with_shop().await;
    let path = format!("/emulator/route/{}", id("SHOP").replace('/', "%2F"));
    let endpoints = async || azure.get(&path).await.json()["endpoints"].take();
    assert_eq!(endpoints().await, json!({ "europe/blue": 0.7, "europe/green": 0.3 }));
    azure.set_health("shop-europe", "blue", "Degraded");
    assert_eq!(endpoints().await, json!({ "europe/green": 1.0 }));
    azure.set_health("shop-europe", "green", "Stopped");
    assert_eq!(endpoints().await, json!({ "backup": 1.0 }));
}

#[tokio::test]
async fn the_place_the_region_and_the_type_of_a_query_decide() {
    let azure = Azure::start().await;
    let codes = |codes: &[&str]| json!({ "geoMapping": codes });
    let geographic = [
        external("eu", "eu.example.com", &codes(&["GEO-EU"])),
        external("us", "us.example.com", &codes(&["US"])),
    ];
    azure.put("places", "Geographic", &geographic);
    let location = |region: &str| json!({ "endpointLocation": region });
    let regions = [
        external("near", "near.example.com", &location("West Europe")),
        external("far", "far.example.com", &location("Japan East")),
    ];
    azure.put("regions", "Performance", &regions);
    azure.put("addresses", "MultiValue", &[external("v4", "192.0.2.7", &json!({}))]);
    for (path, expected) in [
        ("places?geographic_code=fr", json!({ "eu": 1.0 })),
        ("places?source=2001:db8::1", json!({ "us": 1.0 })),
        ("places?source=2001:db8::1&geographic_code=DE", json!({ "eu": 1.0 })),
        ("places", json!({})),
        ("regions?region=North%20Europe", json!({ "near": 1.0 })),
        ("regions?region=koreacentral", json!({ "far": 1.0 })),
        ("regions?geographic_code=KR", json!({ "far": 1.0 })),
        ("regions?source=203.0.113.20", json!({ "far": 1.0 })),
        ("regions", json!({ "near": 0.5, "far": 0.5 })),
        ("addresses?query_type=a", json!({ "v4": 1.0 })),
        ("addresses?query_type=AAAA", json!({})),
    ] {
        let answer = azure.get(&format!("/emulator/route/{path}")).await.json();
        assert_eq!(answer["endpoints"], expected, "{path}: {answer}");
        let has_answer = expected != json!({});
        assert_eq!(answer["record_type"] == "NODATA", !has_answer, "{path}: {answer}");
        assert_eq!(answer["no_data"] == 1.0, !has_answer, "{path}: {answer}");
    }
}

#[tokio::test]
async fn endpoints_of_two_kinds_with_one_name_are_both_there() {
    let azure = Azure::start().await;
    azure.put("child", "Priority", &[external("leaf", "leaf.example.com", &json!({}))]);
    let both = [
        nested("a", "child", &json!({ "weight": 1 })),
        external("a", "a.example.com", &json!({ "weight": 3 })),
    ];
    azure.put("shop", "Weighted", &both);
    let route = azure.get("/emulator/route/shop").await.json();
    assert_eq!(route["endpoints"], json!({ "a": 0.75, "a/leaf": 0.25 }));
    let listed = azure.get("/emulator/profiles").await.json();
    let kinds = listed[1]["endpoints"].as_array().unwrap().iter().map(|it| (&it["kind"], &it["share"]));
    let expected = [(&json!("nestedEndpoints"), &json!(0.25)), (&json!("externalEndpoints"), &json!(0.75))];
    assert!(expected.iter().all(|pair| kinds.clone().any(|found| found == *pair)), "{listed}");
}

#[tokio::test]
async fn profiles_are_listed_with_statuses_children_and_shares() {
    let azure = Azure::with_shop().await;
    azure.set_health("shop-europe", "blue", "Degraded");
    let answer = azure.get("/emulator/profiles").await;
    assert_eq!((answer.status, answer.header("content-type")), (200, Some("application/json")));
    let endpoint = |name: &str, status: &str, share: f64| {
        json!({
            "name": name, "kind": "externalEndpoints", "target": format!("{name}.example.com"), "status": "Enabled",
            "monitor_status": status, "child_id": null, "share": share,
        })
    };
    let mut europe = endpoint("europe", "Online", 1.0);
    europe["kind"] = json!("nestedEndpoints");
    europe["child_id"] = json!(id("shop-europe"));
    europe["target"] = json!("shop-europe.trafficmanager.net");
    let profile = |name: &str, method: &str, status: &str, endpoints: &[Value]| {
        json!({
            "name": name, "id": id(name), "fqdn": format!("{name}.trafficmanager.net"),
            "traffic_routing_method": method, "ttl": 30, "status": "Enabled", "monitor_status": status,
            "endpoints": endpoints,
        })
    };
    let of_europe = [endpoint("blue", "Degraded", 0.0), endpoint("green", "Online", 1.0)];
    let expected = json!([
        profile("shop", "Priority", "Online", &[europe, endpoint("backup", "Online", 0.0)]),
        profile("shop-europe", "Weighted", "Degraded", &of_europe),
    ]);
    assert_eq!(answer.json(), expected);
}

#[tokio::test]
async fn the_shares_of_the_list_are_those_of_the_query_and_none_is_guessed() {
    let azure = Azure::start().await;
    let codes = |codes: &[&str]| json!({ "geoMapping": codes });
    let endpoints = [
        external("eu", "eu.example.com", &codes(&["GEO-EU"])),
        external("us", "us.example.com", &codes(&["US"])),
    ];
    azure.put("places", "Geographic", &endpoints);
    for (parameters, expected) in [
        ("", json!([0.0, 0.0])),
        ("?geographic_code=FR", json!([1.0, 0.0])),
        ("?source=192.0.2.1", json!([0.0, 1.0])),
    ] {
        let listed = azure.get(&format!("/emulator/profiles{parameters}")).await.json();
        let shares = [0, 1].map(|index| listed[0]["endpoints"][index]["share"].clone());
        assert_eq!(json!(shares), expected, "{parameters}");
    }
}

#[tokio::test]
async fn a_child_that_was_deleted_is_named_and_stopped() {
    let azure = Azure::with_shop().await;
    azure.delete("shop-europe");
    let listed = azure.get("/emulator/profiles").await.json();
    let europe = &listed[0]["endpoints"][0];
    assert_eq!((listed.as_array().unwrap().len(), &europe["child_id"]), (1, &json!(id("shop-europe"))));
    assert_eq!((&europe["monitor_status"], &europe["share"]), (&json!("Stopped"), &json!(0.0)));
}

#[tokio::test]
async fn a_list_that_did_not_change_is_not_sent_again() {
    let azure = Azure::with_shop().await;
    let listed = async |tag: &str| {
        let known = format!("if-none-match: {tag}\r\n");
        azure.send("GET", "/emulator/profiles", &known, "").await
    };
    let tag = listed("\"old\"").await.header("etag").unwrap().to_owned();
    let same = listed(&tag).await;
    assert_eq!((same.status, same.body.as_str(), same.header("etag")), (304, "", Some(tag.as_str())));
    azure.set_health("shop", "backup", "Degraded");
    let other = listed(&tag).await;
    assert_eq!(other.status, 200);
    assert_ne!(other.header("etag"), Some(tag.as_str()));
}

#[tokio::test]
async fn what_cannot_be_asked_is_refused_and_named() {
    let azure = Azure::with_shop().await;
    for (path, status, words) in [
        ("route/none", 404, "there is no profile 'none'"),
        (
            "route/%2Fsubscriptions%2Fs%2FresourceGroups%2Fr%2Fproviders%2FMicrosoft.Network%2FtrafficManagerProfiles%2Fx",
            404,
            "there is no profile",
        ),
        ("route/shop?sources=192.0.2.1", 400, "unknown parameter 'sources'"),
        ("route/shop?latencies=1", 400, "unknown parameter 'latencies'"),
        ("route/shop?source=nowhere", 400, "source: 'nowhere' is not an IP address"),
        ("route/shop?geographic_code=France", 400, "use FR"),
        ("route/shop?region=mars", 400, "region: 'mars'"),
        ("route/shop?query_type=MX", 400, "query_type: 'MX'"),
        ("profiles?name=shop", 400, "unknown parameter 'name'"),
        ("route/", 404, "GET /emulator/route/{profile}"),
    ] {
        let answer = azure.get(&format!("/emulator/{path}")).await;
        let error = answer.json()["error"].as_str().unwrap_or_default().to_owned();
        assert!(answer.status == status && error.contains(words), "{path}: {answer:?}");
    }
    for path in ["/emulator/route/shop", "/emulator/profiles"] {
        assert_eq!(azure.send("PUT", path, "", "{}").await.status, 405);
    }
}

#[tokio::test]
async fn of_several_profiles_with_one_name_the_id_has_to_be_given() {
    let azure = Azure::with_shop().await;
    let body = json!({ "location": "global", "properties": {
        "trafficRoutingMethod": "Priority", "dnsConfig": { "relativeName": "other-shop", "ttl": 5 },
        "monitorConfig": { "protocol": "TCP", "port": 443 }, "endpoints": [],
    }});
    let other = id("shop").replace("/rg/", "/other/");
    azure.ask(http::Method::PUT, &other, &body);
    let answer = azure.get("/emulator/route/shop").await;
    assert!(answer.status == 400 && answer.body.contains("2 profiles are named 'shop'"), "{answer:?}");
    let answer = azure.get(&format!("/emulator/route/{}", other.replace('/', "%2F"))).await.json();
    assert_eq!((&answer["profile_id"], &answer["record_type"]), (&json!(other), &json!("NXDOMAIN")));
}

#[tokio::test]
async fn neither_is_in_the_log_of_requests_or_met_by_faults() {
    let azure = Azure::with_shop().await;
    azure.running.faults([serde_json::from_value(json!({ "drop": "before" })).unwrap()]).unwrap();
    for path in ["/", "/emulator/profiles", "/emulator/route/shop"] {
        assert_eq!(azure.get(path).await.status, 200, "{path}");
    }
    assert_eq!(azure.running.requests(), []);
}
