//! How the control API reads bodies, and how it answers.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use serde::de::DeserializeOwned;

use crate::server::refusal::Refusal;
use crate::server::shared::Shared;
use crate::service::{SeedError, UnknownEndpoint};

pub(in crate::server) type Shares = State<Arc<Shared>>;

impl From<SeedError> for Refusal {
    fn from(error: SeedError) -> Self {
        let missing =
            matches!(error, SeedError::Fleet { .. } | SeedError::Profile(UnknownEndpoint::NoProfile(_)));
        let status = if missing { StatusCode::NOT_FOUND } else { StatusCode::BAD_REQUEST };
        Self(status, error.to_string())
    }
}

impl From<UnknownEndpoint> for Refusal {
    fn from(error: UnknownEndpoint) -> Self {
        let status = match error {
            UnknownEndpoint::NoProfile(_) | UnknownEndpoint::NoEndpoint { .. } => StatusCode::NOT_FOUND,
            _ => StatusCode::BAD_REQUEST,
        };
        Self(status, error.to_string())
    }
}

/// Reads a JSON body; a refusal names the field.
pub(in crate::server) fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Refusal> {
    let refuse = |why: String| Refusal(StatusCode::BAD_REQUEST, why);
    let mut json = serde_json::Deserializer::from_slice(body);
    let value = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let path = error.path().to_string();
        let why = error.into_inner();
        refuse(if path == "." { why.to_string() } else { format!("{path}: {why}") })
    })?;
    json.end().map_err(|error| refuse(error.to_string()))?;
    Ok(value)
}

/// The answer to a change, once it is on the disk.
pub(in crate::server) async fn done(shared: &Shared) -> Result<StatusCode, Refusal> {
    if shared.saved().await {
        return Ok(StatusCode::NO_CONTENT);
    }
    let why = "the emulator cannot write its state file; its log tells why".to_owned();
    Err(Refusal(StatusCode::INTERNAL_SERVER_ERROR, why))
}
