//! Ids as users and states give them.

use std::fmt::Display;

use tf_plugin::{Context, Diagnostics, Path, Value};

use crate::azure::Azure;

/// The id of an import.
pub(crate) fn imported<T, E: Display>(
    text: &str,
    parse: fn(&str) -> Result<T, E>,
    diagnostics: &mut Diagnostics,
) -> Option<T> {
    parse(text).map_err(|error| diagnostics.error(Path::root(), "Invalid import ID", error.to_string())).ok()
}

/// The id that a state has. One that cannot be read was changed by hand.
pub(crate) fn in_state<T, E: Display>(
    id: &Value<String>,
    parse: fn(&str) -> Result<T, E>,
    diagnostics: &mut Diagnostics,
) -> Option<T> {
    let refuse = |error: E| {
        diagnostics.error(
            Path::of("id"),
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
