//! What breaks each rule. It does not say what the rule finds.

use std::collections::BTreeMap;

use super::case::{Case, case};
use super::sound::{block, header, header_with_value, resource, subnet, text, texts, to};
use crate::config_value::ConfigValue::{Absent, Known};
use crate::profile::RoutingMethod;
use crate::rules::config::{Endpoint, Header, Subnet};

/// One line for each way to break a rule.
pub const CASES: &[Case] = &[
    case("profile-name", "a dot and an underscore", |it| it.name = text("my.shop_1")),
    case("profile-name", "accents", |it| it.name = text("Ünï-shop")),
    case("profile-name", "a hyphen at the end", |it| it.name = text("shop-")),
    case("profile-name", "nothing", |it| it.name = text("")),
    case("profile-name", "64 letters", |it| it.name = text(&"a".repeat(64))),
    case("resource-group-name", "an id", |it| {
        it.resource_group_name = text("/subscriptions/s/resourceGroups/g");
    }),
    case("resource-group-name", "a last dot", |it| it.resource_group_name = text("rg.")),
    case("relative-name", "nothing", |it| it.dns_config.relative_name = text("")),
    case("relative-name", "a blank", |it| it.dns_config.relative_name = text("my shop")),
    case("relative-name", "an underscore", |it| it.dns_config.relative_name = text("a_b")),
    case("relative-name", "a first hyphen", |it| it.dns_config.relative_name = text("-a.b")),
    case("relative-name", "two dots", |it| it.dns_config.relative_name = text("a..b")),
    case("relative-name", "a label of 64 letters", |it| it.dns_config.relative_name = text(&"a".repeat(64))),
    case("relative-name", "236 characters", |it| it.dns_config.relative_name = text(&"a.".repeat(118))),
    case("relative-name-suffix", "the suffix of the cloud", |it| {
        it.dns_config.relative_name = text("shop.TrafficManager.net");
    }),
    case("endpoint-name", "a blank", |it| it.rename_east(" ")),
    case("endpoint-name", "the way up", |it| it.rename_east("..")),
    case("endpoint-name", "two slashes", |it| it.rename_east("externalEndpoints/a/b")),
    case("endpoint-name", "nothing behind the kind", |it| it.rename_east("externalEndpoints/")),
    case("endpoint-name", "261 characters", |it| it.rename_east(&"e".repeat(261))),
    case("endpoint-key-kind", "no kind", |it| it.rename_east("east/1")),
    case("endpoint-key-kind", "a kind that does not match the target", |it| {
        it.west_to("Network/publicIPAddresses/ip");
        it.rename_east("azureEndpoints/east");
    }),
    case("endpoint-name-unique", "letter case alone differs", |it| it.rename_east("WEST")),
    case("endpoint-name-unique", "with the kind and without", |it| it.rename_east("externalEndpoints/west")),
    case("tags", "51 tags", |it| it.tags = Known((0..51).map(|n| (format!("t{n}"), text("v"))).collect())),
    case("tags", "a tag without a name, and a long value", |it| {
        it.tags =
            Known(BTreeMap::from([(String::new(), text("v")), ("long".to_owned(), text(&"v".repeat(257)))]));
    }),
    case("tags", "letters that Azure refuses or Traffic Manager does not keep", |it| {
        let names = ["cost center", "owner:mail", "2025", "a/b"];
        it.tags = Known(names.map(|name| (name.to_owned(), text("v"))).into());
    }),
    case("tags", "letter case alone differs", |it| {
        it.tags = Known(["Team", "team"].map(|name| (name.to_owned(), text("v"))).into());
    }),
    case("routing-method", "letter case", |it| it.traffic_routing_method = text("weighted")),
    case("routing-method", "no method", |it| it.traffic_routing_method = text("RoundRobin")),
    case("monitor-protocol", "letter case", |it| it.monitor_config.protocol = text("https")),
    case("monitor-protocol", "no protocol", |it| it.monitor_config.protocol = text("ICMP")),
    case("profile-status", "no status", |it| it.profile_status = text("Online")),
    case("record-type", "no type", |it| it.record_type = text("TXT")),
    case("ttl-range", "-1", |it| it.dns_config.ttl = Known(-1)),
    case("ttl-range", "too long", |it| it.dns_config.ttl = Known(2_147_483_648)),
    case("port-range", "0", |it| it.monitor_config.port = Known(0)),
    case("port-range", "65536", |it| it.monitor_config.port = Known(65_536)),
    case("interval", "20", |it| it.monitor_config.interval_in_seconds = Known(20)),
    case("timeout-range", "4", |it| it.monitor_config.timeout_in_seconds = Known(4)),
    case("timeout-range", "11", |it| it.monitor_config.timeout_in_seconds = Known(11)),
    case("tolerated-failures-range", "10", |it| it.monitor_config.tolerated_number_of_failures = Known(10)),
    case("max-return-range", "9", |it| it.max_return = Known(9)),
    case("max-return-required", "MultiValue without it", |it| {
        it.routed(RoutingMethod::MultiValue);
        it.endpoints = Absent;
    }),
    case("weight-range", "0", |it| it.east().weight = Known(0)),
    case("priority-range", "1001", |it| it.west().priority = Known(1001)),
    case("path-required", "no path", |it| it.monitor_config.path = Absent),
    case("path-required", "an empty path", |it| it.monitor_config.path = text("")),
    case("path-with-tcp", "TCP", |it| it.monitor_config.protocol = text("TCP")),
    case("path-form", "no slash", |it| it.monitor_config.path = text("health")),
    case("path-form", "a blank", |it| it.monitor_config.path = text("/a b")),
    case("path-form", "braces", |it| it.monitor_config.path = text("/{0}/health")),
    case("path-form", "a URL", |it| it.monitor_config.path = text("https://a.example/h")),
    case("status-code-range-form", "words, swapped ends, and codes that do not exist", |it| {
        let ranges = ["2xx", "300-200", "0-99999", "200-", "+200", ""];
        it.monitor_config.expected_status_code_ranges = texts(&ranges);
    }),
    case("status-code-range-count", "9 ranges", |it| {
        let codes = ["200", "201", "202", "203", "204", "205", "206", "207", "208"];
        it.monitor_config.expected_status_code_ranges = texts(&codes);
    }),
    case("status-codes-with-tcp", "TCP", |it| {
        it.monitor_config.protocol = text("TCP");
        it.monitor_config.path = Absent;
        it.monitor_config.expected_status_code_ranges = texts(&["200"]);
    }),
    case("fast-interval-price", "10", |it| it.monitor_config.interval_in_seconds = Known(10)),
    case("ttl-below-interval", "20 and 30", |it| it.dns_config.ttl = Known(20)),
    case("header-name", "nothing, and a colon", |it| {
        it.monitor_config.custom_header = Known(vec![header("")]);
        it.east().custom_headers = Known(vec![header("Host:")]);
    }),
    case("header-value", "a line break, and another control character", |it| {
        it.monitor_config.custom_header = Known(vec![header_with_value("Host", "a.example\r\nX-Other: 1")]);
        it.east().custom_headers = Known(vec![header_with_value("X-Token", "a\u{1b}b")]);
    }),
    case("header-unique", "letter case alone differs", |it| {
        it.monitor_config.custom_header = Known(vec![header("Host"), header("host")]);
        it.east().custom_headers = Known(vec![header("Host"), header("HOST"), header("x")]);
    }),
    case("header-count", "9 headers", |it| {
        let headers: Vec<Header> = (0..9).map(|n| header(&format!("X-{n}"))).collect();
        it.monitor_config.custom_header = Known(headers.clone());
        it.east().custom_headers = Known(headers);
    }),
    case("headers-with-tcp", "TCP", |it| {
        it.monitor_config.protocol = text("TCP");
        it.monitor_config.path = Absent;
        it.monitor_config.custom_header = Known(vec![header("Host")]);
        it.east().custom_headers = Known(vec![header("Host")]);
    }),
    case("one-target", "neither", |it| it.east().target = Absent),
    case("one-target", "both", |it| it.east().target_resource_id = resource("Network/publicIPAddresses/ip")),
    case("target-form", "nothing", |it| it.east().target = text(" ")),
    case("target-form", "a URL", |it| it.east().target = text("https://a.example:8443/x")),
    case("target-form", "a path", |it| it.east().target = text("a.example/x")),
    case("target-form", "a port", |it| it.east().target = text("a.example:443")),
    case("target-form", "IPv6 and port", |it| it.east().target = text("[2001:db8::1]:443")),
    case("target-form", "a last dot", |it| it.east().target = text("a.example.")),
    case("target-form", "blanks", |it| it.east().target = text(" a.example")),
    case("target-form", "a wildcard", |it| it.east().target = text("*.example.com")),
    case("target-form", "no address", |it| it.east().target = text("192.0.2.300")),
    case("target-form", "an umlaut", |it| it.east().target = text("bücher.example")),
    case("target-form", "a last hyphen", |it| it.east().target = text("a-.example")),
    case("target-private", "private addresses of both families", |it| {
        it.east().target = text("10.0.0.1");
        it.west().target = text("fd00::1");
    }),
    case("target-resource-form", "a name, and an id without its end", |it| {
        it.west_to("Web/sites");
        it.east().target = Absent;
        it.east().target_resource_id = text("ip");
    }),
    case("target-resource-kind", "a network interface", |it| {
        it.west_to("Network/networkInterfaces/nic").weight = Absent;
    }),
    case("target-itself", "its own id in another letter case", |it| {
        it.west_to("network/TRAFFICMANAGERPROFILES/Shop").weight = Absent;
    }),
    case("target-unique", "letter case alone differs", |it| it.east().target = text("SHOP-west.example.com")),
    case("target-unique", "two spellings of an address", |it| {
        it.east().target = text("2001:db8::1");
        it.west().target = text("2001:DB8:0::1");
    }),
    case("target-resource-unique", "letter case alone differs", |it| {
        it.west_to("Network/publicIPAddresses/ip");
        it.east().target = Absent;
        it.east().target_resource_id = resource("Network/publicipaddresses/IP");
    }),
    case("addresses-and-names", "one of each", |it| it.east().target = text("192.0.2.1")),
    case("multi-value-targets", "a name and a profile", |it| {
        it.max_return = Known(2);
        it.routed(RoutingMethod::MultiValue);
        it.west_to("Network/trafficManagerProfiles/child");
    }),
    case("priority-unique", "1 twice", |it| {
        it.east().priority = Known(1);
        it.west().priority = Known(1);
    }),
    case("priority-partly", "one has none", |it| {
        it.routed(RoutingMethod::Priority).east().priority = Known(1);
    }),
    case("always-serve-nested", "a nested endpoint", |it| {
        it.west_to("Network/trafficManagerProfiles/child").always_serve_enabled = Known(true);
    }),
    case("child-minimum-range", "0 of all, -1 of IPv4", |it| {
        let child = it.west_to("Network/trafficManagerProfiles/child");
        child.minimum_child_endpoints = Known(0);
        child.minimum_required_child_endpoints_ipv4 = Known(-1);
    }),
    case("child-minimum-not-nested", "an external endpoint", |it| {
        it.east().minimum_child_endpoints = Known(1);
    }),
    case("child-minimum-too-low", "2 of IPv6 and no minimum of all", |it| {
        it.west_to("Network/trafficManagerProfiles/child").minimum_required_child_endpoints_ipv6 = Known(2);
    }),
    case("location-required", "Performance", |it| {
        it.routed(RoutingMethod::Performance);
        it.west_to("Network/trafficManagerProfiles/child");
    }),
    case("location-global", "global", |it| it.east().endpoint_location = text("Global")),
    case("location-known", "a near miss, and no region", |it| {
        it.east().endpoint_location = text("us-east-2");
        it.west().endpoint_location = text("Mars");
    }),
    case("location-of-azure", "a public IP address", |it| {
        it.west_to("Network/publicIPAddresses/ip").endpoint_location = text("westus");
    }),
    case("geo-mapping-required", "left out, and empty", |it| {
        it.routed(RoutingMethod::Geographic);
        it.east().geo_mappings = texts(&["WORLD"]);
        it.west().geo_mappings = texts(&[]);
        let third = Endpoint { target: text("third.example.com"), ..Endpoint::default() };
        it.all().insert("third".to_owned(), third);
    }),
    case("geo-mapping-unique", "two endpoints", |it| {
        it.routed(RoutingMethod::Geographic);
        it.east().geo_mappings = texts(&["WORLD", "DE"]);
        it.west().geo_mappings = texts(&["DE"]);
    }),
    case("geo-mapping-known", "names, an abbreviation, and nothing known", |it| {
        it.east().geo_mappings = texts(&["Germany", "Georgia", "UK", "XX", "de "]);
    }),
    case("geo-mapping-world", "Europe and Asia", |it| {
        it.routed(RoutingMethod::Geographic);
        it.east().geo_mappings = texts(&["GEO-EU"]);
        it.west().geo_mappings = texts(&["GEO-AS"]);
    }),
    case("subnet-form", "no first address", |it| it.east().subnets = Known(vec![Subnet::default()])),
    case("subnet-form", "every other way", |it| {
        it.east().subnets = Known(vec![
            subnet("1.2.3"),
            subnet("1.2.3.0/24"),
            Subnet { last: text("1.2.3.4"), ..block("1.2.3.0", 24) },
            to("1.2.3.4", "1.2.3.1"),
            to("1.2.3.4", "::1"),
            block("1.2.3.4", 24),
            block("1.2.3.0", 33),
            block("2001:db8::1", 64),
            block("2001:db8::", 129),
            block("::1", 0),
        ]);
    }),
    case("subnet-overlap", "a block in a range, and IPv6", |it| {
        it.subnets(
            &[to("10.0.0.0", "10.0.255.255"), block("2001:db8::", 32)],
            &[block("10.0.3.0", 24), subnet("10.1.0.0"), subnet("2001:db8::1")],
        );
    }),
    case("subnet-fallback", "two without", |it| it.subnets(&[], &[])),
    case("record-type-target", "A with IPv6 addresses", |it| {
        it.record_type = text("A");
        it.east().target = text("2001:db8::1");
        it.west().target = text("2001:db8::2");
    }),
    case("record-type-target", "AAAA with names", |it| it.record_type = text("AAAA")),
    case("single-endpoint", "one", |it| {
        it.all().remove("east");
    }),
    case("all-disabled", "both", |it| {
        it.east().enabled = Known(false);
        it.west().enabled = Known(false);
    }),
    case("endpoint-count", "201", |it| {
        for n in 0..199 {
            let target = text(&format!("e{n}.example.com"));
            it.all().insert(format!("e{n}"), Endpoint { target, ..Endpoint::default() });
        }
    }),
];
