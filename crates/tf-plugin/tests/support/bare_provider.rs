//! A provider without resources, for tests of the transport. Its functions are the situations that a transport
//! has to bear: they answer, echo, log, hang and crash.

use std::process::ExitCode;

use tf_plugin::proto::tfplugin6::provider_server::Provider;
use tf_plugin::proto::tfplugin6::{Schema, call_function, get_provider_schema, schema};
use tf_plugin::serve::{Program, run};
use tonic::{Request, Response, Status};

struct Bare;

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
            "panic" => panic!("the bare provider was asked to"),
            "log" => tracing::info!(answer = 42, "asked to log"),
            _ => {}
        }
        Ok(Response::new(call_function::Response { result: arguments.into_iter().next(), error: None }))
    }
}

fn main() -> ExitCode {
    let program = Program { address: "example/bare", version: "0.0.0", crates: &["bare_provider"] };
    run(&program, || Bare)
}
