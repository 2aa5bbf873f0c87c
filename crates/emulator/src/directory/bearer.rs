//! The token of a request to Azure Resource Manager or to a hub: whose it is, or why it is of no use.

use time::OffsetDateTime;

use super::{Directory, Visit};
use crate::service::error::Failure;
use crate::service::{API_SERVERS, Access, Caller};

/// The resources that are Azure Resource Manager, without a slash at the end.
const AUDIENCES: [&str; 8] = [
    "https://management.azure.com",
    "https://management.core.windows.net",
    "https://management.usgovcloudapi.net",
    "https://management.core.usgovcloudapi.net",
    "https://management.chinacloudapi.cn",
    "https://management.core.chinacloudapi.cn",
    "https://management.azure-api.net",
    "https://management.microsoftazure.de",
];

impl Directory {
    /// Who sends a request, by the value of its `Authorization` header.
    pub(crate) fn access(&self, authorization: Option<&str>, visit: Visit<'_>) -> Access {
        let is_meant = |audience: &str| AUDIENCES.contains(&audience) || audience == visit.base;
        match self.caller(authorization, visit, is_meant) {
            Ok(caller) => Access::Caller(caller),
            Err(failure) => Access::Refused(failure),
        }
    }

    /// Who sends a request to the hub of a fleet. `None` if the token is missing or of no use.
    pub(crate) fn caller_of_hub(&self, authorization: Option<&str>, visit: Visit<'_>) -> Option<Caller> {
        self.caller(authorization, visit, |audience| audience == API_SERVERS).ok()
    }

    /// The texts of all refusals are public. `is_meant`: whether the token's audience is whoever is asked.
    fn caller(
        &self,
        authorization: Option<&str>,
        visit: Visit<'_>,
        is_meant: impl Fn(&str) -> bool,
    ) -> Result<Caller, Failure> {
        let refuse = |code, message: String, reason: &str| {
            Failure::unauthenticated(code, message, &format!("{}/", visit.base), reason)
        };
        let Some(authorization) = authorization else {
            return Err(refuse(
                "AuthenticationFailed",
                "Authentication failed. The 'Authorization' header is missing.".to_owned(),
                "The authentication failed because of missing 'Authorization' header.",
            ));
        };
        let token = authorization
            .split_once(' ')
            .filter(|(scheme, token)| scheme.eq_ignore_ascii_case("Bearer") && !token.trim().is_empty());
        let Some((_, token)) = token else {
            let message =
                "Authentication failed. The 'Authorization' header is provided in an invalid format.";
            return Err(refuse("AuthenticationFailedInvalidHeader", message.to_owned(), message));
        };
        let invalid = || {
            let message = "The access token is invalid.";
            refuse("InvalidAuthenticationToken", message.to_owned(), message)
        };
        let claims = self.key.verify(token.trim()).ok_or_else(invalid)?;
        let text = |claim: &str| claims.get(claim).and_then(|value| value.as_str()).unwrap_or_default();
        let end = claims.get("exp").and_then(serde_json::Value::as_i64).unwrap_or_default();
        let epoch = text("uti").split_once('-').and_then(|(epoch, _)| epoch.parse().ok());
        let expired = epoch.is_none_or(|epoch: u64| epoch < self.kept.epoch);
        if expired || end <= visit.now.unix_timestamp() {
            let message = format!(
                "The access token expiry UTC time '{}' is earlier than current UTC time '{}'.",
                local(OffsetDateTime::from_unix_timestamp(end).unwrap_or(visit.now).min(visit.now)),
                local(visit.now)
            );
            return Err(refuse("ExpiredAuthenticationToken", message.clone(), &message));
        }
        let audience = text("aud").trim_end_matches('/');
        if !is_meant(audience) {
            let message = format!(
                "The access token has been obtained for wrong audience or resource '{}'. It should exactly match \
                 with one of the allowed audiences '{}'.",
                text("aud"),
                AUDIENCES[..2].join("','")
            );
            return Err(refuse("InvalidAuthenticationTokenAudience", message.clone(), &message));
        }
        let owned = |claim: &str| text(claim).to_owned();
        Ok(Caller { client_id: owned("appid"), object_id: owned("oid"), tenant: owned("tid") })
    }
}

/// A date in the American way, which Azure writes here.
fn local(time: OffsetDateTime) -> String {
    let (half, hour) = match time.hour() {
        0 => ("AM", 12),
        hour @ 1..=11 => ("AM", hour),
        12 => ("PM", 12),
        hour => ("PM", hour - 12),
    };
    format!(
        "{}/{}/{} {hour}:{:02}:{:02} {half}",
        u8::from(time.month()),
        time.day(),
        time.year(),
        time.minute(),
        time.second()
    )
}
