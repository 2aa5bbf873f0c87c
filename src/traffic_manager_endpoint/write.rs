//! How the write of an endpoint gets past the others of its profile. Most go by themselves, side by side. One that takes
//! what another endpoint has waits until that one has given it up; those that wait for each other, such as two that swap
//! their priorities, are written together, by one request for the whole profile.

use std::collections::HashSet;

use arm::model::{Endpoint as AzureEndpoint, Profile as AzureProfile};
use arm::{ArmError, endpoints};
use traffic_manager::id::EndpointKey;
use traffic_manager::rules::{self, Finding, Severity};

use super::calls::EndpointCalls;
use crate::endpoint::merge::{find, key, merge, without_computed};
use crate::endpoint::{context_of, named};
use crate::session::{EndpointWrite, Expected, Outcome, PATIENCE, Together, Turn, Writers};
use crate::three_way::Three;

/// What a write has come to.
pub(super) enum Written {
    /// Azure has the endpoint as planned, and was told so or not.
    Done { answer: Box<AzureEndpoint>, is_sent: bool },
    /// It exists, and was expected not to.
    AlreadyThere,
    /// It does not exist, and was expected to.
    Gone,
    /// Other endpoints have what this one is to have. Nothing was sent.
    Blocked {
        /// What is wrong with both.
        findings: Vec<Finding>,
        /// Whether one of the others was to be changed or deleted in this run, and was not.
        other_failed: bool,
    },
}

/// Brings about what is planned for an endpoint. Those that wait for it are told if that fails.
pub(super) async fn write(calls: &EndpointCalls, write: &EndpointWrite) -> Result<Written, ArmError> {
    let writers = calls.session.writers(&calls.id.profile);
    let written = in_turn(calls, &writers, write).await;
    if !matches!(written, Ok(Written::Done { .. })) {
        writers.failed(&calls.key());
    }
    written
}

async fn in_turn(
    calls: &EndpointCalls,
    writers: &Writers,
    write: &EndpointWrite,
) -> Result<Written, ArmError> {
    let (own, profile, session) = (calls.key(), &calls.id.profile, &calls.session);
    let mut turn = writers.turn(&own);
    // Whether another has sent this write, and Azure did not say what became of it.
    let mut is_in_doubt = false;
    let mut goes_alone = !calls.batches;
    loop {
        match turn.look().await {
            Some(Outcome::Done(answer)) => return Ok(Written::Done { answer, is_sent: true }),
            Some(Outcome::Unknown) => is_in_doubt = true,
            Some(Outcome::NotSent) => goes_alone = true,
            None => {}
        }
        if !goes_alone {
            turn.offer(write.clone());
            let writing = session.write(profile).await;
            if let Some(batch) = turn.take_offered() {
                write_together(calls, batch).await?;
                drop(writing);
                writers.written();
            }
            continue;
        }
        let writing = session.write_endpoint(profile).await;
        let live = Live(calls.profile_now().await?);
        if let Some(written) = live.without_a_write(&own, write, is_in_doubt) {
            return Ok(written);
        }
        let merged = numbered(calls, &live, &own, live.merged(&own, write));
        let blocked = live.beside(&own, &merged);
        if blocked.is_empty() {
            let written = send(calls, &live, merged).await;
            drop(writing);
            if written.is_ok() {
                writers.written();
            }
            return written;
        }
        drop(writing);
        if let Some(together) = wait_behind(writers, &turn, write, &blocked) {
            let _writing = session.write(profile).await;
            if write_together(calls, together).await? {
                continue;
            }
        }
        let other_failed = blocked.iter().any(|(key, _)| writers.has_failed(key));
        if other_failed || calls.calls.wait_for(turn.changed_within(PATIENCE)).await != Some(true) {
            let findings = blocked.into_iter().flat_map(|(_, findings)| findings).collect();
            return Ok(Written::Blocked { findings, other_failed });
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

/// Waits behind the endpoints that have what this one is to have. If they all wait for this one in turn, answers them all.
fn wait_behind<'a>(
    writers: &Writers,
    turn: &Turn<'a>,
    write: &EndpointWrite,
    blocked: &[(EndpointKey, Vec<Finding>)],
) -> Option<Together<'a>> {
    let behind = blocked.iter().filter(|it| !makes_way(writers, it)).map(|(key, _)| key.clone());
    turn.wait_behind(behind.collect(), write.clone())
}

/// Whether the other endpoint has nothing but a number that was chosen in this run: it was promised to nobody.
fn makes_way(writers: &Writers, (key, findings): &(EndpointKey, Vec<Finding>)) -> bool {
    findings.iter().all(|finding| finding.code == "priority-unique") && writers.has_chosen(key)
}

/// Writes endpoints by one request, so that none is ever away. Those that are not what they are expected to be, or that others
/// stand in the way of, are left out and go by themselves; of a circle nothing is sent then. `false` if nothing was sent.
async fn write_together(calls: &EndpointCalls, together: Together<'_>) -> Result<bool, ArmError> {
    let before = match calls.whole_profile().await {
        Ok(profile) => Live(profile),
        Err(error) => {
            together.give_up();
            return Err(error);
        }
    };
    let (profile, sent) = before.with_all(calls, &together);
    let is_enough = if together.is_circle { sent.len() == together.writes.len() } else { sent.len() > 1 };
    let body = profile.body();
    if !is_enough || body == before.body() {
        together.give_up();
        return Ok(false);
    }
    match calls.put_profile(&body).await {
        Ok(written) => {
            let written = Live(written);
            together.done(|key| match written.find(key) {
                _ if !sent.contains(key) => Outcome::NotSent,
                Some(found) => Outcome::Done(Box::new(found.clone())),
                None => Outcome::Unknown,
            });
            Ok(true)
        }
        // Each goes by itself, so that Azure says of the right one why.
        Err(error) if !together.is_circle && !error.call().in_doubt => {
            together.give_up();
            Ok(false)
        }
        Err(error) => Err(error),
    }
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
        used.extend(live.0.endpoints().filter_map(priority));
        properties.priority = session.writers(profile).choose(own, used);
    }
    endpoint
}

/// A profile as Azure has it at this moment.
#[derive(Clone)]
struct Live(AzureProfile);

impl Live {
    fn find(&self, own: &EndpointKey) -> Option<&AzureEndpoint> {
        find(&self.0, own)
    }

    /// What a write has come to that is not sent: the endpoint is not what it is expected to be, or has been written already by a
    /// request in doubt.
    fn without_a_write(
        &self,
        own: &EndpointKey,
        write: &EndpointWrite,
        is_in_doubt: bool,
    ) -> Option<Written> {
        match (write.expected, self.find(own)) {
            (Expected::Nothing, Some(found))
                if is_in_doubt && endpoints::is_as_sent(&write.planned, found) =>
            {
                Some(Written::Done { answer: Box::new(found.clone()), is_sent: true })
            }
            (Expected::Nothing, Some(_)) => Some(Written::AlreadyThere),
            (Expected::Endpoint, None) => Some(Written::Gone),
            _ => None,
        }
    }

    /// The endpoint as it will be.
    fn merged(&self, own: &EndpointKey, write: &EndpointWrite) -> AzureEndpoint {
        let EndpointWrite { prior, planned, .. } = write;
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
    fn beside(&self, own: &EndpointKey, merged: &AzureEndpoint) -> Vec<(EndpointKey, Vec<Finding>)> {
        let (profile, merged) = (context_of(&self.0), named(merged));
        let beside = |other: &AzureEndpoint| {
            let other_key = key(other).filter(|key| key != own)?;
            let mut found = rules::check_beside(&merged, &named(other), &profile, &rules::Path::root());
            found.retain(|finding| finding.severity == Severity::Error);
            (!found.is_empty()).then_some((other_key, found))
        };
        self.0.endpoints().filter_map(beside).collect()
    }

    /// Whether there is what may be there.
    fn is_expected(&self, key: &EndpointKey, expected: Expected) -> bool {
        match expected {
            Expected::Nothing => self.find(key).is_none(),
            Expected::Endpoint => self.find(key).is_some(),
            Expected::Either => true,
        }
    }

    /// The profile with all of these that can be sent, and which they are.
    fn with_all(&self, calls: &EndpointCalls, together: &Together<'_>) -> (Self, HashSet<EndpointKey>) {
        let writers = calls.session.writers(&calls.id.profile);
        let expected = together.writes.iter().filter(|(key, write)| self.is_expected(key, write.expected));
        let mut sent: HashSet<EndpointKey> = expected.map(|(key, _)| key.clone()).collect();
        loop {
            let mut profile = self.clone();
            for (key, write) in together.writes.iter().filter(|(key, _)| sent.contains(key)) {
                let merged = numbered(calls, &profile, key, profile.merged(key, write));
                profile.replace(key, merged);
            }
            profile.make_way(calls, &writers, &sent);
            let count = sent.len();
            sent.retain(|key| profile.find(key).is_some_and(|own| profile.beside(key, own).is_empty()));
            if sent.len() == count {
                return (profile, sent);
            }
        }
    }

    /// Gives new numbers to endpoints whose number was chosen in this run and is now that of one of these.
    fn make_way(&mut self, calls: &EndpointCalls, writers: &Writers, sent: &HashSet<EndpointKey>) {
        let each = sent.iter().filter_map(|key| Some((key, self.find(key)?)));
        let blocked: Vec<_> = each.flat_map(|(key, merged)| self.beside(key, merged)).collect();
        for (key, _) in blocked.into_iter().filter(|it| makes_way(writers, it)) {
            let Some(found) = self.find(&key) else { continue };
            let mut moved = without_computed(found.clone());
            if let Some(properties) = &mut moved.properties {
                properties.priority = None;
            }
            let moved = numbered(calls, self, &key, moved);
            self.replace(&key, moved);
        }
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
