//! Each call of Terraform in the log: what was called, for which type, how long it took, and how many diagnostics it
//! answered. The fields have the names that HashiCorp's own libraries give them, which tools for logs know. No value of
//! an attribute is among them, and no text of a diagnostic, which may quote one.

use std::time::Instant;

use tonic::{Response, Status};
use tracing::{Instrument as _, Level, Span};

use super::shared::Shared;
use crate::proto::tfplugin6 as wire;

/// The version of the protocol, as it is announced nowhere else than in the log.
const VERSION: &str = "6.11";

/// A call that answers in one message.
pub(super) type Answer<T> = Result<Response<T>, Status>;

/// What a call is about.
#[derive(Clone, Copy)]
pub(super) enum Subject<'a> {
    Provider,
    Resource(&'a str),
    DataSource(&'a str),
    EphemeralResource(&'a str),
    ListResource(&'a str),
    Function(&'a str),
}

impl Shared {
    /// What all records of one call have in common, those of the provider's own code too.
    pub(super) fn span(&self, rpc: &'static str, subject: Subject<'_>) -> Span {
        if !tracing::enabled!(Level::ERROR) {
            return Span::none();
        }
        let (mut resource, mut data_source, mut function) = (None, None, None);
        let (mut ephemeral_resource, mut list_resource) = (None, None);
        match subject {
            Subject::Provider => {}
            Subject::Resource(name) => resource = Some(name),
            Subject::DataSource(name) => data_source = Some(name),
            Subject::EphemeralResource(name) => ephemeral_resource = Some(name),
            Subject::ListResource(name) => list_resource = Some(name),
            Subject::Function(name) => function = Some(name),
        }
        tracing::error_span!(
            "rpc",
            tf_rpc = rpc,
            tf_req_id = request_id(),
            tf_proto_version = VERSION,
            tf_provider_addr = self.address.get().copied(),
            tf_resource_type = resource,
            tf_data_source_type = data_source,
            tf_ephemeral_resource_type = ephemeral_resource,
            tf_list_resource_type = list_resource,
            tf_function_name = function,
        )
    }
}

/// Answers a call, with a record at its begin and at its end.
pub(super) async fn logged<T: Counted>(span: Span, call: impl Future<Output = T>) -> Answer<T> {
    Ok(Response::new(recorded(call).instrument(span).await))
}

/// The same for a call that does not answer in one message.
pub(super) async fn recorded<T: Counted>(call: impl Future<Output = T>) -> T {
    tracing::trace!("Received request");
    let begin = Instant::now();
    let answer = call.await;
    let Counts { errors, warnings } = answer.counts();
    tracing::trace!(
        tf_req_duration_ms = u64::try_from(begin.elapsed().as_millis()).unwrap_or(u64::MAX),
        diagnostic_error_count = errors,
        diagnostic_warning_count = warnings,
        "Served request"
    );
    answer
}

/// A random UUID, version 4.
fn request_id() -> String {
    let mut bytes = [0_u8; 16];
    // Without randomness the ids of two calls are the same, which is no reason to refuse a call.
    let _ = rustls::crypto::ring::default_provider().secure_random.fill(&mut bytes);
    let bits = u128::from_be_bytes(bytes) & !(0xf << 76) & !(0b11 << 62) | (4 << 76) | (0b10 << 62);
    let hex = format!("{bits:032x}");
    format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}

/// How many diagnostics a call answered.
#[derive(Clone, Copy, Default)]
pub(super) struct Counts {
    errors: usize,
    warnings: usize,
}

impl Counts {
    pub(super) fn add(&mut self, diagnostics: &[wire::Diagnostic]) {
        let severity = wire::diagnostic::Severity::Error;
        let errors = diagnostics.iter().filter(|each| each.severity() == severity).count();
        self.errors += errors;
        self.warnings += diagnostics.len() - errors;
    }
}

/// An answer whose diagnostics are counted.
pub(super) trait Counted {
    fn counts(&self) -> Counts;
}

impl Counted for Counts {
    fn counts(&self) -> Counts {
        *self
    }
}

macro_rules! counted {
    ($($call:ident),* $(,)?) => {
        $(impl Counted for wire::$call::Response {
            fn counts(&self) -> Counts {
                let mut counts = Counts::default();
                counts.add(&self.diagnostics);
                counts
            }
        })*
    };
}

counted!(
    apply_resource_change,
    close_ephemeral_resource,
    configure_provider,
    get_functions,
    get_metadata,
    get_provider_schema,
    get_resource_identity_schemas,
    import_resource_state,
    move_resource_state,
    open_ephemeral_resource,
    plan_resource_change,
    read_data_source,
    read_resource,
    renew_ephemeral_resource,
    upgrade_resource_identity,
    upgrade_resource_state,
    validate_data_resource_config,
    validate_ephemeral_resource_config,
    validate_list_resource_config,
    validate_provider_config,
    validate_resource_config,
);

impl Counted for wire::stop_provider::Response {
    fn counts(&self) -> Counts {
        Counts { errors: usize::from(!self.error.is_empty()), warnings: 0 }
    }
}

impl Counted for wire::call_function::Response {
    fn counts(&self) -> Counts {
        Counts { errors: usize::from(self.error.is_some()), warnings: 0 }
    }
}

#[cfg(test)]
mod tests {
    use super::request_id;

    #[test]
    fn an_id_is_a_uuid_and_no_other_calls() {
        let id = request_id();
        let lengths: Vec<usize> = id.split('-').map(str::len).collect();
        assert_eq!(lengths, [8, 4, 4, 4, 12], "{id}");
        assert_eq!(&id[14..15], "4", "{id}");
        assert!("89ab".contains(&id[19..20]), "{id}");
        assert_ne!(id, request_id());
    }
}
