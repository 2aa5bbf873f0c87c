//! What tests tell the emulator that no request to Azure can: subscriptions, roles, limits, queries, targets.

use serde::Deserialize;
use thiserror::Error;

use super::Service;
use super::health;
use super::model::gateway::{
    HeatMap, KnownSubscription, Limits, QueryExperience, Role, RoleAssignment, TrafficFlow,
};
use super::route::fold_slashes;
use super::rules;
use super::state::SeededTarget;

const TIERS: &str =
    "use Free, Shared, Basic, Standard, Premium, PremiumV2, PremiumV3, PremiumV4, Isolated or IsolatedV2";

const ROLES: &str = "use Owner, Contributor, Reader, Traffic Manager Contributor, or Azure Kubernetes Fleet Manager with one of \
                     Contributor, Hub Cluster User, Hub Agent, RBAC Reader, RBAC Writer, RBAC Admin and RBAC Cluster Admin";

/// A subscription that there is. From the first one on, all others are missing.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SubscriptionSeed {
    /// A UUID.
    pub id: String,
    /// The name that lists show.
    #[serde(default)]
    pub name: Option<String>,
    /// The tenant whose tokens the subscription takes, a UUID; left out, those of every tenant.
    #[serde(default)]
    pub tenant: Option<String>,
}

/// A role that somebody has. From the first one on, whoever has none is refused.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoleSeed {
    /// A client id, or the object id in the client's tokens.
    pub principal: String,
    /// `Owner`, `Contributor`, `Reader`, `Traffic Manager Contributor`, or one of those of fleets: `Azure Kubernetes
    /// Fleet Manager` with `Contributor Role`, `Hub Cluster User Role`, `Hub Agent Role`, or `RBAC` and `Reader`,
    /// `Writer`, `Admin` or `Cluster Admin`. Letter case does not count.
    pub role: String,
    /// The path of what the role is for, such as `/subscriptions/…`; everything if left out.
    #[serde(default)]
    pub scope: Option<String>,
}

/// What a heat map shows.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HeatMapSeed {
    /// The beginning of the window, RFC 3339.
    pub start: String,
    /// The end of the window, RFC 3339.
    pub end: String,
    /// Where queries came from.
    pub flows: Vec<Flow>,
}

/// The queries of one address.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Flow {
    /// The address.
    pub source_ip: String,
    /// Degrees, north is positive.
    pub latitude: f64,
    /// Degrees, east is positive.
    pub longitude: f64,
    /// What was answered.
    pub queries: Vec<Query>,
}

/// Queries that were answered with one endpoint.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Query {
    /// The endpoint's name.
    pub endpoint: String,
    /// How many queries.
    pub count: u64,
    /// Milliseconds from the address to the endpoint, where it was measured.
    #[serde(default)]
    pub latency: Option<f64>,
}

/// Why something cannot be seeded.
#[derive(Clone, Debug, Error, PartialEq)]
pub enum SeedError {
    /// A field has a value that is not possible.
    #[error("{field}: '{value}' is not possible; {expected}")]
    Field {
        /// The field.
        field: &'static str,
        /// Its value.
        value: String,
        /// What it may be.
        expected: &'static str,
    },
    /// A resource is refused as a request for it would be.
    #[error("{what}: {why}")]
    Refused {
        /// The id of the resource.
        what: String,
        /// What Azure Resource Manager says.
        why: String,
    },
    /// The fleet, or what belongs to it, is not known.
    #[error("'{value}': {expected}")]
    Fleet {
        /// What was asked for.
        value: String,
        /// Why it is not.
        expected: &'static str,
    },
    /// The profile is not known.
    #[error(transparent)]
    Profile(#[from] super::UnknownEndpoint),
}

impl Service {
    /// Says what the DNS name and the region of a resource are that azure endpoints point at. Endpoints that
    /// point at it already are not changed.
    ///
    /// # Arguments
    /// `id` in any letter case; `target` a DNS name; `location` a region in either spelling.
    pub fn seed_target(&mut self, id: &str, target: &str, location: &str) {
        self.put_target(id, target, location, false);
    }

    /// The same for a web app whose plan has this tier; with [`Self::seed_target`] it has one that Traffic Manager
    /// takes.
    ///
    /// # Arguments
    /// `tier` such as `Basic`, `Standard` or `PremiumV3`, in any letter case.
    ///
    /// # Errors
    /// If the id is not one of a web app, or if there is no such tier.
    pub fn seed_web_app(
        &mut self,
        id: &str,
        target: &str,
        location: &str,
        tier: &str,
    ) -> Result<(), SeedError> {
        let error =
            |field, value: &str, expected| SeedError::Field { field, value: value.to_owned(), expected };
        if !rules::is_web_app(&id.to_lowercase()) {
            return Err(error("id", id, "only a web app (Microsoft.Web/sites) has a tier"));
        }
        let is_below_standard = is_below_standard(tier).ok_or_else(|| error("tier", tier, TIERS))?;
        self.put_target(id, target, location, is_below_standard);
        Ok(())
    }

    fn put_target(&mut self, id: &str, target: &str, location: &str, is_below_standard: bool) {
        let location = traffic_manager::region::display_name(location).unwrap_or(location).to_owned();
        let seeded = SeededTarget { target: target.to_owned(), location, is_below_standard };
        self.state.targets.insert(id.to_lowercase(), seeded);
        self.revision = self.revision.wrapping_add(1);
    }

    /// Makes a subscription known.
    ///
    /// # Errors
    /// If an id is not a UUID.
    pub fn seed_subscription(&mut self, seed: SubscriptionSeed) -> Result<(), SeedError> {
        uuid("id", &seed.id)?;
        if let Some(tenant) = &seed.tenant {
            uuid("tenant", tenant)?;
        }
        let name = seed.name.unwrap_or_else(|| "Emulated subscription".to_owned());
        let known = KnownSubscription {
            id: seed.id.to_lowercase(),
            name,
            tenant: seed.tenant.map(|t| t.to_lowercase()),
        };
        self.state.known_subscriptions.insert(known.id.clone(), known);
        self.revision = self.revision.wrapping_add(1);
        Ok(())
    }

    /// Gives somebody a role.
    ///
    /// # Errors
    /// If the role is not known, or the scope is not a path.
    pub fn seed_role(&mut self, seed: &RoleSeed) -> Result<(), SeedError> {
        let error =
            |field, value: &str, expected| SeedError::Field { field, value: value.to_owned(), expected };
        if seed.principal.trim().is_empty() {
            return Err(error("principal", &seed.principal, "use a client id or an object id"));
        }
        let expected = ROLES;
        let role = Role::parse(&seed.role).ok_or_else(|| error("role", &seed.role, expected))?;
        let scope = seed.scope.as_deref().unwrap_or("/");
        if !scope.starts_with('/') {
            return Err(error("scope", scope, "use a path such as /subscriptions/…, or / for everything"));
        }
        let scope = fold_slashes(scope).trim_end_matches('/').to_lowercase();
        let assignment = RoleAssignment { principal: seed.principal.to_lowercase(), role, scope };
        if !self.state.roles.contains(&assignment) {
            self.state.roles.push(assignment);
        }
        self.revision = self.revision.wrapping_add(1);
        Ok(())
    }

    /// Takes all roles away, so that everybody may do everything again.
    pub fn clear_roles(&mut self) {
        self.state.roles.clear();
        self.revision = self.revision.wrapping_add(1);
    }

    /// How many profiles a subscription and how many endpoints a profile may have.
    pub fn limits(&self) -> (usize, usize) {
        (self.state.limits.profiles, self.state.limits.endpoints)
    }

    /// Sets how many profiles a subscription and how many endpoints a profile may have. What is there stays.
    pub fn set_limits(&mut self, profiles: Option<usize>, endpoints: Option<usize>) {
        let Limits { profiles: old_profiles, endpoints: old_endpoints } = self.state.limits;
        self.state.limits = Limits {
            profiles: profiles.unwrap_or(old_profiles),
            endpoints: endpoints.unwrap_or(old_endpoints),
        };
        self.revision = self.revision.wrapping_add(1);
    }

    /// Sets how often the result of a group's deletion has to be asked for until the group is gone. Meanwhile it
    /// takes no writes.
    pub fn set_deletion_polls(&mut self, polls: u32) {
        self.state.deletion_polls = polls;
        self.revision = self.revision.wrapping_add(1);
    }

    /// Sets what the heat map of a profile shows.
    ///
    /// # Arguments
    /// `profile`: the profile's name if no other profile has it, or its id.
    ///
    /// # Errors
    /// If no profile or more than one is meant, or if a number or a date is not possible.
    pub fn seed_heat_map(&mut self, profile: &str, seed: HeatMapSeed) -> Result<(), SeedError> {
        for (field, value) in [("start", &seed.start), ("end", &seed.end)] {
            let format = &time::format_description::well_known::Rfc3339;
            if time::OffsetDateTime::parse(value, format).is_err() {
                let expected = "use a date such as 2026-11-21T00:00:00Z";
                return Err(SeedError::Field { field, value: value.clone(), expected });
            }
        }
        let flows = seed.flows.into_iter().map(flow).collect::<Result<_, _>>()?;
        let key = health::find_profile(&self.state, profile)?;
        if self.state.profile(&key).is_none() {
            return Err(super::UnknownEndpoint::NoProfile(profile.to_owned()).into());
        }
        self.state.put_heat_map(&key, HeatMap { start: seed.start, end: seed.end, flows });
        self.revision = self.revision.wrapping_add(1);
        Ok(())
    }
}

/// Whether a web app of this tier is no target for Traffic Manager; `None` if there is no such tier.
fn is_below_standard(tier: &str) -> Option<bool> {
    let is_one_of = |tiers: &[&str]| tiers.iter().any(|it| it.eq_ignore_ascii_case(tier));
    let below = is_one_of(&["Free", "Shared", "Basic"]);
    let enough = ["Standard", "Premium", "PremiumV2", "PremiumV3", "PremiumV4", "Isolated", "IsolatedV2"];
    (below || is_one_of(&enough)).then_some(below)
}

fn uuid(field: &'static str, value: &str) -> Result<(), SeedError> {
    if value.len() == 36 && uuid::Uuid::try_parse(value).is_ok() {
        return Ok(());
    }
    let expected = "use a UUID such as 00000000-0000-0000-0000-000000000001";
    Err(SeedError::Field { field, value: value.to_owned(), expected })
}

fn flow(flow: Flow) -> Result<TrafficFlow, SeedError> {
    for (field, value, most) in [("latitude", flow.latitude, 90.0), ("longitude", flow.longitude, 180.0)] {
        if !(-most..=most).contains(&value) {
            let expected = "use degrees: -90 to 90 for a latitude, -180 to 180 for a longitude";
            return Err(SeedError::Field { field, value: value.to_string(), expected });
        }
    }
    let query = |query: Query| QueryExperience {
        endpoint: query.endpoint,
        count: query.count,
        latency: query.latency,
    };
    Ok(TrafficFlow {
        source_ip: flow.source_ip,
        latitude: flow.latitude,
        longitude: flow.longitude,
        queries: flow.queries.into_iter().map(query).collect(),
    })
}
