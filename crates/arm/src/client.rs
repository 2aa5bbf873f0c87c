//! Sends requests: tokens, retries, deadlines, cancellation, and writes whose answer was lost.
//!
//! The order of things for one request is in [`Client::send`]; what may be tried again is decided in
//! `retry`, and whether a write took effect in `settle`.

mod deadline;
mod exchange;
mod retry;
pub(crate) mod settle;

use std::collections::HashSet;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::{HeaderValue, Method, StatusCode};
use percent_encoding::percent_decode_str;
use tracing::debug;
use url::Url;
use uuid::Uuid;

use crate::error::{ArmError, Call, beginning};
use crate::metadata::Cloud;
use crate::model::{Profile, ProfilePage};
use crate::object::Mismatch;
use crate::profiles;
use crate::request::{Outcome, Recovery, Request};
use crate::service::Service;
use crate::token::TokenSource;
use crate::transport::{Reqwest, Transport};

pub use deadline::Deadline;
use exchange::{Exchange, Received};
use retry::{Next, Progress};

/// How long it may take to look what became of a write that was cancelled, or of a creation that was refused.
const LAST_LOOK: Duration = Duration::from_secs(5);

/// How many pages of a list are read. Azure's pages hold hundreds of profiles, and a subscription 200 unless it was
/// granted more.
const PAGES: usize = 100;

/// How large the pages of a list may be together, in bytes.
const ALL_PAGES: usize = 64 * 1024 * 1024;

/// How much of a link is told, in bytes.
const LINK: usize = 200;

/// A client of one Resource Manager. Cheap to clone, and to make: nothing is read, built or connected
/// before the first request.
#[derive(Clone)]
pub struct Client {
    shared: Arc<Shared>,
}

struct Shared {
    cloud: Cloud,
    tokens: Option<Arc<dyn TokenSource>>,
    transport: Arc<dyn Transport>,
    clock: Arc<dyn Clock>,
    user_agent: HeaderValue,
    /// One for all requests of the client: a run of Terraform is found as a whole in the activity log.
    correlation_id: HeaderValue,
}

/// The time of day and chance, so that tests can do without. Waiting is tokio's.
pub trait Clock: Send + Sync {
    /// The time of day, for a `Retry-After` that is a date.
    fn now(&self) -> SystemTime;
    /// A number from 0 to 1, which spreads the retries of many clients.
    fn jitter(&self) -> f64;
}

/// The clock of the system.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> SystemTime {
        SystemTime::now()
    }

    fn jitter(&self) -> f64 {
        fastrand::f64()
    }
}

/// What is asked next for one request.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Step {
    /// The request itself.
    Ask,
    /// A GET of what it writes, because its answer was lost.
    ReadBack,
}

/// What an answer means.
enum Meaning<T> {
    Done(T),
    /// The write did not take effect: ask again at once.
    Again,
    Failed(ArmError),
}

impl Client {
    /// A client over HTTP. An emulator gets no tokens, so that it needs no source of them.
    pub fn new(cloud: impl Into<Cloud>, tokens: Option<Arc<dyn TokenSource>>, user_agent: &str) -> Self {
        Self::with_transport(cloud, tokens, user_agent, Arc::new(Reqwest::new()))
    }

    /// A client over another transport.
    pub fn with_transport(
        cloud: impl Into<Cloud>,
        tokens: Option<Arc<dyn TokenSource>>,
        user_agent: &str,
        transport: Arc<dyn Transport>,
    ) -> Self {
        let header = |text: &str| HeaderValue::from_str(text).ok();
        let shared = Shared {
            cloud: cloud.into(),
            tokens,
            transport,
            clock: Arc::new(SystemClock),
            user_agent: header(user_agent).unwrap_or(HeaderValue::from_static("azuretm")),
            correlation_id: header(&Uuid::new_v4().to_string()).expect("a UUID is hexadecimal digits"),
        };
        Self { shared: Arc::new(shared) }
    }

    /// The same client with another clock.
    #[must_use]
    pub fn with_clock(self, clock: Arc<dyn Clock>) -> Self {
        let Shared { cloud, tokens, transport, user_agent, correlation_id, .. } = &*self.shared;
        let shared = Shared {
            cloud: cloud.clone(),
            tokens: tokens.clone(),
            transport: Arc::clone(transport),
            clock,
            user_agent: user_agent.clone(),
            correlation_id: correlation_id.clone(),
        };
        Self { shared: Arc::new(shared) }
    }

    /// The cloud that is spoken to.
    pub fn cloud(&self) -> &Cloud {
        &self.shared.cloud
    }

    /// Sends a request until it has a result, an error that asking again cannot mend, or no time left.
    ///
    /// When a write is cancelled and nobody knows what became of it, it is looked up once before this ends.
    pub async fn send<T>(&self, request: Request<T>, deadline: &Deadline) -> Result<T, ArmError> {
        let mut progress = Progress::begin(&request);
        let service = self.service(deadline, &progress).await?;
        match self.attempts(service, &request, deadline, &mut progress).await {
            Err(ArmError::Cancelled { call }) if call.in_doubt => {
                self.last_look(service, &request, call, &mut progress).await
            }
            // Whoever refuses may not be Azure, and then what was to be created may be there. It would be in no state.
            Err(error) if progress.is_refused_creation(&error) => {
                match self.look(service, &request, &mut progress).await {
                    Ok(Meaning::Done(value)) => Ok(value),
                    _ => Err(error),
                }
            }
            result => result,
        }
    }

    async fn attempts<T>(
        &self,
        service: &Service,
        request: &Request<T>,
        deadline: &Deadline,
        progress: &mut Progress,
    ) -> Result<T, ArmError> {
        let mut step = Step::Ask;
        loop {
            let exchange = Exchange::of(request, step);
            progress.sending(exchange.method.clone(), step);
            let error = match self.exchange(service, &exchange, deadline, progress).await {
                Ok(received) => {
                    progress.asked_to_wait(received.retry_after);
                    match meaning(request, step, &received, progress) {
                        Meaning::Done(value) => return Ok(value),
                        Meaning::Again => {
                            progress.settled();
                            step = Step::Ask;
                            continue;
                        }
                        Meaning::Failed(error) => {
                            self.refuse_tokens(service, &received, &error);
                            error
                        }
                    }
                }
                Err(error) => error,
            };
            let next = progress.judge(&error, step, service, self.shared.clock.as_ref());
            match next {
                Next::After { wait, step: after } if !deadline.is_within(wait) => {
                    debug!(%error, wait_milliseconds = wait.as_millis(), next = ?after, "waiting to try again");
                    if !deadline.wait(wait).await {
                        return Err(ArmError::Cancelled { call: progress.call() });
                    }
                    step = after;
                }
                next => {
                    let out_of_time = next != Next::GiveUp;
                    return Err(error.ended(progress.is_in_doubt(), out_of_time));
                }
            }
        }
    }

    /// Looks once what became of a write, after a cancellation. Nothing is written any more.
    async fn last_look<T>(
        &self,
        service: &Service,
        request: &Request<T>,
        cancelled: Call,
        progress: &mut Progress,
    ) -> Result<T, ArmError> {
        // A write that was still on the wire may take effect after the look.
        let is_over = progress.is_in_doubt();
        match self.look(service, request, progress).await {
            Ok(Meaning::Done(value)) => Ok(value),
            // What is there is somebody else's.
            Ok(Meaning::Failed(error @ ArmError::Unsettled { .. })) => Err(error),
            Ok(Meaning::Again) => Err(ArmError::Cancelled { call: Call { in_doubt: !is_over, ..cancelled } }),
            Ok(Meaning::Failed(_)) | Err(_) => Err(ArmError::Cancelled { call: cancelled }),
        }
    }

    /// Reads once what is there.
    async fn look<T>(
        &self,
        service: &Service,
        request: &Request<T>,
        progress: &mut Progress,
    ) -> Result<Meaning<T>, ArmError> {
        let exchange = Exchange::of(request, Step::ReadBack);
        progress.sending(exchange.method.clone(), Step::ReadBack);
        let received = self.exchange(service, &exchange, &Deadline::after(LAST_LOOK), progress).await?;
        Ok(meaning(request, Step::ReadBack, &received, progress))
    }

    /// Reads all pages of a list, at most 100 of them and 64 MiB together.
    pub async fn list(
        &self,
        request: Request<ProfilePage>,
        deadline: &Deadline,
    ) -> Result<Vec<Profile>, ArmError> {
        let list = request.path.clone();
        let mut profiles = Vec::new();
        let mut seen = HashSet::from([request.query.clone()]);
        let mut size: usize = 0;
        let mut next = Some(request);
        while let Some(request) = next {
            let call = Progress::begin(&request).call();
            let page = self.send(request, deadline).await?;
            size = size.saturating_add(page.size);
            profiles.extend(page.value.unwrap_or_default());
            next = match page.next_link.filter(|link| !link.is_empty()) {
                None => None,
                Some(link) => {
                    let followed = self.page(&link, &list).and_then(|request| {
                        let is_new = seen.insert(request.query.clone());
                        is_worth_reading(is_new, seen.len(), size).map(|()| request)
                    });
                    Some(followed.map_err(|why| {
                        let link = link.split('?').next().unwrap_or_default();
                        ArmError::Link { call, link: beginning(link, LINK).to_owned(), why }
                    })?)
                }
            };
        }
        Ok(profiles)
    }

    /// The request for the page behind a link, if it leads to the same list of this service.
    fn page(&self, link: &str, list: &str) -> Result<Request<ProfilePage>, &'static str> {
        let elsewhere = "it leads to another place than this list";
        let base = self.shared.cloud.known().ok_or(elsewhere)?.base();
        let url = Url::parse(link).ok().filter(|url| url.origin() == base.origin()).ok_or(elsewhere)?;
        let path = url.path().strip_prefix(base.path().trim_end_matches('/')).ok_or(elsewhere)?;
        if !is_same_path(path, list) {
            return Err(elsewhere);
        }
        let mut request = profiles::pages(list.to_owned());
        request.query = url.query_pairs().into_owned().collect();
        Ok(request)
    }
}

/// Whether a success of a DELETE can be Azure's. As a rule it has no body, and then it has to have Azure's header at least:
/// an empty answer is the easiest to give.
fn says_deleted(response: &http::Response<Bytes>) -> bool {
    !response.body().is_empty() || response.headers().contains_key("x-ms-request-id")
}

/// Whether another page is read, after pages of this size together. `count` is how many there are with it.
fn is_worth_reading(is_new: bool, count: usize, size: usize) -> Result<(), &'static str> {
    match is_new {
        false => Err("it was read already"),
        true if count > PAGES || size > ALL_PAGES => Err("no list is that long"),
        true => Ok(()),
    }
}

/// Whether two paths are the same to Azure, however their letters are encoded.
fn is_same_path(a: &str, b: &str) -> bool {
    let decoded = |path: &str| {
        let path = percent_decode_str(path.trim_end_matches('/'));
        path.decode_utf8().map(|path| path.to_lowercase()).ok()
    };
    decoded(a).is_some_and(|a| decoded(b) == Some(a))
}

/// Tells what an answer means for a request at this step.
fn meaning<T>(request: &Request<T>, step: Step, received: &Received, progress: &Progress) -> Meaning<T> {
    let status = received.response.status();
    let answer = || received.answer(progress.call(), request.body.as_ref());
    let is_absent = status == StatusCode::NOT_FOUND && answer().proves_absence();
    let fail = || Meaning::Failed(ArmError::of_answer(answer(), received.retry_after));
    let has_object = step == Step::ReadBack || request.method != Method::DELETE;
    if status.is_success() && !has_object && !says_deleted(&received.response) {
        let why = "it does not say that it is Azure's".to_owned();
        return Meaning::Failed(ArmError::NotTheObject { answer: Box::new(answer()), why });
    }
    if status.is_success()
        && has_object
        && let Some(object) = &request.object
        && let Err(mismatch) = object.check(status, received.response.body())
    {
        let answer = Box::new(answer());
        return Meaning::Failed(match mismatch {
            Mismatch::NotJson(source) => ArmError::NotJson { answer, source },
            Mismatch::Other(why) => ArmError::NotTheObject { answer, why },
        });
    }
    match (&request.recovery, step) {
        (Recovery::ReadBack { settled, creating }, Step::ReadBack) if is_absent || status.is_success() => {
            let found = (!is_absent).then(|| received.response.body().as_ref());
            match settled(request.body.as_ref(), found) {
                Outcome::TookEffect(value) => Meaning::Done(value),
                Outcome::Open { something: true } if *creating => {
                    Meaning::Failed(ArmError::Unsettled { call: progress.call() })
                }
                Outcome::Open { .. } => Meaning::Again,
            }
        }
        // What is not there is deleted, be it the thing or what it was in.
        (Recovery::ReadBack { settled, .. }, Step::Ask) if is_absent && request.method == Method::DELETE => {
            match settled(None, None) {
                Outcome::TookEffect(value) => Meaning::Done(value),
                Outcome::Open { .. } => fail(),
            }
        }
        (_, Step::Ask) if status.is_success() => match (request.decode)(received.response.body()) {
            Ok(value) => Meaning::Done(value),
            Err(source) => Meaning::Failed(ArmError::NotJson { answer: Box::new(answer()), source }),
        },
        _ => fail(),
    }
}

#[cfg(test)]
mod tests;
