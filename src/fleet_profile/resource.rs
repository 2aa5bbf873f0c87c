//! Create, read, update, delete and import of a Fleet profile.

use std::time::Duration;

use arm::profiles;
use hub::{Deadline, ObjectKey, TrafficManagerBackend};
use tf_plugin::object::Object as _;
use tf_plugin::resource::{
    Create, Delete, Import, Move, Plan, Read, State, Update, WithIdentity, WithImport, WithMove,
};
use tf_plugin::{Context, Diagnostics, Path, Resource, Value};
use traffic_manager::fleet::PROFILE_TAG;
use traffic_manager::id::ProfileId;
use traffic_manager::rules;

use super::model::{self, Profile};
use super::{FleetProfile, drift, nudge, plan};
use crate::azure::Azure;
use crate::calls::{Calls, LOOK_AHEAD};
use crate::diagnostics::{self, Doing};
use crate::fleet_object::{self, FleetObject as _, Identity, Nudge, Private};
use crate::timeouts::Timeouts;
use crate::{findings, planned};

impl Resource for FleetProfile {
    const TYPE_NAME: &'static str = "azuretm_fleet_profile";
    type Model = Profile;
    type Private = Private;
    type Data = Azure;

    fn validate(&self, config: &Profile, diagnostics: &mut Diagnostics) {
        findings::of_validation(
            &rules::check_fleet(&model::to_rules(config), &rules::Path::root()),
            diagnostics,
        );
        Timeouts::check(&config.timeouts, diagnostics);
    }

    async fn plan(&self, context: &Context<Azure>, plan: &mut Plan<Self>, diagnostics: &mut Diagnostics) {
        plan::complete(context.provider(), plan, diagnostics);
    }

    async fn create(
        &self,
        context: &Context<Azure>,
        request: Create<Self>,
        diagnostics: &mut Diagnostics,
    ) -> Option<State<Self>> {
        let (created, private) = fleet_object::create(context, &request.planned, diagnostics).await?;
        Some(State { model: planned::settle(&request.planned, created), private })
    }

    async fn read(
        &self,
        context: &Context<Azure>,
        request: Read<Self>,
        diagnostics: &mut Diagnostics,
    ) -> Option<State<Self>> {
        let Read { current, private, .. } = request;
        let found = fleet_object::read(context, &current, &private, diagnostics).await?;
        Some(State::new(drift::notice(context, found).await))
    }

    async fn update(
        &self,
        context: &Context<Azure>,
        request: Update<Self>,
        diagnostics: &mut Diagnostics,
    ) -> Option<State<Self>> {
        let Update { prior, planned, .. } = request;
        let is_noticed = drift::is_noticed(&prior);
        let nudge = |live: &_| if is_noticed { nudge::equivalent(live) } else { Nudge::NotNeeded };
        let updated = fleet_object::update(context, (&prior, &planned), nudge, diagnostics).await?;
        Some(State::new(planned::settle(&planned, updated)))
    }

    async fn delete(&self, context: &Context<Azure>, request: Delete<Self>, diagnostics: &mut Diagnostics) {
        warn_of_backends(context, &request.prior, diagnostics).await;
        fleet_object::delete(context, &request.prior, diagnostics).await;
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

impl WithImport for FleetProfile {
    /// The id is `namespace/name`, or that of the profile in Azure, whose tag says which object it was made of.
    async fn import(
        &self,
        context: &Context<Azure>,
        request: Import,
        diagnostics: &mut Diagnostics,
    ) -> Option<State<Self>> {
        let key = match ProfileId::parse(&request.id) {
            Ok(id) => of_tag(context, &id, diagnostics).await?,
            Err(_) => {
                fleet_object::imported_key(&request.id, Some("the ID of the profile in Azure"), diagnostics)?
            }
        };
        Some(State::new(imported(key)))
    }
}

fn imported(ObjectKey { namespace, name }: ObjectKey) -> Profile {
    Profile {
        namespace: Value::Known(namespace),
        name: Value::Known(name),
        wait: Value::Known(true),
        ..Profile::null()
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

impl WithIdentity for FleetProfile {
    type Identity = Identity;

    fn identity(&self, state: &Profile) -> Option<Identity> {
        state.head().identity()
    }

    fn import_id(
        &self,
        _context: &Context<Azure>,
        identity: Identity,
        diagnostics: &mut Diagnostics,
    ) -> Option<String> {
        fleet_object::id_of_identity(identity, diagnostics)
    }
}

impl WithMove for FleetProfile {
    fn moved(&self, request: &Move, diagnostics: &mut Diagnostics) -> Option<State<Self>> {
        let key = fleet_object::manifest(request, "TrafficManagerProfile", diagnostics)?;
        let id = Value::Known(key.to_string());
        Some(State::new(Profile { id, ..imported(key) }))
    }
}
