//! The hub of a fleet: a Kubernetes API with the kinds of Fleet's networking.

#[expect(dead_code, reason = "the API of a hub is mounted where its controllers are")]
mod definitions;
