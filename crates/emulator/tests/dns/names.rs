//! Which names exist: the suffix, profiles, and what is neither.

use emulator::Settings;
use hickory_proto::op::ResponseCode;
use serde_json::json;

use crate::azure::{Azure, config, endpoint};
use crate::client::{A, ANY, AXFR, CNAME, NS, Query, SOA, TXT, wire};

const SOA_RECORD: &str =
    "trafficmanager.net. 30 IN SOA localhost. hostmaster.trafficmanager.net. 1 900 300 2419200 30";

/// An emulator with the profile `shop` alone, which was one change.
async fn with_shop() -> Azure {
    let azure = Azure::start().await;
    azure.put("shop", "Priority", &[endpoint("east", "192.0.2.1", &json!({}))]);
    azure
}

#[tokio::test]
async fn a_negative_answer_has_the_soa_record_and_tells_a_missing_name_from_a_missing_record() {
    let azure = with_shop().await;
    for (name, record_type, rcode) in [
        ("shop", TXT, ResponseCode::NoError),
        ("shop", CNAME, ResponseCode::NoError),
        ("nothing", A, ResponseCode::NXDomain),
        ("below.shop", A, ResponseCode::NXDomain),
        ("*", A, ResponseCode::NXDomain),
        ("sho_p", A, ResponseCode::NXDomain),
    ] {
        let reply = azure.reply(name, record_type).await;
        assert_eq!((reply.rcode(), reply.answers()), (rcode, Vec::new()), "{name}");
        assert_eq!(reply.authorities(), [SOA_RECORD], "{name}");
        assert_eq!(reply.flags(), 0x8400, "{name}");
    }
}

#[tokio::test]
async fn the_suffix_has_an_soa_and_an_ns_record() {
    let azure = with_shop().await;
    let ns = "trafficmanager.net. 30 IN NS localhost.";
    for (record_type, expected) in
        [(SOA, &[SOA_RECORD][..]), (NS, &[ns]), (ANY, &[SOA_RECORD, ns]), (A, &[]), (CNAME, &[])]
    {
        let reply = azure.dns.ask(&Query::new("trafficmanager.net", record_type)).await;
        assert_eq!(
            (reply.rcode(), reply.answers()),
            (ResponseCode::NoError, expected.iter().map(ToString::to_string).collect())
        );
        let authorities = if expected.is_empty() { vec![SOA_RECORD.to_owned()] } else { Vec::new() };
        assert_eq!((reply.flags(), reply.authorities()), (0x8400, authorities));
    }
}

#[tokio::test]
async fn the_serial_number_grows_with_every_change() {
    let azure = with_shop().await;
    let serial = async || {
        let answers = azure.dns.ask(&Query::new("trafficmanager.net", SOA)).await.answers();
        answers[0].split(' ').nth(6).unwrap().parse::<u32>().unwrap()
    };
    let before = serial().await;
    azure.set_health("shop", &["east"], "Online");
    assert_eq!(serial().await, before + 1);
}

#[tokio::test]
async fn what_is_outside_of_the_suffix_or_of_the_internet_is_refused() {
    let azure = with_shop().await;
    let outside = ["example.com", "net", "", "xtrafficmanager.net", "shop.trafficmanager.net.evil.example"];
    for name in outside {
        let reply = azure.dns.ask(&Query::new(name, A)).await;
        assert_eq!((reply.rcode(), reply.flags()), (ResponseCode::Refused, 0x8000), "{name}");
        assert!(reply.answers().is_empty() && reply.authorities().is_empty());
    }
    // CH, HS, NONE, ANY and one that does not exist.
    for class in [3, 4, 254, 255, 17] {
        let query = Query { class, ..Query::new("shop.trafficmanager.net", A) };
        let reply = azure.dns.ask(&query).await;
        assert_eq!((reply.rcode(), reply.flags()), (ResponseCode::Refused, 0x8000), "{class}");
        assert!(reply.bytes.ends_with(&query.question()));
    }
    for record_type in [AXFR, 251] {
        assert_eq!(azure.reply("shop", record_type).await.rcode(), ResponseCode::Refused);
        let query = Query::new("trafficmanager.net", record_type);
        assert_eq!(azure.dns.ask_tcp(&query).await.rcode(), ResponseCode::Refused);
    }
}

#[tokio::test]
async fn letter_case_is_ignored_and_kept() {
    let azure = with_shop().await;
    let query = Query::new("sHOp.TraFFicmanageR.NEt", A);
    let reply = azure.dns.ask(&query).await;
    assert!(reply.bytes[12..].starts_with(&query.question()));
    assert_eq!(reply.answers(), ["sHOp.TraFFicmanageR.NEt. 30 IN A 192.0.2.1"]);
    let none = azure.dns.ask(&Query { record_type: TXT, ..query }).await;
    assert!(
        none.authorities()[0]
            .starts_with("TraFFicmanageR.NEt. 30 IN SOA localhost. hostmaster.TraFFicmanageR.NEt. ")
    );
}

#[tokio::test]
async fn a_name_above_that_of_a_profile_exists_without_records() {
    let azure = with_shop().await;
    azure.put("eu.blue.shop", "Priority", &[endpoint("east", "192.0.2.2", &json!({}))]);
    azure.put("eu.green.store", "Priority", &[endpoint("east", "192.0.2.3", &json!({}))]);
    assert_eq!(azure.records("eu.blue.shop", A).await, ["A 192.0.2.2"]);
    assert_eq!(azure.records("shop", A).await, ["A 192.0.2.1"]);
    for name in ["blue.shop", "green.store", "STORE"] {
        let reply = azure.reply(name, A).await;
        assert_eq!((reply.rcode(), reply.answers().len()), (ResponseCode::NoError, 0), "{name}");
    }
    for name in ["us.blue.shop", "blue", "green"] {
        assert_eq!(azure.reply(name, A).await.rcode(), ResponseCode::NXDomain, "{name}");
    }
    azure.delete("eu-green-store");
    assert_eq!(azure.reply("store", A).await.rcode(), ResponseCode::NXDomain);
}

#[tokio::test]
async fn a_label_that_contains_a_dot_is_not_two_labels() {
    let azure = Azure::start().await;
    azure.put("a.b", "Priority", &[endpoint("east", "192.0.2.2", &json!({}))]);
    let mut query = Query::new("x.trafficmanager.net", A);
    query.name = [&b"\x03a.b"[..], &wire("trafficmanager.net")].concat();
    let reply = azure.dns.ask(&query).await;
    assert_eq!(reply.rcode(), ResponseCode::NXDomain);
    assert!(reply.bytes[12..].starts_with(&query.question()));
    // Nor is one that contains the suffix.
    query.name = [&b"\x03a.b"[..], b"\x12trafficmanager.net\0"].concat();
    assert_eq!(azure.dns.ask(&query).await.rcode(), ResponseCode::Refused);
}

#[tokio::test]
async fn the_suffix_can_be_another_one() {
    let settings = Settings { dns_suffix: "TM.test.".to_owned(), ..Settings::default() };
    let azure = Azure::start_with(emulator::Config { settings, ..config() }).await;
    azure.put("shop", "Priority", &[endpoint("east", "192.0.2.1", &json!({}))]);
    let reply = azure.dns.ask(&Query::new("shop.tm.test", A)).await;
    assert_eq!(reply.answers(), ["shop.tm.test. 30 IN A 192.0.2.1"]);
    assert_eq!(azure.reply("shop", A).await.rcode(), ResponseCode::Refused);
}

#[tokio::test]
async fn a_reset_takes_all_names_away() {
    let azure = with_shop().await;
    assert_eq!(azure.reply("shop", A).await.rcode(), ResponseCode::NoError);
    azure.running.reset();
    assert_eq!(azure.reply("shop", A).await.rcode(), ResponseCode::NXDomain);
}
