//! Ids as users and states give them, and what becomes of two objects with one id.

use std::fmt::Display;

use arm::fleets::FleetId;
use tf_plugin::{Context, Diagnostics, Path, Value};
use traffic_manager::id::ProfileId;

use crate::azure::Azure;
use crate::words::capitalized;

/// The id of an import.
pub(crate) fn imported<T, E: Display>(
    text: &str,
    parse: fn(&str) -> Result<T, E>,
    diagnostics: &mut Diagnostics,
) -> Option<T> {
    parse(text).map_err(|error| diagnostics.error(Path::root(), "Invalid import ID", error.to_string())).ok()
}

/// The id of a profile that an attribute of a configuration has.
pub(crate) fn profile(attribute: &str, text: &str, diagnostics: &mut Diagnostics) -> Option<ProfileId> {
    ProfileId::parse(text)
        .map_err(|error| diagnostics.error(Path::new(attribute), "Invalid profile ID", error.to_string()))
        .ok()
}

/// The id of a fleet that an attribute of a configuration has.
pub(crate) fn fleet(attribute: Path, text: &str, diagnostics: &mut Diagnostics) -> Option<FleetId> {
    FleetId::parse(text)
        .map_err(|error| diagnostics.error(attribute, "Invalid fleet ID", format!("{error}.")))
        .ok()
}

/// The id that a state has. One that cannot be read was changed by hand.
pub(crate) fn in_state<T, E: Display>(
    id: &Value<String>,
    parse: fn(&str) -> Result<T, E>,
    diagnostics: &mut Diagnostics,
) -> Option<T> {
    let refuse = |error: E| {
        diagnostics.error(
            Path::new("id"),
            "Invalid ID in the state",
            format!(
                "{error}. Remove the resource from the state with `terraform state rm`, and import it again."
            ),
        );
    };
    parse(id.as_deref().unwrap_or_default()).map_err(refuse).ok()
}

/// The parts of an identity, of these names; the subscription is the provider's where the identity does not say.
pub(crate) fn of_identity<const N: usize>(
    context: &Context<Azure>,
    subscription_id: Value<String>,
    parts: [(&str, Value<String>); N],
    diagnostics: &mut Diagnostics,
) -> Option<(String, [String; N])> {
    let names = parts.each_ref().map(|(name, _)| *name);
    let configured = || context.provider().subscription_id.known().cloned();
    let subscription = subscription_id.into_known().or_else(configured);
    let parts: Option<Vec<String>> = parts.into_iter().map(|(_, part)| part.into_known()).collect();
    if let (Some(subscription), Some(Ok(parts))) = (subscription, parts.map(TryInto::try_into)) {
        return Some((subscription, parts));
    }
    let (last, others) = names.split_last().map_or(("", &[][..]), |(last, others)| (*last, others));
    diagnostics.error(
        Path::root(),
        "Incomplete identity",
        format!(
            "An import by identity requires {} and {last}. It also requires subscription_id, unless the provider \
             configuration sets it.",
            others.join(", ")
        ),
    );
    None
}

/// Two resources of one configuration are one thing in Azure, a `noun` such as `profile`.
pub(crate) fn made_twice(noun: &str, name: &str, id: &str, diagnostics: &mut Diagnostics) {
    diagnostics.error(
        Path::new("name"),
        format!("Two resources have the {noun} {name:?}"),
        format!(
            "Another resource has created the {noun} {id} in this run, or has taken it over. Two resources that \
             manage one {noun} would undo each other's changes. Remove one of them, or change its name."
        ),
    );
}

/// A replacement that is created first has taken over the very thing that it replaces.
pub(crate) fn not_deleted(noun: &str, name: &str, diagnostics: &mut Diagnostics) {
    diagnostics.warning(
        Path::root(),
        format!("{} is kept", capitalized(noun)),
        format!(
            "The {noun} {name:?} was not deleted: in this run, a resource has created it or has taken it over, so that \
             deleting it would delete what that resource manages. With create_before_destroy, a replacement that has \
             the name of its predecessor is the same {noun}, and is changed in place."
        ),
    );
}

/// One plan destroys a thing under one address and creates it under another.
pub(crate) fn moved_without_a_block(noun: &str, name: &str, diagnostics: &mut Diagnostics) {
    diagnostics.error(
        Path::root(),
        format!("The {noun} {name:?} is to be destroyed and created"),
        format!(
            "Another resource of the configuration creates the {noun} that this one destroys. If the resource was renamed, \
             add a `moved` block from the old address to the new one: the {noun} then stays as it is.\n\n  moved {{\n    \
             from = OLD_ADDRESS\n    to   = NEW_ADDRESS\n  }}"
        ),
    );
}
