//! A real Kubernetes API server, with its etcd, on free ports of loopback.
//!
//! No controller runs beside it: a deleted namespace stays as it is, and a new one has no service account.

use std::fmt;
use std::fs::{self, Permissions};
use std::io;
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use rcgen::{CertifiedKey, generate_simple_self_signed};
use reqwest::Client;
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue};
use rustls::{ClientConfig, RootCertStore};
use tempfile::TempDir;
use uuid::Uuid;

use crate::missing::{assert_no_ci, program, skip};

/// How often it is started again after another process has taken a port that was free.
const ATTEMPTS: usize = 3;

/// Longer than a start takes on the busiest machine.
const PATIENCE: Duration = Duration::from_secs(600);

/// Runs a program until it ends, or until nobody holds the other end of stdin: when the test ends in any way, the program
/// does, too.
const GUARD: &str = r#"
exec 3<&0
"$@" </dev/null 3<&- &
program=$!
(read -r _ <&3; kill -KILL $program) 2>/dev/null &
reader=$!
wait $program
status=$?
kill $reader 2>/dev/null
exit $status
"#;

/// A Kubernetes API server that ends with the test.
pub struct KubeApiServer {
    url: String,
    certificate: String,
    token: String,
    client: Client,
    // Dropped in this order: the server, what it stores, the files of both.
    _server: Guarded,
    _etcd: Guarded,
    _folder: TempDir,
}

impl KubeApiServer {
    /// Starts one, if the programs are there. If not, it says so.
    ///
    /// # Panics
    /// If it does not get ready, and with `CI=true`, where the programs have to be there.
    pub async fn start() -> Option<Self> {
        let programs = Programs::from_environment()?;
        for _ in 1..ATTEMPTS {
            if let Ok(server) = Self::attempt(&programs).await {
                return Some(server);
            }
        }
        match Self::attempt(&programs).await {
            Ok(server) => Some(server),
            Err(log) => panic!("kube-apiserver did not get ready: {log}"),
        }
    }

    /// Starts one. If it does not get ready, the end of its log says why.
    async fn attempt(programs: &Programs) -> Result<Self, String> {
        let folder = private_folder().expect("the folder for temporary files can be written");
        let files = Files::write(folder.path()).expect("the new folder can be written");
        let [etcd_port, peer_port, port] = free_ports().expect("loopback has free ports");
        let mut etcd = Guarded::start(&mut programs.etcd(folder.path(), etcd_port, peer_port))
            .expect("the shell starts etcd");
        let mut server = Guarded::start(&mut programs.kube_api_server(folder.path(), etcd_port, port))
            .expect("the shell starts kube-apiserver");
        let url = format!("https://127.0.0.1:{port}");
        let client = files.client();
        let starting = async {
            while !is_ready(&client, &url).await {
                if etcd.has_ended() || server.has_ended() {
                    return false;
                }
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            true
        };
        if tokio::time::timeout(PATIENCE, starting).await != Ok(true) {
            return Err(end_of_logs(folder.path()));
        }
        let Files { certificate, token, .. } = files;
        Ok(Self { url, certificate, token, client, _server: server, _etcd: etcd, _folder: folder })
    }

    /// Its address, without a slash at the end.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The certificate to trust, in PEM.
    pub fn certificate(&self) -> &str {
        &self.certificate
    }

    /// The bearer token of an administrator.
    pub fn token(&self) -> &str {
        &self.token
    }

    /// A client that trusts the certificate, and is the administrator.
    pub fn client(&self) -> &Client {
        &self.client
    }
}

impl fmt::Debug for KubeApiServer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("KubeApiServer").field("url", &self.url).finish_non_exhaustive()
    }
}

/// Where the programs are.
struct Programs {
    kube_api_server: PathBuf,
    etcd: PathBuf,
}

impl Programs {
    const VARIABLES: [&str; 2] = ["AZURETM_KUBE_APISERVER", "AZURETM_ETCD"];

    fn from_environment() -> Option<Self> {
        let [kube_api_server, etcd] = Self::VARIABLES.map(program);
        if let (Some(kube_api_server), Some(etcd)) = (kube_api_server, etcd) {
            return Some(Self { kube_api_server, etcd });
        }
        let missing = format!(
            "{} are not both set, so nothing runs on a real API server",
            Self::VARIABLES.join(" and ")
        );
        assert_no_ci(&missing);
        skip(&missing);
        None
    }

    fn etcd(&self, folder: &Path, port: u16, peer_port: u16) -> Command {
        let url = format!("http://127.0.0.1:{port}");
        let peer_url = format!("http://127.0.0.1:{peer_port}");
        let mut command = guarded(&self.etcd, folder, "etcd.log");
        command
            .args(["--data-dir", "etcd", "--log-level", "warn", "--unsafe-no-fsync"])
            .args(["--listen-client-urls", &url, "--advertise-client-urls", &url])
            .args(["--listen-peer-urls", &peer_url, "--initial-advertise-peer-urls", &peer_url])
            .args(["--initial-cluster", &format!("default={peer_url}")]);
        command
    }

    fn kube_api_server(&self, folder: &Path, etcd_port: u16, port: u16) -> Command {
        let mut command = guarded(&self.kube_api_server, folder, "kube-apiserver.log");
        command
            .args(["--etcd-servers", &format!("http://127.0.0.1:{etcd_port}")])
            .args(["--bind-address", "127.0.0.1", "--secure-port", &port.to_string()])
            .args(["--tls-cert-file", Files::CERTIFICATE, "--tls-private-key-file", Files::KEY])
            .args(["--service-account-issuer", "https://127.0.0.1"])
            .args(["--service-account-key-file", Files::CERTIFICATE])
            .args(["--service-account-signing-key-file", Files::KEY])
            .args(["--token-auth-file", Files::TOKENS, "--authorization-mode", "RBAC"])
            .args(["--service-cluster-ip-range", "10.0.0.0/24"]);
        command
    }
}

/// A command that runs a program under the guard, in this folder, with a log there.
fn guarded(program: &Path, folder: &Path, log: &str) -> Command {
    let log = fs::File::create(folder.join(log)).expect("the new folder can be written");
    let both = log.try_clone().expect("a file that was just opened can be opened again");
    let mut command = Command::new("sh");
    command
        .args(["-c", GUARD, "sh"])
        .arg(program)
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(log)
        .stderr(both);
    command
}

/// A program under the guard, which ends it when this is dropped.
struct Guarded(Child);

impl Guarded {
    fn start(command: &mut Command) -> io::Result<Self> {
        command.spawn().map(Self)
    }

    fn has_ended(&mut self) -> bool {
        !matches!(self.0.try_wait(), Ok(None))
    }
}

impl Drop for Guarded {
    fn drop(&mut self) {
        drop(self.0.stdin.take());
        let _ = self.0.wait();
    }
}

/// What the server is given in files.
struct Files {
    certificate: String,
    token: String,
    trusted: rustls::pki_types::CertificateDer<'static>,
}

impl Files {
    const CERTIFICATE: &str = "server.crt";
    const KEY: &str = "server.key";
    const TOKENS: &str = "tokens.csv";

    fn write(folder: &Path) -> io::Result<Self> {
        let names = ["127.0.0.1", "localhost"].map(str::to_owned);
        let CertifiedKey { cert, signing_key } =
            generate_simple_self_signed(names).map_err(io::Error::other)?;
        let token = Uuid::new_v4().simple().to_string();
        fs::write(folder.join(Self::CERTIFICATE), cert.pem())?;
        fs::write(folder.join(Self::KEY), signing_key.serialize_pem())?;
        fs::write(folder.join(Self::TOKENS), format!("{token},administrator,1,system:masters\n"))?;
        Ok(Self { certificate: cert.pem(), token, trusted: cert.der().clone() })
    }

    fn client(&self) -> Client {
        let mut roots = RootCertStore::empty();
        roots.add(self.trusted.clone()).expect("the certificate was just made");
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let tls = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("ring has the default versions")
            .with_root_certificates(roots)
            .with_no_client_auth();
        let mut bearer = HeaderValue::from_str(&format!("Bearer {}", self.token)).expect("a UUID is ASCII");
        bearer.set_sensitive(true);
        Client::builder()
            .tls_backend_preconfigured(tls)
            .no_proxy()
            .default_headers(HeaderMap::from_iter([(AUTHORIZATION, bearer)]))
            .build()
            .expect("there is nothing to be found out for this client")
    }
}

/// A folder that nobody else reads: the key and the token are in it.
fn private_folder() -> io::Result<TempDir> {
    tempfile::Builder::new().prefix("azuretm-kube-").permissions(Permissions::from_mode(0o700)).tempdir()
}

async fn is_ready(client: &Client, url: &str) -> bool {
    let answer = client.get(format!("{url}/readyz")).send().await;
    answer.is_ok_and(|answer| answer.status().is_success())
}

/// Three ports that are free now.
fn free_ports() -> io::Result<[u16; 3]> {
    // All are held at once, so that they differ.
    let listener = || TcpListener::bind((Ipv4Addr::LOCALHOST, 0));
    let held = [listener()?, listener()?, listener()?];
    let port = |listener: &TcpListener| listener.local_addr().map(|address| address.port());
    Ok([port(&held[0])?, port(&held[1])?, port(&held[2])?])
}

fn end_of_logs(folder: &Path) -> String {
    ["etcd.log", "kube-apiserver.log"].map(|log| end_of_log(&folder.join(log))).join("\n")
}

fn end_of_log(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap_or_default();
    let lines: Vec<_> = text.lines().collect();
    lines[lines.len().saturating_sub(10)..].join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A script under the guard.
    fn script(folder: &Path, text: &str) -> Guarded {
        let mut command = guarded(Path::new("sh"), folder, "log");
        Guarded::start(command.args(["-c", text])).unwrap()
    }

    #[test]
    fn a_guarded_program_ends_when_its_guard_is_dropped() {
        let folder = TempDir::new().unwrap();
        let program = script(folder.path(), "echo $$ >id; mv id started; exec sleep 600");
        let started = folder.path().join("started");
        while !started.exists() {
            std::thread::yield_now();
        }
        let id = fs::read_to_string(started).unwrap();
        drop(program);
        assert!(!Path::new("/proc").join(id.trim()).join("cmdline").exists());
    }

    #[test]
    fn a_program_that_ends_by_itself_is_noticed() {
        let folder = TempDir::new().unwrap();
        let mut program = script(folder.path(), "echo why; exit 3");
        while !program.has_ended() {
            std::thread::yield_now();
        }
        assert_eq!(program.0.wait().unwrap().code(), Some(3));
        assert_eq!(end_of_log(&folder.path().join("log")), "why");
    }

    #[tokio::test]
    async fn a_real_api_server_knows_its_administrator_and_ends_with_the_test() {
        let Some(server) = KubeApiServer::start().await else { return };
        let namespaces = format!("{}/api/v1/namespaces", server.url());
        let answer = server.client().get(&namespaces).send().await.unwrap();
        assert_eq!(answer.status(), 200);
        assert!(!format!("{server:?}").contains(server.token()));
        let client = server.client().clone();
        drop(server);
        assert!(client.get(&namespaces).send().await.is_err());
    }
}
