//! Profiles that nest profiles: whether they lead back to where they began, or too deep. Planned endpoints count, and those
//! in Azure that no plan of this run changes.

use std::collections::HashSet;

use arm::profiles;
use tf_plugin::{Diagnostics, Path};
use traffic_manager::id::{EndpointKind, ProfileId};
use traffic_manager::profile::limits;

use crate::calls::Calls;
use crate::endpoint::merge::key;
use crate::session::{Reader, Session};

/// What is wrong with the profiles that one nests, directly or through others: the way from its child on.
#[derive(Debug, Eq, PartialEq)]
pub(crate) enum Wrong {
    /// The way ends where it began.
    Loop(Vec<ProfileId>),
    /// The way has more levels than Azure takes.
    TooDeep(Vec<ProfileId>),
}

/// Looks for what is wrong with the nesting below a profile. With `calls`, profiles that are only in Azure are read, as far
/// as they can be.
pub(crate) async fn wrong_below(session: &Session, from: &ProfileId, calls: Option<&Calls>) -> Option<Wrong> {
    let mut seen = HashSet::new();
    let mut ways = vec![vec![from.clone()]];
    while let Some(way) = ways.pop() {
        let last = way.last()?;
        for child in children(session, from, last, calls).await {
            let mut way = way.clone();
            way.push(child.clone());
            if child == *from {
                return Some(Wrong::Loop(way.split_off(1)));
            }
            if way.len() > limits::NESTED_LEVELS {
                return Some(Wrong::TooDeep(way.split_off(1)));
            }
            if seen.insert((child, way.len())) {
                ways.push(way);
            }
        }
    }
    None
}

/// The profiles that one nests.
async fn children(
    session: &Session,
    from: &ProfileId,
    of: &ProfileId,
    calls: Option<&Calls>,
) -> Vec<ProfileId> {
    let plans = session.board(of).plans();
    let planned = plans.endpoints.values().flatten();
    let planned = planned.filter_map(|planned| planned.endpoint.target_resource_id.known());
    let planned = planned.filter_map(|target| ProfileId::parse(target).ok());
    let mut children: Vec<ProfileId> = planned.chain(plans.nested.iter().flatten().cloned()).collect();
    // Where all endpoints are planned, nothing in Azure counts.
    let is_new = plans.profile.as_ref().is_some_and(|(_, is_new)| *is_new);
    let Some(calls) = calls.filter(|_| plans.nested.is_none() && !is_new) else { return children };
    let get = calls.send(profiles::get(of));
    let Ok(live) = session.read(of, Reader::Nesting(from.clone()), calls.version(), get).await else {
        return children;
    };
    for endpoint in live.endpoints() {
        let is_open = key(endpoint)
            .is_some_and(|key| key.kind == EndpointKind::Nested && !plans.endpoints.contains_key(&key));
        let target = endpoint.properties.as_ref().and_then(|it| it.target_resource_id.as_deref());
        children.extend(target.filter(|_| is_open).and_then(|target| ProfileId::parse(target).ok()));
    }
    children
}

/// Adds what is wrong, with the way of it.
pub(crate) fn refuse(path: Path, from: &ProfileId, wrong: &Wrong, diagnostics: &mut Diagnostics) {
    let names = |way: &[ProfileId]| {
        let names = std::iter::once(from).chain(way).map(|profile| profile.name.as_str());
        names.collect::<Vec<_>>().join(" -> ")
    };
    match wrong {
        Wrong::Loop(way) => diagnostics.error(
            path,
            "Profiles nest each other",
            format!(
                "The nested endpoints of these profiles lead back to where they began: {}. Azure refuses such a loop, \
                 because no query would ever reach an endpoint. Remove one of these nested endpoints.",
                names(way)
            ),
        ),
        Wrong::TooDeep(way) => diagnostics.error(
            path,
            "Profiles nested too deep",
            format!(
                "These profiles are nested in {} levels: {}. Azure takes {} at most. Remove a level, for example by nesting \
                 the innermost profile in one further out.",
                way.len() + 1,
                names(way),
                limits::NESTED_LEVELS
            ),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(name: &str) -> ProfileId {
        ProfileId::new("s", "g", name)
    }

    async fn nests(session: &Session, parent: &str, children: &[&str]) -> Option<Wrong> {
        session.board(&id(parent)).plan_nested(children.iter().map(|name| id(name)).collect());
        wrong_below(session, &id(parent), None).await
    }

    #[tokio::test]
    async fn a_loop_of_planned_profiles_is_found_with_its_way() {
        let session = Session::default();
        let way = |names: &[&str]| Some(Wrong::Loop(names.iter().map(|name| id(name)).collect()));
        assert_eq!(nests(&session, "a", &["b", "x"]).await, None);
        assert_eq!(nests(&session, "b", &["c"]).await, None);
        assert_eq!(nests(&session, "c", &["A"]).await, way(&["a", "b", "c"]));
        assert_eq!(nests(&session, "a", &[]).await, None, "the plan made anew gives it up");
        assert_eq!(nests(&session, "d", &["D"]).await, way(&["d"]), "a profile in itself");
    }

    #[tokio::test]
    async fn ten_levels_are_not_too_deep() {
        let session = Session::default();
        for level in (2..=9).rev() {
            assert_eq!(nests(&session, &level.to_string(), &[&(level + 1).to_string()]).await, None);
        }
        assert_eq!(nests(&session, "1", &["2"]).await, None);
        let Some(Wrong::TooDeep(way)) = nests(&session, "0", &["1"]).await else { panic!("eleven levels") };
        assert_eq!(way.len(), 10);
    }
}
