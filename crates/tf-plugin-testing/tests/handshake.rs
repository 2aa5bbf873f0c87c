//! A provider process as a host meets it: start, handshake line, TLS, the services around the provider, and its
//! end. What the provider answers about resources is tested elsewhere. Unix only: signals and sockets are.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "the steps that the tests share are tests too")]

use std::future::Future;
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use rustls::version::{TLS12, TLS13};
use serde_json::Value;
use tf_plugin::cty::{self, msgpack};
use tf_plugin_testing::client::{ClientError, Ended, Identity, KeyKind, Launch, Plugin, connect};
use tf_plugin_testing::proto::plugin::grpc_broker_client::GrpcBrokerClient;
use tf_plugin_testing::proto::plugin::grpc_controller_client::GrpcControllerClient;
use tf_plugin_testing::proto::plugin::grpc_stdio_client::GrpcStdioClient;
use tf_plugin_testing::proto::plugin::{ConnInfo, Empty};
use tf_plugin_testing::proto::tfplugin6::provider_client::ProviderClient;
use tf_plugin_testing::proto::tfplugin6::{
    DynamicValue, apply_resource_change, call_function, close_ephemeral_resource, configure_provider,
    get_provider_schema, open_ephemeral_resource, renew_ephemeral_resource,
};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::UnixStream;
use tonic::transport::Channel;
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_client::HealthClient;

/// What the host grants between Shutdown and the kill.
const HOST_PATIENCE: Duration = Duration::from_secs(2);
/// A test that waits longer has failed. It never passes by waiting.
const TEST_PATIENCE: Duration = Duration::from_secs(30);

/// A key for these tests and nothing else: ring signs with RSA keys and makes none.
fn rsa_key() -> Vec<u8> {
    let text: String = include_str!("support/rsa_2048_for_tests_only.pk8.b64").split_whitespace().collect();
    base64::Engine::decode(&base64::engine::general_purpose::STANDARD, text).unwrap()
}

fn bare() -> Launch {
    Launch::new(env!("CARGO_BIN_EXE_bare-provider")).variable("TF_LOG", "").variable("TF_LOG_PROVIDER", "")
}

async fn start(launch: Launch) -> Plugin {
    in_time(launch.start()).await.unwrap()
}

async fn in_time<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(TEST_PATIENCE, future).await.expect("no answer in time")
}

async fn run_to_end(launch: Launch) -> (Option<i32>, String, String) {
    let output = in_time(launch.spawn().unwrap().wait_with_output()).await.unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

async fn schema_answers(channel: Channel) {
    let answer = ProviderClient::new(channel).get_provider_schema(get_provider_schema::Request {}).await;
    assert!(answer.unwrap().into_inner().provider.is_some());
}

fn function(name: &str) -> call_function::Request {
    call_function::Request { name: name.into(), arguments: vec![] }
}

/// A client whose provider is configured.
async fn configured(channel: Channel) -> ProviderClient<Channel> {
    let mut provider = ProviderClient::new(channel);
    let config = Some(dynamic(&cty::Value::object([("greeting", cty::Value::Null)])));
    let request = configure_provider::Request { config, ..Default::default() };
    let answer = in_time(provider.configure_provider(request)).await.unwrap().into_inner();
    assert_eq!(answer.diagnostics, []);
    provider
}

fn dynamic(value: &cty::Value) -> DynamicValue {
    DynamicValue { msgpack: msgpack::encode(value), json: vec![] }
}

/// The creation of a thing that does this.
fn creation(what: &str) -> apply_resource_change::Request {
    let thing = dynamic(&cty::Value::object([("does", cty::Value::string(what))]));
    apply_resource_change::Request {
        type_name: "bare_thing".into(),
        prior_state: Some(dynamic(&cty::Value::Null)),
        planned_state: Some(thing.clone()),
        config: Some(thing),
        ..Default::default()
    }
}

fn signal(plugin: &Plugin, signal: Signal) {
    kill(Pid::from_raw(plugin.id().unwrap().try_into().unwrap()), signal).unwrap();
}

async fn end(plugin: Plugin) -> Ended {
    let ended = in_time(plugin.shut_down()).await.unwrap();
    assert!(ended.status.success(), "{ended:?}");
    assert_eq!(ended.stdout, "", "stdout carries the handshake and nothing else");
    ended
}

/// What a client with this TLS set-up sees: the protocol that was chosen, or why it was turned away. In TLS 1.3
/// a client believes itself connected before the server has seen its certificate, so a byte of the server's
/// HTTP/2 settings is what shows that it was let in.
async fn admitted(plugin: &Plugin, tls: ClientConfig) -> io::Result<Option<Vec<u8>>> {
    let socket = UnixStream::connect(&plugin.handshake().address).await?;
    let name = ServerName::try_from("localhost").unwrap();
    let mut stream = tokio_rustls::TlsConnector::from(Arc::new(tls)).connect(name, socket).await?;
    // A server that has closed already cannot be written to, but its alert can be read.
    let written = stream.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0").await;
    stream.read_u8().await?;
    written?;
    Ok(stream.get_ref().1.alpn_protocol().map(<[u8]>::to_vec))
}

async fn refusal(plugin: &Plugin, tls: ClientConfig) -> String {
    in_time(admitted(plugin, tls)).await.expect_err("the client must not be let in").to_string()
}

// ---- Start ----

#[tokio::test]
async fn started_by_hand_it_explains_itself_and_fails() {
    for cookie in ["", "d602bf8f"] {
        let (code, stdout, stderr) = run_to_end(bare().variable("TF_PLUGIN_MAGIC_COOKIE", cookie)).await;
        assert_eq!((code, stdout.as_str()), (Some(1), ""), "cookie {cookie:?}");
        assert!(stderr.contains("plugin of Terraform or OpenTofu"), "{stderr}");
        assert!(stderr.contains("bare = { source = \"example/bare\" }"), "{stderr}");
    }
}

#[tokio::test]
async fn arguments_are_understood_or_refused() {
    let (code, stdout, _) = run_to_end(bare().argument("--version")).await;
    assert_eq!((code, stdout.as_str()), (Some(0), "terraform-provider-bare 0.0.0\n"));
    let (code, stdout, _) = run_to_end(bare().argument("-help")).await;
    assert!(code == Some(0) && stdout.contains("-debug"), "{stdout}");
    let (code, stdout, stderr) = run_to_end(bare().argument("--port=1")).await;
    assert_eq!((code, stdout.as_str()), (Some(2), ""));
    assert!(stderr.starts_with("unknown argument --port=1\n"), "{stderr}");
}

#[tokio::test]
async fn the_line_is_the_first_and_only_output() {
    let plugin = start(bare()).await;
    let handshake = plugin.handshake().clone();
    let fields: Vec<&str> = handshake.line.split('|').collect();
    assert_eq!((fields.len(), &fields[..3], fields[4]), (6, &["1", "6", "unix"][..], "grpc"));
    assert!(!fields[5].contains('=') && handshake.certificate.unwrap().len() > 200);
    schema_answers(plugin.connect().await.unwrap()).await;
    end(plugin).await;
}

#[tokio::test]
async fn versions_that_we_do_not_speak_are_left_to_the_host_to_refuse() {
    let launch = bare().variable("PLUGIN_PROTOCOL_VERSIONS", "4,5").variable("TF_LOG_PROVIDER_BARE", "WARN");
    let plugin = start(launch).await;
    assert_eq!(plugin.handshake().protocol_version, 6);
    assert!(end(plugin).await.stderr.contains("does not list version 6"));
}

#[tokio::test]
async fn a_host_that_multiplexes_learns_that_we_do_not() {
    let plugin = start(bare().variable("PLUGIN_MULTIPLEX_GRPC", "true")).await;
    assert_eq!(plugin.handshake().multiplex.as_deref(), Some("false"));
    end(plugin).await;
}

#[tokio::test]
async fn a_broken_client_certificate_is_reported_instead_of_a_line() {
    let (code, stdout, stderr) = run_to_end(bare().without_tls().variable("PLUGIN_CLIENT_CERT", "x")).await;
    assert_eq!((code, stdout.as_str()), (Some(1), ""));
    assert!(stderr.starts_with("[ERROR] PLUGIN_CLIENT_CERT holds no certificate"), "{stderr}");
}

// ---- The socket ----

#[tokio::test]
async fn the_socket_lies_in_a_directory_of_our_own_that_goes_with_the_process() {
    let place = std::env::temp_dir().canonicalize().unwrap();
    let plugin = start(bare().variable("PLUGIN_UNIX_SOCKET_DIR", &place)).await;
    let directory = Path::new(&plugin.handshake().address).parent().unwrap().to_owned();
    assert!(directory.starts_with(&place) && directory != place);
    assert_eq!(directory.metadata().unwrap().mode() & 0o7777, 0o700);
    end(plugin).await;
    assert!(!directory.exists());
}

#[tokio::test]
async fn sigterm_ends_a_process_without_a_host_in_order() {
    let plugin = start(bare()).await;
    let directory = Path::new(&plugin.handshake().address).parent().unwrap().to_owned();
    // An answer shows that the signals are caught by now.
    schema_answers(plugin.connect().await.unwrap()).await;
    signal(&plugin, Signal::SIGTERM);
    assert!(in_time(plugin.wait()).await.unwrap().status.success());
    assert!(!directory.exists());
}

/// A call that lasts until the test lets it end, and says here what it is told.
struct Lasting {
    said: tokio::io::Lines<BufReader<tokio::net::unix::OwnedReadHalf>>,
    hold: Option<tokio::net::unix::OwnedWriteHalf>,
    call: tokio::task::JoinHandle<bool>,
    _place: tempfile::TempDir,
}

impl Lasting {
    async fn begin(channel: Channel) -> Self {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("s");
        let listener = tokio::net::UnixListener::bind(&path).unwrap();
        let request = creation(path.to_str().unwrap());
        let mut provider = configured(channel).await;
        let call = tokio::spawn(async move { provider.apply_resource_change(request).await.is_ok() });
        let (socket, _) = in_time(listener.accept()).await.unwrap();
        let (said, hold) = socket.into_split();
        Self { said: BufReader::new(said).lines(), hold: Some(hold), call, _place: place }
    }

    async fn says(&mut self, line: &str) {
        assert_eq!(in_time(self.said.next_line()).await.unwrap().as_deref(), Some(line));
    }
}

#[tokio::test]
async fn under_a_host_calls_are_served_to_their_end_whatever_the_signal() {
    for each in [Signal::SIGTERM, Signal::SIGINT] {
        let plugin = start(bare()).await;
        let channel = plugin.connect().await.unwrap();
        let mut lasting = Lasting::begin(channel.clone()).await;
        signal(&plugin, each);
        if each == Signal::SIGTERM {
            lasting.says("asked to stop").await;
        }
        schema_answers(channel.clone()).await;
        assert!(!lasting.call.is_finished());
        drop(lasting.hold.take());
        assert!(in_time(lasting.call).await.unwrap(), "{each}: the call is answered");
        schema_answers(channel.clone()).await;
        GrpcControllerClient::new(channel).shutdown(Empty {}).await.unwrap();
        assert!(in_time(plugin.wait()).await.unwrap().status.success());
    }
}

/// A provider whose parent is a shell, which stands for a host that is killed.
fn below_a_shell() -> Launch {
    let provider = env!("CARGO_BIN_EXE_bare-provider");
    Launch::new("/bin/sh").argument("-c").argument("\"$0\" & wait").argument(provider).variable("TF_LOG", "")
}

#[tokio::test]
async fn when_the_host_is_killed_the_process_ends_soon() {
    let plugin = start(below_a_shell()).await;
    schema_answers(plugin.connect().await.unwrap()).await;
    signal(&plugin, Signal::SIGKILL);
    // The pipes of the shell are those of the provider: they close when both have ended.
    in_time(plugin.wait()).await.unwrap();
}

#[tokio::test]
async fn when_the_host_is_killed_a_running_apply_is_brought_to_its_end_first() {
    let plugin = start(below_a_shell()).await;
    let directory = Path::new(&plugin.handshake().address).parent().unwrap().to_owned();
    let mut lasting = Lasting::begin(plugin.connect().await.unwrap()).await;
    signal(&plugin, Signal::SIGKILL);
    // The connection of a killed process is closed, and with it the call is dropped.
    lasting.call.abort();
    lasting.says("asked to stop").await;
    assert!(directory.exists(), "the process waits");
    drop(lasting.hold.take());
    lasting.says("ended").await;
    in_time(plugin.wait()).await.unwrap();
    assert!(!directory.exists());
}

// ---- TLS ----

#[tokio::test]
async fn every_kind_of_client_key_is_admitted_in_both_versions_of_tls() {
    let identities = [
        ("P-256", Identity::generate(KeyKind::P256)),
        ("P-384", Identity::generate(KeyKind::P384)),
        ("P-521", Identity::generate(KeyKind::P521)),
        ("RSA", Identity::from_rsa_pkcs8(&rsa_key())),
    ];
    for (kind, identity) in identities {
        let plugin = start(bare().identity(identity.clone())).await;
        for version in [&TLS12, &TLS13] {
            let tls = plugin.tls(Some(&identity), &[version]).unwrap();
            let chosen = in_time(admitted(&plugin, tls)).await;
            assert_eq!(chosen.unwrap().unwrap(), b"h2", "{kind}, {version:?}");
        }
        schema_answers(plugin.connect().await.unwrap()).await;
        end(plugin).await;
    }
}

#[tokio::test]
async fn a_client_without_a_certificate_is_refused() {
    let plugin = start(bare()).await;
    for version in [&TLS13, &TLS12] {
        let seen = refusal(&plugin, plugin.tls(None, &[version]).unwrap()).await;
        assert_eq!(seen, "received fatal alert: CertificateRequired");
    }
    schema_answers(plugin.connect().await.unwrap()).await;
    end(plugin).await;
}

#[tokio::test]
async fn a_client_with_another_certificate_is_refused() {
    let plugin = start(bare()).await;
    let other = Identity::generate(KeyKind::P521);
    for version in [&TLS13, &TLS12] {
        let seen = refusal(&plugin, plugin.tls(Some(&other), &[version]).unwrap()).await;
        assert_eq!(seen, "received fatal alert: AccessDenied");
    }
    schema_answers(plugin.connect().await.unwrap()).await;
    end(plugin).await;
}

#[tokio::test]
async fn a_client_with_our_certificate_and_another_key_is_refused() {
    let own = Identity::generate(KeyKind::P521);
    let plugin = start(bare().identity(own.clone())).await;
    let impostor = own.with_key_of(&Identity::generate(KeyKind::P521));
    for version in [&TLS13, &TLS12] {
        let seen = refusal(&plugin, plugin.tls(Some(&impostor), &[version]).unwrap()).await;
        assert_eq!(seen, "received fatal alert: DecryptError");
    }
    end(plugin).await;
}

#[tokio::test]
async fn a_client_that_cannot_speak_http_2_is_refused() {
    let identity = Identity::generate(KeyKind::P256);
    let plugin = start(bare().identity(identity.clone())).await;
    let mut tls = plugin.tls(Some(&identity), &[&TLS13]).unwrap();
    tls.alpn_protocols = vec![b"http/1.1".to_vec()];
    assert_eq!(refusal(&plugin, tls).await, "received fatal alert: NoApplicationProtocol");
    end(plugin).await;
}

#[tokio::test]
async fn garbage_on_the_socket_harms_nobody() {
    for launch in [bare(), bare().without_tls()] {
        let plugin = start(launch).await;
        for garbage in [&b"GET / HTTP/1.1\r\n\r\n"[..], &[0xff; 4096], &[0x16, 3, 1, 0xff, 0xff], b""] {
            let mut socket = UnixStream::connect(&plugin.handshake().address).await.unwrap();
            socket.write_all(garbage).await.unwrap();
            socket.shutdown().await.unwrap();
            // The server lets go of the connection; whether it says why first is its choice.
            let _ = in_time(socket.read_to_end(&mut Vec::new())).await;
        }
        schema_answers(plugin.connect().await.unwrap()).await;
        end(plugin).await;
    }
}

#[tokio::test]
async fn without_a_certificate_from_the_host_it_serves_plainly_and_says_so() {
    let plugin = start(bare().without_tls().variable("TF_LOG", "WARN")).await;
    assert!(plugin.handshake().line.ends_with("|grpc|"));
    let directory = Path::new(&plugin.handshake().address).parent().unwrap();
    assert_eq!(directory.metadata().unwrap().mode() & 0o7777, 0o700);
    schema_answers(plugin.connect().await.unwrap()).await;
    assert!(end(plugin).await.stderr.contains("serving without TLS"));
}

// ---- Services ----

#[tokio::test]
async fn two_clients_are_served_at_once() {
    let plugin = start(bare()).await;
    let mut first = configured(plugin.connect().await.unwrap()).await;
    let mut second = plugin.provider().await.unwrap();
    let hanging = tokio::spawn(async move { first.apply_resource_change(creation("hang")).await });
    in_time(second.apply_resource_change(creation("nothing"))).await.unwrap();
    assert!(!hanging.is_finished());
    end(plugin).await;
}

#[tokio::test]
async fn the_health_service_knows_the_plugin() {
    let plugin = start(bare()).await;
    let mut health = HealthClient::new(plugin.connect().await.unwrap());
    let answer = health.check(HealthCheckRequest { service: "plugin".into() }).await.unwrap();
    assert_eq!(answer.into_inner().status().as_str_name(), "SERVING");
    end(plugin).await;
}

#[tokio::test]
async fn messages_may_be_larger_than_grpcs_usual_limit() {
    let plugin = start(bare()).await;
    let large = dynamic(&cty::Value::string("x".repeat(5 << 20)));
    let request = call_function::Request { name: "echo".into(), arguments: vec![large.clone()] };
    let answer = in_time(plugin.provider().await.unwrap().call_function(request)).await.unwrap();
    assert!(answer.into_inner().result == Some(large));
    end(plugin).await;
}

#[tokio::test]
async fn the_streams_of_the_host_end_with_the_server_and_not_before() {
    let plugin = start(bare()).await;
    let channel = plugin.connect().await.unwrap();
    let (_hold, nothing) = tokio::sync::mpsc::channel::<ConnInfo>(1);
    let nothing = tokio_stream::wrappers::ReceiverStream::new(nothing);
    let broker = GrpcBrokerClient::new(channel.clone()).start_stream(nothing).await.unwrap();
    let stdio = GrpcStdioClient::new(channel.clone()).stream_stdio(()).await.unwrap();
    let (mut broker, mut stdio) = (broker.into_inner(), stdio.into_inner());
    let broker = tokio::spawn(async move { broker.message().await });
    let stdio = tokio::spawn(async move { stdio.message().await });
    schema_answers(channel).await;
    assert!(!broker.is_finished() && !stdio.is_finished());
    end(plugin).await;
    assert!(matches!(in_time(broker).await.unwrap(), Ok(None)));
    assert!(matches!(in_time(stdio).await.unwrap(), Ok(None)));
}

// ---- End ----

#[tokio::test]
async fn shutdown_is_answered_and_ends_the_process_though_a_call_hangs() {
    let plugin = start(bare()).await;
    let channel = plugin.connect().await.unwrap();
    let mut provider = configured(channel.clone()).await;
    let hanging = tokio::spawn(async move { provider.apply_resource_change(creation("hang")).await });
    schema_answers(channel.clone()).await;

    let begin = Instant::now();
    GrpcControllerClient::new(channel).shutdown(Empty {}).await.unwrap();
    let ended = in_time(plugin.wait()).await.unwrap();
    assert!(begin.elapsed() < HOST_PATIENCE, "{:?}", begin.elapsed());
    assert!(ended.status.success());
    assert!(in_time(hanging).await.unwrap().is_err());
}

#[tokio::test]
async fn only_a_process_with_running_calls_uses_its_grace() {
    for (name, late) in [("nothing", false), ("hang", true)] {
        let plugin = start(bare().variable("TF_LOG", "WARN")).await;
        let mut provider = configured(plugin.connect().await.unwrap()).await;
        let call = tokio::spawn(async move { provider.apply_resource_change(creation(name)).await.is_ok() });
        schema_answers(plugin.connect().await.unwrap()).await;
        if !late {
            assert!(in_time(call).await.unwrap());
        }
        assert_eq!(end(plugin).await.stderr.contains("calls were still running"), late, "{name}");
    }
}

#[tokio::test]
async fn ctrl_c_is_left_to_the_host() {
    let plugin = start(bare()).await;
    // An answer shows that the signals are caught by now.
    schema_answers(plugin.connect().await.unwrap()).await;
    signal(&plugin, Signal::SIGINT);
    // A signal that is not caught would have ended the process when `kill` returned.
    schema_answers(plugin.connect().await.unwrap()).await;
    end(plugin).await;
}

// ---- Debugging ----

#[tokio::test]
async fn a_debug_session_says_how_to_attach_and_ends_with_ctrl_c() {
    let launch = bare().without_tls().variable("TF_PLUGIN_MAGIC_COOKIE", "").argument("-debug");
    let mut child = launch.spawn().unwrap();
    let id = child.id().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let json: Value = loop {
        let line = in_time(lines.next_line()).await.unwrap().expect("the variable is printed");
        if let Some(quoted) = line.trim().strip_prefix("TF_REATTACH_PROVIDERS=") {
            break serde_json::from_str(quoted.trim_matches('\'')).unwrap();
        }
    };
    let attach = &json["example/bare"];
    assert_eq!((&attach["Pid"], &attach["Test"]), (&id.into(), &true.into()));
    assert_eq!((&attach["Protocol"], &attach["ProtocolVersion"]), (&"grpc".into(), &6.into()));

    let text = |member: &str| attach["Addr"][member].as_str().unwrap().to_owned();
    schema_answers(in_time(connect(text("Network"), text("String"), None)).await.unwrap()).await;
    kill(Pid::from_raw(id.try_into().unwrap()), Signal::SIGINT).unwrap();
    assert!(in_time(child.wait()).await.unwrap().success());
    assert!(!Path::new(&text("String")).exists());
}

// ---- Log and crash ----

#[tokio::test]
async fn the_log_is_hclogs_json_line_by_line() {
    let plugin = start(bare().variable("TF_LOG_PROVIDER_BARE", "trace").variable("TF_LOG", "OFF")).await;
    plugin.provider().await.unwrap().call_function(function("log")).await.unwrap();
    let stderr = end(plugin).await.stderr;
    let records: Vec<Value> = stderr.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    for record in &records {
        assert!(
            ["@level", "@message", "@timestamp"].iter().all(|member| record[member].is_string()),
            "{record}"
        );
    }
    let asked = records.iter().find(|record| record["@message"] == "asked to log").unwrap();
    assert_eq!((&asked["answer"], &asked["@level"]), (&42.into(), &"info".into()));
    assert_eq!(asked["@module"], "bare_provider");
}

#[tokio::test]
async fn each_call_is_in_the_log_with_the_fields_of_hashicorps_libraries_and_without_values() {
    let plugin = start(bare().variable("TF_LOG_PROVIDER_BARE", "trace")).await;
    let mut provider = configured(plugin.connect().await.unwrap()).await;
    // A text that is no socket is an error.
    let answer = provider.apply_resource_change(creation("/hunter2")).await.unwrap().into_inner();
    assert_eq!(answer.diagnostics.len(), 1);
    provider.call_function(function("log")).await.unwrap();
    drop(provider);
    let stderr = end(plugin).await.stderr;
    assert!(!stderr.contains("hunter2"), "{stderr}");
    let records: Vec<Value> = stderr.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let of = |rpc: &str| records.iter().filter(|each| each["tf_rpc"] == rpc).collect::<Vec<_>>();
    let [begin, served] = of("ApplyResourceChange")[..] else { panic!("{stderr}") };
    assert_eq!(
        (&begin["@message"], &served["@message"]),
        (&"Received request".into(), &"Served request".into())
    );
    for record in [begin, served] {
        assert_eq!(record["@level"], "trace");
        assert_eq!(record["tf_resource_type"], "bare_thing");
        assert_eq!(record["tf_provider_addr"], "example/bare");
        assert_eq!(record["tf_proto_version"], "6.11");
        assert_eq!(record["tf_req_id"], begin["tf_req_id"]);
    }
    assert!(served["tf_req_duration_ms"].is_u64(), "{served}");
    assert_eq!(
        (&served["diagnostic_error_count"], &served["diagnostic_warning_count"]),
        (&1.into(), &0.into())
    );
    let asked = records.iter().find(|record| record["@message"] == "asked to log").unwrap();
    assert_eq!(asked["tf_rpc"], "CallFunction", "records of the provider's own code tell the call, too");
    assert_ne!(asked["tf_req_id"], begin["tf_req_id"]);
    assert!(of("ConfigureProvider")[0]["tf_req_id"].as_str().is_some_and(|id| id.len() == 36));
}

#[tokio::test]
async fn what_an_ephemeral_resource_holds_is_in_no_log() {
    let plugin = start(bare().variable("TF_LOG_PROVIDER_BARE", "trace")).await;
    let mut provider = configured(plugin.connect().await.unwrap()).await;
    let type_name = || "bare_secret".to_owned();
    let config = cty::Value::object([("seed", cty::Value::string("hunter2")), ("text", cty::Value::Null)]);
    let request = open_ephemeral_resource::Request {
        type_name: type_name(),
        config: Some(dynamic(&config)),
        client_capabilities: None,
    };
    let opened = provider.open_ephemeral_resource(request).await.unwrap().into_inner();
    assert!(opened.result.unwrap().msgpack.windows(7).any(|text| text == b"2retnuh"));
    assert!(opened.renew_at.is_some());
    let private = opened.private;
    let request = renew_ephemeral_resource::Request { type_name: type_name(), private: private.clone() };
    let renewed = provider.renew_ephemeral_resource(request).await.unwrap().into_inner();
    assert_eq!((renewed.renew_at, &renewed.private), (None, &private));
    let request = close_ephemeral_resource::Request { type_name: type_name(), private };
    let closed = provider.close_ephemeral_resource(request).await.unwrap().into_inner();
    assert_eq!(closed.diagnostics, []);
    drop(provider);
    let stderr = end(plugin).await.stderr;
    assert!(!stderr.contains("hunter2") && !stderr.contains("2retnuh"), "{stderr}");
    let records: Vec<Value> = stderr.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    for rpc in ["OpenEphemeralResource", "RenewEphemeralResource", "CloseEphemeralResource"] {
        let of: Vec<_> = records.iter().filter(|each| each["tf_rpc"] == rpc).collect();
        assert_eq!(of.len(), 2, "{rpc}: {stderr}");
        assert!(of.iter().all(|record| record["tf_ephemeral_resource_type"] == "bare_secret"), "{stderr}");
    }
}

#[tokio::test]
async fn without_a_log_level_nothing_is_written() {
    let plugin = start(bare()).await;
    plugin.provider().await.unwrap().call_function(function("log")).await.unwrap();
    assert_eq!(end(plugin).await.stderr, "");
}

#[tokio::test]
async fn a_crash_outside_of_a_call_is_written_as_terraform_looks_for_it_and_harms_no_call() {
    let plugin = start(bare()).await;
    let mut provider = plugin.provider().await.unwrap();
    let answer = provider.call_function(function("panic")).await.unwrap().into_inner();
    assert_eq!(answer.error, None);
    schema_answers(plugin.connect().await.unwrap()).await;
    drop(provider);
    let stderr = end(plugin).await.stderr;
    assert!(stderr.starts_with("panic: the bare provider was asked to\n"), "{stderr}");
}

#[tokio::test]
async fn the_client_reports_what_was_said_instead_of_a_line() {
    let launch = bare().variable("TF_PLUGIN_MAGIC_COOKIE", "");
    let Err(ClientError::Handshake { line, stderr }) = in_time(launch.start()).await else {
        panic!("there is no handshake")
    };
    assert!(line.is_empty() && stderr.contains("started by hand"), "{stderr}");
}
