//! The server: requests in, answers out.

mod body;
mod deletion;
mod reading;
mod writing;

use std::sync::Arc;

use serde_json::{Value, json};

use crate::attributes::Attributes;
use crate::catalog::{Catalog, View};
use crate::client::Client;
use crate::clock::Clock;
use crate::definition::Definition;
use crate::discovery;
use crate::media::{self, Form, Included};
use crate::openapi;
use crate::query::Query;
use crate::registry::{Place, Registry, Subresource};
use crate::request::{Request, Response};
use crate::snapshot::{self, SnapshotError};
use crate::status::Status;
use crate::store::Store;
use crate::strategy::Strategy;
use crate::subscription::Subscription;
use crate::text;
use crate::writing::Writing;

/// How large a body may be.
const MOST_BYTES: usize = 3 << 20;

/// A Kubernetes API server in memory. Clones share everything.
#[derive(Clone, Debug)]
pub struct ApiServer {
    registry: Arc<Registry>,
}

/// A request for a resource that this server has.
struct Call<'a> {
    registry: &'a Arc<Registry>,
    request: &'a Request,
    query: Query,
    attributes: Attributes,
    view: View<'a>,
    subresource: Subresource,
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

    /// Forgets everything, as a new server. Whoever watches is told that it missed something.
    pub fn reset(&self) {
        self.registry.replace(Store::default());
        self.create_first_namespaces();
    }

    /// Ends all watches, now and later. Everything else is answered as before.
    pub fn close(&self) {
        self.registry.close();
    }

    /// The way to the objects for a controller, which owns the fields that it writes under this name.
    pub fn client(&self, manager: &str) -> Client {
        Client { registry: Arc::clone(&self.registry), manager: manager.to_owned() }
    }

    /// Hears of every change from now on.
    pub fn subscribe(&self) -> Subscription {
        Subscription::new(Arc::clone(&self.registry))
    }

    /// The revision of the latest change. It only grows.
    pub fn revision(&self) -> u64 {
        self.registry.store().revision()
    }

    /// All objects as one value.
    pub fn snapshot(&self) -> Value {
        snapshot::taken(&self.registry.catalog, &self.registry.store())
    }

    /// Replaces all objects by those of a snapshot. Whoever watches is told that it missed something.
    pub fn restore(&self, snapshot: &Value) -> Result<(), SnapshotError> {
        self.registry.replace(snapshot::restored(&self.registry.catalog, snapshot)?);
        Ok(())
    }

    /// Answers a request. Whether the user may do it is for the caller to decide before.
    #[expect(clippy::unused_async, reason = "an answer that has to wait shall not change the interface")]
    pub async fn answer(&self, request: Request) -> Response {
        self.respond(&request).unwrap_or_else(|status| Response::from(&status))
    }

    fn respond(&self, request: &Request) -> Result<Response, Status> {
        let attributes = Attributes::from_request(request);
        if !attributes.is_resource {
            return self.about_the_server(request);
        }
        if request.body.len() > MOST_BYTES {
            let message = format!("Request entity too large: limit is {MOST_BYTES}");
            return Err(Status::new(413, "RequestEntityTooLarge", message));
        }
        let Attributes { group, version, resource, name, .. } = &attributes;
        let Some(view) = self.registry.catalog.find(group, version, resource) else {
            // The core group is one of a real server's own, the others are asked one after the other who knows the address.
            let is_core = group.is_empty();
            return if is_core { Err(Status::no_such_address()) } else { Ok(no_page()) };
        };
        let subresource = match attributes.subresource.as_str() {
            "" => Subresource::Whole,
            "status" if view.kind.definition.has_status => Subresource::Status,
            _ if view.kind.strategy == Strategy::Custom => {
                return Err(Status::not_found(&view.kind.resource(), name));
            }
            _ => return Err(Status::no_such_address()),
        };
        let lacks_namespace = view.kind.is_namespaced()
            && attributes.namespace.is_empty()
            && attributes.verb != "list"
            && attributes.verb != "watch";
        let has_surplus_namespace = !view.kind.is_namespaced()
            && !attributes.namespace.is_empty()
            && view.kind.strategy != Strategy::Namespace;
        if lacks_namespace || has_surplus_namespace {
            let is_custom = view.kind.strategy == Strategy::Custom;
            return if is_custom { Ok(no_page()) } else { Err(Status::method_not_allowed()) };
        }
        let query = Query::parse(&request.query);
        Call { registry: &self.registry, request, query, attributes, view, subresource }.answer()
    }

    /// Answers about the server itself.
    fn about_the_server(&self, request: &Request) -> Result<Response, Status> {
        let catalog = &self.registry.catalog;
        let parts: Vec<&str> = request.path.split('/').filter(|part| !part.is_empty()).collect();
        if !matches!(request.method.as_str(), "GET" | "HEAD") {
            return Err(Status::method_not_allowed());
        }
        let is_aggregated = media::wants_aggregated(&request.accept);
        let document = match parts.as_slice() {
            ["healthz" | "readyz" | "livez", ..] => return Ok(Response::text(200, "ok")),
            ["version"] => Some(discovery::version()),
            ["api" | "apis"] if is_aggregated => {
                let mut response = Response::json(200, &discovery::aggregated(catalog, parts == ["api"]));
                response.content_type = media::AGGREGATED;
                return Ok(response);
            }
            ["api"] => Some(discovery::core_versions()),
            ["api", version] => discovery::resources(catalog, "", version),
            ["apis"] => Some(discovery::groups(catalog)),
            ["apis", group] => discovery::group(catalog, group),
            ["apis", group, version] => discovery::resources(catalog, group, version),
            ["openapi", "v2"] => Some(openapi::second(catalog)),
            ["openapi", "v3"] => {
                let mut response = Response::json(200, &openapi::index(catalog));
                response.content_type = "text/plain; charset=utf-8";
                return Ok(response);
            }
            ["openapi", "v3", "api", version] => openapi::third(catalog, "", version),
            ["openapi", "v3", "apis", group, version] => openapi::third(catalog, group, version),
            [] => Some(
                json!({ "paths": ["/api", "/api/v1", "/apis", "/healthz", "/livez", "/openapi/v2", "/openapi/v3", "/readyz", "/version"] }),
            ),
            _ => None,
        };
        Ok(document.map_or_else(no_page, |document| Response::json(200, &document)))
    }

    fn create_first_namespaces(&self) {
        let Some(view) = self.registry.catalog.find("", "v1", "namespaces") else { return };
        for name in ["default", "kube-node-lease", "kube-public", "kube-system"] {
            let namespace = json!({ "metadata": { "name": name } });
            let writing = Writing { manager: "kube-apiserver".to_owned(), ..Writing::default() };
            // It can only be there already.
            _ = self.registry.create(view, "", namespace.into(), &writing);
        }
    }
}

impl Call<'_> {
    fn answer(&self) -> Result<Response, Status> {
        let attributes = &self.attributes;
        let is_part = self.subresource == Subresource::Status;
        match attributes.verb.as_str() {
            "get" => self.get(),
            "list" => self.list(),
            "watch" => self.watch(),
            "create" if attributes.name.is_empty() => self.create(),
            "create" if self.view.kind.strategy == Strategy::Custom => self.create(),
            "update" | "patch" if attributes.name.is_empty() => Err(match self.view.kind.strategy {
                Strategy::Custom => Status::bad_request("name must be provided"),
                _ => Status::method_not_allowed(),
            }),
            "update" => self.replace(),
            "patch" => self.patch(),
            "delete" if !is_part => self.delete(),
            "deletecollection" if self.view.kind.strategy != Strategy::Namespace => self.delete_collection(),
            verb if self.view.kind.strategy == Strategy::Custom => {
                let resource = self.view.kind.resource();
                // What is no verb at all has no name either.
                let verb = if verb == "delete" { verb } else { "" };
                let message = format!("{verb} is not supported on resources of kind \"{resource}\"");
                Err(Status::new(405, "MethodNotAllowed", message).about(&resource, ""))
            }
            _ => Err(Status::method_not_allowed()),
        }
    }

    /// The form in which the answer is wanted.
    fn form(&self) -> Result<Form, Status> {
        let form = media::accepted(&self.request.accept)?;
        if !matches!(form, Form::Table(_)) {
            return Ok(form);
        }
        Ok(Form::Table(match self.query.text("includeObject") {
            "" | "Metadata" => Included::Metadata,
            "Object" => Included::Whole,
            "None" => Included::Nothing,
            other => {
                let message = format!(
                    "Unable to convert to Table as requested: includeObject: Invalid value: {}: must be 'Metadata', \
                     'Object', 'None', or empty",
                    text::quoted(other)
                );
                return Err(Status::bad_request(message));
            }
        }))
    }

    fn place(&self) -> Place<'_> {
        let namespace = if self.view.kind.is_namespaced() { self.attributes.namespace.as_str() } else { "" };
        Place { view: self.view, namespace, name: &self.attributes.name, subresource: self.subresource }
    }
}

/// What the mux of a real server says about an address that nothing is behind.
fn no_page() -> Response {
    Response::text(404, "404 page not found\n")
}
