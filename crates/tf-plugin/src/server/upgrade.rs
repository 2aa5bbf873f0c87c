//! `UpgradeResourceState` and `UpgradeResourceIdentity`. Called for every instance in every walk, so what can be
//! read is read.

use super::failure::failure;
use super::isolate::isolated_now;
use super::registered::Managed;
use super::shared::Shared;
use super::values::encode;
use crate::cty::{Type, Value, json};
use crate::diagnostics::Diagnostics;
use crate::proto::tfplugin6 as wire;
use crate::resource::Upgrade;
use wire::{upgrade_resource_identity, upgrade_resource_state};

pub(super) fn state(
    shared: &Shared,
    request: upgrade_resource_state::Request,
) -> upgrade_resource_state::Response {
    let type_name = request.type_name.clone();
    let (upgraded, said) = upgrade(shared, request).unwrap_or_else(|failed| (None, failed));
    upgrade_resource_state::Response {
        upgraded_state: upgraded.as_ref().map(encode),
        diagnostics: shared.resources.said_of(&type_name, said),
    }
}

fn upgrade(
    shared: &Shared,
    request: upgrade_resource_state::Request,
) -> Result<(Option<Value>, Diagnostics), Diagnostics> {
    let managed = shared.resources.find(&request.type_name)?;
    let json = request.raw_state.unwrap_or_default().json;
    if json.is_empty() {
        return Err(failure(
            "State too old",
            "This state was written before Terraform 0.12. Import the resource anew with this provider.",
        ));
    }
    let block = managed.schema().block();
    let (state, mut diagnostics) = if request.version == managed.schema().version {
        (Some(read(&json, managed.object_type())?), Diagnostics::new())
    } else {
        let request = Upgrade { version: request.version, json };
        isolated_now(|| managed.implementation.upgrade(&request))?
    };
    if state.is_none() && !diagnostics.has_errors() {
        diagnostics.append(failure("No state", "The provider upgraded to no state: this is a bug in it."));
    }
    Ok((state.map(|state| block.conform(state).with_unknowns_as_null()), diagnostics))
}

pub(super) fn identity(
    shared: &Shared,
    request: &upgrade_resource_identity::Request,
) -> upgrade_resource_identity::Response {
    let upgraded = shared.resources.find(&request.type_name).and_then(|managed| {
        let of = managed
            .identity_type()
            .ok_or_else(|| failure("No identity", "This resource has no identity."))?;
        refuse_other_version(managed, request.version)?;
        read(&request.raw_identity.clone().unwrap_or_default().json, &of)
    });
    let (upgraded, diagnostics) = match upgraded {
        Ok(identity) => (Some(identity), Diagnostics::new()),
        Err(failed) => (None, failed),
    };
    upgrade_resource_identity::Response {
        upgraded_identity: super::identity::to_wire(upgraded.as_ref()),
        diagnostics: diagnostics.into_wire(None),
    }
}

/// Read with the attributes of another version, an identity would be full of nulls, and no longer be one.
fn refuse_other_version(managed: &Managed, stored: i64) -> Result<(), Diagnostics> {
    match managed.implementation.identity_schema() {
        Some(schema) if schema.version != stored => Err(failure(
            "Unknown version of the identity",
            &format!(
                "The identity was stored with version {stored} of its schema, and this provider knows version {} \
                 only. Use a version of the provider that knows it, or remove the resource from the state and import \
                 it again.",
                schema.version
            ),
        )),
        _ => Ok(()),
    }
}

fn read(text: &[u8], of: &Type) -> Result<Value, Diagnostics> {
    json::decode(text, of).map_err(|error| {
        failure(
            "Stored state cannot be read",
            &format!("The stored value {error}. It was changed by hand or by another program."),
        )
    })
}
