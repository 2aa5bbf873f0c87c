//! The data source `azuretm_traffic_manager_profile`: a profile with its endpoints and their health.

use std::collections::BTreeMap;

use tf_plugin::object::Object as _;
use tf_plugin::schema::Schema;
use tf_plugin::{Context, DataSource, Diagnostics, Path, ReadData, Value};
use traffic_manager::id::ProfileId;

use super::calls::ProfileCalls;
use super::model::{self, Profile};
use crate::azure::Azure;
use crate::session::Reader;
use crate::timeouts::{Operation, ReadTimeouts, Timeouts};
use crate::{diagnostics, ids};

/// The data source `azuretm_traffic_manager_profile`.
#[derive(Debug)]
pub(crate) struct TrafficManagerProfileSource;

impl DataSource for TrafficManagerProfileSource {
    const TYPE_NAME: &'static str = "azuretm_traffic_manager_profile";
    type Model = Profile;
    type Data = Azure;

    fn schema(&self) -> Schema {
        let profile = Profile::block().without(&["adopt_existing", "wait_for_online", "timeouts"]);
        let found = profile.read_only(&["id", "name", "resource_group_name"]).blocks([ReadTimeouts::block()]);
        Schema::new(found.describe(
            "Reads an existing Traffic Manager profile, including its endpoints and their health. Set `id`, in any letter \
             case, or `name` and `resource_group_name`.",
        ))
    }

    fn validate(&self, config: &Profile, diagnostics: &mut Diagnostics) {
        Timeouts::check(&config.timeouts, diagnostics);
        let both_known =
            |left: &Value<String>, right: &Value<String>| left.known().is_some() && right.known().is_some();
        let by_name = !config.name.is_null() || !config.resource_group_name.is_null();
        if both_known(&config.id, &config.name) || both_known(&config.id, &config.resource_group_name) {
            diagnostics.error(
                Path::new("id"),
                "Both id and name set",
                "Set either id, or name and resource_group_name.",
            );
        } else if config.id.is_null() && (config.name.is_null() || config.resource_group_name.is_null()) {
            let missing = if config.name.is_null() { "name" } else { "resource_group_name" };
            diagnostics.error(
                Path::new(if by_name { missing } else { "id" }),
                "No profile specified",
                "Set id, or both name and resource_group_name.",
            );
        }
        // The id itself is read later: in a test with a mocked provider it is a random text, and nothing is read.
    }

    async fn read(
        &self,
        context: &Context<Azure>,
        request: ReadData<Self>,
        diagnostics: &mut Diagnostics,
    ) -> Option<Profile> {
        let config = request.config;
        let id = requested_id(context.provider(), &config, diagnostics)?;
        let asked = Profile {
            id: config.id.as_deref().map_or_else(|| id.to_string(), str::to_owned).as_str().into(),
            name: Value::Known(id.name.clone()),
            resource_group_name: Value::Known(id.resource_group_name.clone()),
            endpoints: Value::Known(BTreeMap::new()),
            timeouts: config.timeouts,
            ..Profile::null()
        };
        let calls = ProfileCalls::within(context, id, &asked, Operation::Read);
        calls
            .newest(Reader::DataSource)
            .await
            .map(|answer| model::from_azure(answer, &asked))
            .map_err(|error| diagnostics::failed(&error, &calls.doing("find", &asked), diagnostics))
            .ok()
    }
}

fn requested_id(azure: &Azure, config: &Profile, diagnostics: &mut Diagnostics) -> Option<ProfileId> {
    if let Some(text) = config.id.as_deref() {
        return ids::profile("id", text, diagnostics);
    }
    let parts = azure.subscription_id.as_deref().zip(config.resource_group_name.as_deref());
    let Some(((subscription, group), name)) = parts.zip(config.name.as_deref()) else {
        diagnostics.error(
            Path::root(),
            "No profile specified",
            "Set id, or set name and resource_group_name and configure subscription_id in the provider.",
        );
        return None;
    };
    Some(ProfileId::new(subscription, group, name))
}
