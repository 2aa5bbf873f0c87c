//! The loop of probes, with a transport that answers as a test wants. The clock is paused: waits take no time.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Mutex;

use bytes::Bytes;
use http::Method;
use serde_json::{Value, json};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use super::*;
use crate::server::in_process::InProcess;
use crate::service::{Health, Request, Settings};
use crate::target_addresses::TargetAddresses;

const GROUP: &str = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg";

/// What a target does with a probe.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Target {
    Up,
    Down,
    /// Answers nothing, ever.
    Silent,
    Panics,
}

/// Answers as it was told for each port.
#[derive(Debug)]
struct Scripted {
    targets: Mutex<BTreeMap<u16, Target>>,
    /// Told of each probe when it is sent.
    sent: UnboundedSender<SocketAddr>,
    under_way: Mutex<UnderWay>,
}

#[derive(Debug, Default)]
struct UnderWay {
    now: usize,
    most: usize,
}

/// Ends with the probe, however that ends.
struct Counted<'a>(&'a Mutex<UnderWay>);

impl Transport for Scripted {
    fn send<'a>(&'a self, request: &'a ProbeRequest) -> Pin<Box<dyn Future<Output = Ended> + Send + 'a>> {
        Box::pin(async move {
            let _counted = Counted::new(&self.under_way);
            // A test that has ended does not listen.
            let _ = self.sent.send(request.address);
            let target = self.targets.lock().unwrap().get(&request.address.port()).copied();
            match target.unwrap_or(Target::Up) {
                Target::Up => Ok(()),
                Target::Down => Err(Failed::Status(500)),
                Target::Silent => {
                    tokio::time::sleep(request.timeout).await;
                    Err(Failed::Timeout)
                }
                Target::Panics => panic!("a probe that panics"),
            }
        })
    }
}

impl<'a> Counted<'a> {
    fn new(count: &'a Mutex<UnderWay>) -> Self {
        let mut counted = count.lock().unwrap();
        counted.now += 1;
        counted.most = counted.most.max(counted.now);
        Self(count)
    }
}

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        self.0.lock().unwrap().now -= 1;
    }
}

/// An emulator whose probes are scripted.
struct Scene {
    emulator: InProcess,
    transport: Arc<Scripted>,
    sent: UnboundedReceiver<SocketAddr>,
    stop: CancellationToken,
}

impl Scene {
    fn new() -> Self {
        let emulator = InProcess::new(Settings::default());
        let (sender, sent) = unbounded_channel();
        let transport = Scripted { targets: Mutex::default(), sent: sender, under_way: Mutex::default() };
        let transport = Arc::new(transport);
        let stop = CancellationToken::new();
        let dynamic: Arc<dyn Transport> = transport.clone();
        tokio::spawn(run(Arc::clone(&emulator.shared), dynamic, TimeScale::new(1), stop.clone()));
        Self { emulator, transport, sent, stop }
    }

    fn request(&self, method: Method, path: &str, properties: &Value) -> (u16, Value) {
        let body = match properties {
            Value::Null => String::new(),
            properties => json!({ "location": "global", "properties": properties }).to_string(),
        };
        let answer = self.emulator.shared.service().answer(&Request {
            method,
            path: format!("{GROUP}/providers/Microsoft.Network/trafficManagerProfiles/{path}"),
            query: "api-version=2022-04-01".to_owned(),
            body: Bytes::from(body),
        });
        (answer.status.as_u16(), serde_json::from_str(&answer.body).unwrap_or_default())
    }

    /// Makes a profile that tolerates one failure, with endpoints of these names.
    fn profile(&self, name: &str, endpoints: &[String]) {
        let endpoints = endpoints.iter().map(|name| {
            json!({ "name": name, "type": "Microsoft.Network/trafficManagerProfiles/externalEndpoints",
                "properties": { "target": format!("{name}.example.com") } })
        });
        let properties = json!({
            "trafficRoutingMethod": "Weighted", "dnsConfig": { "relativeName": name, "ttl": 30 },
            "monitorConfig": { "protocol": "TCP", "port": 80, "toleratedNumberOfFailures": 1 },
            "endpoints": endpoints.collect::<Vec<_>>(),
        });
        let (status, answer) = self.request(Method::PUT, name, &properties);
        assert_eq!(status, 201, "{answer}");
    }

    /// Maps the target of an endpoint to a port.
    fn map(&self, endpoint: &str, port: u16) {
        let address = format!("{endpoint}.example.com=127.0.0.1:{port}").parse().unwrap();
        self.emulator.shared.change_target_addresses(|all| all.put(address));
    }

    fn target(&self, port: u16, target: Target) {
        self.transport.targets.lock().unwrap().insert(port, target);
    }

    /// The port of the next probe.
    async fn next(&mut self) -> u16 {
        self.sent.recv().await.unwrap().port()
    }

    /// Waits until so many probes came to this port, and until the service knows of them.
    async fn probes(&mut self, port: u16, count: usize) {
        for _ in 0..count {
            while self.next().await != port {}
        }
        self.settle().await;
    }

    /// Lets everything happen that follows from what was done so far.
    async fn settle(&self) {
        // A paused clock goes on only when nothing else can.
        tokio::time::sleep(2 * BETWEEN_LOOKS).await;
    }

    fn status(&self, endpoint: &str) -> String {
        let (_, answer) = self.request(Method::GET, &format!("p/externalEndpoints/{endpoint}"), &Value::Null);
        answer["properties"]["endpointMonitorStatus"].as_str().unwrap_or_default().to_owned()
    }

    /// The probes that come within this time.
    async fn within(&mut self, time: Duration) -> Vec<u16> {
        tokio::time::sleep(time).await;
        let mut ports = Vec::new();
        while let Ok(address) = self.sent.try_recv() {
            ports.push(address.port());
        }
        ports
    }
}

fn names(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

#[tokio::test(start_paused = true)]
async fn an_endpoint_goes_down_after_the_tolerated_failures_and_up_with_the_first_success() {
    let mut scene = Scene::new();
    let began = Instant::now();
    scene.map("a", 1);
    scene.profile("p", &names(&["a"]));
    scene.probes(1, 1).await;
    assert_eq!(scene.status("a"), "Online");
    scene.target(1, Target::Down);
    scene.probes(1, 1).await;
    assert_eq!(scene.status("a"), "Online");
    scene.probes(1, 1).await;
    assert_eq!(scene.status("a"), "Degraded");
    scene.target(1, Target::Up);
    scene.probes(1, 1).await;
    assert_eq!(scene.status("a"), "Online");
    let took = began.elapsed();
    assert!(took >= Duration::from_secs(90) && took < Duration::from_secs(91), "{took:?}");
}

#[tokio::test(start_paused = true)]
async fn a_change_that_comes_right_after_a_look_is_not_missed() {
    let mut scene = Scene::new();
    let began = Instant::now();
    for number in 1..=50 {
        scene.map(&format!("e{number}"), number);
        scene.profile(&format!("p{number}"), &[format!("e{number}")]);
        // Whoever waits for a change is told of each.
        tokio::task::yield_now().await;
    }
    let mut seen = BTreeSet::new();
    while seen.len() < 50 {
        seen.insert(scene.next().await);
    }
    assert!(began.elapsed() < Duration::from_secs(1), "{:?}", began.elapsed());
    let more = scene.within(Duration::from_secs(28)).await;
    assert!(more.is_empty(), "each is probed once in its interval: {more:?}");
}

#[tokio::test(start_paused = true)]
async fn nothing_is_probed_whose_target_has_no_address() {
    let mut scene = Scene::new();
    scene.profile("p", &names(&["a", "b"]));
    assert!(scene.within(Duration::from_secs(120)).await.is_empty());
    scene.map("b", 2);
    assert_eq!(scene.within(Duration::from_secs(45)).await, [2, 2]);
    assert_eq!([scene.status("a"), scene.status("b")], ["CheckingEndpoint", "Online"]);
    scene.emulator.shared.change_target_addresses(TargetAddresses::forget_added);
    assert!(scene.within(Duration::from_secs(120)).await.is_empty());
    // What was found before stays.
    assert_eq!(scene.status("b"), "Online");
}

#[tokio::test(start_paused = true)]
async fn a_probe_under_way_ends_with_its_endpoint_and_its_result_does_not_count() {
    let mut scene = Scene::new();
    scene.map("a", 1);
    scene.target(1, Target::Silent);
    scene.profile("p", &names(&["a"]));
    assert_eq!(scene.next().await, 1);
    scene.settle().await;
    assert_eq!(scene.transport.under_way.lock().unwrap().now, 1);
    // It moves: the old place is left alone, and the new one is asked at once.
    scene.map("a", 2);
    assert_eq!(scene.next().await, 2);
    scene.settle().await;
    assert_eq!(scene.transport.under_way.lock().unwrap().now, 0);
    assert_eq!(scene.status("a"), "Online");
    scene.map("a", 1);
    assert_eq!(scene.next().await, 1);
    scene.request(Method::DELETE, "p", &Value::Null);
    scene.settle().await;
    assert_eq!(scene.transport.under_way.lock().unwrap().now, 0);
    assert!(scene.within(Duration::from_secs(120)).await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn endpoints_that_answer_are_probed_in_time_beside_many_that_do_not() {
    let mut scene = Scene::new();
    let silent: Vec<String> = (0..199).map(|number| format!("silent{number}")).collect();
    for profile in ["q", "r", "s"] {
        scene.profile(profile, &silent);
    }
    for name in &silent {
        scene.map(name, 9);
    }
    scene.target(9, Target::Silent);
    scene.map("a", 1);
    scene.profile("p", &names(&["a"]));
    let ports = scene.within(Duration::from_secs(300)).await;
    let answered = ports.iter().filter(|port| **port == 1).count();
    assert!((10..=11).contains(&answered), "{answered}");
    assert_eq!(scene.transport.under_way.lock().unwrap().most, MOST);
    assert_eq!(scene.status("a"), "Online");
}

#[tokio::test(start_paused = true)]
async fn health_set_by_hand_stops_the_probes_until_it_is_let_go() {
    let mut scene = Scene::new();
    scene.map("a", 1);
    scene.profile("p", &names(&["a"]));
    scene.probes(1, 1).await;
    let set = |scene: &Scene, health: &str| {
        scene
            .emulator
            .shared
            .service()
            .set_health("p", "a", Health::parse_ignoring_case(health).unwrap())
            .unwrap();
    };
    set(&scene, "Degraded");
    assert!(scene.within(Duration::from_secs(120)).await.is_empty());
    assert_eq!(scene.status("a"), "Degraded");
    set(&scene, "CheckingEndpoint");
    assert_eq!(scene.within(Duration::from_secs(1)).await, [1]);
    assert_eq!(scene.status("a"), "Online");
}

#[tokio::test(start_paused = true)]
async fn a_reset_ends_the_probes_and_a_panic_does_not() {
    let mut scene = Scene::new();
    scene.map("a", 1);
    scene.map("b", 2);
    scene.target(1, Target::Panics);
    scene.profile("p", &names(&["a", "b"]));
    let ports = scene.within(Duration::from_secs(45)).await;
    assert_eq!(ports.iter().collect::<BTreeSet<_>>(), BTreeSet::from([&1, &2]));
    assert_eq!(ports.len(), 4);
    assert_eq!([scene.status("a"), scene.status("b")], ["CheckingEndpoint", "Online"]);
    scene.emulator.shared.reset();
    scene.profile("p", &names(&["a", "b"]));
    assert!(scene.within(Duration::from_secs(120)).await.is_empty());
    scene.stop.cancel();
    scene.map("a", 1);
    assert!(scene.within(Duration::from_secs(120)).await.is_empty());
}
