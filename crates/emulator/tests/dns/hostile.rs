//! Clients that mean no good, or do not know better.

use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use emulator::{InProcess, Settings};
use hickory_proto::op::{Message, MessageType};
use proptest::prelude::*;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::azure::{Azure, endpoint};
use crate::client::{A, Edns, ID, Query, framed, header, option};

/// How many connections there may be at once.
const MOST: usize = 256;

async fn with_shop() -> Azure {
    let azure = Azure::start().await;
    azure.put("shop", "Priority", &[endpoint("east", "192.0.2.1", &json!({}))]);
    azure
}

fn shop() -> Query {
    Query::new("shop.trafficmanager.net", A)
}

/// That the next thing that comes is the answer to a good query: what was sent before got none.
async fn check_good_answer_is_next(azure: &Azure) {
    azure.dns.send(&[&[0, 1][..], &shop().bytes()[2..]].concat()).await;
    let next = azure.dns.receive().await;
    assert_eq!(next[..2], [0, 1]);
    assert!(next.ends_with(&[192, 0, 2, 1]));
}

#[tokio::test]
async fn responses_and_what_has_no_whole_header_are_not_answered() {
    let azure = with_shop().await;
    let response = Query { flags: 0x8000, ..shop() }.bytes();
    let answer = azure.dns.ask(&shop()).await.bytes;
    for length in 0..12 {
        azure.dns.send(&shop().bytes()[..length]).await;
    }
    azure.dns.send(&response).await;
    azure.dns.send(&answer).await;
    azure.dns.send(&[0xff; 512]).await;
    check_good_answer_is_next(&azure).await;
}

#[tokio::test]
async fn storms_of_garbage_stop_nothing() {
    let azure = with_shop().await;
    // The generator of a fuzzer is not needed: numbers that look random will do.
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut byte = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        state.to_be_bytes()[0]
    };
    let good = shop().with_client_subnet(&[0, 1, 24, 0, 192, 0, 2]).bytes();
    for round in 0..3000 {
        let mut message: Vec<u8> =
            if round % 3 == 0 { (0..byte()).map(|_| byte()).collect() } else { good.clone() };
        for _ in 0..round % 4 {
            let place = usize::from(byte()) % message.len().max(1);
            if let Some(place) = message.get_mut(place) {
                *place = byte();
            }
        }
        // Whatever is answered is not read: a client whose buffer is full loses what is his alone.
        azure.dns.send(&message).await;
    }
    let fresh = crate::client::Dns::new(azure.dns.address).await;
    assert_eq!(fresh.ask(&shop()).await.answers().len(), 1);
}

#[tokio::test]
async fn a_datagram_as_large_as_there_are_is_read_whole() {
    let azure = with_shop().await;
    let padding = option(12, &vec![0; 65_000]);
    let query = shop().with_options(padding);
    assert_eq!(azure.dns.ask(&query).await.answers().len(), 1);
}

#[tokio::test]
async fn one_connection_may_ask_as_often_as_it_likes_and_all_at_once() {
    let azure = with_shop().await;
    let mut connection = azure.dns.connect().await;
    let all: Vec<u8> = (0..2000_u16)
        .flat_map(|id| framed(&[&id.to_be_bytes()[..], &shop().bytes()[2..]].concat()))
        .collect();
    let (mut reader, mut writer) = connection.0.split();
    let write = async { writer.write_all(&all).await.unwrap() };
    let read = async {
        for id in 0..2000_u16 {
            let length = reader.read_u16().await.unwrap();
            let mut message = vec![0; length.into()];
            reader.read_exact(&mut message).await.unwrap();
            assert_eq!(message[..2], id.to_be_bytes());
            assert!(message.ends_with(&[192, 0, 2, 1]));
        }
    };
    tokio::join!(write, read);
}

#[tokio::test]
async fn a_query_may_come_byte_by_byte_over_tcp() {
    let azure = with_shop().await;
    let mut connection = azure.dns.connect().await;
    for byte in framed(&shop().bytes()) {
        connection.0.write_all(&[byte]).await.unwrap();
        connection.0.flush().await.unwrap();
        tokio::task::yield_now().await;
    }
    assert!(connection.receive().await.unwrap().ends_with(&[192, 0, 2, 1]));
}

#[tokio::test]
async fn a_connection_on_which_no_query_comes_is_closed() {
    let azure = with_shop().await;
    for message in [Query { flags: 0x8000, ..shop() }.bytes(), vec![], vec![0; 11]] {
        let mut connection = azure.dns.connect().await;
        connection.send(&message).await;
        assert_eq!(connection.receive().await, None, "{message:?}");
    }
    assert_eq!(azure.dns.ask_tcp(&shop()).await.answers().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn whoever_takes_too_long_for_a_query_is_closed() {
    let azure = with_shop().await;
    let query = framed(&shop().bytes());
    for said in [&b""[..], &query[..1], &query[..2], &query[..20], &[&query[..], &query[..9]].concat()] {
        let mut connection = azure.dns.connect().await;
        connection.0.write_all(said).await.unwrap();
        let began = tokio::time::Instant::now();
        let mut answers = Vec::new();
        let end = connection.0.read_to_end(&mut answers);
        // No test waits for that: the clock is paused, and jumps.
        tokio::time::timeout(Duration::from_secs(1000), end).await.expect("it is closed").unwrap();
        assert!((9..=11).contains(&began.elapsed().as_secs()), "{:?}", began.elapsed());
        assert_eq!(answers.is_empty(), said.len() < query.len());
    }
}

#[tokio::test]
async fn connections_that_only_wait_block_nobody() {
    let azure = with_shop().await;
    let mut waiting = Vec::new();
    for number in 0..MOST + 20 {
        let mut connection = azure.dns.connect().await;
        if number % 2 == 0 {
            connection.0.write_all(&[0]).await.unwrap();
        }
        waiting.push(connection);
    }
    assert_eq!(azure.dns.ask_tcp(&shop()).await.answers().len(), 1);
    // Those that came first had to go, long before their time was over.
    for mut connection in waiting.drain(..20) {
        assert_eq!(connection.receive().await, None);
    }
    let newest = waiting.last_mut().unwrap();
    newest.send(&shop().bytes()).await;
    assert!(newest.receive().await.is_some());
}

/// An emulator without sockets, with a profile.
fn in_process() -> InProcess {
    let azure = InProcess::new(Settings::default());
    let endpoints = [endpoint("east", "east.example.com", &json!({}))];
    let body = json!({ "location": "global", "properties": {
        "trafficRoutingMethod": "Weighted",
        "dnsConfig": { "relativeName": "shop", "ttl": 30 },
        "monitorConfig": { "protocol": "TCP", "port": 443 },
        "endpoints": endpoints,
    }});
    let path = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg/providers/Microsoft.Network/\
                trafficManagerProfiles/shop?api-version=2022-04-01";
    let request =
        http::Request::put(path).header("host", "localhost").body(Bytes::from(body.to_string())).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    assert_eq!(runtime.block_on(azure.answer(request)).unwrap().status(), 201);
    azure
}

fn peer() -> SocketAddr {
    ([127, 0, 0, 1], 5353).into()
}

/// Names that are the profile's more often than chance would have it.
fn names() -> impl Strategy<Value = Vec<u8>> {
    let label = prop_oneof![
        Just(b"shop".to_vec()),
        Just(b"ShoP".to_vec()),
        prop::collection::vec(any::<u8>(), 1..64)
    ];
    let suffix = prop_oneof![Just("trafficmanager.net"), Just("TRAFFICmanager.net"), Just("net"), Just("")];
    (prop::collection::vec(label, 0..3), suffix).prop_map(|(labels, suffix)| {
        let mut name = Vec::new();
        for label in labels {
            name.push(u8::try_from(label.len()).unwrap());
            name.extend(label);
        }
        name.extend(crate::client::wire(suffix));
        name
    })
}

fn queries() -> impl Strategy<Value = Query> {
    let options = prop_oneof![
        Just(Vec::new()),
        prop::collection::vec(any::<u8>(), 0..24).prop_map(|data| option(8, &data)),
        (0_u8..=40, any::<[u8; 4]>()).prop_map(|(source, octets)| {
            let octets = &octets[..usize::from(source.div_ceil(8)).min(4)];
            option(8, &[&[0, 1, source, 0][..], octets].concat())
        }),
        prop::collection::vec(any::<u8>(), 0..40),
    ];
    let edns = (any::<u16>(), prop_oneof![9 => Just(0), 1 => any::<u8>()], any::<u16>(), options)
        .prop_map(|(payload, version, flags, options)| Edns { payload, version, flags, options });
    let class = prop_oneof![9 => Just(1), 1 => any::<u16>()];
    let record_type = prop_oneof![Just(1), Just(5), Just(6), Just(28), Just(255), any::<u16>()];
    // Opcode and response bits stay 0.
    let flags = any::<u16>().prop_map(|flags| flags & 0x07ff);
    (flags, names(), record_type, class, prop::option::of(edns))
        .prop_map(|(flags, name, record_type, class, edns)| Query { flags, name, record_type, class, edns })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]

    #[test]
    fn whatever_bytes_come_the_answer_is_none_or_one_that_fits(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        thread_local!(static AZURE: InProcess = in_process());
        let answer = AZURE.with(|azure| azure.answer_dns(&bytes, peer()));
        let may_be_answered = bytes.len() >= 12 && bytes[2] & 0x80 == 0;
        prop_assert_eq!(answer.is_some(), may_be_answered);
        if let Some(answer) = answer {
            prop_assert!(answer.len() <= 1232);
            prop_assert_eq!(&answer[..2], &bytes[..2]);
            prop_assert_eq!(Message::from_vec(&answer).unwrap().metadata.message_type, MessageType::Response);
        }
    }

    #[test]
    fn an_answer_to_a_whole_query_repeats_id_and_question_and_fits(query in queries(), cut in 0_usize..600) {
        thread_local!(static AZURE: InProcess = in_process());
        let bytes = query.bytes();
        let answer = AZURE.with(|azure| azure.answer_dns(&bytes, peer())).unwrap();
        prop_assert_eq!(&answer[..2], &ID.to_be_bytes());
        prop_assert!(answer[12..].starts_with(&query.question()));
        let limit = query.edns.as_ref().map_or(512, |edns| edns.payload.clamp(512, 1232));
        prop_assert!(answer.len() <= usize::from(limit));
        let read = Message::from_vec(&answer).unwrap();
        prop_assert_eq!(read.edns.is_some(), query.edns.is_some());
        prop_assert_eq!(read.metadata.message_type, MessageType::Response);
        // Cut anywhere, it does no harm.
        let cut = &bytes[..cut.min(bytes.len())];
        let answer = AZURE.with(|azure| azure.answer_dns(cut, peer()));
        prop_assert_eq!(answer.is_some(), cut.len() >= 12);
    }
}

#[test]
fn a_name_that_points_in_a_circle_is_not_followed() {
    let azure = in_process();
    for name in [&[0xc0, 12][..], &[1, b'a', 0xc0, 12], &[0xc0, 14, 0xc0, 12]] {
        for counts in [[1, 0, 0, 0], [1, 0, 0, 1]] {
            let message = [&header(0, counts)[..], name, &[0, 1, 0, 1]].concat();
            assert!(azure.answer_dns(&message, peer()).is_some());
        }
    }
}
