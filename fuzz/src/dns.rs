//! DNS queries as anybody sends them to the emulator, which has a profile for each routing method.
//!
//! Each line of the input is a message in hexadecimal digits. What stands between them does not count, and what follows a
//! `#` is for the reader. A message is answered unless it is a response or has no whole header; an answer is no longer than
//! may be sent, keeps id, opcode and the wish for recursion, and the question if it has one; it is well formed to its last
//! byte; and it is not answered itself.

use std::net::SocketAddr;

use bytes::Bytes;
use emulator::{InProcess, Settings};
use serde_json::{Value as Json, json};

use crate::scripted::run;

const PROFILES: &str = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg/providers/\
                        Microsoft.Network/trafficManagerProfiles";
const VERSION: &str = "api-version=2022-04-01";

/// The bytes of a header, and the longest answers without EDNS and with it.
const HEADER: usize = 12;
const PLAIN: usize = 512;
const LONGEST: usize = 1232;

/// More messages than this tell nothing more.
const MOST: usize = 16;

/// The type of the record that carries EDNS.
const OPT: u16 = 41;

thread_local! {
    static AZURE: InProcess = azure();
}

/// Asks everything, one message after the other.
pub fn check(input: &[u8]) {
    AZURE.with(|azure| {
        for line in input.split(|byte| *byte == b'\n').take(MOST) {
            let digits = line.iter().take_while(|byte| **byte != b'#');
            let digits: Vec<u8> = digits.filter_map(|byte| hexadecimal(*byte)).collect();
            let message: Vec<u8> = digits.chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]).collect();
            asks(azure, &message);
        }
    });
}

fn hexadecimal(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

fn asks(azure: &InProcess, message: &[u8]) {
    // An address that one of the endpoints with subnets has.
    let peer = SocketAddr::from(([127, 0, 0, 9], 5353));
    let answer = azure.answer_dns(message, peer);
    let is_query = message.len() >= HEADER && message[2] & 0x80 == 0;
    assert_eq!(answer.is_some(), is_query);
    let Some(answer) = answer else { return };
    assert!(azure.answer_dns(&answer, peer).is_none(), "an answer is answered");
    let Answer { questions, has_edns } = Answer::read(&answer).expect("an answer is well formed");
    assert!(answer.len() <= if has_edns { LONGEST } else { PLAIN }, "{} bytes", answer.len());
    assert_eq!(answer[..2], message[..2], "the id is another one");
    // Of the flags, opcode and the wish for recursion are kept; the lower half has none.
    assert_eq!((answer[2] & 0xf9, answer[3] & 0xf0), (message[2] & 0x79 | 0x80, 0));
    assert!(message[HEADER..].starts_with(questions), "the question is another one");
    let is_truncated = answer[2] & 0x02 != 0;
    assert!(!is_truncated || answer[6..10] == [0; 4], "a truncated answer has records");
}

/// What counts of an answer.
struct Answer<'a> {
    /// The bytes of its question; none if it has none.
    questions: &'a [u8],
    has_edns: bool,
}

impl<'a> Answer<'a> {
    /// Reads it to its end. `None` if it ends elsewhere.
    fn read(bytes: &'a [u8]) -> Option<Self> {
        let count = |index: usize| {
            bytes.get(index).zip(bytes.get(index + 1)).map(|(a, b)| u16::from_be_bytes([*a, *b]))
        };
        let [questions, answers, authorities, additional] = [count(4)?, count(6)?, count(8)?, count(10)?];
        let mut at = HEADER;
        for _ in 0..questions {
            at = name(bytes, at)? + 4;
        }
        let end_of_questions = at;
        let mut has_edns = false;
        for _ in 0..u32::from(answers) + u32::from(authorities) + u32::from(additional) {
            at = name(bytes, at)?;
            has_edns |= count(at)? == OPT;
            at += 10 + usize::from(count(at + 8)?);
        }
        let questions = bytes.get(HEADER..end_of_questions)?;
        (questions.is_empty() || questions.len() > 4).then_some(())?;
        (at == bytes.len()).then_some(Self { questions, has_edns })
    }
}

/// Where a name ends. It may point to an earlier place, where there has to be a name as well.
fn name(bytes: &[u8], begin: usize) -> Option<usize> {
    let mut at = begin;
    loop {
        let length = usize::from(*bytes.get(at)?);
        match length {
            0 => return Some(at + 1),
            0xc0.. => {
                let pointer = (length & 0x3f) << 8 | usize::from(*bytes.get(at + 1)?);
                (pointer < begin).then(|| name(bytes, pointer))??;
                return Some(at + 2);
            }
            1..0x40 => at += 1 + length,
            _ => return None,
        }
    }
}

/// An Azure with a profile for each routing method, whose relative name tells it.
fn azure() -> InProcess {
    let azure = InProcess::new(Settings::default());
    let put = |name: &str, method: &str, endpoints: &[Json]| {
        let profile = json!({ "location": "global", "properties": {
            "trafficRoutingMethod": method,
            "dnsConfig": { "relativeName": name, "ttl": 30 },
            "monitorConfig": { "protocol": "TCP", "port": 443 },
            "maxReturn": if method == "MultiValue" { json!(8) } else { Json::Null },
            "endpoints": endpoints,
        }});
        let resource = name.split('.').next().unwrap_or(name);
        let path = format!("{PROFILES}/{resource}?{VERSION}");
        let request =
            http::Request::put(path).header("host", "localhost").body(Bytes::from(profile.to_string()));
        let answer = run(azure.answer(request.expect("a request of our own can be built")));
        let status = answer.expect("no fault closes the connection").status();
        assert!(status.is_success(), "{name}: {status}");
    };
    let names =
        ["a", "b"].map(|name| external(name, &format!("{name}.example.com"), &json!({ "weight": 7 })));
    put("priority", "Priority", &names);
    put("eu.weighted", "Weighted", &names);
    let regions = ["westeurope", "eastus"]
        .map(|it| external(it, &format!("{it}.example.com"), &json!({ "endpointLocation": it })));
    put("performance", "Performance", &regions);
    put("geographic", "Geographic", &[external("fr", "fr.example.com", &json!({ "geoMapping": ["FR"] }))]);
    let subnets = json!({ "subnets": [{ "first": "127.0.0.0", "scope": 8 }, { "first": "2001:db8::", "last": "2001:db8::7" }] });
    put("subnet", "Subnet", &[external("here", "here.example.com", &subnets)]);
    let addresses: Vec<Json> = (1..=8_u8)
        .flat_map(|number| [format!("192.0.2.{number}"), format!("2001:db8::{number}")])
        .map(|target| external(&target.replace([':', '.'], "-"), &target, &json!({})))
        .collect();
    put("multivalue", "MultiValue", &addresses);
    let child = json!({ "targetResourceId": format!("{PROFILES}/performance"), "minChildEndpoints": 1, "geoMapping": ["WORLD"] });
    put("nested", "Geographic", &[endpoint("child", "nestedEndpoints", &child)]);
    let label = "x".repeat(63);
    let long = format!("{label}.{label}.{label}");
    put(&long, "Priority", &[external("long", &format!("{long}.{}", &label[2..]), &json!({}))]);
    azure
}

fn external(name: &str, target: &str, more: &Json) -> Json {
    let mut properties = more.clone();
    properties["target"] = json!(target);
    endpoint(name, "externalEndpoints", &properties)
}

fn endpoint(name: &str, kind: &str, properties: &Json) -> Json {
    let type_name = format!("Microsoft.Network/trafficManagerProfiles/{kind}");
    json!({ "name": name, "type": type_name, "properties": properties })
}
