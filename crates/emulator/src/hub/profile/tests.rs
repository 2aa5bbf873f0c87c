//! What is decided of a profile, without anything that acts.

use super::*;

fn object(monitor: &Value) -> Value {
    json!({"metadata": {"namespace": "shop", "name": "web", "uid": "u"},
        "spec": {"resourceGroup": "rg", "monitorConfig": monitor}})
}

fn of_azure(monitor: &Value) -> Value {
    let mut azure = desired(&defaulted(&object(monitor)));
    azure["properties"]["dnsConfig"]["fqdn"] = json!("shop-web.trafficmanager.net");
    azure["properties"]["monitorConfig"]["profileMonitorStatus"] = json!("Online");
    azure
}

#[test]
fn defaults_are_those_of_the_controller() {
    let monitor = |given: &Value| defaulted(&object(given))["spec"]["monitorConfig"].clone();
    let usual = json!({"intervalInSeconds": 30, "path": "/", "port": 80, "protocol": "HTTP",
        "toleratedNumberOfFailures": 3, "timeoutInSeconds": 10});
    assert_eq!(monitor(&Value::Null), usual);
    assert_eq!(monitor(&json!({"intervalInSeconds": 10}))["timeoutInSeconds"], 9);
    assert_eq!(monitor(&json!({"intervalInSeconds": 10, "timeoutInSeconds": 5}))["timeoutInSeconds"], 5);
    // The path goes with TCP as well.
    assert_eq!(monitor(&json!({"protocol": "TCP"}))["path"], "/");
}

#[test]
fn each_field_that_fleet_looks_at_makes_a_difference_and_no_other_does() {
    let wanted = desired(&defaulted(&object(&Value::Null)));
    let same = of_azure(&Value::Null);
    assert!(is_as_desired(&same, &wanted));
    for (path, value) in [
        ("/properties/monitorConfig/intervalInSeconds", json!(10)),
        ("/properties/monitorConfig/path", json!("/x")),
        ("/properties/monitorConfig/port", json!(81)),
        ("/properties/monitorConfig/protocol", json!("HTTPS")),
        ("/properties/monitorConfig/timeoutInSeconds", json!(9)),
        ("/properties/monitorConfig/toleratedNumberOfFailures", json!(4)),
        ("/properties/profileStatus", json!("Disabled")),
        ("/properties/trafficRoutingMethod", json!("Priority")),
        ("/properties/dnsConfig/ttl", json!(30)),
        ("/tags/networking.fleet.azure.com.trafficManagerProfile", json!("x/y")),
    ] {
        let mut other = same.clone();
        *other.pointer_mut(path).unwrap() = value;
        assert!(!is_as_desired(&other, &wanted), "{path}");
    }
    let mut other = same.clone();
    other["properties"]["monitorConfig"]["customHeaders"] = json!([{"name": "a", "value": "b"}]);
    assert!(!is_as_desired(&other, &wanted));
    let mut other = same;
    other["tags"]["more"] = json!("tags");
    other["location"] = json!("elsewhere");
    other["properties"]["dnsConfig"]["relativeName"] = json!("x");
    other["properties"]["endpoints"] = json!([1]);
    other["properties"]["monitorConfig"]["expectedStatusCodeRanges"] = json!([1]);
    other["properties"]["maxReturn"] = json!(1);
    assert!(is_as_desired(&other, &wanted));
}

#[test]
fn the_order_of_headers_does_not_count() {
    let headers =
        |names: [&str; 2]| json!({"customHeaders": names.map(|name| json!({"name": name, "value": "v"}))});
    let wanted = desired(&defaulted(&object(&headers(["a", "b"]))));
    assert!(is_as_desired(&of_azure(&headers(["b", "a"])), &wanted));
    assert!(!is_as_desired(&of_azure(&headers(["b", "c"])), &wanted));
    let none = desired(&defaulted(&object(&json!({"customHeaders": []}))));
    assert!(is_as_desired(&of_azure(&Value::Null), &none));
}

#[test]
fn an_answer_without_name_or_id_leaves_them_out_of_the_status() {
    let mut before = object(&Value::Null);
    before["status"] = json!({"dnsName": "old", "resourceID": "/old"});
    let condition = condition(Attempt::Done).unwrap();
    let told = with_status(&before, &condition, Some(&json!({"id": "/new"})), "now");
    assert_eq!((&told["status"]["resourceID"], &told["status"]["dnsName"]), (&json!("/new"), &Value::Null));
    let told = with_status(&before, &condition, None, "now");
    assert_eq!((&told["status"]["resourceID"], &told["status"]["dnsName"]), (&Value::Null, &Value::Null));
}
