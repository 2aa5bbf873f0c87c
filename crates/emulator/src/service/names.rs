//! The check whether a relative name is free.

use http::{Method, StatusCode};
use serde::Serialize;

use super::decode::{self, Problems, Reader};
use super::error::Failure;
use super::{Answer, Call, Service, rules};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct AvailabilityJson<'a> {
    name: &'a str,
    #[serde(rename = "type")]
    resource_type: &'static str,
    name_available: bool,
    reason: Option<&'static str>,
    message: Option<String>,
}

impl Service {
    pub(super) fn check_name(&self, call: &Call<'_>) -> Result<Answer, Failure> {
        if call.method != Method::POST {
            return Err(Failure::method_not_allowed(call.method.as_str()));
        }
        let body = decode::object(call.body)?;
        let mut problems = Problems::new();
        let reader = Reader::new(&body, "");
        let name = reader.text("name", &mut problems);
        let resource_type = reader.text("type", &mut problems);
        if name.is_none() && problems.is_empty() {
            problems.push("The property 'name' must be specified.".to_owned());
        }
        let is_profile = |given: &str| given.eq_ignore_ascii_case(traffic_manager::id::PROFILE_TYPE);
        if resource_type.as_deref().is_some_and(|given| !is_profile(given)) {
            problems
                .push("The property 'type' must be 'Microsoft.Network/trafficManagerProfiles'.".to_owned());
        }
        let Some(name) = name.filter(|_| problems.is_empty()) else {
            return Err(Failure::bad_request(&problems));
        };
        let (reason, message) = self.why_not(&name).unzip();
        let answer = AvailabilityJson {
            name: &name,
            resource_type: traffic_manager::id::PROFILE_TYPE,
            name_available: reason.is_none(),
            reason,
            message,
        };
        let body = serde_json::to_string(&answer).expect("texts can be written as JSON");
        Ok(Answer::provider(StatusCode::OK, body))
    }

    fn why_not(&self, name: &str) -> Option<(&'static str, String)> {
        if !rules::is_relative_name(name) {
            // Own words: how the service answers a name that DNS forbids is not recorded.
            return Some(("Invalid", format!("The relative DNS name '{name}' is invalid.")));
        }
        self.state.owner_of_domain(&name.to_lowercase())?;
        let fqdn = format!("{}.{}", name.to_lowercase(), self.settings.dns_suffix);
        // Recorded.
        let message = format!("Domain name {fqdn} already exists. Please choose a different DNS prefix.");
        Some(("AlreadyExists", message))
    }
}
