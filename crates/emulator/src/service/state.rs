//! Everything the emulator remembers: subscriptions, groups, profiles, taken names, seeded targets.
//!
//! All keys are lower case. Whether something may be stored is decided elsewhere.

use std::collections::{BTreeMap, HashMap};

use super::model::{Profile, Tags};
use super::route::{GroupAddress, ProfileAddress};

/// The whole state.
#[derive(Debug, Default)]
pub(crate) struct State {
    subscriptions: HashMap<String, BTreeMap<String, Group>>,
    /// Relative names of all profiles of all subscriptions.
    domains: HashMap<String, ProfileKey>,
    /// Resources that azure endpoints point at, by lower-cased id.
    pub(crate) targets: HashMap<String, SeededTarget>,
}

/// A resource group.
#[derive(Debug)]
pub(crate) struct Group {
    /// In the letter case of the creating request.
    pub(crate) name: String,
    pub(crate) location: String,
    pub(crate) tags: Tags,
    /// A deleted group is remembered, so that it is missing even where unknown groups count as existing.
    pub(crate) deleted: bool,
    pub(crate) profiles: BTreeMap<String, Profile>,
}

/// Where a profile is kept.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub(crate) struct ProfileKey {
    pub(crate) subscription: String,
    pub(crate) group: String,
    pub(crate) name: String,
}

/// What an azure endpoint that points at a resource gets.
#[derive(Clone, Debug)]
pub(crate) struct SeededTarget {
    /// A DNS name.
    pub(crate) target: String,
    /// The display name of a region.
    pub(crate) location: String,
}

/// Whether a group is there.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Presence {
    /// Created, by itself or by the first profile in it.
    Present,
    /// Never heard of.
    Unknown,
    /// Deleted.
    Deleted,
}

impl ProfileKey {
    pub(crate) fn of(address: &ProfileAddress) -> Self {
        Self {
            subscription: address.group.subscription.to_lowercase(),
            group: address.group.group.to_lowercase(),
            name: address.name.to_lowercase(),
        }
    }

    /// The key that a resource id names, if it is the id of a profile.
    pub(crate) fn of_id(id: &str) -> Option<Self> {
        match super::route::Route::of(id) {
            super::route::Route::Profile(address) => Some(Self::of(&address)),
            _ => None,
        }
    }
}

impl State {
    /// Whether the group is there.
    pub(crate) fn presence(&self, address: &GroupAddress) -> Presence {
        match self.group(address) {
            Some(_) => Presence::Present,
            None if self.groups(&address.subscription).contains_key(&address.group.to_lowercase()) => {
                Presence::Deleted
            }
            None => Presence::Unknown,
        }
    }

    /// A group that is there.
    pub(crate) fn group(&self, address: &GroupAddress) -> Option<&Group> {
        self.groups(&address.subscription).get(&address.group.to_lowercase()).filter(|group| !group.deleted)
    }

    /// Creates the group, or changes its tags. True if it was not there before.
    pub(crate) fn put_group(&mut self, address: &GroupAddress, location: &str, tags: Tags) -> bool {
        let groups = self.subscriptions.entry(address.subscription.to_lowercase()).or_default();
        if let Some(group) = groups.get_mut(&address.group.to_lowercase()).filter(|group| !group.deleted) {
            group.tags = tags;
            return false;
        }
        let group = Group {
            name: address.group.clone(),
            location: location.to_owned(),
            tags,
            deleted: false,
            profiles: BTreeMap::new(),
        };
        groups.insert(address.group.to_lowercase(), group);
        true
    }

    /// Deletes the group and all in it. False if it is not there.
    pub(crate) fn delete_group(&mut self, address: &GroupAddress) -> bool {
        let groups = self.subscriptions.entry(address.subscription.to_lowercase()).or_default();
        let Some(group) = groups.get_mut(&address.group.to_lowercase()).filter(|group| !group.deleted) else {
            return false;
        };
        group.deleted = true;
        for profile in std::mem::take(&mut group.profiles).into_values() {
            self.domains.remove(&profile.relative_name);
        }
        true
    }

    /// The groups of a subscription that are there, sorted by name.
    pub(crate) fn live_groups(&self, subscription: &str) -> impl Iterator<Item = &Group> {
        self.groups(subscription).values().filter(|group| !group.deleted)
    }

    pub(crate) fn profile(&self, key: &ProfileKey) -> Option<&Profile> {
        self.subscriptions.get(&key.subscription)?.get(&key.group)?.profiles.get(&key.name)
    }

    pub(crate) fn profile_mut(&mut self, key: &ProfileKey) -> Option<&mut Profile> {
        self.subscriptions.get_mut(&key.subscription)?.get_mut(&key.group)?.profiles.get_mut(&key.name)
    }

    /// Who has a relative name, given in lower case.
    pub(crate) fn owner_of_domain(&self, relative_name: &str) -> Option<&ProfileKey> {
        self.domains.get(relative_name)
    }

    /// Stores a profile in a group, which is created if unknown.
    pub(crate) fn put_profile(&mut self, address: &ProfileAddress, profile: Profile) {
        if self.group(&address.group).is_none() {
            self.put_group(&address.group, "eastus", Tags::new());
        }
        let key = ProfileKey::of(address);
        if let Some(old) = self.profile(&key) {
            let old = old.relative_name.clone();
            self.domains.remove(&old);
        }
        self.domains.insert(profile.relative_name.clone(), key.clone());
        let groups = self.subscriptions.entry(key.subscription).or_default();
        if let Some(group) = groups.get_mut(&key.group) {
            group.profiles.insert(key.name, profile);
        }
    }

    /// Deletes a profile. False if there is none.
    pub(crate) fn delete_profile(&mut self, key: &ProfileKey) -> bool {
        let group =
            self.subscriptions.get_mut(&key.subscription).and_then(|groups| groups.get_mut(&key.group));
        let Some(profile) = group.and_then(|group| group.profiles.remove(&key.name)) else { return false };
        self.domains.remove(&profile.relative_name);
        true
    }

    /// The profiles of one subscription, or of one of its groups, with the group's name, sorted by group and
    /// name.
    pub(crate) fn profiles<'a>(
        &'a self,
        subscription: &str,
        group: Option<&'a str>,
    ) -> impl Iterator<Item = (&'a str, &'a Profile)> {
        let only = group.map(str::to_lowercase);
        self.groups(subscription)
            .iter()
            .filter(move |(name, _)| only.as_ref().is_none_or(|only| *name == only))
            .flat_map(|(_, group)| group.profiles.values().map(|profile| (group.name.as_str(), profile)))
    }

    /// The keys of all profiles of this name, in any letter case and in any subscription.
    pub(crate) fn profiles_named(&self, name: &str) -> Vec<ProfileKey> {
        let name = name.to_lowercase();
        let mut found: Vec<ProfileKey> = self
            .subscriptions
            .iter()
            .flat_map(|(subscription, groups)| {
                groups.iter().map(move |(group, value)| (subscription, group, value))
            })
            .filter(|(_, _, group)| group.profiles.contains_key(&name))
            .map(|(subscription, group, _)| ProfileKey {
                subscription: subscription.clone(),
                group: group.clone(),
                name: name.clone(),
            })
            .collect();
        found.sort_by(|a, b| (&a.subscription, &a.group).cmp(&(&b.subscription, &b.group)));
        found
    }

    fn groups(&self, subscription: &str) -> &BTreeMap<String, Group> {
        static NONE: BTreeMap<String, Group> = BTreeMap::new();
        self.subscriptions.get(&subscription.to_lowercase()).unwrap_or(&NONE)
    }
}
