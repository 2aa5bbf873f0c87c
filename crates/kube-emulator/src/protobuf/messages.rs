//! The fields of the messages that are read, by the numbers that Kubernetes has given them.

/// A field of a message.
#[derive(Clone, Copy, Debug)]
pub(super) struct Field {
    pub(super) number: u32,
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    pub(super) is_repeated: bool,
}

/// The type of a field.
#[derive(Clone, Copy, Debug)]
pub(super) enum Kind {
    Text,
    Number,
    Flag,
    Time,
    /// JSON in the bytes of a message.
    Json,
    TextMap,
    BytesMap,
    Message(&'static [Field]),
}

impl PartialEq for Kind {
    fn eq(&self, other: &Self) -> bool {
        std::mem::discriminant(self) == std::mem::discriminant(other)
    }
}

const fn one(number: u32, name: &'static str, kind: Kind) -> Field {
    Field { number, name, kind, is_repeated: false }
}

const fn many(number: u32, name: &'static str, kind: Kind) -> Field {
    Field { number, name, kind, is_repeated: true }
}

/// The fields of an object of a kind, if it is one that is read.
pub(super) fn of_kind(kind: &str) -> Option<&'static [Field]> {
    Some(match kind {
        "Secret" => SECRET,
        "ConfigMap" => CONFIG_MAP,
        "Namespace" => NAMESPACE,
        "ServiceAccount" => SERVICE_ACCOUNT,
        "Event" => EVENT,
        "DeleteOptions" => DELETE_OPTIONS,
        _ => return None,
    })
}

/// Bytes in a message of their own.
pub(super) const RAW: &[Field] = &[one(1, "raw", Kind::Text)];

const OWNER: &[Field] = &[
    one(1, "kind", Kind::Text),
    one(3, "name", Kind::Text),
    one(4, "uid", Kind::Text),
    one(5, "apiVersion", Kind::Text),
    one(6, "controller", Kind::Flag),
    one(7, "blockOwnerDeletion", Kind::Flag),
];

const MANAGED_FIELDS: &[Field] = &[
    one(1, "manager", Kind::Text),
    one(2, "operation", Kind::Text),
    one(3, "apiVersion", Kind::Text),
    one(4, "time", Kind::Time),
    one(6, "fieldsType", Kind::Text),
    one(7, "fieldsV1", Kind::Json),
    one(8, "subresource", Kind::Text),
];

const METADATA: &[Field] = &[
    one(1, "name", Kind::Text),
    one(2, "generateName", Kind::Text),
    one(3, "namespace", Kind::Text),
    one(5, "uid", Kind::Text),
    one(6, "resourceVersion", Kind::Text),
    one(8, "creationTimestamp", Kind::Time),
    one(9, "deletionTimestamp", Kind::Time),
    one(10, "deletionGracePeriodSeconds", Kind::Number),
    one(11, "labels", Kind::TextMap),
    one(12, "annotations", Kind::TextMap),
    many(13, "ownerReferences", Kind::Message(OWNER)),
    many(14, "finalizers", Kind::Text),
    many(17, "managedFields", Kind::Message(MANAGED_FIELDS)),
];

const REFERENCE: &[Field] = &[
    one(1, "kind", Kind::Text),
    one(2, "namespace", Kind::Text),
    one(3, "name", Kind::Text),
    one(4, "uid", Kind::Text),
    one(5, "apiVersion", Kind::Text),
    one(6, "resourceVersion", Kind::Text),
    one(7, "fieldPath", Kind::Text),
];

const SECRET: &[Field] = &[
    one(1, "metadata", Kind::Message(METADATA)),
    one(2, "data", Kind::BytesMap),
    one(3, "type", Kind::Text),
    one(4, "stringData", Kind::TextMap),
    one(5, "immutable", Kind::Flag),
];

const CONFIG_MAP: &[Field] = &[
    one(1, "metadata", Kind::Message(METADATA)),
    one(2, "data", Kind::TextMap),
    one(3, "binaryData", Kind::BytesMap),
    one(4, "immutable", Kind::Flag),
];

const NAMESPACE: &[Field] = &[
    one(1, "metadata", Kind::Message(METADATA)),
    one(2, "spec", Kind::Message(&[many(1, "finalizers", Kind::Text)])),
    one(3, "status", Kind::Message(&[one(1, "phase", Kind::Text)])),
];

const SERVICE_ACCOUNT: &[Field] = &[
    one(1, "metadata", Kind::Message(METADATA)),
    many(2, "secrets", Kind::Message(REFERENCE)),
    many(3, "imagePullSecrets", Kind::Message(&[one(1, "name", Kind::Text)])),
    one(4, "automountServiceAccountToken", Kind::Flag),
];

const EVENT: &[Field] = &[
    one(1, "metadata", Kind::Message(METADATA)),
    one(2, "involvedObject", Kind::Message(REFERENCE)),
    one(3, "reason", Kind::Text),
    one(4, "message", Kind::Text),
    one(5, "source", Kind::Message(&[one(1, "component", Kind::Text), one(2, "host", Kind::Text)])),
    one(6, "firstTimestamp", Kind::Time),
    one(7, "lastTimestamp", Kind::Time),
    one(8, "count", Kind::Number),
    one(9, "type", Kind::Text),
    one(10, "eventTime", Kind::Time),
    one(
        11,
        "series",
        Kind::Message(&[one(1, "count", Kind::Number), one(2, "lastObservedTime", Kind::Time)]),
    ),
    one(12, "action", Kind::Text),
    one(13, "related", Kind::Message(REFERENCE)),
    one(14, "reportingComponent", Kind::Text),
    one(15, "reportingInstance", Kind::Text),
];

const DELETE_OPTIONS: &[Field] = &[
    one(1, "gracePeriodSeconds", Kind::Number),
    one(
        2,
        "preconditions",
        Kind::Message(&[one(1, "uid", Kind::Text), one(2, "resourceVersion", Kind::Text)]),
    ),
    one(3, "orphanDependents", Kind::Flag),
    one(4, "propagationPolicy", Kind::Text),
    many(5, "dryRun", Kind::Text),
];
