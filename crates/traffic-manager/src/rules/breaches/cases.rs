//! What breaks each rule. It does not say what the rule finds.

use std::collections::BTreeMap;

use super::case::Case;
use super::sound::{block, header, header_with_value, resource, subnet, text, texts, to};
use crate::config_value::ConfigValue::{Absent, Known};
use crate::profile::RoutingMethod;
use crate::rules::config::{Endpoint, Header, Subnet};

/// One line for each way to break a rule.
pub const CASES: &[Case] = &[
    Case { code: "profile-name", fault: "a dot and an underscore", change: |it| it.name = text("my.shop_1") },
    Case { code: "profile-name", fault: "accents", change: |it| it.name = text("Ünï-shop") },
    Case { code: "profile-name", fault: "a hyphen at the end", change: |it| it.name = text("shop-") },
    Case { code: "profile-name", fault: "nothing", change: |it| it.name = text("") },
    Case { code: "profile-name", fault: "64 letters", change: |it| it.name = text(&"a".repeat(64)) },
    Case {
        code: "resource-group-name",
        fault: "an id",
        change: |it| it.resource_group_name = text("/subscriptions/s/resourceGroups/g"),
    },
    Case {
        code: "resource-group-name",
        fault: "a last dot",
        change: |it| it.resource_group_name = text("rg."),
    },
    Case { code: "relative-name", fault: "nothing", change: |it| it.dns_config.relative_name = text("") },
    Case {
        code: "relative-name",
        fault: "a blank",
        change: |it| it.dns_config.relative_name = text("my shop"),
    },
    Case {
        code: "relative-name",
        fault: "an underscore",
        change: |it| it.dns_config.relative_name = text("a_b"),
    },
    Case {
        code: "relative-name",
        fault: "a first hyphen",
        change: |it| it.dns_config.relative_name = text("-a.b"),
    },
    Case {
        code: "relative-name",
        fault: "two dots",
        change: |it| it.dns_config.relative_name = text("a..b"),
    },
    Case {
        code: "relative-name",
        fault: "a label of 64 letters",
        change: |it| it.dns_config.relative_name = text(&"a".repeat(64)),
    },
    Case {
        code: "relative-name",
        fault: "236 characters",
        change: |it| it.dns_config.relative_name = text(&"a.".repeat(118)),
    },
    Case {
        code: "relative-name-suffix",
        fault: "the suffix of the cloud",
        change: |it| it.dns_config.relative_name = text("shop.TrafficManager.net"),
    },
    Case { code: "endpoint-name", fault: "a blank", change: |it| it.rename_east(" ") },
    Case { code: "endpoint-name", fault: "the way up", change: |it| it.rename_east("..") },
    Case {
        code: "endpoint-name",
        fault: "two slashes",
        change: |it| it.rename_east("externalEndpoints/a/b"),
    },
    Case {
        code: "endpoint-name",
        fault: "nothing behind the kind",
        change: |it| it.rename_east("externalEndpoints/"),
    },
    Case { code: "endpoint-name", fault: "261 characters", change: |it| it.rename_east(&"e".repeat(261)) },
    Case { code: "endpoint-key-kind", fault: "no kind", change: |it| it.rename_east("east/1") },
    Case {
        code: "endpoint-key-kind",
        fault: "a kind that does not match the target",
        change: |it| {
            it.west_to("Network/publicIPAddresses/ip");
            it.rename_east("azureEndpoints/east");
        },
    },
    Case {
        code: "endpoint-name-unique",
        fault: "letter case alone differs",
        change: |it| it.rename_east("WEST"),
    },
    Case {
        code: "endpoint-name-unique",
        fault: "with the kind and without",
        change: |it| it.rename_east("externalEndpoints/west"),
    },
    Case {
        code: "tags",
        fault: "51 tags",
        change: |it| it.tags = Known((0..51).map(|n| (format!("t{n}"), text("v"))).collect()),
    },
    Case {
        code: "tags",
        fault: "a tag without a name, and a long value",
        change: |it| {
            it.tags = Known(BTreeMap::from([
                (String::new(), text("v")),
                ("long".to_owned(), text(&"v".repeat(257))),
            ]));
        },
    },
    Case {
        code: "tags",
        fault: "letters that Azure refuses or Traffic Manager does not keep",
        change: |it| {
            let names = ["cost center", "owner:mail", "2025", "a/b"];
            it.tags = Known(names.map(|name| (name.to_owned(), text("v"))).into());
        },
    },
    Case {
        code: "tags",
        fault: "letter case alone differs",
        change: |it| it.tags = Known(["Team", "team"].map(|name| (name.to_owned(), text("v"))).into()),
    },
    Case {
        code: "routing-method",
        fault: "letter case",
        change: |it| it.traffic_routing_method = text("weighted"),
    },
    Case {
        code: "routing-method",
        fault: "no method",
        change: |it| it.traffic_routing_method = text("RoundRobin"),
    },
    Case {
        code: "monitor-protocol",
        fault: "letter case",
        change: |it| it.monitor_config.protocol = text("https"),
    },
    Case {
        code: "monitor-protocol",
        fault: "no protocol",
        change: |it| it.monitor_config.protocol = text("ICMP"),
    },
    Case { code: "profile-status", fault: "no status", change: |it| it.profile_status = text("Online") },
    Case { code: "record-type", fault: "no type", change: |it| it.record_type = text("TXT") },
    Case { code: "ttl-range", fault: "-1", change: |it| it.dns_config.ttl = Known(-1) },
    Case { code: "ttl-range", fault: "too long", change: |it| it.dns_config.ttl = Known(2_147_483_648) },
    Case { code: "port-range", fault: "0", change: |it| it.monitor_config.port = Known(0) },
    Case { code: "port-range", fault: "65536", change: |it| it.monitor_config.port = Known(65_536) },
    Case { code: "interval", fault: "20", change: |it| it.monitor_config.interval_in_seconds = Known(20) },
    Case { code: "timeout-range", fault: "4", change: |it| it.monitor_config.timeout_in_seconds = Known(4) },
    Case {
        code: "timeout-range",
        fault: "11",
        change: |it| it.monitor_config.timeout_in_seconds = Known(11),
    },
    Case {
        code: "tolerated-failures-range",
        fault: "10",
        change: |it| it.monitor_config.tolerated_number_of_failures = Known(10),
    },
    Case { code: "max-return-range", fault: "9", change: |it| it.max_return = Known(9) },
    Case {
        code: "max-return-required",
        fault: "MultiValue without it",
        change: |it| {
            it.routed(RoutingMethod::MultiValue);
            it.endpoints = Absent;
        },
    },
    Case { code: "weight-range", fault: "0", change: |it| it.east().weight = Known(0) },
    Case { code: "priority-range", fault: "1001", change: |it| it.west().priority = Known(1001) },
    Case { code: "path-required", fault: "no path", change: |it| it.monitor_config.path = Absent },
    Case { code: "path-required", fault: "an empty path", change: |it| it.monitor_config.path = text("") },
    Case { code: "path-with-tcp", fault: "TCP", change: |it| it.monitor_config.protocol = text("TCP") },
    Case { code: "path-form", fault: "no slash", change: |it| it.monitor_config.path = text("health") },
    Case { code: "path-form", fault: "a blank", change: |it| it.monitor_config.path = text("/a b") },
    Case { code: "path-form", fault: "braces", change: |it| it.monitor_config.path = text("/{0}/health") },
    Case {
        code: "path-form",
        fault: "a URL",
        change: |it| it.monitor_config.path = text("https://a.example/h"),
    },
    Case {
        code: "status-code-range-form",
        fault: "words, swapped ends, and codes that do not exist",
        change: |it| {
            let ranges = ["2xx", "300-200", "0-99999", "200-", "+200", ""];
            it.monitor_config.expected_status_code_ranges = texts(&ranges);
        },
    },
    Case {
        code: "status-code-range-count",
        fault: "9 ranges",
        change: |it| {
            let codes = ["200", "201", "202", "203", "204", "205", "206", "207", "208"];
            it.monitor_config.expected_status_code_ranges = texts(&codes);
        },
    },
    Case {
        code: "status-codes-with-tcp",
        fault: "TCP",
        change: |it| {
            it.monitor_config.protocol = text("TCP");
            it.monitor_config.path = Absent;
            it.monitor_config.expected_status_code_ranges = texts(&["200"]);
        },
    },
    Case {
        code: "fast-interval-price",
        fault: "10",
        change: |it| it.monitor_config.interval_in_seconds = Known(10),
    },
    Case { code: "ttl-below-interval", fault: "20 and 30", change: |it| it.dns_config.ttl = Known(20) },
    Case {
        code: "header-name",
        fault: "nothing, and a colon",
        change: |it| {
            it.monitor_config.custom_header = Known(vec![header("")]);
            it.east().custom_headers = Known(vec![header("Host:")]);
        },
    },
    Case {
        code: "header-value",
        fault: "a line break, and another control character",
        change: |it| {
            it.monitor_config.custom_header =
                Known(vec![header_with_value("Host", "a.example\r\nX-Other: 1")]);
            it.east().custom_headers = Known(vec![header_with_value("X-Token", "a\u{1b}b")]);
        },
    },
    Case {
        code: "header-unique",
        fault: "letter case alone differs",
        change: |it| {
            it.monitor_config.custom_header = Known(vec![header("Host"), header("host")]);
            it.east().custom_headers = Known(vec![header("Host"), header("HOST"), header("x")]);
        },
    },
    Case {
        code: "header-count",
        fault: "9 headers",
        change: |it| {
            let headers: Vec<Header> = (0..9).map(|n| header(&format!("X-{n}"))).collect();
            it.monitor_config.custom_header = Known(headers.clone());
            it.east().custom_headers = Known(headers);
        },
    },
    Case {
        code: "headers-with-tcp",
        fault: "TCP",
        change: |it| {
            it.monitor_config.protocol = text("TCP");
            it.monitor_config.path = Absent;
            it.monitor_config.custom_header = Known(vec![header("Host")]);
            it.east().custom_headers = Known(vec![header("Host")]);
        },
    },
    Case { code: "one-target", fault: "neither", change: |it| it.east().target = Absent },
    Case {
        code: "one-target",
        fault: "both",
        change: |it| it.east().target_resource_id = resource("Network/publicIPAddresses/ip"),
    },
    Case { code: "target-form", fault: "nothing", change: |it| it.east().target = text(" ") },
    Case {
        code: "target-form",
        fault: "a URL",
        change: |it| it.east().target = text("https://a.example:8443/x"),
    },
    Case { code: "target-form", fault: "a path", change: |it| it.east().target = text("a.example/x") },
    Case { code: "target-form", fault: "a port", change: |it| it.east().target = text("a.example:443") },
    Case {
        code: "target-form",
        fault: "IPv6 and port",
        change: |it| it.east().target = text("[2001:db8::1]:443"),
    },
    Case { code: "target-form", fault: "a last dot", change: |it| it.east().target = text("a.example.") },
    Case { code: "target-form", fault: "blanks", change: |it| it.east().target = text(" a.example") },
    Case { code: "target-form", fault: "a wildcard", change: |it| it.east().target = text("*.example.com") },
    Case { code: "target-form", fault: "no address", change: |it| it.east().target = text("192.0.2.300") },
    Case { code: "target-form", fault: "an umlaut", change: |it| it.east().target = text("bücher.example") },
    Case { code: "target-form", fault: "a last hyphen", change: |it| it.east().target = text("a-.example") },
    Case {
        code: "target-private",
        fault: "private addresses of both families",
        change: |it| {
            it.east().target = text("10.0.0.1");
            it.west().target = text("fd00::1");
        },
    },
    Case {
        code: "target-resource-form",
        fault: "a name, and an id without its end",
        change: |it| {
            it.west_to("Web/sites");
            it.east().target = Absent;
            it.east().target_resource_id = text("ip");
        },
    },
    Case {
        code: "target-resource-kind",
        fault: "a network interface",
        change: |it| it.west_to("Network/networkInterfaces/nic").weight = Absent,
    },
    Case {
        code: "target-itself",
        fault: "its own id in another letter case",
        change: |it| it.west_to("network/TRAFFICMANAGERPROFILES/Shop").weight = Absent,
    },
    Case {
        code: "target-unique",
        fault: "letter case alone differs",
        change: |it| it.east().target = text("SHOP-west.example.com"),
    },
    Case {
        code: "target-unique",
        fault: "two spellings of an address",
        change: |it| {
            it.east().target = text("2001:db8::1");
            it.west().target = text("2001:DB8:0::1");
        },
    },
    Case {
        code: "target-resource-unique",
        fault: "letter case alone differs",
        change: |it| {
            it.west_to("Network/publicIPAddresses/ip");
            it.east().target = Absent;
            it.east().target_resource_id = resource("Network/publicipaddresses/IP");
        },
    },
    Case {
        code: "addresses-and-names",
        fault: "one of each",
        change: |it| it.east().target = text("192.0.2.1"),
    },
    Case {
        code: "multi-value-targets",
        fault: "a name and a profile",
        change: |it| {
            it.max_return = Known(2);
            it.routed(RoutingMethod::MultiValue);
            it.west_to("Network/trafficManagerProfiles/child");
        },
    },
    Case {
        code: "priority-unique",
        fault: "1 twice",
        change: |it| {
            it.east().priority = Known(1);
            it.west().priority = Known(1);
        },
    },
    Case {
        code: "priority-partly",
        fault: "one has none",
        change: |it| it.routed(RoutingMethod::Priority).east().priority = Known(1),
    },
    Case {
        code: "always-serve-nested",
        fault: "a nested endpoint",
        change: |it| it.west_to("Network/trafficManagerProfiles/child").always_serve_enabled = Known(true),
    },
    Case {
        code: "child-minimum-range",
        fault: "0 of all, -1 of IPv4",
        change: |it| {
            let child = it.west_to("Network/trafficManagerProfiles/child");
            child.minimum_child_endpoints = Known(0);
            child.minimum_required_child_endpoints_ipv4 = Known(-1);
        },
    },
    Case {
        code: "child-minimum-not-nested",
        fault: "an external endpoint",
        change: |it| it.east().minimum_child_endpoints = Known(1),
    },
    Case {
        code: "child-minimum-too-low",
        fault: "2 of IPv6 and no minimum of all",
        change: |it| {
            it.west_to("Network/trafficManagerProfiles/child").minimum_required_child_endpoints_ipv6 =
                Known(2);
        },
    },
    Case {
        code: "location-required",
        fault: "Performance",
        change: |it| {
            it.routed(RoutingMethod::Performance);
            it.west_to("Network/trafficManagerProfiles/child");
        },
    },
    Case {
        code: "location-global",
        fault: "global",
        change: |it| it.east().endpoint_location = text("Global"),
    },
    Case {
        code: "location-known",
        fault: "a near miss, and no region",
        change: |it| {
            it.east().endpoint_location = text("us-east-2");
            it.west().endpoint_location = text("Mars");
        },
    },
    Case {
        code: "location-of-azure",
        fault: "a public IP address",
        change: |it| it.west_to("Network/publicIPAddresses/ip").endpoint_location = text("westus"),
    },
    Case {
        code: "geo-mapping-required",
        fault: "left out, and empty",
        change: |it| {
            it.routed(RoutingMethod::Geographic);
            it.east().geo_mappings = texts(&["WORLD"]);
            it.west().geo_mappings = texts(&[]);
            let third = Endpoint { target: text("third.example.com"), ..Endpoint::default() };
            it.all().insert("third".to_owned(), third);
        },
    },
    Case {
        code: "geo-mapping-unique",
        fault: "two endpoints",
        change: |it| {
            it.routed(RoutingMethod::Geographic);
            it.east().geo_mappings = texts(&["WORLD", "DE"]);
            it.west().geo_mappings = texts(&["DE"]);
        },
    },
    Case {
        code: "geo-mapping-known",
        fault: "names, an abbreviation, and nothing known",
        change: |it| it.east().geo_mappings = texts(&["Germany", "Georgia", "UK", "XX", "de "]),
    },
    Case {
        code: "geo-mapping-world",
        fault: "Europe and Asia",
        change: |it| {
            it.routed(RoutingMethod::Geographic);
            it.east().geo_mappings = texts(&["GEO-EU"]);
            it.west().geo_mappings = texts(&["GEO-AS"]);
        },
    },
    Case {
        code: "subnet-form",
        fault: "no first address",
        change: |it| it.east().subnets = Known(vec![Subnet::default()]),
    },
    Case {
        code: "subnet-form",
        fault: "every other way",
        change: |it| {
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
        },
    },
    Case {
        code: "subnet-overlap",
        fault: "a block in a range, and IPv6",
        change: |it| {
            it.subnets(
                &[to("10.0.0.0", "10.0.255.255"), block("2001:db8::", 32)],
                &[block("10.0.3.0", 24), subnet("10.1.0.0"), subnet("2001:db8::1")],
            );
        },
    },
    Case { code: "subnet-fallback", fault: "two without", change: |it| it.subnets(&[], &[]) },
    Case {
        code: "record-type-target",
        fault: "A with IPv6 addresses",
        change: |it| {
            it.record_type = text("A");
            it.east().target = text("2001:db8::1");
            it.west().target = text("2001:db8::2");
        },
    },
    Case { code: "record-type-target", fault: "AAAA with names", change: |it| it.record_type = text("AAAA") },
    Case {
        code: "single-endpoint",
        fault: "one",
        change: |it| {
            it.all().remove("east");
        },
    },
    Case {
        code: "all-disabled",
        fault: "both",
        change: |it| {
            it.east().enabled = Known(false);
            it.west().enabled = Known(false);
        },
    },
    Case {
        code: "endpoint-count",
        fault: "201",
        change: |it| {
            for n in 0..199 {
                let target = text(&format!("e{n}.example.com"));
                it.all().insert(format!("e{n}"), Endpoint { target, ..Endpoint::default() });
            }
        },
    },
];
