//! Everything the emulator remembers of Azure: subscriptions, groups, profiles, taken names, and what was
//! seeded.
//!
//! All keys are lower case. Whether something may be stored is decided elsewhere.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::{Deserialize, Serialize};

use super::model::fleet::Fleet;
use super::model::gateway::{
    HeatMap, KnownSubscription, Limits, Lock, Phase, Plan, PublicIp, RoleAssignment,
};
use super::model::{Profile, Tags};
use super::route::{GroupAddress, ProfileAddress, fold_slashes};

/// The whole state.
#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub(crate) struct State {
    subscriptions: HashMap<String, Groups>,
    /// Relative names of all profiles of all subscriptions. It follows from the profiles.
    #[serde(skip)]
    domains: HashMap<String, ProfileKey>,
    /// Resources that azure endpoints point at, by lower-cased id.
    pub(crate) targets: HashMap<String, SeededTarget>,
    /// The subscriptions that there are; if none was made known, every one is there.
    pub(crate) known_subscriptions: BTreeMap<String, KnownSubscription>,
    /// Namespaces whose registration was taken back, as `subscription/namespace`.
    pub(crate) unregistered: BTreeSet<String>,
    /// Tags of subscriptions, by subscription.
    pub(crate) subscription_tags: BTreeMap<String, Tags>,
    /// User metrics keys by subscription.
    pub(crate) metrics_keys: HashMap<String, String>,
    /// Locks by the path of the lock.
    pub(crate) locks: BTreeMap<String, Lock>,
    pub(crate) roles: Vec<RoleAssignment>,
    pub(crate) limits: Limits,
    /// Heat maps by the profile's key as text.
    heat_maps: HashMap<String, HeatMap>,
    /// How often the result of a group's deletion is asked for until it is done.
    pub(crate) deletion_polls: u32,
    /// The groups that are being deleted, by the id of the operation.
    deletions: HashMap<String, (String, String)>,
    /// How many static addresses were given out.
    pub(crate) addresses: u32,
}

/// A resource group.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct Group {
    /// In the letter case of the creating request.
    pub(crate) name: String,
    pub(crate) location: String,
    pub(crate) tags: Tags,
    /// The id of the resource that manages the group.
    #[serde(default)]
    pub(crate) managed_by: Option<String>,
    pub(crate) phase: Phase,
    pub(crate) profiles: BTreeMap<String, Profile>,
    pub(crate) public_ips: BTreeMap<String, PublicIp>,
    #[serde(default)]
    pub(crate) plans: BTreeMap<String, Plan>,
    #[serde(default)]
    pub(crate) fleets: BTreeMap<String, Fleet>,
}

/// All groups of a subscription, by lower-cased name.
type Groups = BTreeMap<String, Group>;

/// Where a profile is kept.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub(crate) struct ProfileKey {
    pub(crate) subscription: String,
    pub(crate) group: String,
    pub(crate) name: String,
}

/// What an azure endpoint that points at a resource gets.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct SeededTarget {
    /// A DNS name.
    pub(crate) target: String,
    /// The display name of a region.
    pub(crate) location: String,
    /// Whether it is a web app whose plan is Free, Shared or Basic.
    #[serde(default)]
    pub(crate) is_below_standard: bool,
}

/// Whether a group is there.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Presence {
    /// Created, by itself or by the first profile in it.
    Present,
    /// Never heard of.
    Unknown,
    /// There, but on its way out.
    BeingDeleted,
    /// Deleted.
    Deleted,
}

impl ProfileKey {
    pub(crate) fn from_address(address: &ProfileAddress) -> Self {
        Self {
            subscription: address.group.subscription.to_lowercase(),
            group: address.group.group.to_lowercase(),
            name: address.name.to_lowercase(),
        }
    }

    /// The key that a resource id names, if it is the id of a profile.
    pub(crate) fn of_id(id: &str) -> Option<Self> {
        match super::route::Route::parse(id) {
            super::route::Route::Profile(address) => Some(Self::from_address(&address)),
            _ => None,
        }
    }

    fn text(&self) -> String {
        format!("{}/{}/{}", self.subscription, self.group, self.name)
    }
}

impl State {
    /// Whether the group is there.
    pub(crate) fn presence(&self, address: &GroupAddress) -> Presence {
        match self.groups(&address.subscription).get(&address.group.to_lowercase()).map(|group| group.phase) {
            Some(Phase::Live) => Presence::Present,
            Some(Phase::Deleting(_)) => Presence::BeingDeleted,
            Some(Phase::Deleted) => Presence::Deleted,
            None => Presence::Unknown,
        }
    }

    /// A group that is there, if only for a while yet.
    pub(crate) fn group(&self, address: &GroupAddress) -> Option<&Group> {
        self.groups(&address.subscription)
            .get(&address.group.to_lowercase())
            .filter(|group| group.phase != Phase::Deleted)
    }

    /// Creates the group, or changes its tags. True if it was not there before.
    pub(crate) fn put_group(&mut self, address: &GroupAddress, location: &str, tags: Tags) -> bool {
        let groups = self.subscriptions.entry(address.subscription.to_lowercase()).or_default();
        let old = groups.get_mut(&address.group.to_lowercase());
        if let Some(group) = old.filter(|group| group.phase != Phase::Deleted) {
            group.tags = tags;
            return false;
        }
        let group = Group {
            name: address.group.clone(),
            location: location.to_owned(),
            tags,
            managed_by: None,
            phase: Phase::Live,
            profiles: BTreeMap::new(),
            public_ips: BTreeMap::new(),
            plans: BTreeMap::new(),
            fleets: BTreeMap::new(),
        };
        groups.insert(address.group.to_lowercase(), group);
        true
    }

    /// The group to write something into, created if unknown.
    pub(crate) fn group_mut(&mut self, address: &GroupAddress) -> &mut Group {
        self.put_group_if_missing(address);
        self.subscriptions
            .entry(address.subscription.to_lowercase())
            .or_default()
            .get_mut(&address.group.to_lowercase())
            .expect("the group was put above")
    }

    fn put_group_if_missing(&mut self, address: &GroupAddress) {
        if self.group(address).is_none() {
            self.put_group(address, "eastus", Tags::new());
        }
    }

    /// Begins to delete the group, and ends at once where nobody has to ask for the result first. `None` if it is
    /// not there, else the operation's id.
    pub(crate) fn delete_group(&mut self, address: &GroupAddress) -> Option<String> {
        let polls = self.deletion_polls;
        let key = (address.subscription.to_lowercase(), address.group.to_lowercase());
        let group = self.subscriptions.get_mut(&key.0)?.get_mut(&key.1)?;
        match group.phase {
            Phase::Deleted => return None,
            Phase::Live => group.phase = Phase::Deleting(polls),
            Phase::Deleting(_) => {}
        }
        // Azure's id of the operation is opaque; so is this one.
        let operation = uuid::Uuid::new_v4().simple().to_string();
        if polls == 0 {
            self.finish_deletion(&key);
        } else {
            self.deletions.insert(operation.clone(), key);
        }
        Some(operation)
    }

    /// Whether a deletion is done, as somebody asks for its result. Unknown operations are done.
    pub(crate) fn poll_deletion(&mut self, operation: &str) -> bool {
        let Some(key) = self.deletions.get(operation).cloned() else { return true };
        let group = self.subscriptions.get_mut(&key.0).and_then(|groups| groups.get_mut(&key.1));
        if let Some(Phase::Deleting(polls @ 1..)) = group.map(|group| &mut group.phase) {
            *polls -= 1;
            return false;
        }
        self.deletions.remove(operation);
        self.finish_deletion(&key);
        true
    }

    fn finish_deletion(&mut self, key: &(String, String)) {
        let group = self.subscriptions.get_mut(&key.0).and_then(|groups| groups.get_mut(&key.1));
        let Some(group) = group.filter(|group| matches!(group.phase, Phase::Deleting(_))) else { return };
        group.phase = Phase::Deleted;
        group.public_ips.clear();
        group.plans.clear();
        group.fleets.clear();
        for (name, profile) in std::mem::take(&mut group.profiles) {
            self.domains.remove(&profile.relative_name);
            let profile = ProfileKey { subscription: key.0.clone(), group: key.1.clone(), name };
            self.heat_maps.remove(&profile.text());
        }
        let scope = format!("/subscriptions/{}/resourcegroups/{}/", key.0, key.1);
        self.locks.retain(|path, _| !path.starts_with(&scope));
    }

    /// The subscriptions that something was put into, sorted.
    pub(crate) fn used_subscriptions(&self) -> BTreeSet<&str> {
        self.subscriptions.keys().map(String::as_str).collect()
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

    /// The relative names of all profiles of all subscriptions.
    pub(crate) fn relative_names(&self) -> impl Iterator<Item = &str> {
        self.domains.keys().map(String::as_str)
    }

    /// Stores a profile in a group, which is created if unknown.
    pub(crate) fn put_profile(&mut self, address: &ProfileAddress, profile: Profile) {
        self.put_group_if_missing(&address.group);
        let key = ProfileKey::from_address(address);
        if let Some(old) = self.profile(&key) {
            let old = old.relative_name.clone();
            self.domains.remove(&old);
        }
        self.domains.insert(profile.relative_name.clone(), key.clone());
        self.group_mut(&address.group).profiles.insert(key.name, profile);
    }

    /// Deletes a profile. False if there is none.
    pub(crate) fn delete_profile(&mut self, key: &ProfileKey) -> bool {
        let group =
            self.subscriptions.get_mut(&key.subscription).and_then(|groups| groups.get_mut(&key.group));
        let Some(profile) = group.and_then(|group| group.profiles.remove(&key.name)) else { return false };
        self.domains.remove(&profile.relative_name);
        self.heat_maps.remove(&key.text());
        true
    }

    /// How many profiles a subscription has.
    pub(crate) fn count_profiles(&self, subscription: &str) -> usize {
        self.groups(subscription).values().map(|group| group.profiles.len()).sum()
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

    /// The profiles of all subscriptions.
    pub(crate) fn all_profiles(&self) -> impl Iterator<Item = (ProfileKey, &Profile)> {
        let groups = self
            .subscriptions
            .iter()
            .flat_map(|(subscription, groups)| groups.iter().map(move |group| (subscription, group)));
        groups.flat_map(|(subscription, (group, value))| {
            value.profiles.iter().map(move |(name, profile)| {
                let key = ProfileKey {
                    subscription: subscription.clone(),
                    group: group.clone(),
                    name: name.clone(),
                };
                (key, profile)
            })
        })
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

    /// The groups of a subscription that are there, or one of them, sorted by name.
    pub(crate) fn groups_of<'a>(
        &'a self,
        subscription: &str,
        group: Option<&str>,
    ) -> impl Iterator<Item = &'a Group> {
        let only = group.map(str::to_lowercase);
        self.groups(subscription)
            .iter()
            .filter(move |(name, group)| {
                group.phase != Phase::Deleted && only.as_ref().is_none_or(|only| *name == only)
            })
            .map(|(_, group)| group)
    }

    /// All public IP addresses of a subscription, or of one of its groups, with the group's name.
    pub(crate) fn public_ips<'a>(
        &'a self,
        subscription: &str,
        group: Option<&str>,
    ) -> impl Iterator<Item = (&'a str, &'a PublicIp)> {
        self.groups_of(subscription, group)
            .flat_map(|group| group.public_ips.values().map(|ip| (group.name.as_str(), ip)))
    }

    /// All App Service plans of a subscription, or of one of its groups, with the group's name.
    pub(crate) fn plans<'a>(
        &'a self,
        subscription: &str,
        group: Option<&str>,
    ) -> impl Iterator<Item = (&'a str, &'a Plan)> {
        self.groups_of(subscription, group)
            .flat_map(|group| group.plans.values().map(|plan| (group.name.as_str(), plan)))
    }

    /// All fleets of a subscription, or of one of its groups, with the group's name.
    pub(crate) fn fleets<'a>(
        &'a self,
        subscription: &str,
        group: Option<&str>,
    ) -> impl Iterator<Item = (&'a str, &'a Fleet)> {
        self.groups_of(subscription, group)
            .flat_map(|group| group.fleets.values().map(|fleet| (group.name.as_str(), fleet)))
    }

    /// The fleets of all subscriptions, with their groups.
    pub(crate) fn all_fleets(&self) -> impl Iterator<Item = (GroupAddress, &Fleet)> {
        let groups = self
            .subscriptions
            .iter()
            .flat_map(|(subscription, groups)| groups.values().map(move |group| (subscription, group)));
        groups.flat_map(|(subscription, group)| {
            group.fleets.values().map(move |fleet| {
                let place = GroupAddress { subscription: subscription.clone(), group: group.name.clone() };
                (place, fleet)
            })
        })
    }

    /// The public IP addresses of all subscriptions.
    pub(crate) fn all_public_ips(&self) -> impl Iterator<Item = &PublicIp> {
        self.subscriptions.values().flat_map(BTreeMap::values).flat_map(|group| group.public_ips.values())
    }

    pub(crate) fn heat_map(&self, key: &ProfileKey) -> Option<&HeatMap> {
        self.heat_maps.get(&key.text())
    }

    pub(crate) fn put_heat_map(&mut self, key: &ProfileKey, heat_map: HeatMap) {
        self.heat_maps.insert(key.text(), heat_map);
    }

    /// Fills in what follows from the rest, after the state was read from a file.
    pub(crate) fn index(&mut self) {
        // Locks that an earlier version wrote down with two slashes in a row protected nothing.
        self.locks = std::mem::take(&mut self.locks)
            .into_iter()
            .map(|(path, lock)| {
                let scope = fold_slashes(&lock.scope).into_owned();
                (fold_slashes(&path).into_owned(), Lock { scope, ..lock })
            })
            .collect();
        self.domains =
            self.all_profiles().map(|(key, profile)| (profile.relative_name.clone(), key)).collect();
    }

    fn groups(&self, subscription: &str) -> &Groups {
        static NONE: Groups = BTreeMap::new();
        self.subscriptions.get(&subscription.to_lowercase()).unwrap_or(&NONE)
    }
}
