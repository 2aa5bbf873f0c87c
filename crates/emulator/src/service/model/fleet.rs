//! Fleets as the emulator keeps them: their hub, their members, and what the members export.
//!
//! Nothing here is the shape of a request or of an answer.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Tags;

/// A fleet.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub(crate) struct Fleet {
    /// In the letter case of the creating request.
    pub(crate) name: String,
    /// Without spaces and in lower case.
    pub(crate) location: String,
    pub(crate) tags: Option<Tags>,
    pub(crate) identity: Option<Identity>,
    /// `None` for a fleet that only groups its members.
    pub(crate) hub: Option<Hub>,
    /// Members by name.
    pub(crate) members: BTreeMap<String, Member>,
    /// Another one for each fleet that was ever created.
    pub(crate) uid: String,
    pub(crate) written: Written,
}

/// When and by whom a resource was written, and the tag of its present version.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub(crate) struct Written {
    /// With the quotes that belong to it.
    pub(crate) etag: String,
    pub(crate) created: Stamp,
    pub(crate) modified: Stamp,
    /// The id of the last operation.
    pub(crate) operation: String,
}

/// A moment and a hand.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub(crate) struct Stamp {
    /// The client's id; `None` where nobody asks who it is.
    pub(crate) by: Option<String>,
    /// RFC 3339.
    pub(crate) at: String,
}

/// The identity that a fleet acts with.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub(crate) struct Identity {
    /// The object id of the identity that comes and goes with the fleet.
    pub(crate) system: Option<String>,
    /// Identities of their own, by resource id.
    pub(crate) users: BTreeMap<String, UserIdentity>,
    pub(crate) tenant: String,
}

/// An identity of its own.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub(crate) struct UserIdentity {
    pub(crate) principal: String,
    pub(crate) client: String,
}

/// The cluster that a fleet is managed from.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub(crate) struct Hub {
    pub(crate) dns_prefix: String,
    /// The part of its DNS name that Azure chooses.
    pub(crate) hash: String,
    pub(crate) is_private: bool,
    pub(crate) has_vnet_integration: bool,
    pub(crate) api_server_subnet: Option<String>,
    pub(crate) vm_size: Option<String>,
    pub(crate) agent_subnet: Option<String>,
    /// Whether every request to its API is forbidden, whatever roles there are.
    #[serde(default)]
    pub(crate) is_forbidden: bool,
}

/// A cluster that joined a fleet.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub(crate) struct Member {
    /// In the letter case of the creating request, which is the lower one.
    pub(crate) name: String,
    pub(crate) cluster: String,
    pub(crate) group: Option<String>,
    pub(crate) labels: Option<Tags>,
    pub(crate) written: Written,
    /// What the cluster exports, by namespace and name with a slash in between.
    #[serde(default)]
    pub(crate) exports: BTreeMap<String, Export>,
}

/// A `ServiceExport` in a member, and the `Service` that it names.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub(crate) struct Export {
    pub(crate) namespace: String,
    pub(crate) name: String,
    /// The text of the annotation.
    pub(crate) weight: Option<String>,
    /// `None` if there is no service of this name.
    pub(crate) service: Option<ExportedService>,
    /// RFC 3339; of the first version.
    pub(crate) since: String,
    /// Grows with each change.
    pub(crate) generation: u64,
}

/// A `Service` in a member, as far as Fleet looks at it.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub(crate) struct ExportedService {
    pub(crate) uid: String,
    pub(crate) kind: ServiceKind,
    /// Without an address in the cluster.
    pub(crate) is_headless: bool,
    /// Behind an internal load balancer.
    pub(crate) is_internal: bool,
    /// The id of the public IP address, once there is one.
    pub(crate) public_ip: Option<String>,
    /// Whether the address had a DNS label when the export was last looked at.
    pub(crate) is_labelled: bool,
    pub(crate) ports: Vec<ServicePort>,
}

impl Fleet {
    /// The type of the resource.
    pub(crate) const TYPE: &'static str = "Microsoft.ContainerService/fleets";
}

impl Member {
    /// The type of the resource.
    pub(crate) const TYPE: &'static str = "Microsoft.ContainerService/fleets/members";
}

/// The type of a service.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub enum ServiceKind {
    /// Reached from outside through an address of its own.
    #[default]
    LoadBalancer,
    /// Reached in the cluster only.
    #[serde(rename = "ClusterIP")]
    ClusterIp,
    /// Reached through a port of every node.
    NodePort,
    /// A name of something outside of the cluster.
    ExternalName,
}

/// A port of a service; keys are those of Kubernetes.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct ServicePort {
    /// Needed where there are several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// `TCP`, `UDP` or `SCTP`.
    #[serde(default = "tcp")]
    pub protocol: String,
    /// What is spoken on it, such as `http`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub app_protocol: Option<String>,
    /// The port of the service.
    pub port: u16,
    /// The port of the pods, or its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target_port: Option<TargetPort>,
}

/// The port of pods.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(untagged)]
pub enum TargetPort {
    /// Its number.
    Number(u16),
    /// Its name.
    Name(String),
}

fn tcp() -> String {
    "TCP".to_owned()
}
