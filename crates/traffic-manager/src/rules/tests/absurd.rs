//! Profiles in which everything is absent, unknown or absurd: no rule panics, and what is found can be printed.

use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use proptest::sample::select;

use super::{block, check, sound};
use crate::config_value::ConfigValue;
use crate::profile::{MonitorProtocol, RecordType, RoutingMethod};
use crate::rules::{
    DnsConfig, Endpoint, Finding, Header, MonitorConfig, Path, Profile, ProfileContext, Subnet,
    check_endpoint,
};

/// A part of every value that may be a secret.
const SECRET: &str = "hunter2";

fn config_value<T: std::fmt::Debug + Clone + 'static>(
    value: impl Strategy<Value = T> + 'static,
) -> impl Strategy<Value = ConfigValue<T>> {
    prop_oneof![
        1 => Just(ConfigValue::Absent),
        1 => Just(ConfigValue::Unknown),
        6 => value.prop_map(ConfigValue::Known),
    ]
}

/// What nobody should write, and what reads like something and is not quite it.
#[rustfmt::skip]
const TEXTS: &[&str] = &[ "", " ", "\0", "\n", "a\r\nb: c", "\u{1b}[31mred", "\u{9b}2J", "\u{202e}gnp.exe", "\u{feff}", "💥", "ß", "İ", "/", "//", ".", "..", "-", "--", "://", "%00", "{", "azureEndpoints/", "EXTERNALENDPOINTS/a", "nope/a", "a/b/c", "east", "EAST", "DE", "de", "world", "Georgia", "UK", "westus2", "west us-2", "global", "A", "aaaa", "CNAME", "Weighted", "Performance", "Geographic", "MultiValue", "Subnet", "Priority", "HTTP", "TCP", "200-299", "299-200", "99999-1", "+1--1", "1.2.3.4", "1.2.3.0/24", "1.2.3.4/\u{1b}", "255.255.255.255", "0.0.0.0", "::", "::1", "fe80::1", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "shop.trafficmanager.net", ".trafficmanager.net", "Enabled", "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/trafficManagerProfiles/p", "/subscriptions/s/resourceGroups/g/providers/\u{1b}.Web/sites/x", ];
const ADDRESSES: &[&str] = &[
    "0.0.0.0",
    "1.2.3.0",
    "255.255.255.255",
    "::",
    "::1",
    "2001:db8::",
    "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
];

fn absurd_text() -> impl Strategy<Value = String> {
    prop_oneof![
        8 => select(TEXTS).prop_map(str::to_owned),
        1 => select(vec!["a", "ü", "-", ".", "/", "\u{1b}"]).prop_map(|text| text.repeat(10_000)),
        2 => any::<String>(),
    ]
}

fn address() -> impl Strategy<Value = String> {
    prop_oneof![3 => select(ADDRESSES).prop_map(str::to_owned), 1 => absurd_text()]
}

/// A word that is known, so that the rules about it look further, or none.
fn known_word(words: Vec<&'static str>) -> impl Strategy<Value = String> {
    prop_oneof![3 => select(words).prop_map(str::to_owned), 1 => absurd_text()]
}

fn secret() -> impl Strategy<Value = String> {
    let resource = |kind: &str| {
        format!("/subscriptions/{SECRET}/resourceGroups/{SECRET}/providers/Microsoft.Network/{kind}/{SECRET}")
    };
    let ids =
        vec![resource("trafficManagerProfiles"), resource("publicIPAddresses"), resource("loadBalancers")];
    prop_oneof![
        (absurd_text(), absurd_text()).prop_map(|(before, after)| format!("{before}{SECRET}{after}")),
        select(ids),
    ]
}

/// A secret or something that is only absurd, so that rules about addresses and regions see some too.
fn perhaps_secret() -> impl Strategy<Value = String> {
    prop_oneof![secret(), absurd_text()]
}

fn absurd_number() -> impl Strategy<Value = i64> {
    let numbers = vec![
        i64::MIN,
        i64::MIN + 1,
        -1,
        0,
        1,
        2,
        9,
        10,
        30,
        32,
        64,
        128,
        129,
        1000,
        1001,
        i64::from(u32::MAX),
        i64::from(u32::MAX) + 1,
        i64::MAX - 1,
        i64::MAX,
    ];
    prop_oneof![4 => select(numbers), 1 => any::<i64>()]
}

fn headers() -> impl Strategy<Value = ConfigValue<Vec<Header>>> {
    // What is no name may be a value in the wrong place.
    let name = prop_oneof![absurd_text(), secret().prop_map(|text| format!(" {text}"))];
    let header =
        (config_value(name), config_value(secret())).prop_map(|(name, value)| Header { name, value });
    config_value(vec(header, 0..12))
}

fn texts() -> impl Strategy<Value = ConfigValue<Vec<ConfigValue<String>>>> {
    config_value(vec(config_value(absurd_text()), 0..12))
}

fn endpoint() -> impl Strategy<Value = Endpoint> {
    // Most subnets have only one of the last two.
    let or_absent = |text| prop_oneof![2 => Just(ConfigValue::Absent), 1 => text];
    let scope = prop_oneof![1 => Just(ConfigValue::Absent), 2 => config_value(absurd_number())];
    let subnet = (config_value(address()), or_absent(config_value(address()).boxed()), scope);
    let subnet = subnet.prop_map(|(first, last, scope)| Subnet { first, last, scope });
    let numbers = [(); 5].map(|()| config_value(absurd_number()));
    (
        config_value(perhaps_secret()),
        config_value(perhaps_secret()),
        numbers,
        config_value(any::<bool>()),
        config_value(any::<bool>()),
        config_value(absurd_text()),
        texts(),
        config_value(vec(subnet, 0..6)),
        headers(),
    )
        .prop_map(
            |(
                target,
                target_resource_id,
                numbers,
                enabled,
                always_serve,
                location,
                codes,
                subnets,
                headers,
            )| {
                let [weight, priority, any, v4, v6] = numbers;
                Endpoint {
                    target,
                    target_resource_id,
                    weight,
                    priority,
                    enabled,
                    always_serve_enabled: always_serve,
                    endpoint_location: location,
                    geo_mappings: codes,
                    subnets,
                    custom_headers: headers,
                    minimum_child_endpoints: any,
                    minimum_required_child_endpoints_ipv4: v4,
                    minimum_required_child_endpoints_ipv6: v6,
                }
            },
        )
}

fn monitor_config() -> impl Strategy<Value = MonitorConfig> {
    let numbers = [(); 4].map(|()| config_value(absurd_number()));
    let protocol = known_word(MonitorProtocol::ALL.iter().map(|word| word.as_str()).collect());
    (config_value(protocol), config_value(perhaps_secret()), numbers, texts(), headers()).prop_map(
        |(protocol, path, [port, interval, timeout, failures], ranges, headers)| MonitorConfig {
            protocol,
            port,
            path,
            interval_in_seconds: interval,
            timeout_in_seconds: timeout,
            tolerated_number_of_failures: failures,
            expected_status_code_ranges: ranges,
            custom_header: headers,
        },
    )
}

fn profile() -> impl Strategy<Value = Profile> {
    let words = [(); 4].map(|()| config_value(absurd_text()));
    let method = known_word(RoutingMethod::ALL.iter().map(|word| word.as_str()).collect());
    let record_type = known_word(RecordType::ALL.iter().map(|word| word.as_str()).collect());
    let numbers = [(); 2].map(|()| config_value(absurd_number()));
    let tags = config_value(btree_map(absurd_text(), config_value(secret()), 0..60));
    let endpoints = config_value(btree_map(absurd_text(), endpoint(), 0..5));
    let own = (config_value(perhaps_secret()), config_value(method), config_value(record_type));
    (words, own, numbers, monitor_config(), tags, endpoints).prop_map(
        |(words, (id, method, record_type), [ttl, max_return], monitor_config, tags, endpoints)| {
            let [name, group, relative_name, status] = words;
            Profile {
                id,
                name,
                resource_group_name: group,
                traffic_routing_method: method,
                dns_config: DnsConfig { relative_name, ttl },
                monitor_config,
                profile_status: status,
                max_return,
                record_type,
                tags,
                endpoints,
            }
        },
    )
}

/// Everything of a finding that a user is shown.
fn shown(finding: &Finding) -> [String; 3] {
    [finding.path.to_string(), finding.what.clone(), finding.remedy.clone()]
}

/// Whether a terminal shows the character and does nothing else with it.
fn is_printable(letter: char) -> bool {
    let directs_text =
        matches!(letter, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}');
    !letter.is_control() && !directs_text && letter != '\u{feff}'
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_profile_makes_a_rule_panic_or_print_what_is_secret_endless_or_not_printable(profile in profile()) {
        let context = ProfileContext::from(&profile);
        let endpoints = profile.endpoints.known().into_iter().flatten();
        let single = endpoints.flat_map(|(name, endpoint)| {
            check_endpoint(endpoint, &ConfigValue::Known(name.clone()), &context, &Path::root())
        });
        for finding in check(&profile).into_iter().chain(single) {
            for text in shown(&finding) {
                prop_assert!(!text.contains(SECRET), "{} shows a secret: {text}", finding.code);
                prop_assert!(text.chars().all(is_printable), "{} is not printable: {text:?}", finding.code);
                prop_assert!(text.len() < 2000, "{} is too long: {text}", finding.code);
            }
        }
    }
}

#[test]
fn every_number_at_its_extreme_is_reported_and_nothing_overflows() {
    for number in [i64::MIN, i64::MAX] {
        let mut profile = sound();
        profile.dns_config.ttl = ConfigValue::Known(number);
        profile.max_return = ConfigValue::Known(number);
        for endpoint in profile.all().values_mut() {
            endpoint.priority = ConfigValue::Known(number);
            endpoint.weight = ConfigValue::Known(number);
        }
        profile.subnets(&[block("1.2.3.0", number)], &[block("::", number)]);
        let codes: Vec<&str> = check(&profile).iter().map(|finding| finding.code).collect();
        let per_endpoint = ["weight-range", "priority-range", "subnet-form"].map(|code| [code; 2]).concat();
        let expected = ["ttl-range", "max-return-range", "priority-unique"].into_iter().chain(per_endpoint);
        let sorted = |mut codes: Vec<&'static str>| {
            codes.sort_unstable();
            codes
        };
        assert_eq!(sorted(codes), sorted(expected.collect()));
    }
}
