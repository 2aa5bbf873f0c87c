//! `plugin.GRPCStdio`: the stream on which a host would hear what the plugin prints. This plugin prints
//! nothing: its log goes to stderr, which the host reads itself. The stream stays open and silent, because
//! hosts log a complaint when it ends.

use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio_stream::Stream;
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};
use tonic::codegen::BoxStream;
use tonic::{Request, Response, Status};

use crate::proto::plugin::StdioData;
use crate::proto::plugin::grpc_stdio_server::GrpcStdio;

/// Holds the stream open until the server stops.
pub(crate) struct Stdio {
    stop: CancellationToken,
}

impl Stdio {
    /// A service whose streams end with `stop`.
    pub(crate) fn new(stop: CancellationToken) -> Self {
        Self { stop }
    }
}

#[tonic::async_trait]
impl GrpcStdio for Stdio {
    async fn stream_stdio(&self, _request: Request<()>) -> Result<Response<BoxStream<StdioData>>, Status> {
        Ok(Response::new(Box::pin(Silence::until(self.stop.clone(), ()))))
    }
}

/// A stream of `T` without items that ends with the server, and keeps a value until then.
pub(crate) struct Silence<T, K> {
    stopped: Pin<Box<WaitForCancellationFutureOwned>>,
    _kept: K,
    _item: PhantomData<fn() -> T>,
}

impl<T, K> Silence<T, K> {
    /// Silence until `stop`, keeping `kept`.
    pub(crate) fn until(stop: CancellationToken, kept: K) -> Self {
        Self { stopped: Box::pin(stop.cancelled_owned()), _kept: kept, _item: PhantomData }
    }
}

impl<T, K: Unpin> Stream for Silence<T, K> {
    type Item = Result<T, Status>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.stopped.as_mut().poll(context).map(|()| None)
    }
}

#[cfg(test)]
mod tests {
    use tokio_stream::StreamExt as _;

    use super::*;

    #[tokio::test]
    async fn silence_lasts_until_the_stop() {
        let stop = CancellationToken::new();
        let mut silence = Silence::<StdioData, ()>::until(stop.clone(), ());
        let mut pending = std::pin::pin!(silence.next());
        assert!(
            std::future::poll_fn(|context| Poll::Ready(pending.as_mut().poll(context).is_pending())).await
        );
        stop.cancel();
        assert!(pending.await.is_none());
    }
}
