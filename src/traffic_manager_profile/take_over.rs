//! What a plan says of a profile that exists already: what would be taken over and change, or how to get it into the
//! state instead.

use std::collections::BTreeMap;

use arm::model::Profile as AzureProfile;
use tf_plugin::cty;
use tf_plugin::value::Attribute as _;
use tf_plugin::{Diagnostics, Path};
use traffic_manager::id::ProfileId;

use super::merge::{Clash, key, merge};
use super::model::{self, Profile};

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
    let detail = format!("The profile exists and will be taken over. {changes}{kept}");
    diagnostics.warning(Path::of("adopt_existing"), "Existing profile is taken over", detail);
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
    let path = Path::of("endpoints");
    let changes = changes(&current.endpoints.clone().encode(), &planned.endpoints.clone().encode(), &path);
    let detail = format!(
        "The profile has endpoints that were managed elsewhere until now, and `endpoints` takes them over. Nothing \
         else may manage them any more. {changes}{kept}"
    );
    diagnostics.warning(path, "Existing endpoints are taken over", detail);
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
        let path = Path::of("endpoints");
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
    let mut changes = Vec::new();
    differences(current, planned, path, &mut changes);
    if changes.is_empty() {
        return "Nothing of it would change.".to_owned();
    }
    format!("This would change:\n\n{}", changes.join("\n"))
}

fn kept(found: &AzureProfile, planned: &Profile) -> String {
    let kept = others(found, planned);
    if kept.is_empty() {
        return String::new();
    }
    format!(
        "\n\nIt has endpoints that the configuration lacks: {}. They are kept; the plan after this one shows them as to \
         be removed.",
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
            Path::of("dns_config").index(0).attribute("relative_name"),
            "Relative name of the existing profile differs",
            format!(
                "The profile that is to be taken over has the relative name {found:?}, which cannot be changed in \
                 a profile that exists. Write relative_name = {found:?}, or choose another name for the profile."
            ),
        );
    }
    same
}

/// The names of the endpoints that only Azure has.
fn others(found: &AzureProfile, planned: &Profile) -> Vec<String> {
    let Some(planned) = planned.endpoints.known() else { return Vec::new() };
    let endpoints = found.properties.iter().flat_map(|properties| properties.endpoints.iter().flatten());
    let others = endpoints
        .filter_map(key)
        .filter(|own| !planned.iter().any(|(map_key, value)| model::is_key_of(map_key, value, own)));
    others.map(|own| own.name).collect()
}

/// Lists what differs, leaf by leaf. What is not known yet is left out, and so is health, which is no setting.
fn differences(current: &cty::Value, planned: &cty::Value, path: &Path, found: &mut Vec<String>) {
    use cty::Value::{List, Map, Null};
    match (current, planned) {
        (current, planned) if current == planned || planned.is_unknown() => {}
        (Map(current), Map(planned)) if path.steps().last() == Path::of("endpoints").steps().last() => {
            for (key, planned) in planned {
                match current.get(key) {
                    Some(current) => differences(current, planned, &path.key(key), found),
                    None => found.push(format!("  {}: added", path.key(key))),
                }
            }
        }
        (Map(current), Map(planned)) => {
            for (name, planned) in planned.iter().filter(|(name, _)| *name != "monitor_status") {
                differences(current.get(name).unwrap_or(&Null), planned, &path.attribute(name), found);
            }
        }
        (List(current), List(planned)) if current.len() == planned.len() => {
            for (index, (current, planned)) in current.iter().zip(planned).enumerate() {
                differences(current, planned, &path.index(index), found);
            }
        }
        (current, planned) => found.push(format!("  {path}: {} -> {}", shown(current), shown(planned))),
    }
}

fn shown(value: &cty::Value) -> String {
    use cty::Value as V;
    let list = |elements: &[V]| elements.iter().map(shown).collect::<Vec<_>>().join(", ");
    match value {
        V::Null => "null".to_owned(),
        V::Unknown(_) => "(known after apply)".to_owned(),
        V::Bool(value) => value.to_string(),
        V::Number(number) => number.to_string(),
        V::String(text) => format!("{text:?}"),
        V::List(elements) | V::Set(elements) => format!("[{}]", list(elements)),
        V::Map(members) => {
            let shown = members.iter().filter(|(_, value)| !value.is_null());
            let shown = shown.map(|(name, value)| format!("{name} = {}", self::shown(value)));
            format!("{{ {} }}", shown.collect::<Vec<_>>().join(", "))
        }
        V::Dynamic(typed) => shown(&typed.1),
    }
}

pub(super) fn already_there(id: &ProfileId, diagnostics: &mut Diagnostics) {
    diagnostics.error(
        Path::of("name"),
        format!("The profile {:?} already exists", id.name),
        format!(
            "It is not in the state of this resource, so creating the resource would take the profile over and change \
             it.\n\nIf another resource in this state has it, because the resource was renamed, add a `moved` block \
             from the old address to the new one. If it is yours, import it, with the address of this resource:\n\n  \
             import {{\n    to = ADDRESS\n    id = \"{id}\"\n  }}\n\nTo take it over with the settings of this \
             configuration, set adopt_existing = true. Otherwise choose another name."
        ),
    );
}

/// One plan destroys the profile under one address and creates it under another.
pub(super) fn moved_without_a_block(id: &ProfileId, diagnostics: &mut Diagnostics) {
    diagnostics.error(
        Path::root(),
        format!("The profile {:?} is to be destroyed and created", id.name),
        "Another resource of the configuration creates the profile that this one destroys. If the resource was renamed, \
         add a `moved` block from the old address to the new one: the profile then stays as it is.\n\n  moved {\n    \
         from = OLD_ADDRESS\n    to   = NEW_ADDRESS\n  }",
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences_are_told_leaf_by_leaf() {
        let current = cty::Value::object([
            ("ttl", cty::Value::integer(30)),
            ("monitor_status", cty::Value::string("Online")),
            ("tags", cty::Value::object([("a", cty::Value::string("x"))])),
        ]);
        let planned = cty::Value::object([
            ("ttl", cty::Value::integer(60)),
            ("monitor_status", cty::Value::unknown()),
            ("tags", cty::Value::Null),
        ]);
        let mut found = Vec::new();
        differences(&current, &planned, &Path::root(), &mut found);
        assert_eq!(found, ["  tags: { a = \"x\" } -> null", "  ttl: 30 -> 60"]);
    }
}
