//! Configurations of a profile: most of them sound, some wrong in every way that a user may be.

use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Map, Value as Json, json};

pub(crate) const CHILD: &str = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg/providers/\
                     Microsoft.Network/trafficManagerProfiles/child";
pub(crate) const METHODS: [&str; 6] =
    ["Performance", "Priority", "Weighted", "Geographic", "MultiValue", "Subnet"];

/// A configuration of a sequence.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    pub(crate) draft: Json,
    /// Whether the profile is forgotten after it and taken over again.
    pub(crate) taken_over: bool,
}

/// Configurations that follow each other.
pub(crate) fn sequence() -> BoxedStrategy<Vec<Step>> {
    let taken_over = prop_oneof![7 => Just(false), 1 => Just(true)];
    let step = (profile(), taken_over).prop_map(|(draft, taken_over)| Step { draft, taken_over });
    proptest::collection::vec(step, 1..=4).boxed()
}

/// The least that a profile needs, with everything else cleared.
pub(crate) fn bare() -> Json {
    json!({
        "name": "law",
        "resource_group_name": "rg",
        "traffic_routing_method": "Weighted",
        "dns_config": [{ "relative_name": "law", "ttl": 30 }],
        "monitor_config": [{ "protocol": "TCP", "port": 443 }],
        "endpoints": {},
    })
}

/// A profile with up to eight endpoints.
pub(crate) fn profile() -> BoxedStrategy<Json> {
    let settings = (monitor(), tags(), maybe(0..=9_i64), maybe(any::<bool>()));
    (select(METHODS.to_vec()), dns(), settings)
        .prop_flat_map(|(method, dns, settings)| (Just(method), Just(dns), Just(settings), endpoints(method)))
        .prop_map(|(method, dns, (monitor, tags, max_return, traffic_view), endpoints)| {
            let mut profile = bare();
            profile["traffic_routing_method"] = json!(method);
            profile["dns_config"] = json!([dns]);
            profile["monitor_config"] = json!([monitor]);
            profile["tags"] = tags;
            // Of `MultiValue`, most have what they need.
            profile["max_return"] = json!(max_return.or((method == "MultiValue").then_some(2)));
            profile["traffic_view_enabled"] = json!(traffic_view);
            profile["endpoints"] = endpoints;
            profile
        })
        .boxed()
}

fn maybe<T: std::fmt::Debug + Clone + 'static>(
    some: impl Strategy<Value = T> + 'static,
) -> BoxedStrategy<Option<T>> {
    prop_oneof![3 => Just(None), 1 => some.prop_map(Some)].boxed()
}

/// Another name makes another profile.
fn dns() -> BoxedStrategy<Json> {
    let name = prop_oneof![9 => Just("law"), 1 => Just("law-2")];
    (name, select(vec![0_i64, 30, 300]))
        .prop_map(|(relative_name, ttl)| json!({ "relative_name": relative_name, "ttl": ttl }))
        .boxed()
}

fn tags() -> BoxedStrategy<Json> {
    prop_oneof![
        4 => Just(Json::Null),
        4 => Just(json!({})),
        4 => Just(json!({ "env": "prod" })),
        4 => Just(json!({ "Env": "prod" })),
        4 => Just(json!({ "env": "dev", "team": "web" })),
        1 => select(vec![
            json!({ "Env": "1", "env": "2" }),
            json!({ "cost center": "1" }),
            json!({ "a/b": "1" }),
            json!({ "env": null }),
            json!({ "env": "prod", "team": null }),
        ]),
    ]
    .boxed()
}

fn monitor() -> BoxedStrategy<Json> {
    let web = (select(vec!["HTTP", "HTTPS"]), select(vec!["/", "/health", "/a/b?c=d"]), ranges(), headers());
    let web = web.prop_map(|(protocol, path, ranges, headers)| {
        json!({
            "protocol": protocol, "port": 443, "path": path,
            "expected_status_code_ranges": ranges, "custom_header": headers,
        })
    });
    let tcp = Just(json!({ "protocol": "TCP", "port": 8443 }));
    let wrong = select(vec![
        json!({ "protocol": "TCP", "port": 443, "path": "/x" }),
        json!({ "protocol": "HTTPS", "port": 443 }),
        json!({ "protocol": "HTTP", "port": 0, "path": "/" }),
        json!({ "protocol": "https", "port": 443, "path": "/" }),
        json!({ "protocol": "HTTP", "port": 80, "path": "/{0}/health" }),
    ]);
    let base = prop_oneof![6 => web, 3 => tcp, 1 => wrong];
    let times = (maybe(select(vec![10_i64, 30])), maybe(4..=11_i64), maybe(0..=9_i64));
    (base, times)
        .prop_map(|(mut monitor, (interval, timeout, tolerated))| {
            monitor["interval_in_seconds"] = json!(interval);
            monitor["timeout_in_seconds"] = json!(timeout);
            monitor["tolerated_number_of_failures"] = json!(tolerated);
            monitor
        })
        .boxed()
}

fn ranges() -> BoxedStrategy<Json> {
    let sound = select(vec![
        json!(null),
        json!([]),
        json!(["200-299"]),
        json!(["200", "301-302"]),
        json!(["200-200", "404"]),
    ]);
    prop_oneof![15 => sound, 1 => select(vec![json!(["200-299", null]), json!([null])])].boxed()
}

fn headers() -> BoxedStrategy<Json> {
    select(vec![
        json!([]),
        json!([{ "name": "Host", "value": "www.example.com" }]),
        json!([{ "name": "X-A", "value": "1" }, { "name": "X-B", "value": "2" }]),
        json!([{ "name": "X-A", "value": "1" }, { "name": "x-a", "value": "2" }]),
    ])
    .boxed()
}

fn endpoints(method: &'static str) -> BoxedStrategy<Json> {
    let names = proptest::sample::subsequence((0..8_usize).collect::<Vec<_>>(), 0..=8);
    names
        .prop_flat_map(move |names| {
            let each: Vec<BoxedStrategy<(String, Json)>> = names
                .into_iter()
                .map(|index| {
                    let endpoint = prop_oneof![40 => endpoint(method, index), 1 => Just(Json::Null)];
                    endpoint.prop_map(move |it| (format!("e{index}"), it)).boxed()
                })
                .collect();
            each
        })
        .prop_map(|each| Json::Object(each.into_iter().collect::<Map<_, _>>()))
        .boxed()
}

/// The endpoint of this number: its own place, range and name, so that most profiles are sound.
pub(crate) fn endpoint(method: &'static str, index: usize) -> BoxedStrategy<Json> {
    let settings = (maybe(1..=1000_i64), maybe(1..=9_i64), maybe(any::<bool>()), maybe(any::<bool>()));
    let strange = prop_oneof![12 => Just(Strange::Not), 1 => select(Strange::ALL.to_vec())];
    (target(method, index), settings, strange, select(vec![json!(null), json!({}), json!({ "X-E": "1" })]))
        .prop_map(move |(target, (weight, priority, enabled, always), strange, headers)| {
            let mut endpoint = target;
            let nested = endpoint["target_resource_id"] == CHILD;
            endpoint["weight"] = json!(weight);
            // Two numbers of the same endpoint, so that priorities move without always colliding.
            endpoint["priority"] =
                json!(priority.map(|number| number % 2 * 8 + i64::try_from(index).unwrap() + 1));
            endpoint["enabled"] = json!(enabled);
            endpoint["always_serve_enabled"] = json!(always.filter(|_| !nested));
            endpoint["custom_headers"] = headers;
            suit(method, index, &mut endpoint);
            strange.spoil(&mut endpoint);
            endpoint
        })
        .boxed()
}

fn target(method: &str, index: usize) -> BoxedStrategy<Json> {
    let name = json!({ "target": format!("e{index}.example.com") });
    let address = if index.is_multiple_of(2) {
        json!({ "target": format!("192.0.2.{}", index + 1) })
    } else {
        json!({ "target": format!("2001:db8::{}", index + 1) })
    };
    let group = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg";
    let resource = json!({
        "target_resource_id": format!("{group}/providers/Microsoft.Network/publicIPAddresses/ip{index}"),
    });
    let nested = if index == 0 {
        json!({ "target_resource_id": CHILD, "minimum_child_endpoints": 1 })
    } else {
        name.clone()
    };
    if method == "MultiValue" {
        return prop_oneof![9 => Just(address), 1 => Just(name)].boxed();
    }
    prop_oneof![6 => Just(name), 2 => Just(resource), 2 => Just(nested), 1 => Just(address)].boxed()
}

/// Gives the endpoint what its profile's method asks for.
fn suit(method: &str, index: usize, endpoint: &mut Json) {
    let regions =
        ["eastus", "West US", "westeurope", "North Europe", "japaneast", "brazilsouth", "ukwest", "uksouth"];
    let places = ["WORLD", "GEO-EU", "DE", "FR", "US", "US-CA", "GEO-AS", "JP"];
    match method {
        "Performance"
            if !endpoint["target_resource_id"].as_str().is_some_and(|id| id.contains("publicIP")) =>
        {
            endpoint["endpoint_location"] = json!(regions[index]);
        }
        "Geographic" => endpoint["geo_mappings"] = json!([places[index]]),
        "Subnet" if index > 0 => {
            endpoint["subnets"] = json!([
                { "first": format!("10.{index}.0.0"), "scope": 16 },
                { "first": format!("10.1{index}.0.1"), "last": format!("10.1{index}.0.9") },
            ]);
        }
        _ => {}
    }
}

/// What may be wrong with an endpoint.
#[derive(Clone, Copy, Debug)]
enum Strange {
    Not,
    Weight,
    Priority,
    Target,
    Both,
    Location,
    Places,
    Subnets,
    Headers,
    Minimum,
    NullHeader,
    NullPlace,
    NullSubnet,
}

impl Strange {
    const ALL: [Self; 12] = [
        Self::Weight,
        Self::Priority,
        Self::Target,
        Self::Both,
        Self::Location,
        Self::Places,
        Self::Subnets,
        Self::Headers,
        Self::Minimum,
        Self::NullHeader,
        Self::NullPlace,
        Self::NullSubnet,
    ];

    fn spoil(self, endpoint: &mut Json) {
        match self {
            Self::Not => {}
            Self::Weight => endpoint["weight"] = json!(0),
            Self::Priority => endpoint["priority"] = json!(3),
            Self::Target => endpoint["target"] = json!("https://example.com:8443/x"),
            Self::Both => {
                endpoint["target"] = json!("both.example.com");
                endpoint["target_resource_id"] = json!(CHILD);
            }
            Self::Location => endpoint["endpoint_location"] = json!("global"),
            Self::Places => endpoint["geo_mappings"] = json!(["DE", "GEO-EU"]),
            Self::Subnets => {
                endpoint["subnets"] = json!([{ "first": "10.1.2.0", "scope": 24 }, { "first": "10.9.0.9", "last": "10.9.0.1" }]);
            }
            Self::Headers => endpoint["custom_headers"] = json!({ "X-A": "1", "x-a": "2" }),
            Self::Minimum => endpoint["minimum_child_endpoints"] = json!(0),
            Self::NullHeader => endpoint["custom_headers"] = json!({ "X-A": "1", "X-B": null }),
            Self::NullPlace => with_null(&mut endpoint["geo_mappings"]),
            Self::NullSubnet => with_null(&mut endpoint["subnets"]),
        }
    }
}

/// Adds a null element to an array that may not be there.
fn with_null(array: &mut Json) {
    match array {
        Json::Array(elements) => elements.push(Json::Null),
        other => *other = json!([null]),
    }
}
