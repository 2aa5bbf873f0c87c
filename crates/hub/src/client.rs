//! Reads, applies, deletes and lists objects of a hub, and tries again where that is worth it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use backoff::backoff;
use http::uri::Scheme;
use http::{Request, StatusCode};
use kube::client::{Body, ClientBuilder};
use kube::core::params::{DeleteParams, GetParams, ListParams, Patch, PatchParams, Preconditions};
use kube::core::request::Request as Requests;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::access::Access;
use crate::answer;
use crate::authorization::Authorized;
use crate::bounded;
use crate::deadline::{Deadline, Over};
use crate::error::{Call, ErrorKind, HubError, Refusal, has_source, kind_of};
use crate::events::{Event, Events};
use crate::object::{Kind, Object, ObjectKey, api_version, path, path_of_all};
use crate::said::{Carried, Said};

/// Under which name the hub remembers which fields are ours.
const FIELD_MANAGER: &str = "terraform-provider-azuretm";

/// How long one attempt may take.
const ATTEMPT: Duration = Duration::from_secs(60);

/// The longest pause between attempts, unless the hub asks for more.
pub(crate) const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// The most objects that are read of a list.
const LIST_LIMIT: u32 = 5000;

/// The same, where the answer is read.
const LISTED: usize = LIST_LIMIT as usize;

/// A hub. Cheap to clone: all clones share its connections.
#[derive(Clone)]
pub struct Hub {
    client: kube::Client,
    server: String,
    /// The tokens of its requests, which no text may show.
    carried: Arc<Carried>,
}

/// What is to be applied.
#[derive(Clone, Debug)]
pub struct Apply<'a, K: Kind> {
    /// Which object.
    pub key: &'a ObjectKey,
    /// What is wanted. What is left out is given up.
    pub spec: &'a K::Spec,
    /// Annotations.
    pub annotations: BTreeMap<String, String>,
    /// Whether fields are taken over from other field managers.
    pub force: bool,
}

impl Hub {
    /// The hub of this access. Nothing is sent yet.
    ///
    /// # Errors
    /// If the connection cannot be set up with what the access says.
    pub fn new(access: Access) -> Result<Self, HubError> {
        let server = access.server();
        let call = Call { method: "CONNECT".to_owned(), address: server.clone(), ..Call::default() };
        let carried = Arc::new(Carried::new(access.fixed_tokens()));
        let Access { mut config, tokens } = access;
        if config.cluster_url.scheme() == Some(&Scheme::HTTP) && config.proxy_url.is_none() {
            // Nobody shows a certificate, and reading those that the system trusts takes longer than all the rest.
            config.root_cert.get_or_insert_default();
        }
        let builder = ClientBuilder::try_from(config).map_err(|error| {
            let kind = match error {
                error @ kube::Error::Auth(_) => kind_of(error),
                error => ErrorKind::Configuration(error.into()),
            };
            HubError { call, kind }
        })?;
        let of_requests = Arc::clone(&carried);
        let layer = tower::layer::layer_fn(move |inner| {
            Authorized::new(inner, tokens.clone(), Arc::clone(&of_requests))
        });
        Ok(Self::with_client(builder.with_layer(&layer).build(), server, carried))
    }

    pub(crate) fn with_client(client: kube::Client, server: String, carried: Arc<Carried>) -> Self {
        Self { client, server, carried }
    }

    /// Reads an object; `None` if it is not there.
    pub async fn find<K: Kind>(
        &self,
        key: &ObjectKey,
        deadline: &Deadline,
    ) -> Result<Option<Object<K>>, HubError> {
        let request = requests::<K>(key).get(&key.name, &GetParams::default());
        match self.object(key, request, deadline).await {
            Ok(object) => Ok(Some(object)),
            Err(error) if error.is_absent(K::PLURAL, &key.name) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Creates an object, or makes it what is wanted, as far as it is ours.
    ///
    /// It can be sent again and again with one effect, so that an answer that was lost does no harm.
    pub async fn apply<K: Kind>(
        &self,
        apply: &Apply<'_, K>,
        deadline: &Deadline,
    ) -> Result<Object<K>, HubError> {
        let key = apply.key;
        let mut metadata = json!({ "name": key.name, "namespace": key.namespace });
        if !apply.annotations.is_empty() {
            metadata["annotations"] = json!(apply.annotations);
        }
        let mut body = json!({ "apiVersion": api_version(), "kind": K::KIND, "metadata": metadata });
        match serde_json::to_value(apply.spec) {
            Ok(Value::Object(spec)) if !spec.is_empty() => body["spec"] = Value::Object(spec),
            _ => {}
        }
        let parameters = PatchParams { force: apply.force, ..PatchParams::apply(FIELD_MANAGER) };
        let request = requests::<K>(key).patch(&key.name, &parameters, &Patch::Apply(&body));
        self.object(key, request, deadline).await
    }

    /// Changes the fields of a merge patch (RFC 7396), whoever manages them. Null removes a field.
    pub async fn merge<K: Kind>(
        &self,
        key: &ObjectKey,
        patch: &Value,
        deadline: &Deadline,
    ) -> Result<Object<K>, HubError> {
        let parameters =
            PatchParams { field_manager: Some(FIELD_MANAGER.to_owned()), ..PatchParams::default() };
        let request = requests::<K>(key).patch(&key.name, &parameters, &Patch::Merge(patch));
        self.object(key, request, deadline).await
    }

    /// Asks for the deletion of the object with this uid. `false` if it is not there, or another has its name.
    pub async fn delete<K: Kind>(
        &self,
        key: &ObjectKey,
        uid: &str,
        deadline: &Deadline,
    ) -> Result<bool, HubError> {
        let preconditions = Preconditions { uid: Some(uid.to_owned()), resource_version: None };
        let parameters = DeleteParams { preconditions: Some(preconditions), ..DeleteParams::default() };
        let request = requests::<K>(key).delete(&key.name, &parameters);
        let is_success = |answer: Deleted| {
            let is_status = answer.kind == "Status" && answer.status == "Success";
            let is_right = is_status || answer.kind == K::KIND;
            if is_right { Ok(()) } else { Err("it is neither the object nor a success") }
        };
        match self.ask(request, is_success, deadline).await {
            Ok(()) => Ok(true),
            Err(error) if error.is_absent(K::PLURAL, &key.name) => Ok(false),
            // The one with this uid is gone.
            Err(error) if error.refusal().is_some_and(|it| it.code == 409 && it.name == key.name) => {
                Ok(false)
            }
            Err(error) => Err(error),
        }
    }

    /// Lists the objects of a kind, of one namespace or of all.
    pub async fn list<K: Kind>(
        &self,
        namespace: Option<&str>,
        deadline: &Deadline,
    ) -> Result<Vec<Object<K>>, HubError> {
        let path = namespace.map_or_else(path_of_all::<K>, path::<K>);
        let request = Requests::new(path).list(&ListParams::default().limit(LIST_LIMIT));
        Ok(self.list_of(request, deadline).await?.items)
    }

    pub(crate) async fn list_of<K: Kind>(
        &self,
        request: Result<Request<Vec<u8>>, kube::core::request::Error>,
        deadline: &Deadline,
    ) -> Result<List<K>, HubError> {
        // Anything that has no items would be an empty list.
        let is_list = |list: List<K>| match list.kind.strip_suffix("List") {
            Some(kind) if kind == K::KIND => Ok(list),
            _ => Err("it has another kind"),
        };
        self.ask(request, is_list, deadline).await
    }

    /// The latest events about the object, the newest first.
    pub async fn events<K: Kind>(
        &self,
        object: &Object<K>,
        deadline: &Deadline,
    ) -> Result<Vec<Event>, HubError> {
        let of_object = format!("involvedObject.uid={}", object.metadata.uid);
        let parameters = ListParams::default().fields(&of_object).limit(100);
        let path = format!("/api/v1/namespaces/{}/events", object.metadata.namespace);
        let mut events = self.send::<Events>(Requests::new(path).list(&parameters), deadline).await?.items;
        events.sort_by(|left, right| right.time().cmp(left.time()));
        let said = self.said_of(object);
        Ok(events.into_iter().map(|event| event.fit_to_be_shown(&said)).collect())
    }

    /// Whether an object was applied by this client, at any time and in any process.
    pub fn has_applied<K: Kind>(object: &Object<K>) -> bool {
        object.metadata.managed_fields.iter().any(|fields| fields.manager == FIELD_MANAGER)
    }

    /// Where the hub is.
    pub fn server(&self) -> &str {
        &self.server
    }

    pub(crate) fn client(&self) -> &kube::Client {
        &self.client
    }

    async fn object<K: Kind>(
        &self,
        key: &ObjectKey,
        request: Result<Request<Vec<u8>>, kube::core::request::Error>,
        deadline: &Deadline,
    ) -> Result<Object<K>, HubError> {
        self.ask(request, |object| self.believed(key, object), deadline).await
    }

    /// The object, if it is the one that was asked for; if not, why not. What is said of it is fit to be shown.
    pub(crate) fn believed<K: Kind>(
        &self,
        key: &ObjectKey,
        mut object: Object<K>,
    ) -> Result<Object<K>, &'static str> {
        object.verify(key)?;
        let said = self.said_of(&object);
        for condition in K::conditions(&mut object.status) {
            condition.make_fit_to_be_shown(&said);
        }
        Ok(object)
    }

    /// Makes texts about an object fit to be shown: they may quote what it is wanted to be.
    fn said_of<K: Kind>(&self, object: &Object<K>) -> Said {
        self.carried.said(serde_json::to_value(&object.spec).ok())
    }

    /// Makes what is answered to a request fit to be shown: it may quote the request.
    pub(crate) fn said(&self, request: &Request<Vec<u8>>) -> Said {
        self.carried.said(serde_json::from_slice(request.body()).ok())
    }

    /// Sends a request until it is answered for good. `believe` says of a success what it is, or why it is none.
    async fn ask<T: DeserializeOwned, B>(
        &self,
        request: Result<Request<Vec<u8>>, kube::core::request::Error>,
        believe: impl FnOnce(T) -> Result<B, &'static str>,
        deadline: &Deadline,
    ) -> Result<B, HubError> {
        let call = request.as_ref().map(|request| self.call(request)).unwrap_or_default();
        let not_the_object = |why: &str| HubError {
            call: Call { attempts: 1, ..call },
            kind: ErrorKind::NotTheObject(why.to_owned()),
        };
        believe(self.send(request, deadline).await?).map_err(not_the_object)
    }

    /// Sends a request until it is answered for good. All requests here have one effect, however often they are sent.
    pub(crate) async fn send<T: DeserializeOwned>(
        &self,
        request: Result<Request<Vec<u8>>, kube::core::request::Error>,
        deadline: &Deadline,
    ) -> Result<T, HubError> {
        let request = request.map_err(|error| HubError {
            call: Call { address: self.server.clone(), ..Call::default() },
            kind: ErrorKind::Configuration(error.into()),
        })?;
        let (began, mut attempts) = (Instant::now(), 0);
        let mut was_refused_login = false;
        loop {
            attempts += 1;
            let kind = match self.attempt(&request, deadline).await {
                Ok(answer) => return Ok(answer),
                Err(kind) => kind,
            };
            let call = Call { attempts, elapsed: began.elapsed(), ..self.call(&request) };
            let in_doubt = call.in_doubt && has_no_answer(&kind);
            let error = |kind, out_of_time| HubError { call: Call { in_doubt, out_of_time, ..call }, kind };
            if !is_worth_another(&kind, deadline, &mut was_refused_login) {
                let is_late = matches!(kind, ErrorKind::TimedOut);
                return Err(error(kind, is_late));
            }
            let wait = asked_for(&kind).unwrap_or_else(|| backoff(attempts, LONGEST_PAUSE, fastrand::f64()));
            if wait >= deadline.left() {
                return Err(error(kind, true));
            }
            tracing::debug!(%kind, attempts, "trying again");
            tokio::select! {
                () = tokio::time::sleep(wait) => {}
                _ = deadline.over() => return Err(error(kind, true)),
            }
        }
    }

    async fn attempt<T: DeserializeOwned>(
        &self,
        request: &Request<Vec<u8>>,
        deadline: &Deadline,
    ) -> Result<T, ErrorKind> {
        let asked = async {
            let response = self.client.send(request.clone().map(Body::from)).await.map_err(kind_of)?;
            answer::decode(answer::success(response, || self.said(request)).await?).await
        };
        tokio::select! {
            answer = tokio::time::timeout(ATTEMPT, asked) => match answer {
                Ok(answer) => answer,
                Err(_) => Err(ErrorKind::Transport("no answer within a minute".into())),
            },
            over = deadline.over() => Err(match over {
                Over::Time => ErrorKind::TimedOut,
                Over::Cancelled => ErrorKind::Cancelled,
            }),
        }
    }

    fn call(&self, request: &Request<Vec<u8>>) -> Call {
        Call {
            method: request.method().to_string(),
            address: format!("{}{}", self.server, request.uri().path()),
            in_doubt: request.method() != http::Method::GET,
            ..Call::default()
        }
    }
}

fn requests<K: Kind>(key: &ObjectKey) -> Requests {
    Requests::new(path::<K>(&key.namespace))
}

/// A list, of which each item is read as an object.
#[derive(Clone, Debug, Deserialize)]
#[serde(bound = "")]
pub(crate) struct List<K: Kind> {
    #[serde(default)]
    kind: String,
    #[serde(default)]
    pub(crate) metadata: ListMetadata,
    #[serde(default, deserialize_with = "bounded::list::<_, _, LISTED>")]
    pub(crate) items: Vec<Object<K>>,
}

/// What answers a deletion: the object as it was, or a `Status`.
#[derive(Debug, Deserialize)]
struct Deleted {
    #[serde(default)]
    kind: String,
    /// Of a `Status`, how it went.
    #[serde(default)]
    status: Value,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ListMetadata {
    #[serde(default)]
    pub(crate) resource_version: String,
}

/// Whether nobody knows what became of a request. What is not an answer of the hub may stand in the place of one.
fn has_no_answer(kind: &ErrorKind) -> bool {
    matches!(kind, ErrorKind::Transport(_) | ErrorKind::TimedOut | ErrorKind::NotTheObject(_))
}

/// Whether a failure can pass by itself. A login is refused once for an old token; after that, and where something is
/// forbidden, it is a matter of permissions.
fn is_worth_another(kind: &ErrorKind, deadline: &Deadline, was_refused_login: &mut bool) -> bool {
    match kind {
        ErrorKind::Transport(source) => !is_about_certificates(source.as_ref()),
        ErrorKind::Refused(refusal) => match refusal.code {
            401 if !std::mem::replace(was_refused_login, true) => true,
            401 | 403 => deadline.awaits_permissions() && !is_final(refusal),
            429 => true,
            code => StatusCode::from_u16(code).is_ok_and(|code| code.is_server_error()),
        },
        _ => false,
    }
}

/// Whether something is forbidden for another reason than missing permissions.
fn is_final(refusal: &Refusal) -> bool {
    refusal.causes.iter().any(|cause| cause.reason == "NamespaceTerminating")
}

/// Trying again does not make a certificate trusted.
pub(crate) fn is_about_certificates(error: &(dyn std::error::Error + 'static)) -> bool {
    has_source(error, |source| source.to_string().contains("invalid peer certificate"))
}

/// How long the server asks to wait.
fn asked_for(kind: &ErrorKind) -> Option<Duration> {
    match kind {
        ErrorKind::Refused(refusal) => refusal.retry_after.filter(|wait| !wait.is_zero()),
        _ => None,
    }
}

impl std::fmt::Debug for Hub {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Hub").field("server", &self.server).finish_non_exhaustive()
    }
}
