//! The host's side of the plugin protocol: starts a provider as Terraform does, reads its handshake line and
//! connects with mutual TLS. For tests of providers; it knows nothing of configurations, plans and states.

mod identity;
mod p521_certificate;

use std::ffi::{OsStr, OsString};
use std::io;
use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use hyper_util::rt::TokioIo;
use rustls::crypto::ring;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::sign::SingleCertAndKey;
use rustls::{ClientConfig, RootCertStore, SupportedProtocolVersion};
use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncReadExt as _, AsyncWrite, BufReader};
use tokio::process::{Child, Command};
use tokio::task::JoinHandle;
use tokio_rustls::TlsConnector;
use tonic::client::GrpcService;
use tonic::codegen::{Body, Bytes, StdError};
use tonic::transport::{Channel, Endpoint};
use tower::service_fn;

pub use self::identity::{Identity, KeyKind};
use crate::proto::plugin::Empty;
use crate::proto::plugin::grpc_controller_client::GrpcControllerClient;
use crate::proto::tfplugin6::provider_client::ProviderClient;
use tf_plugin::handshake::MAGIC_COOKIE;
use tf_plugin::serve::MESSAGE_LIMIT;

/// What a test of a provider can run into.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The program could not be started.
    #[error("the provider could not be started")]
    Start(#[source] io::Error),
    /// It ended or said something else instead of the handshake.
    #[error("no handshake line but {line:?}; stderr: {stderr}")]
    Handshake {
        /// What was on stdout.
        line: String,
        /// What was on stderr, if the program ended.
        stderr: String,
    },
    /// The certificate or the TLS set-up of this side.
    #[error("TLS could not be set up: {0}")]
    Tls(String),
    /// No connection.
    #[error("the connection failed")]
    Connect(#[from] tonic::transport::Error),
    /// A call failed.
    #[error("the call failed")]
    Call(#[from] Box<tonic::Status>),
    /// Waiting for the process.
    #[error("the provider's end could not be seen")]
    Wait(#[source] io::Error),
}

/// How to start a provider.
#[derive(Debug)]
pub struct Launch {
    program: PathBuf,
    arguments: Vec<OsString>,
    variables: Vec<(OsString, OsString)>,
    identity: Option<Identity>,
}

impl Launch {
    /// Starts `program` as Terraform does: with the cookie and a one-time P-521 certificate.
    pub fn new(program: impl Into<PathBuf>) -> Self {
        let launch = Self { program: program.into(), arguments: vec![], variables: vec![], identity: None };
        launch
            .variable("TF_PLUGIN_MAGIC_COOKIE", MAGIC_COOKIE)
            .variable("PLUGIN_PROTOCOL_VERSIONS", "6,5")
            .variable("PLUGIN_MIN_PORT", "10000")
            .variable("PLUGIN_MAX_PORT", "25000")
            .identity(Identity::generate(KeyKind::P521))
    }

    /// Sets a variable of the provider's environment; the rest is inherited. The last value counts.
    #[must_use]
    pub fn variable(mut self, name: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> Self {
        self.variables.push((name.as_ref().to_owned(), value.as_ref().to_owned()));
        self
    }

    /// Adds an argument. Terraform gives none.
    #[must_use]
    pub fn argument(mut self, argument: impl AsRef<OsStr>) -> Self {
        self.arguments.push(argument.as_ref().to_owned());
        self
    }

    /// Takes another identity than the generated one.
    #[must_use]
    pub fn identity(mut self, identity: Identity) -> Self {
        self.identity = Some(identity);
        self
    }

    /// Gives no certificate, as with `TF_DISABLE_PLUGIN_TLS`.
    #[must_use]
    pub fn without_tls(mut self) -> Self {
        self.identity = None;
        self
    }

    /// Starts the program without waiting for its line. It is killed when the child is dropped.
    pub fn spawn(&self) -> Result<Child, ClientError> {
        let mut command = Command::new(&self.program);
        command.args(&self.arguments).env_remove("PLUGIN_CLIENT_CERT");
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        if let Some(identity) = &self.identity {
            command.env("PLUGIN_CLIENT_CERT", identity.pem());
        }
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
        command.spawn().map_err(ClientError::Start)
    }

    /// Starts the program and reads its handshake line.
    pub async fn start(self) -> Result<Plugin, ClientError> {
        let mut child = self.spawn()?;
        let stderr = collect(child.stderr.take());
        let mut stdout = BufReader::new(child.stdout.take().ok_or_else(no_pipe)?);
        let mut line = String::new();
        stdout.read_line(&mut line).await.map_err(ClientError::Start)?;
        let Some(handshake) = Handshake::parse(&line) else {
            let _ = child.start_kill();
            return Err(ClientError::Handshake { line, stderr: stderr.await.unwrap_or_default() });
        };
        Ok(Plugin { child, handshake, identity: self.identity, stdout: collect(Some(stdout)), stderr })
    }
}

fn no_pipe() -> ClientError {
    ClientError::Start(io::ErrorKind::BrokenPipe.into())
}

/// Reads a pipe to its end, so that the provider never waits for a reader.
fn collect(pipe: Option<impl AsyncRead + Unpin + Send + 'static>) -> JoinHandle<String> {
    tokio::spawn(async move {
        let mut bytes = Vec::new();
        if let Some(mut pipe) = pipe {
            // What came before a failure is what there is.
            let _ = pipe.read_to_end(&mut bytes).await;
        }
        String::from_utf8_lossy(&bytes).into_owned()
    })
}

/// The fields of the handshake line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handshake {
    /// The whole line without its end.
    pub line: String,
    /// The version of the provider protocol.
    pub protocol_version: u16,
    /// `unix` or `tcp`.
    pub network: String,
    /// The path of the socket, or address and port.
    pub address: String,
    /// The server's certificate as DER, with TLS.
    pub certificate: Option<Vec<u8>>,
    /// The seventh field.
    pub multiplex: Option<String>,
}

impl Handshake {
    /// Reads a line; nothing if it is none of core protocol 1 and gRPC.
    pub fn parse(line: &str) -> Option<Self> {
        let line = line.strip_suffix('\n')?;
        let fields: Vec<&str> = line.split('|').collect();
        let (["1", version, network, address, "grpc", certificate], rest) =
            fields.split_first_chunk::<6>()?
        else {
            return None;
        };
        let certificate = match *certificate {
            "" => None,
            text => Some(STANDARD_NO_PAD.decode(text).ok()?),
        };
        Some(Self {
            line: line.to_owned(),
            protocol_version: version.parse().ok()?,
            network: (*network).to_owned(),
            address: (*address).to_owned(),
            certificate,
            multiplex: rest.first().map(|text| (*text).to_owned()),
        })
    }
}

/// A running provider. Dropping it kills the process.
#[derive(Debug)]
pub struct Plugin {
    child: Child,
    handshake: Handshake,
    identity: Option<Identity>,
    stdout: JoinHandle<String>,
    stderr: JoinHandle<String>,
}

/// How a provider ended.
#[derive(Debug)]
pub struct Ended {
    /// Its exit status.
    pub status: ExitStatus,
    /// What it wrote to stdout after the handshake line.
    pub stdout: String,
    /// All that it wrote to stderr.
    pub stderr: String,
}

impl Plugin {
    /// What the provider announced.
    pub fn handshake(&self) -> &Handshake {
        &self.handshake
    }

    /// The process id, while the process runs.
    pub fn id(&self) -> Option<u32> {
        self.child.id()
    }

    /// Connects as Terraform does.
    pub async fn connect(&self) -> Result<Channel, ClientError> {
        let tls = self
            .identity
            .as_ref()
            .map(|identity| self.tls(Some(identity), &[&rustls::version::TLS13, &rustls::version::TLS12]));
        self.connect_with(tls.transpose()?).await
    }

    /// Connects with a TLS set-up of one's own, or plainly.
    pub async fn connect_with(&self, tls: Option<ClientConfig>) -> Result<Channel, ClientError> {
        let Handshake { network, address, .. } = self.handshake.clone();
        connect(network, address, tls).await
    }

    /// The set-up of go-plugin's client: only the announced certificate is trusted, HTTP/2 is offered.
    /// `identity` is the client's; without it no certificate is shown.
    pub fn tls(
        &self,
        identity: Option<&Identity>,
        versions: &[&'static SupportedProtocolVersion],
    ) -> Result<ClientConfig, ClientError> {
        let mut roots = RootCertStore::empty();
        let certificate = self.handshake.certificate.clone().unwrap_or_default();
        roots.add(CertificateDer::from(certificate)).map_err(tls_error)?;
        let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_protocol_versions(versions)
            .map_err(tls_error)?
            .with_root_certificates(roots);
        let mut config = match identity {
            Some(identity) => {
                builder.with_client_cert_resolver(Arc::new(SingleCertAndKey::from(identity.certified_key())))
            }
            None => builder.with_no_client_auth(),
        };
        config.alpn_protocols = vec![b"h2".to_vec()];
        Ok(config)
    }

    /// A client of the provider service on a connection of its own.
    pub async fn provider(&self) -> Result<ProviderClient<Channel>, ClientError> {
        Ok(provider_client(self.connect().await?))
    }

    /// Asks the provider to end, as Terraform does when it is done, and waits for the end.
    pub async fn shut_down(self) -> Result<Ended, ClientError> {
        let mut controller = GrpcControllerClient::new(self.connect().await?);
        controller.shutdown(Empty {}).await.map_err(Box::new)?;
        drop(controller);
        self.wait().await
    }

    /// Waits until the process ends by itself.
    pub async fn wait(mut self) -> Result<Ended, ClientError> {
        let status = self.child.wait().await.map_err(ClientError::Wait)?;
        Ok(Ended {
            status,
            stdout: self.stdout.await.unwrap_or_default(),
            stderr: self.stderr.await.unwrap_or_default(),
        })
    }
}

fn tls_error(error: impl std::fmt::Display) -> ClientError {
    ClientError::Tls(error.to_string())
}

/// Connects to the socket of a provider, for example to one that waits for a CLI to attach.
pub async fn connect(
    network: String,
    address: String,
    tls: Option<ClientConfig>,
) -> Result<Channel, ClientError> {
    let tls = tls.map(|config| TlsConnector::from(Arc::new(config)));
    let connector = service_fn(move |_| {
        let (network, address, tls) = (network.clone(), address.clone(), tls.clone());
        async move { open(&network, &address, tls).await.map(TokioIo::new) }
    });
    // The name is that of the certificate; the connector knows where to go.
    Ok(Endpoint::from_static("http://localhost").connect_with_connector(connector).await?)
}

/// A client of the provider service with the protocol's bound of messages.
pub(crate) fn provider_client<C>(channel: C) -> ProviderClient<C>
where
    C: GrpcService<tonic::body::Body, Error: Into<StdError>>,
    C::ResponseBody: Body<Data = Bytes, Error: Into<StdError> + Send> + Send + 'static,
{
    ProviderClient::new(channel)
        .max_decoding_message_size(MESSAGE_LIMIT)
        .max_encoding_message_size(MESSAGE_LIMIT)
}

async fn open(network: &str, address: &str, tls: Option<TlsConnector>) -> io::Result<Box<dyn Duplex>> {
    let socket: Box<dyn Duplex> = match network {
        #[cfg(unix)]
        "unix" => Box::new(tokio::net::UnixStream::connect(address).await?),
        "tcp" => Box::new(tokio::net::TcpStream::connect(address).await?),
        other => return Err(io::Error::other(format!("unknown network {other}"))),
    };
    match tls {
        None => Ok(socket),
        Some(tls) => {
            let stream =
                tls.connect(ServerName::try_from("localhost").map_err(io::Error::other)?, socket).await?;
            Ok(Box::new(stream))
        }
    }
}

trait Duplex: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Duplex for T {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_read_as_go_plugin_reads_it() {
        let tls = Handshake::parse("1|6|unix|/t/s|grpc|/////w\n").unwrap();
        assert_eq!((tls.protocol_version, tls.network.as_str(), tls.address.as_str()), (6, "unix", "/t/s"));
        assert_eq!((tls.certificate, tls.multiplex), (Some(vec![0xff; 4]), None));
        let plain = Handshake::parse("1|6|tcp|127.0.0.1:1|grpc||false\n").unwrap();
        assert_eq!((plain.certificate, plain.multiplex.as_deref()), (None, Some("false")));
        for other in
            ["", "1|6|unix|/t/s|grpc|", "2|6|unix|/t/s|grpc|\n", "1|6|unix|/t/s|netrpc|\n", "hello\n"]
        {
            assert_eq!(Handshake::parse(other), None, "{other:?}");
        }
    }
}
