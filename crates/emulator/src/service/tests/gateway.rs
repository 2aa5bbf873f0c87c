//! What Azure Resource Manager does around Traffic Manager: locks, permissions, registration, deletion,
//! subscriptions, limits.

use http::Method;
use serde_json::{Value, json};

use super::{
    EXTERNAL, GROUP, SUBSCRIPTION, create, external, get, path, profile, put, send, send_version,
    with_profile,
};
use crate::service::{
    Access, Answer, Arrival, Caller, Request, RoleSeed, Service, Settings, SubscriptionSeed,
};

const NULL: Value = Value::Null;

fn code(answer: &(u16, Value)) -> (u16, &str) {
    (answer.0, answer.1["error"]["code"].as_str().unwrap_or_default())
}

fn lock(service: &mut Service, scope: &str, name: &str, level: &str) -> (u16, Value) {
    let path = format!("{scope}/providers/Microsoft.Authorization/locks/{name}");
    put(service, &path, &json!({"properties": {"level": level, "notes": "keep"}}))
}

#[test]
fn a_lock_forbids_to_delete_what_it_is_on_and_what_lies_above_and_below() {
    let endpoint = format!("{}/externalEndpoints/a", path("p"));
    for (scope, deleted) in [
        (path("p"), path("p")),
        (path("p"), endpoint),
        (GROUP.to_owned(), path("P")),
        (path("p"), GROUP.to_owned()),
    ] {
        let mut service = with_profile("p", &json!({"endpoints": [external("a", &NULL)]}));
        assert_eq!(lock(&mut service, &scope, "keep", "CanNotDelete").0, 201);
        let answer = send(&mut service, Method::DELETE, &deleted, &NULL);
        assert_eq!(code(&answer), (409, "ScopeLocked"), "{scope} {deleted}");
        assert_eq!(
            answer.1["error"]["message"],
            format!(
                "The scope '{deleted}' cannot perform delete operation because following scope(s) are locked: '{scope}'. \
                 Please remove the lock and try again."
            )
        );
        // It may be changed.
        assert_eq!(put(&mut service, &path("p"), &profile("p", &NULL)).0, 200);
        let lock = format!("{scope}/providers/Microsoft.Authorization/locks/KEEP");
        assert_eq!(send(&mut service, Method::DELETE, &lock, &NULL).0, 200);
        assert!([200, 202].contains(&send(&mut service, Method::DELETE, &deleted, &NULL).0));
    }
}

#[test]
fn a_lock_whose_path_was_doubled_protects_and_its_id_has_one_slash() {
    let mut service = with_profile("p", &NULL);
    let doubled = path("p").replace("/trafficManagerProfiles", "//trafficManagerProfiles");
    let (status, made) = lock(&mut service, &doubled, "keep", "CanNotDelete");
    let id = format!("{}/providers/Microsoft.Authorization/locks/keep", path("p"));
    assert_eq!((status, &made["id"]), (201, &json!(id)));
    for deleted in [path("p"), doubled, GROUP.to_owned()] {
        assert_eq!(
            code(&send(&mut service, Method::DELETE, &deleted, &NULL)),
            (409, "ScopeLocked"),
            "{deleted}"
        );
    }
    assert_eq!(send(&mut service, Method::DELETE, &id, &NULL).0, 200);
    assert_eq!(send(&mut service, Method::DELETE, &path("p"), &NULL).0, 200);
}

#[test]
fn a_lock_that_an_earlier_version_kept_with_two_slashes_protects() {
    let mut service = with_profile("p", &NULL);
    lock(&mut service, &path("p"), "keep", "CanNotDelete");
    let state = serde_json::to_string(service.remembered()).unwrap();
    let doubled = state
        .replace("Microsoft.Network/", "Microsoft.Network//")
        .replace("microsoft.network/", "microsoft.network//");
    assert_ne!(state, doubled);
    let mut service =
        Service::with_state(Settings::default(), serde_json::from_str(&doubled).unwrap()).unwrap();
    assert_eq!(code(&send(&mut service, Method::DELETE, &path("p"), &NULL)), (409, "ScopeLocked"));
}

#[test]
fn a_read_only_lock_forbids_to_change_what_lies_below_it_only() {
    let mut service = with_profile("p", &NULL);
    create(&mut service, "other", &NULL);
    lock(&mut service, &path("p"), "frozen", "ReadOnly");
    let body = json!({"properties": {"target": "a.example.com"}});
    let answer = put(&mut service, &format!("{}/externalEndpoints/a", path("P")), &body);
    assert_eq!(code(&answer), (409, "ScopeLocked"));
    let patch = json!({"tags": {}});
    assert_eq!(code(&send(&mut service, Method::PATCH, &path("p"), &patch)), (409, "ScopeLocked"));
    assert_eq!(send(&mut service, Method::PATCH, &path("other"), &patch).0, 200);
    assert_eq!(send(&mut service, Method::GET, &path("p"), &NULL).0, 200);
}

#[test]
fn locks_are_listed_where_they_act() {
    let mut service = with_profile("p", &NULL);
    lock(&mut service, GROUP, "of-group", "CanNotDelete");
    let (_, created) = lock(&mut service, &path("p"), "of-profile", "ReadOnly");
    assert_eq!(
        created,
        json!({"properties": {"level": "ReadOnly", "notes": "keep"},
            "id": format!("{}/providers/Microsoft.Authorization/locks/of-profile", path("p")),
            "type": "Microsoft.Authorization/locks", "name": "of-profile"})
    );
    for (scope, count) in [(GROUP.to_owned(), 2), (path("p"), 2), (path("q"), 1)] {
        let list = get(&mut service, &format!("{scope}/providers/Microsoft.Authorization/locks"));
        assert_eq!(list["value"].as_array().unwrap().len(), count, "{scope}");
    }
    let bad = json!({"properties": {"level": "Forever"}});
    let path = format!("{GROUP}/providers/Microsoft.Authorization/locks/x");
    assert_eq!(code(&put(&mut service, &path, &bad)), (400, "InvalidRequestContent"));
    assert_eq!(code(&send(&mut service, Method::GET, &path, &NULL)), (404, "LockNotFound"));
}

#[test]
fn a_group_that_is_being_deleted_takes_no_writes_until_it_is_gone() {
    let mut service = with_profile("p", &NULL);
    service.set_deletion_polls(2);
    let deleted = send_version(&mut service, Method::DELETE, GROUP, "2021-04-01", &NULL);
    assert_eq!(deleted.status, 202);
    let result = deleted.header("location").unwrap().to_owned();
    let result = result.split_once('?').unwrap().0;

    let answer = put(&mut service, &path("q"), &profile("q", &NULL));
    assert_eq!(code(&answer), (409, "ResourceGroupBeingDeleted"));
    assert_eq!(
        code(&put(&mut service, GROUP, &json!({"location": "westus"}))),
        (409, "ResourceGroupBeingDeleted")
    );
    assert_eq!(get(&mut service, GROUP)["properties"]["provisioningState"], "Deleting");
    assert_eq!(send(&mut service, Method::GET, &path("p"), &NULL).0, 200);

    let statuses: Vec<u16> = (0..4).map(|_| send(&mut service, Method::GET, result, &NULL).0).collect();
    assert_eq!(statuses, [202, 202, 200, 200]);
    assert_eq!(code(&send(&mut service, Method::GET, &path("p"), &NULL)), (404, "ResourceGroupNotFound"));
    assert_eq!(put(&mut service, GROUP, &json!({"location": "westus"})).0, 201);
}

#[test]
fn writes_need_a_registered_namespace_and_reads_do_not() {
    let mut service = with_profile("p", &NULL);
    let provider = format!("/subscriptions/{SUBSCRIPTION}/providers/microsoft.network");
    assert_eq!(get(&mut service, &provider)["registrationState"], "Registered");
    let (status, answer) = send(&mut service, Method::POST, &format!("{provider}/unregister"), &NULL);
    assert_eq!((status, &answer["registrationState"]), (200, &json!("Unregistering")));
    let answer = put(&mut service, &path("q"), &profile("q", &NULL));
    assert_eq!(code(&answer), (409, "MissingSubscriptionRegistration"));
    assert!(answer.1["error"]["message"].as_str().unwrap().contains("namespace 'Microsoft.Network'"));
    assert_eq!(send(&mut service, Method::GET, &path("p"), &NULL).0, 200);

    let (_, answer) = send(&mut service, Method::POST, &format!("{provider}/register"), &NULL);
    assert_eq!(answer["registrationState"], "Registering");
    assert_eq!(get(&mut service, &provider)["registrationState"], "Registered");
    create(&mut service, "q", &NULL);
    let unknown = format!("/subscriptions/{SUBSCRIPTION}/providers/Contoso.Things");
    assert_eq!(code(&send(&mut service, Method::GET, &unknown, &NULL)), (404, "InvalidResourceNamespace"));
}

#[test]
fn from_the_first_known_subscription_on_all_others_are_missing() {
    let mut service = with_profile("p", &NULL);
    let seed = |id: &str| SubscriptionSeed { id: id.to_owned(), name: None, tenant: None };
    assert!(service.seed_subscription(seed("mine")).unwrap_err().to_string().starts_with("id: 'mine'"));
    service.seed_subscription(seed("00000000-0000-0000-0000-000000000009")).unwrap();
    let answer = send(&mut service, Method::GET, &path("p"), &NULL);
    assert_eq!(code(&answer), (404, "SubscriptionNotFound"));
    let list = get(&mut service, "/subscriptions");
    assert_eq!(list["value"][0]["subscriptionId"], "00000000-0000-0000-0000-000000000009");
    assert_eq!(list["count"]["value"], 1);
    service.seed_subscription(seed(SUBSCRIPTION)).unwrap();
    assert_eq!(get(&mut service, &format!("/subscriptions/{SUBSCRIPTION}"))["state"], "Enabled");
    assert_eq!(send(&mut service, Method::GET, &path("p"), &NULL).0, 200);
}

#[test]
fn what_clients_ask_at_their_start_is_there() {
    let mut service = with_profile("p", &NULL);
    assert_eq!(get(&mut service, "/tenants")["value"][0]["tenantType"], "AAD");
    assert_eq!(get(&mut service, "/subscriptions")["value"][0]["subscriptionId"], SUBSCRIPTION);
    let subscription = format!("/subscriptions/{SUBSCRIPTION}");
    let locations = get(&mut service, &format!("{subscription}/locations"));
    let names: Vec<&str> = locations["value"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|location| location["name"].as_str())
        .collect();
    assert!(names.contains(&"westeurope"), "{names:?}");
    let providers = get(&mut service, &format!("{subscription}/providers"));
    assert!(providers["value"].as_array().unwrap().iter().any(|p| p["namespace"] == "Microsoft.Network"));
    let resources = get(&mut service, &format!("{GROUP}/resources"));
    assert_eq!(resources["value"][0]["type"], "Microsoft.Network/trafficManagerProfiles");
}

fn ask(service: &mut Service, method: Method, path: &str, client: &str) -> Answer {
    let caller = Caller {
        client_id: client.to_owned(),
        object_id: format!("object-of-{client}"),
        tenant: "00000000-0000-0000-0000-00000000000b".to_owned(),
    };
    let request = Request {
        method,
        path: path.to_owned(),
        query: "api-version=2022-04-01".to_owned(),
        body: profile("p", &NULL).to_string().into(),
    };
    let access = Access::Caller(caller);
    service.answer_for(&request, &Arrival { access: &access, ..Arrival::unchecked() })
}

#[test]
fn whoever_has_no_role_is_refused_once_somebody_has_one() {
    let mut service = with_profile("p", &NULL);
    assert_eq!(ask(&mut service, Method::GET, &path("p"), "me").status, 200);
    let role = |principal: &str, role: &str, scope: Option<&str>| RoleSeed {
        principal: principal.to_owned(),
        role: role.to_owned(),
        scope: scope.map(str::to_owned),
    };
    service.seed_role(&role("Reader-Client", "reader", None)).unwrap();
    service.seed_role(&role("object-of-writer", "Traffic Manager Contributor", Some(GROUP))).unwrap();

    let refused = ask(&mut service, Method::GET, &path("P"), "me");
    assert_eq!(refused.status, 403);
    let message: Value = serde_json::from_str(&refused.body).unwrap();
    assert_eq!(
        message["error"]["message"],
        format!(
            "The client 'me' with object id 'object-of-me' does not have authorization to perform action \
             'Microsoft.Network/trafficmanagerprofiles/read' over scope '{}' or the scope is invalid. If access was \
             recently granted, please refresh your credentials.",
            path("P")
        )
    );
    let elsewhere = path("p").replace("/rg/", "/rg2/");
    for (method, path, client, status) in [
        (Method::GET, path("p"), "reader-client", 200),
        (Method::PUT, path("p"), "reader-client", 403),
        (Method::PUT, path("p"), "writer", 200),
        (Method::DELETE, elsewhere, "writer", 403),
        (Method::DELETE, GROUP.to_owned(), "writer", 403),
        (
            Method::POST,
            "/providers/Microsoft.Network/checkTrafficManagerNameAvailability".to_owned(),
            "me",
            400,
        ),
    ] {
        assert_eq!(ask(&mut service, method, &path, client).status, status, "{path} {client}");
    }
    assert!(service.seed_role(&role("x", "King", None)).unwrap_err().to_string().starts_with("role: 'King'"));
    service.clear_roles();
    assert_eq!(ask(&mut service, Method::GET, &path("p"), "me").status, 200);
}

#[test]
fn a_token_of_another_tenant_is_refused_with_the_right_authority() {
    let mut service = with_profile("p", &NULL);
    let tenant = "00000000-0000-0000-0000-00000000000c".to_owned();
    let seed = SubscriptionSeed { id: SUBSCRIPTION.to_owned(), name: None, tenant: Some(tenant.clone()) };
    service.seed_subscription(seed).unwrap();
    let refused = ask(&mut service, Method::GET, &path("p"), "me");
    assert_eq!(refused.status, 401);
    assert!(refused.body.contains("InvalidAuthenticationTokenTenant"), "{}", refused.body);
    assert!(refused.header("www-authenticate").unwrap().contains(&tenant));
}

#[test]
fn profiles_and_endpoints_are_limited_and_the_limits_can_be_set() {
    let mut service = Service::new(Settings::default());
    assert_eq!(service.limits(), (200, 200));
    service.set_limits(Some(2), Some(1));
    create(&mut service, "a", &json!({"endpoints": [external("x", &NULL)]}));
    create(&mut service, "b", &NULL);
    let message = |answer: (u16, Value)| {
        assert_eq!(answer.0, 400);
        answer.1["error"]["message"].as_str().unwrap().to_owned()
    };
    let third = put(&mut service, &path("c"), &profile("c", &NULL));
    assert_eq!(message(third), "The limit of 2 Traffic Manager profiles per subscription is reached.");
    // An update needs no room.
    assert_eq!(put(&mut service, &path("b"), &profile("b", &NULL)).0, 200);
    let body = json!({"properties": {"target": "y.example.com"}});
    let second = put(&mut service, &format!("{}/externalEndpoints/y", path("a")), &body);
    assert_eq!(message(second), "The limit of 1 endpoints per Traffic Manager profile is reached.");
    let elsewhere = path("c").replace(SUBSCRIPTION, "00000000-0000-0000-0000-000000000002");
    assert_eq!(put(&mut service, &elsewhere, &profile("c", &NULL)).0, 201);
}

#[test]
fn tags_are_limited_in_number_length_and_characters() {
    let mut service = Service::default();
    let many: serde_json::Map<String, Value> =
        (0..51).map(|number| (format!("tag{number}"), json!("x"))).collect();
    for (tags, code) in [
        (json!(many), "InvalidTags"),
        (json!({"a/b": "x"}), "InvalidTagNameCharacters"),
        (json!({"a": "x".repeat(257)}), "InvalidTags"),
        (json!({"a".repeat(513): "x"}), "InvalidTags"),
    ] {
        let mut body = profile("p", &NULL);
        body["tags"] = tags;
        let answer = put(&mut service, &path("p"), &body);
        assert_eq!((answer.0, answer.1["error"]["code"].as_str()), (400, Some(code)));
    }
    let mut body = profile("p", &NULL);
    body["tags"] = json!({"a".repeat(512): "x".repeat(256)});
    assert_eq!(put(&mut service, &path("p"), &body).0, 201);
}

#[test]
fn a_public_ip_is_a_target_by_its_dns_name_and_in_its_region() {
    let mut service = with_profile("p", &NULL);
    let ip = |name: &str| format!("{GROUP}/providers/Microsoft.Network/publicIPAddresses/{name}");
    let body = json!({"location": "West US 2", "sku": {"name": "standard"},
        "properties": {"publicIPAllocationMethod": "Static", "dnsSettings": {"domainNameLabel": "MyDemoApp"}}});
    let (status, created) = put(&mut service, &ip("Front"), &body);
    assert_eq!((status, &created["properties"]["provisioningState"]), (201, &json!("Updating")));
    let read = get(&mut service, &ip("FRONT"));
    assert_eq!(read["properties"]["dnsSettings"]["fqdn"], "mydemoapp.westus2.cloudapp.azure.com");
    assert_eq!((&read["name"], &read["sku"]["name"]), (&json!("Front"), &json!("Standard")));
    assert_eq!(read["properties"]["provisioningState"], "Succeeded");
    assert_eq!(read["properties"]["ipAddress"], "198.18.0.1");

    let endpoint = format!("{}/azureEndpoints/e", path("p"));
    let (_, answer) = put(&mut service, &endpoint, &json!({"properties": {"targetResourceId": ip("front")}}));
    assert_eq!(answer["properties"]["target"], "mydemoapp.westus2.cloudapp.azure.com");
    assert_eq!(answer["properties"]["endpointLocation"], "West US 2");

    let (status, taken) = put(&mut service, &ip("other"), &body);
    assert_eq!((status, &taken["error"]["code"]), (400, &json!("DnsRecordInUse")));
    put(&mut service, &ip("nameless"), &json!({"location": "westus"}));
    let (status, refused) =
        put(&mut service, &endpoint, &json!({"properties": {"targetResourceId": ip("nameless")}}));
    assert_eq!(status, 400);
    assert!(refused["error"]["message"].as_str().unwrap().contains("must have a DNS name"), "{refused}");

    assert_eq!(get(&mut service, &ip("")[..ip("").len() - 1])["value"].as_array().unwrap().len(), 2);
    assert_eq!(send(&mut service, Method::DELETE, &ip("front"), &NULL).0, 202);
    assert_eq!(send(&mut service, Method::DELETE, &ip("front"), &NULL).0, 204);
    assert_eq!(code(&send(&mut service, Method::GET, &ip("front"), &NULL)), (404, "ResourceNotFound"));
}

#[test]
fn two_web_apps_of_one_region_do_not_fit_into_one_profile() {
    let mut service = Service::default();
    let app = |name: &str| format!("{GROUP}/providers/Microsoft.Web/sites/{name}");
    for name in ["one", "two"] {
        service.seed_target(&app(name), &format!("{name}.azurewebsites.net"), "westeurope");
    }
    let endpoint = |name: &str| {
        json!({"name": name, "type": EXTERNAL.replace("external", "azure"),
            "properties": {"targetResourceId": app(name)}})
    };
    let body = profile("p", &json!({"endpoints": [endpoint("one"), endpoint("two")]}));
    let (status, answer) = put(&mut service, &path("p"), &body);
    assert_eq!(status, 400);
    let message = answer["error"]["message"].as_str().unwrap();
    assert!(message.contains("Multiple domains point to region \"West Europe\""), "{message}");
}
