//! Rules of web apps as targets. Only seeded apps have a plan and a real region, so nothing is known of others.

use std::collections::BTreeMap;

use traffic_manager::id::EndpointKind;

use crate::service::decode::Problems;
use crate::service::model::{Endpoint, Profile};
use crate::service::state::{ProfileKey, SeededTarget, State};

/// What each text begins with. Public.
const INVALID: &str = "Some of the provided Azure Website endpoints are not valid:";

pub(super) fn check(state: &State, key: &ProfileKey, profile: &Profile, problems: &mut Problems) {
    let apps: Vec<&SeededTarget> =
        profile.endpoints.iter().filter_map(|endpoint| seeded_app(state, endpoint)).collect();
    plans(key, &apps, problems);
    regions(&apps, problems);
}

fn seeded_app<'a>(state: &'a State, endpoint: &Endpoint) -> Option<&'a SeededTarget> {
    let id = endpoint.target_resource_id.as_deref()?.to_lowercase();
    let is_app = endpoint.kind == EndpointKind::Azure && is_web_app(&id);
    state.targets.get(&id).filter(|_| is_app)
}

/// Whether an id in lower case is one of a web app or of a slot of one.
pub(crate) fn is_web_app(id: &str) -> bool {
    id.contains("/microsoft.web/sites/")
}

/// Below the tier Standard an app takes no domain of Traffic Manager. The service says it as if the app were
/// somebody else's.
fn plans(key: &ProfileKey, apps: &[&SeededTarget], problems: &mut Problems) {
    let low: Vec<&str> =
        apps.iter().filter(|app| app.is_below_standard).map(|app| app.target.as_str()).collect();
    if !low.is_empty() {
        // Public.
        problems.push(format!(
            "{INVALID} Traffic manager configuration is not valid because one or more domains do not belong to \
             subscription \"{}\": {}",
            key.subscription,
            low.join(", ")
        ));
    }
}

/// Two web apps of one region are refused whatever the routing method.
fn regions(apps: &[&SeededTarget], problems: &mut Problems) {
    let mut by_region: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for app in apps {
        by_region.entry(&app.location).or_default().push(&app.target);
    }
    for (region, apps) in by_region.into_iter().filter(|(_, apps)| apps.len() > 1) {
        // Public.
        problems.push(format!(
            "{INVALID} One or more conflicts detected in traffic manager configuration. Multiple domains point to \
             region \"{region}\": {}",
            apps.join(", ")
        ));
    }
}
