//! A fleet of the emulator: its members, what they export, and the hands of others on its hub.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use emulator::{ExportPlace, ExportSeed, FleetSeed, MemberExportSeed, MemberSeed, ServiceSeed};
use serde_json::{Value, json};

use crate::azure::{Azure, SUBSCRIPTION};

/// The group of the kinds of Fleet, as a part of a path.
const GROUP: &str = "/apis/networking.fleet.azure.com/v1beta1";

/// What a member exports: namespace, service and weight.
pub type Export<'a> = (&'a str, &'a str, i64);

/// As whom all fleets of tests act in Azure.
pub const FLEET_PRINCIPAL: &str = "00000000-0000-0000-0000-0000000000f1";

/// The id of a fleet.
pub fn fleet_id(name: &str) -> String {
    format!(
        "/subscriptions/{SUBSCRIPTION}/resourceGroups/rg-global/providers/Microsoft.ContainerService/fleets/{name}"
    )
}

impl Azure {
    /// A fleet with a hub, and with these members: the name, and the exports by namespace, service and weight.
    #[track_caller]
    pub fn seed_fleet(&self, name: &str, members: &[(&str, &[Export<'_>])]) {
        let members = members.iter().map(|(member, exports)| MemberSeed {
            name: (*member).to_owned(),
            cluster: None,
            exports: exports
                .iter()
                .map(|(namespace, name, weight)| {
                    let ExportSeed { service, weight } = export(member, name, *weight);
                    MemberExportSeed {
                        namespace: (*namespace).to_owned(),
                        name: (*name).to_owned(),
                        service,
                        weight,
                    }
                })
                .collect(),
        });
        let fleet = FleetSeed {
            principal: Some(FLEET_PRINCIPAL.to_owned()),
            members: members.collect(),
            ..FleetSeed::new(fleet_id(name))
        };
        self.running.with_service(|service| service.seed_fleet(fleet)).expect("the fleet is possible");
    }

    /// A member exports a service, with another weight than before or anew.
    #[track_caller]
    pub fn seed_export(&self, fleet: &str, member: &str, (namespace, name, weight): Export<'_>) {
        let place = ExportPlace { fleet, member, namespace, name };
        let seed = export(member, name, weight);
        let exported = self.running.with_service(|it| it.seed_export(place, seed));
        exported.expect("the export is possible");
    }

    /// Makes a namespace on the hub.
    #[track_caller]
    pub fn put_namespace(&self, fleet: &str, name: &str) {
        let body = json!({ "apiVersion": "v1", "kind": "Namespace", "metadata": { "name": name } });
        let (status, answer) = self.ask_hub(fleet, "POST", "/api/v1/namespaces", Some(&body));
        assert!(matches!(status, 201 | 409), "{status} {answer}");
    }

    /// An object on the hub, if it is there; `kind` is the plural name.
    pub fn hub_object(&self, fleet: &str, kind: &str, namespace: &str, name: &str) -> Option<Value> {
        let path = format!("{GROUP}/namespaces/{namespace}/{kind}/{name}");
        let (status, object) = self.ask_hub(fleet, "GET", &path, None);
        (status == 200).then_some(object)
    }

    /// Another hand changes an object on the hub, or an object's status; `path` is the plural name, namespace and name.
    #[track_caller]
    pub fn patch_hub_object(&self, fleet: &str, [kind, namespace, name]: [&str; 3], change: &Value) {
        let path = format!("{GROUP}/namespaces/{namespace}/{kind}/{name}?fieldManager=somebody");
        let (status, answer) = self.ask_hub(fleet, "PATCH", &path, Some(change));
        assert_eq!(status, 200, "{answer}");
    }

    /// Another hand makes an object on the hub.
    #[track_caller]
    pub fn put_hub_object(&self, fleet: &str, [kind, namespace]: [&str; 2], object: &Value) {
        let path = format!("{GROUP}/namespaces/{namespace}/{kind}");
        let (status, answer) = self.ask_hub(fleet, "POST", &path, Some(object));
        assert_eq!(status, 201, "{answer}");
    }

    /// The answer of the hub to a request of another hand. A PATCH is a merge patch.
    pub fn ask_hub(&self, fleet: &str, method: &str, path: &str, body: Option<&Value>) -> (u16, Value) {
        ask_hub(&self.running.url(), fleet, method, path, body)
    }
}

/// The answer of the hub of a fleet, of the emulator at this address, to a request. A PATCH is a merge patch.
///
/// # Panics
/// If nothing answers there.
pub fn ask_hub(url: &str, fleet: &str, method: &str, path: &str, body: Option<&Value>) -> (u16, Value) {
    let address = url.trim_start_matches("http://");
    let kind = if method == "PATCH" { "application/merge-patch+json" } else { "application/json" };
    let body = body.map(Value::to_string).unwrap_or_default();
    let request = format!(
        "{method} /hubs/{SUBSCRIPTION}/rg-global/{fleet}{path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\
         Accept: application/json\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let mut connection = TcpStream::connect(address).expect("the emulator listens");
    connection.write_all(request.as_bytes()).expect("the emulator reads");
    let mut answer = String::new();
    connection.read_to_string(&mut answer).expect("the emulator answers text");
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
    (status.expect("an answer has a status"), serde_json::from_str(body).unwrap_or_default())
}

fn export(member: &str, service: &str, weight: i64) -> ExportSeed {
    let service = ServiceSeed { dns_label: Some(format!("{service}-{member}")), ..ServiceSeed::default() };
    ExportSeed { weight: Some(weight.to_string()), service: Some(service) }
}
