//! The documents that the rules are taken from.

pub(super) const API: &str = "https://learn.microsoft.com/rest/api/trafficmanager/profiles/create-or-update";
pub(super) const ENDPOINT_TYPES: &str =
    "https://learn.microsoft.com/azure/traffic-manager/traffic-manager-endpoint-types";
pub(super) const FAQ: &str = "https://learn.microsoft.com/azure/traffic-manager/traffic-manager-faqs";
pub(super) const FLEET_DNS: &str =
    "https://learn.microsoft.com/azure/kubernetes-fleet/concepts-dns-load-balancing";
pub(super) const GEOGRAPHY: &str =
    "https://learn.microsoft.com/azure/traffic-manager/traffic-manager-geographic-regions";
pub(super) const KUBERNETES_NAMES: &str =
    "https://kubernetes.io/docs/concepts/overview/working-with-objects/names";
pub(super) const LIMITS: &str =
    "https://learn.microsoft.com/azure/azure-resource-manager/management/azure-subscription-service-limits";
pub(super) const MONITORING: &str =
    "https://learn.microsoft.com/azure/traffic-manager/traffic-manager-monitoring";
pub(super) const NAMING: &str =
    "https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules";
pub(super) const NESTED: &str =
    "https://learn.microsoft.com/azure/traffic-manager/traffic-manager-nested-profiles";
pub(super) const REGIONS: &str = "https://learn.microsoft.com/azure/reliability/regions-list";
pub(super) const ROUTING: &str =
    "https://learn.microsoft.com/azure/traffic-manager/traffic-manager-routing-methods";
pub(super) const TAGS: &str =
    "https://learn.microsoft.com/azure/azure-resource-manager/management/tag-resources";
