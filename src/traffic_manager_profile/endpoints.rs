//! What the provider knows of inline endpoints before they exist: ids, types, and priorities that nobody gave.

use std::collections::{BTreeMap, BTreeSet};

use tf_plugin::Value;
use traffic_manager::id::{EndpointKind, ProfileId};
use traffic_manager::profile::{defaults, limits};

use super::elsewhere::Elsewhere;
use super::model::{Endpoint, endpoint_name};

type Endpoints = Value<BTreeMap<String, Value<Endpoint>>>;

/// What there is before the change.
pub(super) struct Before<'a> {
    /// The endpoints of the state.
    pub(super) prior: &'a Endpoints,
    /// Those that were managed elsewhere.
    pub(super) elsewhere: Elsewhere,
}

/// Completes the planned endpoints. `id` is that of the profile, if it is known.
pub(super) fn complete(
    id: Option<&ProfileId>,
    config: &Endpoints,
    before: &Before<'_>,
    planned: &mut Endpoints,
) {
    let (Some(config), Some(planned)) = (config.known(), planned.known_mut()) else { return };
    for (key, planned) in planned.iter_mut() {
        let Some(planned) = planned.known_mut() else { continue };
        let Some(config) = config.get(key).and_then(Value::known) else { continue };
        complete_one(id, key, config, known(before.prior, key), planned);
    }
    assign_priorities(config, before, planned);
}

fn known<'a>(endpoints: &'a Endpoints, key: &str) -> Option<&'a Endpoint> {
    endpoints.known().and_then(|endpoints| endpoints.get(key)).and_then(Value::known)
}

fn complete_one(
    id: Option<&ProfileId>,
    key: &str,
    config: &Endpoint,
    prior: Option<&Endpoint>,
    planned: &mut Endpoint,
) {
    let kind = planned.kind();
    planned.r#type = kind.map_or_else(Value::unknown, |kind| kind.type_name().into());
    planned.id = match (id, kind) {
        (Some(id), Some(kind)) => Value::Known(id.endpoint(kind, endpoint_name(key)).to_string()),
        _ => Value::unknown(),
    };
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
    }
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

/// Gives a priority to each endpoint for which nobody has. One that was assigned before stays, unless the
/// configuration has given it to another endpoint by now. Those of endpoints that are still managed elsewhere are
/// not free.
///
/// While a priority of the configuration is not known, none can be assigned: it might be the same.
fn assign_priorities(
    config: &BTreeMap<String, Value<Endpoint>>,
    before: &Before<'_>,
    planned: &mut BTreeMap<String, Value<Endpoint>>,
) {
    let priorities = || config.values().map(|endpoint| endpoint.known().map(|each| &each.priority));
    let all_known = priorities().all(|priority| priority.is_some_and(|priority| !priority.is_unknown()));
    let mut used: BTreeSet<i64> = priorities().flatten().filter_map(|each| each.known().copied()).collect();
    let mut open = Vec::new();
    for (key, endpoint) in planned.iter_mut() {
        let given = config.get(key).and_then(Value::known).is_none_or(|each| !each.priority.is_null());
        let Some(endpoint) = endpoint.known_mut().filter(|_| !given) else { continue };
        let own = known(before.prior, key).and_then(|prior| prior.priority.known().copied());
        match own.or_else(|| before.elsewhere.priority(key)) {
            _ if !all_known => endpoint.priority = Value::unknown(),
            Some(own) if used.insert(own) => endpoint.priority = Value::Known(own),
            _ => open.push(endpoint),
        }
    }
    used.extend(before.elsewhere.others(config));
    for endpoint in open {
        endpoint.priority = next_priority(&used).into();
        used.extend(endpoint.priority.known());
    }
}

/// The number after the highest, as Azure itself would give; or the lowest that is free.
pub(super) fn next_priority(used: &BTreeSet<i64>) -> Option<i64> {
    let next = used.last().map_or(*limits::PRIORITY.start(), |highest| highest + 1);
    if limits::PRIORITY.contains(&next) {
        return Some(next);
    }
    limits::PRIORITY.into_iter().find(|number| !used.contains(number))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use tf_plugin::Value;
    use tf_plugin::object::Object as _;

    use super::super::model::Endpoint;
    use super::{Before, Elsewhere, Endpoints, assign_priorities};

    fn endpoints(each: &[(&str, Value<i64>)]) -> BTreeMap<String, Value<Endpoint>> {
        let endpoint = |priority: &Value<i64>| Endpoint { priority: priority.clone(), ..Endpoint::null() };
        each.iter().map(|(key, priority)| ((*key).to_owned(), Value::Known(endpoint(priority)))).collect()
    }

    #[track_caller]
    fn check(config: &[(&str, Value<i64>)], prior: &[(&str, Value<i64>)], expect: &[(&str, Value<i64>)]) {
        let config = endpoints(config);
        let prior: Endpoints = Value::Known(endpoints(prior));
        let mut planned = config.clone();
        let before = Before { prior: &prior, elsewhere: Elsewhere::default() };
        assign_priorities(&config, &before, &mut planned);
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
