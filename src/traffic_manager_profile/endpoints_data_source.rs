//! The data source `azuretm_traffic_manager_endpoints`: all endpoints of a profile and their health.

use std::collections::BTreeMap;

use tf_plugin::object::Object as _;
use tf_plugin::schema::{Attribute, Schema};
use tf_plugin::{Context, DataSource, Diagnostics, Path, ReadData, Value, object};

use super::calls::ProfileCalls;
use super::model::{self, Profile};
use crate::azure::Azure;
use crate::diagnostics::{self, Doing};
use crate::endpoint::Endpoint;
use crate::ids;
use crate::session::Reader;
use crate::timeouts::{Operation, ReadTimeouts, Timeouts};

/// The data source `azuretm_traffic_manager_endpoints`.
#[derive(Debug)]
pub(crate) struct TrafficManagerEndpointsSource;

object! {
    /// Reads all endpoints of a Traffic Manager profile with their health, whoever manages them.
    pub struct Endpoints {
        /// The ID of the profile, in any letter case.
        pub profile_id: Value<String>,
        /// The endpoints by name. Where endpoints of different kinds have the same name, by kind and name, such as
        /// `azureEndpoints/east`.
        pub endpoints: Value<BTreeMap<String, Value<Endpoint>>>,
        /// How long the read may take.
        pub timeouts: Value<Timeouts> => [block],
    }
}

impl DataSource for TrafficManagerEndpointsSource {
    const TYPE_NAME: &'static str = "azuretm_traffic_manager_endpoints";
    type Model = Endpoints;
    type Data = Azure;

    fn schema(&self) -> Schema {
        let found = Endpoints::block().without(&["timeouts"]).read_only(&[]);
        Schema::new(found.change("profile_id", Attribute::required).blocks([ReadTimeouts::block()]))
    }

    fn validate(&self, config: &Endpoints, diagnostics: &mut Diagnostics) {
        Timeouts::check(&config.timeouts, diagnostics);
    }

    async fn read(
        &self,
        context: &Context<Azure>,
        request: ReadData<Self>,
        diagnostics: &mut Diagnostics,
    ) -> Option<Endpoints> {
        let config = request.config;
        let given = config.profile_id.as_deref().unwrap_or_default();
        let id = ids::profile("profile_id", given, diagnostics)?;
        let asked = Profile {
            endpoints: Value::Known(BTreeMap::new()),
            timeouts: config.timeouts.clone(),
            ..Profile::null()
        };
        let calls = ProfileCalls::within(context, id, &asked, Operation::Read);
        match calls.newest(Reader::Endpoints).await {
            Ok(answer) => {
                Some(Endpoints { endpoints: model::from_azure(answer, &asked).endpoints, ..config })
            }
            Err(error) => {
                let Doing { what, timeout, .. } = calls.doing("find", &asked);
                let (profile, group) = (Path::new("profile_id"), &calls.id.resource_group_name);
                let doing = Doing { timeout, ..Doing::by_id("profile", what, profile, group) };
                diagnostics::failed(&error, &doing, diagnostics);
                None
            }
        }
    }
}
