//! The heat map of a profile: what was seeded, filtered as asked.

use http::{Method, StatusCode};
use serde::Serialize;
use traffic_manager::id::{EndpointKind, PROFILE_TYPE};

use super::error::Failure;
use super::model::gateway::{QueryExperience, TrafficFlow};
use super::model::{Profile, same_name};
use super::route::ProfileAddress;
use super::state::ProfileKey;
use super::{Answer, Call, Service, query_value};

/// The keys are in the order of the alphabet. Recorded.
#[derive(Serialize)]
struct HeatMapJson {
    id: String,
    name: &'static str,
    #[serde(rename = "type")]
    resource_type: &'static str,
    properties: PropertiesJson,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PropertiesJson {
    end_time: String,
    endpoints: Vec<EndpointJson>,
    start_time: String,
    traffic_flows: Vec<FlowJson>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct EndpointJson {
    endpoint_id: usize,
    resource_id: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct FlowJson {
    latitude: f64,
    longitude: f64,
    query_experiences: Vec<QueryJson>,
    source_ip: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct QueryJson {
    endpoint_id: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    latency: Option<f64>,
    query_count: u64,
}

/// A rectangle on the map: north-west and south-east corner, latitude first.
#[derive(Clone, Copy, Debug)]
struct Area {
    top_left: (f64, f64),
    bottom_right: (f64, f64),
}

impl Service {
    pub(super) fn heat_map(&self, address: &ProfileAddress, call: &Call<'_>) -> Result<Answer, Failure> {
        self.require_group(&address.group)?;
        if call.method != Method::GET {
            return Err(Failure::method_not_allowed(call.method.as_str()));
        }
        let profile = self.stored(address, call.version)?;
        let area = area(call.query)?;
        if !profile.traffic_view.is_enabled() {
            return Err(Failure::traffic_view_off());
        }
        let seeded =
            self.state.heat_map(&ProfileKey::from_address(address)).ok_or_else(Failure::no_heat_map)?;
        let names = endpoint_names(&seeded.flows);
        let parent = format!(
            "/subscriptions/{}/resourceGroups/{}/providers/{PROFILE_TYPE}/",
            address.group.subscription,
            address.group.group.to_lowercase(),
        );
        let answer = HeatMapJson {
            id: format!("{parent}{}/heatMaps/default", profile.name),
            name: "default",
            resource_type: "Microsoft.Network/trafficManagerProfiles/heatMaps",
            properties: PropertiesJson {
                end_time: seeded.end.clone(),
                endpoints: names
                    .iter()
                    .enumerate()
                    .map(|(endpoint_id, name)| EndpointJson {
                        endpoint_id,
                        // Recorded: names of endpoints and of their profile are in lower case here.
                        resource_id: format!("{parent}{}", endpoint_path(profile, name)),
                    })
                    .collect(),
                start_time: seeded.start.clone(),
                traffic_flows: seeded
                    .flows
                    .iter()
                    .filter(|flow| area.is_none_or(|area| area.contains(flow)))
                    .map(|flow| flow_json(flow, &names))
                    .collect(),
            },
        };
        let body = serde_json::to_string(&answer).expect("texts and numbers can be written as JSON");
        Ok(Answer::provider(StatusCode::OK, body))
    }
}

/// The endpoints that answered anything, in the order in which they appear.
fn endpoint_names(flows: &[TrafficFlow]) -> Vec<&str> {
    let mut names: Vec<&str> = Vec::new();
    for QueryExperience { endpoint, .. } in flows.iter().flat_map(|flow| &flow.queries) {
        if !names.iter().any(|name| same_name(name, endpoint)) {
            names.push(endpoint);
        }
    }
    names
}

/// The end of the endpoint's id. An endpoint that is gone has the kind that most have.
fn endpoint_path(profile: &Profile, name: &str) -> String {
    let endpoint = profile.endpoints.iter().find(|endpoint| same_name(&endpoint.name, name));
    let kind = endpoint.map_or(EndpointKind::External, |endpoint| endpoint.kind);
    format!("{}/{}/{}", profile.name.to_lowercase(), kind.segment(), name.to_lowercase())
}

fn flow_json(flow: &TrafficFlow, names: &[&str]) -> FlowJson {
    let experiences = flow.queries.iter().map(|query| QueryJson {
        endpoint_id: names.iter().position(|name| same_name(name, &query.endpoint)).unwrap_or_default(),
        latency: query.latency,
        query_count: query.count,
    });
    FlowJson {
        latitude: flow.latitude,
        longitude: flow.longitude,
        query_experiences: experiences.collect(),
        source_ip: flow.source_ip.clone(),
    }
}

impl Area {
    fn contains(self, flow: &TrafficFlow) -> bool {
        (self.bottom_right.0..=self.top_left.0).contains(&flow.latitude)
            && (self.top_left.1..=self.bottom_right.1).contains(&flow.longitude)
    }
}

/// The area that a query asks for. The text of the refusal is the emulator's own.
fn area(query: &str) -> Result<Option<Area>, Failure> {
    let corner = |key: &str| match query_value(query, key) {
        None => Ok(None),
        Some(text) => match pair(&text) {
            Some(corner) => Ok(Some(corner)),
            None => Err(Failure::bad_request(&[format!(
                "The query parameter '{key}' must be a latitude and a longitude with a comma in between."
            )])),
        },
    };
    match (corner("topLeft")?, corner("botRight")?) {
        (Some(top_left), Some(bottom_right)) => Ok(Some(Area { top_left, bottom_right })),
        (None, None) => Ok(None),
        _ => Err(Failure::bad_request(&[
            "The query parameters 'topLeft' and 'botRight' must be given together.".to_owned(),
        ])),
    }
}

fn pair(text: &str) -> Option<(f64, f64)> {
    let (latitude, longitude) = text.split_once(',')?;
    Some((latitude.trim().parse().ok()?, longitude.trim().parse().ok()?))
}
