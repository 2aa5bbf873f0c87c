//! A provider for tests of the transport. Its functions and the creation of its only resource are the situations that
//! a transport has to bear: they answer, echo, log, hang, last and crash. Its ephemeral resource holds a secret.

use std::collections::BTreeMap;
use std::io;
use std::process::ExitCode;

use tf_plugin::cty::{Type, Value as Cty};
use tf_plugin::ephemeral_resource::{Close, Open, Opened, Renew, Renewed, WithClose, WithRenew};
use tf_plugin::function::{FunctionError, Parameter, Signature};
use tf_plugin::resource::{Create, Delete, Plan, Read, State, Update};
use tf_plugin::serve::{Program, run};
use tf_plugin::{
    Configure, Context, Diagnostics, EphemeralLifecycle, EphemeralResource, Function, Path, Provider,
    Registry, Resource, Server, Value, object,
};

object! {
    /// The configuration of the provider, on which nothing depends.
    struct Config {
        /// Is not said.
        pub greeting: Value<String>,
    }
}

object! {
    /// A thing, of which nothing is kept.
    struct Thing {
        /// What its creation does: `hang`, `nothing`, or last until the socket of this path is closed.
        pub does: Value<String> => [required],
    }
}

struct Bare;

impl Provider for Bare {
    type Config = Config;
    type Data = ();

    async fn configure(&self, _: Configure<Config>, _: &mut Diagnostics) -> Option<()> {
        Some(())
    }

    fn register(&self, registry: &mut Registry<()>) {
        registry.resource(Things);
        registry.ephemeral_resource(EphemeralLifecycle::new(Secrets).with_renew().with_close());
        registry.function(Echo);
        registry.function(Log);
        registry.function(Panic);
    }
}

struct Things;

impl Resource for Things {
    const TYPE_NAME: &'static str = "bare_thing";
    type Model = Thing;
    type Private = ();
    type Data = ();

    async fn plan(&self, _: &Context<()>, _: &mut Plan<Self>, _: &mut Diagnostics) {}

    async fn create(
        &self,
        context: &Context<()>,
        request: Create<Self>,
        diagnostics: &mut Diagnostics,
    ) -> Option<State<Self>> {
        match request.planned.does.as_deref().unwrap_or_default() {
            "hang" => std::future::pending().await,
            "nothing" => {}
            socket => {
                if let Err(error) = last(socket, context).await {
                    diagnostics.error(Path::new("does"), "No socket", error.to_string());
                }
            }
        }
        Some(State::new(request.planned))
    }

    async fn read(&self, _: &Context<()>, request: Read<Self>, _: &mut Diagnostics) -> Option<State<Self>> {
        Some(State::new(request.current))
    }

    async fn update(
        &self,
        _: &Context<()>,
        request: Update<Self>,
        _: &mut Diagnostics,
    ) -> Option<State<Self>> {
        Some(State::new(request.planned))
    }

    async fn delete(&self, _: &Context<()>, _: Delete<Self>, _: &mut Diagnostics) {}
}

/// Lasts until the other side of the socket closes its half. Says there when it is asked to stop, and when it ends.
#[cfg(unix)]
async fn last(socket: &str, context: &Context<()>) -> io::Result<()> {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let (mut input, mut output) = tokio::net::UnixStream::connect(socket).await?.into_split();
    let mut end = std::pin::pin!(async move { input.read_to_end(&mut Vec::new()).await });
    tokio::select! {
        _ = &mut end => {}
        () = context.cancelled().cancelled() => {
            output.write_all(b"asked to stop\n").await?;
            end.await?;
        }
    }
    output.write_all(b"ended\n").await
}

#[cfg(not(unix))]
async fn last(_: &str, _: &Context<()>) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

object! {
    /// A secret.
    struct Secret {
        /// What it is made from.
        pub seed: Value<String> => [required],
        /// What nobody may know.
        pub text: Value<String> => [computed, sensitive],
    }
}

struct Secrets;

impl EphemeralResource for Secrets {
    const TYPE_NAME: &'static str = "bare_secret";
    type Model = Secret;
    /// What is remembered is secret, too.
    type Private = BTreeMap<String, String>;
    type Data = ();

    async fn open(&self, _: &Context<()>, request: Open<Self>, _: &mut Diagnostics) -> Option<Opened<Self>> {
        let text: String = request.config.seed.as_deref().unwrap_or_default().chars().rev().collect();
        let private = BTreeMap::from([("text".to_owned(), text.clone())]);
        let model = Secret { text: Value::Known(text), ..request.config };
        Some(Opened { model, private, renew_at: Some(std::time::SystemTime::now()) })
    }
}

impl WithRenew for Secrets {
    async fn renew(
        &self,
        _: &Context<()>,
        request: Renew<Self>,
        _: &mut Diagnostics,
    ) -> Option<Renewed<Self>> {
        Some(Renewed { private: request.private, renew_at: None })
    }
}

impl WithClose for Secrets {
    async fn close(&self, _: &Context<()>, request: Close<Self>, diagnostics: &mut Diagnostics) {
        if request.private.is_empty() {
            diagnostics.error(Path::root(), "Nothing to close", "Nothing was remembered.");
        }
    }
}

fn signature(summary: &str, parameters: Vec<Parameter>) -> Signature {
    let (summary, description) = (summary.to_owned(), String::new());
    Signature { summary, description, parameters, variadic: None, result: Type::String }
}

struct Echo;

impl Function for Echo {
    const NAME: &'static str = "echo";

    fn signature(&self) -> Signature {
        let (name, description) = ("text".to_owned(), String::new());
        signature(
            "Answers its argument.",
            vec![Parameter { name, of: Type::String, description, nullable: false, takes_unknown: false }],
        )
    }

    fn call(&self, arguments: Vec<Cty>) -> Result<Cty, FunctionError> {
        Ok(arguments.into_iter().next().unwrap_or(Cty::Null))
    }
}

struct Log;

impl Function for Log {
    const NAME: &'static str = "log";

    fn signature(&self) -> Signature {
        signature("Writes a log record.", vec![])
    }

    fn call(&self, _: Vec<Cty>) -> Result<Cty, FunctionError> {
        tracing::info!(answer = 42, "asked to log");
        Ok(Cty::string(""))
    }
}

struct Panic;

impl Function for Panic {
    const NAME: &'static str = "panic";

    fn signature(&self) -> Signature {
        signature("Starts a thread that crashes.", vec![])
    }

    fn call(&self, _: Vec<Cty>) -> Result<Cty, FunctionError> {
        // In this thread, it would be a part of the call.
        let crash = std::thread::spawn(|| panic!("the bare provider was asked to"));
        assert!(crash.join().is_err());
        Ok(Cty::string(""))
    }
}

fn main() -> ExitCode {
    let program = Program { address: "example/bare", version: "0.0.0", crates: &["bare_provider"] };
    run(&program, || Server::new(Bare))
}
