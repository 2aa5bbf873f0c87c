//! What the service refuses in a body, each by its text.

#![expect(clippy::needless_pass_by_value, reason = "bodies are written where they are passed")]

use serde_json::{Value, json};

use super::{EXTERNAL, GROUP, create, external, path, profile, put, send_version, with_profile};
use crate::service::Service;

/// What a profile of these properties is refused for; empty if it is taken.
fn why(properties: &Value) -> String {
    why_in(&mut Service::default(), "p", properties)
}

fn why_in(service: &mut Service, name: &str, properties: &Value) -> String {
    let (status, answer) = put(service, &path(name), &profile("p", properties));
    if status == 201 {
        return String::new();
    }
    assert_eq!((status, &answer["error"]["code"]), (400, &json!("BadRequest")), "{answer}");
    answer["error"]["message"].as_str().unwrap().to_owned()
}

fn why_monitor(monitor: Value) -> String {
    why(&json!({ "monitorConfig": monitor }))
}

fn why_endpoints(method: &str, endpoints: &[Value]) -> String {
    why(&json!({ "trafficRoutingMethod": method, "endpoints": endpoints }))
}

fn why_endpoint(properties: Value) -> String {
    why_endpoints("Weighted", &[external("e", &properties)])
}

#[track_caller]
fn check(refused: &str, words: &str) {
    assert!(refused.contains(words), "expected {words:?} in {refused:?}");
}

#[test]
fn all_problems_come_in_one_message() {
    let refused = why(&json!({"dnsConfig": {"relativeName": "-", "ttl": -1},
        "monitorConfig": {"protocol": "HTTP", "port": 0, "path": "/"}}));
    assert_eq!(refused.split(" \n").count(), 3, "{refused}");
}

#[test]
fn names_follow_azures_rules() {
    for name in ["a.b", "a_b", "-a", "a-", &"a".repeat(64)] {
        check(&why_in(&mut Service::default(), name, &Value::Null), "The profile name");
    }
    for name in ["a_b", "a..b", "-a", "", &"a".repeat(64)] {
        check(&why(&json!({"dnsConfig": {"relativeName": name}})), "The relative DNS name");
    }
    assert_eq!(why(&json!({"dnsConfig": {"relativeName": "a.b-c.d"}})), "");
}

#[test]
fn what_has_no_default_has_to_be_given() {
    let refused = why(&json!({"trafficRoutingMethod": null, "dnsConfig": {}, "monitorConfig": {}}));
    for property in
        ["trafficRoutingMethod", "dnsConfig.relativeName", "monitorConfig.protocol", "monitorConfig.port"]
    {
        check(&refused, &format!("The property 'properties.{property}' must be specified."));
    }
}

#[test]
fn words_and_types_are_checked() {
    let refused = why(
        &json!({"trafficRoutingMethod": "Random", "profileStatus": 1, "dnsConfig": "p", "maxReturn": "2"}),
    );
    check(
        &refused,
        "The value 'Random' of the property 'properties.trafficRoutingMethod' is invalid. Valid values are: ",
    );
    check(&refused, "The property 'properties.profileStatus' must be a string.");
    check(&refused, "The property 'properties.dnsConfig' must be an object.");
    check(&refused, "The property 'properties.maxReturn' must be an integer.");
    check(
        &why_endpoint(json!({"subnets": ["192.0.2.0"]})),
        "The element 'properties.endpoints[0].properties.subnets[0]'",
    );
}

#[test]
fn ttl_has_31_bits() {
    check(
        &why(&json!({"dnsConfig": {"relativeName": "p", "ttl": 2_147_483_648_i64}})),
        "The TTL '2147483648'",
    );
    assert_eq!(why(&json!({"dnsConfig": {"relativeName": "p", "ttl": 2_147_483_647}})), "");
}

#[test]
fn the_path_belongs_to_http() {
    check(
        &why_monitor(json!({"protocol": "TCP", "port": 1, "path": "/"})),
        "must not be specified for the protocol TCP",
    );
    assert_eq!(why_monitor(json!({"protocol": "TCP", "port": 1, "path": ""})), "");
    check(&why_monitor(json!({"protocol": "HTTP", "port": 1})), "The monitoring path must be specified");
    for path in ["/{0}/health/check", "health"] {
        let refused = why_monitor(json!({"protocol": "HTTP", "port": 1, "path": path}));
        assert_eq!(refused, format!("The supplied monitoring path {path} is not well-formed."));
    }
    let headers = json!({"protocol": "TCP", "port": 1, "customHeaders": [{"name": "a", "value": "b"}]});
    assert_eq!(why_monitor(headers), "", "without effect, and taken");
}

#[test]
fn probes_have_two_intervals() {
    let timing = |interval: i64, timeout: i64, tolerated: i64| {
        why_monitor(
            json!({"protocol": "TCP", "port": 1, "intervalInSeconds": interval, "timeoutInSeconds": timeout,
            "toleratedNumberOfFailures": tolerated}),
        )
    };
    for (interval, timeout, tolerated) in [(10, 5, 0), (10, 9, 9), (30, 5, 3), (30, 10, 3)] {
        assert_eq!(timing(interval, timeout, tolerated), "");
    }
    check(&timing(20, 9, 3), "The monitoring interval '20'");
    check(&timing(10, 10, 3), "between 5 and 9");
    check(&timing(30, 4, 3), "between 5 and 10");
    check(&timing(30, 10, 10), "The tolerated number of failures '10'");
    check(&why_monitor(json!({"protocol": "TCP", "port": 65536})), "The monitoring port '65536'");
}

#[test]
fn headers_and_ranges_are_at_most_eight_and_well_formed() {
    let http = |extra: Value| {
        let mut monitor = json!({"protocol": "HTTP", "port": 80, "path": "/"});
        monitor.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        why_monitor(monitor)
    };
    let headers =
        |count: usize| (0..count).map(|i| json!({"name": format!("h{i}"), "value": "v"})).collect::<Vec<_>>();
    assert_eq!(http(json!({"customHeaders": headers(8)})), "");
    check(&http(json!({"customHeaders": headers(9)})), "At most 8 custom headers");
    let twice = json!([{"name": "host", "value": "a"}, {"name": "Host", "value": "b"}]);
    check(
        &http(json!({"customHeaders": twice.clone()})),
        "Duplicate custom header names for b are not allowed.",
    );
    check(&why_endpoint(json!({"customHeaders": twice})), "Duplicate custom header names");
    let range = |min: i64, max: i64| http(json!({"expectedStatusCodeRanges": [{"min": min, "max": max}]}));
    assert_eq!(range(200, 499), "");
    check(&range(300, 200), "The expected status code range 300-200");
}

#[test]
fn multi_value_profiles_have_addresses_and_a_number() {
    let refused = why(&json!({"trafficRoutingMethod": "MultiValue"}));
    assert_eq!(refused, "MaxReturn property must be defined for MultiValue profiles.");
    check(&why(&json!({"trafficRoutingMethod": "MultiValue", "maxReturn": 9})), "between 1 and 8");
    let multi = |endpoint: Value| {
        why(&json!({"trafficRoutingMethod": "MultiValue", "maxReturn": 2, "endpoints": [endpoint]}))
    };
    assert_eq!(multi(external("e", &json!({"target": "2001:db8::1"}))), "");
    check(
        &multi(external("e", &Value::Null)),
        "is not allowed in a profile with the routing method MultiValue",
    );
}

#[test]
fn endpoints_of_a_profile_need_name_type_and_properties() {
    let one = why(&json!({"endpoints": [{"properties": {"target": "a.example.com"}}]}));
    assert_eq!(
        one,
        "Endpoint name '' is invalid. \nEndpoint names cannot be empty or all whitespace, and must be up to 260 \
         alphanumeric characters long. \nThe type '<null>' specified for endpoint '<null>' is invalid. Valid endpoint \
         types are: \n'Microsoft.Network/trafficManagerProfiles/azureEndpoints', \
         'Microsoft.Network/trafficManagerProfiles/externalEndpoints', \
         'Microsoft.Network/trafficManagerProfiles/nestedEndpoints'."
    );
    let two = why(&json!({"endpoints": [{"properties": {}}, {"properties": {}}]}));
    let third =
        "There are duplicates in the list of endpoints. The following endpoint(s) appear more than once: .";
    assert_eq!(two, format!("{one} \n{third}"));
    let without = why(&json!({"endpoints": [{"name": "ep1", "type": EXTERNAL}]}));
    assert_eq!(without, "Please specify properties for endpoint 'ep1'");
    let twice = why_endpoints(
        "Weighted",
        &[external("a", &Value::Null), external("A", &json!({"target": "b.example"}))],
    );
    check(&twice, "The following endpoint(s) appear more than once: A.");
    check(
        &why_endpoints("Weighted", &[external(&"e".repeat(261), &json!({"target": "a.example"}))]),
        "Endpoint name",
    );
}

#[test]
fn an_endpoint_needs_properties() {
    let mut service = with_profile("p", &Value::Null);
    let answer = send_version(
        &mut service,
        http::Method::PUT,
        &format!("{}/externalEndpoints/ep1", path("p")),
        "2022-04-01",
        &json!({"name": "ep1"}),
    );
    assert!(answer.body.contains("Please specify properties for endpoint 'ep1'"));
}

#[test]
fn targets_are_names_or_addresses_and_unique() {
    for target in ["https://a.example", "a.example:443", "a.example/path", "a b", "a..b"] {
        check(&why_endpoint(json!({ "target": target })), "without a scheme, port or path");
    }
    check(&why_endpoint(json!({"target": ""})), "The target of endpoint 'e' must be specified.");
    let twice =
        [external("a", &json!({"target": "x.example"})), external("b", &json!({"target": "X.example"}))];
    check(
        &why_endpoints("Weighted", &twice),
        "Endpoint target must be unique in the profile. The following endpoint target already exists: X.example.",
    );
    let id = format!("{}/providers/Microsoft.Network/publicIPAddresses/ip", GROUP.replace("/rg", "/RG"));
    let azure = |name: &str| {
        json!({"name": name, "type": "Microsoft.Network/trafficManagerProfiles/azureEndpoints",
            "properties": {"targetResourceId": id}})
    };
    check(
        &why_endpoints("Weighted", &[azure("a"), azure("b")]),
        &format!("already exists: {}.", id.replace("/RG/", "/rg/")),
    );
    let mut no_id = azure("a");
    no_id["properties"]["targetResourceId"] = json!("/subscriptions/s/nonsense");
    check(&why_endpoints("Weighted", &[no_id]), "It must be the id of a resource.");
}

#[test]
fn addresses_do_not_mix_with_names() {
    let mixed = [external("a", &Value::Null), external("b", &json!({"target": "192.0.2.1"}))];
    check(&why_endpoints("Weighted", &mixed), "cannot be combined with other endpoints");
}

#[test]
fn weights_and_priorities_have_ranges_and_priorities_are_unique() {
    for value in [0, 1001] {
        check(&why_endpoint(json!({ "weight": value })), "The weight");
        check(&why_endpoint(json!({ "priority": value })), "The priority");
    }
    let same = [external("a", &json!({"priority": 3})), external("b", &json!({"priority": 3}))];
    check(&why_endpoints("Weighted", &same), "The endpoints 'a' and 'b' both have the priority 3.");
}

#[test]
fn performance_needs_regions() {
    check(
        &why_endpoints("Performance", &[external("e", &Value::Null)]),
        "The endpointLocation of endpoint 'e'",
    );
    assert_eq!(why_endpoints("Performance", &[external("e", &json!({"endpointLocation": "eastus"}))]), "");
    check(&why_endpoint(json!({"endpointLocation": "global"})), "is not a region");
}

#[test]
fn geographic_maps_each_known_place_once_and_every_endpoint() {
    let geo = |a: Value, b: Value| {
        let endpoints = [external("a", &json!({"geoMapping": a})), external("b", &json!({"geoMapping": b}))];
        why_endpoints("Geographic", &endpoints)
    };
    assert_eq!(geo(json!(["GEO-EU", "US-AL"]), json!(["WORLD"])), "");
    check(&geo(json!(["DE"]), json!([])), "The endpoint 'b' must have a geoMapping");
    check(
        &geo(json!(["DE"]), json!(["FR", "DE"])),
        "The location 'DE' is mapped by the endpoints 'a' and 'b'.",
    );
    assert_eq!(
        geo(json!(["DE"]), json!(["NOTAGEOCODE"])),
        "The following locations specified in the geoMapping property for endpoint \u{2018}b\u{2019} are not \
         supported: NOTAGEOCODE. For a list of supported locations, see the Traffic Manager documentation."
    );
}

#[test]
fn subnets_do_not_overlap() {
    let subnets = |a: Value, b: Value| {
        let endpoints = [external("a", &json!({"subnets": [a]})), external("b", &json!({"subnets": [b]}))];
        why_endpoints("Subnet", &endpoints)
    };
    let block = json!({"first": "192.0.2.0", "scope": 24});
    assert_eq!(subnets(block.clone(), json!({"first": "192.0.3.0", "last": "192.0.3.9"})), "");
    check(&subnets(block.clone(), json!({"first": "192.0.2.255"})), "Those of the endpoints 'a' and 'b' do.");
    check(
        &subnets(block, json!({"first": "192.0.3.1", "scope": 24})),
        "The subnet that begins with '192.0.3.1'",
    );
}

#[test]
fn minimums_and_always_serve_depend_on_the_kind() {
    check(&why_endpoint(json!({"minChildEndpoints": 2})), "is not a nested endpoint");
    let nested = |properties: Value| {
        let mut service = Service::default();
        let (_, child) = put(&mut service, &path("child"), &profile("child", &Value::Null));
        let mut endpoint = json!({"name": "n", "type": "Microsoft.Network/trafficManagerProfiles/nestedEndpoints",
            "properties": properties});
        endpoint["properties"]["targetResourceId"] = child["id"].clone();
        why_in(&mut service, "p", &json!({ "endpoints": [endpoint] }))
    };
    assert_eq!(nested(json!({"minChildEndpoints": 2, "minChildEndpointsIPv4": 2})), "");
    check(&nested(json!({"minChildEndpoints": 0})), "must be at least 1");
    check(&nested(json!({"minChildEndpointsIPv6": 2})), "must not be lower than");
    check(
        &nested(json!({"alwaysServe": "Enabled"})),
        "AlwaysServe must not be enabled for the nested endpoint 'n'.",
    );
}

#[test]
fn nesting_needs_a_child_and_an_end() {
    let nest = |service: &mut Service, parent: &str, child: &str| {
        let body = json!({"properties": {"targetResourceId": child}});
        let (status, answer) = put(service, &format!("{}/nestedEndpoints/n", path(parent)), &body);
        (status, answer["error"]["message"].as_str().unwrap_or_default().to_owned())
    };
    let mut service = with_profile("l0", &Value::Null);
    check(&nest(&mut service, "l0", &path("gone")).1, "does not exist");
    let ip = format!("{GROUP}/providers/Microsoft.Network/publicIPAddresses/ip");
    check(&nest(&mut service, "l0", &ip).1, "is not the id of a Traffic Manager profile");
    check(&nest(&mut service, "l0", &path("L0")).1, "contain itself");
    for level in 1..=9 {
        create(&mut service, &format!("l{level}"), &Value::Null);
        assert_eq!(nest(&mut service, &format!("l{level}"), &path(&format!("l{}", level - 1))).0, 201);
    }
    create(&mut service, "l10", &Value::Null);
    check(&nest(&mut service, "l10", &path("l9")).1, "more than 10 levels");
    check(&nest(&mut service, "l0", &path("l9")).1, "contain itself");
}

fn web_app(app: &str) -> String {
    format!("{GROUP}/providers/Microsoft.Web/sites/{app}")
}

fn to_web_app(app: &str) -> Value {
    json!({"name": app, "type": "Microsoft.Network/trafficManagerProfiles/azureEndpoints",
        "properties": {"targetResourceId": web_app(app)}})
}

#[test]
fn two_web_apps_of_a_region_are_refused() {
    let mut service = Service::default();
    for app in ["a", "b"] {
        service.seed_target(&web_app(app), &format!("{app}.azurewebsites.net"), "westeurope");
    }
    let refused = why_in(&mut service, "p", &json!({"endpoints": [to_web_app("a"), to_web_app("b")]}));
    assert_eq!(
        refused,
        "Some of the provided Azure Website endpoints are not valid: One or more conflicts detected in traffic manager \
         configuration. Multiple domains point to region \"West Europe\": a.azurewebsites.net, b.azurewebsites.net"
    );
}

#[test]
fn web_apps_below_the_standard_tier_are_refused() {
    let mut service = Service::default();
    let mut seed = |app: &str, region, tier| {
        service.seed_web_app(&web_app(app), &format!("{app}.azurewebsites.net"), region, tier).unwrap();
    };
    seed("a", "westeurope", "free");
    seed("b", "eastus", "Standard");
    seed("c", "westus", "Basic");
    let endpoints = json!({"endpoints": [to_web_app("a"), to_web_app("b"), to_web_app("c")]});
    assert_eq!(
        why_in(&mut service, "p", &endpoints),
        "Some of the provided Azure Website endpoints are not valid: Traffic manager configuration is not valid because \
         one or more domains do not belong to subscription \"00000000-0000-0000-0000-000000000001\": \
         a.azurewebsites.net, c.azurewebsites.net"
    );
    assert_eq!(why_in(&mut service, "p", &json!({"endpoints": [to_web_app("b")]})), "");
}

#[test]
fn only_web_apps_have_a_tier() {
    let mut service = Service::default();
    let ip = format!("{GROUP}/providers/Microsoft.Network/publicIPAddresses/ip");
    let error = service.seed_web_app(&ip, "ip.example", "eastus", "Basic").unwrap_err();
    check(&error.to_string(), "only a web app");
    let error = service.seed_web_app(&web_app("a"), "a.example", "eastus", "Gold").unwrap_err();
    check(&error.to_string(), "tier: 'Gold' is not possible; use Free,");
}

#[test]
fn a_record_type_fits_the_targets() {
    let typed = |record_type: &str, target: &str| {
        let properties =
            json!({"recordType": record_type, "endpoints": [external("e", &json!({ "target": target }))]});
        let body = profile("p", &properties);
        send_version(&mut Service::default(), http::Method::PUT, &path("p"), "2026-09-01", &body)
            .status
            .as_u16()
    };
    assert_eq!(typed("A", "192.0.2.1"), 201);
    assert_eq!(typed("AAAA", "2001:db8::1"), 201);
    assert_eq!(typed("CNAME", "a.example"), 201);
    for (record_type, target) in
        [("A", "2001:db8::1"), ("AAAA", "192.0.2.1"), ("CNAME", "192.0.2.1"), ("A", "a.example")]
    {
        assert_eq!(typed(record_type, target), 400, "{record_type} {target}");
    }
}
