//! Profiles that nest profiles: whether they lead back to where they began, or too deep, and how many endpoints of a nested
//! one can be online. Planned endpoints count, and those in Azure that no plan of this run changes.

use std::collections::HashSet;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use arm::model::Profile as AzureProfile;
use arm::profiles;
use tf_plugin::{Diagnostics, Path};
use traffic_manager::id::{EndpointKind, ProfileId};
use traffic_manager::profile::limits;
use traffic_manager::rules::{Endpoint, child_minimums};

use crate::calls::Calls;
use crate::endpoint::merge::key;
use crate::endpoint::named;
use crate::session::{PATIENCE, Plans, QUIET, Reader, Session};

/// How long a write that waits for others lets pass between two looks at Azure.
const PAUSE: Duration = Duration::from_secs(2);

/// How long a warning lets pass without a plan that could make it a false one. It is looked for in every plan, and a false one does
/// less harm than a plan that takes long.
const QUIET_FOR_WARNING: Duration = Duration::from_secs(2);

/// What is wrong with the profiles that one nests, directly or through others.
#[derive(Debug, Eq, PartialEq)]
pub(crate) struct Wrong {
    problem: Problem,
    /// The way of it, from the child on.
    pub(crate) way: Vec<ProfileId>,
    /// The first profile on the way whose nested endpoint is in Azure, and not planned in this run so far: it may be removed
    /// in this run.
    only_in_azure: Option<ProfileId>,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Problem {
    /// The way ends where it began.
    Loop,
    /// The way has more levels than Azure takes.
    TooDeep,
}

/// A profile that another one nests.
struct Child {
    id: ProfileId,
    /// Whether the endpoint that nests it is planned in this run.
    is_planned: bool,
}

/// What decides which profiles one nests.
#[derive(Clone, Copy)]
enum Source<'a> {
    /// What is planned in this run, and for the rest what Azure has, if it can be asked.
    Plans(Option<&'a Calls>),
    /// What Azure has at this moment, beside what is planned for the profile where the way begins.
    Azure(&'a Calls),
}

/// What is wrong below a profile that is planned, if it concerns who asks. A nested endpoint that is only in Azure may be
/// removed by another plan of the run, and that is waited for.
pub(crate) async fn wrong_in_plan(
    session: &Session,
    from: &ProfileId,
    calls: &Calls,
    concerns: impl Fn(&Wrong) -> bool,
) -> Option<Wrong> {
    let mut has_waited = false;
    loop {
        let wrong = wrong_below(session, from, Some(calls)).await.filter(&concerns)?;
        let removable = wrong.only_in_azure.as_ref().filter(|_| !has_waited);
        let Some(removable) = removable else { return Some(wrong) };
        let mut watch = session.board(removable).watch();
        has_waited = calls.wait_for(watch.more_within(QUIET)).await != Some(true);
    }
}

/// Waits until nothing is wrong with the nesting below a profile in Azure, which other writes of the run may bring about. After some
/// time, Azure has the last word.
pub(crate) async fn wait_until_sound(session: &Session, from: &ProfileId, calls: &Calls) {
    let looks = async {
        while Box::pin(find_wrong(session, from, Source::Azure(calls))).await.is_some() {
            tokio::time::sleep(PAUSE).await;
        }
    };
    // A write whose time is over says so itself.
    let _ = calls.wait_for(tokio::time::timeout(PATIENCE, looks)).await;
}

/// Looks for what is wrong with the nesting below a profile. With `calls`, profiles that are only in Azure are read, as far
/// as they can be.
pub(crate) async fn wrong_below(session: &Session, from: &ProfileId, calls: Option<&Calls>) -> Option<Wrong> {
    find_wrong(session, from, Source::Plans(calls)).await
}

async fn find_wrong(session: &Session, from: &ProfileId, source: Source<'_>) -> Option<Wrong> {
    let mut seen = HashSet::new();
    let mut ways = vec![(vec![from.clone()], None)];
    while let Some((way, only_in_azure)) = ways.pop() {
        let last = way.last()?;
        for child in children(session, from, last, source).await {
            let only_in_azure = only_in_azure.clone().or_else(|| (!child.is_planned).then(|| last.clone()));
            let problem = match way.len() {
                _ if child.id == *from => Some(Problem::Loop),
                levels if levels >= limits::NESTED_LEVELS => Some(Problem::TooDeep),
                _ => None,
            };
            let mut way = way.clone();
            way.push(child.id.clone());
            if let Some(problem) = problem {
                return Some(Wrong { problem, way: way.split_off(1), only_in_azure });
            }
            if seen.insert((child.id, way.len())) {
                ways.push((way, only_in_azure));
            }
        }
    }
    None
}

/// The profiles that one nests.
async fn children(session: &Session, from: &ProfileId, of: &ProfileId, source: Source<'_>) -> Vec<Child> {
    let child = |target: &str, is_planned| Some(Child { id: ProfileId::parse(target).ok()?, is_planned });
    let (plans, calls) = match source {
        Source::Plans(calls) => (session.board(of).plans(), calls),
        Source::Azure(calls) if of == from => (session.board(of).plans(), Some(calls)),
        Source::Azure(calls) => (Plans::default(), Some(calls)),
    };
    let planned = plans.endpoints.values().flatten();
    let planned = planned.map(|planned| &planned.endpoint).chain(plans.inline.iter().flatten());
    let planned = planned.filter_map(|endpoint| endpoint.target_resource_id.known());
    let mut children: Vec<Child> = planned.filter_map(|target| child(target, true)).collect();
    // Where all endpoints are planned, nothing in Azure counts.
    let is_new = plans.profile.as_ref().is_some_and(|(_, is_new)| *is_new);
    let Some(calls) = calls.filter(|_| plans.inline.is_none() && !is_new) else { return children };
    let Some(live) = live(session, of, Reader::Nesting(from.clone()), calls).await else { return children };
    for endpoint in live.endpoints() {
        let is_open = key(endpoint)
            .is_some_and(|key| key.kind == EndpointKind::Nested && !plans.endpoints.contains_key(&key));
        let target = endpoint.properties.as_ref().and_then(|it| it.target_resource_id.as_deref());
        children.extend(target.filter(|_| is_open).and_then(|target| child(target, false)));
    }
    children
}

/// A profile as Azure has it.
async fn live(session: &Session, of: &ProfileId, reader: Reader, calls: &Calls) -> Option<Arc<AzureProfile>> {
    let get = calls.send(profiles::get(of));
    session.read(of, reader, calls.version(), get).await.ok()
}

/// How many endpoints of a profile can be online.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
struct Reach {
    all: i64,
    /// Those that can have an IPv4 address. A DNS name can have addresses of both families.
    ipv4: i64,
    /// Those that can have an IPv6 address.
    ipv6: i64,
}

impl Reach {
    /// The most that a profile which one nests can reach, by what is planned so far and by what Azure has. `None` if it is
    /// not known, or if it has no endpoint yet.
    fn from_plans(plans: &Plans, live: Option<&AzureProfile>) -> Option<Self> {
        let in_azure = || {
            let live =
                live?.endpoints().filter(|it| key(it).is_none_or(|key| !plans.endpoints.contains_key(&key)));
            let planned = plans.endpoints.values().flatten().map(|planned| planned.endpoint.clone());
            Some(planned.chain(live.map(|endpoint| named(endpoint).endpoint)).collect())
        };
        let endpoints: Vec<Endpoint> = plans.inline.clone().or_else(in_azure)?;
        let mut reach = Self::default();
        for endpoint in endpoints.iter().filter(|endpoint| endpoint.enabled.known() != Some(&false)) {
            let address = endpoint.target.known().and_then(|target| target.parse::<IpAddr>().ok());
            reach.all += 1;
            reach.ipv4 += i64::from(address.is_none_or(|address| address.is_ipv4()));
            reach.ipv6 += i64::from(address.is_none_or(|address| address.is_ipv6()));
        }
        (!endpoints.is_empty()).then_some(reach)
    }

    /// The minimums of an endpoint that are beyond this.
    fn missing(self, endpoint: &Endpoint) -> Vec<Missing> {
        let kinds = ["", " with an IPv4 address", " with an IPv6 address"];
        let reached = child_minimums(endpoint).into_iter().zip([self.all, self.ipv4, self.ipv6]).zip(kinds);
        let missing = reached.filter_map(|(((attribute, minimum), can), kind)| {
            let wanted = *minimum.known().filter(|wanted| **wanted > can)?;
            Some(Missing { attribute, wanted, can, kind })
        });
        missing.collect()
    }
}

/// A minimum that cannot be reached.
#[derive(Debug)]
struct Missing {
    attribute: &'static str,
    wanted: i64,
    can: i64,
    kind: &'static str,
}

impl Missing {
    /// Tells it, of an endpoint at this path.
    fn warn(&self, at: &Path, child: &ProfileId, diagnostics: &mut Diagnostics) {
        let Self { attribute, wanted, can, kind } = self;
        diagnostics.warning(
            at.attribute(attribute),
            "Minimum of child endpoints cannot be reached",
            format!(
                "{attribute} is {wanted}, but only {can} of the endpoints of the profile {:?}{kind} can be online. Disabled \
                 endpoints do not count. Traffic Manager treats the nested profile as Degraded until the minimum is \
                 reached. Lower it, or add or enable endpoints in the nested profile.",
                child.name
            ),
        );
    }
}

/// Warns of minimums of an endpoint that the profile which it nests cannot reach. One that others give
/// more endpoints in the same run is waited for.
pub(crate) async fn warn_of_minimums(
    session: &Session,
    (from, child): (&ProfileId, &ProfileId),
    endpoint: &Endpoint,
    calls: &Calls,
    diagnostics: &mut Diagnostics,
) {
    let mut watch = session.board(child).watch();
    let plans = watch.plans();
    let is_new = plans.profile.as_ref().is_some_and(|(_, is_new)| *is_new);
    let live = if plans.inline.is_some() || is_new {
        None
    } else {
        live(session, child, Reader::Minimums(from.clone()), calls).await
    };
    loop {
        let plans = watch.plans();
        let Some(reach) = Reach::from_plans(&plans, live.as_deref()) else { return };
        let missing = reach.missing(endpoint);
        let is_settled = missing.is_empty() || plans.inline.is_some();
        if !is_settled && calls.wait_for(watch.more_within(QUIET_FOR_WARNING)).await == Some(true) {
            continue;
        }
        for missing in missing {
            missing.warn(&Path::root(), child, diagnostics);
        }
        return;
    }
}

/// The same for an endpoint at this path that is planned with its profile, if the profile that it nests is planned with
/// its endpoints in this run. No other one is looked at.
pub(crate) fn warn_of_planned_minimums(
    session: &Session,
    child: &ProfileId,
    endpoint: &Endpoint,
    at: &Path,
    diagnostics: &mut Diagnostics,
) {
    let plans = session.board(child).plans();
    let reach = plans.inline.is_some().then(|| Reach::from_plans(&plans, None)).flatten();
    for missing in reach.map(|reach| reach.missing(endpoint)).unwrap_or_default() {
        missing.warn(at, child, diagnostics);
    }
}

/// Adds what is wrong, with the way of it.
pub(crate) fn refuse(path: Path, from: &ProfileId, wrong: &Wrong, diagnostics: &mut Diagnostics) {
    let names = |way: &[ProfileId]| {
        let names = std::iter::once(from).chain(way).map(|profile| profile.name.as_str());
        names.collect::<Vec<_>>().join(" -> ")
    };
    match wrong.problem {
        Problem::Loop => diagnostics.error(
            path,
            "Profiles nest each other",
            format!(
                "The nested endpoints of these profiles lead back to where they began: {}. Azure refuses such a loop, \
                 because no query would ever reach an endpoint. Remove one of these nested endpoints.",
                names(&wrong.way)
            ),
        ),
        Problem::TooDeep => diagnostics.error(
            path,
            "Profiles nested too deep",
            format!(
                "These profiles are nested in {} levels: {}. Azure takes {} at most. Remove a level, for example by nesting \
                 the innermost profile in one further out.",
                wrong.way.len() + 1,
                names(&wrong.way),
                limits::NESTED_LEVELS
            ),
        ),
    }
}

#[cfg(test)]
mod tests {
    use traffic_manager::config_value::ConfigValue;

    use super::*;

    fn id(name: &str) -> ProfileId {
        ProfileId::new("s", "g", name)
    }

    async fn nests(session: &Session, parent: &str, children: &[&str]) -> Option<Wrong> {
        let nested = |name: &&str| Endpoint {
            target_resource_id: ConfigValue::Known(id(name).to_string()),
            ..Endpoint::default()
        };
        session.board(&id(parent)).plan_inline(children.iter().map(nested).collect());
        wrong_below(session, &id(parent), None).await
    }

    #[tokio::test]
    async fn a_loop_of_planned_profiles_is_found_with_its_way() {
        let session = Session::default();
        let way = |names: &[&str]| {
            let way = names.iter().map(|name| id(name)).collect();
            Some(Wrong { problem: Problem::Loop, way, only_in_azure: None })
        };
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
        let wrong = nests(&session, "0", &["1"]).await.unwrap();
        assert_eq!((wrong.problem, wrong.way.len()), (Problem::TooDeep, 10), "eleven levels");
    }
}
