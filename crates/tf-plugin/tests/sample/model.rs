//! The declarations of the sample's resource: attributes, nested attributes and blocks of every kind.

use std::collections::BTreeMap;

use tf_plugin::cty;
use tf_plugin::{Set, Value, object};

object! {
    /// An endpoint.
    pub(crate) struct Endpoint {
        pub target: Value<String> => [required],
        pub weight: Value<i64> => [default(1)],
        pub region: Value<String> => [same_if(without_case)],
        pub status: Value<String> => [computed],
    }
}

object! {
    /// A rule.
    pub(crate) struct Rule {
        pub code: Value<String> => [required],
        pub note: Value<String>,
    }
}

object! {
    /// A step.
    pub(crate) struct Step {
        pub name: Value<String> => [required],
        pub position: Value<i64> => [computed],
    }
}

object! {
    /// A window of time.
    pub(crate) struct Window {
        pub start: Value<String>,
        pub zone: Value<String> => [computed],
    }
}

object! {
    /// How it answers in DNS.
    pub(crate) struct Dns {
        pub label: Value<String> => [required, replaces],
        pub ttl: Value<i64> => [default(30)],
        pub fqdn: Value<String> => [computed, keeps],
    }
}

object! {
    /// A header.
    pub(crate) struct Header {
        pub name: Value<String> => [required],
        pub value: Value<String>,
    }
}

object! {
    /// How long it may take.
    pub(crate) struct Timeouts {
        pub create: Value<String>,
    }
}

object! {
    /// A thing.
    pub(crate) struct Thing {
        pub id: Value<String> => [computed, keeps],
        pub name: Value<String> => [required, replaces],
        pub region: Value<String> => [same_if(without_case)],
        pub size: Value<i64> => [default(1)],
        pub kind: Value<String> => [optional_computed, keeps],
        pub note: Value<String> => [deprecated("Use tags.")],
        pub revision: Value<i64> => [computed],
        pub secret: Value<String> => [sensitive],
        pub password: Value<String> => [write_only, sensitive],
        pub password_version: Value<i64>,
        pub precise: Value<cty::Number>,
        pub tags: Value<BTreeMap<String, Value<String>>> => [no_null_elements],
        pub codes: Value<Set<Value<String>>> => [same_if(without_case)],
        pub ports: Value<Vec<Value<i64>>>,
        pub endpoints: Value<BTreeMap<String, Value<Endpoint>>> => [no_null_elements],
        pub rules: Value<Set<Value<Rule>>>,
        pub steps: Value<Vec<Value<Step>>>,
        pub window: Value<Window> => [optional_computed],
        pub dns: Value<Vec<Dns>> => [block, items(0, 2)],
        pub header: Value<Set<Header>> => [block],
        pub timeouts: Value<Timeouts> => [block],
    }
}

object! {
    /// What tells a thing from all others.
    pub(crate) struct ThingIdentity {
        pub id: Value<String> => [required],
        pub tenant: Value<String>,
    }
}

pub(super) fn without_case(left: &str, right: &str) -> bool {
    left.eq_ignore_ascii_case(right)
}
