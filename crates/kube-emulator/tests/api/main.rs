//! What a client of the API sees. Each expected text is that of a real server of Kubernetes 1.36.

mod apply;
mod deletion;
mod discovery;
mod in_process;
mod lists;
mod objects;
mod patches;
mod support;
mod watches;
