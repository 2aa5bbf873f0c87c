//! What the protocol wants of every server, whatever is asked: headers, EDNS, errors, sizes.

use emulator::TargetAddress;
use hickory_proto::op::ResponseCode;
use serde_json::json;

use crate::azure::{Azure, config, endpoint};
use crate::client::{A, CNAME, Edns, ID, Query, RECURSION_DESIRED, header, option, wire};

/// The option Padding.
const PADDING: u16 = 12;

async fn with_shop() -> Azure {
    let azure = Azure::start().await;
    azure.put("shop", "Priority", &[endpoint("east", "east.example.com", &json!({}))]);
    azure
}

fn shop() -> Query {
    Query::new("shop.trafficmanager.net", A)
}

#[tokio::test]
async fn an_answer_is_authoritative_and_keeps_id_question_and_the_wish_for_recursion() {
    let azure = with_shop().await;
    for (flags, expected) in [(0, 0x8400), (RECURSION_DESIRED, 0x8500), (0x0030, 0x8400), (0x06f0, 0x8400)] {
        let reply = azure.dns.ask(&Query { flags, ..shop() }).await;
        assert_eq!((reply.message.metadata.id, reply.flags()), (ID, expected), "{flags:04x}");
        assert!(reply.bytes[12..].starts_with(&shop().question()));
        assert_eq!(reply.answers(), ["shop.trafficmanager.net. 30 IN CNAME east.example.com."]);
        assert!(reply.message.edns.is_none());
    }
}

/// The first bytes of the answer to a message that cannot be understood: id, flags and counts.
async fn check_refused(azure: &Azure, message: &[u8], rcode: ResponseCode, question: &[u8]) {
    let reply = azure.dns.ask_bytes(message).await;
    assert_eq!((reply.rcode(), reply.flags() & !RECURSION_DESIRED), (rcode, 0x8000), "{message:?}");
    assert_eq!(reply.message.queries.len(), usize::from(!question.is_empty()), "{message:?}");
    assert!(reply.bytes[12..].starts_with(question), "{message:?}");
    assert!(reply.answers().is_empty() && reply.authorities().is_empty(), "{message:?}");
}

#[tokio::test]
async fn a_message_with_another_number_of_questions_than_one_is_malformed() {
    let azure = with_shop().await;
    let question = shop().question();
    let two = [header(0, [2, 0, 0, 0]), question.clone(), question.clone()].concat();
    for message in [header(0, [0; 4]), two, header(0, [1, 0, 0, 0]), header(0, [0xffff; 4])] {
        check_refused(&azure, &message, ResponseCode::FormErr, b"").await;
    }
}

#[tokio::test]
async fn questions_that_are_not_whole_are_malformed() {
    let azure = with_shop().await;
    let whole = shop().bytes();
    for length in 12..whole.len() {
        check_refused(&azure, &whole[..length], ResponseCode::FormErr, b"").await;
    }
    let rest = [0, 1, 0, 1];
    let long = [[1, b'a'].repeat(128), vec![0]].concat();
    for name in
        [&[0xc0, 12][..], &[0xc0, 0], &[1, b'a', 0xc0, 12], &[64, 0], &[0x80, 0], &[0xc0, 0xff], &long]
    {
        let message = [&header(0, [1, 0, 0, 0])[..], name, &rest].concat();
        check_refused(&azure, &message, ResponseCode::FormErr, b"").await;
    }
}

#[tokio::test]
async fn records_that_are_not_whole_or_too_few_or_too_many_are_malformed() {
    let azure = with_shop().await;
    let question = shop().question();
    let record = [&wire("a.b")[..], &[0, 16, 0, 1, 0, 0, 0, 9, 0, 2, 1, b'x']].concat();
    let with = |counts: [u16; 3], rest: &[u8]| {
        let [a, b, c] = counts;
        [header(0, [1, a, b, c]), question.clone(), rest.to_vec()].concat()
    };
    for (counts, rest) in [
        ([0, 0, 1], &b""[..]),
        ([0, 0, 2], &record),
        ([0, 0, 0], &record),
        ([0, 0, 0], b"x"),
        ([0, 0, 1], &record[..record.len() - 1]),
        ([0, 0, 1], &[0xc0]),
        ([0xffff, 0xffff, 0xffff], &record),
    ] {
        check_refused(&azure, &with(counts, rest), ResponseCode::FormErr, &question).await;
    }
    // What is whole is passed over, wherever it stands and wherever its name points to.
    let pointing = [&[0xc0, 12][..], &record[5..]].concat();
    for (counts, rest) in
        [([1, 0, 0], &record), ([0, 1, 0], &record), ([0, 0, 1], &record), ([0, 0, 1], &pointing)]
    {
        let reply = azure.dns.ask_bytes(&with(counts, rest)).await;
        assert_eq!(reply.answers().len(), 1, "{counts:?}");
    }
}

#[tokio::test]
async fn another_opcode_is_not_implemented() {
    let azure = with_shop().await;
    for opcode in 1..16 {
        let mut message = shop().bytes();
        message[2] |= opcode << 3;
        check_refused(&azure, &message, ResponseCode::NotImp, b"").await;
        let reply = azure.dns.ask_bytes(&message).await;
        assert_eq!(u8::from(reply.message.metadata.op_code), opcode);
    }
}

/// A query with this record of EDNS.
fn with_edns(edns: Edns) -> Query {
    Query { edns: Some(edns), ..shop() }
}

const PLAIN: Edns = Edns { payload: 4096, version: 0, flags: 0, options: Vec::new() };

#[tokio::test]
async fn edns_is_answered_with_edns_and_unknown_options_are_ignored() {
    let azure = with_shop().await;
    let options =
        [option(PADDING, &[0; 40]), option(10, &[7; 8]), option(0xffff, b""), option(3, b"")].concat();
    for (edns, dnssec_ok) in [
        (PLAIN, false),
        (Edns { flags: 0x8000, ..PLAIN }, true),
        (Edns { flags: 0x7fff, payload: 0, ..PLAIN }, false),
        (Edns { options, ..PLAIN }, false),
    ] {
        let reply = azure.dns.ask(&with_edns(edns)).await;
        assert_eq!((reply.rcode(), reply.answers().len()), (ResponseCode::NoError, 1));
        let answered = reply.message.edns.as_ref().unwrap();
        assert_eq!((answered.max_payload(), answered.version()), (1232, 0));
        assert_eq!((answered.flags().dnssec_ok, answered.flags().z), (dnssec_ok, 0));
        assert_eq!(reply.options(), Some(&b""[..]));
    }
}

#[tokio::test]
async fn another_version_of_edns_is_told_which_one_there_is() {
    let azure = with_shop().await;
    for version in [1, 2, 255] {
        // What the options of another version look like is not known.
        let reply = azure.dns.ask(&with_edns(Edns { version, options: vec![1, 2, 3], ..PLAIN })).await;
        // 16 is BADVERS here; hickory gives it another of its names.
        assert_eq!((u16::from(reply.rcode()), reply.flags()), (16, 0x8000));
        assert!(reply.answers().is_empty() && reply.bytes[12..].starts_with(&shop().question()));
        assert_eq!(reply.message.edns.as_ref().unwrap().version(), 0);
    }
}

#[tokio::test]
async fn edns_that_is_there_twice_or_not_whole_is_malformed() {
    let azure = with_shop().await;
    let question = shop().question();
    let opt = PLAIN.bytes();
    let named = [&wire("a")[..], &opt[1..]].concat();
    for (count, rest) in [(2, [&opt[..], &opt].concat()), (1, named), (1, opt[..10].to_vec())] {
        let message = [header(0, [1, 0, 0, count]), question.clone(), rest].concat();
        check_refused(&azure, &message, ResponseCode::FormErr, &question).await;
    }
    for options in [vec![0], vec![0, 12, 0], vec![0, 12, 0, 1], vec![0, 12, 0, 0, 0, 12, 0, 9, 1]] {
        let reply = azure.dns.ask(&with_edns(Edns { options, ..PLAIN })).await;
        assert_eq!((reply.rcode(), reply.message.edns.is_some()), (ResponseCode::FormErr, true));
    }
    for query in [Query { record_type: 41, ..shop() }, Query { record_type: 41, ..with_edns(PLAIN) }] {
        assert_eq!(azure.dns.ask(&query).await.rcode(), ResponseCode::FormErr);
    }
}

/// The longest names there are: the answer to a query for the profile takes more than 512 bytes.
async fn with_long_names() -> (Azure, Query) {
    let azure = Azure::start().await;
    let label = "x".repeat(63);
    let name = [&label, &label, &label].map(String::as_str).join(".");
    let target = format!("{}.{}", name, "y".repeat(61));
    azure.put_with(
        "long",
        "Priority",
        &json!({ "dnsConfig": { "relativeName": name, "ttl": 30 } }),
        &[endpoint("east", &target, &json!({}))],
    );
    (azure, Query::new(&format!("{name}.trafficmanager.net"), CNAME))
}

#[tokio::test]
async fn an_answer_that_is_too_long_for_udp_is_asked_for_again_over_tcp() {
    let addresses = (1..=100)
        .map(|number| TargetAddress::new("east.example.com", [127, 0, 0, number].into(), None).unwrap());
    let config =
        emulator::Config { dns_follow_cname: true, target_addresses: addresses.collect(), ..config() };
    let azure = Azure::start_with(config).await;
    azure.put("shop", "Priority", &[endpoint("east", "east.example.com", &json!({}))]);
    for (edns, limit) in
        [(None, 512), (Some(0), 512), (Some(512), 512), (Some(600), 600), (Some(65_535), 1232)]
    {
        let query = Query { edns: edns.map(|payload| Edns { payload, ..PLAIN }), ..shop() };
        let reply = azure.dns.ask(&query).await;
        assert!(reply.bytes.len() <= limit && reply.is_truncated(), "{edns:?}: {}", reply.bytes.len());
        assert_eq!((reply.rcode(), reply.answers().len()), (ResponseCode::NoError, 0));
        assert_eq!(reply.message.edns.is_some(), edns.is_some());
        assert!(reply.bytes[12..].starts_with(&shop().question()));
        let whole = azure.dns.ask_tcp(&query).await;
        assert!(!whole.is_truncated());
        assert_eq!(whole.answers().len(), 101);
    }
}

#[tokio::test]
async fn the_longest_names_fit_into_an_answer() {
    let (azure, query) = with_long_names().await;
    let reply = azure.dns.ask(&query).await;
    assert_eq!((reply.rcode(), reply.is_truncated()), (ResponseCode::NoError, false));
    assert_eq!(reply.answers().len(), 1);
    assert!(reply.bytes.len() <= 512, "{}", reply.bytes.len());
}

#[tokio::test]
async fn what_cannot_be_sent_over_tcp_either_is_truncated() {
    let addresses = (0..5000_u32).map(|number| {
        TargetAddress::new("east.example.com", (0x7f00_0001 + number).to_be_bytes().into(), None).unwrap()
    });
    let config =
        emulator::Config { dns_follow_cname: true, target_addresses: addresses.collect(), ..config() };
    let azure = Azure::start_with(config).await;
    azure.put("shop", "Priority", &[endpoint("east", "east.example.com", &json!({}))]);
    let reply = azure.dns.ask_tcp(&shop()).await;
    assert_eq!((reply.is_truncated(), reply.answers().len()), (true, 0));
}
