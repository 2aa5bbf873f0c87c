//! How the write of an endpoint gets past the others of its profile. Most go by themselves, side by side. One that takes
//! what another endpoint has waits until that one has given it up; those that wait for each other, such as two that swap
//! their priorities, are written together, by one request for the whole profile.

use std::time::Duration;

use arm::ArmError;
use arm::model::{Endpoint as AzureEndpoint, Profile as AzureProfile};
use traffic_manager::id::EndpointKey;
use traffic_manager::rules::{self, Finding, Severity};

use super::calls::EndpointCalls;
use crate::endpoint::merge::{key, merge, without_computed};
use crate::endpoint::{context_of, named};
use crate::session::{EndpointWrite, Turn};
use crate::three_way::Three;

/// How long a write waits while nothing of the profile is written, before it counts as refused. What another endpoint gives
/// up in the same run is given up sooner, unless the run does one thing at a time.
const QUIET: Duration = Duration::from_secs(60);

/// What may be there before a write.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Expected {
    /// Nothing: the endpoint is to be created.
    Nothing,
    /// The endpoint.
    Endpoint,
    /// Either: an endpoint that is there is taken over.
    Either,
}

/// What a write has come to.
pub(super) enum Written {
    /// Azure has the endpoint as planned, and was told so or not.
    Done { answer: Box<AzureEndpoint>, is_sent: bool },
    /// It exists, and was expected not to.
    AlreadyThere,
    /// It does not exist, and was expected to.
    Gone,
    /// Another endpoint has what this one is to have. Nothing was sent.
    Blocked(Vec<Finding>),
}

/// Brings about what is planned for an endpoint.
pub(super) async fn write(
    calls: &EndpointCalls,
    expected: Expected,
    write: &EndpointWrite,
) -> Result<Written, ArmError> {
    let (own, profile, session) = (calls.key(), &calls.id.profile, &calls.session);
    let writers = session.writers(profile);
    let mut turn = writers.turn(&own);
    loop {
        turn.look();
        if let Some(answer) = turn.done() {
            return Ok(Written::Done { answer: Box::new(answer), is_sent: true });
        }
        let writing = session.write_endpoint(profile).await;
        let live = Live(calls.profile_now().await?);
        match (expected, live.find(&own)) {
            (Expected::Nothing, Some(_)) => return Ok(Written::AlreadyThere),
            (Expected::Endpoint, None) => return Ok(Written::Gone),
            _ => {}
        }
        let merged = numbered(calls, &live, &own, live.merged(&own, write));
        let blocked = live.beside(&own, &merged);
        if blocked.is_empty() {
            let written = send(calls, &live, merged).await;
            drop(writing);
            writers.written();
            return written;
        }
        drop(writing);
        if write_together(calls, &turn, write, &live, &blocked).await? {
            continue;
        }
        if !turn.changed_within(QUIET).await {
            return Ok(Written::Blocked(blocked.into_iter().map(|(_, finding)| finding).collect()));
        }
    }
}

async fn send(calls: &EndpointCalls, live: &Live, merged: AzureEndpoint) -> Result<Written, ArmError> {
    let (answer, is_sent) = match live.find(&calls.key()) {
        Some(found) if without_computed(found.clone()) == merged => (found.clone(), false),
        Some(_) => (calls.put(&merged).await?, true),
        None => (calls.create(&merged).await?, true),
    };
    Ok(Written::Done { answer: Box::new(answer), is_sent })
}

/// Waits behind the endpoints that have what this one is to have. If they all wait for this one in turn, writes them all by
/// one request, so that no endpoint is ever away; whether that was so is answered.
async fn write_together(
    calls: &EndpointCalls,
    turn: &Turn<'_>,
    write: &EndpointWrite,
    live: &Live,
    blocked: &[(EndpointKey, Finding)],
) -> Result<bool, ArmError> {
    let writers = calls.session.writers(&calls.id.profile);
    // A number that was chosen in this run was promised to nobody: it makes way.
    let makes_way = |(key, finding): &&(EndpointKey, Finding)| {
        finding.code == "priority-unique" && writers.has_chosen(key)
    };
    let (chosen, behind): (Vec<_>, Vec<_>) = blocked.iter().partition(makes_way);
    let behind = behind.into_iter().map(|(key, _)| key.clone()).collect();
    let Some(mut together) = turn.wait_behind(behind, write.clone()) else { return Ok(false) };
    together.extend(chosen.into_iter().filter_map(|(key, _)| live.renumbered(key)));

    let _writing = calls.session.write(&calls.id.profile).await;
    let mut profile = Live(calls.whole_profile().await?);
    for (key, write) in &together {
        let merged = numbered(calls, &profile, key, profile.merged(key, write));
        profile.replace(key, merged);
    }
    let written = Live(calls.put_profile(&profile.body()).await?);
    writers.finish(together.into_iter().filter_map(|(key, _)| {
        let found = written.find(&key)?.clone();
        Some((key, found))
    }));
    Ok(true)
}

/// The endpoint with a priority. One that has none is given the number after all that are used and planned.
fn numbered(
    calls: &EndpointCalls,
    live: &Live,
    own: &EndpointKey,
    mut endpoint: AzureEndpoint,
) -> AzureEndpoint {
    if let (None, Some(properties)) = (priority(&endpoint), &mut endpoint.properties) {
        let (session, profile) = (&calls.session, &calls.id.profile);
        let mut used = session.board(profile).priorities();
        used.extend(live.endpoints().filter_map(priority));
        properties.priority = session.writers(profile).choose(own, used);
    }
    endpoint
}

/// A profile as Azure has it at this moment.
struct Live(AzureProfile);

impl Live {
    fn endpoints(&self) -> impl Iterator<Item = &AzureEndpoint> {
        self.0.properties.iter().flat_map(|properties| properties.endpoints.iter().flatten())
    }

    fn find(&self, own: &EndpointKey) -> Option<&AzureEndpoint> {
        self.endpoints().find(|endpoint| key(endpoint).as_ref() == Some(own))
    }

    /// The endpoint as it will be.
    fn merged(&self, own: &EndpointKey, write: &EndpointWrite) -> AzureEndpoint {
        let EndpointWrite { prior, planned } = write;
        let planned = without_computed(planned.clone());
        let Some(found) = self.find(own) else { return planned };
        let prior = prior.clone().map(without_computed);
        let gives_up = prior.as_ref().and_then(priority).is_some() && priority(&planned).is_none();
        let mut merged = merge(&Three { live: without_computed(found.clone()), prior, planned });
        if gives_up && let Some(properties) = &mut merged.properties {
            properties.priority = None;
        }
        merged
    }

    /// The endpoints that have what this one is to have, and what is wrong with both.
    fn beside(&self, own: &EndpointKey, merged: &AzureEndpoint) -> Vec<(EndpointKey, Finding)> {
        let (profile, merged) = (context_of(&self.0), named(merged));
        let beside = |other: &AzureEndpoint| {
            let other_key = key(other).filter(|key| key != own)?;
            let found = rules::check_beside(&merged, &named(other), &profile, &rules::Path::root());
            let finding = found.into_iter().find(|finding| finding.severity == Severity::Error)?;
            Some((other_key, finding))
        };
        self.endpoints().filter_map(beside).collect()
    }

    /// What gives another endpoint the number after the highest.
    fn renumbered(&self, key: &EndpointKey) -> Option<(EndpointKey, EndpointWrite)> {
        let live = self.find(key)?.clone();
        let mut planned = live.clone();
        planned.properties.as_mut()?.priority = None;
        Some((key.clone(), EndpointWrite { prior: Some(live), planned }))
    }

    fn replace(&mut self, own: &EndpointKey, merged: AzureEndpoint) {
        let endpoints = self.0.properties.get_or_insert_default().endpoints.get_or_insert_default();
        match endpoints.iter_mut().find(|endpoint| key(endpoint).as_ref() == Some(own)) {
            Some(endpoint) => *endpoint = merged,
            None => endpoints.push(merged),
        }
    }

    /// The body of a PUT of the profile as it is here.
    fn body(&self) -> AzureProfile {
        let mut profile = self.0.clone();
        (profile.id, profile.name, profile.type_name) = (None, None, None);
        for endpoint in profile.properties.iter_mut().flat_map(|it| it.endpoints.iter_mut().flatten()) {
            *endpoint = without_computed(std::mem::take(endpoint));
        }
        profile
    }
}

fn priority(endpoint: &AzureEndpoint) -> Option<i64> {
    endpoint.properties.as_ref().and_then(|properties| properties.priority)
}
