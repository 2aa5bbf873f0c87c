//! The generated messages, clients and server traits of the protocol. Nothing here is written by hand.

/// `tfplugin6`, protocol 6.11: the provider's own service.
#[allow(
    missing_docs,
    unreachable_pub,
    clippy::all,
    clippy::pedantic,
    clippy::allow_attributes_without_reason,
    reason = "generated code; the meaning of its items is described in crates/tf-plugin/proto/tfplugin6.proto"
)]
#[rustfmt::skip]
pub mod tfplugin6 {
    tonic::include_proto!("tfplugin6");
}

/// `plugin`: the services with which go-plugin runs a process.
#[allow(
    missing_docs,
    unreachable_pub,
    clippy::all,
    clippy::pedantic,
    clippy::allow_attributes_without_reason,
    reason = "generated code; the meaning of its items is described in crates/tf-plugin/proto/plugin/"
)]
#[rustfmt::skip]
pub mod plugin {
    tonic::include_proto!("plugin");
}
