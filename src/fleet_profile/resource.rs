//! What is special about the resource of a Fleet profile: changes in Azure, backends that are attached, and import by the id in
//! Azure.

use std::time::Duration;

use arm::profiles;
use hub::{Deadline, ObjectKey, TrafficManagerBackend};
use tf_plugin::resource::Plan;
use tf_plugin::{Context, Diagnostics, Path};
use traffic_manager::fleet::PROFILE_TAG;
use traffic_manager::id::ProfileId;

use super::model::Profile;
use super::{FleetProfile, drift, nudge, plan};
use crate::azure::Azure;
use crate::calls::{Calls, LOOK_AHEAD};
use crate::diagnostics::{self, Doing};
use crate::fleet_object::{
    Condition, FleetObject as _, FleetResource, FleetType, KindOf, Nudge, SpecOf, imported_key,
};

impl FleetType for FleetProfile {
    const TYPE_NAME: &'static str = "azuretm_fleet_profile";
    type Model = Profile;

    fn complete(azure: &Azure, plan: &mut Plan<FleetResource<Self>>, _diagnostics: &mut Diagnostics) {
        plan::complete(azure, plan);
    }

    async fn noticed(context: &Context<Azure>, state: Profile) -> Profile {
        drift::notice(context, state).await
    }

    fn nudge(prior: &Profile, live: &hub::Object<KindOf<Self>>) -> Nudge<SpecOf<Self>> {
        if Condition::is_noticed(&prior.programmed) { nudge::equivalent(live) } else { Nudge::NotNeeded }
    }

    async fn before_delete(context: &Context<Azure>, prior: &Profile, diagnostics: &mut Diagnostics) {
        warn_of_backends(context, prior, diagnostics).await;
    }

    /// The id is `namespace/name`, or that of the profile in Azure, whose tag says which object it was made of.
    async fn import_key(
        context: &Context<Azure>,
        id: &str,
        diagnostics: &mut Diagnostics,
    ) -> Option<ObjectKey> {
        match ProfileId::parse(id) {
            Ok(id) => of_tag(context, &id, diagnostics).await,
            Err(_) => imported_key(id, Some("the ID of the profile in Azure"), diagnostics),
        }
    }
}

/// How long it may take to list the backends of a profile that is to be deleted.
const LOOK: Duration = Duration::from_secs(20);

/// Warns of backends that are still attached. The hub does not mind, and their endpoints go with the profile.
async fn warn_of_backends(context: &Context<Azure>, prior: &Profile, diagnostics: &mut Diagnostics) {
    let Some(ObjectKey { namespace, name }) = prior.head().key() else { return };
    let Ok(hub) = context.provider().fleet_hub.connected(LOOK, context.cancelled()).await else { return };
    let deadline = Deadline::new(LOOK, context.cancelled().clone());
    let Ok(backends) = hub.list::<TrafficManagerBackend>(Some(&namespace), &deadline).await else { return };
    let attached =
        backends.iter().filter(|backend| backend.spec.profile.name == name && !backend.is_being_deleted());
    let attached: Vec<String> =
        attached.map(|backend| format!("{namespace}/{}", backend.metadata.name)).collect();
    if !attached.is_empty() {
        diagnostics.warning(
            Path::root(),
            "Backends are still attached to the Fleet profile",
            format!(
                "The Fleet profile {namespace}/{name} is deleted together with the endpoints of these backends, which stay on the \
                 hub without endpoints: {}.",
                attached.join(", ")
            ),
        );
    }
}

/// The object that a profile in Azure was made of.
async fn of_tag(
    context: &Context<Azure>,
    id: &ProfileId,
    diagnostics: &mut Diagnostics,
) -> Option<ObjectKey> {
    let calls = Calls::new(context, arm::API_VERSION, LOOK_AHEAD);
    let profile = match calls.send(profiles::get(id)).await {
        Ok(profile) => profile,
        Err(error) => {
            let doing = Doing::new("profile", format!("import the profile {:?}", id.name));
            diagnostics::failed(&error, &doing, diagnostics);
            return None;
        }
    };
    let tag = profile.tags.and_then(|mut tags| tags.remove(PROFILE_TAG));
    let key = tag.as_deref().and_then(ObjectKey::parse);
    if key.is_none() {
        diagnostics.error(
            Path::root(),
            "Not a profile of Fleet",
            format!(
                "The profile {id} has no tag {PROFILE_TAG}, so Fleet has not made it. Import it as \
                 azuretm_traffic_manager_profile."
            ),
        );
    }
    key
}
