//! The block `fleet_hub`: where the hub of a fleet is, and who asks.

use std::collections::BTreeMap;
use std::path::PathBuf;

use arm::fleets::FleetId;
use tf_plugin::{Diagnostics, Path, Value, object};

use crate::fleet_hub::{HubLogin, HubPlace, HubSettings};
use crate::hidden::Hidden;
use crate::ids;

object! {
    /// Where the hub of a fleet is, and who asks.
    pub struct FleetHub {
        /// The ID of the fleet. The provider asks Azure where its hub is, and authenticates to the hub with its own
        /// credentials: `kubelogin` is not needed.
        pub fleet_id: Value<String>,
        /// The path of a kubeconfig file.
        pub config_path: Value<String> => [conflicts_with("fleet_id")],
        /// The context of the kubeconfig file. Defaults to its current context.
        pub config_context: Value<String>,
        /// The address of the hub, such as `https://demo-1234.hcp.westeurope.azmk8s.io:443`. Together with `fleet_id` or
        /// `config_path`, it replaces their address, for example by the near end of a tunnel.
        pub host: Value<String>,
        /// The bearer token for the hub.
        pub token: Value<Hidden> => [sensitive],
        /// The client certificate for the hub, PEM.
        pub client_certificate: Value<String>,
        /// The key of the client certificate, PEM.
        pub client_key: Value<Hidden> => [sensitive],
        /// The certificate authority of the hub, PEM.
        pub cluster_ca_certificate: Value<String>,
        /// The name in the certificate of the hub, if it differs from `host`.
        pub tls_server_name: Value<String>,
        /// The URL of a proxy for requests to the hub.
        pub proxy_url: Value<String>,
        /// A program that prints credentials for the hub.
        pub exec: Value<Exec> => [block],
    }
}

object! {
    /// A program that prints credentials, as in a kubeconfig.
    pub struct Exec {
        /// The version of the `ExecCredential` API, such as `client.authentication.k8s.io/v1`.
        pub api_version: Value<String> => [required],
        /// The command.
        pub command: Value<String> => [required],
        /// The arguments.
        pub args: Value<Vec<Value<String>>>,
        /// The environment variables.
        pub env: Value<BTreeMap<String, Value<String>>>,
    }
}

impl FleetHub {
    /// Checks what is known of it by itself.
    pub(super) fn check(&self, diagnostics: &mut Diagnostics) {
        let at = |name| Path::new("fleet_hub").attribute(name);
        if let Some(id) = self.fleet_id.as_deref() {
            ids::fleet(at("fleet_id"), id, diagnostics);
        }
        let mut refuse = |name: &'static str, said: &str| {
            diagnostics.error(at(name), "Invalid fleet_hub", said);
        };
        if self.fleet_id.is_null() && self.config_path.is_null() && self.host.is_null() {
            refuse(
                "fleet_id",
                "The block says nothing of where the hub is. Set fleet_id, config_path or host.",
            );
        }
        if !self.config_context.is_null() && self.config_path.is_null() {
            refuse("config_context", "A context is one of a kubeconfig file. Set config_path as well.");
        }
        for (name, other, is_alone) in [
            (
                "client_certificate",
                "client_key",
                !self.client_certificate.is_null() && self.client_key.is_null(),
            ),
            (
                "client_key",
                "client_certificate",
                !self.client_key.is_null() && self.client_certificate.is_null(),
            ),
        ] {
            if is_alone {
                refuse(name, &format!("{name} requires {other} as well."));
            }
        }
        let logins = [
            ("token", !self.token.is_null()),
            ("client_certificate", !self.client_certificate.is_null()),
            ("exec", !self.exec.is_null()),
        ];
        let logins: Vec<_> =
            logins.into_iter().filter(|(_, is_given)| *is_given).map(|(name, _)| name).collect();
        if let [first, second, ..] = logins[..] {
            refuse(first, &format!("Set only one of {first} and {second}."));
        }
    }

    /// What a connection is made of. Attributes that are not known yet are remembered by name: a plan that needs no hub is
    /// made without them.
    pub(super) fn settle(self) -> HubSettings {
        let mut unknown = Unknown(Vec::new());
        let place =
            match (unknown.text("fleet_id", self.fleet_id), unknown.text("config_path", self.config_path)) {
                (Some(id), _) => FleetId::parse(&id).ok().map(HubPlace::Fleet),
                (None, Some(path)) => Some(HubPlace::Kubeconfig {
                    path: in_home(&path),
                    context: unknown.text("config_context", self.config_context),
                }),
                (None, None) => None,
            };
        let certificate = unknown.text("client_certificate", self.client_certificate);
        let key = unknown.secret("client_key", self.client_key);
        let token = unknown.secret("token", self.token);
        if let Value::Unknown(_) = self.exec {
            unknown.0.push("exec");
        }
        let exec = self.exec.into_known().map(|exec| unknown.exec(exec));
        let login = match (token, certificate.zip(key), exec) {
            (Some(token), _, _) => Some(HubLogin::Token(token)),
            (_, Some((certificate, key)), _) => Some(HubLogin::Certificate { certificate, key }),
            (_, _, Some(exec)) => Some(HubLogin::Exec(exec)),
            (None, None, None) => None,
        };
        HubSettings {
            place,
            host: unknown.text("host", self.host),
            login,
            authority: unknown.text("cluster_ca_certificate", self.cluster_ca_certificate),
            tls_server_name: unknown.text("tls_server_name", self.tls_server_name),
            proxy_url: unknown.text("proxy_url", self.proxy_url),
            unknown: unknown.0,
        }
    }
}

/// Collects the names of attributes that are not known yet.
struct Unknown(Vec<&'static str>);

impl Unknown {
    fn text(&mut self, name: &'static str, given: Value<String>) -> Option<String> {
        if let Value::Unknown(_) = given {
            self.0.push(name);
        }
        given.into_known().filter(|text| !text.is_empty())
    }

    fn secret(&mut self, name: &'static str, given: Value<Hidden>) -> Option<arm::Secret> {
        if let Value::Unknown(_) = given {
            self.0.push(name);
        }
        given.into_known().map(Hidden::into_secret)
    }

    fn exec(&mut self, exec: Exec) -> hub::Exec {
        let Exec { api_version, command, args, env } = exec;
        let arguments = args.into_known().unwrap_or_default();
        let environment = env.into_known().unwrap_or_default();
        let is_known =
            arguments.iter().chain(environment.values()).all(|value| !matches!(value, Value::Unknown(_)));
        if !is_known {
            self.0.push("exec");
        }
        hub::Exec {
            api_version: self.text("exec", api_version).unwrap_or_default(),
            command: self.text("exec", command).unwrap_or_default(),
            arguments: arguments.into_iter().filter_map(Value::into_known).collect(),
            environment: environment
                .into_iter()
                .filter_map(|(name, value)| Some((name, value.into_known()?)))
                .collect(),
        }
    }
}

/// The path, in which `~` is the user's folder, as kubectl reads it.
fn in_home(path: &str) -> PathBuf {
    match (path.strip_prefix("~/"), std::env::home_dir()) {
        (Some(rest), Some(home)) => home.join(rest),
        _ => PathBuf::from(path),
    }
}
