//! Fills an emulated Azure, and says what that takes: memory for each endpoint, and the time of the service itself,
//! without HTTP, for reads and writes.
//!
//! `cargo run --release -p emulator --example size -- [PROFILES] [ENDPOINTS]`; 10,000 profiles with 200 endpoints each
//! if nothing is said. The memory is read from `/proc`, so that on other systems it is told as 0.

#![expect(clippy::print_stdout, reason = "the figures are what it is for")]

use std::time::{Duration, Instant};

use emulator::{Request, Service, Settings};
use http::Method;

/// How often each request is measured.
const TIMES: usize = 2001;

fn main() {
    let mut numbers =
        std::env::args().skip(1).map(|text| text.parse().expect("a number of profiles or endpoints"));
    let profiles: usize = numbers.next().unwrap_or(10_000);
    let endpoints: usize = numbers.next().unwrap_or(200);

    let mut service = Service::new(Settings::default());
    service.set_limits(Some(profiles + 1), Some(endpoints + 1));
    let before = resident();
    let began = Instant::now();
    for number in 0..profiles {
        ask(&mut service, Method::PUT, &path(number, ""), &profile(number, endpoints));
    }
    let took = began.elapsed();
    let all = profiles * endpoints;
    println!("{profiles} profiles with {endpoints} endpoints each, put in {took:.1?}");
    println!("memory of one endpoint: {} bytes", (resident() - before) / all.max(1));

    let middle = profiles / 2;
    let endpoint = path(middle, &format!("/externalEndpoints/e{}", endpoints / 2));
    let body =
        format!(r#"{{"properties":{{"target":"e{}.p{middle}.example.com","weight":7}}}}"#, endpoints / 2);
    for (what, method, path, body) in [
        ("GET of one endpoint", Method::GET, endpoint.as_str(), ""),
        ("GET of a profile", Method::GET, &path(middle, ""), ""),
        ("GET of a profile that is not there", Method::GET, &path(profiles, ""), ""),
        ("PUT of one endpoint", Method::PUT, &endpoint, &body),
        ("PUT of a profile", Method::PUT, &path(middle, ""), &profile(middle, endpoints)),
    ] {
        println!("{what}: {:.1?}", median(&mut service, &method, path, body));
    }
}

fn path(number: usize, rest: &str) -> String {
    format!(
        "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg{}/providers/Microsoft.Network/\
         trafficManagerProfiles/p{number}{rest}",
        number % 100
    )
}

fn profile(number: usize, endpoints: usize) -> String {
    let endpoints: Vec<String> = (0..endpoints)
        .map(|e| {
            format!(
                r#"{{"name":"e{e}","type":"Microsoft.Network/trafficManagerProfiles/externalEndpoints",
                "properties":{{"target":"e{e}.p{number}.example.com","endpointLocation":"West Europe"}}}}"#
            )
        })
        .collect();
    format!(
        r#"{{"location":"global","properties":{{"trafficRoutingMethod":"Performance",
        "dnsConfig":{{"relativeName":"p{number}","ttl":30}},
        "monitorConfig":{{"protocol":"HTTPS","port":443,"path":"/health"}},"endpoints":[{}]}}}}"#,
        endpoints.join(",")
    )
}

fn ask(service: &mut Service, method: Method, path: &str, body: &str) -> usize {
    let query = "api-version=2022-04-01".to_owned();
    let request = Request { method, path: path.to_owned(), query, body: body.to_owned().into() };
    let answer = service.answer(&request);
    assert!(answer.status.as_u16() < 500, "{}", answer.body);
    answer.body.len()
}

fn median(service: &mut Service, method: &Method, path: &str, body: &str) -> Duration {
    let mut times: Vec<Duration> = (0..TIMES)
        .map(|_| {
            let began = Instant::now();
            std::hint::black_box(ask(service, method.clone(), path, body));
            began.elapsed()
        })
        .collect();
    times.sort_unstable();
    times[TIMES / 2]
}

/// Bytes of this process that are in memory.
fn resident() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kibibytes = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse::<usize>().ok());
    kibibytes.unwrap_or(0) * 1024
}
