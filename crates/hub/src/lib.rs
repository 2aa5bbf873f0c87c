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
//! counts only as a `Status` of Kubernetes, and what is refused the status of HTTP says. Redirects are not followed. Of the
//! kubeconfig that Azure gives for a fleet, only the address of the hub and its certificate authority are.
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
//! | lists in an object, and objects in a list | 1,000 and 5,000 elements |
//! | ids and names that a controller gives | 4 KiB, without control characters |
//! | messages in errors, conditions and events | 2,000 characters, printable, without tokens and values of headers |

mod access;
mod answer;
mod authorization;
mod bounded;
mod client;
mod deadline;
mod error;
mod events;
mod fleet_kubeconfig;
mod login;
mod object;
mod said;
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
pub use fleet_kubeconfig::{FleetKubeconfig, HUB_APPLICATION, InvalidKubeconfig};
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
