//! Endpoints for tests, as the service has them after a request.

use bytes::Bytes;
use http::Method;
use serde_json::{Value, json};

use crate::service::{ProbedEndpoint, Request, Service, Settings};

/// An endpoint of a profile with these properties in place of the usual ones: those of the monitor, and its own.
pub(super) fn endpoint(monitor: &Value, properties: &Value) -> ProbedEndpoint {
    endpoints(monitor, &json!([{ "name": "East", "properties": properties }])).remove(0)
}

/// The endpoints of a profile. What is left out of the monitor or an endpoint is as usual.
pub(super) fn endpoints(monitor: &Value, endpoints: &Value) -> Vec<ProbedEndpoint> {
    let mut usual_monitor = json!({ "protocol": "HTTP", "port": 80, "path": "/health" });
    merge(&mut usual_monitor, monitor);
    let mut all = endpoints.clone();
    for endpoint in all.as_array_mut().unwrap() {
        let name = endpoint["name"].as_str().unwrap().to_owned();
        let mut properties = json!({ "target": format!("{name}.example.com") });
        merge(&mut properties, &endpoint["properties"]);
        endpoint["properties"] = properties;
        endpoint["type"] = json!("Microsoft.Network/trafficManagerProfiles/externalEndpoints");
    }
    let mut service = Service::new(Settings::default());
    let body = json!({ "location": "global", "properties": {
        "trafficRoutingMethod": "Weighted",
        "dnsConfig": { "relativeName": "shop", "ttl": 30 },
        "monitorConfig": usual_monitor,
        "endpoints": all,
    } });
    let answer = service.answer(&Request {
        method: Method::PUT,
        path: "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg/providers/Microsoft.Network/\
               trafficManagerProfiles/shop"
            .to_owned(),
        query: "api-version=2022-04-01".to_owned(),
        body: Bytes::from(body.to_string()),
    });
    assert_eq!(answer.status, 201, "{}", answer.body);
    service.probed_endpoints(|_| true)
}

fn merge(into: &mut Value, more: &Value) {
    for (key, value) in more.as_object().into_iter().flatten() {
        into[key] = value.clone();
    }
}
