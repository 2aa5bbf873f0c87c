//! What a rule is: what it looks at, and how its breaches become findings.

use super::config::{FleetObject, Profile};
use super::finding::{Breach, Finding, Severity};
use super::path::Path;
use super::subject::{HeaderList, PlacedEndpoint};

/// A rule: a name, a reason with its source, and a function that looks for breaches.
#[derive(Debug)]
pub struct Rule {
    /// The name, unique and stable.
    pub code: &'static str,
    /// A headline of its findings: a few words, unique, without a period and without values.
    pub summary: &'static str,
    /// How bad a breach is.
    pub severity: Severity,
    /// Why the rule exists.
    pub why: &'static str,
    /// The document that says so.
    pub source: &'static str,
    /// What it looks at, and the function that looks.
    pub(super) check: Check,
}

/// What a rule looks at, and the function that finds its breaches there.
#[derive(Debug)]
pub(super) enum Check {
    /// A profile at a path, its map of endpoints as a whole included.
    Profile(fn(&Profile, &Path) -> Vec<Breach>),
    /// One endpoint, and what is known of its profile. It breaks the rule once at most.
    Endpoint(fn(&PlacedEndpoint<'_>) -> Option<Breach>),
    /// One endpoint of which several parts may break the rule.
    EndpointParts(fn(&PlacedEndpoint<'_>) -> Vec<Breach>),
    /// Endpoints of one profile beside each other. Of a single one it finds what is wrong within it.
    Endpoints(fn(&[PlacedEndpoint<'_>]) -> Vec<Breach>),
    /// A list of headers: a profile has one, and every endpoint has one.
    Headers(fn(&HeaderList<'_>) -> Vec<Breach>),
    /// An object on the hub of a fleet at a path.
    Fleet(fn(&FleetObject, &Path) -> Vec<Breach>),
}

impl Rule {
    /// Everything that this rule finds in a profile and its endpoints.
    pub(super) fn in_profile(
        &'static self,
        profile: &Profile,
        endpoints: &[PlacedEndpoint<'_>],
        at: &Path,
    ) -> Vec<Finding> {
        let mut breaches = match self.check {
            Check::Profile(look) => look(profile, at),
            Check::Headers(look) => HeaderList::from_profile(profile, at).iter().flat_map(look).collect(),
            Check::Endpoint(_) | Check::EndpointParts(_) | Check::Endpoints(_) | Check::Fleet(_) => {
                Vec::new()
            }
        };
        breaches.extend(self.breaches_in(endpoints));
        self.findings(breaches)
    }

    /// Everything that this rule finds in endpoints of one profile.
    pub(super) fn in_endpoints(&'static self, endpoints: &[PlacedEndpoint<'_>]) -> Vec<Finding> {
        self.findings(self.breaches_in(endpoints))
    }

    /// Everything that this rule finds in an object on the hub of a fleet.
    pub(super) fn in_fleet(&'static self, object: &FleetObject, at: &Path) -> Vec<Finding> {
        match self.check {
            Check::Fleet(look) => self.findings(look(object, at)),
            _ => Vec::new(),
        }
    }

    fn breaches_in(&self, endpoints: &[PlacedEndpoint<'_>]) -> Vec<Breach> {
        match self.check {
            Check::Profile(_) | Check::Fleet(_) => Vec::new(),
            Check::Endpoint(look) => endpoints.iter().filter_map(look).collect(),
            Check::EndpointParts(look) => endpoints.iter().flat_map(look).collect(),
            Check::Endpoints(look) => look(endpoints),
            Check::Headers(look) => {
                endpoints.iter().filter_map(HeaderList::from_endpoint).flat_map(|list| look(&list)).collect()
            }
        }
    }

    pub(super) fn findings(&'static self, breaches: Vec<Breach>) -> Vec<Finding> {
        let finding = |breach: Breach| Finding {
            severity: self.severity,
            path: breach.path,
            what: breach.what,
            why: self.why,
            remedy: breach.remedy,
            source: self.source,
            code: self.code,
            summary: self.summary,
        };
        breaches.into_iter().map(finding).collect()
    }
}
