//! One request on the wire and its answer: address, headers, token, and the time that one attempt may take.

use std::time::Duration;

use bytes::Bytes;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, USER_AGENT};
use http::{HeaderMap, HeaderValue, Method};
use tokio::time::{Instant, sleep, sleep_until};
use tracing::debug;
use url::Url;

use super::retry::{Progress, retry_after};
use super::{Client, Deadline, Shared, Step};
use crate::error::ArmError;
use crate::request::Request;
use crate::service::Service;
use crate::token::{AccessToken, TokenError};
use crate::transport::TransportError;

/// How long one attempt may take. The gateway of Azure gives up after about a minute.
const ATTEMPT: Duration = Duration::from_secs(75);

/// How long a write in flight may still take after a cancellation.
const GRACE: Duration = Duration::from_secs(10);

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
    token: Option<AccessToken>,
}

impl Received {
    /// The token that was sent, so that it can be cut out of what is kept.
    pub(super) fn secret(&self) -> Option<&str> {
        self.token.as_ref().map(AccessToken::secret)
    }
}

impl Exchange {
    /// What a request sends at this step.
    pub(super) fn of<T>(request: &Request<T>, step: Step) -> Self {
        let (method, body) = match step {
            Step::Ask => (request.method.clone(), request.body.as_ref()),
            Step::ReadBack => (Method::GET, None),
        };
        let body = body.map(|body| Bytes::from(body.to_string()));
        Self { method, path: request.path.clone(), query: request.query.clone(), body }
    }
}

impl Client {
    /// Where Resource Manager is; asked of the cloud's metadata host where nothing else says it.
    pub(super) async fn service(
        &self,
        deadline: &Deadline,
        progress: &Progress,
    ) -> Result<&Service, ArmError> {
        tokio::select! {
            biased;
            service = self.shared.cloud.service() => {
                service.map_err(|source| ArmError::Metadata { call: progress.call(), source })
            }
            () = deadline.cancelled() => Err(ArmError::Cancelled { call: progress.call() }),
            () = sleep_until(deadline.at()) => {
                let call = progress.call();
                Err(ArmError::TimedOut { waited: call.elapsed, call, by_deadline: true })
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
            return Err(ArmError::Cancelled { call: progress.call() });
        }
        let url = service.url(&exchange.path, &exchange.query);
        let url = url.ok_or_else(|| ArmError::Name { call: progress.call() })?;
        let token = self.token(service, deadline, progress).await?;
        let request = self.shared.http_request(&url, exchange, token.as_ref());
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
            answer = self.shared.transport.send(request) => answer,
            () = stopped => return Err(ArmError::Cancelled { call: progress.unanswered() }),
            () = sleep_until(deadline.at().min(longest)) => {
                debug!(method = %exchange.method, path = exchange.path, "no answer in time");
                let (waited, by_deadline) = (started.elapsed(), deadline.at() <= longest);
                return Err(ArmError::TimedOut { call: progress.unanswered(), waited, by_deadline });
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
        let retry_after = retry_after(response.headers(), self.shared.clock.now());
        Ok(Received { response, retry_after, token })
    }

    /// Has the token of this answer not used again, when it is what the error is about.
    pub(super) fn refuse_token(&self, service: &Service, received: &Received, error: &ArmError) {
        let tokens = self.shared.tokens.as_ref().filter(|_| error.refuses_the_token());
        if let (Some(tokens), Some(scope), Some(token)) = (tokens, service.scope(), &received.token) {
            tokens.refused(scope, token);
        }
    }

    /// A token, where the service takes one.
    async fn token(
        &self,
        service: &Service,
        deadline: &Deadline,
        progress: &Progress,
    ) -> Result<Option<AccessToken>, ArmError> {
        let Some(scope) = service.scope() else { return Ok(None) };
        let call = || progress.call();
        let Some(tokens) = &self.shared.tokens else {
            let source = TokenError::new("no credentials are configured");
            return Err(ArmError::Token { call: call(), source });
        };
        tokio::select! {
            biased;
            token = tokens.token(scope) => {
                token.map(Some).map_err(|source| ArmError::Token { call: call(), source })
            }
            () = deadline.cancelled() => Err(ArmError::Cancelled { call: call() }),
            () = sleep_until(deadline.at()) => {
                let source = TokenError::new("the credentials gave none within the time allowed");
                Err(ArmError::Token { call: call(), source })
            }
        }
    }
}

impl Shared {
    fn http_request(
        &self,
        url: &Url,
        exchange: &Exchange,
        token: Option<&AccessToken>,
    ) -> http::Request<Bytes> {
        let mut request = http::Request::new(exchange.body.clone().unwrap_or_default());
        *request.method_mut() = exchange.method.clone();
        *request.uri_mut() = url.as_str().parse().expect("an address that was parsed is a URI");
        let headers = request.headers_mut();
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        headers.insert(USER_AGENT, self.user_agent.clone());
        headers.insert("x-ms-correlation-request-id", self.correlation_id.clone());
        if exchange.body.is_some() {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8"));
        }
        let bearer = token.map(|token| HeaderValue::from_str(&format!("Bearer {}", token.secret())));
        if let Some(Ok(mut bearer)) = bearer {
            // Keeps it out of every Debug of the headers.
            bearer.set_sensitive(true);
            headers.insert(AUTHORIZATION, bearer);
        }
        request
    }
}

fn no_answer(error: TransportError, service: &Service, progress: &Progress) -> ArmError {
    let address = service.address();
    match error {
        TransportError::Unreachable(source) => {
            ArmError::Unreachable { call: progress.call(), address, source }
        }
        TransportError::Tls(source) => ArmError::Tls { call: progress.call(), address, source },
        TransportError::Broken(source) => ArmError::Broken { call: progress.unanswered(), address, source },
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}
