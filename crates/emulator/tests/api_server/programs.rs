//! kubectl and Helm say the same of both servers. Without these programs the test says so and ends.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use kube_emulator::ApiServer;
use serde_json::{Value, json};
use tempfile::TempDir;
use test_support::{KubeApiServer, kubernetes_tool};

use crate::definitions::definitions;
use crate::exceptions::PROGRAMS;
use crate::http::serve;
use crate::normal::plain_line;
use crate::servers::Server;
use crate::{Different, report};

/// A profile, as users write them.
const PROFILE: &str = "
apiVersion: networking.fleet.azure.com/v1beta1
kind: TrafficManagerProfile
metadata:
  name: shop
spec:
  resourceGroup: rg
  monitorConfig:
    port: 8080
    customHeaders:
    - name: a
      value: b
";

/// One more object, and a change of the profile.
const BOTH: &str = "
apiVersion: networking.fleet.azure.com/v1beta1
kind: TrafficManagerProfile
metadata:
  name: shop
  labels:
    app: shop
spec:
  resourceGroup: rg
  monitorConfig:
    port: 8081
---
apiVersion: networking.fleet.azure.com/v1beta1
kind: TrafficManagerBackend
metadata:
  name: web
spec:
  profile:
    name: shop
  backend:
    name: web
  weight: 100
";

/// A profile with a field that there is not, and one that is refused.
const WRONG: &str = "
apiVersion: networking.fleet.azure.com/v1beta1
kind: TrafficManagerProfile
metadata:
  name: wrong
spec:
  resourceGroup: rg
  strange: true
";

/// A profile that the schema refuses.
const REFUSED: &str = "
apiVersion: networking.fleet.azure.com/v1beta1
kind: TrafficManagerProfile
metadata:
  name: refused
spec:
  resourceGroup: rg
  monitorConfig:
    intervalInSeconds: 10
    timeoutInSeconds: 10
";

/// What is called, with what it is given on stdin.
const KUBECTL: &[(&str, &str)] = &[
    ("api-resources --api-group=networking.fleet.azure.com --no-headers", ""),
    ("api-resources --api-group=networking.fleet.azure.com -o wide --no-headers", ""),
    ("explain trafficmanagerprofile", ""),
    ("explain tmp.spec.monitorConfig", ""),
    ("explain tmb --recursive", ""),
    ("explain tmp.spec.nothing", ""),
    ("get tmp", ""),
    ("create namespace other", ""),
    ("apply -f -", PROFILE),
    ("apply --filename=-", PROFILE),
    ("diff -f -", BOTH),
    ("apply -f - --dry-run=server", BOTH),
    ("apply --wait -f -", BOTH),
    ("get tmp shop", ""),
    ("get tmp shop -o wide", ""),
    ("get tmp shop -o yaml", ""),
    ("get tmp shop -o yaml --show-managed-fields", ""),
    ("get trafficmanagerprofiles.v1alpha1.networking.fleet.azure.com shop -o name", ""),
    ("get tmp,tmb", ""),
    ("get fleet-networking", ""),
    ("get tmp --all-namespaces", ""),
    ("get tmp -l app=shop --show-labels", ""),
    ("get tmp nothing", ""),
    ("get nothings", ""),
    ("describe tmp shop", ""),
    ("label tmp shop tier=web", ""),
    ("label tmp shop tier=db", ""),
    ("annotate tmp shop note=x --overwrite", ""),
    ("patch tmp shop --type=merge -p {\"spec\":{\"monitorConfig\":{\"port\":81}}}", ""),
    (
        "patch tmp shop --type=json -p [{\"op\":\"replace\",\"path\":\"/spec/monitorConfig/port\",\"value\":82}]",
        "",
    ),
    ("patch tmp shop -p {}", ""),
    ("patch tmp shop --subresource=status --type=merge -p {\"status\":{\"dnsName\":\"shop.example\"}}", ""),
    ("wait tmp/shop --for=jsonpath={.status.dnsName}=shop.example --timeout=10s", ""),
    ("get tmp", ""),
    ("apply -f -", WRONG),
    ("apply -f - --validate=warn", WRONG),
    ("apply -f - --validate=false", WRONG),
    ("apply -f -", REFUSED),
    ("apply --server-side -f -", PROFILE),
    ("apply --server-side --force-conflicts -f -", PROFILE),
    ("replace -f -", BOTH),
    ("create -f -", PROFILE),
    ("create configmap settings --from-literal=a=1 --from-literal=b=2", ""),
    ("create secret generic password --from-literal=p=secret", ""),
    ("get configmap,secret", ""),
    ("get configmap settings -o yaml", ""),
    ("describe secret password", ""),
    ("create serviceaccount robot", ""),
    ("get serviceaccount robot", ""),
    ("get events", ""),
    ("get namespace other", ""),
    ("get crd", ""),
    ("delete tmb web --dry-run=server", ""),
    ("delete -f -", BOTH),
    ("delete tmp --all", ""),
    ("delete tmp shop", ""),
    ("delete configmap settings --now", ""),
];

const HELM: &[&str] = &[
    "install shop CHART --set weight=5",
    "list --short",
    "status shop --output=json",
    "get manifest shop",
    "upgrade shop CHART --set weight=7",
    "upgrade shop CHART --set weight=7000",
    "rollback shop 1",
    "history shop --output=json",
    "install shop CHART",
    "uninstall shop",
    "list --short --all",
];

/// A server as a program is told of it.
struct Told {
    /// What is given to each command.
    arguments: Vec<String>,
    /// Where it keeps what it knows of the server.
    home: TempDir,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn kubectl_and_helm_say_the_same_of_both_servers() {
    let (Some(kubectl), Some(helm)) = (kubernetes_tool("AZURETM_KUBECTL"), kubernetes_tool("AZURETM_HELM"))
    else {
        return;
    };
    let Some(real) = KubeApiServer::start().await else { return };
    let emulated = ApiServer::new(definitions());
    let told = [
        Told::new(real.url(), Some((real.token(), real.certificate()))),
        Told::new(&serve(emulated).await, None),
    ];
    let real = Server::Real(real);
    for definition in definitions() {
        crate::install(&real, &definition.crd()).await;
    }
    let chart = chart();
    let calls = KUBECTL.iter().map(|(command, stdin)| (&kubectl, *command, *stdin));
    let calls = calls.chain(HELM.iter().map(|command| (&helm, *command, "")));
    let mut total = 0;
    let mut different = Vec::new();
    for (program, command, stdin) in calls {
        let [expected, found] = [0, 1].map(|side| run(program, &told[side], (command, stdin), chart.path()));
        total += 1;
        if expected != found {
            let lines = vec![format!("-- real\n{expected}-- ours\n{found}")];
            different.push(Different { step: command.to_owned(), lines });
        }
    }
    report("kubectl and Helm: ", total, &different, PROGRAMS);
}

impl Told {
    fn new(url: &str, secured: Option<(&str, &str)>) -> Self {
        let home = TempDir::with_prefix("azuretm-kubectl-").expect("a folder can be made");
        let mut cluster = json!({ "server": url });
        let mut user = json!({});
        if let Some((token, certificate)) = secured {
            let path = home.path().join("server.crt");
            std::fs::write(&path, certificate).expect("the new folder can be written");
            cluster["certificate-authority"] = json!(path);
            user["token"] = json!(token);
        }
        let config = json!({
            "apiVersion": "v1", "kind": "Config", "current-context": "it",
            "clusters": [{ "name": "it", "cluster": cluster }], "users": [{ "name": "it", "user": user }],
            "contexts": [{ "name": "it", "context": { "cluster": "it", "user": "it" } }],
        });
        let path = home.path().join("config");
        std::fs::write(&path, config.to_string()).expect("the new folder can be written");
        Self { arguments: vec![format!("--kubeconfig={}", path.display())], home }
    }
}

/// What a command says, and how it ends.
fn run(program: &Path, told: &Told, (command, stdin): (&str, &str), chart: &Path) -> String {
    use std::io::Write as _;
    let arguments =
        command.split(' ').map(|word| if word == "CHART" { chart.into() } else { PathBuf::from(word) });
    let mut child = Command::new(program)
        .args(arguments)
        .args(&told.arguments)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("HOME", told.home.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut input = child.stdin.take().expect("it has a stdin");
    // It may end before it has read everything.
    _ = input.write_all(stdin.as_bytes());
    drop(input);
    let output = child.wait_with_output().expect("it ends");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let stdout = text(&output.stdout);
    let stdout = match serde_json::from_str::<Value>(&stdout) {
        Ok(mut document) => {
            without_times(&mut document);
            format!("{document:#}\n")
        }
        Err(_) => stdout,
    };
    let lines =
        stdout.lines().chain(["--"]).chain(text(&output.stderr).lines()).map(plain_line).collect::<Vec<_>>();
    format!("{}\nends with {:?}\n", lines.join("\n"), output.status.code())
}

/// Takes away what Helm says of the time.
fn without_times(value: &mut Value) {
    match value {
        Value::Object(members) => {
            for key in ["first_deployed", "last_deployed", "updated", "deleted"] {
                members.remove(key);
            }
            members.values_mut().for_each(without_times);
        }
        Value::Array(elements) => elements.iter_mut().for_each(without_times),
        _ => {}
    }
}

/// A chart with a backend and a map.
fn chart() -> TempDir {
    let folder = TempDir::with_prefix("azuretm-chart-").expect("a folder can be made");
    let write = |name: &str, text: &str| {
        std::fs::write(folder.path().join(name), text).expect("the new folder can be written");
    };
    std::fs::create_dir(folder.path().join("templates")).expect("the new folder is empty");
    write("Chart.yaml", "apiVersion: v2\nname: shop\nversion: 1.2.3\n");
    write("values.yaml", "weight: 1\n");
    let backend = "
apiVersion: networking.fleet.azure.com/v1beta1
kind: TrafficManagerBackend
metadata:
  name: {{ .Release.Name }}-web
spec:
  profile:
    name: shop
  backend:
    name: web
  weight: {{ .Values.weight }}
";
    write("templates/backend.yaml", backend);
    write("templates/map.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: map\ndata:\n  a: b\n");
    folder
}
