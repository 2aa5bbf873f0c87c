//! The way to a fleet's hub: a kubeconfig, as `listCredentials` answers it.
//!
//! Its shape is that of a recorded answer; the server in it is the emulator.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::StatusCode;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::json;

use super::{find, not_found};
use crate::service::arrival::Arrival;
use crate::service::error::Failure;
use crate::service::model::fleet::Fleet;
use crate::service::route::{FleetAddress, GroupAddress};
use crate::service::{Answer, DEFAULT_TENANT, Service};

/// The application that stands for the API servers of all clusters: the audience of tokens for them.
pub(crate) const API_SERVERS: &str = "6dae42f8-4368-4678-94ff-3960e28e3630";

/// The application that users log in to.
const CLIENT: &str = "80faf920-1908-4b52-b5ef-a8e7bedfc67a";

/// What is percent-encoded in a segment of a path.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

impl Service {
    pub(super) fn list_credentials(
        &self,
        address: &FleetAddress,
        arrival: &Arrival<'_>,
    ) -> Result<Answer, Failure> {
        self.require_group(&address.group)?;
        let fleet = find(&self.state, address).ok_or_else(|| not_found(address))?;
        if fleet.hub.is_none() {
            return Err(Failure::hubless(&fleet.name));
        }
        let tenant = match arrival.access.caller()? {
            Some(caller) => caller.tenant.clone(),
            None => DEFAULT_TENANT.to_owned(),
        };
        let text = kubeconfig(&self.place_of(address), fleet, &tenant, arrival);
        let body = json!({ "kubeconfigs": [{ "name": "clusterUser", "value": STANDARD.encode(text) }] });
        Ok(Answer::gateway(StatusCode::OK, &body))
    }
}

/// Texts are written as JSON, which YAML reads, because names may have characters that mean something to YAML.
fn kubeconfig(group: &GroupAddress, fleet: &Fleet, tenant: &str, arrival: &Arrival<'_>) -> String {
    let segments = [&group.subscription, &group.group, &fleet.name];
    let path: Vec<String> =
        segments.iter().map(|segment| utf8_percent_encode(segment, SEGMENT).to_string()).collect();
    let server = json!(format!("{}/hubs/{}", arrival.base, path.join("/")));
    let user = json!(format!("clusterUser_FL_{}_{}_{}_hub", group.group, fleet.name, fleet.location));
    // Over http there is no certificate to trust, and nobody to log in to.
    let (authority, login) = if arrival.base.starts_with("https:") {
        let authority = STANDARD.encode(arrival.ca_pem);
        (format!("    certificate-authority-data: {authority}\n"), login(tenant))
    } else {
        (String::new(), " {}\n".to_owned())
    };
    format!(
        "apiVersion: v1\nclusters:\n- cluster:\n{authority}    server: {server}\n  name: hub\ncontexts:\n- context:\n    \
         cluster: hub\n    user: {user}\n  name: hub\ncurrent-context: hub\nkind: Config\npreferences: {{}}\nusers:\n- \
         name: {user}\n  user:{login}"
    )
}

/// How kubectl gets a token: a program that asks Microsoft Entra ID.
fn login(tenant: &str) -> String {
    let tenant = json!(tenant).to_string();
    let arguments = [
        "get-token",
        "--environment",
        "AzurePublicCloud",
        "--server-id",
        API_SERVERS,
        "--client-id",
        CLIENT,
        "--tenant-id",
        &tenant,
        "--login",
        "devicecode",
    ];
    let arguments = arguments.join("\n      - ");
    let hint = json!("kubelogin is not installed, and it is needed to log in to the cluster.");
    format!(
        "\n    exec:\n      apiVersion: client.authentication.k8s.io/v1beta1\n      args:\n      - {arguments}\n      command: \
         kubelogin\n      env: null\n      installHint: {hint}\n      provideClusterInfo: false\n"
    )
}
