//! The list resources of endpoints: those of one profile and of one kind, for `terraform query`.

use std::marker::PhantomData;

use arm::model::Endpoint as AzureEndpoint;
use arm::{API_VERSION, profiles};
use tf_plugin::list_resource::{Found, List, Results};
use tf_plugin::object::Object as _;
use tf_plugin::schema::Schema;
use tf_plugin::{Context, Diagnostics, ListResource, Path, Value, object};
use traffic_manager::id::{EndpointKey, EndpointKind, ProfileId};

use super::kind::{EndpointResource, EndpointType};
use super::model::{self, Endpoint};
use crate::azure::Azure;
use crate::calls::Calls;
use crate::diagnostics::{self, Doing};
use crate::endpoint::merge::key;
use crate::ids;
use crate::timeouts::{Operation, Timeouts};

/// The list resource of endpoints of one kind.
#[derive(Debug)]
pub(crate) struct EndpointList<T>(PhantomData<T>);

impl<T> EndpointList<T> {
    /// The list resource.
    pub(crate) fn new() -> Self {
        Self(PhantomData)
    }
}

object! {
    /// Which endpoints are listed.
    pub struct Place {
        /// The ID of the profile, in any letter case.
        pub profile_id: Value<String> => [required],
    }
}

impl<T: EndpointType> ListResource for EndpointList<T> {
    type Resource = EndpointResource<T>;
    type Model = Place;

    fn schema(&self) -> Schema {
        Schema::new(Place::block().describe(match T::KIND {
            EndpointKind::Azure => {
                "Lists the endpoints of a Traffic Manager profile that point to Azure resources."
            }
            EndpointKind::External => "Lists the external endpoints of a Traffic Manager profile.",
            EndpointKind::Nested => "Lists the profiles that are nested in a Traffic Manager profile.",
        }))
    }

    fn validate(&self, config: &Place, diagnostics: &mut Diagnostics) {
        if let Some(given) = config.profile_id.as_deref() {
            ids::profile("profile_id", given, diagnostics);
        }
    }

    async fn list(
        &self,
        context: &Context<Azure>,
        request: List<Self>,
        results: &mut Results<Self>,
        diagnostics: &mut Diagnostics,
    ) {
        let given = request.config.profile_id.as_deref().unwrap_or_default();
        let Some(id) = ids::profile("profile_id", given, diagnostics) else { return };
        let calls = Calls::new(context, API_VERSION, Timeouts::time(&Value::Null, Operation::Read));
        let profile = match calls.newest(|| profiles::get(&id)).await {
            Ok(profile) => profile,
            Err(error) => return diagnostics::failed(&error, &doing(&id), diagnostics),
        };
        let mut endpoints: Vec<(EndpointKey, AzureEndpoint)> =
            profile.endpoints().filter_map(|it| Some((key(it)?, it.clone()))).collect();
        endpoints.retain(|(key, _)| key.kind == T::KIND);
        endpoints.sort_by(|(one, _), (other, _)| one.name.cmp(&other.name));
        for (EndpointKey { kind, name, .. }, answer) in endpoints {
            let listed = Endpoint::imported(&id.endpoint(kind, name.clone()));
            if results.send(Found::new(name, model::from_azure(answer, &listed))).await.is_break() {
                return;
            }
        }
    }
}

fn doing(id: &ProfileId) -> Doing {
    let what = format!("list the endpoints of the profile {:?}", id.name);
    Doing::by_id("profile", what, Path::new("profile_id"), &id.resource_group_name)
}
