//! The names that Fleet gives: to profiles, endpoints and tags in Azure, and to finalizers on the hub.

use kube_emulator::ResourceType;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::definitions::GROUP;

pub(super) const PROFILES: ResourceType = ResourceType::new(GROUP, "v1beta1", "trafficmanagerprofiles");
pub(super) const BACKENDS: ResourceType = ResourceType::new(GROUP, "v1beta1", "trafficmanagerbackends");
pub(super) const IMPORTS: ResourceType = ResourceType::new(GROUP, "v1alpha1", "serviceimports");
pub(super) const EXPORTS: ResourceType = ResourceType::new(GROUP, "v1alpha1", "internalserviceexports");
pub(super) const NAMESPACES: ResourceType = ResourceType::new("", "v1", "namespaces");

/// Who writes on the hub for Fleet.
pub(super) const MANAGER: &str = "hub-net-controller-manager";

pub(super) const METRICS: &str = "networking.fleet.azure.com/metrics-cleanup";
pub(super) const PROFILE_CLEANUP: &str = "networking.fleet.azure.com/traffic-manager-profile-cleanup";
pub(super) const BACKEND_CLEANUP: &str = "networking.fleet.azure.com/traffic-manager-backend-cleanup";
pub(super) const EXPORT_CLEANUP: &str = "networking.fleet.azure.com/internal-svc-export-cleanup";

/// The tag of every profile that Fleet made; its value is namespace and name of the object.
pub(super) const TAG: &str = "networking.fleet.azure.com.trafficManagerProfile";

/// The type of endpoints as Fleet sends it.
pub(super) const ENDPOINT_TYPE: &str = "Microsoft.Network/trafficManagerProfiles/AzureEndpoints";

/// What is percent-encoded in a segment of a path.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The name of the profile in Azure.
pub(super) fn azure_profile(uid: &str) -> String {
    format!("fleet-{uid}")
}

/// How the names of all endpoints of a backend begin.
pub(super) fn endpoint_prefix(uid: &str) -> String {
    format!("fleet-{uid}#")
}

/// The name of an endpoint in Azure.
pub(super) fn endpoint(uid: &str, import: &str, cluster: &str) -> String {
    format!("{}{import}#{cluster}", endpoint_prefix(uid)).to_lowercase()
}

/// The namespace on the hub that belongs to a member.
pub(super) fn member_namespace(member: &str) -> String {
    format!("fleet-member-{member}")
}

/// The path of a profile.
pub(super) fn profile_path(subscription: &str, group: &str, name: &str) -> String {
    let encode = |segment| utf8_percent_encode(segment, SEGMENT);
    format!(
        "/subscriptions/{}/resourceGroups/{}/providers/Microsoft.Network/trafficmanagerprofiles/{}",
        encode(subscription),
        encode(group),
        encode(name)
    )
}

/// The path of an endpoint of a profile.
pub(super) fn endpoint_path(profile: &str, name: &str) -> String {
    format!("{profile}/AzureEndpoints/{}", utf8_percent_encode(name, SEGMENT))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_azure_follow_from_uids() {
        assert_eq!(azure_profile("u"), "fleet-u");
        assert_eq!(endpoint("U", "Web", "aks-1"), "fleet-u#web#aks-1");
        let path = endpoint_path(&profile_path("s", "my rg", "fleet-u"), "fleet-b#web#aks-1");
        assert_eq!(
            path,
            "/subscriptions/s/resourceGroups/my%20rg/providers/Microsoft.Network/trafficmanagerprofiles/fleet-u\
             /AzureEndpoints/fleet-b%23web%23aks-1"
        );
    }
}
