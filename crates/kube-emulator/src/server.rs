//! The server: requests in, answers out.

use std::sync::Arc;

use bytes::Bytes;
use serde_json::{Value, json};

use crate::catalog::Catalog;
use crate::client::Client;
use crate::clock::Clock;
use crate::definition::Definition;
use crate::registry::{Deletion, Registry, Subresource};
use crate::request::{Body, Request, Response};
use crate::snapshot::{self, SnapshotError};
use crate::status::{self, Status};
use crate::store::Store;
use crate::subscription::Subscription;
use crate::writing::Writing;

/// A Kubernetes API server in memory. Clones share everything.
#[derive(Clone, Debug)]
pub struct ApiServer {
    registry: Arc<Registry>,
}

impl ApiServer {
    /// A server with these kinds besides the built-in ones, without objects except for its first namespaces.
    pub fn new(definitions: Vec<Definition>) -> Self {
        Self::with_clock(definitions, Clock::system())
    }

    /// The same, with a clock of the caller.
    pub fn with_clock(definitions: Vec<Definition>, clock: Clock) -> Self {
        let registry = Arc::new(Registry::new(Catalog::new(definitions), clock, Store::default()));
        let server = Self { registry };
        server.create_first_namespaces();
        server
    }

    /// Forgets everything, as a new server.
    pub fn reset(&self) {
        self.registry.replace(Store::default());
        self.create_first_namespaces();
    }

    /// The way to the objects for a controller, which owns the fields that it writes under this name.
    pub fn client(&self, manager: &str) -> Client {
        Client { registry: Arc::clone(&self.registry), manager: manager.to_owned() }
    }

    /// Hears of every change from now on.
    pub fn subscribe(&self) -> Subscription {
        Subscription::new(Arc::clone(&self.registry))
    }

    /// All objects as one value.
    pub fn snapshot(&self) -> Value {
        snapshot::taken(&self.registry.catalog, &self.registry.store())
    }

    /// Replaces all objects by those of a snapshot.
    pub fn restore(&self, snapshot: &Value) -> Result<(), SnapshotError> {
        self.registry.replace(snapshot::restored(&self.registry.catalog, snapshot)?);
        Ok(())
    }

    /// Answers a request. Whether the user may do it is for the caller to decide before.
    #[expect(clippy::unused_async, reason = "answers of watches will wait")]
    pub async fn answer(&self, request: Request) -> Response {
        self.respond(&request).unwrap_or_else(|status| Response::from(&status))
    }

    fn respond(&self, request: &Request) -> Result<Response, Status> {
        let segments: Vec<&str> = request.path.split('/').filter(|part| !part.is_empty()).collect();
        let (group, version, rest) = match segments.as_slice() {
            ["healthz" | "readyz" | "livez", ..] => return Ok(Response::text("ok")),
            ["api", version, rest @ ..] => ("", *version, rest),
            ["apis", group, version, rest @ ..] => (*group, *version, rest),
            _ => return Err(Status::no_such_address()),
        };
        let (namespace, rest) = match rest {
            ["namespaces", namespace, rest @ ..] if !rest.is_empty() && *rest != ["status"] => {
                (*namespace, rest)
            }
            rest => ("", rest),
        };
        let [plural, rest @ ..] = rest else { return Err(Status::no_such_address()) };
        let view = self.registry.catalog.find(group, version, plural).ok_or_else(Status::no_such_address)?;
        let body = || {
            serde_json::from_slice::<Value>(&request.body)
                .map_err(|error| Status::bad_request(error.to_string()))
        };
        let writing = Writing::default();
        match (request.method.as_str(), rest) {
            ("GET", []) => {
                let (revision, items) =
                    self.registry.list(view, (!namespace.is_empty()).then_some(namespace));
                let list = json!({
                    "apiVersion": view.api_version(), "kind": view.kind.definition.list_kind,
                    "metadata": { "resourceVersion": revision.to_string() }, "items": items,
                });
                Ok(Response::json(200, &list))
            }
            ("POST", []) => {
                let written = self.registry.create(view, namespace, body()?, &writing)?;
                Ok(Response::json(201, &written.object))
            }
            ("GET", [name]) => Ok(Response::json(200, &self.registry.get(view, namespace, name)?)),
            ("PUT", [name, rest @ ..]) => {
                let part = if rest.is_empty() { Subresource::Whole } else { Subresource::Status };
                let body = body()?;
                let written = self.registry.update(view, (namespace, name, part), &writing, |_| Ok(body))?;
                Ok(Response::json(200, &written.object))
            }
            ("DELETE", [name]) => Ok(match self.registry.delete(view, namespace, name, false)? {
                Deletion::Gone(object) => {
                    let uid = crate::object::meta(&object, "uid");
                    Response::json(200, &status::deleted(&view.kind.resource(), name, uid))
                }
                Deletion::Waiting(object) => Response::json(200, &object),
            }),
            _ => Err(Status::method_not_allowed()),
        }
    }

    fn create_first_namespaces(&self) {
        let Some(view) = self.registry.catalog.find("", "v1", "namespaces") else { return };
        for name in ["default", "kube-node-lease", "kube-public", "kube-system"] {
            let namespace = json!({ "metadata": { "name": name } });
            let writing = Writing { manager: "kube-apiserver".to_owned(), ..Writing::default() };
            // It can only be there already.
            _ = self.registry.create(view, "", namespace, &writing);
        }
    }
}

impl Response {
    fn json(status: u16, document: &Value) -> Self {
        let body = Body::Full(Bytes::from(document.to_string()));
        Self { status, content_type: "application/json", headers: Vec::new(), body }
    }

    fn text(text: &'static str) -> Self {
        let body = Body::Full(Bytes::from_static(text.as_bytes()));
        Self { status: 200, content_type: "text/plain; charset=utf-8", headers: Vec::new(), body }
    }
}

impl From<&Status> for Response {
    fn from(status: &Status) -> Self {
        Self::json(status.code(), &status.document())
    }
}
