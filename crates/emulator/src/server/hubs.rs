//! The Kubernetes API of hubs, below `/hubs/{subscription}/{group}/{fleet}`: who may ask, and the answers as HTTP has
//! them.
//!
//! Over https it wants a token of the emulated Microsoft Entra ID for the API servers of clusters; over http it takes
//! everyone, as Azure Resource Manager does here.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use kube_emulator::{Attributes, Body, Response, Status, User};
use percent_encoding::percent_decode_str;
use time::OffsetDateTime;
use tokio_stream::Stream;
use tokio_util::sync::WaitForCancellationFutureOwned;

use super::asked::Asked;
use super::reply::{Content, Reply};
use super::shared::Shared;
use super::waiting::Answering;
use crate::directory::Visit;
use crate::service::{Caller, HubView, Request};

/// What AKS says of a request that no role allows.
const WITHOUT_ROLE: &str =
    "User does not have access to the resource in Azure. Update role assignment to allow access.";

/// A path of a hub's API.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct HubPath {
    subscription: String,
    group: String,
    fleet: String,
    /// What follows, percent-encoded as it came; it begins with a slash.
    rest: String,
}

impl HubPath {
    /// Reads a percent-encoded path; `None` if it is not one of a hub.
    pub(super) fn parse(path: &str) -> Option<Self> {
        let mut segments = path.strip_prefix("/hubs/")?.splitn(4, '/');
        let mut decoded = || {
            let segment = segments.next().filter(|segment| !segment.is_empty())?;
            Some(percent_decode_str(segment).decode_utf8_lossy().into_owned())
        };
        let (subscription, group, fleet) = (decoded()?, decoded()?, decoded()?);
        let rest = format!("/{}", segments.next().unwrap_or_default());
        Some(Self { subscription, group, fleet, rest })
    }
}

/// The answer of a hub, once what it changed is on the disk.
pub(super) async fn reply(shared: &Shared, path: &HubPath, request: &Request, asked: &Asked) -> Reply {
    match answer(shared, path, request, asked).await {
        Ok(reply) => reply,
        Err(status) => write(Response::from(&status)),
    }
}

/// The text of a fault that answers a status and has no text of its own.
pub(super) fn fault_text(status: StatusCode) -> String {
    let reason = match status.as_u16() {
        400 => "BadRequest",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "NotFound",
        409 => "Conflict",
        410 => "Expired",
        422 => "Invalid",
        429 => "TooManyRequests",
        500 => "InternalError",
        503 => "ServiceUnavailable",
        504 => "Timeout",
        _ => "",
    };
    Status::new(status.as_u16(), reason, "a fault of the emulator answers this").document().to_string()
}

async fn answer(shared: &Shared, path: &HubPath, request: &Request, asked: &Asked) -> Result<Reply, Status> {
    let caller = caller(shared, asked)?;
    let found = shared.service().hub_at(&path.subscription, &path.group, &path.fleet);
    let hub = found.ok_or_else(|| {
        let message = format!("there is no fleet {:?} with a hub in the group {:?}", path.fleet, path.group);
        Status::new(404, "NotFound", message)
    })?;
    let text = |given: &Option<String>| given.clone().unwrap_or_default();
    let wanted = kube_emulator::Request {
        method: request.method.as_str().to_owned(),
        path: path.rest.clone(),
        query: request.query.clone(),
        content_type: text(&asked.content_type),
        accept: text(&asked.accept),
        user_agent: text(&asked.user_agent),
        body: request.body.clone(),
        user: user(caller.as_ref()),
    };
    authorize(shared, &hub, caller.as_ref(), &wanted)?;
    let server = shared.hubs.open(&hub.key);
    let response = server.api.answer(wanted).await;
    if request.method != Method::GET && !shared.saved().await {
        let message =
            "the emulator cannot write its state file; the request took effect, but may be lost with it";
        return Err(Status::new(500, "InternalError", message));
    }
    let mut reply = write(response);
    if let Content::Stream(stream) = reply.content {
        let closed = Box::pin(server.closed.clone().cancelled_owned());
        let answering = asked.connection.activity.begin();
        reply.content = Content::Stream(Box::pin(Watched { stream, closed, _answering: answering }));
    }
    Ok(reply)
}

/// Whose token it is; `None` over http, where nobody asks.
fn caller(shared: &Shared, asked: &Asked) -> Result<Option<Caller>, Status> {
    if !asked.connection.secure {
        return Ok(None);
    }
    let visit = Visit { base: &asked.base, now: OffsetDateTime::now_utc(), correlation: asked.correlation };
    let caller = shared.directory().caller_of_hub(asked.authorization.as_deref(), visit);
    caller.map(Some).ok_or_else(Status::unauthorized)
}

fn user(caller: Option<&Caller>) -> User {
    match caller {
        // The user of a client of Microsoft Entra ID is the id of its object.
        Some(caller) => {
            User { name: caller.object_id.clone(), groups: vec!["system:authenticated".to_owned()] }
        }
        None => User { name: "emulator".to_owned(), groups: vec!["system:masters".to_owned()] },
    }
}

/// Refuses what no role allows. What every client asks at its start is allowed to all who have a token.
fn authorize(
    shared: &Shared,
    hub: &HubView,
    caller: Option<&Caller>,
    wanted: &kube_emulator::Request,
) -> Result<(), Status> {
    let attributes = Attributes::from_request(wanted);
    let reads = ["get", "list", "watch"].contains(&attributes.verb.as_str());
    let allowed = !hub.is_forbidden
        && caller.is_none_or(|caller| shared.service().may_use_hub(hub, caller, &attributes.group, reads));
    if allowed || !attributes.is_resource {
        return Ok(());
    }
    Err(Status::forbidden_to(&wanted.user.name, &attributes, WITHOUT_ROLE))
}

fn write(response: Response) -> Reply {
    let mut headers = HeaderMap::new();
    for (name, value) in response.headers {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            headers.append(name, value);
        }
    }
    headers.insert(http::header::CACHE_CONTROL, HeaderValue::from_static("no-cache, private"));
    Reply {
        status: StatusCode::from_u16(response.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
        headers,
        content: match response.body {
            Body::Full(bytes) => Content::Whole(bytes),
            Body::Stream(stream) => Content::Stream(stream),
        },
        content_type: HeaderValue::from_static(response.content_type),
    }
}

/// A watch that ends with its hub. Its connection does not wait meanwhile.
struct Watched {
    stream: Pin<Box<dyn Stream<Item = Bytes> + Send>>,
    closed: Pin<Box<WaitForCancellationFutureOwned>>,
    _answering: Answering,
}

impl Stream for Watched {
    type Item = Bytes;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Bytes>> {
        if self.closed.as_mut().poll(context).is_ready() {
            return Poll::Ready(None);
        }
        self.stream.as_mut().poll_next(context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_of_a_hub_is_that_of_its_fleet_and_the_rest() {
        let path = HubPath::parse("/hubs/s/My%20group/f/apis/x%2Fy/").unwrap();
        assert_eq!((path.group.as_str(), path.rest.as_str()), ("My group", "/apis/x%2Fy/"));
        assert_eq!(HubPath::parse("/hubs/s/g/f").unwrap().rest, "/");
        for other in ["/hubs", "/hubs/", "/hubs/s/g", "/hubs/s//f", "/subscriptions"] {
            assert_eq!(HubPath::parse(other), None, "{other}");
        }
    }
}
