//! The generated messages and server traits of the protocol. Nothing here is written by hand, and nothing outside of
//! this crate knows it.

/// `tfplugin6`, protocol 6.11: the provider's own service.
#[allow(
    dead_code,
    missing_docs,
    unreachable_pub,
    clippy::all,
    clippy::pedantic,
    clippy::allow_attributes_without_reason,
    reason = "generated code; the meaning of its items is described in proto/tfplugin6.proto"
)]
#[rustfmt::skip]
pub mod tfplugin6 {
    tonic::include_proto!("tfplugin6");
}

/// `plugin`: the services with which go-plugin runs a process.
#[allow(
    dead_code,
    missing_docs,
    unreachable_pub,
    clippy::all,
    clippy::pedantic,
    clippy::allow_attributes_without_reason,
    reason = "generated code; the meaning of its items is described in proto/plugin/"
)]
#[rustfmt::skip]
pub mod plugin {
    tonic::include_proto!("plugin");
}
