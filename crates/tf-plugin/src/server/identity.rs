//! Identities on the wire, and the rule that the identity of a resource never changes.

use super::failure::failure;
use super::isolate::isolated_now;
use super::registered::Managed;
use super::values::{decode, encode};
use crate::cty::{Type, Value};
use crate::diagnostics::Diagnostics;
use crate::proto::tfplugin6 as wire;

impl Managed {
    pub(super) fn identity_type(&self) -> Option<Type> {
        let schema = self.implementation.identity_schema()?;
        Some(Type::object(schema.attributes.into_iter().map(|each| (each.name, each.of))))
    }

    /// The identity that follows from a state, if one does. Asked of the state as it is stored: the resource may have
    /// answered another spelling.
    pub(super) fn identity_of(&self, state: &Value, diagnostics: &mut Diagnostics) -> Option<Value> {
        isolated_now(|| self.implementation.identity_of(state)).unwrap_or_else(|crash| {
            diagnostics.append(crash);
            None
        })
    }

    /// Reads an identity; `None` if there is none or the resource has no identities.
    pub(super) fn identity(
        &self,
        data: Option<wire::ResourceIdentityData>,
    ) -> Result<Option<Value>, Diagnostics> {
        let (Some(data), Some(of)) = (data, self.identity_type()) else { return Ok(None) };
        Ok(Some(decode(data.identity_data, &of)?).filter(|identity| !identity.is_null()))
    }
}

pub(super) fn to_wire(identity: Option<&Value>) -> Option<wire::ResourceIdentityData> {
    identity.map(|value| wire::ResourceIdentityData { identity_data: Some(encode(value)) })
}

/// The identity to answer: what the resource says, or else what was there before.
///
/// # Errors
/// When both are known and differ. Terraform does not look at this, and users and tools count on it. What was
/// left out of the identity of an import is null, and filled in by the read after it.
pub(super) fn stable(before: Option<Value>, now: Option<Value>) -> Result<Option<Value>, Diagnostics> {
    match (before, now) {
        (Some(before), Some(now)) if contradicts(&before, &now) => Err(failure(
            "Unexpected identity change",
            "The identity of a resource must stay what it is for as long as the resource lives. This is a \
                 bug in the provider; please report it.",
        )),
        (before, now) => Ok(now.or(before)),
    }
}

fn contradicts(before: &Value, now: &Value) -> bool {
    if !before.is_wholly_known() || !now.is_wholly_known() {
        return false;
    }
    match (before, now) {
        (Value::Map(before), Value::Map(now)) => {
            before.iter().any(|(name, before)| !before.is_null() && now.get(name) != Some(before))
        }
        _ => before != now,
    }
}

#[cfg(test)]
mod tests {
    use super::{Value, stable};

    fn check(before: Option<(&str, Value)>, now: Option<(&str, Value)>, expected: Option<(&str, Value)>) {
        let identity = |(id, tenant)| Value::object([("id", Value::string(id)), ("tenant", tenant)]);
        let answered = stable(before.map(identity), now.map(identity));
        assert_eq!(answered.unwrap_or_default(), expected.map(identity));
    }

    #[test]
    fn an_identity_is_completed_and_never_changed() {
        let home = || ("1", Value::string("home"));
        check(None, Some(home()), Some(home()));
        check(Some(home()), None, Some(home()));
        check(Some(home()), Some(home()), Some(home()));
        check(Some(("1", Value::Null)), Some(home()), Some(home()));
        check(Some(("1", Value::unknown())), Some(home()), Some(home()));
        check(Some(home()), Some(("1", Value::string("other"))), None);
        check(Some(("2", Value::Null)), Some(home()), None);
        check(Some(home()), Some(("1", Value::Null)), None);
    }
}
