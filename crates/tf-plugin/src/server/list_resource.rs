//! `ValidateListResourceConfig` and `ListResource`.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use tokio::sync::mpsc;
use tokio_stream::Stream;
use tonic::Status;
use tracing::{Instrument as _, Span};

use super::failure::failure;
use super::identity::to_wire;
use super::isolate::{contained, isolated_now};
use super::registered::Managed;
use super::rpc_log::{Counts, recorded};
use super::shared::{Server, Shared};
use super::values::{decode, encode};
use crate::constraints;
use crate::cty::Value;
use crate::diagnostics::Diagnostics;
use crate::erased::Boxed;
use crate::erased_list_resource::AnyList;
use crate::list_resource::AnyFound;
use crate::printable;
use crate::proto::tfplugin6 as wire;
use wire::list_resource::{Event, Request};
use wire::validate_list_resource_config;

/// The longest name that is shown, in bytes.
const NAME_LIMIT: usize = 1024;

pub(super) fn validate(
    shared: &Shared,
    request: validate_list_resource_config::Request,
) -> validate_list_resource_config::Response {
    let type_name = request.type_name.clone();
    let check = || {
        let lister = shared.list_resources.find(&request.type_name)?;
        let config = decode(request.config, lister.object_type())?;
        let mut diagnostics = Diagnostics::new();
        let config = constraints::refuse(lister.schema().block(), config, &mut diagnostics);
        diagnostics.append(isolated_now(|| lister.implementation.validate(config))?);
        Ok(diagnostics)
    };
    let diagnostics = check().unwrap_or_else(|failed| failed);
    validate_list_resource_config::Response {
        diagnostics: shared.list_resources.said_of(&type_name, diagnostics),
    }
}

/// The events of one call. It gets on only while the host reads, and ends when the host goes away.
pub(super) struct Events {
    /// `None` when it is over.
    call: Option<Boxed<'static, Counts>>,
    received: mpsc::Receiver<Event>,
}

pub(super) fn events(server: Server, request: Request, span: Span) -> Events {
    // One at a time: nothing is found ahead of a host that may have enough.
    let (sender, received) = mpsc::channel(1);
    let answer = answer(server, request, Sender { events: sender, counts: Counts::default() });
    Events { call: Some(Box::pin(recorded(answer).instrument(span))), received }
}

impl Stream for Events {
    type Item = Result<Event, Status>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if let Some(call) = &mut self.call
            && call.as_mut().poll(context).is_ready()
        {
            self.call = None;
        }
        self.received.poll_recv(context).map(|event| event.map(Ok))
    }
}

/// Sends events, and counts their diagnostics.
struct Sender {
    events: mpsc::Sender<Event>,
    counts: Counts,
}

impl Sender {
    async fn send(&mut self, event: Event) {
        self.counts.add(&event.diagnostic);
        // Who reads the events drops this when it goes away.
        let _ = self.events.send(event).await;
    }
}

async fn answer(server: Server, request: Request, mut sender: Sender) -> Counts {
    let type_name = request.type_name.clone();
    let said = list(&server.0, request, &mut sender).await.unwrap_or_else(|failed| failed);
    if !said.is_empty() {
        let diagnostic = server.0.list_resources.said_of(&type_name, said);
        sender.send(Event { diagnostic, ..Default::default() }).await;
    }
    sender.counts
}

/// Sends what is found. What concerns the whole list is answered.
async fn list(
    shared: &Shared,
    mut request: Request,
    sender: &mut Sender,
) -> Result<Diagnostics, Diagnostics> {
    let described = shared.list_resources.find(&request.type_name)?;
    let managed = shared.resources.find(&request.type_name)?;
    let config = decode(request.config.take(), described.object_type())?;
    let context = shared.context()?;
    let include_resource = request.include_resource_object;
    // A host that wants nothing does not ask. 0 is what one sends that knows of no limit.
    let limit = u64::try_from(request.limit).ok().filter(|limit| *limit > 0);
    let lister = Arc::clone(&described.implementation);
    let (results, mut found) = mpsc::channel(1);
    let list = AnyList { config, include_resource, limit };
    let listing = contained(async move { lister.list(context, list, results).await });
    let sending = async {
        while let Some(found) = found.recv().await {
            sender.send(event(shared, managed, found, &request)).await;
        }
    };
    let (said, ()) = tokio::join!(listing, sending);
    said
}

fn event(shared: &Shared, managed: &Managed, found: AnyFound, request: &Request) -> Event {
    let AnyFound { display_name, resource, mut diagnostics } = found;
    let resource = managed.schema().block().conform(resource).with_unknowns_as_null();
    let identity = managed.identity_of(&resource, &mut diagnostics).filter(Value::is_wholly_known);
    if identity.is_none() && !diagnostics.has_errors() {
        let detail =
            format!("The provider found {display_name:?} and not its identity: this is a bug in it.");
        diagnostics.append(failure("No identity", &detail));
    }
    Event {
        identity: to_wire(identity.as_ref()),
        display_name: printable::line(&display_name, NAME_LIMIT),
        resource_object: request.include_resource_object.then(|| encode(&resource)),
        diagnostic: shared.list_resources.said_of(&request.type_name, diagnostics),
    }
}
