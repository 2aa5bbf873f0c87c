//! A request as a value: what is asked, how its answer is read, and what may be done when it fails.
//!
//! Nothing here sends anything.

use std::fmt;

use http::Method;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::client::settle;
use crate::object::Object;

/// The version of the API that requests speak unless they say otherwise.
pub const API_VERSION: &str = "2022-04-01";

/// The first stable version that knows `recordType`.
pub const TYPED_RECORDS_API_VERSION: &str = "2026-09-01";

/// What is left of a name unencoded in a path: RFC 3986, section 2.3.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A request whose answer is a `T`.
pub struct Request<T> {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) query: Vec<(String, String)>,
    pub(crate) body: Option<Value>,
    pub(crate) decode: fn(&[u8]) -> Result<T, serde_json::Error>,
    pub(crate) recovery: Recovery<T>,
    /// What it is about, where an answer is believed only if it is that.
    pub(crate) object: Option<Object>,
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
    pub(crate) fn read(method: Method, path: String) -> Self
    where
        T: DeserializeOwned,
    {
        Self::with(method, path, None, |body| serde_json::from_slice(body), Recovery::Repeat)
    }

    /// A PUT or PATCH that is settled by a GET of the same path.
    pub(crate) fn write(method: Method, path: String, body: &impl Serialize) -> Self
    where
        T: DeserializeOwned,
    {
        // The model has text keys and no values that JSON lacks, so that it always encodes.
        let body = serde_json::to_value(body).unwrap_or_default();
        let settled = if method == Method::PATCH { settle::merged } else { settle::replaced };
        let recovery = Recovery::ReadBack { settled, creating: false };
        Self::with(method, path, Some(body), |body| serde_json::from_slice(body), recovery)
    }

    fn with(
        method: Method,
        path: String,
        body: Option<Value>,
        decode: fn(&[u8]) -> Result<T, serde_json::Error>,
        recovery: Recovery<T>,
    ) -> Self {
        let query = vec![("api-version".to_owned(), API_VERSION.to_owned())];
        Self { method, path, query, body, decode, recovery, object: None, just_created: false }
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

    /// Says what it is about: an answer that is something else is not believed.
    #[must_use]
    pub(crate) fn about(mut self, object: Object) -> Self {
        self.object = Some(object);
        self
    }

    /// Reads its answer in another way.
    #[must_use]
    pub(crate) fn decoded_by(mut self, decode: fn(&[u8]) -> Result<T, serde_json::Error>) -> Self {
        self.decode = decode;
        self
    }

    /// Sends a body with a request that changes nothing.
    #[must_use]
    pub(crate) fn asking(mut self, body: Value) -> Self {
        self.body = Some(body);
        self
    }
}

/// What some versions of the service answer to a DELETE; others answer nothing.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Deleted {
    #[serde(rename = "properties")]
    _properties: DeletedProperties,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DeletedProperties {
    #[serde(rename = "boolean")]
    _boolean: bool,
}

impl Request<()> {
    /// A DELETE. What is not there counts as deleted.
    pub(crate) fn delete(path: String) -> Self {
        let recovery = Recovery::ReadBack { settled: settle::deleted, creating: false };
        // Anything else than the answers that are known of the service is a stranger's word, and nothing may be deleted.
        let decode = |body: &[u8]| match body {
            [] => Ok(()),
            body => serde_json::from_slice::<Deleted>(body).map(drop),
        };
        Self::with(Method::DELETE, path, None, decode, recovery)
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
