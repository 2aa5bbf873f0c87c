//! What is decided of a backend, without anything that acts.

use super::*;

fn export(cluster: &str, spec: &Value) -> Value {
    let mut export = json!({"spec": {
        "type": "LoadBalancer", "isDNSLabelConfigured": true, "publicIPResourceID": format!("/{cluster}"),
        "serviceReference": {"clusterId": cluster, "namespace": "shop", "name": "web"},
    }});
    for (key, value) in spec.as_object().into_iter().flatten() {
        export["spec"][key] = value.clone();
    }
    export
}

fn backend(weight: &Value) -> Value {
    json!({"metadata": {"uid": "U", "generation": 1},
        "spec": {"backend": {"name": "web"}, "profile": {"name": "web"}, "weight": weight}})
}

#[test]
fn the_first_reason_counts_why_a_service_is_no_endpoint() {
    for (spec, why) in [
        (json!({}), None),
        (
            json!({"type": "ClusterIP", "isInternalLoadBalancer": true}),
            Some("unsupported service type \"ClusterIP\""),
        ),
        (
            json!({"isInternalLoadBalancer": true, "publicIPResourceID": null}),
            Some("internal load balancer is not supported"),
        ),
        (
            json!({"publicIPResourceID": null, "isDNSLabelConfigured": false}),
            Some("in the processing of configuring public IP"),
        ),
        (json!({"isDNSLabelConfigured": false}), Some("DNS label is not configured to the public IP")),
    ] {
        assert_eq!(invalidity(&export("a", &spec)).as_deref(), why, "{spec}");
    }
}

#[test]
fn shares_are_rounded_up_and_never_leave_their_range() {
    for (backend, export, total, expected) in [
        (500, 100, 300, 167),
        (500, 200, 300, 334),
        (10, 2, 3, 7),
        (1, 1, 3, 1),
        (1000, 1000, 1000, 1000),
        (1, 1, 1001, 1),
        (i64::MAX, i64::MAX, 1, i64::MAX),
        (1, 1, 0, 1),
    ] {
        assert_eq!(share(backend, export, total), expected, "{backend} {export} {total}");
    }
}

#[test]
fn only_valid_services_share_the_weight_and_one_without_a_weight_counts_one() {
    let exports = [
        export("a", &json!({"weight": 3})),
        export("b", &json!({})),
        export("c", &json!({"type": "NodePort"})),
    ];
    let services = services(&backend(&json!(100)), &["a", "b", "c"], &exports).unwrap();
    let weights: Vec<(&str, i64, i64)> = services
        .endpoints
        .iter()
        .map(|(name, desired)| (name.as_str(), desired.weight, desired.export_weight))
        .collect();
    assert_eq!(weights, [("fleet-u#web#a", 75, 3), ("fleet-u#web#b", 25, 1)]);
    assert_eq!(services.invalid.keys().collect::<Vec<_>>(), ["c"]);
}

#[test]
fn a_cluster_without_export_ends_it() {
    let exports = [export("a", &json!({}))];
    assert_eq!(services(&backend(&json!(1)), &["a", "b"], &exports), Err("b".to_owned()));
}

#[test]
fn endpoints_are_compared_without_letter_case_and_those_of_others_not_at_all() {
    let exports = [export("a", &json!({})), export("b", &json!({}))];
    let wanted = services(&backend(&json!(100)), &["a", "b"], &exports).unwrap().endpoints;
    let endpoint = |name: &str, target: &str, weight: i64| {
        json!({"name": name, "type": "Microsoft.Network/trafficManagerProfiles/azureEndpoints",
            "properties": {"targetResourceId": target, "weight": weight, "endpointStatus": "Enabled"}})
    };
    let profile = json!({"properties": {"endpoints": [
        endpoint("Fleet-U#web#a", "/A", 50),
        endpoint("fleet-u#web#b", "/b", 49),
        endpoint("fleet-u#web#gone", "/c", 50),
        endpoint("fleet-other#web#a", "/d", 50),
        endpoint("extra", "/e", 50),
    ]}});
    let plan = plan(&profile, "u", &wanted);
    assert_eq!(plan.delete, ["fleet-u#web#gone"]);
    assert_eq!(plan.keep.keys().collect::<Vec<_>>(), ["fleet-u#web#a"]);
    // A deletion looks at letter case.
    assert_eq!(owned(&profile, "u"), ["fleet-u#web#b", "fleet-u#web#gone"]);
}

#[test]
fn a_disabled_endpoint_is_not_as_it_should_be() {
    let desired = Desired { target: "/a".to_owned(), weight: 5, cluster: "a".to_owned(), export_weight: 1 };
    let mut endpoint = endpoint_body(&desired);
    assert!(is_as_desired(&endpoint, &desired));
    endpoint["properties"]["endpointStatus"] = json!("Disabled");
    assert!(!is_as_desired(&endpoint, &desired));
}
