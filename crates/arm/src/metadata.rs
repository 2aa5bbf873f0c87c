//! What a metadata host says of its cloud: where Resource Manager is, for whom tokens are, and who gives them.
//!
//! Read once, with the first request that needs it. A failure is not kept, so that the next request asks again.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::ACCEPT;
use http::{HeaderValue, StatusCode};
use serde::Deserialize;
use tokio::sync::OnceCell;
use tracing::debug;

use crate::clock::SystemClock;
use crate::http_call::{self, Failure};
use crate::service::{Service, ServiceError};
use crate::transport::Transport;

/// The versions of the document, the newest first; the second is what Azure Stack Hub knows.
const VERSIONS: [&str; 2] = ["2022-09-01", "2015-01-01"];

/// How long one attempt may take.
const ATTEMPT: Duration = Duration::from_secs(15);

/// A cloud: one whose addresses are known, or one that describes itself when first asked.
#[derive(Clone)]
pub enum Cloud {
    /// Its addresses are known.
    Known(Service),
    /// A host says them.
    Described(Arc<MetadataHost>),
}

/// A host that describes a cloud at `/metadata/endpoints`, by https.
pub struct MetadataHost {
    /// With a port where it is not 443, without a scheme.
    host: String,
    transport: Arc<dyn Transport>,
    described: OnceCell<Service>,
}

/// A metadata host does not say what is needed.
#[derive(Debug, thiserror::Error)]
pub enum MetadataError {
    /// The host gives no answer.
    #[error("the metadata host {host} cannot be asked: {why}; check metadata_host")]
    NoAnswer {
        /// The host.
        host: String,
        /// What went wrong, in words.
        why: String,
    },
    /// The host answers with something else than success.
    #[error("the metadata host {host} answers status {status} to /metadata/endpoints; check metadata_host")]
    Refused {
        /// The host.
        host: String,
        /// The status.
        status: StatusCode,
    },
    /// The answer is not the document.
    #[error("the metadata host {host} does not describe a cloud: {why}; check metadata_host")]
    NotADescription {
        /// The host.
        host: String,
        /// What is missing.
        why: String,
    },
    /// An address in the document cannot be used.
    #[error("the metadata host {host} describes a cloud that cannot be used")]
    Unusable {
        /// The host.
        host: String,
        /// Which address, and why.
        source: ServiceError,
    },
}

/// One cloud of the document. The version of 2015 has no Resource Manager: it is the host itself.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Description {
    resource_manager: Option<String>,
    authentication: Authentication,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Authentication {
    login_endpoint: String,
    #[serde(default)]
    audiences: Vec<String>,
}

/// Between versions, the document was one cloud or a list of them.
#[derive(Deserialize)]
#[serde(untagged)]
enum Document {
    One(Description),
    Many(Vec<Description>),
}

impl Cloud {
    /// The cloud that this host describes; `localhost:4567`, for example.
    pub fn described_by(host: &str, transport: Arc<dyn Transport>) -> Self {
        let host = MetadataHost { host: host.to_owned(), transport, described: OnceCell::new() };
        Self::Described(Arc::new(host))
    }

    /// Its addresses, asked for where they are not known yet.
    pub async fn service(&self) -> Result<&Service, MetadataError> {
        match self {
            Self::Known(service) => Ok(service),
            Self::Described(host) => host.described.get_or_try_init(|| host.ask()).await,
        }
    }

    /// Its addresses, where they are known already.
    pub fn known(&self) -> Option<&Service> {
        match self {
            Self::Known(service) => Some(service),
            Self::Described(host) => host.described.get(),
        }
    }
}

impl fmt::Display for Cloud {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Known(service) => service.fmt(f),
            Self::Described(host) => write!(f, "the cloud that {} describes", host.host),
        }
    }
}

impl fmt::Debug for Cloud {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Cloud({self})")
    }
}

impl From<Service> for Cloud {
    fn from(service: Service) -> Self {
        Self::Known(service)
    }
}

impl MetadataHost {
    async fn ask(&self) -> Result<Service, MetadataError> {
        let mut status = StatusCode::NOT_FOUND;
        for version in VERSIONS {
            let answer = self.version(version).await?;
            status = answer.status();
            if status.is_success() {
                debug!(host = self.host, version, "read the metadata of the cloud");
                return read(&self.host, answer.body());
            }
            if !matches!(status, StatusCode::BAD_REQUEST | StatusCode::NOT_FOUND) {
                break;
            }
        }
        Err(MetadataError::Refused { host: self.host.clone(), status })
    }

    async fn version(&self, version: &str) -> Result<http::Response<Bytes>, MetadataError> {
        let no_answer = |why: String| MetadataError::NoAnswer { host: self.host.clone(), why };
        let mut request =
            http::Request::get(format!("https://{}/metadata/endpoints?api-version={version}", self.host))
                .body(Bytes::new())
                .map_err(|error| no_answer(error.to_string()))?;
        request.headers_mut().insert(ACCEPT, HeaderValue::from_static("application/json"));
        let answer = http_call::send(self.transport.as_ref(), &SystemClock, &request, ATTEMPT).await;
        answer.map_err(|failure: Failure| no_answer(failure.to_string()))
    }
}

/// Reads the document. Some hosts begin it with a byte order mark.
fn read(host: &str, body: &[u8]) -> Result<Service, MetadataError> {
    let not = |why: String| MetadataError::NotADescription { host: host.to_owned(), why };
    let body = body.strip_prefix("\u{feff}".as_bytes()).unwrap_or(body);
    let document: Document = serde_json::from_slice(body)
        .map_err(|_| not("the answer is not the JSON of /metadata/endpoints".to_owned()))?;
    let description = match document {
        Document::One(description) => description,
        Document::Many(descriptions) => {
            let clouds = descriptions.len();
            let mut own = descriptions.into_iter().filter(|cloud| clouds == 1 || is_at(cloud, host));
            own.next()
                .ok_or_else(|| not(format!("none of the {clouds} clouds in its answer is at this host")))?
        }
    };
    let itself = format!("https://{host}");
    let base = description.resource_manager.filter(|address| !address.is_empty()).unwrap_or(itself);
    let audiences = description.authentication.audiences;
    let audience =
        audiences.iter().find(|audience| audience.trim_end_matches('/') == base.trim_end_matches('/'));
    let audience = audience
        .or_else(|| audiences.first())
        .ok_or_else(|| not("its authentication has no audiences".to_owned()))?;
    Service::custom(&base, audience, &description.authentication.login_endpoint)
        .map_err(|source| MetadataError::Unusable { host: host.to_owned(), source })
}

/// Whether a cloud's Resource Manager is at this host.
fn is_at(cloud: &Description, host: &str) -> bool {
    let address = cloud.resource_manager.as_deref().unwrap_or_default();
    let address = address.trim_start_matches("https://").trim_end_matches('/');
    address.eq_ignore_ascii_case(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NEW: &str = r#"{"name":"Own","resourceManager":"https://arm.own.example/","authentication":{
        "loginEndpoint":"https://login.own.example","audiences":["https://core.own.example","https://arm.own.example"],
        "tenant":"common","identityProvider":"AAD"},"suffixes":{}}"#;

    fn shown(body: &str) -> String {
        match read("arm.own.example", body.as_bytes()) {
            Ok(service) => {
                let authority = service.authority().map(url::Url::as_str);
                format!("{service} {} {}", service.scope().unwrap(), authority.unwrap())
            }
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn all_known_versions_of_the_document_are_read() {
        let expected = "https://arm.own.example https://arm.own.example/.default https://login.own.example/";
        let elsewhere = NEW.replace("arm.own.example", "arm.elsewhere.example");
        for body in
            [NEW.to_owned(), format!("\u{feff}{NEW}"), format!("[{elsewhere},{NEW}]"), format!("[{NEW}]")]
        {
            assert_eq!(shown(&body), expected, "{body}");
        }
        let old = r#"{"galleryEndpoint":"","authentication":{"loginEndpoint":"https://login.own.example/",
            "audiences":["https://management.own.example/1234"]}}"#;
        assert_eq!(
            shown(old),
            "https://arm.own.example https://management.own.example/1234/.default https://login.own.example/"
        );
    }

    #[test]
    fn what_is_not_a_description_is_said() {
        for (body, expected) in [
            ("<html>", "is not the JSON"),
            ("{}", "is not the JSON"),
            (r#"{"authentication":{"loginEndpoint":"https://l.example"}}"#, "has no audiences"),
            ("[]", "none of the 0 clouds"),
            (&NEW.replace("https://login", "http://login"), "cannot be used"),
        ] {
            assert!(shown(body).contains(expected), "{body}: {}", shown(body));
        }
    }
}
