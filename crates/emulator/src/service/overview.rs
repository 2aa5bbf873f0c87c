//! All profiles with their statuses and shares, and a profile's tree by the profile's name or id. It answers no request to Azure.

use traffic_manager::id::EndpointKind;
use traffic_manager::routing::{self, Tree, TreeError};

use super::Service;
use super::encode;
use super::health::{UnknownEndpoint, find_profile};
use super::model::{Endpoint, Profile};
use super::state::ProfileKey;
use super::status::Statuses;
use crate::routes::{ListedEndpoint, ListedProfile, rounded};

/// The tree below a profile.
pub(crate) struct FoundTree {
    /// The id of the profile.
    pub(crate) profile_id: String,
    pub(crate) tree: Result<Tree, TreeError>,
}

impl Service {
    /// The tree below a profile, which is given by its name if no other profile has it, or by its id.
    pub(crate) fn tree_of(&self, profile: &str) -> Result<FoundTree, UnknownEndpoint> {
        let missing = || UnknownEndpoint::NoProfile(profile.to_owned());
        let key = find_profile(&self.state, profile)?;
        let found = self.state.profile(&key).ok_or_else(missing)?;
        let tree = self.routing_tree(&found.relative_name).ok_or_else(missing)?;
        Ok(FoundTree { profile_id: id(&key, found), tree })
    }

    /// All profiles, sorted by subscription, group and name. The shares are those of the query.
    pub(crate) fn listed_profiles(&self, query: &routing::Query<'_>) -> Vec<ListedProfile> {
        let statuses = Statuses::new(&self.state);
        let mut all: Vec<(ProfileKey, &Profile)> = self.state.all_profiles().collect();
        all.sort_by(|(a, _), (b, _)| {
            (&a.subscription, &a.group, &a.name).cmp(&(&b.subscription, &b.group, &b.name))
        });
        all.iter().map(|(key, profile)| self.listed(key, profile, &statuses, query)).collect()
    }

    fn listed(
        &self,
        key: &ProfileKey,
        profile: &Profile,
        statuses: &Statuses<'_>,
        query: &routing::Query<'_>,
    ) -> ListedProfile {
        let tree = self.routing_tree(&profile.relative_name).and_then(Result::ok);
        let shares = tree.map(|tree| tree.endpoint_probabilities(query)).unwrap_or_default();
        let endpoint = |(index, endpoint): (usize, &Endpoint)| ListedEndpoint {
            name: endpoint.name.clone(),
            kind: endpoint.kind.segment().to_owned(),
            target: endpoint.target.clone(),
            status: endpoint.status.as_str().to_owned(),
            monitor_status: statuses.of_endpoint(profile, endpoint).as_str().to_owned(),
            child_id: self.child_id(endpoint),
            share: shares.get(index).copied().map(rounded),
        };
        ListedProfile {
            name: profile.name.clone(),
            id: id(key, profile),
            fqdn: profile.fqdn(&self.settings.dns_suffix),
            traffic_routing_method: profile.method.as_str().to_owned(),
            ttl: u32::try_from(profile.ttl).unwrap_or_default(),
            status: profile.status.as_str().to_owned(),
            monitor_status: statuses.of_profile(profile).as_str().to_owned(),
            endpoints: profile.endpoints.iter().enumerate().map(endpoint).collect(),
        }
    }

    /// The id of the profile that an endpoint nests as the list has it, or as it was sent if there is no such profile.
    fn child_id(&self, endpoint: &Endpoint) -> Option<String> {
        let given =
            endpoint.target_resource_id.as_deref().filter(|_| endpoint.kind == EndpointKind::Nested)?;
        let key = ProfileKey::of_id(given);
        let child = key.and_then(|key| self.state.profile(&key).map(|child| id(&key, child)));
        Some(child.unwrap_or_else(|| given.to_owned()))
    }
}

fn id(key: &ProfileKey, profile: &Profile) -> String {
    encode::id(&key.subscription, &key.group, profile)
}
