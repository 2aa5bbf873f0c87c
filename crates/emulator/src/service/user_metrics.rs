//! Operations on the user metrics key of a subscription.

use http::StatusCode;
use serde::Serialize;

use super::error::Failure;
use super::{Answer, Call, Service, profiles};

const TYPE: &str = "Microsoft.Network/trafficManagerUserMetricsKeys";

#[derive(Serialize)]
struct KeyJson<'a> {
    #[serde(rename = "__type")]
    wire_type: &'static str,
    id: &'static str,
    name: &'static str,
    #[serde(rename = "type")]
    resource_type: &'static str,
    properties: PropertiesJson<'a>,
}

#[derive(Serialize)]
struct PropertiesJson<'a> {
    key: &'a str,
}

impl Service {
    pub(super) fn user_metrics_key(
        &mut self,
        subscription: &str,
        call: &Call<'_>,
    ) -> Result<Answer, Failure> {
        let subscription = subscription.to_lowercase();
        match call.method.as_str() {
            // Recorded after a DELETE: a missing key is an empty one.
            "GET" => {
                let key = self.state.metrics_keys.get(&subscription).map_or("", String::as_str);
                Ok(Answer::provider(StatusCode::OK, json(key)))
            }
            // Each PUT makes a new key, which the old one does not survive.
            "PUT" => {
                let key = uuid::Uuid::new_v4().simple().to_string();
                let answer = Answer::provider(StatusCode::CREATED, json(&key));
                self.state.metrics_keys.insert(subscription, key);
                Ok(answer)
            }
            "DELETE" => {
                self.state.metrics_keys.remove(&subscription);
                let body = if call.version.key_delete_has_body() { profiles::DELETED } else { "" };
                Ok(Answer::provider(StatusCode::OK, body.to_owned()))
            }
            method => Err(Failure::method_not_allowed(method)),
        }
    }
}

/// The answer as recorded: the id has no subscription, and the first key names a type of the service's own.
fn json(key: &str) -> String {
    let answer = KeyJson {
        wire_type: "TrafficManagerUserMetricsKeyPackageBodyV2:http://schemas.microsoft.com/windowsazure",
        id: "/providers/Microsoft.Network/trafficManagerUserMetricsKeys/default",
        name: "default",
        resource_type: TYPE,
        properties: PropertiesJson { key },
    };
    serde_json::to_string(&answer).expect("texts can be written as JSON")
}
