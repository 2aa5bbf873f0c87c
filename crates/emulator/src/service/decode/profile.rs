//! Reads a profile of a request.

use serde_json::{Map, Value};
use traffic_manager::profile::{MonitorProtocol, RoutingMethod, Status};

use super::endpoint::{EndpointInput, endpoint};
use super::{Problems, Reader};
use crate::service::model::{Header, RecordType, StatusRange};
use crate::service::version::ApiVersion;

/// What a request says of a profile. What it does not say is `None`.
#[derive(Clone, Debug, Default)]
pub(crate) struct ProfileInput {
    pub(crate) status: Option<Status>,
    pub(crate) method: Option<RoutingMethod>,
    pub(crate) relative_name: Option<String>,
    pub(crate) ttl: Option<i64>,
    pub(crate) monitor: MonitorInput,
    pub(crate) endpoints: Option<Vec<EndpointInput>>,
    pub(crate) traffic_view: Option<Status>,
    pub(crate) max_return: Option<i64>,
    pub(crate) record_type: Option<RecordType>,
}

/// What a request says of `monitorConfig`.
#[derive(Clone, Debug, Default)]
pub(crate) struct MonitorInput {
    pub(crate) protocol: Option<MonitorProtocol>,
    pub(crate) port: Option<i64>,
    pub(crate) path: Option<String>,
    pub(crate) interval: Option<i64>,
    pub(crate) timeout: Option<i64>,
    pub(crate) tolerated: Option<i64>,
    pub(crate) headers: Option<Vec<Header>>,
    pub(crate) status_ranges: Option<Vec<StatusRange>>,
}

/// Reads a profile. Properties that the API version does not have are ignored, as unknown keys are.
pub(crate) fn profile(
    body: &Map<String, Value>,
    version: ApiVersion,
    problems: &mut Problems,
) -> ProfileInput {
    let p = Reader::new(body, "").child("properties", problems);
    let dns = p.child("dnsConfig", problems);
    let mut input = ProfileInput {
        status: p.status("profileStatus", problems),
        method: p.word("trafficRoutingMethod", problems, |text| method(text, version), &methods(version)),
        relative_name: dns.text("relativeName", problems),
        ttl: dns.integer("ttl", problems),
        monitor: monitor(&p.child("monitorConfig", problems), version, problems),
        endpoints: endpoints(&p, version, problems),
        ..ProfileInput::default()
    };
    if version.has_traffic_view() {
        input.traffic_view = p.status("trafficViewEnrollmentStatus", problems);
    }
    if version.has_subnets() {
        input.max_return = p.integer("maxReturn", problems);
    }
    if version.has_record_type() {
        input.record_type = p.word("recordType", problems, RecordType::parse, "A, AAAA, CNAME");
    }
    input
}

fn endpoints(p: &Reader<'_>, version: ApiVersion, problems: &mut Problems) -> Option<Vec<EndpointInput>> {
    let array = p.array("endpoints", problems)?;
    let mut inputs = Vec::with_capacity(array.len());
    for (index, element) in array.iter().enumerate() {
        let place = format!("properties.endpoints[{index}]");
        match element.as_object() {
            Some(object) => inputs.push(endpoint(object, &place, version, problems)),
            None => problems.push(format!("The element '{place}' must be an object.")),
        }
    }
    Some(inputs)
}

fn monitor(m: &Reader<'_>, version: ApiVersion, problems: &mut Problems) -> MonitorInput {
    let protocols = if version.has_tcp() { "HTTP, HTTPS, TCP" } else { "HTTP, HTTPS" };
    let protocol = |text: &str| {
        MonitorProtocol::parse_ignoring_case(text)
            .filter(|protocol| version.has_tcp() || *protocol != MonitorProtocol::Tcp)
    };
    let mut input = MonitorInput {
        protocol: m.word("protocol", problems, protocol, protocols),
        port: m.integer("port", problems),
        path: m.text("path", problems),
        ..MonitorInput::default()
    };
    if version.has_probe_settings() {
        input.interval = m.integer("intervalInSeconds", problems);
        input.timeout = m.integer("timeoutInSeconds", problems);
        input.tolerated = m.integer("toleratedNumberOfFailures", problems);
    }
    if version.has_headers() {
        input.headers = m.headers("customHeaders", problems);
        input.status_ranges = m.status_ranges("expectedStatusCodeRanges", problems);
    }
    input
}

fn method(text: &str, version: ApiVersion) -> Option<RoutingMethod> {
    RoutingMethod::parse_ignoring_case(text).filter(|method| is_offered(*method, version))
}

fn methods(version: ApiVersion) -> String {
    let offered = RoutingMethod::ALL.iter().filter(|method| is_offered(**method, version));
    offered.map(|method| method.as_str()).collect::<Vec<_>>().join(", ")
}

fn is_offered(method: RoutingMethod, version: ApiVersion) -> bool {
    match method {
        RoutingMethod::Performance | RoutingMethod::Priority | RoutingMethod::Weighted => true,
        RoutingMethod::Geographic => version.has_geographic(),
        RoutingMethod::MultiValue | RoutingMethod::Subnet => version.has_subnets(),
    }
}
