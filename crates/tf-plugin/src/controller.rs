//! `plugin.GRPCController`: the host's order to end the process. Only sets the server's stop in motion;
//! `serve` ends it, and is bound to a time limit there.

use tokio_util::sync::CancellationToken;
use tonic::{Request, Response, Status};

use crate::proto::plugin::Empty;
use crate::proto::plugin::grpc_controller_server::GrpcController;

/// Stops the server on `Shutdown`.
pub(crate) struct Controller {
    stop: CancellationToken,
}

impl Controller {
    /// A controller that cancels `stop`.
    pub(crate) fn new(stop: CancellationToken) -> Self {
        Self { stop }
    }
}

#[tonic::async_trait]
impl GrpcController for Controller {
    async fn shutdown(&self, _request: Request<Empty>) -> Result<Response<Empty>, Status> {
        tracing::debug!("the host asked for the end");
        // The stop is graceful: this answer still goes out.
        self.stop.cancel();
        Ok(Response::new(Empty {}))
    }
}
