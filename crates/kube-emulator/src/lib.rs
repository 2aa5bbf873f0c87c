//! A Kubernetes API server in memory.
//!
//! What resources exist comes as [`Definition`]s; the crate knows none of its own except those that every server has.
//! [`ApiServer::answer`] answers requests without an HTTP server, and [`Client`] lets controllers in the same process read
//! and write the same objects. There is no authentication, no authorization and no webhook: whoever mounts the server
//! decides who may ask, and answers [`Status::unauthorized`] or [`Status::forbidden`].

mod answer;
mod attributes;
mod builtin;
mod catalog;
mod client;
mod clock;
mod decode;
mod defaulting;
mod definition;
mod discovery;
mod events;
mod json;
mod media;
mod metadata_only;
mod metadata_schema;
mod names;
mod object;
mod openapi;
mod ownership;
mod patch;
mod problem;
mod protobuf;
mod pruning;
mod query;
mod registry;
mod request;
mod schema;
mod selector;
mod server;
mod snapshot;
mod status;
mod store;
mod strategy;
mod subscription;
mod syntax;
mod table;
mod text;
mod validation;
mod watch;
mod writing;
mod yaml;

pub use attributes::Attributes;
pub use client::Client;
pub use clock::Clock;
pub use definition::{Definition, Version};
pub use events::{Event, Severity};
pub use names::{GroupResource, ResourceType};
pub use request::{Body, Request, Response, User};
pub use schema::{Rule, Schema};
pub use server::ApiServer;
pub use snapshot::SnapshotError;
pub use status::{Cause, Status};
pub use subscription::{Change, Notice, Subscription};
