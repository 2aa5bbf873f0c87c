//! What the provider knows of inline endpoints before they exist: ids, types, and priorities that nobody gave.

use std::collections::{BTreeMap, BTreeSet};

use tf_plugin::Value;
use traffic_manager::id::{EndpointKey, EndpointKind, ProfileId};
use traffic_manager::profile::{RoutingMethod, defaults, next_priority};

use super::model::{self, Profile};
use crate::endpoint::Endpoint;

type Endpoints = Value<BTreeMap<String, Value<Endpoint>>>;

/// Completes the planned endpoints. `id` is that of the profile, if it is known.
pub(super) fn complete(
    id: Option<&ProfileId>,
    prior: Option<&Profile>,
    config: &Profile,
    planned: &mut Profile,
) {
    let numbering = Numbering::of_plan(prior, planned);
    let none = Value::Null;
    let prior = prior.map_or(&none, |prior| &prior.endpoints);
    let (Some(config), Some(planned)) = (config.endpoints.known(), planned.endpoints.known_mut()) else {
        return;
    };
    for (key, planned) in planned.iter_mut() {
        let Some(planned) = planned.known_mut() else { continue };
        let Some(config) = config.get(key).and_then(Value::known) else { continue };
        complete_one(id, key, config, known(prior, key, planned), planned);
    }
    assign_priorities(config, prior, numbering, planned);
}

/// Whether endpoints that were managed elsewhere are from now on in the configuration.
pub(super) fn takes_over(prior: &Profile, planned: &Profile) -> bool {
    prior.endpoints.is_null() && !planned.endpoints.is_null()
}

/// The profiles that the endpoints nest, with the keys of these.
pub(super) fn nested(profile: &Profile) -> Vec<(&str, ProfileId)> {
    let endpoints = profile.endpoints.known().into_iter().flatten();
    let nested = endpoints.filter_map(|(key, value)| {
        let target = value.known()?.target_resource_id.as_deref()?;
        Some((key.as_str(), ProfileId::parse(target).ok()?))
    });
    nested.collect()
}

/// Whether a profile is to be nested that was not nested before.
pub(super) fn nests_another(prior: Option<&Profile>, planned: &Profile) -> bool {
    let before = prior.map(nested).unwrap_or_default();
    nested(planned).iter().any(|(_, child)| before.iter().all(|(_, other)| other != child))
}

/// The planned endpoints with the health that the state says.
pub(super) fn keep_statuses(prior: &Endpoints, planned: &mut Endpoints) {
    for (key, planned) in planned.known_mut().into_iter().flatten() {
        let prior = prior.known().and_then(|prior| prior.get(key)).and_then(Value::known);
        if let (Some(planned), Some(prior)) = (planned.known_mut(), prior) {
            planned.monitor_status = prior.monitor_status.clone();
        }
    }
}

/// The same endpoint in the state, whose key there may be in another letter case.
fn known<'a>(endpoints: &'a Endpoints, map_key: &str, planned: &Endpoint) -> Option<&'a Endpoint> {
    let endpoints = endpoints.known()?;
    let same = |key: EndpointKey| {
        let mut all = endpoints.iter();
        all.find(|(map_key, value)| model::is_key_of(map_key, value, &key))
            .and_then(|(_, value)| value.known())
    };
    endpoints.get(map_key).and_then(Value::known).or_else(|| planned.key(map_key).and_then(same))
}

fn complete_one(
    id: Option<&ProfileId>,
    map_key: &str,
    config: &Endpoint,
    prior: Option<&Endpoint>,
    planned: &mut Endpoint,
) {
    let key = planned.key(map_key);
    planned.r#type = key.as_ref().map_or_else(Value::unknown, |key| key.kind.type_name().into());
    planned.id = match (id, &key) {
        (Some(id), Some(key)) => Value::Known(id.endpoint(key.kind, key.name.as_str()).to_string()),
        _ => Value::unknown(),
    };
    let kind = planned.kind();
    planned.resolved_target = match kind {
        Some(EndpointKind::External) => planned.target.clone(),
        // What Azure found out about a resource stays as long as the endpoint leads to it.
        Some(_) => prior
            .filter(|prior| prior.target_resource_id == planned.target_resource_id)
            .map(|prior| prior.resolved_target.clone())
            .filter(|found| !found.is_null())
            .unwrap_or_else(Value::unknown),
        None => Value::unknown(),
    };
    complete_minimums(kind, config, planned);
    if let Some(prior) = prior
        && same_id(&planned.id, &prior.id)
    {
        planned.id = prior.id.clone();
        if planned.monitor_status.is_unknown() && is_renamed(map_key, prior, planned) {
            planned.monitor_status = prior.monitor_status.clone();
        }
    }
}

/// Whether the endpoint is as it was but for the letter case of its key. Its priority is assigned later.
fn is_renamed(map_key: &str, prior: &Endpoint, planned: &Endpoint) -> bool {
    let name = |id: &Value<String>| id.as_deref().and_then(|id| id.rsplit('/').next()).map(str::to_owned);
    let is_renamed = name(&prior.id).as_deref() != Some(EndpointKey::split(map_key).1);
    let same = Endpoint {
        monitor_status: prior.monitor_status.clone(),
        priority: prior.priority.clone(),
        ..planned.clone()
    };
    is_renamed && same == *prior
}

fn same_id(planned: &Value<String>, prior: &Value<String>) -> bool {
    matches!((planned.as_deref(), prior.as_deref()), (Some(planned), Some(prior))
        if traffic_manager::id::same(planned, prior))
}

/// Only nested endpoints have minimums.
fn complete_minimums(kind: Option<EndpointKind>, config: &Endpoint, planned: &mut Endpoint) {
    let minimum = |given: &Value<i64>, default: i64| match (given, kind) {
        (Value::Null, Some(EndpointKind::Nested)) => Value::Known(default),
        (Value::Null, Some(_)) => Value::Null,
        (Value::Null, None) => Value::unknown(),
        (given, _) => given.clone(),
    };
    planned.minimum_child_endpoints = minimum(&config.minimum_child_endpoints, defaults::MIN_CHILD_ENDPOINTS);
    planned.minimum_required_child_endpoints_ipv4 = minimum(&config.minimum_required_child_endpoints_ipv4, 0);
    planned.minimum_required_child_endpoints_ipv6 = minimum(&config.minimum_required_child_endpoints_ipv6, 0);
}

/// How endpoints get priorities that nobody gave.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Numbering {
    /// The plan says which.
    Planned,
    /// The apply decides: endpoints that Azure has keep theirs, and the plan does not know them.
    AtApply,
    /// They mean nothing for this routing method, so none is shown. Azure numbers the endpoints all the same.
    Hidden,
}

impl Numbering {
    fn of_plan(prior: Option<&Profile>, planned: &Profile) -> Self {
        let adopts = prior.is_none()
            && (planned.adopt_existing.is_unknown() || planned.adopt_existing.known() == Some(&true));
        match &planned.traffic_routing_method {
            Value::Known(method)
                if RoutingMethod::parse_ignoring_case(method) != Some(RoutingMethod::Priority) =>
            {
                Self::Hidden
            }
            Value::Known(_) if !adopts && !prior.is_some_and(|prior| takes_over(prior, planned)) => {
                Self::Planned
            }
            _ => Self::AtApply,
        }
    }
}

/// Gives a priority to each endpoint for which nobody has. One that was assigned before stays, unless the
/// configuration has given it to another endpoint by now.
///
/// While a priority of the configuration is not known, none can be assigned: it might be the same.
fn assign_priorities(
    config: &BTreeMap<String, Value<Endpoint>>,
    prior: &Endpoints,
    numbering: Numbering,
    planned: &mut BTreeMap<String, Value<Endpoint>>,
) {
    let priorities = || config.values().map(|endpoint| endpoint.known().map(|each| &each.priority));
    let all_known = priorities().all(|priority| priority.is_some_and(|priority| !priority.is_unknown()));
    let mut used: BTreeSet<i64> = priorities().flatten().filter_map(|each| each.known().copied()).collect();
    let mut open = Vec::new();
    for (key, endpoint) in planned.iter_mut() {
        let given = config.get(key).and_then(Value::known).is_none_or(|each| !each.priority.is_null());
        let Some(endpoint) = endpoint.known_mut().filter(|_| !given) else { continue };
        let own = known(prior, key, endpoint).and_then(|prior| prior.priority.known().copied());
        match own {
            _ if !all_known => endpoint.priority = Value::unknown(),
            Some(own) if used.insert(own) => endpoint.priority = Value::Known(own),
            _ => open.push(endpoint),
        }
    }
    for endpoint in open {
        endpoint.priority = match numbering {
            Numbering::Planned => next_priority(&used).into(),
            Numbering::AtApply => Value::unknown(),
            Numbering::Hidden => Value::Null,
        };
        used.extend(endpoint.priority.known());
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use tf_plugin::Value;
    use tf_plugin::object::Object as _;

    use super::{Endpoint, Endpoints, Numbering, assign_priorities};

    fn endpoints(each: &[(&str, Value<i64>)]) -> BTreeMap<String, Value<Endpoint>> {
        let endpoint = |priority: &Value<i64>| Endpoint { priority: priority.clone(), ..Endpoint::null() };
        each.iter().map(|(key, priority)| ((*key).to_owned(), Value::Known(endpoint(priority)))).collect()
    }

    #[track_caller]
    fn check(config: &[(&str, Value<i64>)], prior: &[(&str, Value<i64>)], expect: &[(&str, Value<i64>)]) {
        let config = endpoints(config);
        let prior: Endpoints = Value::Known(endpoints(prior));
        let mut planned = config.clone();
        assign_priorities(&config, &prior, Numbering::Planned, &mut planned);
        assert_eq!(planned, endpoints(expect));
    }

    const NONE: Value<i64> = Value::Null;

    fn given(priority: i64) -> Value<i64> {
        Value::Known(priority)
    }

    #[test]
    fn priorities_that_nobody_gave_follow_the_highest() {
        check(
            &[("a", NONE), ("b", given(7)), ("c", NONE)],
            &[],
            &[("a", given(8)), ("b", given(7)), ("c", given(9))],
        );
        check(&[("a", NONE), ("b", NONE)], &[], &[("a", given(1)), ("b", given(2))]);
    }

    #[test]
    fn an_assigned_priority_stays() {
        check(
            &[("a", NONE), ("b", NONE), ("c", NONE)],
            &[("b", given(1)), ("c", given(2))],
            &[("a", given(3)), ("b", given(1)), ("c", given(2))],
        );
    }

    #[test]
    fn an_assigned_priority_makes_way_for_a_given_one() {
        check(
            &[("a", NONE), ("b", given(1))],
            &[("a", given(1)), ("b", given(2))],
            &[("a", given(2)), ("b", given(1))],
        );
    }

    #[test]
    fn nothing_is_assigned_beside_a_priority_that_is_not_known() {
        check(
            &[("a", NONE), ("b", Value::unknown())],
            &[("a", given(1))],
            &[("a", Value::unknown()), ("b", Value::unknown())],
        );
    }

    #[test]
    fn after_the_last_number_the_lowest_free_one_is_assigned() {
        check(
            &[("a", given(1000)), ("b", NONE), ("c", given(1))],
            &[],
            &[("a", given(1000)), ("b", given(2)), ("c", given(1))],
        );
    }
}
