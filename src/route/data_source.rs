//! The data source `azuretm_traffic_manager_route`: who answers a query, by what Azure holds now.

use std::collections::{BTreeMap, HashSet};

use arm::{API_VERSION, ArmError, TYPED_RECORDS_API_VERSION, profiles};
use tf_plugin::object::Object as _;
use tf_plugin::{Context, DataSource, Diagnostics, Path, ReadData, Value};
use traffic_manager::id::ProfileId;
use traffic_manager::profile::limits;

use super::answer::{not_given, with_answer};
use super::model::{Question, Route, Wrong};
use super::profiles::{NoAnswer, Profiles};
use crate::azure::Azure;
use crate::calls::Calls;
use crate::diagnostics::{self, Doing, sentence};
use crate::ids;
use crate::session::{Reader, Session};
use crate::timeouts::ReadTimeouts;
use crate::traffic_manager_profile::{Profile, from_azure};

/// The data source `azuretm_traffic_manager_route`.
#[derive(Debug)]
pub(crate) struct TrafficManagerRouteSource;

impl DataSource for TrafficManagerRouteSource {
    const TYPE_NAME: &'static str = "azuretm_traffic_manager_route";
    type Model = Route;
    type Data = Azure;

    fn validate(&self, config: &Route, diagnostics: &mut Diagnostics) {
        ReadTimeouts::check(&config.timeouts, diagnostics);
        // An attribute that is not known yet counts as one that is not set.
        if let Err(wrong) = Question::new(config) {
            for wrong in &wrong {
                tell(wrong, diagnostics);
            }
        }
    }

    async fn read(
        &self,
        context: &Context<Azure>,
        request: ReadData<Self>,
        diagnostics: &mut Diagnostics,
    ) -> Option<Route> {
        let config = request.config;
        let given = config.profile_id.as_deref().unwrap_or_default();
        let id = ids::profile("profile_id", given, diagnostics)?;
        let question = match Question::new(&config) {
            Ok(question) => question,
            Err(wrong) => {
                for wrong in &wrong {
                    tell(wrong, diagnostics);
                }
                return None;
            }
        };
        let time = ReadTimeouts::time(&config.timeouts);
        let calls = Calls::new(context, API_VERSION, time);
        let (asked, nested) = match read_all(&context.provider().session, &calls, &id).await {
            Ok(read) => read,
            Err((id, error)) => {
                let what = format!("read the profile {:?}", id.name);
                let by_id = Doing::by_id("profile", what, Path::new("profile_id"), &id.resource_group_name);
                diagnostics::failed(&error, &Doing { timeout: Some(("read", time)), ..by_id }, diagnostics);
                return None;
            }
        };
        let ttl = asked.dns().map_or(Value::Null, |dns| dns.ttl.clone());
        let routed = Profiles::new(&asked, &nested).and_then(|profiles| profiles.route(&question));
        match routed {
            Ok(routed) => {
                if let Some((endpoint, profile)) = not_given(&routed) {
                    let detail = format!(
                        "The endpoint {endpoint:?} leads to the profile {profile}, which does not exist or cannot be read."
                    );
                    diagnostics.error(Path::new("profile_id"), "Nested profile not found", detail);
                    return None;
                }
                Some(Route { ttl, ..with_answer(config, &routed) })
            }
            Err(why) => {
                tell(&wrong_of(why), diagnostics);
                None
            }
        }
    }
}

fn wrong_of(why: NoAnswer) -> Wrong {
    match why {
        NoAnswer::Question(wrong) => wrong,
        NoAnswer::Profile(_, wrong) => Wrong::new(Path::new("profile_id"), wrong.what),
        NoAnswer::Unknown => {
            Wrong::new(Path::new("profile_id"), "Azure did not say everything that routing depends on")
        }
    }
}

fn tell(wrong: &Wrong, diagnostics: &mut Diagnostics) {
    diagnostics.error(wrong.path.clone(), "Cannot tell who answers", format!("{}.", sentence(&wrong.what)));
}

/// The profile, and those that are nested in it directly or through others. One that does not exist is left out.
async fn read_all(
    session: &Session,
    calls: &Calls,
    id: &ProfileId,
) -> Result<(Profile, Vec<(String, Profile)>), (ProfileId, ArmError)> {
    let asked = read(session, calls, id).await.map_err(|error| (id.clone(), error))?;
    let (mut seen, mut nested) = (HashSet::from([id.clone()]), Vec::new());
    let mut level = children(&asked);
    for _ in 1..limits::NESTED_LEVELS {
        let mut next = Vec::new();
        for child in level {
            if !seen.insert(child.clone()) {
                continue;
            }
            match read(session, calls, &child).await {
                Ok(profile) => {
                    next.extend(children(&profile));
                    nested.push((child.to_string(), profile));
                }
                Err(error) if error.is_absent() => {}
                Err(error) => return Err((child, error)),
            }
        }
        level = next;
    }
    Ok((asked, nested))
}

async fn read(session: &Session, calls: &Calls, id: &ProfileId) -> Result<Profile, ArmError> {
    let asked = Profile {
        name: Value::Known(id.name.clone()),
        endpoints: Value::Known(BTreeMap::new()),
        ..Profile::null()
    };
    let get = calls.newest(|| profiles::get(id));
    let read = session.read(id, Reader::DataSource, TYPED_RECORDS_API_VERSION, get).await?;
    Ok(from_azure(std::sync::Arc::unwrap_or_clone(read), &asked))
}

fn children(profile: &Profile) -> Vec<ProfileId> {
    let endpoints = profile.endpoints.known().into_iter().flatten();
    let targets = endpoints.filter_map(|(_, endpoint)| endpoint.known()?.target_resource_id.as_deref());
    targets.filter_map(|target| ProfileId::parse(target).ok()).collect()
}
