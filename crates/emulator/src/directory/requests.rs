//! Which requests are for the directory, and what answers them.

use http::{Method, StatusCode};
use serde_json::json;
use uuid::Uuid;

use super::clients::derived_id;
use super::failure::LoginFailure;
use super::{Directory, Visit, directory_answer, documents, token};
use crate::service::{Answer, Request};

impl Directory {
    /// Answers a request that is for the directory; `None` for all others.
    pub(crate) fn answer(&mut self, request: &Request, visit: Visit<'_>) -> Option<Answer> {
        let segments: Vec<&str> = request.path.split('/').filter(|segment| !segment.is_empty()).collect();
        let answered = match segments.as_slice() {
            ["metadata", "endpoints"] => return Some(documents::endpoints(&request.query, visit.base)),
            [tenant, "oauth2", "v2.0", "token"] => self.token(tenant, request, token::Version::V2, visit),
            [tenant, "oauth2", "token"] => self.token(tenant, request, token::Version::V1, visit),
            ["common", "discovery", "instance"] => Ok(documents::instance(&request.query, visit.base)),
            [_, "discovery", "v2.0", "keys"] | [_, "discovery", "keys"] => Ok(self.keys()),
            [tenant, rest @ .., ".well-known", "openid-configuration"]
                if rest.is_empty() || *rest == ["v2.0"] =>
            {
                self.known_tenant(tenant, "invalid_tenant")
                    .map(|id| documents::openid(tenant, &id, !rest.is_empty(), visit.base))
            }
            _ => return None,
        };
        Some(answered.unwrap_or_else(|failure| failure.answer(visit)))
    }

    fn keys(&self) -> Answer {
        directory_answer(StatusCode::OK, &json!({ "keys": [self.key.as_jwk()] }))
    }

    fn token(
        &mut self,
        tenant: &str,
        request: &Request,
        version: token::Version,
        visit: Visit<'_>,
    ) -> Result<Answer, LoginFailure> {
        if request.method != Method::POST {
            return Err(LoginFailure::wrong_method());
        }
        let tenant = self.known_tenant(tenant, "invalid_request")?;
        token::grant(self, &tenant, &request.body, version, visit)
    }

    /// The id of a tenant that a path names.
    fn known_tenant(&self, named: &str, error: &'static str) -> Result<String, LoginFailure> {
        let id = match named.to_lowercase().as_str() {
            "common" | "organizations" => crate::service::DEFAULT_TENANT.to_owned(),
            lower if Uuid::try_parse(lower).is_ok() && lower.len() == 36 => lower.to_owned(),
            lower if lower.contains('.') => derived_id(lower),
            _ => return Err(LoginFailure::invalid_tenant(named)),
        };
        let known = self.is_open() || self.kept.clients.values().any(|client| client.tenant == id);
        if known { Ok(id) } else { Err(LoginFailure::unknown_tenant(named, error)) }
    }
}
