//! What a decision costs: by the routing method, by the number of subnets, and by the number of profiles that are not asked.

use std::collections::HashMap;
use std::hint::black_box;
use std::net::{IpAddr, Ipv4Addr};

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use traffic_manager::address_range::AddressRange;
use traffic_manager::health::{Health, Probe};
use traffic_manager::latency::Latencies;
use traffic_manager::profile::RoutingMethod;
use traffic_manager::routing::{Endpoint, Found, Profile, Query, Target, Tree};

const REGIONS: [&str; 5] = ["westeurope", "eastus", "japaneast", "brazilsouth", "australiaeast"];
const CODES: [&str; 5] = ["WORLD", "GEO-EU", "DE", "US", "US-WA"];

/// So many online endpoints, with whatever a routing method looks at.
fn endpoints(count: u32, method: RoutingMethod) -> Vec<Endpoint> {
    let endpoint = |index: u32| {
        let spread = usize::try_from(index).unwrap_or(0) % REGIONS.len();
        let target = match method {
            RoutingMethod::MultiValue => Target::Address(Ipv4Addr::from_bits(0xc000_0200 + index).into()),
            _ => Target::Name(format!("endpoint-{index}.example.com")),
        };
        Endpoint {
            health: Health::Probed(Probe::Healthy),
            weight: index % 10 + 1,
            priority: index + 1,
            location: Some(REGIONS[spread].to_owned()),
            geo_mappings: vec![CODES[spread].to_owned()],
            ..Endpoint::new(format!("endpoint-{index}"), target)
        }
    };
    (0..count).map(endpoint).collect()
}

fn tree(profile: &Profile) -> Tree {
    Tree::new("", |_| Found::Profile(profile.clone())).expect("one profile is a tree")
}

/// Numbers without a visible order: a step, and a mix of its bits.
fn random() -> impl FnMut() -> u64 {
    let mut state = 0_u64;
    move || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (state ^ (state >> 32)).wrapping_mul(0xd6e8_feb8_6659_fd93);
        mixed ^ (mixed >> 32)
    }
}

fn methods(criterion: &mut Criterion) {
    let row = Latencies::published().region("francecentral").and_then(|it| Latencies::published().from(it));
    let latency = |region: &str| row.as_ref().and_then(|row| row.to_named(region)).map(f64::from);
    let query = Query {
        source: Some(Ipv4Addr::new(198, 51, 100, 7).into()),
        place: Some("US-WA"),
        latency: Some(&latency),
        ..Query::default()
    };
    let mut group = criterion.benchmark_group("a decision among 10 endpoints");
    group.throughput(Throughput::Elements(1));
    for method in RoutingMethod::ALL {
        let tree = tree(&Profile::new("shop", *method, endpoints(10, *method)));
        let mut next = random();
        group.bench_function(method.as_str(), |bencher| {
            bencher.iter(|| tree.decide(black_box(&query), &mut next).ttl);
        });
    }
    group.finish();
}

fn subnets(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("a decision among so many subnets");
    group.throughput(Throughput::Elements(1));
    for count in [10_u32, 1_000, 100_000] {
        let mut all = endpoints(10, RoutingMethod::Subnet);
        for index in 0..count {
            // Every other block of 16 addresses.
            let first = Ipv4Addr::from_bits(0x0a00_0000 + index * 32);
            let owner = usize::try_from(index % 10).unwrap_or(0);
            let range = AddressRange::block(first.into(), 28).expect("the block is aligned");
            all[owner].subnets.push(range);
        }
        let tree = tree(&Profile::new("shop", RoutingMethod::Subnet, all));
        let mut next = random();
        group.bench_function(BenchmarkId::from_parameter(count), |bencher| {
            bencher.iter(|| {
                let bits = 0x0a00_0000 + u32::try_from(next() % u64::from(count * 32)).unwrap_or(0);
                let source: IpAddr = Ipv4Addr::from_bits(bits).into();
                tree.decide(&Query { source: Some(source), ..Query::default() }, || 0).ttl
            });
        });
    }
    group.finish();
}

fn profiles(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("a decision of one of so many profiles");
    group.throughput(Throughput::Elements(1));
    for count in [1_u32, 1_000, 40_000] {
        let name = |index: u32| format!("profile-{index}");
        let made = |index: u32| {
            let method = RoutingMethod::Weighted;
            (name(index), tree(&Profile::new(name(index), method, endpoints(10, method))))
        };
        let trees: HashMap<String, Tree> = (0..count).map(made).collect();
        let asked = name(count / 2);
        let mut next = random();
        group.bench_function(BenchmarkId::from_parameter(count), |bencher| {
            bencher.iter(|| {
                trees.get(black_box(&asked)).map(|tree| tree.decide(&Query::default(), &mut next).ttl)
            });
        });
    }
    group.finish();
}

criterion_group!(benches, methods, subnets, profiles);
criterion_main!(benches);
