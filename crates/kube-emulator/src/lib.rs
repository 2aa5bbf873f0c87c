//! A Kubernetes API server in memory, with the behaviour of Kubernetes 1.36.
//!
//! What resources exist comes as [`Definition`]s; the crate knows none of its own except those that every server has:
//! namespaces, secrets, config maps, service accounts, events, and the definitions as objects. [`ApiServer::answer`] answers
//! requests without an HTTP server, and [`Client`] lets controllers in the same process read and write the same objects, hear
//! of changes ([`ApiServer::subscribe`]) and record events.
//!
//! A request goes through these rooms: `attributes` and `query` say what is asked for, `server` decides which way it takes,
//! `decode` brings the object into the shape of its schema, `patch` and `ownership` make the new object of the present one,
//! `validation` refuses it or not, `registry` does all that under one lock and keeps it in `store`, and `answer` writes it in
//! the form that was asked for. `watch` and `subscription` read the changes that the store remembers.
//!
//! What is absent: authentication, authorization and webhooks (whoever mounts the server decides who may ask, with
//! [`Attributes`], and answers [`Status::unauthorized`] or [`Status::forbidden_to`]); the interpreter of the expressions in
//! rules (each [`Rule`] has a function that decides the same); garbage collection by owners, so that nothing waits for
//! dependants; answers in protocol buffers or YAML; lists at revisions of the past.

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
