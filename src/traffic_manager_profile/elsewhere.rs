//! Endpoints that are managed elsewhere, remembered between a refresh and the plan after it.
//!
//! The state of a profile does not have them. But when the configuration takes them over, an endpoint without a
//! priority of its own has to keep the one that it has in Azure, in every plan alike.

use std::collections::{BTreeMap, BTreeSet};

use arm::model::Profile as AzureProfile;
use tf_plugin::Private;
use tf_plugin::Value;

use super::model::{Endpoint, endpoint_name};

/// The name in the private data.
const PRIORITIES: &str = "priorities_elsewhere";

/// The priorities of endpoints by their names in lower case.
#[derive(Debug, Default, Eq, PartialEq)]
pub(super) struct Elsewhere(BTreeMap<String, i64>);

impl Elsewhere {
    /// The endpoints of a profile.
    pub(super) fn of(answer: &AzureProfile) -> Self {
        let endpoints = answer.properties.iter().flat_map(|properties| properties.endpoints.iter().flatten());
        let each = endpoints.filter_map(|endpoint| {
            Some((endpoint.name.as_ref()?.to_lowercase(), endpoint.properties.as_ref()?.priority?))
        });
        Self(each.collect())
    }

    /// What was remembered; nothing, if that was by another version.
    pub(super) fn recall(private: &Private) -> Self {
        let text = private.of(PRIORITIES).unwrap_or_default();
        Self(serde_json::from_str(text).unwrap_or_default())
    }

    pub(super) fn remember(&self, private: &mut Private) {
        let text = serde_json::to_string(&self.0).expect("a map of numbers is JSON");
        private.set(PRIORITIES, Some(text.as_str()).filter(|_| !self.0.is_empty()));
    }

    pub(super) fn forget(private: &mut Private) {
        private.set(PRIORITIES, None);
    }

    /// The priority of the endpoint of this key.
    pub(super) fn priority(&self, key: &str) -> Option<i64> {
        self.0.get(&endpoint_name(key).to_lowercase()).copied()
    }

    /// The priorities of the endpoints that these do not name.
    pub(super) fn others(&self, named: &BTreeMap<String, Value<Endpoint>>) -> BTreeSet<i64> {
        let named: BTreeSet<String> = named.keys().map(|key| endpoint_name(key).to_lowercase()).collect();
        let others = self.0.iter().filter(|(name, _)| !named.contains(*name));
        others.map(|(_, priority)| *priority).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_remembered_comes_back_and_what_cannot_be_read_is_nothing() {
        let mut private = Private::default();
        let elsewhere = Elsewhere(BTreeMap::from([("east".to_owned(), 7)]));
        elsewhere.remember(&mut private);
        assert_eq!(Elsewhere::recall(&private), elsewhere);
        assert_eq!(elsewhere.priority("externalEndpoints/East"), Some(7));
        private.set(PRIORITIES, Some("[1]"));
        assert_eq!(Elsewhere::recall(&private), Elsewhere::default());
    }
}
