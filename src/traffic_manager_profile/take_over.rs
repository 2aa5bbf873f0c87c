//! What a plan says of a profile that exists already: what would be taken over and change, or how to get it into the
//! state instead.

use std::collections::BTreeMap;

use arm::model::Profile as AzureProfile;
use tf_plugin::cty;
use tf_plugin::value::Attribute as _;
use tf_plugin::{Diagnostics, Path};
use traffic_manager::id::ProfileId;

use super::merge::{Clash, merge};
use super::model::{self, Profile};
use crate::differences::Comparison;
use crate::endpoint::merge::key;

/// Whether the configuration wants it.
pub(super) fn is_wanted(profile: &Profile) -> bool {
    profile.adopt_existing.known() == Some(&true)
}

/// Tells at plan what would be taken over and what would change.
pub(super) fn announce(found: AzureProfile, planned: &Profile, diagnostics: &mut Diagnostics) {
    if !same_relative_name(&found, planned, diagnostics) {
        return;
    }
    let merged = merge(&found, None, &model::to_azure(planned));
    refuse_clashes(&merged.clashes, "", planned, diagnostics);
    let kept = kept(&found, planned);
    let current = model::from_azure(found, planned);
    let changes = changes(&current.encode(), &planned.clone().encode(), &Path::root());
    let detail = format!("The profile already exists and will be adopted. {changes}{kept}");
    diagnostics.warning(Path::new("adopt_existing"), "Existing profile will be adopted", detail);
}

/// Tells at plan what would become of endpoints that were managed elsewhere until now.
pub(super) fn announce_endpoints(
    found: AzureProfile,
    prior: &Profile,
    planned: &Profile,
    diagnostics: &mut Diagnostics,
) {
    let merged = merge(&found, Some(&model::to_azure(prior)), &model::to_azure(planned));
    refuse_clashes(&merged.clashes, "", planned, diagnostics);
    let kept = kept(&found, planned);
    let current = model::from_azure(found, planned);
    if current.endpoints.known().is_none_or(BTreeMap::is_empty) {
        return;
    }
    let path = Path::new("endpoints");
    let changes = changes(&current.endpoints.clone().encode(), &planned.endpoints.clone().encode(), &path);
    let detail = format!(
        "The profile has endpoints that were managed elsewhere until now. From this apply on, `endpoints` manages them, \
         and nothing else should. {changes}{kept}"
    );
    diagnostics.warning(path, "Existing endpoints will be adopted", detail);
}

/// Refuses priorities that two endpoints would have. Nothing has been sent. `when` says since when the other endpoint has
/// had its priority, if that is known.
pub(super) fn refuse_clashes(
    clashes: &[Clash],
    when: &str,
    planned: &Profile,
    diagnostics: &mut Diagnostics,
) {
    for Clash { priority, planned: one, other } in clashes {
        let keys = planned.endpoints.known().into_iter().flatten();
        let key = keys.into_iter().find(|(key, value)| model::is_key_of(key, value, one));
        let path = Path::new("endpoints");
        let path = key.map_or_else(|| path.clone(), |(key, _)| path.key(key));
        let when = if when.is_empty() { String::new() } else { format!(" {when}") };
        diagnostics.error(
            path,
            "Priority is taken",
            format!(
                "The endpoint {:?} cannot have the priority {priority}: the endpoint {:?} has it in Azure{when}, and no two \
                 endpoints of a profile can have the same. Nothing was changed. Give {:?} another priority, or make {:?} \
                 part of `endpoints`; then plan again.",
                one.name, other.name, one.name, other.name
            ),
        );
    }
}

fn changes(current: &cty::Value, planned: &cty::Value, path: &Path) -> String {
    let changes = COMPARISON.lines(current, planned, path);
    if changes.is_empty() {
        return "Nothing will change.".to_owned();
    }
    format!("These values will change:\n\n{}", changes.join("\n"))
}

fn kept(found: &AzureProfile, planned: &Profile) -> String {
    let kept = others(found, planned);
    if kept.is_empty() {
        return String::new();
    }
    format!(
        "\n\nThese endpoints are not in the configuration: {}. This apply keeps them. The next plan shows them as removed.",
        kept.join(", ")
    )
}

/// Whether the profile has the relative name that is planned. It cannot be changed.
pub(super) fn same_relative_name(
    found: &AzureProfile,
    planned: &Profile,
    diagnostics: &mut Diagnostics,
) -> bool {
    let found = found.properties.as_ref().and_then(|properties| properties.dns_config.as_ref());
    let found = found.and_then(|dns| dns.relative_name.as_deref()).unwrap_or_default();
    let planned = planned.dns().and_then(|dns| dns.relative_name.as_deref()).unwrap_or(found);
    let same = found.eq_ignore_ascii_case(planned);
    if !same {
        diagnostics.error(
            Path::new("dns_config").index(0).attribute("relative_name"),
            "Existing profile has another relative name",
            format!(
                "The existing profile has the relative name {found:?}, which cannot be changed. Set relative_name = \
                 {found:?} to adopt the profile, or choose another name."
            ),
        );
    }
    same
}

/// The names of the endpoints that only Azure has.
fn others(found: &AzureProfile, planned: &Profile) -> Vec<String> {
    let Some(planned) = planned.endpoints.known() else { return Vec::new() };
    let others = found
        .endpoints()
        .filter_map(key)
        .filter(|own| !planned.iter().any(|(map_key, value)| model::is_key_of(map_key, value, own)));
    others.map(|own| own.name).collect()
}

/// The texts whose values are words of Azure's; health is no setting.
const COMPARISON: Comparison = Comparison {
    shown: &["traffic_routing_method", "profile_status", "record_type", "protocol", "endpoint_location"],
    maps: &["endpoints"],
    ignored: &["monitor_status"],
};

pub(super) fn already_there(id: &ProfileId, diagnostics: &mut Diagnostics) {
    diagnostics.error(
        Path::new("name"),
        format!("The profile {:?} already exists", id.name),
        format!(
            "It is not in the state of this resource. If the resource was renamed in the configuration, add a `moved` \
             block from its old address to the new one. To manage the existing profile with Terraform, import it with \
             this block, where ADDRESS is the address of the resource:\n\n  import {{\n    to = ADDRESS\n    \
             id = \"{id}\"\n  }}\n\nTo adopt it with the settings of this configuration, set adopt_existing = true. \
             Otherwise, choose another name."
        ),
    );
}
