//! How a provider in this process is called.

use std::convert::Infallible;

use tf_plugin::Server;
use tower::service_fn;
use tower::util::BoxCloneSyncService;

/// The way to a provider in this process: gRPC without a connection, each call a future of the caller.
pub type LocalChannel =
    BoxCloneSyncService<http::Request<tonic::body::Body>, http::Response<tonic::body::Body>, Infallible>;

/// The way to this server.
pub(super) fn to(server: Server) -> LocalChannel {
    let answer = move |request| {
        let server = server.clone();
        async move { Ok(server.call(request).await.map(tonic::body::Body::new)) }
    };
    LocalChannel::new(service_fn(answer))
}
