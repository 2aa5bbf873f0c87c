//! The schema of `azuretm_traffic_manager_profile`. Names are azurerm's where azurerm has the same thing.

use tf_plugin::cty::{Type, Value};
use tf_plugin::schema::{Attribute, Block, NestedBlock, Schema};
use traffic_manager::profile::defaults;
use traffic_manager::{id, region};

use super::model::status_range;

/// The whole schema.
pub(super) fn schema() -> Schema {
    let block = Block::new(attributes()).blocks([dns_config(), monitor_config(), timeouts()]).describe(
        "Manages a Traffic Manager profile: a DNS name that resolves to one of several endpoints, depending \
         on a routing method and on their health.",
    );
    Schema::new(block)
}

fn attributes() -> Vec<Attribute> {
    let mut attributes = vec![
        Attribute::string("name").required().replaces().same_if(without_case).describe(
            "The name of the profile: 1 to 63 letters, digits and hyphens. Changing it replaces the profile.",
        ),
        Attribute::string("resource_group_name")
            .required()
            .replaces()
            .same_if(without_case)
            .describe("The name of the resource group. Changing it replaces the profile."),
        Attribute::string("traffic_routing_method").required().same_if(without_case).describe(
            "The routing method, which selects the endpoint for a DNS query: `Performance`, `Priority`, \
             `Weighted`, `Geographic`, `MultiValue` or `Subnet`.",
        ),
        Attribute::string("profile_status")
            .default(Value::string("Enabled"))
            .same_if(without_case)
            .describe("`Enabled` or `Disabled`. The DNS name of a disabled profile does not resolve. Defaults to `Enabled`."),
        Attribute::number("max_return").describe(
            "The maximum number of IP addresses in a DNS response of a `MultiValue` profile, from 1 to 8. \
             Required for `MultiValue`.",
        ),
        Attribute::bool("traffic_view_enabled")
            .default(Value::Bool(false))
            .describe("Whether to enable Traffic View, which collects data about the origin of DNS queries at extra cost. \
             Defaults to `false`."),
        Attribute::string("record_type").same_if(without_case).describe(
            "Limits the profile to endpoints of one DNS record type, so that a record of that type can be linked \
             to it: `A`, `AAAA` or `CNAME`. Uses version 2026-09-01 of the API. Changing it after it has been set \
             replaces the profile.",
        ),
        Attribute::of("tags", Type::map(Type::String)).no_null_elements().describe("The tags of the profile, at most 50."),
        endpoints(),
        Attribute::bool("adopt_existing").describe(
            "Whether to adopt the profile if it already exists, instead of failing. The plan lists what would \
             change. Endpoints that are not in `endpoints` are kept by this apply, and the next plan shows them \
             as removed. Defaults to `false`.",
        ),
        Attribute::nested(
            "wait_for_online",
            [Attribute::string("timeout").describe("How long to wait, such as `90s` or `15m`. Defaults to `10m`.")],
        )
        .describe(
            "Waits until the profile is `Online` after it was created or changed, so that dependent resources \
             find it serving.",
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
            .describe("The ID of the profile. Known at plan."),
        Attribute::string("fqdn").computed().same_if(without_case).describe(
            "The DNS name of the profile, such as `contoso-shop.trafficmanager.net`. Known at plan.",
        ),
        Attribute::string("monitor_status").computed().describe(
            "The health of the profile when it was last read: `CheckingEndpoints`, `Online`, `Degraded`, \
             `Disabled` or `Inactive`.",
        ),
    ]
}

fn dns_config() -> NestedBlock {
    let block = Block::new([
        Attribute::string("relative_name").required().replaces().same_if(without_case).describe(
            "The part of the DNS name before `.trafficmanager.net`. It has to be unique in all of Azure. Changing \
             it replaces the profile.",
        ),
        Attribute::number("ttl")
            .required()
            .describe("The time to live of DNS responses in seconds, from 0 to 2147483647."),
    ]);
    NestedBlock::list("dns_config", block.describe("The DNS settings of the profile.")).items(1, 1)
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
            .describe("The protocol of the probes: `HTTP`, `HTTPS` or `TCP`."),
        Attribute::number("port").required().describe("The port to probe, from 1 to 65535."),
        Attribute::string("path").describe(
            "The path to probe, such as `/health`. Required for `HTTP` and `HTTPS`, not allowed for `TCP`.",
        ),
        Attribute::number("interval_in_seconds").default(Value::integer(defaults::INTERVAL)).describe(
            "The number of seconds between probes: `30`, or `10` for faster failover at extra cost. Defaults to \
             `30`.",
        ),
        Attribute::number("timeout_in_seconds").optional_computed().describe(
            "The timeout of a probe in seconds, from 5 to 10. If `interval_in_seconds` is `10`, from 5 to 9. \
             Defaults to the highest of these.",
        ),
        Attribute::number("tolerated_number_of_failures")
            .default(Value::integer(defaults::TOLERATED_FAILURES))
            .describe("The number of consecutive failures before an endpoint is considered unhealthy, from 0 to 9: it \
             becomes `Degraded` with the next one. Defaults to `3`."),
        Attribute::of("expected_status_code_ranges", Type::set(Type::String))
            .same_if(same_status_range)
            .no_null_elements()
            .describe(
                "The HTTP status codes of a healthy endpoint, as ranges such as `200-299` or single codes such as \
                 `301`, at most 8. Defaults to 200 only.",
            ),
    ])
    .blocks([NestedBlock::set(
        "custom_header",
        header.describe("An HTTP header to send with probes, at most 8. A header of an endpoint with the same name takes \
         precedence."),
    )]);
    NestedBlock::list(
        "monitor_config",
        block.describe("The settings of the probes, which determine the health of endpoints."),
    )
    .items(1, 1)
}

fn timeouts() -> NestedBlock {
    let timeout = |name: &str, default: &str| {
        Attribute::string(name).describe(&format!(
            "The timeout for the {name} operation, such as `90s`, `10m` or `1h30m`. Defaults to {default}."
        ))
    };
    let block = Block::new([
        timeout("create", "30 minutes"),
        timeout("read", "5 minutes"),
        timeout("update", "30 minutes"),
        timeout("delete", "30 minutes"),
    ]);
    NestedBlock::single("timeouts", block.describe("The timeouts of operations, including retries."))
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
        "The endpoints of the profile by name, or by kind and name such as `azureEndpoints/east`. If set, the \
         map is authoritative: endpoints that are not in it are deleted, and every change is a single \
         write. If not set, endpoints are managed elsewhere and never touched. If added to an existing \
         profile, endpoints that are not in the map are kept by the first apply and shown as removed by the \
         next plan. Terraform silently drops misspelled attributes of endpoints: see [Misspelled \
         Attributes](#misspelled-attributes).",
    )
}

fn endpoint_attributes() -> Vec<Attribute> {
    vec![
        Attribute::string("target")
            .same_if(without_case)
            .describe("The DNS name or IP address of an external endpoint, without protocol, port and path. Exactly one of \
             `target` and `target_resource_id` is required."),
        Attribute::string("target_resource_id").same_if(id::same).describe(
            "The ID of an Azure resource, such as a public IP address with a DNS label or an App Service, or of \
             another Traffic Manager profile, which becomes a nested profile. Exactly one of `target` and \
             `target_resource_id` is required.",
        ),
        Attribute::number("weight")
            .default(Value::integer(defaults::WEIGHT))
            .describe("The weight of the endpoint for `Weighted` routing, from 1 to 1000. Defaults to `1`."),
        Attribute::number("priority").optional_computed().describe(
            "The priority of the endpoint for `Priority` routing, from 1 to 1000, where 1 is the highest. No two \
             endpoints may have the same priority. If not set, a number after the highest is assigned once and \
             does not change.",
        ),
        Attribute::bool("enabled")
            .default(Value::Bool(true))
            .describe("Whether the endpoint is enabled. Defaults to `true`."),
        Attribute::bool("always_serve_enabled").default(Value::Bool(false)).describe(
            "Whether Always Serve is on: the endpoint is used without being probed. Not available for nested \
             profiles. Defaults to `false`.",
        ),
        Attribute::string("endpoint_location").same_if(region::same).describe(
            "The Azure region of the endpoint, such as `westeurope`. Required for external and nested endpoints \
             with `Performance` routing. Not allowed for endpoints of Azure resources, whose region Azure knows.",
        ),
    ]
}

fn endpoint_conditions() -> Vec<Attribute> {
    let minimum = |name: &str, text: &str| Attribute::number(name).optional_computed().describe(text);
    vec![
        Attribute::of("geo_mappings", Type::set(Type::String)).same_if(without_case).no_null_elements().describe(
            "The geographic codes that are mapped to the endpoint for `Geographic` routing, such as `WORLD`, \
             `GEO-EU`, `DE` or `US-CA`. A code can be mapped to only one endpoint of a profile. Letter case does \
             not matter.",
        ),
        Attribute::nested_set(
            "subnets",
            [
                Attribute::string("first").required().describe("The first IP address."),
                Attribute::string("last").describe("The last IP address of a range. Conflicts with `scope`. Without both, the subnet is the single \
                 address `first`."),
                Attribute::number("scope").describe("The prefix length of a CIDR block, from 0 to 32, or to 128 for IPv6. Conflicts with `last`."),
            ],
        )
        .no_null_elements()
        .describe(
            "The IP addresses that are mapped to the endpoint for `Subnet` routing. An endpoint without subnets \
             serves all remaining addresses.",
        ),
        Attribute::of("custom_headers", Type::map(Type::String))
            .no_null_elements()
            .describe("The HTTP headers to send with probes of this endpoint, by name, at most 8."),
        minimum(
            "minimum_child_endpoints",
            "The minimum number of endpoints of a nested profile that have to be online. Defaults to `1`.",
        ),
        minimum(
            "minimum_required_child_endpoints_ipv4",
            "The minimum number of endpoints of a nested profile with an IPv4 address that have to be online. \
             Defaults to `0`.",
        ),
        minimum(
            "minimum_required_child_endpoints_ipv6",
            "The minimum number of endpoints of a nested profile with an IPv6 address that have to be online. \
             Defaults to `0`.",
        ),
    ]
}

fn endpoint_outputs() -> [Attribute; 4] {
    [
        Attribute::string("resolved_target").computed().same_if(without_case).describe(
            "The resolved target of the endpoint: `target`, or the DNS name of the resource in \
             `target_resource_id`.",
        ),
        Attribute::string("id").computed().same_if(id::same).describe("The ID of the endpoint."),
        Attribute::string("type").computed().same_if(without_case).describe(
            "The resource type of the endpoint: `Microsoft.Network/trafficManagerProfiles/azureEndpoints`, \
             `.../externalEndpoints` or `.../nestedEndpoints`.",
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
