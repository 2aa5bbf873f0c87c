//! Sends requests: tokens, retries, deadlines, cancellation, and writes whose answer was lost.
//!
//! The order of things for one request is in [`Client::send`]; what may be tried again is decided in
//! `retry`. Whether a write took effect, and whether an answer is the object that was asked for, the request tells.

mod deadline;
mod exchange;
mod retry;

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use foreign_text::beginning;
use http::{HeaderValue, Method, StatusCode};
use percent_encoding::percent_decode_str;
use serde::de::DeserializeOwned;
use tracing::debug;
use url::Url;
use uuid::Uuid;

use crate::clock::{Clock, SystemClock};
use crate::error::{ArmError, Call, ErrorKind};
use crate::http_client::Reqwest;
use crate::metadata::Cloud;
use crate::page::Page;
use crate::request::{Mismatch, Outcome, Recovery, Request};
use crate::service::Service;
use crate::token::TokenSource;
use crate::transport::Transport;

pub use deadline::Deadline;
use exchange::{Connection, Exchange, Received};
use retry::{Next, Progress, Step};

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
    connection: Arc<Connection>,
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
        let connection = Connection {
            cloud: cloud.into(),
            tokens,
            transport,
            clock: Arc::new(SystemClock),
            user_agent: header(user_agent).unwrap_or(HeaderValue::from_static("azuretm")),
            correlation_id: header(&Uuid::new_v4().to_string()).expect("a UUID is hexadecimal digits"),
        };
        Self { connection: Arc::new(connection) }
    }

    /// The same client with another clock.
    #[must_use]
    pub fn with_clock(self, clock: Arc<dyn Clock>) -> Self {
        let connection = Connection { clock, ..(*self.connection).clone() };
        Self { connection: Arc::new(connection) }
    }

    /// The cloud that is spoken to.
    pub fn cloud(&self) -> &Cloud {
        &self.connection.cloud
    }

    /// Sends a request until it has a result, an error that asking again cannot mend, or no time left.
    ///
    /// When a write is cancelled and nobody knows what became of it, it is looked up once before this ends.
    pub async fn send<T>(&self, request: Request<T>, deadline: &Deadline) -> Result<T, ArmError> {
        self.settle(&request, deadline).await
    }

    async fn settle<T>(&self, request: &Request<T>, deadline: &Deadline) -> Result<T, ArmError> {
        let mut progress = Progress::new(request);
        let service = self.connection.service(deadline, &progress).await?;
        match self.attempts(service, request, deadline, &mut progress).await {
            Err(error) if error.call().in_doubt && matches!(error.kind(), ErrorKind::Cancelled) => {
                self.last_look(service, request, error, &mut progress).await
            }
            // Whoever refuses may not be Azure, and then what was to be created may be there. It would be in no state.
            Err(error) if progress.is_refused_creation(&error) => {
                match self.look(service, request, &mut progress).await {
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
            let exchange = Exchange::new(request, step);
            progress.sending(exchange.method.clone(), step);
            let error = match self.connection.exchange(service, &exchange, deadline, progress).await {
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
                            self.connection.refuse_tokens(service, &received, &error);
                            error
                        }
                    }
                }
                Err(error) => error,
            };
            let next = progress.judge(&error, step, service, self.connection.clock.as_ref());
            match next {
                Next::After { wait, step: after } if !deadline.is_within(wait) => {
                    debug!(%error, wait_milliseconds = wait.as_millis(), next = ?after, "waiting to try again");
                    if !deadline.wait(wait).await {
                        return Err(progress.failed(ErrorKind::Cancelled));
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
        cancelled: ArmError,
        progress: &mut Progress,
    ) -> Result<T, ArmError> {
        // A write that was still on the wire may take effect after the look.
        let is_over = progress.is_in_doubt();
        match self.look(service, request, progress).await {
            Ok(Meaning::Done(value)) => Ok(value),
            // What is there is somebody else's.
            Ok(Meaning::Failed(error)) if matches!(error.kind(), ErrorKind::Unsettled) => Err(error),
            Ok(Meaning::Again) => {
                let call = Call { in_doubt: !is_over, ..cancelled.call().clone() };
                Err(ArmError::new(call, ErrorKind::Cancelled))
            }
            Ok(Meaning::Failed(_)) | Err(_) => Err(cancelled),
        }
    }

    /// Reads once what is there.
    async fn look<T>(
        &self,
        service: &Service,
        request: &Request<T>,
        progress: &mut Progress,
    ) -> Result<Meaning<T>, ArmError> {
        let exchange = Exchange::new(request, Step::ReadBack);
        progress.sending(exchange.method.clone(), Step::ReadBack);
        let received =
            self.connection.exchange(service, &exchange, &Deadline::after(LAST_LOOK), progress).await?;
        Ok(meaning(request, Step::ReadBack, &received, progress))
    }

    /// Reads all pages of a list, at most 100 of them and 64 MiB together.
    pub async fn list<T: DeserializeOwned>(
        &self,
        request: Request<Page<T>>,
        deadline: &Deadline,
    ) -> Result<Vec<T>, ArmError> {
        let mut elements = Vec::new();
        let mut pages = self.pages(request);
        while let Some(page) = pages.next(deadline).await? {
            elements.extend(page);
        }
        Ok(elements)
    }

    /// The pages of a list, each of which is read when it is asked for.
    pub fn pages<T>(&self, request: Request<Page<T>>) -> Pages<T> {
        let seen = HashSet::from([request.query.clone()]);
        Pages { client: self.clone(), next: Some(Ok(request)), seen, size: 0 }
    }

    /// The query of the page behind a link, if it leads to the same list of this service.
    fn query(&self, link: &str, list: &str) -> Result<Vec<(String, String)>, &'static str> {
        let elsewhere = "it leads to another place than this list";
        let base = self.connection.cloud.known().ok_or(elsewhere)?.base();
        let url = Url::parse(link).ok().filter(|url| url.origin() == base.origin()).ok_or(elsewhere)?;
        let path = url.path().strip_prefix(base.path().trim_end_matches('/')).ok_or(elsewhere)?;
        if is_same_path(path, list) { Ok(url.query_pairs().into_owned().collect()) } else { Err(elsewhere) }
    }
}

/// The pages of a list, at most 100 of them and 64 MiB together.
pub struct Pages<T> {
    client: Client,
    /// The next page, or why it is not read; `None` after the last.
    next: Option<Result<Request<Page<T>>, ArmError>>,
    seen: HashSet<Vec<(String, String)>>,
    size: usize,
}

impl<T: DeserializeOwned> Pages<T> {
    /// Reads the elements of the next page; `None` after the last, and after an error.
    pub async fn next(&mut self, deadline: &Deadline) -> Result<Option<Vec<T>>, ArmError> {
        let Some(request) = self.next.take().transpose()? else { return Ok(None) };
        let page = self.client.settle(&request, deadline).await?;
        self.size = self.size.saturating_add(page.size);
        self.next = page.next_link.filter(|link| !link.is_empty()).map(|link| self.follow(request, &link));
        Ok(Some(page.value.unwrap_or_default()))
    }

    fn follow(&mut self, request: Request<Page<T>>, link: &str) -> Result<Request<Page<T>>, ArmError> {
        let progress = Progress::new(&request);
        let followed = self.client.query(link, &request.path).and_then(|query| {
            let is_new = self.seen.insert(query.clone());
            is_worth_reading(is_new, self.seen.len(), self.size).map(|()| request.page(query))
        });
        followed.map_err(|why| {
            let link = link.split('?').next().unwrap_or_default();
            progress.failed(ErrorKind::Link { link: beginning(link, LINK).to_owned(), why })
        })
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
    let body = received.response.body();
    let answer = || received.answer(request);
    let failed = |kind| Meaning::Failed(progress.failed(kind));
    let is_absent = status == StatusCode::NOT_FOUND && answer().proves_absence;
    if status.is_success()
        && let Err(mismatch) = verify(request, step, &received.response)
    {
        return failed(match mismatch {
            Mismatch::NotJson(source) => ErrorKind::NotJson { answer: answer(), source },
            Mismatch::Other(why) => ErrorKind::NotTheObject { answer: answer(), why },
        });
    }
    match (&request.recovery, step) {
        (Recovery::ReadBack { settled, creating }, Step::ReadBack) if is_absent || status.is_success() => {
            match settled(request.body.as_ref(), (!is_absent).then_some(body)) {
                Outcome::TookEffect(value) => Meaning::Done(value),
                Outcome::Open { something: true } if *creating => failed(ErrorKind::Unsettled),
                Outcome::Open { .. } => Meaning::Again,
            }
        }
        // What is not there is deleted, be it the thing or what it was in.
        (Recovery::ReadBack { settled, .. }, Step::Ask) if is_absent && request.method == Method::DELETE => {
            match settled(None, None) {
                Outcome::TookEffect(value) => Meaning::Done(value),
                Outcome::Open { .. } => failed(ErrorKind::Refused(answer())),
            }
        }
        (_, Step::Ask) if status.is_success() => match (request.decode)(body) {
            Ok(value) => Meaning::Done(value),
            Err(source) => failed(ErrorKind::NotJson { answer: answer(), source }),
        },
        _ => failed(ErrorKind::Refused(answer())),
    }
}

/// Whether a success can be believed.
fn verify<T>(request: &Request<T>, step: Step, response: &http::Response<Bytes>) -> Result<(), Mismatch> {
    if step == Step::Ask && request.method == Method::DELETE {
        let why = || Mismatch::Other("it does not say that it is Azure's".to_owned());
        return says_deleted(response).then_some(()).ok_or_else(why);
    }
    request.verify.as_ref().map_or(Ok(()), |verify| verify(response.status(), response.body()))
}

#[cfg(test)]
mod tests;
