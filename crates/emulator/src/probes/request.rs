//! What a probe sends and what it accepts, as a value.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use http::{HeaderName, HeaderValue};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use rustls::pki_types::ServerName;
use thiserror::Error;
use traffic_manager::profile::MonitorProtocol;

use super::TimeScale;
use crate::service::{Header, ProbedEndpoint, StatusRange};
use crate::target_addresses::TargetAddress;

/// What Azure's probes call themselves in the logs of those who get them.
const USER_AGENT: &str = "Azure Traffic Manager Endpoint Monitor";

/// What cannot stand in the first line of a request. Escapes that are there already stay.
const NOT_IN_A_PATH: &AsciiSet =
    &CONTROLS.add(b' ').add(b'"').add(b'<').add(b'>').add(b'\\').add(b'^').add(b'`');

/// A probe, ready to be sent.
#[derive(Clone, Debug)]
pub(crate) struct ProbeRequest {
    pub(crate) address: SocketAddr,
    pub(crate) timeout: Duration,
    pub(crate) exchange: Exchange,
}

/// What happens on the connection.
#[derive(Clone)]
pub(crate) enum Exchange {
    /// Nothing: that it comes about is enough.
    Connect,
    /// A request and the head of its answer.
    Http {
        /// The name in the handshake, if there is one.
        tls: Option<ServerName<'static>>,
        /// The whole request, which may have secrets in it.
        head: Vec<u8>,
        /// The statuses that count as success; 200 if there are none.
        expected: Vec<StatusRange>,
    },
}

/// Why a probe cannot be sent. It says nothing of values, which may be secret.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
pub(crate) enum Unsendable {
    #[error("the monitor has no port that can be connected to")]
    Port,
    #[error("a custom header has a name that no request can have")]
    HeaderName,
    #[error("the custom header {0} has a value that no request can have")]
    HeaderValue(String),
}

impl std::fmt::Debug for Exchange {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Connect => f.write_str("Connect"),
            Self::Http { tls, expected, .. } => {
                f.debug_struct("Http").field("tls", tls).field("expected", expected).finish_non_exhaustive()
            }
        }
    }
}

impl ProbeRequest {
    /// The probe of an endpoint whose target is at this address.
    pub(crate) fn new(
        endpoint: &ProbedEndpoint,
        address: &TargetAddress,
        scale: TimeScale,
    ) -> Result<Self, Unsendable> {
        let monitor = &endpoint.monitor;
        let port = u16::try_from(monitor.port).ok().filter(|port| *port != 0).ok_or(Unsendable::Port)?;
        let exchange = match monitor.protocol {
            MonitorProtocol::Tcp => Exchange::Connect,
            MonitorProtocol::Http | MonitorProtocol::Https => {
                let headers = headers(endpoint)?;
                let is_tls = monitor.protocol == MonitorProtocol::Https;
                Exchange::Http {
                    tls: is_tls.then(|| server_name(&headers, address.address())),
                    head: head(monitor.path.as_deref().unwrap_or_default(), &headers),
                    expected: monitor.status_ranges.clone(),
                }
            }
        };
        let timeout = scale.timeout(monitor);
        Ok(Self { address: address.socket_address(port), timeout, exchange })
    }
}

/// The headers of the request. Those of the endpoint replace those of the profile, and both replace the usual ones.
fn headers(endpoint: &ProbedEndpoint) -> Result<Vec<(String, String)>, Unsendable> {
    let mut all = vec![
        ("Host".to_owned(), host(&endpoint.target)),
        ("User-Agent".to_owned(), USER_AGENT.to_owned()),
        ("Accept".to_owned(), "*/*".to_owned()),
        ("Connection".to_owned(), "close".to_owned()),
    ];
    for Header { name, value } in endpoint.monitor.headers.iter().chain(&endpoint.headers) {
        // Who could end a line could add headers, or a request of his own.
        HeaderName::from_bytes(name.as_bytes()).map_err(|_| Unsendable::HeaderName)?;
        HeaderValue::from_bytes(value.as_bytes()).map_err(|_| Unsendable::HeaderValue(name.clone()))?;
        match all.iter_mut().find(|(known, _)| known.eq_ignore_ascii_case(name)) {
            Some((_, known)) => known.clone_from(value),
            None => all.push((name.clone(), value.clone())),
        }
    }
    Ok(all)
}

/// The target as the value of `Host`.
fn host(target: &str) -> String {
    match target.parse::<IpAddr>() {
        Ok(IpAddr::V6(address)) => format!("[{address}]"),
        _ => target.strip_suffix('.').unwrap_or(target).to_owned(),
    }
}

/// The name for the handshake: that of the `host` header, without its port. If that is none, the server is told none.
fn server_name(headers: &[(String, String)], address: IpAddr) -> ServerName<'static> {
    let host = headers.first().map_or("", |(_, value)| value.trim());
    let name = host.split(':').next().unwrap_or(host);
    match ServerName::try_from(name.to_owned()) {
        Ok(name) => name,
        Err(_) => ServerName::from(address),
    }
}

/// The request as it is sent.
fn head(path: &str, headers: &[(String, String)]) -> Vec<u8> {
    // A fragment is no part of what is asked for.
    let path = path.split('#').next().unwrap_or(path);
    let slash = if path.starts_with('/') { "" } else { "/" };
    let mut text = format!("GET {slash}{} HTTP/1.1\r\n", utf8_percent_encode(path, NOT_IN_A_PATH));
    for (name, value) in headers {
        text.push_str(name);
        text.push_str(": ");
        text.push_str(value);
        text.push_str("\r\n");
    }
    text.push_str("\r\n");
    text.into_bytes()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde_json::{Value, json};

    use super::*;
    use crate::probes::samples;

    /// The probe of an endpoint of these properties at this address.
    fn request(monitor: &Value, properties: &Value, address: &str) -> Result<ProbeRequest, Unsendable> {
        let address = format!("east.example.com={address}").parse().unwrap();
        ProbeRequest::new(&samples::endpoint(monitor, properties), &address, TimeScale::new(1))
    }

    /// The request as text, and the name in the handshake.
    fn http(monitor: &Value, properties: &Value) -> (String, Option<ServerName<'static>>) {
        let request = request(monitor, properties, "127.0.0.1").unwrap();
        let Exchange::Http { tls, head, .. } = request.exchange else { panic!("{request:?}") };
        (String::from_utf8(head).unwrap(), tls)
    }

    #[test]
    fn a_get_names_the_target_and_its_sender() {
        let (text, tls) = http(&Value::Null, &json!({ "target": "East.Example.com." }));
        assert_eq!(
            text,
            "GET /health HTTP/1.1\r\nHost: East.Example.com\r\nUser-Agent: Azure Traffic Manager Endpoint Monitor\r\n\
             Accept: */*\r\nConnection: close\r\n\r\n"
        );
        assert_eq!(tls, None);
        let (text, _) = http(&Value::Null, &json!({ "target": "2001:db8::1" }));
        assert!(text.contains("\r\nHost: [2001:db8::1]\r\n"), "{text}");
    }

    #[test]
    fn headers_of_the_endpoint_replace_those_of_the_profile_and_both_the_usual_ones() {
        let headers = |pairs: &[(&str, &str)]| {
            let pairs = pairs.iter().map(|(name, value)| json!({ "name": name, "value": value }));
            json!({ "customHeaders": pairs.collect::<Vec<_>>() })
        };
        let of_profile = headers(&[("host", "profile.example.com"), ("X-A", "profile"), ("x-b", "profile")]);
        let of_endpoint = headers(&[("x-a", "endpoint"), ("x-c", "endpoint"), ("USER-AGENT", "me")]);
        let (text, _) = http(&of_profile, &of_endpoint);
        assert_eq!(
            text,
            "GET /health HTTP/1.1\r\nHost: profile.example.com\r\nUser-Agent: me\r\nAccept: */*\r\nConnection: close\r\n\
             X-A: endpoint\r\nx-b: profile\r\nx-c: endpoint\r\n\r\n"
        );
        let (text, _) = http(&of_profile, &headers(&[("HOST", "endpoint.example.com")]));
        assert!(text.contains("\r\nHost: endpoint.example.com\r\n"), "{text}");
    }

    #[test]
    fn no_header_and_no_path_can_begin_another_line() {
        for (name, value) in [
            ("x", "secret\r\nx-b: c"),
            ("x", "secret\nb"),
            ("x", "secret\0b"),
            ("x\ty", "secret"),
            ("é", "secret"),
        ] {
            let headers = json!({ "customHeaders": [{ "name": name, "value": value }] });
            for (monitor, endpoint) in [(&headers, &Value::Null), (&Value::Null, &headers)] {
                let error = request(monitor, endpoint, "127.0.0.1").unwrap_err();
                let expected = match name {
                    "x" => Unsendable::HeaderValue("x".to_owned()),
                    _ => Unsendable::HeaderName,
                };
                assert_eq!(error, expected, "{name:?}: {value:?}");
                assert!(!error.to_string().contains("secret"), "{error}");
            }
        }
        // From a state file, which no rule has checked.
        let mut endpoint = samples::endpoint(&Value::Null, &Value::Null);
        Arc::make_mut(&mut endpoint.monitor).path = Some("a b\r\nx: y#z".to_owned());
        let address = "east.example.com=127.0.0.1".parse().unwrap();
        let request = ProbeRequest::new(&endpoint, &address, TimeScale::new(1)).unwrap();
        let Exchange::Http { head, .. } = request.exchange else { panic!("{request:?}") };
        assert!(head.starts_with(b"GET /a%20b%0D%0Ax:%20y HTTP/1.1\r\nHost: "), "{}", head.escape_ascii());
    }

    #[test]
    fn a_path_keeps_its_query_and_its_escapes_and_loses_its_fragment() {
        for (path, expected) in
            [("/a?b=c&d=%20", "/a?b=c&d=%20"), ("/ä?ö", "/%C3%A4?%C3%B6"), ("/a#b", "/a"), ("/", "/")]
        {
            let (text, _) = http(&json!({ "path": path }), &Value::Null);
            assert!(text.starts_with(&format!("GET {expected} HTTP/1.1\r\n")), "{path}: {text}");
        }
    }

    #[test]
    fn the_handshake_has_the_name_of_the_host_header() {
        let name = |monitor: Value, properties: Value| {
            let mut monitor = monitor;
            monitor["protocol"] = json!("HTTPS");
            http(&monitor, &properties).1.unwrap().to_str().into_owned()
        };
        let host = |value: &str| json!({ "customHeaders": [{ "name": "host", "value": value }] });
        assert_eq!(name(json!({}), Value::Null), "East.example.com");
        assert_eq!(name(host("shop.example.com:8443"), Value::Null), "shop.example.com");
        assert_eq!(name(host("shop.example.com"), host("[::1]:8443")), "127.0.0.1");
        assert_eq!(name(host("*.example.com"), Value::Null), "127.0.0.1");
        assert_eq!(name(json!({}), json!({ "target": "192.0.2.1" })), "192.0.2.1");
    }

    #[test]
    fn the_port_is_that_of_the_address_or_else_of_the_monitor() {
        let tcp = json!({ "protocol": "TCP", "port": 5432, "path": null });
        for (monitor, address, expected) in [
            (&Value::Null, "127.0.0.1", "127.0.0.1:80"),
            (&tcp, "127.0.0.2", "127.0.0.2:5432"),
            (&tcp, "127.0.0.1:8081", "127.0.0.1:8081"),
            (&tcp, "[::1]:8081", "[::1]:8081"),
        ] {
            let request = request(monitor, &Value::Null, address).unwrap();
            assert_eq!(request.address.to_string(), expected);
            assert_eq!(request.timeout, Duration::from_secs(10));
            assert_eq!(matches!(request.exchange, Exchange::Connect), monitor == &tcp);
        }
        let mut endpoint = samples::endpoint(&Value::Null, &Value::Null);
        for port in [0, -1, 65536] {
            Arc::make_mut(&mut endpoint.monitor).port = port;
            let address = "east.example.com=127.0.0.1:80".parse().unwrap();
            let error = ProbeRequest::new(&endpoint, &address, TimeScale::new(1)).unwrap_err();
            assert_eq!(error, Unsendable::Port);
        }
    }

    #[test]
    fn what_is_logged_of_a_probe_has_no_header_in_it() {
        let secret = json!({ "customHeaders": [{ "name": "x-key", "value": "hunter2" }] });
        let request = request(&secret, &Value::Null, "127.0.0.1").unwrap();
        let Exchange::Http { head, .. } = &request.exchange else { panic!("{request:?}") };
        assert!(head.windows(7).any(|window| window == b"hunter2"));
        let debug = format!("{request:?}");
        let as_numbers = format!("{:?}", b"hunter2");
        assert!(
            !debug.contains("hunter2") && !debug.contains(as_numbers.trim_matches(['[', ']'])),
            "{debug}"
        );
    }
}
