//! What to do about what a controller of the hub says.

/// What an object is about.
#[derive(Clone, Copy, Default)]
pub(crate) struct Subject<'a> {
    /// The namespace.
    pub(crate) namespace: &'a str,
    /// The resource group of the profile in Azure, where it is known.
    pub(crate) resource_group: Option<&'a str>,
    /// The DNS name of the profile, where it is one.
    pub(crate) dns_name: Option<&'a str>,
    /// The service, where it has one.
    pub(crate) service: Option<&'a str>,
    /// The profile that it belongs to, where it belongs to one.
    pub(crate) profile: Option<&'a str>,
}

/// The role that the identity of a fleet needs.
const ROLE: &str = "Azure Kubernetes Fleet Manager Hub Agent";

/// What to do, as the last part of a text; nothing if nobody knows.
pub(crate) fn advice(reason: &str, said: &str, subject: &Subject<'_>) -> String {
    let text = find(reason, said, subject);
    text.map(|text| format!("\n\n{text}")).unwrap_or_default()
}

fn find(reason: &str, said: &str, subject: &Subject<'_>) -> Option<String> {
    let says = |part: &str| said.contains(part);
    if says("AuthorizationFailed") || says("RESPONSE 403") || says("does not have authorization") {
        let scope = match (subject.resource_group, subject.service) {
            (Some(group), _) => format!("the resource group {group:?}"),
            (None, Some(_)) => {
                "the resource group of the profile, and on those of the public IP addresses of the services"
                    .to_owned()
            }
            (None, None) => "the resource group of the profile".to_owned(),
        };
        return Some(format!(
            "The identity of the fleet lacks a permission in Azure. Assign the role {ROLE:?} to it on {scope}. The hub tries \
             again by itself; a new role assignment takes up to 10 minutes."
        ));
    }
    if says("ResourceGroupNotFound") {
        return Some(
            "Fleet does not create resource groups. The resource group has to exist in the subscription of the fleet."
                .to_owned(),
        );
    }
    if reason == "DNSNameNotAvailable" {
        let name = subject.dns_name.unwrap_or("of the profile");
        return Some(format!(
            "The DNS name {name} is taken by another profile. That may be one which an earlier object of this name has left \
             behind: it is named fleet-UID and has the tag {}.",
            traffic_manager::fleet::PROFILE_TAG
        ));
    }
    of_backend(&says, subject)
}

/// What to do about a backend.
fn of_backend(says: &impl Fn(&str) -> bool, subject: &Subject<'_>) -> Option<String> {
    let service = subject.service?;
    if says("ServiceImport") && says("is not found") || says("In the process of exporting") {
        return Some(format!(
            "No member cluster exports the service {service:?} of the namespace {:?}. It needs a ServiceExport of the same name \
             and namespace in each cluster.",
            subject.namespace
        ));
    }
    let of_service = |what: &str| Some(format!("{what} of the service {service:?} in the member clusters."));
    if says("DNS label is not configured") {
        return of_service(
            "The public IP address of a service needs a DNS label. Set the annotation \
             service.beta.kubernetes.io/azure-dns-label-name",
        );
    }
    if says("unsupported service type") {
        return of_service("Traffic Manager needs a public IP address. Use the type LoadBalancer");
    }
    if says("internal load balancer is not supported") {
        return of_service(
            "Traffic Manager needs a public IP address. Remove the annotation \
             service.beta.kubernetes.io/azure-load-balancer-internal",
        );
    }
    if says("must be unique in the profile") {
        return Some(
            "Another backend or endpoint of the profile leads to the same public IP address. Remove one of them."
                .to_owned(),
        );
    }
    let profile = subject.profile?;
    says("rafficManagerProfile").then(|| {
        format!(
            "The backend waits for the Fleet profile \"{}/{profile}\" to be programmed.",
            subject.namespace
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_controller_says_is_followed_by_what_to_do() {
        let profile = Subject {
            namespace: "team-a",
            resource_group: Some("rg-dns"),
            dns_name: Some("team-a-shop.trafficmanager.net"),
            ..Subject::default()
        };
        let backend = Subject {
            namespace: "team-a",
            service: Some("web"),
            profile: Some("shop"),
            ..Subject::default()
        };
        for (reason, said, subject, advised) in [
            (
                "Invalid",
                "RESPONSE 403: 403 Forbidden\nERROR CODE: AuthorizationFailed",
                &profile,
                "\"rg-dns\"",
            ),
            ("Invalid", "ERROR CODE: LinkedAuthorizationFailed", &backend, "public IP addresses"),
            (
                "DNSNameNotAvailable",
                "Domain name is not available.",
                &profile,
                "team-a-shop.trafficmanager.net",
            ),
            ("Invalid", "ServiceImport \"web\" is not found", &backend, "ServiceExport of the same name"),
            (
                "Pending",
                "In the process of exporting the services",
                &backend,
                "ServiceExport of the same name",
            ),
            (
                "Invalid",
                "for example, DNS label is not configured to the public IP",
                &backend,
                "azure-dns-label-name",
            ),
            ("Invalid", "unsupported service type \"ClusterIP\"", &backend, "LoadBalancer"),
            ("Invalid", "Endpoint target must be unique in the profile.", &backend, "Remove one of them"),
            ("Pending", "In the processing of trafficManagerProfile \"shop\"", &backend, "\"team-a/shop\""),
        ] {
            let text = advice(reason, said, subject);
            assert!(text.starts_with("\n\n") && text.contains(advised), "{said}: {text}");
        }
        assert_eq!(advice("Invalid", "something else", &profile), "");
    }
}
