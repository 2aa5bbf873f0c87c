//! Every routing method, with the health of its endpoints, as a client of DNS sees it.

use std::collections::HashMap;

use hickory_proto::op::ResponseCode;
use http::Method;
use serde_json::json;

use crate::azure::{Azure, endpoint};
use crate::client::{A, AAAA, ANY, CNAME, Query, TXT};

/// How often a choice at random is looked at.
const TIMES: usize = 20_000;

/// The answer `CNAME {name}.example.com.`.
fn cname(name: &str) -> Vec<String> {
    vec![format!("CNAME {name}.example.com.")]
}

#[tokio::test]
async fn priority_answers_the_first_that_is_not_degraded_and_comes_back() {
    let azure = Azure::start().await;
    let endpoints =
        ["east", "west", "north"].map(|name| endpoint(name, &format!("{name}.example.com"), &json!({})));
    azure.put("shop", "Priority", &endpoints);
    // Fresh endpoints are being checked, and served meanwhile.
    assert_eq!(azure.records("shop", A).await, cname("east"));
    azure.set_health("shop", &["east"], "Degraded");
    assert_eq!(azure.records("shop", A).await, cname("west"));
    azure.set_health("shop", &["west"], "Stopped");
    assert_eq!(azure.records("shop", A).await, cname("north"));
    // All that are Degraded count as Online when no other can serve.
    azure.set_health("shop", &["north"], "Degraded");
    assert_eq!(azure.records("shop", A).await, cname("east"));
    azure.set_health("shop", &["east", "west", "north"], "Stopped");
    let none = azure.reply("shop", A).await;
    assert_eq!((none.rcode(), none.answers().len()), (ResponseCode::NoError, 0));
    azure.set_health("shop", &["west"], "Online");
    assert_eq!(azure.records("shop", A).await, cname("west"));
}

#[tokio::test]
async fn a_profile_without_an_enabled_endpoint_or_switched_off_does_not_exist() {
    let azure = Azure::start().await;
    let east = endpoint("east", "east.example.com", &json!({}));
    azure.put("shop", "Priority", std::slice::from_ref(&east));
    assert_eq!(azure.reply("shop", A).await.rcode(), ResponseCode::NoError);
    azure.put_with("shop", "Priority", &json!({ "profileStatus": "Disabled" }), std::slice::from_ref(&east));
    assert_eq!(azure.reply("shop", A).await.rcode(), ResponseCode::NXDomain);
    azure.put_with("shop", "Priority", &json!({ "profileStatus": "Enabled" }), &[]);
    assert_eq!(azure.reply("shop", A).await.rcode(), ResponseCode::NXDomain);
    let off = endpoint("east", "east.example.com", &json!({ "endpointStatus": "Disabled" }));
    azure.put("shop", "Priority", &[off]);
    assert_eq!(azure.reply("shop", A).await.rcode(), ResponseCode::NXDomain);
    azure.put("shop", "Priority", &[east]);
    assert_eq!(azure.records("shop", A).await, cname("east"));
    azure.delete("shop");
    assert_eq!(azure.reply("shop", A).await.rcode(), ResponseCode::NXDomain);
}

/// How often each endpoint was answered.
async fn counts(azure: &Azure, name: &str) -> HashMap<String, u32> {
    let query = Query::new(&format!("{name}.trafficmanager.net"), A);
    let mut counts = HashMap::new();
    for _ in 0..TIMES {
        let [answer] = &azure.dns.ask(&query).await.answers()[..] else { panic!("one record") };
        let target = answer.rsplit(' ').next().unwrap();
        *counts.entry(target.split('.').next().unwrap().to_owned()).or_default() += 1;
    }
    counts
}

/// How far counts are from what weights promise: Pearson's chi-square.
fn chi_square(counts: &HashMap<String, u32>, weights: &[(&str, u32)]) -> f64 {
    let total: u32 = weights.iter().map(|(_, weight)| weight).sum();
    assert!(counts.keys().all(|name| weights.iter().any(|(known, _)| known == name)), "{counts:?}");
    let term = |(name, weight): &(&str, u32)| {
        let expected = f64::from(counts.values().sum::<u32>()) * f64::from(*weight) / f64::from(total);
        (f64::from(counts.get(*name).copied().unwrap_or_default()) - expected).powi(2) / expected
    };
    weights.iter().map(term).sum()
}

#[tokio::test]
async fn weights_are_the_shares_of_answers_and_a_change_is_seen_by_the_next_query() {
    let azure = Azure::start().await;
    let weights = [("a", 1), ("b", 2), ("c", 7), ("d", 90)];
    let endpoints = weights
        .map(|(name, weight)| endpoint(name, &format!("{name}.example.com"), &json!({ "weight": weight })));
    azure.put("shop", "Weighted", &endpoints);
    let found = chi_square(&counts(&azure, "shop").await, &weights);
    // With three degrees of freedom, chance alone goes beyond this once in 10^9 runs.
    assert!(found < 45.0, "{found}");
    azure.set_health("shop", &["d"], "Degraded");
    let found = chi_square(&counts(&azure, "shop").await, &weights[..3]);
    // The same with two.
    assert!(found < 42.0, "{found}");

    for (heavy, light) in [("a", "b"), ("b", "a")] {
        for (name, weight) in [(light, 1), (heavy, 1000), ("c", 1), ("d", 1)] {
            let body = json!({ "properties": { "target": format!("{name}.example.com"), "weight": weight } });
            azure.ask(Method::PUT, &format!("shop/externalEndpoints/{name}"), &body);
        }
        azure.set_health("shop", &["a", "b", "c", "d"], "Stopped");
        azure.set_health("shop", &[heavy], "Online");
        assert_eq!(azure.records("shop", A).await, cname(heavy));
    }
}

#[tokio::test]
async fn a_put_of_a_weight_moves_all_answers_at_once() {
    let azure = Azure::start().await;
    let put = |weights: [u32; 2]| {
        let endpoints = ["a", "b"].into_iter().zip(weights).map(|(name, weight)| {
            endpoint(
                name,
                &format!("{name}.example.com"),
                &json!({ "weight": weight, "alwaysServe": "Enabled" }),
            )
        });
        azure.put("shop", "Weighted", &endpoints.collect::<Vec<_>>());
    };
    for (weights, mostly) in [([1000, 1], "a"), ([1, 1000], "b"), ([1000, 1], "a")] {
        put(weights);
        let mut hits = 0;
        for _ in 0..100 {
            hits += usize::from(azure.records("shop", A).await == cname(mostly));
        }
        // One of a thousand goes astray: ten of a hundred do less than once in 10^16 runs.
        assert!(hits > 90, "{hits}");
    }
}

/// The option Client Subnet for 24 bits of an IPv4 address.
fn subnet(address: [u8; 3]) -> Vec<u8> {
    [&[0, 1, 24, 0][..], &address].concat()
}

async fn from(azure: &Azure, name: &str, address: &[u8]) -> Vec<String> {
    let query = Query::new(&format!("{name}.trafficmanager.net"), A).with_client_subnet(address);
    let reply = azure.dns.ask(&query).await;
    let target = |record: &String| record.rsplit(' ').next().unwrap().to_owned();
    reply.answers().iter().map(target).collect()
}

#[tokio::test]
async fn performance_answers_the_nearest_region_that_can_serve() {
    let azure = Azure::start().await;
    let endpoints = ["westeurope", "eastus", "japaneast"].map(|region| {
        endpoint(region, &format!("{region}.example.com"), &json!({ "endpointLocation": region }))
    });
    azure.put("shop", "Performance", &endpoints);
    // Networks for documentation, in California, France and Korea.
    for (address, region) in
        [([192, 0, 2], "eastus"), ([198, 51, 100], "westeurope"), ([203, 0, 113], "japaneast")]
    {
        let option = subnet(address);
        assert_eq!(from(&azure, "shop", &option).await, [format!("{region}.example.com.")], "{address:?}");
    }
    azure.set_health("shop", &["westeurope"], "Degraded");
    assert_eq!(from(&azure, "shop", &subnet([198, 51, 100])).await, ["eastus.example.com."]);
    // A place that nothing is known of, such as this machine, is as near to one region as to the other.
    let mut seen: Vec<String> = Vec::new();
    while seen.len() < 2 {
        let now = azure.records("shop", A).await.remove(0);
        if !seen.contains(&now) {
            seen.push(now);
        }
    }
    seen.sort();
    assert_eq!(seen, ["CNAME eastus.example.com.", "CNAME japaneast.example.com."]);
}

#[tokio::test]
async fn geographic_answers_by_place_without_failover_and_nothing_where_nobody_is_meant() {
    let azure = Azure::start().await;
    let endpoints = [("us", vec!["US"]), ("california", vec!["US-CA"]), ("europe", vec!["GEO-EU"])]
        .map(|(name, codes)| endpoint(name, &format!("{name}.example.com"), &json!({ "geoMapping": codes })));
    azure.put("shop", "Geographic", &endpoints);
    let [california, washington, france, japan] =
        [[192, 0, 2, 0], [192, 0, 2, 16], [198, 51, 100, 32], [203, 0, 113, 0]]
            .map(|address| [&[0, 1, 28, 0][..], &address].concat());
    assert_eq!(from(&azure, "shop", &california).await, ["california.example.com."]);
    assert_eq!(from(&azure, "shop", &washington).await, ["us.example.com."]);
    assert_eq!(from(&azure, "shop", &france).await, ["europe.example.com."]);
    assert_eq!(from(&azure, "shop", &japan).await, [""; 0]);
    assert_eq!(azure.records("shop", A).await, [""; 0]);
    azure.set_health("shop", &["california"], "Degraded");
    assert_eq!(from(&azure, "shop", &california).await, ["california.example.com."]);
}

#[tokio::test]
async fn subnet_answers_by_the_network_of_the_source_and_otherwise_the_one_without_networks() {
    let azure = Azure::start().await;
    let office = json!([{ "first": "198.51.100.0", "scope": 24 }, { "first": "2001:db8::", "last": "2001:db8::ffff" }]);
    let here = json!([{ "first": "127.0.0.0", "scope": 8 }]);
    let endpoints = [
        endpoint("office", "office.example.com", &json!({ "subnets": office })),
        endpoint("here", "here.example.com", &json!({ "subnets": here })),
    ];
    azure.put("shop", "Subnet", &endpoints);
    assert_eq!(from(&azure, "shop", &subnet([198, 51, 100])).await, ["office.example.com."]);
    assert_eq!(from(&azure, "shop", &subnet([198, 51, 101])).await, [""; 0]);
    let v6 = [&[0, 2, 128, 0, 0x20, 1, 0xd, 0xb8][..], &[0; 11], &[7]].concat();
    assert_eq!(from(&azure, "shop", &v6).await, ["office.example.com."]);
    // Without the option, the address of whoever asks.
    assert_eq!(azure.records("shop", A).await, cname("here"));
    let others = endpoint("others", "others.example.com", &json!({}));
    azure.put("shop", "Subnet", &[&endpoints[..], &[others]].concat());
    assert_eq!(from(&azure, "shop", &subnet([198, 51, 101])).await, ["others.example.com."]);
    azure.set_health("shop", &["office"], "Degraded");
    assert_eq!(from(&azure, "shop", &subnet([198, 51, 100])).await, ["others.example.com."]);
}

#[tokio::test]
async fn multi_value_answers_several_healthy_addresses_of_the_family() {
    let azure = Azure::start().await;
    let targets = ["192.0.2.1", "192.0.2.2", "192.0.2.3", "2001:db8::1", "2001:db8::2"];
    let endpoints = targets.map(|target| endpoint(&target.replace([':', '.'], "-"), target, &json!({})));
    azure.put_with("shop", "MultiValue", &json!({ "maxReturn": 2 }), &endpoints);
    let of = |record_type| azure.records("shop", record_type);
    let mut first = std::collections::HashSet::new();
    for _ in 0..200 {
        let records = of(A).await;
        assert!(records.len() == 2 && records[0] != records[1], "{records:?}");
        assert!(records.iter().all(|record| record.starts_with("A 192.0.2.")), "{records:?}");
        first.insert(records[0].clone());
    }
    assert_eq!(first.len(), 3);
    let mut v6 = of(AAAA).await;
    v6.sort();
    assert_eq!(v6, ["AAAA 2001:db8::1", "AAAA 2001:db8::2"]);
    assert_eq!(of(ANY).await.len(), 2);
    for record_type in [TXT, CNAME] {
        assert_eq!(of(record_type).await, [""; 0]);
    }
    azure.set_health("shop", &["192-0-2-1", "192-0-2-2"], "Degraded");
    assert_eq!(of(A).await, ["A 192.0.2.3"]);
}

#[tokio::test]
async fn a_target_that_is_a_name_is_a_cname_for_every_type_and_an_address_only_for_its_own() {
    let azure = Azure::start().await;
    azure.put("name", "Priority", &[endpoint("east", "East.example.com.", &json!({}))]);
    for record_type in [A, AAAA, CNAME, TXT, ANY, 65_280] {
        assert_eq!(azure.records("name", record_type).await, ["CNAME East.example.com."], "{record_type}");
    }
    for (address, own, other) in [("192.0.2.7", A, AAAA), ("2001:db8::7", AAAA, A)] {
        azure.put("address", "Priority", &[endpoint("east", address, &json!({}))]);
        let record = if own == A { "A 192.0.2.7" } else { "AAAA 2001:db8::7" };
        assert_eq!(azure.records("address", own).await, [record]);
        assert_eq!(azure.records("address", ANY).await, [record]);
        for record_type in [other, CNAME, TXT] {
            let none = azure.reply("address", record_type).await;
            assert_eq!((none.rcode(), none.answers().len()), (ResponseCode::NoError, 0));
        }
    }
}
