//! The schema of `azuretm_traffic_manager_profile`. Names are azurerm's where azurerm has the same thing.

use tf_plugin::cty::{Type, Value};
use tf_plugin::schema::{Attribute, Block, NestedBlock, Schema};
use traffic_manager::profile::defaults;
use traffic_manager::{id, region};

use super::model::status_range;

/// The whole schema.
pub(super) fn schema() -> Schema {
    let block = Block::new(attributes()).blocks([dns_config(), monitor_config(), timeouts()]).describe(
        "A Traffic Manager profile: a DNS name that answers with one of several endpoints, by a routing \
             method and by their health.",
    );
    Schema::new(block)
}

fn attributes() -> Vec<Attribute> {
    let mut attributes = vec![
        Attribute::string("name").required().replaces().same_if(without_case).describe(
            "The name of the profile: 1 to 63 letters, digits and hyphens. A change makes a new profile.",
        ),
        Attribute::string("resource_group_name")
            .required()
            .replaces()
            .same_if(without_case)
            .describe("The resource group of the profile. A change makes a new profile."),
        Attribute::string("traffic_routing_method").required().same_if(without_case).describe(
            "How an endpoint is chosen: `Performance`, `Priority`, `Weighted`, `Geographic`, `MultiValue` or \
             `Subnet`.",
        ),
        Attribute::string("profile_status")
            .default(Value::string("Enabled"))
            .same_if(without_case)
            .describe("`Enabled` or `Disabled`. A disabled profile does not answer."),
        Attribute::number("max_return").describe(
            "How many addresses an answer of a `MultiValue` profile holds at most, 1 to 8. Required for \
             `MultiValue`.",
        ),
        Attribute::bool("traffic_view_enabled")
            .default(Value::Bool(false))
            .describe("Whether Traffic View collects where queries come from. It costs money."),
        Attribute::string("record_type").same_if(without_case).describe(
            "Restricts the profile to endpoints of one kind, so that a DNS record of that type can be linked to \
             it: `A`, `AAAA` or `CNAME`. Needs API 2026-09-01. Once set, a change makes a new profile.",
        ),
        Attribute::of("tags", Type::map(Type::String))
            .no_null_elements()
            .describe("Tags of the profile, at most 50."),
        endpoints(),
        Attribute::bool("adopt_existing").describe(
            "Whether to take over a profile that exists already, instead of refusing to. The plan says what \
             would change; endpoints that it has and the configuration lacks are kept, and shown by the next \
             plan.",
        ),
        Attribute::nested(
            "wait_for_online",
            [Attribute::string("timeout").describe("How long to wait. Defaults to 10 minutes.")],
        )
        .describe(
            "Waits after a creation or change until the profile is `Online`, so that what depends on it finds \
             it serving.",
        ),
    ];
    attributes.extend(computed());
    attributes
}

fn computed() -> [Attribute; 3] {
    [
        Attribute::string("id")
            .computed()
            .same_if(id::same)
            .describe("The id of the profile in Azure Resource Manager. Known at plan."),
        Attribute::string("fqdn")
            .computed()
            .same_if(without_case)
            .describe("The DNS name of the profile, such as `contoso.trafficmanager.net`. Known at plan."),
        Attribute::string("monitor_status").computed().describe(
            "The health of the profile when it was last read: `CheckingEndpoints`, `Online`, `Degraded`, \
             `Disabled` or `Inactive`.",
        ),
    ]
}

fn dns_config() -> NestedBlock {
    let block = Block::new([
        Attribute::string("relative_name").required().replaces().same_if(without_case).describe(
            "The name below `trafficmanager.net`, unique in the whole cloud. A change makes a new profile.",
        ),
        Attribute::number("ttl")
            .required()
            .describe("How long clients may keep an answer, in seconds, 0 to 2147483647."),
    ]);
    NestedBlock::list("dns_config", block.describe("How the profile answers in DNS.")).items(1, 1)
}

fn monitor_config() -> NestedBlock {
    let header = Block::new([
        Attribute::string("name").required().describe("The name of the header."),
        Attribute::string("value").required().describe("The value of the header."),
    ]);
    let block = Block::new([
        Attribute::string("protocol")
            .required()
            .same_if(without_case)
            .describe("How endpoints are probed: `HTTP`, `HTTPS` or `TCP`."),
        Attribute::number("port").required().describe("The port that is probed, 1 to 65535."),
        Attribute::string("path").describe(
            "The path that is asked for, such as `/health`. Required for HTTP and HTTPS, none for TCP.",
        ),
        Attribute::number("interval_in_seconds").default(Value::integer(defaults::INTERVAL)).describe(
            "Seconds between probes: 30, or 10 for fast failover, which costs more. Defaults to 30.",
        ),
        Attribute::number("timeout_in_seconds").optional_computed().describe(
            "Seconds that a probe may take: 5 to 10, or 5 to 9 with the fast interval. Defaults to 10, or to \
             9 with the fast interval.",
        ),
        Attribute::number("tolerated_number_of_failures")
            .default(Value::integer(defaults::TOLERATED_FAILURES))
            .describe("Failures in a row that are tolerated, 0 to 9. Defaults to 3."),
        Attribute::of("expected_status_code_ranges", Type::set(Type::String))
            .same_if(same_status_range)
            .no_null_elements()
            .describe(
                "Status codes that count as healthy, such as `200-299` or `301`; at most 8 ranges. 200 alone \
                 if left out.",
            ),
    ])
    .blocks([NestedBlock::set(
        "custom_header",
        header.describe("A header of every probe; at most 8. A header of an endpoint goes before it."),
    )]);
    NestedBlock::list("monitor_config", block.describe("How endpoints are probed.")).items(1, 1)
}

fn timeouts() -> NestedBlock {
    let timeout = |name: &str, default: &str| {
        Attribute::string(name).describe(&format!(
            "How long the {name} may take, such as `90s`, `10m` or `1h30m`. Defaults to {default}."
        ))
    };
    let block = Block::new([
        timeout("create", "30 minutes"),
        timeout("read", "5 minutes"),
        timeout("update", "30 minutes"),
        timeout("delete", "30 minutes"),
    ]);
    NestedBlock::single("timeouts", block.describe("How long operations may take, retries included."))
}

/// The attributes of an endpoint that is only read.
pub(super) fn endpoint_attributes_computed() -> Vec<Attribute> {
    all_endpoint_attributes().into_iter().map(Attribute::read_only).collect()
}

fn all_endpoint_attributes() -> Vec<Attribute> {
    let mut attributes = endpoint_attributes();
    attributes.extend(endpoint_conditions());
    attributes.extend(endpoint_outputs());
    attributes
}

fn endpoints() -> Attribute {
    let endpoints = Attribute::nested_map("endpoints", all_endpoint_attributes()).no_null_elements();
    endpoints.optional_computed().keeps().describe(
        "The endpoints by name. Given, the map is authoritative: every change of it is one request that \
         carries all endpoints, and endpoints that it lacks are removed. Left out, endpoints are managed \
         elsewhere and are never touched. Added to a profile that exists, the map takes its endpoints over: those \
         that it lacks are kept, and shown by the next plan.",
    )
}

fn endpoint_attributes() -> Vec<Attribute> {
    vec![
        Attribute::string("target")
            .same_if(without_case)
            .describe("The DNS name or address of an external endpoint, without protocol, port or path."),
        Attribute::string("target_resource_id").same_if(id::same).describe(
            "The id of an Azure resource (a public IP address with a DNS label, an App Service), or of another \
             profile, which is nested by it. Either this or `target`.",
        ),
        Attribute::number("weight")
            .default(Value::integer(defaults::WEIGHT))
            .describe("The share of the endpoint, for `Weighted`: 1 to 1000. Defaults to 1."),
        Attribute::number("priority").optional_computed().describe(
            "The rank of the endpoint, for `Priority`: 1 to 1000, each once. One that is left out is assigned \
             once, after the others, and stays.",
        ),
        Attribute::bool("enabled")
            .default(Value::Bool(true))
            .describe("Whether the endpoint is in use. Defaults to true."),
        Attribute::bool("always_serve_enabled").default(Value::Bool(false)).describe(
            "Whether the endpoint is served without being probed. Not for nested profiles. Defaults to false.",
        ),
        Attribute::string("endpoint_location").same_if(region::same).describe(
            "The region of the endpoint, such as `westeurope`. External and nested endpoints of `Performance` \
             profiles need it; that of Azure endpoints is known to Azure.",
        ),
    ]
}

fn endpoint_conditions() -> Vec<Attribute> {
    let minimum = |name: &str, text: &str| Attribute::number(name).optional_computed().describe(text);
    vec![
        Attribute::of("geo_mappings", Type::set(Type::String)).same_if(without_case).no_null_elements().describe(
            "Codes of the places whose queries the endpoint answers, for `Geographic`: `WORLD`, `GEO-EU`, \
             `DE`, `US-CA` and so on. A place belongs to one endpoint of a profile.",
        ),
        Attribute::nested_set(
            "subnets",
            [
                Attribute::string("first").required().describe("The first address."),
                Attribute::string("last").describe("The last address. Either this or `scope`, or neither."),
                Attribute::number("scope").describe("The length of the prefix: 0 to 32, or to 128 for IPv6."),
            ],
        )
        .no_null_elements()
        .describe(
            "Address ranges whose queries the endpoint answers, for `Subnet`. Without any, the endpoint \
             answers everybody else.",
        ),
        Attribute::of("custom_headers", Type::map(Type::String))
            .no_null_elements()
            .describe("Headers of the probes of this endpoint by name; at most 8."),
        minimum(
            "minimum_child_endpoints",
            "Endpoints of a nested profile that have to be online. Defaults to 1.",
        ),
        minimum(
            "minimum_required_child_endpoints_ipv4",
            "Those of them with an IPv4 address. Defaults to 0.",
        ),
        minimum(
            "minimum_required_child_endpoints_ipv6",
            "Those of them with an IPv6 address. Defaults to 0.",
        ),
    ]
}

fn endpoint_outputs() -> [Attribute; 4] {
    [
        Attribute::string("resolved_target").computed().same_if(without_case).describe(
            "Where the endpoint leads: `target`, or what Azure found for `target_resource_id`: the DNS name of a \
             public IP address or App Service, or that of the nested profile.",
        ),
        Attribute::string("id").computed().same_if(id::same).describe("The id of the endpoint."),
        Attribute::string("type").computed().same_if(without_case).describe(
            "The resource type: `Microsoft.Network/trafficManagerProfiles/` and `azureEndpoints`, \
             `externalEndpoints` or `nestedEndpoints`.",
        ),
        Attribute::string("monitor_status").computed().describe(
            "The health of the endpoint when it was last read: `CheckingEndpoint`, `Online`, `Degraded`, \
             `Disabled`, `Inactive`, `Stopped` or `Unmonitored`.",
        ),
    ]
}

/// Azure writes many words in a spelling of its own.
fn without_case(left: &str, right: &str) -> bool {
    left.eq_ignore_ascii_case(right)
}

/// `200` is `200-200`.
fn same_status_range(left: &str, right: &str) -> bool {
    let (left, right) = (status_range(left), status_range(right));
    left.is_some() && left == right
}
