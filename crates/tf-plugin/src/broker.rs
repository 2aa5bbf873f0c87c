//! `plugin.GRPCBroker`: hosts open its stream when they connect. Terraform asks for no further connections
//! over it, and neither do we: the stream stays open and silent.

use tokio_util::sync::CancellationToken;
use tonic::codegen::BoxStream;
use tonic::{Request, Response, Status, Streaming};

use crate::proto::plugin::ConnInfo;
use crate::proto::plugin::grpc_broker_server::GrpcBroker;
use crate::stdio::Silence;

/// Holds streams open until the server stops.
pub(crate) struct Broker {
    stop: CancellationToken,
}

impl Broker {
    /// A broker whose streams end with `stop`.
    pub(crate) fn new(stop: CancellationToken) -> Self {
        Self { stop }
    }
}

#[tonic::async_trait]
impl GrpcBroker for Broker {
    async fn start_stream(
        &self,
        request: Request<Streaming<ConnInfo>>,
    ) -> Result<Response<BoxStream<ConnInfo>>, Status> {
        // Letting go of the host's half would reset the stream.
        Ok(Response::new(Box::pin(Silence::until(self.stop.clone(), request.into_inner()))))
    }
}
