//! Media types: in which form an answer is wanted, and in which form a body came.

use crate::status::Status;

/// The form of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// The objects themselves.
    Objects,
    /// A table with the columns that `kubectl get` shows.
    Table(Included),
    /// Only the metadata of objects.
    Metadata,
}

/// What a row of a table has of its object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Included {
    /// Nothing.
    Nothing,
    /// The metadata.
    Metadata,
    /// All of it.
    Whole,
}

/// What a client accepts for discovery.
pub(crate) const AGGREGATED: &str = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

/// The form that a client accepts first of those that can be written.
pub(crate) fn accepted(accept: &str) -> Result<Form, Status> {
    if accept.trim().is_empty() {
        return Ok(Form::Objects);
    }
    for clause in accept.split(',') {
        let mut parts = clause.split(';').map(str::trim);
        let media = parts.next().unwrap_or_default();
        if !matches!(media, "application/json" | "*/*" | "application/*") {
            continue;
        }
        let parameters: Vec<&str> = parts.collect();
        match parameters.iter().find_map(|parameter| parameter.strip_prefix("as=")) {
            None => return Ok(Form::Objects),
            Some("Table") if parameters.contains(&"v=v1") => return Ok(Form::Table(Included::Metadata)),
            Some("PartialObjectMetadata" | "PartialObjectMetadataList") if parameters.contains(&"v=v1") => {
                return Ok(Form::Metadata);
            }
            Some(_) => {}
        }
    }
    let message = "only the following media types are accepted: application/json, application/yaml, application/vnd.kubernetes.protobuf";
    Err(Status::new(406, "NotAcceptable", message))
}

/// Whether a client asks for all groups and resources in one document before anything else.
pub(crate) fn wants_aggregated(accept: &str) -> bool {
    accept.split(',').any(|clause| {
        let clause = clause.replace(' ', "");
        ["as=APIGroupDiscoveryList", "v=v2", "g=apidiscovery.k8s.io"]
            .iter()
            .all(|parameter| clause.split(';').any(|part| part == *parameter))
    })
}

/// A media type without its parameters.
pub(crate) fn essence(content_type: &str) -> &str {
    content_type.split(';').next().unwrap_or_default().trim()
}

/// 415: a body in a form that cannot be read.
pub(crate) fn unsupported(accepted: &[&str]) -> Status {
    let message = format!(
        "the body of the request was in an unknown format - accepted media types include: {}",
        accepted.join(", ")
    );
    Status::new(415, "UnsupportedMediaType", message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_form_that_can_be_written_is_taken() {
        let kubectl = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json";
        assert_eq!(accepted(kubectl).unwrap(), Form::Table(Included::Metadata));
        assert_eq!(accepted("application/vnd.kubernetes.protobuf,application/json").unwrap(), Form::Objects);
        assert_eq!(accepted("application/json;as=Table;v=v9").unwrap_err().code(), 406);
        assert_eq!(accepted("text/plain").unwrap_err().code(), 406);
        assert_eq!(accepted("").unwrap(), Form::Objects);
        assert!(wants_aggregated(
            "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json"
        ));
        assert!(!wants_aggregated("application/json"));
    }
}
