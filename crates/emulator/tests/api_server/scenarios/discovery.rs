//! What a server says that it has. The emulated one has a part of the built-in kinds.

use crate::script::{Scenario, Step, get};

const AGGREGATED: &str =
    "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json";

pub(super) fn scenarios() -> Vec<Scenario> {
    vec![Scenario::new("discovery", discovery())]
}

fn discovery() -> Vec<Step> {
    vec![
        get("version", "/version"),
        get("core versions", "/api"),
        get("groups", "/apis").part(),
        get("core kinds", "/api/v1").part(),
        get("group", "/apis/networking.fleet.azure.com"),
        get("kinds", "/apis/networking.fleet.azure.com/v1beta1"),
        get("older kinds", "/apis/networking.fleet.azure.com/v1alpha1"),
        get("kinds of events", "/apis/events.k8s.io/v1"),
        get("kinds of definitions", "/apis/apiextensions.k8s.io/v1").part(),
        get("no such group", "/apis/example.com"),
        get("no such version", "/apis/networking.fleet.azure.com/v9"),
        get("core, aggregated", "/api").accept(AGGREGATED).part(),
        get("groups, aggregated", "/apis").accept(AGGREGATED).part(),
        get("health", "/healthz"),
        get("readiness", "/readyz"),
        get("life", "/livez"),
        get("OpenAPI of a group, by its address", "/openapi/v3").part(),
        get("addresses", "/").part(),
    ]
}
