//! EDNS Client Subnet: whose network counts, what comes back, and what is malformed.

use emulator::Config;
use hickory_proto::op::ResponseCode;
use serde_json::json;
use traffic_manager::client_location::ClientLocations;
use traffic_manager::latency::Latencies;

use crate::azure::{Azure, config, endpoint, nested};
use crate::client::{A, Query, Reply, TXT, option};

/// One profile for each way in which an answer depends on the source.
async fn with_profiles(config: Config) -> Azure {
    let azure = Azure::start_with(config).await;
    let leaf = |name: &str, more| endpoint(name, &format!("{name}.example.com"), &more);
    azure.put("same", "Priority", &[leaf("east", json!({}))]);
    let office = json!({ "subnets": [{ "first": "198.51.100.0", "last": "198.51.100.63" }] });
    azure.put("subnet", "Subnet", &[leaf("office", office), leaf("others", json!({}))]);
    let regions = ["eastus", "westeurope"].map(|region| leaf(region, json!({ "endpointLocation": region })));
    azure.put("near", "Performance", &regions);
    azure.put("place", "Geographic", &[leaf("france", json!({ "geoMapping": ["FR"] }))]);
    let world = json!({ "geoMapping": ["WORLD"], "minChildEndpoints": 1 });
    azure.put("both", "Geographic", &[nested("subnet", &world)]);
    azure
}

async fn ask(azure: &Azure, name: &str, data: &[u8]) -> Reply {
    azure.dns.ask(&Query::new(&format!("{name}.trafficmanager.net"), A).with_client_subnet(data)).await
}

/// The scope of an answer, whose option is otherwise that of the query.
async fn scope(azure: &Azure, name: &str, data: &[u8]) -> u8 {
    let reply = ask(azure, name, data).await;
    let [0, 8, 0, length, answered @ ..] = reply.options().unwrap() else { panic!("{:?}", reply.options()) };
    assert_eq!((usize::from(*length), answered.len()), (data.len(), data.len()));
    let mut expected = data.to_vec();
    expected[3] = answered[3];
    assert_eq!(answered, expected);
    answered[3]
}

#[tokio::test]
async fn the_scope_is_the_prefix_that_the_answer_holds_for() {
    let azure = with_profiles(config()).await;
    let [inside, outside, mapped] = [[198, 51, 100, 32], [203, 0, 113, 0], [198, 51, 100, 64]]
        .map(|address| [&[0, 1, 32, 0][..], &address].concat());
    for (name, data, expected) in [
        ("same", &inside, 0),
        // 198.51.100.0 to 198.51.100.63 are 26 bits; beyond is what does not begin with them.
        ("subnet", &inside, 26),
        ("subnet", &mapped, 26),
        ("subnet", &outside, 5),
        // The networks for documentation have 28 bits.
        ("near", &inside, 28),
        ("place", &inside, 28),
        ("place", &outside, 28),
        ("both", &inside, 28),
    ] {
        assert_eq!(scope(&azure, name, data).await, expected, "{name} {data:?}");
    }
    let v6 = [0, 2, 56, 0, 0x20, 1, 0xd, 0xb8, 0, 0x12, 0];
    assert_eq!((scope(&azure, "near", &v6).await, scope(&azure, "same", &v6).await), (48, 0));
}

#[tokio::test]
async fn a_scope_can_be_longer_than_what_was_told() {
    let azure = with_profiles(config()).await;
    assert_eq!(scope(&azure, "subnet", &[0, 1, 24, 0, 198, 51, 100]).await, 26);
    assert_eq!(scope(&azure, "place", &[0, 1, 24, 0, 198, 51, 100]).await, 28);
}

#[tokio::test]
async fn clients_are_where_a_file_says() {
    let mut client_locations = ClientLocations::documentation_networks();
    let offices = "127.0.0.0/8,FR\n10.0.0.0/8,DE\n10.64.0.0/16,FR\n";
    client_locations.extend(ClientLocations::parse(offices).unwrap());
    let azure = with_profiles(Config { client_locations, ..config() }).await;
    assert_eq!(azure.records("place", A).await, ["CNAME france.example.com."]);
    assert_eq!(azure.records("near", A).await, ["CNAME westeurope.example.com."]);
    // Far from the smaller network that lies in the larger one, inside, and beside it.
    for (second, expected) in [(200, 9), (64, 16), (65, 16), (1, 10)] {
        let found = scope(&azure, "place", &[0, 1, 24, 0, 10, second, 2]).await;
        assert_eq!(found, expected, "10.{second}.2.0");
    }
    // The same address as one of IPv6.
    let mapped = [&[0, 2, 128, 0][..], &[0; 10], &[0xff, 0xff, 10, 65, 2, 0]].concat();
    assert_eq!(scope(&azure, "place", &mapped).await, 96 + 16);
}

#[tokio::test]
async fn latencies_are_those_of_a_file() {
    let client_locations = ClientLocations::parse("127.0.0.0/8,FR,France Central\n").unwrap();
    let latencies = Some(Latencies::parse("from,West Europe,East US\nFrance Central,90,8\n").unwrap());
    let azure = with_profiles(Config { client_locations, latencies, ..config() }).await;
    assert_eq!(azure.records("near", A).await, ["CNAME eastus.example.com."]);
}

#[tokio::test]
async fn who_tells_nothing_of_the_address_is_answered_for_his_own_and_for_everyone() {
    let azure = Azure::start().await;
    let here = json!({ "subnets": [{ "first": "127.0.0.0", "scope": 8 }] });
    let zero = json!({ "subnets": [{ "first": "0.0.0.0", "scope": 8 }] });
    let endpoints =
        [endpoint("here", "here.example.com", &here), endpoint("zero", "zero.example.com", &zero)];
    azure.put("shop", "Subnet", &endpoints);
    for data in [[0, 1, 0, 0], [0, 2, 0, 0]] {
        let reply = ask(&azure, "shop", &data).await;
        assert_eq!(reply.answers(), ["shop.trafficmanager.net. 30 IN CNAME here.example.com."]);
        assert_eq!(scope(&azure, "shop", &data).await, 0);
    }
}

#[tokio::test]
async fn negative_answers_have_the_option_too_and_queries_without_it_get_none() {
    let azure = with_profiles(config()).await;
    let data = [0, 1, 24, 0, 198, 51, 100];
    for (name, expected) in [("nothing", 0), ("trafficmanager.net.not", 0), ("place", 28)] {
        assert_eq!(scope(&azure, name, &data).await, expected, "{name}");
    }
    let elsewhere = ask(&azure, "place", &[0, 1, 24, 0, 203, 0, 113]).await;
    assert_eq!((elsewhere.rcode(), elsewhere.answers().len()), (ResponseCode::NoError, 0));
    let query = Query::new("near.trafficmanager.net", TXT);
    assert_eq!(azure.dns.ask(&query.clone().with_options(Vec::new())).await.options(), Some(&b""[..]));
    assert_eq!(
        azure.dns.ask(&query.clone().with_options(option(10, &[1; 8]))).await.options(),
        Some(&b""[..])
    );
    assert_eq!(azure.dns.ask(&query).await.options(), None);
}

#[tokio::test]
async fn an_option_that_the_rfc_forbids_is_malformed() {
    let azure = with_profiles(config()).await;
    let good = [0, 1, 24, 0, 192, 0, 2];
    for data in [
        &b""[..],
        &[0, 1, 24],
        // Families that are not those of IPv4 and IPv6.
        &[0, 0, 0, 0],
        &[0, 3, 24, 0, 192, 0, 2],
        // More bits than an address has.
        &[0, 1, 33, 0, 192, 0, 2, 0, 0],
        &[&[0, 2, 129, 0][..], &[0; 17]].concat(),
        // Other octets than the prefix needs.
        &[0, 1, 24, 0, 192, 0],
        &[0, 1, 24, 0, 192, 0, 2, 0],
        // Bits after the prefix.
        &[0, 1, 20, 0, 192, 0, 0x0f],
        // A scope, which only answers have.
        &[0, 1, 24, 24, 192, 0, 2],
    ] {
        let reply = ask(&azure, "subnet", data).await;
        assert_eq!((reply.rcode(), reply.answers().len()), (ResponseCode::FormErr, 0), "{data:?}");
        assert_eq!(reply.options(), Some(&b""[..]), "{data:?}");
    }
    let twice = [option(8, &good), option(8, &good)].concat();
    let query = Query::new("subnet.trafficmanager.net", A).with_options(twice);
    assert_eq!(azure.dns.ask(&query).await.rcode(), ResponseCode::FormErr);
    assert_eq!(ask(&azure, "subnet", &good).await.rcode(), ResponseCode::NoError);
}
