//! What clients of Traffic Manager use beside it: groups with filters, tags, lists of resources, public IP addresses, App
//! Service plans.

use http::Method;
use serde_json::{Value, json};

use super::{GROUP, SUBSCRIPTION, create, get, path, profile, put, send};
use crate::service::{Request, Service, Settings};

const NULL: Value = Value::Null;

/// A list with more in its query than the version.
fn list(service: &mut Service, path: &str, query: &str) -> (u16, Value) {
    let request = Request {
        method: Method::GET,
        path: path.to_owned(),
        query: format!("api-version=2021-04-01&{}", query.replace(' ', "%20")),
        body: bytes::Bytes::new(),
    };
    let answer = service.answer(&request);
    (answer.status.as_u16(), serde_json::from_str(&answer.body).unwrap())
}

fn names(answer: &(u16, Value)) -> Vec<&str> {
    assert_eq!(answer.0, 200, "{}", answer.1);
    answer.1["value"].as_array().unwrap().iter().map(|element| element["name"].as_str().unwrap()).collect()
}

#[test]
fn a_patch_of_a_group_changes_what_it_has_and_keeps_the_rest() {
    let mut service = Service::default();
    let patch = json!({"tags": {"team": "web"}});
    assert_eq!(send(&mut service, Method::PATCH, GROUP, &patch).1["error"]["code"], "ResourceGroupNotFound");
    let manager = format!("{GROUP}/providers/Contoso.Things/managers/m");
    let body = json!({"location": "westus", "managedBy": manager, "tags": {"a": "b"}});
    assert_eq!(put(&mut service, GROUP, &body).1["managedBy"], *manager);
    let (status, patched) = send(&mut service, Method::PATCH, GROUP, &patch);
    assert_eq!((status, &patched["tags"]), (200, &json!({"team": "web"})));
    assert_eq!((&patched["managedBy"], &patched["location"]), (&json!(manager), &json!("westus")));
    let (_, patched) = send(&mut service, Method::PATCH, GROUP, &json!({"managedBy": "x"}));
    assert_eq!((&patched["managedBy"], &patched["tags"]), (&json!("x"), &json!({"team": "web"})));
    assert_eq!(get(&mut service, GROUP), patched);
}

#[test]
fn lists_of_groups_are_filtered_by_tag_and_cut_at_top() {
    let mut service = Service::default();
    let groups = format!("/subscriptions/{SUBSCRIPTION}/resourceGroups");
    for (name, tags) in [("a", json!({"env": "test"})), ("b", json!({"Env": "prod"})), ("c", NULL)] {
        put(&mut service, &format!("{groups}/{name}"), &json!({"location": "westus", "tags": tags}));
    }
    assert_eq!(names(&list(&mut service, &groups, "$filter=tagName eq 'ENV'")), ["a", "b"]);
    let both = "$filter=tagName eq 'env' and tagValue eq 'prod'";
    assert_eq!(names(&list(&mut service, &groups, both)), ["b"]);
    assert_eq!(names(&list(&mut service, &groups, "%24top=2")), ["a", "b"]);
    let (status, refused) = list(&mut service, &groups, "$filter=name eq 'a'");
    assert_eq!((status, &refused["error"]["code"]), (400, &json!("InvalidFilterInQueryString")));
    assert_eq!(refused["error"]["message"], "Invalid $filter 'name eq 'a'' specified in the query string.");
}

#[test]
fn a_public_ip_keeps_what_azure_keeps() {
    let mut service = Service::default();
    let ip = format!("{GROUP}/providers/Microsoft.Network/publicIPAddresses/ip");
    let tags = json!([{"ipTagType": "RoutingPreference", "tag": "Internet"}]);
    let body = json!({"location": "westeurope", "zones": ["1", "2", "3"], "sku": {"name": "Standard", "tier": "Global"},
        "properties": {"publicIPAllocationMethod": "Static", "ipTags": tags,
            "ddosSettings": {"protectionMode": "Enabled", "ddosProtectionPlan": {"id": "/plan"}},
            "dnsSettings": {"domainNameLabel": "shop", "reverseFqdn": "shop.example.com."}}});
    assert_eq!(put(&mut service, &ip, &body).0, 201);
    // It has to survive a restart as well.
    let state = serde_json::to_value(service.remembered()).unwrap();
    let mut service = Service::with_state(Settings::default(), state).unwrap();
    let request = Request {
        method: Method::GET,
        path: ip.clone(),
        query: "api-version=2024-05-01".to_owned(),
        body: bytes::Bytes::new(),
    };
    let read: Value = serde_json::from_str(&service.answer(&request).body).unwrap();
    assert_eq!((&read["zones"], &read["sku"]), (&body["zones"], &body["sku"]));
    let properties = &read["properties"];
    assert_eq!(
        (&properties["ipTags"], &properties["ddosSettings"]),
        (&tags, &body["properties"]["ddosSettings"])
    );
    assert_eq!(properties["dnsSettings"]["reverseFqdn"], "shop.example.com.");
    let bad = json!({"location": "westeurope", "sku": {"tier": "Galactic"}});
    assert_eq!(put(&mut service, &ip, &bad).0, 400);
}

/// A profile with a tag, an address and a plan in one group, and a profile in another.
fn furnished() -> Service {
    let mut service = Service::default();
    let mut tagged = profile("shop", &NULL);
    tagged["tags"] = json!({"team": "web"});
    put(&mut service, &path("shop"), &tagged);
    put(
        &mut service,
        &format!("{GROUP}/providers/Microsoft.Network/publicIPAddresses/ip"),
        &json!({"location": "westus"}),
    );
    let plan = json!({"location": "West US", "sku": {"name": "S1"}});
    put(&mut service, &format!("{GROUP}/providers/Microsoft.Web/serverfarms/plan"), &plan);
    put(&mut service, &path("other").replace("/rg/", "/rg2/"), &profile("other", &NULL));
    service
}

#[test]
fn the_resources_of_a_subscription_are_those_of_its_groups() {
    let mut service = furnished();
    let all = format!("/subscriptions/{SUBSCRIPTION}/resources");
    let answer = list(&mut service, &all, "");
    assert_eq!(names(&answer), ["shop", "ip", "plan", "other"]);
    let shop = &answer.1["value"][0];
    assert_eq!((&shop["id"], &shop["tags"]), (&json!(path("shop")), &json!({"team": "web"})));
    assert_eq!(answer.1["value"][2]["sku"]["tier"], "Standard");
    for (filter, expected) in [
        ("$filter=resourceType eq 'Microsoft.Network/trafficManagerProfiles'", &["shop", "other"][..]),
        ("$filter=resourceGroup eq 'RG2'", &["other"]),
        ("$filter=substringof('sho', name) or name eq 'plan'", &["shop", "plan"]),
        ("$top=1", &["shop"]),
    ] {
        assert_eq!(names(&list(&mut service, &all, filter)), expected, "{filter}");
    }
    let by_tag = list(&mut service, &all, "$filter=tagName eq 'Team' and tagValue eq 'web'");
    assert_eq!((names(&by_tag), &by_tag.1["value"][0]["tags"]), (vec!["shop"], &NULL));
    assert_eq!(names(&list(&mut service, &format!("{GROUP}/resources"), "")), ["shop", "ip", "plan"]);
}

#[test]
fn the_tags_of_every_scope_are_read_put_patched_and_deleted() {
    let mut service = furnished();
    let subscription = format!("/subscriptions/{SUBSCRIPTION}");
    let ip = format!("{GROUP}/providers/Microsoft.Network/publicIPAddresses/ip");
    let plan = format!("{GROUP}/providers/Microsoft.Web/serverfarms/plan");
    for scope in [subscription, GROUP.to_owned(), path("shop"), ip, plan] {
        let tags = format!("{scope}/providers/Microsoft.Resources/tags/default");
        let before = get(&mut service, &scope);
        get(&mut service, &tags);
        assert_eq!(get(&mut service, &scope), before, "to read tags changes nothing");
        let body = |given: Value| json!({"properties": {"tags": given}});
        let (status, made) = put(&mut service, &tags, &body(json!({"a": "1", "b": "2"})));
        let expected = json!({"id": tags, "name": "default", "type": "Microsoft.Resources/tags",
            "properties": {"tags": {"a": "1", "b": "2"}}});
        assert_eq!((status, made), (200, expected.clone()), "{scope}");
        assert_eq!(get(&mut service, &tags), expected);
        assert_eq!(get(&mut service, &scope)["tags"], json!({"a": "1", "b": "2"}));
        for (operation, given, expected) in [
            ("Merge", json!({"A": "3", "c": "4"}), json!({"a": "3", "b": "2", "c": "4"})),
            ("delete", json!({"B": "", "c": "no"}), json!({"a": "3", "c": "4"})),
            ("Replace", json!({"d": "5"}), json!({"d": "5"})),
        ] {
            let mut patch = body(given);
            patch["operation"] = json!(operation);
            let (status, patched) = send(&mut service, Method::PATCH, &tags, &patch);
            assert_eq!((status, &patched["properties"]["tags"]), (200, &expected), "{operation} {scope}");
        }
        assert_eq!(send(&mut service, Method::PATCH, &tags, &body(json!({"e": "6"}))).0, 400);
        assert_eq!(send(&mut service, Method::DELETE, &tags, &NULL).0, 200);
        assert_eq!(get(&mut service, &tags)["properties"]["tags"], json!({}));
    }
    let missing = format!("{}/providers/Microsoft.Resources/tags/default", path("none"));
    assert_eq!(send(&mut service, Method::GET, &missing, &NULL).1["error"]["code"], "ResourceNotFound");
    let many: serde_json::Map<String, Value> = (0..51).map(|n| (format!("t{n}"), json!(""))).collect();
    let tags = format!("{GROUP}/providers/Microsoft.Resources/tags/default");
    let refused = put(&mut service, &tags, &json!({"properties": {"tags": many}}));
    assert_eq!((refused.0, &refused.1["error"]["code"]), (400, &json!("InvalidTags")));
}

#[test]
fn a_read_only_lock_protects_tags() {
    let mut service = furnished();
    let lock = format!("{}/providers/Microsoft.Authorization/locks/frozen", path("shop"));
    put(&mut service, &lock, &json!({"properties": {"level": "ReadOnly"}}));
    let tags = format!("{}/providers/Microsoft.Resources/tags/default", path("shop"));
    let body = json!({"operation": "Merge", "properties": {"tags": {"a": "1"}}});
    assert_eq!(send(&mut service, Method::PATCH, &tags, &body).1["error"]["code"], "ScopeLocked");
}

#[test]
fn a_service_plan_is_made_read_changed_listed_and_deleted() {
    let mut service = Service::default();
    let plans = format!("{GROUP}/providers/Microsoft.Web/serverfarms");
    let plan = format!("{plans}/Plan");
    assert_eq!(send(&mut service, Method::GET, &plan, &NULL).0, 404);
    let body = json!({"location": "westeurope", "kind": "linux", "tags": {"a": "b"}, "sku": {"name": "P1v3", "capacity": 2},
        "properties": {"reserved": true, "zoneRedundant": true}});
    let (status, made) = put(&mut service, &plan, &body);
    assert_eq!(status, 200, "{made}");
    assert_eq!(
        (&made["id"], &made["location"], &made["kind"]),
        (&json!(plan), &json!("West Europe"), &json!("linux"))
    );
    let size = json!({"name": "P1v3", "tier": "PremiumV3", "size": "P1v3", "family": "Pv3", "capacity": 2});
    assert_eq!(made["sku"], size);
    let properties = &made["properties"];
    assert_eq!((&properties["reserved"], &properties["zoneRedundant"]), (&json!(true), &json!(true)));
    assert_eq!(
        (&properties["provisioningState"], &properties["resourceGroup"]),
        (&json!("Succeeded"), &json!("rg"))
    );
    assert_eq!(get(&mut service, &plan.to_lowercase())["sku"], size);

    let (status, patched) =
        send(&mut service, Method::PATCH, &plan, &json!({"properties": {"perSiteScaling": true}}));
    assert_eq!(
        (status, &patched["properties"]["perSiteScaling"], &patched["sku"]),
        (200, &json!(true), &size)
    );
    assert_eq!((&patched["tags"], &patched["properties"]["reserved"]), (&json!({"a": "b"}), &json!(true)));
    for list in [plans, format!("/subscriptions/{SUBSCRIPTION}/providers/Microsoft.Web/serverfarms")] {
        assert_eq!(get(&mut service, &list)["value"], json!([patched]));
    }
    for bad in [
        json!({"name": "Q7"}),
        json!({"name": "S1", "capacity": i64::MAX}),
        json!({"name": "B1", "capacity": -1}),
    ] {
        let (status, _) = put(&mut service, &plan, &json!({"location": "westeurope", "sku": bad}));
        assert_eq!(status, 400, "{bad}");
    }
    assert_eq!(send(&mut service, Method::DELETE, &plan, &NULL).0, 200);
    assert_eq!(send(&mut service, Method::DELETE, &plan, &NULL).0, 204);
}

#[test]
fn a_plan_needs_its_own_namespace_and_a_group_that_is_there() {
    let mut service = Service::new(Settings { strict_groups: true, ..Settings::default() });
    let plan = format!("{GROUP}/providers/Microsoft.Web/serverfarms/plan");
    let body = json!({"location": "westeurope"});
    assert_eq!(put(&mut service, &plan, &body).1["error"]["code"], "ResourceGroupNotFound");
    put(&mut service, GROUP, &json!({"location": "westeurope"}));
    let web = format!("/subscriptions/{SUBSCRIPTION}/providers/Microsoft.Web");
    send(&mut service, Method::POST, &format!("{web}/unregister"), &NULL);
    assert_eq!(put(&mut service, &plan, &body).1["error"]["code"], "MissingSubscriptionRegistration");
    create(&mut service, "p", &NULL);
    send(&mut service, Method::POST, &format!("{web}/register"), &NULL);
    assert_eq!(put(&mut service, &plan, &body).0, 200);
}
