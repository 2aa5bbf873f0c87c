//! The hub of a fleet: a Kubernetes API with the kinds of Fleet's networking.

mod definitions;
