//! The kinds of Azure Kubernetes Fleet Manager's networking on a hub, as its `CustomResourceDefinition`s declare them.
//!
//! Which values the API server lets pass is said here; what Fleet does with them is not.

use kube_emulator::{Definition, Rule, Schema, Version};
use serde_json::Value;

/// The API group of all of them.
pub(crate) const GROUP: &str = "networking.fleet.azure.com";

/// The definitions of a hub.
pub(crate) fn definitions() -> Vec<Definition> {
    vec![
        internal_service_export(),
        multi_cluster_service(),
        service_export(),
        service_import(),
        traffic_manager_backend(),
        traffic_manager_profile(),
    ]
}

fn definition(kind: &'static str, plural: &'static str, short_name: &'static str) -> Definition {
    Definition::new(GROUP, kind, plural).short_name(short_name).category("fleet-networking").with_status()
}

fn traffic_manager_profile() -> Definition {
    let version = |name, monitor_config| {
        let spec = Schema::object()
            .describe("What is wanted of the Traffic Manager profile.")
            .property("monitorConfig", monitor_config)
            .required("resourceGroup", resource_group());
        let schema = Schema::resource()
            .describe("A Traffic Manager profile in Azure that Fleet makes and keeps.")
            .required("spec", spec)
            .property("status", profile_status())
            .rule(name_rule());
        Version::new(name, schema)
            .column("DNS-Name", "string", ".status.dnsName")
            .column("Is-Programmed", "string", ".status.conditions[?(@.type=='Programmed')].status")
            .column("Age", "date", ".metadata.creationTimestamp")
    };
    definition("TrafficManagerProfile", "trafficmanagerprofiles", "tmp")
        .version(version("v1alpha1", monitor_config()))
        .version(version("v1beta1", with_timeout_rules(monitor_config())).storage())
}

fn resource_group() -> Schema {
    Schema::string()
        .describe("The resource group of the Traffic Manager profile in Azure. It cannot be changed.")
        .min_length(1)
        .max_length(90)
        .rule(Rule::transition("self == oldSelf", "resourceGroup is immutable", is_same))
}

fn monitor_config() -> Schema {
    let header = Schema::object()
        .required("name", Schema::string().describe("The name of the header.").min_length(1))
        .required("value", Schema::string().describe("The value of the header.").min_length(1));
    Schema::object()
        .describe("How Traffic Manager probes the endpoints of the profile.")
        .property(
            "customHeaders",
            Schema::map_list(["name"], header).describe("Headers that a probe sends.").max_items(8),
        )
        .property(
            "intervalInSeconds",
            Schema::int64()
                .describe("The seconds between two probes: 30, or 10 for fast probing.")
                .one_of([10, 30])
                .default(30),
        )
        .property("path", Schema::string().describe("The path that a probe asks for.").default("/"))
        .property("port", Schema::int64().describe("The TCP port that a probe connects to.").default(80))
        .property(
            "protocol",
            Schema::string()
                .describe("The protocol of a probe.")
                .one_of(["HTTP", "HTTPS", "TCP"])
                .default("HTTP"),
        )
        .property(
            "timeoutInSeconds",
            Schema::int64()
                .describe("The seconds that a probe waits: 5 to 10, and at most 9 where the interval is 10.")
                .minimum(5)
                .maximum(10),
        )
        .property(
            "toleratedNumberOfFailures",
            Schema::int64()
                .describe("How many probes in a row may fail before an endpoint is degraded.")
                .minimum(0)
                .maximum(9)
                .default(3),
        )
}

/// Only v1beta1 has these rules, so that v1alpha1 lets pass what v1beta1 refuses.
fn with_timeout_rules(monitor_config: Schema) -> Schema {
    monitor_config
        .rule(Rule::new(
            "has(self.intervalInSeconds) && self.intervalInSeconds == 30 ? (!has(self.timeoutInSeconds) || \
             (self.timeoutInSeconds >= 5 && self.timeoutInSeconds <= 10)) : true",
            "timeoutInSeconds must be between 5 and 10 when intervalInSeconds is 30",
            |config| is_timeout_within(config, 30, 10),
        ))
        .rule(Rule::new(
            "has(self.intervalInSeconds) && self.intervalInSeconds == 10 ? (!has(self.timeoutInSeconds) || \
             (self.timeoutInSeconds >= 5 && self.timeoutInSeconds <= 9)) : true",
            "timeoutInSeconds must be between 5 and 9 when intervalInSeconds is 10",
            |config| is_timeout_within(config, 10, 9),
        ))
}

fn is_timeout_within(config: &Value, interval: i64, most: i64) -> bool {
    config["intervalInSeconds"].as_i64() != Some(interval)
        || config["timeoutInSeconds"].as_i64().is_none_or(|timeout| (5..=most).contains(&timeout))
}

fn profile_status() -> Schema {
    Schema::object()
        .describe("What Fleet has made of it.")
        .property("conditions", conditions().describe("Whether the profile is programmed."))
        .property("dnsName", Schema::string().describe("The DNS name of the profile in Azure."))
        .property("resourceID", Schema::string().describe("The id of the profile in Azure."))
}

fn traffic_manager_backend() -> Definition {
    let reference = |about, target, message| {
        Schema::object()
            .describe(about)
            .required("name", Schema::string().describe(target))
            .rule(Rule::transition("self == oldSelf", message, is_same))
    };
    let backend =
        reference("The service.", "A ServiceImport of the same namespace.", "spec.backend is immutable");
    let profile = reference(
        "The profile that gets the endpoints.",
        "A TrafficManagerProfile of the same namespace.",
        "spec.profile is immutable",
    );
    let weight = Schema::int64()
        .describe("The weight that the endpoints of the service share. With 0 there are none.")
        .minimum(0)
        .maximum(1000)
        .default(1);
    let spec = Schema::object()
        .describe("What is wanted of the endpoints.")
        .required("backend", backend)
        .required("profile", profile)
        .property("weight", weight);
    let schema = Schema::resource()
        .describe("The endpoints in a Traffic Manager profile for a service that clusters export.")
        .required("spec", spec)
        .property("status", backend_status())
        .rule(name_rule());
    let version = |name| {
        Version::new(name, schema.clone())
            .column("Profile", "string", ".spec.profile.name")
            .column("Backend", "string", ".spec.backend.name")
            .column("Is-Accepted", "string", ".status.conditions[?(@.type=='Accepted')].status")
            .column("Age", "date", ".metadata.creationTimestamp")
    };
    definition("TrafficManagerBackend", "trafficmanagerbackends", "tmb")
        .version(version("v1alpha1"))
        .version(version("v1beta1").storage())
}

fn backend_status() -> Schema {
    let from = Schema::object()
        .describe("Where the service is exported from.")
        .required("cluster", Schema::string().describe("The member cluster."))
        .property("weight", Schema::int64().describe("The weight of the export."));
    let endpoint = Schema::object()
        .property("from", from)
        .required("name", Schema::string().describe("The name of the endpoint."))
        .property("resourceID", Schema::string().describe("The id of the endpoint in Azure."))
        .property("target", Schema::string().describe("The DNS name or the address of the endpoint."))
        .property("weight", Schema::int64().describe("The weight of the endpoint."));
    Schema::object()
        .describe("What Fleet has made of it.")
        .property("conditions", conditions().describe("Whether the endpoints are accepted."))
        .property("endpoints", Schema::list(endpoint).describe("The endpoints that Azure has accepted."))
}

fn service_export() -> Definition {
    let status = Schema::object().property("conditions", conditions());
    let schema = Schema::resource()
        .describe("The service of the same name is exported to the fleet.")
        .property("status", status)
        .rule(name_rule());
    let version = |name| {
        Version::new(name, schema.clone())
            .column("Is-Valid", "string", ".status.conditions[?(@.type=='Valid')].status")
            .column("Is-Conflicted", "string", ".status.conditions[?(@.type=='Conflict')].status")
            .column("Age", "date", ".metadata.creationTimestamp")
    };
    definition("ServiceExport", "serviceexports", "svcexport")
        .version(version("v1alpha1"))
        .version(version("v1beta1").storage())
}

fn service_import() -> Definition {
    let cluster = Schema::object().required("cluster", Schema::string().describe("The member cluster."));
    let client_ip = Schema::object().property("timeoutSeconds", Schema::int32());
    let status = Schema::object()
        .describe("What the clusters export.")
        .property("clusters", Schema::map_list(["cluster"], cluster).describe("The clusters that export it."))
        .property("ips", Schema::list(Schema::string()).max_items(1))
        .property("ports", Schema::atomic_list(service_port()))
        .property("sessionAffinity", Schema::string())
        .property("sessionAffinityConfig", Schema::object().property("clientIP", client_ip))
        .property("type", Schema::string().one_of(["ClusterSetIP", "Headless"]));
    let schema = Schema::resource()
        .describe("A service that clusters of the fleet export.")
        .property("status", status)
        .rule(name_rule());
    definition("ServiceImport", "serviceimports", "svcimport")
        .version(Version::new("v1alpha1", schema).storage())
}

fn multi_cluster_service() -> Definition {
    let name = Schema::string().max_length(63).pattern("^([a-z]([-a-z0-9]*[a-z0-9])?)$");
    let spec = Schema::object()
        .property("serviceImport", Schema::object().required("name", name).describe("The ServiceImport."));
    let port = Schema::object()
        .required("error", Schema::string().max_length(316).pattern(QUALIFIED_NAME))
        .required("port", Schema::int32())
        .required("protocol", Schema::string());
    let ingress = Schema::object()
        .property("hostname", Schema::string())
        .property("ip", Schema::string())
        .property("ipMode", Schema::string())
        .property("ports", Schema::atomic_list(port));
    let load_balancer = Schema::object().property("ingress", Schema::atomic_list(ingress));
    let status = Schema::object()
        .property("conditions", conditions())
        .property("loadBalancer", load_balancer.describe("The load balancer."));
    let schema = Schema::resource()
        .describe("A load balancer of layer 4 for a service that clusters export.")
        .required("spec", spec)
        .property("status", status)
        .rule(name_rule());
    let version = Version::new("v1alpha1", schema)
        .storage()
        .column("Service-Import", "string", ".spec.serviceImport.name")
        .column("External-IP", "string", ".status.loadBalancer.ingress[0].ip")
        .column("Is-Valid", "string", ".status.conditions[?(@.type=='Valid')].status")
        .column("Age", "date", ".metadata.creationTimestamp");
    definition("MultiClusterService", "multiclusterservices", "mcs").version(version)
}

fn internal_service_export() -> Definition {
    let reference = Schema::object()
        .describe("The service in the member cluster.")
        .atomic()
        .property("apiVersion", Schema::string())
        .required("clusterId", Schema::string())
        .property("exportedSince", Schema::date_time())
        .required("generation", Schema::int64())
        .required("kind", Schema::string())
        .required("name", Schema::string())
        .required("namespace", Schema::string())
        .required("namespacedName", Schema::string())
        .required("resourceVersion", Schema::string())
        .required("uid", Schema::string());
    let spec = Schema::object()
        .describe("The service, as the member cluster exports it.")
        .property("isDNSLabelConfigured", Schema::boolean())
        .property("isInternalLoadBalancer", Schema::boolean())
        .required("ports", Schema::atomic_list(service_port()))
        .property("publicIPResourceID", Schema::string())
        .required("serviceReference", reference)
        .property("type", Schema::string())
        .property("weight", Schema::int64());
    let schema = Schema::resource()
        .describe("What a member cluster tells the hub about a service that it exports.")
        .property("spec", spec)
        .property("status", Schema::object().property("conditions", conditions()));
    definition("InternalServiceExport", "internalserviceexports", "internalsvcexport")
        .version(Version::new("v1alpha1", schema).storage())
}

fn service_port() -> Schema {
    Schema::object()
        .property("appProtocol", Schema::string())
        .property("name", Schema::string())
        .required("port", Schema::int32().minimum(1).maximum(65535))
        .property("protocol", Schema::string().one_of(["TCP", "UDP", "SCTP"]).default("TCP"))
        .property("targetPort", Schema::int_or_string())
}

/// A name with an optional domain in front, which types of conditions and errors are.
const QUALIFIED_NAME: &str = "^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?\
                              (([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])$";

fn conditions() -> Schema {
    let reason =
        Schema::string().min_length(1).max_length(1024).pattern("^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$");
    let condition = Schema::object()
        .required("lastTransitionTime", Schema::date_time())
        .required("message", Schema::string().max_length(32768))
        .property("observedGeneration", Schema::int64().minimum(0))
        .required("reason", reason)
        .required("status", Schema::string().one_of(["True", "False", "Unknown"]))
        .required("type", Schema::string().max_length(316).pattern(QUALIFIED_NAME));
    Schema::map_list(["type"], condition)
}

fn name_rule() -> Rule {
    Rule::new("size(self.metadata.name) < 64", "metadata.name max length is 63", |object| {
        object["metadata"]["name"].as_str().is_none_or(|name| name.chars().count() < 64)
    })
}

fn is_same(new: &Value, old: &Value) -> bool {
    new == old
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(plural: &str) -> Value {
        let name = format!("{plural}.{GROUP}");
        let documents = definitions().iter().map(Definition::crd).collect::<Vec<_>>();
        documents.into_iter().find(|document| document["metadata"]["name"] == name.as_str()).unwrap()
    }

    #[test]
    fn every_rule_of_the_timeout_stands_in_v1beta1_only() {
        let document = named("trafficmanagerprofiles");
        let rules = |version: usize| {
            let schema = &document["spec"]["versions"][version]["schema"]["openAPIV3Schema"];
            schema["properties"]["spec"]["properties"]["monitorConfig"]["x-kubernetes-validations"].clone()
        };
        assert_eq!(document["spec"]["versions"][0]["name"], "v1alpha1");
        assert!(rules(0).is_null());
        assert_eq!(rules(1).as_array().unwrap().len(), 2);
    }

    #[test]
    fn a_timeout_has_to_fit_the_interval() {
        let fits = |interval, timeout| {
            let config = serde_json::json!({ "intervalInSeconds": interval, "timeoutInSeconds": timeout });
            is_timeout_within(&config, 30, 10) && is_timeout_within(&config, 10, 9)
        };
        assert!(fits(30, 10) && fits(30, 5) && fits(10, 9));
        assert!(!fits(10, 10) && !fits(30, 11) && !fits(10, 4));
    }

    #[test]
    fn each_kind_is_kept_in_one_version() {
        for definition in definitions() {
            let document = definition.crd();
            let versions = document["spec"]["versions"].as_array().unwrap();
            assert_eq!(versions.iter().filter(|version| version["storage"] == true).count(), 1, "{document}");
        }
    }
}
