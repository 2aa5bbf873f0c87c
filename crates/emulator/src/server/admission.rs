//! Which requests are let in: those of programs and of the emulator's own page, and none that another web page made a browser
//! send.
//!
//! The emulator has no authentication over http, and a browser on the same machine reaches it as well as a program does.
//! Three things tell a page apart. `Host` is a name that the page's author chose, if he pointed a name of his own at
//! this machine (DNS rebinding): only known names and addresses are served. `Origin` and `Sec-Fetch-Site` say that
//! another site sent the request. And a POST to the control API needs the content type of JSON, which a page cannot
//! send to another site without asking first; one to a hub needs any that a page cannot send. Clients of Azure send neither of the two headers.

use std::collections::BTreeSet;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::Extension;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Json, Response};
use http::request::Parts;
use http::uri::Authority;
use http::{HeaderMap, HeaderName, Method, StatusCode, header};
use kube_emulator::Status;
use serde_json::json;
use tracing::debug;

use super::connections::Connection;
use super::refusal::Refusal;
use crate::authority;

const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// The names under which the emulator serves.
#[derive(Debug)]
pub(super) struct Admission {
    /// Names and addresses that are good with every port, in lower case.
    names: BTreeSet<String>,
    address: SocketAddr,
    /// Other machines reach the emulator, and its port may be another one there.
    beyond_loopback: bool,
}

/// Why a request is not let in.
#[derive(Debug, Eq, PartialEq)]
struct Refused {
    status: StatusCode,
    code: &'static str,
    message: String,
}

impl Admission {
    /// `more_names`: names and addresses besides the usual ones.
    pub(super) fn new(address: SocketAddr, beyond_loopback: bool, more_names: &[String]) -> Self {
        let usual =
            authority::NAMES.iter().filter(|name| **name != "localhost").map(|name| (*name).to_owned());
        let names = usual.chain(more_names.iter().map(|name| normal(name))).collect();
        Self { names, address, beyond_loopback }
    }

    fn check(&self, head: &Parts, connection: &Connection) -> Result<(), Refused> {
        let host = host(head)?;
        if !self.serves(host) {
            return Err(Refused::host(host));
        }
        check_origin(&head.headers, &connection.base(Some(host)))?;
        let path = head.uri.path();
        if head.method == Method::POST && is_control(path) && !is_json(&head.headers) {
            return Err(Refused::content_type("the control API"));
        }
        if head.method == Method::POST && is_of_hub(path) && is_simple(&head.headers) {
            return Err(Refused::content_type("a hub"));
        }
        Ok(())
    }

    /// Whether a `Host` is one of the emulator's names, with any port: one that is forwarded is another one. A page that
    /// had its own name resolved to this machine still sends its own name.
    fn serves(&self, host: &str) -> bool {
        let Some((name, _)) = name_and_port(host) else { return false };
        if self.names.contains(&name) {
            return true;
        }
        match name.parse::<IpAddr>() {
            // No name of anybody's is an address, so that whoever is reached beyond this machine has every one.
            Ok(ip) if self.beyond_loopback => !ip.is_unspecified(),
            Ok(ip) => ip.to_canonical().is_loopback() || ip == self.address.ip(),
            Err(_) => name == "localhost",
        }
    }
}

/// Lets a request in or refuses it, and tells its connection how long it is being answered.
pub(super) async fn admit(
    State(admission): State<Arc<Admission>>,
    Extension(connection): Extension<Connection>,
    request: Request,
    next: Next,
) -> Response {
    let _answering = connection.activity.begin();
    let (head, body) = request.into_parts();
    match admission.check(&head, &connection) {
        Ok(()) => next.run(Request::from_parts(head, body)).await,
        Err(refused) => {
            debug!(status = refused.status.as_u16(), message = refused.message, "not let in");
            refused.answer(head.uri.path())
        }
    }
}

/// Refuses what another site's page sends. `base` is where the request reached the emulator.
fn check_origin(headers: &HeaderMap, base: &str) -> Result<(), Refused> {
    let given = |name: &HeaderName| {
        headers.get_all(name).into_iter().map(|value| value.to_str().unwrap_or("null")).collect::<Vec<_>>()
    };
    let is_own = |origin: &&str| origin.eq_ignore_ascii_case(base);
    if let Some(origin) = given(&header::ORIGIN).into_iter().find(|origin| !is_own(origin)) {
        return Err(Refused::page(&format!("the web page {origin:?}")));
    }
    // `none` is a user who typed the address.
    let is_own = |site: &&str| ["same-origin", "none"].contains(site);
    if given(&FETCH_SITE).iter().any(|site| !is_own(site)) {
        return Err(Refused::page("a web page of another site"));
    }
    Ok(())
}

/// The one host that a request names. With HTTP/2, and with proxies, it is a part of the request's own address.
fn host(head: &Parts) -> Result<&str, Refused> {
    let mut given: Vec<&str> = head.uri.authority().map(Authority::as_str).into_iter().collect();
    for value in head.headers.get_all(header::HOST) {
        given.push(value.to_str().map_err(|_| Refused::host(""))?);
    }
    let [first, rest @ ..] = given.as_slice() else { return Err(Refused::host("")) };
    match rest.iter().find(|other| !other.eq_ignore_ascii_case(first)) {
        None => Ok(first),
        Some(other) => Err(Refused::host(other)),
    }
}

/// The parts of a `Host`: the name in lower case, without brackets and without a dot at its end.
fn name_and_port(host: &str) -> Option<(String, Option<u16>)> {
    let (name, rest) = match host.strip_prefix('[') {
        Some(rest) => rest.split_once(']')?,
        None => host.split_at(host.find(':').unwrap_or(host.len())),
    };
    let port = match rest.strip_prefix(':') {
        Some(port) if port.bytes().all(|byte| byte.is_ascii_digit()) => Some(port.parse().ok()?),
        None if rest.is_empty() => None,
        _ => return None,
    };
    let name = normal(name.strip_suffix('.').unwrap_or(name));
    (!name.is_empty()).then_some((name, port))
}

/// A name in lower case, or an address in its one usual form.
fn normal(name: &str) -> String {
    name.parse::<IpAddr>().map_or_else(|_| name.to_lowercase(), |ip| ip.to_string())
}

fn is_control(path: &str) -> bool {
    path.strip_prefix("/emulator").is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn is_of_hub(path: &str) -> bool {
    path.starts_with("/hubs/")
}

/// Whether a page can send the content type to another site without asking first.
fn is_simple(headers: &HeaderMap) -> bool {
    let simple = ["", "text/plain", "multipart/form-data", "application/x-www-form-urlencoded"];
    simple.iter().any(|simple| essence(headers).eq_ignore_ascii_case(simple))
}

fn is_json(headers: &HeaderMap) -> bool {
    essence(headers).eq_ignore_ascii_case("application/json")
}

/// The content type without its parameters; empty if there is none.
fn essence(headers: &HeaderMap) -> &str {
    let given = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    given.split(';').next().unwrap_or_default().trim()
}

impl Refused {
    fn host(host: &str) -> Self {
        Self {
            status: StatusCode::MISDIRECTED_REQUEST,
            code: "UnknownHost",
            message: format!(
                "The emulator does not serve the host {host:?}: use 127.0.0.1 or localhost, or start it with \
                 --tls-name NAME for one more name."
            ),
        }
    }

    fn page(what: &str) -> Self {
        Self {
            status: StatusCode::FORBIDDEN,
            code: "WebPageRefused",
            message: format!(
                "The request comes from {what}, and the emulator serves programs and its own page only."
            ),
        }
    }

    fn content_type(whose: &str) -> Self {
        Self {
            status: StatusCode::UNSUPPORTED_MEDIA_TYPE,
            code: "ContentTypeRequired",
            message: format!(
                "A POST to {whose} needs the header 'Content-Type: application/json', so that no web page can send it."
            ),
        }
    }

    fn answer(self, path: &str) -> Response {
        if is_control(path) {
            return Refusal(self.status, self.message).into_response();
        }
        if is_of_hub(path) {
            let status = Status::new(self.status.as_u16(), self.code, self.message);
            return (self.status, Json(status.document())).into_response();
        }
        let error = json!({ "error": { "code": self.code, "message": self.message } });
        (self.status, Json(error)).into_response()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn admission(beyond_loopback: bool) -> Admission {
        Admission::new(
            ([127, 0, 0, 1], 4653).into(),
            beyond_loopback,
            &["My-Box".to_owned(), "FD00:0::7".to_owned()],
        )
    }

    #[test]
    fn hosts_are_those_of_this_machine_and_the_known_names() {
        let admission = admission(false);
        for host in [
            "127.0.0.1:4653",
            "127.0.0.1",
            "localhost:4653",
            "localhost:4654",
            "localhost",
            "LOCALHOST.:4653",
            "[::1]:4653",
            "127.0.0.2:4653",
            "management.azure.com",
            "login.microsoftonline.com:443",
            "emulator:8080",
            "my-box:1",
            "[fd00::7]:1",
        ] {
            assert!(admission.serves(host), "{host}");
        }
        for host in [
            "",
            "localhost:4653:4653",
            "localhost:+4653",
            "localhost:99999999",
            "evil.example:4653",
            "127.0.0.1.evil.example:4653",
            "management.azure.com.evil.example",
            "user@localhost:4653",
            "[::1",
            "[::1]4653",
            "0.0.0.0:4653",
            "192.0.2.7:4653",
        ] {
            assert!(!admission.serves(host), "{host}");
        }
    }

    #[test]
    fn beyond_loopback_ports_are_mapped_and_addresses_are_many_but_names_stay_known() {
        let admission = admission(true);
        assert!(["localhost:9", "10.0.0.7", "[fd00::1]:4653"].iter().all(|host| admission.serves(host)));
        assert!(!["evil.example", "evil.example:4653", "0.0.0.0"].iter().any(|host| admission.serves(host)));
    }
}
