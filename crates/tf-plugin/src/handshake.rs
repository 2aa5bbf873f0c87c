//! What a host hands a plugin in its environment, and the one line with which the plugin answers: go-plugin's
//! handshake, core protocol 1. Opens no socket and makes no certificate; `serve` joins the parts.

use std::ffi::{OsStr, OsString};
use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;

/// The major version of the provider protocol that this crate speaks.
pub const PROTOCOL_VERSION: u16 = 6;

/// The version of the handshake itself.
const CORE_PROTOCOL_VERSION: u16 = 1;

/// The value of `TF_PLUGIN_MAGIC_COOKIE` with which Terraform and OpenTofu start a provider. It protects
/// nothing: it tells a start by a host from a start by hand.
pub const MAGIC_COOKIE: &str = "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2";

/// The part of the process environment that concerns the plugin protocol, read once.
///
/// As in go-plugin, a variable that is set to the empty string counts as not set.
#[derive(Clone, Debug, Default)]
pub struct Environment {
    /// `TF_PLUGIN_MAGIC_COOKIE`.
    pub magic_cookie: Option<String>,
    /// `PLUGIN_PROTOCOL_VERSIONS`: the major versions that the host speaks, such as `5,6`, in any order.
    pub protocol_versions: Option<String>,
    /// `PLUGIN_CLIENT_CERT`: the host's one-time certificate as PEM. Absent without TLS.
    pub client_certificate: Option<String>,
    /// Whether `PLUGIN_MULTIPLEX_GRPC` asks for several servers over one connection.
    pub multiplex: bool,
    /// `PLUGIN_UNIX_SOCKET_DIR`: where the socket has to be.
    pub socket_directory: Option<PathBuf>,
    /// `PLUGIN_UNIX_SOCKET_GROUP`: name or number of a group that may use the socket.
    pub socket_group: Option<String>,
    /// `PLUGIN_MIN_PORT`, for TCP.
    pub min_port: Option<String>,
    /// `PLUGIN_MAX_PORT`, for TCP.
    pub max_port: Option<String>,
    /// The directory for temporary files of this system.
    pub temporary_directory: PathBuf,
    /// The log level: the most specific of `TF_LOG_PROVIDER_<NAME>`, `TF_LOG_PROVIDER` and `TF_LOG`.
    pub log_level: Option<String>,
}

impl Environment {
    /// Reads the environment of this process; `provider` is the provider's local name, such as `azuretm`.
    ///
    /// This is the only place of the crate that looks there.
    pub fn from_process(provider: &str) -> Self {
        Self::from_variables(provider, |name| std::env::var_os(name), std::env::temp_dir())
    }

    fn from_variables(
        provider: &str,
        lookup: impl Fn(&str) -> Option<OsString>,
        temporary_directory: PathBuf,
    ) -> Self {
        let raw = |name: &str| lookup(name).filter(|value| !value.is_empty());
        let text = |name: &str| raw(name).map(|value| OsStr::to_string_lossy(&value).into_owned());
        let own_level = format!("TF_LOG_PROVIDER_{}", provider.to_uppercase().replace('-', "_"));
        Self {
            magic_cookie: text("TF_PLUGIN_MAGIC_COOKIE"),
            protocol_versions: text("PLUGIN_PROTOCOL_VERSIONS"),
            client_certificate: text("PLUGIN_CLIENT_CERT"),
            multiplex: raw("PLUGIN_MULTIPLEX_GRPC").is_some(),
            socket_directory: raw("PLUGIN_UNIX_SOCKET_DIR").map(PathBuf::from),
            socket_group: text("PLUGIN_UNIX_SOCKET_GROUP"),
            min_port: text("PLUGIN_MIN_PORT"),
            max_port: text("PLUGIN_MAX_PORT"),
            temporary_directory,
            log_level: text(&own_level).or_else(|| text("TF_LOG_PROVIDER")).or_else(|| text("TF_LOG")),
        }
    }

    /// Whether a host of the plugin protocol started this process.
    pub fn started_by_host(&self) -> bool {
        self.magic_cookie.as_deref() == Some(MAGIC_COOKIE)
    }

    /// Whether the host lists [`PROTOCOL_VERSION`].
    ///
    /// The answer changes nothing in the handshake: a plugin takes the highest version that both speak, and
    /// with none in common answers its own lowest, so that the host reports the mismatch in its own words.
    /// A plugin with one version answers that version in both cases.
    pub fn host_speaks_our_version(&self) -> bool {
        let listed = self.protocol_versions.as_deref().unwrap_or_default();
        listed.split(',').any(|version| version.trim().parse() == Ok(PROTOCOL_VERSION))
    }
}

/// Where the plugin listens, in the form of the handshake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Address {
    /// A Unix socket. The path is text without `|` and line ends, which would break the line.
    Unix(String),
    /// A loopback address.
    Tcp(SocketAddr),
}

impl Address {
    /// The name that Go gives this kind of network.
    pub fn network(&self) -> &'static str {
        match self {
            Self::Unix(_) => "unix",
            Self::Tcp(_) => "tcp",
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unix(path) => f.write_str(path),
            Self::Tcp(address) => address.fmt(f),
        }
    }
}

/// The line that announces the server, with its line end.
///
/// `certificate` is the DER of the server's certificate; without TLS its field is empty. A host that asks for
/// multiplexing gets a seventh field, which says that this server cannot do it; other hosts must not get it,
/// since old ones would take it for a part of the certificate.
pub(crate) fn line(address: &Address, certificate: Option<&[u8]>, multiplex: bool) -> String {
    let certificate = certificate.map(|der| STANDARD_NO_PAD.encode(der)).unwrap_or_default();
    let multiplex = if multiplex { "|false" } else { "" };
    let network = address.network();
    format!("{CORE_PROTOCOL_VERSION}|{PROTOCOL_VERSION}|{network}|{address}|grpc|{certificate}{multiplex}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(variables: &[(&str, &str)]) -> Environment {
        let lookup = |name: &str| {
            variables.iter().find(|(known, _)| *known == name).map(|(_, value)| OsString::from(value))
        };
        Environment::from_variables("my-cloud", lookup, PathBuf::from("/t"))
    }

    #[test]
    fn an_empty_variable_counts_as_absent() {
        let environment = read(&[("PLUGIN_CLIENT_CERT", ""), ("PLUGIN_MULTIPLEX_GRPC", "")]);
        assert_eq!((environment.client_certificate, environment.multiplex), (None, false));
    }

    #[test]
    fn only_the_exact_cookie_is_a_host() {
        assert!(read(&[("TF_PLUGIN_MAGIC_COOKIE", MAGIC_COOKIE)]).started_by_host());
        assert!(!read(&[("TF_PLUGIN_MAGIC_COOKIE", "d602")]).started_by_host());
        assert!(!read(&[]).started_by_host());
    }

    #[test]
    fn the_most_specific_log_variable_wins() {
        let all = [("TF_LOG_PROVIDER_MY_CLOUD", "ERROR"), ("TF_LOG_PROVIDER", "WARN"), ("TF_LOG", "INFO")];
        for (from, level) in [(0, "ERROR"), (1, "WARN"), (2, "INFO")] {
            assert_eq!(read(&all[from..]).log_level.as_deref(), Some(level));
        }
        assert_eq!(read(&[]).log_level, None);
    }

    #[test]
    fn versions_are_found_in_any_order() {
        for (listed, spoken) in [("5,6", true), ("6,5", true), (" 6 ", true), ("5", false), ("16", false)] {
            let environment = read(&[("PLUGIN_PROTOCOL_VERSIONS", listed)]);
            assert_eq!(environment.host_speaks_our_version(), spoken, "{listed}");
        }
    }

    #[test]
    fn the_line_has_six_fields_and_a_certificate_without_padding() {
        let unix = Address::Unix("/t/s".into());
        assert_eq!(line(&unix, Some(&[0xff; 4]), false), "1|6|unix|/t/s|grpc|/////w\n");
        assert_eq!(line(&unix, None, false), "1|6|unix|/t/s|grpc|\n");
        let tcp = Address::Tcp("127.0.0.1:10000".parse().unwrap());
        assert_eq!(line(&tcp, None, false), "1|6|tcp|127.0.0.1:10000|grpc|\n");
    }

    #[test]
    fn a_host_that_asks_for_multiplexing_is_told_that_there_is_none() {
        assert_eq!(line(&Address::Unix("/s".into()), None, true), "1|6|unix|/s|grpc||false\n");
    }
}
