//! Answers that go on to the addresses that a target was mapped to.

use emulator::{Config, TargetAddress};
use serde_json::json;

use crate::azure::{Azure, config, endpoint};
use crate::client::{A, AAAA, ANY, CNAME, TXT};

fn mapped(target: &str, address: &str) -> TargetAddress {
    TargetAddress::new(target, address.parse().unwrap(), Some(8081)).unwrap()
}

#[tokio::test]
async fn a_cname_is_followed_by_the_mapped_addresses_of_the_family_for_as_long_as_it_holds() {
    let target_addresses = vec![
        mapped("east.example.com", "127.0.0.2"),
        mapped("east.example.com", "127.0.0.3"),
        mapped("east.example.com", "::1"),
        mapped("west.example.com", "::1"),
    ];
    let azure = Azure::start_with(Config { dns_follow_cname: true, target_addresses, ..config() }).await;
    azure.put("shop", "Priority", &[endpoint("east", "East.example.com", &json!({}))]);
    let alias = "CNAME East.example.com.";
    assert_eq!(
        azure.records("shop", A).await,
        [alias, "East.example.com. 30 IN A 127.0.0.2", "East.example.com. 30 IN A 127.0.0.3"]
    );
    assert_eq!(azure.records("shop", AAAA).await, [alias, "East.example.com. 30 IN AAAA ::1"]);
    for record_type in [CNAME, TXT, ANY] {
        assert_eq!(azure.records("shop", record_type).await, [alias]);
    }
    azure.put("west", "Priority", &[endpoint("west", "west.example.com", &json!({}))]);
    assert_eq!(azure.records("west", A).await, ["CNAME west.example.com."]);
    azure.put("far", "Priority", &[endpoint("far", "far.example.com", &json!({}))]);
    assert_eq!(azure.records("far", A).await, ["CNAME far.example.com."]);
    // A mapping that is added later counts at once.
    azure.running.put_target_address(mapped("far.example.com", "127.0.0.9"));
    assert_eq!(
        azure.records("far", A).await,
        ["CNAME far.example.com.", "far.example.com. 30 IN A 127.0.0.9"]
    );
}

#[tokio::test]
async fn without_being_asked_to_nothing_is_followed() {
    let target_addresses = vec![mapped("east.example.com", "127.0.0.2")];
    let azure = Azure::start_with(Config { target_addresses, ..config() }).await;
    azure.put("shop", "Priority", &[endpoint("east", "east.example.com", &json!({}))]);
    assert_eq!(azure.records("shop", A).await, ["CNAME east.example.com."]);
}
