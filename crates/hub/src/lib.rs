//! A client of the Kubernetes API of an Azure Kubernetes Fleet Manager hub.
//!
//! [`Access`] says where a hub is and who asks; a [`Hub`] is connected with it and reads, applies, deletes and watches
//! objects of the kinds that DNS load balancing needs: [`TrafficManagerProfile`], [`TrafficManagerBackend`] and
//! [`ServiceExport`]. This crate alone knows their shape on the wire. It decides nothing about them, and knows nothing of
//! Terraform and of Azure Resource Manager.
//!
//! # What is believed
//!
//! A success counts only if it is the object that was asked for: its kind, its name, its namespace, with a uid. A 404
//! counts only as a `Status` of Kubernetes.
//!
//! # What is limited
//!
//! | what | limit |
//! |---|---|
//! | the body of an answer, and one connection of a watch | 16 MiB |
//! | one attempt of a request | 60 s |
//! | a watch without any event | 5 minutes, then it is begun anew |
//! | all attempts together | the [`Deadline`] |
//! | the wait between attempts | 10 s, or what the server asks for |
//! | texts in errors | a message 2,000 characters, printable |

mod access;
mod authorization;
mod client;
mod deadline;
mod error;
mod events;
mod fleet_kubeconfig;
mod object;
mod service_export;
mod traffic_manager_backend;
mod traffic_manager_profile;
mod wait;

pub use access::{Access, AccessError, Exec};
pub use authorization::{Tokens, TokensError};
pub use client::{Apply, Hub};
pub use deadline::Deadline;
pub use error::{Call, Cause, ErrorKind, HubError, Refusal};
pub use events::Event;
pub use fleet_kubeconfig::{FleetKubeconfig, InvalidKubeconfig};
pub use object::{Condition, Kind, Metadata, Object, ObjectKey};
pub use service_export::{ExportStatus, Nothing, ServiceExport, WEIGHT_ANNOTATION};
pub use traffic_manager_backend::{
    BackendEndpoint, BackendSpec, BackendStatus, EndpointSource, NameReference, TrafficManagerBackend,
};
pub use traffic_manager_profile::{
    CustomHeader, MonitorConfig, ProfileSpec, ProfileStatus, TrafficManagerProfile,
};

#[cfg(test)]
mod tests;
