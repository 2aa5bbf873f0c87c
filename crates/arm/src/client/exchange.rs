//! One request on the wire and its answer: address, headers, token, and the time that one attempt may take.

use std::sync::Arc;
use std::time::Duration;

use backoff::retry_after;
use bytes::Bytes;
use foreign_text::Secrets;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, USER_AGENT};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Uri};
use tokio::time::{Instant, sleep, sleep_until};
use tracing::debug;

use super::deadline::Deadline;
use super::retry::{Progress, Step};
use crate::clock::Clock;
use crate::error::{Answer, ArmError, ErrorKind};
use crate::metadata::Cloud;
use crate::request::Request;
use crate::service::Service;
use crate::token::{AccessToken, TokenError, TokenSource};
use crate::transport::{Transport, TransportError};

/// How long one attempt may take. The gateway of Azure gives up after about a minute.
const ATTEMPT: Duration = Duration::from_secs(75);

/// How long a write in flight may still take after a cancellation.
const GRACE: Duration = Duration::from_secs(10);

/// The tokens of further tenants:
/// <https://learn.microsoft.com/azure/azure-resource-manager/management/authenticate-multi-tenant>.
const AUXILIARY: HeaderName = HeaderName::from_static("x-ms-authorization-auxiliary");

/// What all requests of a client go through.
#[derive(Clone)]
pub(super) struct Connection {
    pub(super) cloud: Cloud,
    pub(super) tokens: Option<Arc<dyn TokenSource>>,
    pub(super) transport: Arc<dyn Transport>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) user_agent: HeaderValue,
    /// One for all requests of the client: a run of Terraform is found as a whole in the activity log.
    pub(super) correlation_id: HeaderValue,
}

/// What is sent.
pub(super) struct Exchange {
    pub(super) method: Method,
    path: String,
    query: Vec<(String, String)>,
    body: Option<Bytes>,
}

/// What is received.
pub(super) struct Received {
    pub(super) response: http::Response<Bytes>,
    pub(super) retry_after: Option<Duration>,
    tokens: Vec<AccessToken>,
}

impl Received {
    /// What is kept of it where it is an error. The tokens that were sent are cut out, and so is what is sensitive in the
    /// body of the request, which an error may quote.
    pub(super) fn answer<T>(&self, request: &Request<T>) -> Box<Answer> {
        let tokens = self.tokens.iter().map(AccessToken::secret).collect();
        let secrets = Secrets::new(tokens, request.body.as_ref(), request.sensitive);
        Box::new(Answer::new(&self.response, self.retry_after, &secrets, request.absent))
    }
}

impl Exchange {
    /// What a request sends at this step.
    pub(super) fn new<T>(request: &Request<T>, step: Step) -> Self {
        let (method, body) = match step {
            Step::Ask => (request.method.clone(), request.body.as_ref()),
            Step::ReadBack => (Method::GET, None),
        };
        let body = body.map(|body| Bytes::from(body.to_string()));
        Self { method, path: request.path.clone(), query: request.query.clone(), body }
    }
}

impl Connection {
    /// Where Resource Manager is; asked of the cloud's metadata host where nothing else says it.
    pub(super) async fn service(
        &self,
        deadline: &Deadline,
        progress: &Progress,
    ) -> Result<&Service, ArmError> {
        tokio::select! {
            biased;
            service = self.cloud.service() => {
                service.map_err(|source| progress.failed(ErrorKind::Metadata(Box::new(source))))
            }
            () = deadline.cancelled() => Err(progress.failed(ErrorKind::Cancelled)),
            () = sleep_until(deadline.at()) => {
                let waited = progress.call().elapsed;
                Err(progress.failed(ErrorKind::TimedOut { waited, by_deadline: true }))
            }
        }
    }

    /// Sends once. An error means that there is no answer.
    pub(super) async fn exchange(
        &self,
        service: &Service,
        exchange: &Exchange,
        deadline: &Deadline,
        progress: &Progress,
    ) -> Result<Received, ArmError> {
        if deadline.is_cancelled() {
            return Err(progress.failed(ErrorKind::Cancelled));
        }
        let url = service.url(&exchange.path, &exchange.query);
        let url = url.ok_or_else(|| progress.failed(ErrorKind::Name))?;
        // The type of an address in a request is the shorter one: it ends at 65,534 bytes.
        let address: Result<Uri, _> = url.as_str().parse();
        let address = address.map_err(|_| progress.failed(ErrorKind::AddressTooLong))?;
        let tokens = self.tokens(service, deadline, progress).await?;
        let request = self.request(address, exchange, &tokens);
        let started = Instant::now();
        let writes = exchange.method != Method::GET && exchange.method != Method::POST;
        let stopped = async {
            deadline.cancelled().await;
            if writes {
                sleep(GRACE).await;
            }
        };
        let longest = started + ATTEMPT;
        let answer = tokio::select! {
            biased;
            answer = self.transport.send(request) => answer,
            () = stopped => return Err(progress.unanswered(ErrorKind::Cancelled)),
            () = sleep_until(deadline.at().min(longest)) => {
                debug!(method = %exchange.method, path = exchange.path, "no answer in time");
                let (waited, by_deadline) = (started.elapsed(), deadline.at() <= longest);
                return Err(progress.unanswered(ErrorKind::TimedOut { waited, by_deadline }));
            }
        };
        let response = answer.map_err(|error| no_answer(error, service, progress))?;
        debug!(
            method = %exchange.method,
            path = exchange.path,
            status = response.status().as_u16(),
            milliseconds = started.elapsed().as_millis(),
            request_id = text(response.headers(), "x-ms-request-id"),
            "answered"
        );
        let retry_after = retry_after(response.headers(), self.clock.now());
        Ok(Received { response, retry_after, tokens })
    }

    /// Has the tokens of this answer not used again, when they are what the error is about: one of them is, and
    /// Azure does not always say which.
    pub(super) fn refuse_tokens(&self, service: &Service, received: &Received, error: &ArmError) {
        let source = self.tokens.as_ref().filter(|_| error.refuses_the_token());
        if let (Some(source), Some(scope)) = (source, service.scope()) {
            received.tokens.iter().for_each(|token| source.refused(scope, token));
        }
    }

    /// The token and those of further tenants, where the service takes one.
    async fn tokens(
        &self,
        service: &Service,
        deadline: &Deadline,
        progress: &Progress,
    ) -> Result<Vec<AccessToken>, ArmError> {
        let Some(scope) = service.scope() else { return Ok(Vec::new()) };
        let failed = |source| progress.failed(ErrorKind::Token(source));
        let Some(source) = &self.tokens else {
            return Err(failed(TokenError::new("no credentials are configured")));
        };
        let tokens = async {
            let mut tokens = vec![source.token(scope).await?];
            tokens.extend(source.auxiliary(scope).await?);
            Ok(tokens)
        };
        tokio::select! {
            biased;
            tokens = tokens => tokens.map_err(failed),
            () = deadline.cancelled() => Err(progress.failed(ErrorKind::Cancelled)),
            () = sleep_until(deadline.at()) => {
                Err(failed(TokenError::new("the credentials gave none within the time allowed")))
            }
        }
    }

    fn request(&self, address: Uri, exchange: &Exchange, tokens: &[AccessToken]) -> http::Request<Bytes> {
        let mut request = http::Request::new(exchange.body.clone().unwrap_or_default());
        *request.method_mut() = exchange.method.clone();
        *request.uri_mut() = address;
        let headers = request.headers_mut();
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        headers.insert(USER_AGENT, self.user_agent.clone());
        headers.insert("x-ms-correlation-request-id", self.correlation_id.clone());
        if exchange.body.is_some() {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8"));
        }
        let (first, others) = tokens.split_at(tokens.len().min(1));
        for (name, tokens) in [(AUTHORIZATION, first), (AUXILIARY, others)] {
            if let Some(bearers) = bearers(tokens) {
                headers.insert(name, bearers);
            }
        }
        request
    }
}

/// The value of a header with these tokens, kept out of every `Debug` of the headers.
fn bearers(tokens: &[AccessToken]) -> Option<HeaderValue> {
    let bearers: Vec<_> = tokens.iter().map(|token| format!("Bearer {}", token.secret())).collect();
    let mut value = HeaderValue::from_str(&bearers.join(", ")).ok().filter(|_| !tokens.is_empty())?;
    value.set_sensitive(true);
    Some(value)
}

fn no_answer(error: TransportError, service: &Service, progress: &Progress) -> ArmError {
    let address = service.address();
    match error {
        TransportError::Unreachable(source) => progress.failed(ErrorKind::Unreachable { address, source }),
        TransportError::Tls(source) => progress.failed(ErrorKind::Tls { address, source }),
        TransportError::Broken(source) => progress.unanswered(ErrorKind::Broken { address, source }),
        TransportError::TooLarge { limit } => progress.unanswered(ErrorKind::TooLarge { limit }),
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}
