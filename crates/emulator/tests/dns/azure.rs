//! An emulator with DNS, and profiles in it.

use bytes::Bytes;
use emulator::{Config, Emulator, Health, Request, Running};
use http::Method;
use serde_json::{Value, json};

use crate::client::{Dns, Query, Reply};

const PROFILES: &str = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg/providers/\
                        Microsoft.Network/trafficManagerProfiles";

/// A running emulator and a client of its DNS server.
pub(crate) struct Azure {
    pub(crate) running: Running,
    pub(crate) dns: Dns,
}

/// A configuration that listens on free ports of loopback.
pub(crate) fn config() -> Config {
    let loopback = ([127, 0, 0, 1], 0).into();
    Config { listen: loopback, dns: Some(loopback), ..Config::default() }
}

impl Azure {
    pub(crate) async fn start() -> Self {
        Self::start_with(config()).await
    }

    pub(crate) async fn start_with(config: Config) -> Self {
        let running = Emulator::start(config).await.unwrap();
        let dns = Dns::new(running.dns_address().unwrap()).await;
        Self { running, dns }
    }

    /// Puts a profile whose relative name is its name, with a TTL of 30 seconds.
    pub(crate) fn put(&self, name: &str, method: &str, endpoints: &[Value]) {
        self.put_with(name, method, &json!({}), endpoints);
    }

    /// The same with more properties.
    pub(crate) fn put_with(&self, name: &str, method: &str, more: &Value, endpoints: &[Value]) {
        let mut properties = json!({
            "trafficRoutingMethod": method,
            "dnsConfig": { "relativeName": name, "ttl": 30 },
            "monitorConfig": { "protocol": "TCP", "port": 443 },
            "endpoints": endpoints,
        });
        properties.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let name = name.replace('.', "-");
        self.ask(Method::PUT, &name, &json!({ "location": "global", "properties": properties }));
    }

    pub(crate) fn delete(&self, name: &str) {
        self.ask(Method::DELETE, name, &Value::Null);
    }

    /// Asks for something of a profile, which has to succeed.
    pub(crate) fn ask(&self, method: Method, path: &str, body: &Value) {
        let body = if body.is_null() { Bytes::new() } else { body.to_string().into() };
        let request = Request {
            method,
            path: format!("{PROFILES}/{path}"),
            query: "api-version=2022-04-01".to_owned(),
            body,
        };
        let answer = self.running.with_service(|service| service.answer(&request));
        assert!(answer.status.is_success(), "{path}: {}", answer.body);
    }

    /// Sets the health of endpoints: `Online`, `Degraded`, `Stopped`.
    pub(crate) fn set_health(&self, profile: &str, endpoints: &[&str], status: &str) {
        for endpoint in endpoints {
            self.running.set_health(profile, endpoint, Health::parse_ignoring_case(status).unwrap()).unwrap();
        }
    }

    /// The answer to a question for a name below the suffix.
    pub(crate) async fn reply(&self, name: &str, record_type: u16) -> Reply {
        self.dns.ask(&Query::new(&format!("{name}.trafficmanager.net"), record_type)).await
    }

    /// The records of that answer without what they have in common: `CNAME east.example.com.`.
    pub(crate) async fn records(&self, name: &str, record_type: u16) -> Vec<String> {
        let reply = self.reply(name, record_type).await;
        let begin = format!("{name}.trafficmanager.net. 30 IN ");
        let record = |text: String| text.strip_prefix(&begin).unwrap_or(&text).to_owned();
        reply.answers().into_iter().map(record).collect()
    }
}

/// An external endpoint; with more properties than its target.
pub(crate) fn endpoint(name: &str, target: &str, more: &Value) -> Value {
    let mut properties = json!({ "target": target });
    properties.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    json!({
        "name": name,
        "type": "Microsoft.Network/trafficManagerProfiles/externalEndpoints",
        "properties": properties,
    })
}

/// A nested endpoint, named as its child.
pub(crate) fn nested(child: &str, more: &Value) -> Value {
    let mut properties = json!({ "targetResourceId": format!("{PROFILES}/{child}"), "minChildEndpoints": 1 });
    properties.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    json!({
        "name": child,
        "type": "Microsoft.Network/trafficManagerProfiles/nestedEndpoints",
        "properties": properties,
    })
}
