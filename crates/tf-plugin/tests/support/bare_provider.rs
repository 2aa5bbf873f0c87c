//! A provider without resources, for tests of the transport. Its functions are the situations that a transport
//! has to bear: they answer, echo, log, hang, last and crash.

use std::io;
use std::process::ExitCode;
use std::sync::{Mutex, PoisonError};

use tf_plugin::proto::tfplugin6::provider_server::Provider;
use tf_plugin::proto::tfplugin6::{Schema, call_function, get_provider_schema, schema};
use tf_plugin::serve::{Program, Service, run};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tonic::{Request, Response, Status};

#[derive(Default)]
struct Bare {
    stop: Mutex<CancellationToken>,
    lasting: TaskTracker,
}

impl Bare {
    fn stop_token(&self) -> std::sync::MutexGuard<'_, CancellationToken> {
        self.stop.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Service for Bare {
    fn stop(&self) {
        std::mem::take(&mut *self.stop_token()).cancel();
    }

    async fn settled(&self) {
        self.lasting.close();
        self.lasting.wait().await;
    }
}

/// Lasts until the other side of the socket closes its half. Says there when it is asked to stop, and when it ends.
#[cfg(unix)]
async fn last(socket: String, stop: CancellationToken) -> io::Result<()> {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let (mut input, mut output) = tokio::net::UnixStream::connect(socket).await?.into_split();
    let mut end = std::pin::pin!(async move { input.read_to_end(&mut Vec::new()).await });
    tokio::select! {
        _ = &mut end => {}
        () = stop.cancelled() => {
            output.write_all(b"asked to stop\n").await?;
            end.await?;
        }
    }
    output.write_all(b"ended\n").await
}

#[cfg(not(unix))]
async fn last(_: String, _: CancellationToken) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

#[tonic::async_trait]
impl Provider for Bare {
    async fn get_provider_schema(
        &self,
        _request: Request<get_provider_schema::Request>,
    ) -> Result<Response<get_provider_schema::Response>, Status> {
        // Terraform follows the block without looking whether it is there.
        let provider = Some(Schema { version: 0, block: Some(schema::Block::default()) });
        Ok(Response::new(get_provider_schema::Response { provider, ..Default::default() }))
    }

    async fn call_function(
        &self,
        request: Request<call_function::Request>,
    ) -> Result<Response<call_function::Response>, Status> {
        let call_function::Request { name, arguments } = request.into_inner();
        match name.as_str() {
            "hang" => std::future::pending().await,
            "last" => {
                let socket = arguments.first().map(|socket| socket.json.clone()).unwrap_or_default();
                let socket = String::from_utf8(socket).map_err(|_| Status::invalid_argument("no path"))?;
                let stop = self.stop_token().clone();
                let lasting = self.lasting.spawn(async move { last(socket, stop).await });
                lasting.await.map_err(|error| Status::internal(error.to_string()))??;
            }
            "panic" => panic!("the bare provider was asked to"),
            "log" => tracing::info!(answer = 42, "asked to log"),
            _ => {}
        }
        Ok(Response::new(call_function::Response { result: arguments.into_iter().next(), error: None }))
    }
}

fn main() -> ExitCode {
    let program = Program { address: "example/bare", version: "0.0.0", crates: &["bare_provider"] };
    run(&program, Bare::default)
}
