//! Taking over a profile that exists already, or its endpoints, without losing one of these.

use std::collections::{BTreeMap, BTreeSet};

use arm::model::{Endpoint as AzureEndpoint, Profile as AzureProfile};
use tf_plugin::cty;
use tf_plugin::value::Attribute as _;
use tf_plugin::{Diagnostics, Path};

use super::endpoints::next_priority;
use super::model::{self, Profile, endpoint_name};

/// Whether the configuration wants it.
pub(super) fn is_wanted(profile: &Profile) -> bool {
    profile.adopt_existing.known() == Some(&true)
}

/// What to send: the plan over what is there, with the endpoints of both.
pub(super) fn body(found: AzureProfile, planned: &Profile) -> AzureProfile {
    let named = model::everything(planned).properties.and_then(|properties| properties.endpoints);
    let mut body = model::written_over(found, planned);
    let Some(named) = named.filter(|_| !planned.endpoints.is_null()) else { return body };
    if let Some(properties) = &mut body.properties {
        let others = properties.endpoints.take().unwrap_or_default().into_iter();
        let others = others.filter(|other| !named.iter().any(|endpoint| is_same(endpoint, other))).collect();
        properties.endpoints = Some(behind(others, &named).into_iter().chain(named.clone()).collect());
    }
    body
}

/// What is there without the endpoints of the state: what is left of them was added after the plan was made, or
/// managed elsewhere until now.
pub(super) fn beside(mut found: AzureProfile, prior: &Profile) -> AzureProfile {
    let known = model::everything(prior).properties.and_then(|it| it.endpoints).unwrap_or_default();
    if let Some(endpoints) = found.properties.as_mut().and_then(|it| it.endpoints.as_mut()) {
        endpoints.retain(|endpoint| !known.iter().any(|known| is_same(known, endpoint)));
    }
    found
}

/// Warns of endpoints that the plan could not show.
pub(super) fn tell_of_others(found: &AzureProfile, planned: &Profile, diagnostics: &mut Diagnostics) {
    let others = others(found, planned);
    if others.is_empty() {
        return;
    }
    let others = others.join(", ");
    diagnostics.warning(
        Path::of("endpoints"),
        "Endpoints were added since the plan",
        format!(
            "Somebody else added endpoints to the profile after the plan was made: {others}. They are kept, because \
             the plan did not say that they go. The next plan shows them as to be removed; write them in `endpoints` \
             to keep them."
        ),
    );
}

/// Endpoints that are kept give way where the configuration has their priority: no two may have the same.
fn behind(mut kept: Vec<AzureEndpoint>, named: &[AzureEndpoint]) -> Vec<AzureEndpoint> {
    let priority = |endpoint: &AzureEndpoint| endpoint.properties.as_ref().and_then(|it| it.priority);
    let mut used: BTreeSet<i64> = named.iter().filter_map(priority).collect();
    let free: BTreeSet<i64> = kept.iter().filter_map(priority).filter(|own| !used.contains(own)).collect();
    used.extend(free);
    for properties in kept.iter_mut().filter_map(|endpoint| endpoint.properties.as_mut()) {
        let is_given =
            named.iter().any(|named| priority(named).is_some_and(|given| Some(given) == properties.priority));
        if is_given {
            properties.priority = next_priority(&used);
            used.extend(properties.priority);
        }
    }
    kept
}

/// The state after it: endpoints that the plan lacks are left for the next refresh, which shows them.
pub(super) fn state(answer: AzureProfile, planned: &Profile) -> Profile {
    let mut state = model::from_azure(answer, planned);
    if let (Some(endpoints), Some(planned)) = (state.endpoints.known_mut(), planned.endpoints.known()) {
        endpoints.retain(|key, _| planned.contains_key(key));
    }
    state
}

fn is_same(left: &AzureEndpoint, right: &AzureEndpoint) -> bool {
    let same = |left: &Option<String>, right: &Option<String>| match (left, right) {
        (Some(left), Some(right)) => left.eq_ignore_ascii_case(right),
        _ => false,
    };
    same(&left.name, &right.name) && same(&left.type_name, &right.type_name)
}

/// Tells at plan what would be taken over and what would change.
pub(super) fn announce(found: AzureProfile, planned: &Profile, diagnostics: &mut Diagnostics) {
    if !same_relative_name(&found, planned, diagnostics) {
        return;
    }
    let kept = kept(&found, planned);
    let current = model::from_azure(found, planned);
    let changes = changes(&current.encode(), &planned.clone().encode(), &Path::root());
    let detail = format!("The profile exists and will be taken over. {changes}{kept}");
    diagnostics.warning(Path::of("adopt_existing"), "Existing profile is taken over", detail);
}

/// Tells at plan what would become of endpoints that were managed elsewhere until now.
pub(super) fn announce_endpoints(found: AzureProfile, planned: &Profile, diagnostics: &mut Diagnostics) {
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
        "\n\nIt has endpoints that the configuration lacks: {}. They are kept, behind those of the configuration \
         where both have one priority; the plan after this one shows them as to be removed.",
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

/// The names of the endpoints that the configuration manages without.
fn others(found: &AzureProfile, planned: &Profile) -> Vec<String> {
    let Some(planned) = planned.endpoints.known() else { return Vec::new() };
    let named: BTreeSet<String> = planned.keys().map(|key| endpoint_name(key).to_lowercase()).collect();
    let endpoints = found.properties.iter().flat_map(|properties| properties.endpoints.iter().flatten());
    let found = endpoints.filter_map(|endpoint| endpoint.name.clone());
    found.filter(|name| !named.contains(&name.to_lowercase())).collect()
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
