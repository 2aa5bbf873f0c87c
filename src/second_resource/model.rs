//! The declaration of the cache.

use std::collections::BTreeMap;

use tf_plugin::{Set, Value, object};

use crate::timeouts::Timeouts;

object! {
    /// Manages a cache.
    pub struct Cache {
        /// The name of the cache.
        ///
        /// Changing it replaces the cache.
        pub name: Value<String> => [required, replaces, same_if(without_case)],
        /// The group of the cache.
        pub group: Value<String> => [required, replaces],
        /// The region.
        pub location: Value<String> => [required, replaces, same_if(without_case)],
        /// The size.
        ///
        /// Defaults to `Small`.
        pub size: Value<String> => [default("Small"), one_of(&["Small", "Large"])],
        /// The number of replicas.
        ///
        /// Defaults to `1`.
        pub replicas: Value<i64> => [default(1), range(1..=5)],
        /// The memory in MiB.
        pub memory: Value<i64> => [optional_computed],
        /// Whether it is reachable from outside.
        pub public: Value<bool> => [default(false), conflicts_with("allowed_networks")],
        /// The networks that reach it.
        pub allowed_networks: Value<Set<Value<String>>> => [no_null_elements],
        /// Where it is replicated to, in order.
        pub replicated_to: Value<Vec<Value<String>>>,
        /// When it is maintained.
        pub maintenance: Value<Vec<Maintenance>> => [block, items(0, 1)],
        /// The rules, by name.
        pub rules: Value<BTreeMap<String, Value<Rule>>> => [no_null_elements],
        /// The tags.
        pub tags: Value<BTreeMap<String, Value<String>>> => [no_null_elements],
        /// The password.
        pub password: Value<String> => [sensitive],
        /// A note.
        pub note: Value<String> => [deprecated("Use tags.")],
        /// Whether to wait until it is ready.
        pub wait_until_ready: Value<bool>,
        /// The ID.
        pub id: Value<String> => [computed, keeps],
        /// The address.
        pub address: Value<String> => [computed, keeps],
        /// The version of the software.
        pub version: Value<String> => [computed, keeps],
        /// `Starting` or `Ready`.
        pub status: Value<String> => [computed],
        /// The timeouts of operations.
        pub timeouts: Value<Timeouts> => [block],
    }
}

object! {
    /// When a cache is maintained.
    pub struct Maintenance {
        /// The day of the week.
        pub day: Value<String> => [required],
        /// The hour.
        pub hour: Value<i64> => [default(3)],
    }
}

object! {
    /// What is done to a key.
    pub struct Rule {
        /// The pattern of the key.
        pub pattern: Value<String> => [required],
        /// Seconds until it is forgotten.
        pub expires_in: Value<i64> => [default(60)],
    }
}

object! {
    /// What tells a cache from all others.
    pub struct CacheIdentity {
        /// The group.
        pub group: Value<String> => [required],
        /// The name.
        pub name: Value<String> => [required],
    }
}

fn without_case(left: &str, right: &str) -> bool {
    left.eq_ignore_ascii_case(right)
}
