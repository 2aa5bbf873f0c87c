//! Turns what went wrong with the hub of a fleet into what a user reads.
//!
//! Summary: what could not be done. Detail: what the hub said, and what to do next. Path: the attribute at fault.

use std::time::Duration;

use hub::{ErrorKind, HubError, ObjectKey, Refusal};
use tf_plugin::{Diagnostics, Path};

use crate::diagnostics::{Doing, chain, failed, in_words, sentence};
use crate::fleet_hub::NoHub;

/// The most causes of a refusal that are told.
const CAUSES: usize = 5;

/// What was being done to an object on a hub when it failed.
pub(crate) struct HubDoing {
    /// Such as `create the Fleet profile "team-a/shop"`.
    pub(crate) what: String,
    /// Which object.
    pub(crate) key: ObjectKey,
    /// The attribute of the block `timeouts` that says how long it may take, and how long that is.
    pub(crate) timeout: (&'static str, Duration),
}

/// The role that lets one read and change the objects of Fleet's networking on a hub.
const ROLE: &str = "Azure Kubernetes Fleet Manager RBAC Cluster Admin";

/// Adds why there is no connection with the hub.
pub(crate) fn no_hub(why: &NoHub, what: &str, diagnostics: &mut Diagnostics) {
    let summary = format!("Cannot {what}");
    let detail = match why {
        NoHub::NotConfigured => {
            "The provider does not know the hub of the fleet. Add a block fleet_hub to the provider \
             configuration:\n\n  fleet_hub {\n    fleet_id = \"/subscriptions/…/resourceGroups/…/providers/\
             Microsoft.ContainerService/fleets/…\"\n  }"
                .to_owned()
        }
        NoHub::NotKnown(names) => format!(
            "The hub has to be asked, and the provider configuration does not know {} of fleet_hub yet, because it comes \
             from a resource that does not exist yet. Create that resource first, with -target, or give a value that is \
             known.",
            names.join(" and ")
        ),
        NoHub::Fleet(id, error) => {
            let what = format!("{what}: Azure does not say how the hub of the fleet is reached");
            let doing = Doing::by_id("fleet", what, Path::root(), &id.resource_group_name);
            failed(error, &doing, diagnostics);
            if error.refusal().is_some_and(|status| status.as_u16() == 403) {
                diagnostics.warning(
                    Path::root(),
                    "Permission for the credentials of a fleet",
                    "To read where the hub of a fleet is, the role \"Azure Kubernetes Fleet Manager Hub Cluster User \
                     Role\" on the fleet is required, instead of one for Traffic Manager.",
                );
            }
            return;
        }
        NoHub::Hubless(id) => format!(
            "The fleet {:?} has no hub, and DNS load balancing needs one. Fleets can be given a hub with `az fleet create \
             --enable-hub`, followed by `az fleet member reconcile` for each member; this cannot be undone.",
            id.name
        ),
        NoHub::Login(error) => format!("Login failed: {}.", chain(error)),
        NoHub::NotEncrypted(server) => format!(
            "The address {server} does not begin with https://, and tokens must not travel unencrypted."
        ),
        NoHub::Kubeconfig(error) => format!("{}.", chain(error)),
        NoHub::Access(error) => format!("{}.", chain(error)),
        NoHub::Hub(error) => {
            format!("The connection with the hub cannot be set up: {}.", chain(error.as_ref()))
        }
    };
    diagnostics.error(Path::root(), summary, detail);
}

/// Adds why a call to the hub failed.
pub(crate) fn hub_failed(error: &HubError, doing: &HubDoing, diagnostics: &mut Diagnostics) {
    let summary = format!("Cannot {}", doing.what);
    match error.refusal() {
        Some(refusal) if refusal.code == 422 && !refusal.causes.is_empty() => {
            for cause in refusal.causes.iter().take(CAUSES) {
                let detail = format!("{}\n\n{}", sentence(cause.message.trim()), said(error, refusal));
                diagnostics.error(attribute(&cause.field), summary.clone(), detail);
            }
        }
        _ => {
            let (path, why) = explained(error, doing);
            let mut detail = why;
            if let Some(refusal) = error.refusal() {
                detail = format!("{detail}\n\n{}", said(error, refusal));
            }
            if error.call().out_of_time {
                let (name, time) = doing.timeout;
                detail = format!(
                    "{detail}\n\nThe timeout was {}. To allow more time, set `{name}` in the block `timeouts`.",
                    in_words(time)
                );
            }
            if error.call().in_doubt {
                detail.push_str(
                    "\n\nIt is not known whether the last request took effect. The next plan shows the current state.",
                );
            }
            diagnostics.error(path, summary, detail);
        }
    }
}

/// Why, in words, and what to do next.
fn explained(error: &HubError, doing: &HubDoing) -> (Path, String) {
    let root = Path::root();
    let server = &error.call().address;
    match error.kind() {
        ErrorKind::Refused(refusal) => refused(error, refusal, doing),
        ErrorKind::Login(source) => {
            (root, format!("The login to the hub failed: {}.", chain(source.as_ref())))
        }
        ErrorKind::Transport(source) => (root, unreachable(server, source.as_ref())),
        ErrorKind::NotTheObject(why) => (
            root,
            format!(
                "The response to {} is not what was asked for ({why}), so it does not come from the hub of a fleet but perhaps \
                 from a proxy. Check fleet_hub in the provider configuration.",
                error.call()
            ),
        ),
        ErrorKind::TimedOut => {
            (root, format!("The operation timed out while waiting for a response to {}.", error.call()))
        }
        ErrorKind::Cancelled => {
            (root, "The operation was cancelled. The next plan shows the current state.".to_owned())
        }
        ErrorKind::Configuration(source) => (root, sentence(&chain(source.as_ref()))),
    }
}

fn refused(error: &HubError, refusal: &Refusal, doing: &HubDoing) -> (Path, String) {
    let root = Path::root();
    match refusal.code {
        401 => (
            root,
            "The hub rejected the login. It may have expired, or it may be for another tenant than that of the fleet."
                .to_owned(),
        ),
        403 if refusal.causes.iter().any(|cause| cause.reason == "NamespaceTerminating") => (
            Path::new("namespace"),
            format!("The namespace {:?} is being deleted. Wait until this is done, and create it again.", doing.key.namespace),
        ),
        403 => (
            root,
            format!(
                "Permission denied by the hub. The role \"{ROLE}\" on the fleet is required: no other built-in role covers \
                 this kind. A new role assignment takes up to 10 minutes."
            ),
        ),
        404 if refusal.kind == "namespaces" => (
            Path::new("namespace"),
            format!(
                "The namespace {:?} does not exist on the hub. Create it first, for example with kubernetes_namespace.",
                doing.key.namespace
            ),
        ),
        404 => (
            root,
            "The hub does not know this kind of object. DNS load balancing is part of fleets with a hub; check that \
             fleet_hub names the hub of a fleet and not another cluster."
                .to_owned(),
        ),
        409 if error.is_conflict_of_managers() => (root, managers(refusal)),
        409 => (root, "The request conflicts with another change. Run the command again.".to_owned()),
        422 => (root, "The hub refuses the object.".to_owned()),
        429 => (root, "The hub is throttling requests. Run the command again later, or with a smaller -parallelism.".to_owned()),
        500..=599 => (root, "The hub failed to respond. Run the command again later.".to_owned()),
        _ => (root, "The hub returned a response that this provider does not understand.".to_owned()),
    }
}

/// Which fields other field managers own.
fn managers(refusal: &Refusal) -> String {
    let conflicts = refusal.causes.iter().filter(|cause| cause.reason == "FieldManagerConflict");
    let lines: Vec<String> = conflicts
        .take(CAUSES)
        .map(|cause| format!("  {}: {}", cause.field.trim_start_matches('.'), cause.message))
        .collect();
    format!(
        "Other programs have changed fields that this configuration sets:\n\n{}\n\nIf they should not manage these fields, set \
         force_conflicts = true: the provider then takes the fields over. Otherwise, make the configuration equal to what they \
         set.",
        lines.join("\n")
    )
}

fn unreachable(address: &str, source: &(dyn std::error::Error + 'static)) -> String {
    let text = chain(source);
    if text.contains("invalid peer certificate") {
        return format!(
            "The certificate of {address} is not trusted: {text}. Check cluster_ca_certificate and tls_server_name of \
             fleet_hub."
        );
    }
    format!(
        "Cannot connect to {address}: {text}. The hub of a private fleet can be reached only from its virtual network, or \
         through a tunnel of Azure Bastion: set host and tls_server_name of fleet_hub for that. Otherwise, check the network."
    )
}

/// What the hub said, word by word.
fn said(error: &HubError, refusal: &Refusal) -> String {
    let reason = if refusal.reason.is_empty() { String::new() } else { format!(", {}", refusal.reason) };
    format!(
        "The hub responded with {}{reason}: {}\n\nCall: {}",
        refusal.code,
        refusal.message.trim(),
        error.call()
    )
}

/// The attribute of a field.
fn attribute(field: &str) -> Path {
    let field = field.trim_start_matches('.');
    let monitor = |name: &str| Path::new("monitor_config").attribute(name);
    match field {
        "metadata.name" => Path::new("name"),
        "metadata.namespace" => Path::new("namespace"),
        "spec.resourceGroup" => Path::new("resource_group_name"),
        "spec.profile" | "spec.profile.name" => Path::new("profile_name"),
        "spec.backend" | "spec.backend.name" => Path::new("service_name"),
        "spec.weight" => Path::new("weight"),
        "spec.monitorConfig.intervalInSeconds" => monitor("interval_in_seconds"),
        "spec.monitorConfig.path" => monitor("path"),
        "spec.monitorConfig.port" => monitor("port"),
        "spec.monitorConfig.protocol" => monitor("protocol"),
        "spec.monitorConfig.timeoutInSeconds" => monitor("timeout_in_seconds"),
        "spec.monitorConfig.toleratedNumberOfFailures" => monitor("tolerated_number_of_failures"),
        field if field.starts_with("spec.monitorConfig.customHeaders") => monitor("custom_header"),
        field if field.starts_with("spec.monitorConfig") => Path::new("monitor_config"),
        _ => Path::root(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_told_at_its_attribute() {
        for (field, path) in [
            ("metadata.name", "name"),
            ("spec.monitorConfig", "monitor_config"),
            ("spec.monitorConfig.customHeaders[0].name", "monitor_config.custom_header"),
            ("spec.monitorConfig.timeoutInSeconds", "monitor_config.timeout_in_seconds"),
            (".spec.weight", "weight"),
        ] {
            assert_eq!(attribute(field).to_string(), path);
        }
        assert_eq!(attribute("status"), Path::root());
    }
}
