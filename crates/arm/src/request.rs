//! A request as a value: what is asked, how its answer is read, when it is believed, and what may be done when it fails.
//!
//! Nothing here sends anything, and nothing knows what a request is about: that comes with it.

use std::fmt;

use foreign_text::Sensitive;
use http::{Method, StatusCode};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::page::Page;

/// What is left of a name unencoded in a path: RFC 3986, section 2.3.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The API of a resource provider: what all requests to it have in common.
#[derive(Debug)]
pub(crate) struct Api {
    /// The version that requests speak unless they say otherwise.
    pub(crate) version: &'static str,
    /// What no error may show.
    pub(crate) sensitive: Sensitive,
}

/// A request whose answer is a `T`.
pub struct Request<T> {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) query: Vec<(String, String)>,
    pub(crate) body: Option<Value>,
    pub(crate) decode: fn(&[u8]) -> Result<T, serde_json::Error>,
    pub(crate) recovery: Recovery<T>,
    /// Where an answer is believed only if it is the object that was asked for.
    pub(crate) verify: Option<Verify>,
    /// A code with which a 404 says that it is not there, beside those that Resource Manager itself has.
    pub(crate) absent: Option<&'static str>,
    pub(crate) sensitive: Sensitive,
    /// Whether the thing was made a moment ago, so that a 404 may only be late.
    pub(crate) just_created: bool,
}

/// What may be done when the answer to a request is lost, so that nobody knows whether it took effect.
pub(crate) enum Recovery<T> {
    /// Nothing changes on the service: ask again.
    Repeat,
    /// Something may have changed: read it, and let the function tell from what was found.
    ///
    /// `creating` says that there was nothing before, so that something else than what was sent is
    /// somebody else's and must not be overwritten.
    ReadBack { settled: Settled<T>, creating: bool },
}

/// Tells whether a success with this status and body is the object that was asked for.
pub(crate) type Verify = Box<dyn Fn(StatusCode, &[u8]) -> Result<(), Mismatch> + Send + Sync>;

/// Why an answer is not believed.
#[derive(Debug)]
pub(crate) enum Mismatch {
    NotJson(serde_json::Error),
    /// In words, which quote nothing of the answer but an id, a name or a type.
    Other(String),
}

/// Tells from the thing read back, if it is there, what became of a write with this body.
pub(crate) type Settled<T> = fn(sent: Option<&Value>, found: Option<&[u8]>) -> Outcome<T>;

/// What became of a write whose answer was lost.
#[derive(Debug)]
pub(crate) enum Outcome<T> {
    /// It took effect; this would have been the answer.
    TookEffect(T),
    /// It did not take effect: there is nothing, or what was there before.
    Open {
        /// Whether something is there.
        something: bool,
    },
}

impl<T> Request<T> {
    /// A request that changes nothing, or nothing more when it is sent again.
    pub(crate) fn read(api: &Api, method: Method, path: String) -> Self
    where
        T: DeserializeOwned,
    {
        Self::new(api, method, path, Recovery::Repeat, |body| serde_json::from_slice(body))
    }

    /// A PUT or PATCH. When its answer is lost, a GET of the same path tells with `settled` what became of it.
    pub(crate) fn write(
        api: &Api,
        method: Method,
        path: String,
        body: &impl Serialize,
        settled: Settled<T>,
    ) -> Self
    where
        T: DeserializeOwned,
    {
        let recovery = Recovery::ReadBack { settled, creating: false };
        let request = Self::new(api, method, path, recovery, |body| serde_json::from_slice(body));
        // The model has text keys and no values that JSON lacks, so that it always encodes.
        request.with_body(serde_json::to_value(body).unwrap_or_default())
    }

    fn new(
        api: &Api,
        method: Method,
        path: String,
        recovery: Recovery<T>,
        decode: fn(&[u8]) -> Result<T, serde_json::Error>,
    ) -> Self {
        Self {
            method,
            path,
            query: vec![("api-version".to_owned(), api.version.to_owned())],
            body: None,
            decode,
            recovery,
            verify: None,
            absent: None,
            sensitive: api.sensitive,
            just_created: false,
        }
    }

    /// The method.
    pub fn method(&self) -> &Method {
        &self.method
    }

    /// The path, encoded.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The query, not encoded.
    pub fn query(&self) -> &[(String, String)] {
        &self.query
    }

    /// The body, for a PUT, PATCH or POST.
    pub fn body(&self) -> Option<&Value> {
        self.body.as_ref()
    }

    /// Speaks another version of the API.
    #[must_use]
    pub fn api_version(mut self, version: &str) -> Self {
        self.query.retain(|(key, _)| key != "api-version");
        self.query.push(("api-version".to_owned(), version.to_owned()));
        self
    }

    /// Says that there is nothing yet where this writes.
    ///
    /// When the answer is lost and something else than what was sent is found there, the client then
    /// reports that instead of overwriting it.
    #[must_use]
    pub fn creating(mut self) -> Self {
        if let Recovery::ReadBack { creating, .. } = &mut self.recovery {
            *creating = true;
        }
        self
    }

    /// Says that what this reads was made a moment ago: a 404 is asked again a few times.
    ///
    /// The service has been seen to answer 404 shortly after it had answered 201.
    #[must_use]
    pub fn just_created(mut self) -> Self {
        self.just_created = true;
        self
    }

    /// Says what tells whether an answer is the object that was asked for: another is not believed.
    #[must_use]
    pub(crate) fn verified_by(mut self, verify: Verify) -> Self {
        self.verify = Some(verify);
        self
    }

    /// Says with which code a 404 means that the thing is not there, beside those that Resource Manager itself has.
    #[must_use]
    pub(crate) fn absent_by(mut self, code: &'static str) -> Self {
        self.absent = Some(code);
        self
    }

    /// Sends this body.
    #[must_use]
    pub(crate) fn with_body(mut self, body: Value) -> Self {
        self.body = Some(body);
        self
    }
}

impl Request<()> {
    /// A DELETE, whose answer is believed if this reads it. What is not there counts as deleted.
    pub(crate) fn delete(
        api: &Api,
        path: String,
        decode: fn(&[u8]) -> Result<(), serde_json::Error>,
    ) -> Self {
        let recovery = Recovery::ReadBack { settled: deleted, creating: false };
        Self::new(api, Method::DELETE, path, recovery, decode)
    }
}

/// Tells what became of a DELETE.
fn deleted(_sent: Option<&Value>, found: Option<&[u8]>) -> Outcome<()> {
    match found {
        None => Outcome::TookEffect(()),
        Some(_) => Outcome::Open { something: true },
    }
}

impl<T: DeserializeOwned> Request<Page<T>> {
    /// The first page of the list at this path.
    pub(crate) fn list(api: &Api, path: String) -> Self {
        Self::new(api, Method::GET, path, Recovery::Repeat, |body| {
            let page: Page<T> = serde_json::from_slice(body)?;
            Ok(Page { size: body.len(), ..page })
        })
    }

    /// Another page of the same list.
    pub(crate) fn page(self, query: Vec<(String, String)>) -> Self {
        Self { query, ..self }
    }
}

impl<T> fmt::Debug for Request<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("method", &self.method)
            .field("path", &self.path)
            .field("query", &self.query)
            .field("body", &self.body)
            .finish_non_exhaustive()
    }
}

/// A name as a segment of a path.
pub(crate) fn segment(name: &str) -> impl fmt::Display {
    utf8_percent_encode(name, SEGMENT)
}
