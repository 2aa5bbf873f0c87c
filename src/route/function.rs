//! The function `route`: who answers a query, by the profiles of a configuration.

use std::collections::BTreeMap;

use tf_plugin::cty::{Type, Value as AnyValue};
use tf_plugin::function::{FunctionError, Parameter, Signature};
use tf_plugin::object::{Object as _, decode};
use tf_plugin::value::Attribute as _;
use tf_plugin::{Function, Path, Value};

use super::answer::{lacks_target, not_given, with_answer};
use super::model::{ANSWER, QUESTION, Question, Route, Wrong};
use super::profiles::{NoAnswer, Profiles};
use super::typed::typed;
use crate::traffic_manager_profile::Profile;

/// The attribute of a question with the profiles that can be nested.
const NESTED: &str = "nested_profiles";

/// Attributes that an endpoint has as a resource of its own, and that routing does not look at.
const OF_RESOURCES: &[&str] =
    &["name", "profile_id", "custom_header", "adopt_existing", "wait_for_online", "timeouts"];

/// The function `route`.
pub(crate) struct RouteFunction;

impl Function for RouteFunction {
    const NAME: &'static str = "route";

    fn signature(&self) -> Signature {
        let parameter = |name: &str, description: &str| Parameter {
            name: name.to_owned(),
            of: Type::Dynamic,
            description: description.to_owned(),
            nullable: false,
            takes_unknown: true,
        };
        Signature {
            summary: "Tells who answers a DNS query".to_owned(),
            description: DESCRIPTION.to_owned(),
            parameters: vec![parameter("profile", PROFILE), parameter("query", QUERY)],
            variadic: None,
            result: part_of_route(ANSWER),
        }
    }

    fn call(&self, arguments: Vec<AnyValue>) -> Result<AnyValue, FunctionError> {
        let [profile, query] = <[AnyValue; 2]>::try_from(arguments)
            .map_err(|_| FunctionError::new("the function takes a profile and a query"))?;
        match answered(profile, query) {
            Ok(answer) => Ok(answer),
            Err(NoAnswer::Unknown) => Ok(AnyValue::unknown()),
            Err(NoAnswer::Profile(0, wrong)) => Err(FunctionError::argument(0, text(&wrong))),
            Err(NoAnswer::Profile(position, wrong)) => {
                let text = format!("{NESTED}, profile {position}: {}", text(&wrong));
                Err(FunctionError::argument(1, text))
            }
            Err(NoAnswer::Question(wrong)) => Err(FunctionError::argument(1, text(&wrong))),
        }
    }
}

const DESCRIPTION: &str = "\
Returns which endpoints of a Traffic Manager profile answer a DNS query, with their probabilities, the DNS response and the \
reasons. It works on the configuration, before anything is deployed: in a plan, in `terraform console`, in `check` blocks and \
in `terraform test`.

The result has the attributes `record_type`, `answers`, `ttl`, `endpoints` and `reasons`, as the data source \
`azuretm_traffic_manager_route` has them.";

const PROFILE: &str = "\
A profile: a resource or data source `azuretm_traffic_manager_profile`, or an object with the same attributes. Endpoints that \
are resources of their own are added with `merge(profile, { endpoints = { name = endpoint } })`.";

const QUERY: &str = "\
An object with the query, all of whose attributes are optional: `query_type`, `source`, `geographic_code`, `region`, \
`latencies` and `health`, as the data source `azuretm_traffic_manager_route` has them, and `nested_profiles`, the profiles \
that can be nested, as a list, or as a map by ID.";

fn answered(profile: AnyValue, query: AnyValue) -> Result<AnyValue, NoAnswer> {
    let (profile, query) = (bare(profile), bare(query));
    if profile.is_unknown() || query.is_unknown() {
        return Err(NoAnswer::Unknown);
    }
    let of_query = |wrong: Wrong| NoAnswer::Question(wrong);
    let mut query = members(query).map_err(of_query)?;
    let nested = query.remove(NESTED).unwrap_or(AnyValue::Null);
    let query = typed(AnyValue::Map(query), &part_of_route(QUESTION), &Path::root()).map_err(of_query)?;
    if !query.is_wholly_known() {
        return Err(NoAnswer::Unknown);
    }
    let asked: Route = read(query).map_err(of_query)?;
    let question = Question::new(&asked).map_err(|mut wrong| NoAnswer::Question(wrong.swap_remove(0)))?;
    let is_pending = !profile.is_wholly_known();
    let profile = read_profile(profile).map_err(|wrong| NoAnswer::Profile(0, wrong))?;
    let ttl = profile.dns().map_or(Value::Null, |dns| dns.ttl.clone());
    let routed = Profiles::new(&profile, &nested_profiles(nested)?)?.route(&question)?;
    if let Some((endpoint, id)) = not_given(&routed) {
        let what =
            format!("the endpoint {endpoint:?} leads to the profile {id:?}: add that profile to {NESTED}");
        return Err(NoAnswer::Question(Wrong::new(Path::new(NESTED), what)));
    }
    let mut answer = Route { ttl, ..with_answer(asked, &routed) };
    if is_pending && lacks_target(&routed) {
        answer.record_type = Value::unknown();
        answer.answers = Value::unknown();
    }
    let AnyValue::Map(mut members) = answer.encode() else { return Err(NoAnswer::Unknown) };
    members.retain(|name, _| ANSWER.contains(&name.as_str()));
    Ok(AnyValue::Map(members))
}

/// The profiles of a list, or of a map by ID.
fn nested_profiles(value: AnyValue) -> Result<Vec<(String, Profile)>, NoAnswer> {
    let given: Vec<(Option<String>, AnyValue)> = match bare(value) {
        AnyValue::Null => Vec::new(),
        AnyValue::Unknown(_) => return Err(NoAnswer::Unknown),
        AnyValue::List(profiles) | AnyValue::Set(profiles) => {
            profiles.into_iter().map(|profile| (None, profile)).collect()
        }
        AnyValue::Map(profiles) => profiles.into_iter().map(|(id, profile)| (Some(id), profile)).collect(),
        _ => return Err(NoAnswer::Question(Wrong::new(Path::new(NESTED), "must be a list or a map by ID"))),
    };
    let read = |(position, (id, profile)): (usize, (Option<String>, AnyValue))| {
        let wrong = |wrong: Wrong| NoAnswer::Profile(position + 1, wrong);
        let profile = bare(profile);
        if profile.is_unknown() {
            return Err(NoAnswer::Unknown);
        }
        let profile = read_profile(profile).map_err(wrong)?;
        match id.map_or_else(|| profile.id.clone(), Value::Known) {
            Value::Known(id) => Ok((id, profile)),
            Value::Unknown(_) => Err(NoAnswer::Unknown),
            Value::Null => {
                let what = format!("has no id: make {NESTED} a map by ID");
                Err(wrong(Wrong::new(Path::root(), what)))
            }
        }
    };
    given.into_iter().enumerate().map(read).collect()
}

fn read_profile(value: AnyValue) -> Result<Profile, Wrong> {
    let mut profile = members(value)?;
    if let Some(AnyValue::Map(endpoints)) = profile.remove("endpoints").map(bare) {
        let endpoints = endpoints.into_iter().map(|(key, endpoint)| (key, as_element(endpoint)));
        profile.insert("endpoints".to_owned(), AnyValue::Map(endpoints.collect()));
    }
    // Routing does not look at the probes, and an author need not write them.
    profile.remove("monitor_config");
    read(typed(AnyValue::Map(profile), &Profile::block().object_type(), &Path::root())?)
}

/// An endpoint that is a resource of its own, as an element of a profile.
fn as_element(endpoint: AnyValue) -> AnyValue {
    let mut members = match bare(endpoint) {
        AnyValue::Map(members) => members,
        other => return other,
    };
    if members.contains_key("profile_id") {
        members.retain(|name, _| !OF_RESOURCES.contains(&name.as_str()));
    }
    if let Some(subnets) = members.remove("subnet") {
        members.insert("subnets".to_owned(), subnets);
    }
    AnyValue::Map(members)
}

fn members(value: AnyValue) -> Result<BTreeMap<String, AnyValue>, Wrong> {
    match bare(value) {
        AnyValue::Map(members) => Ok(members),
        _ => Err(Wrong::new(Path::root(), "must be an object")),
    }
}

/// A value without the type that it carries.
fn bare(value: AnyValue) -> AnyValue {
    match value {
        AnyValue::Dynamic(typed) => bare(typed.1),
        other => other,
    }
}

fn read<T: tf_plugin::object::Object>(value: AnyValue) -> Result<T, Wrong> {
    decode(value).map_err(|errors| {
        let first = errors.into_iter().next();
        first.map_or_else(
            || Wrong::new(Path::root(), "cannot be read"),
            |error| Wrong::new(error.path.clone(), error.what.clone()),
        )
    })
}

/// The type of some attributes of the data source.
fn part_of_route(names: &[&str]) -> Type {
    match Route::block().object_type() {
        Type::Object(attributes) => {
            Type::Object(attributes.into_iter().filter(|(name, _)| names.contains(&name.as_str())).collect())
        }
        other => other,
    }
}

fn text(wrong: &Wrong) -> String {
    let path = wrong.path.to_string();
    if path.is_empty() { wrong.what.clone() } else { format!("{path}: {}", wrong.what) }
}
