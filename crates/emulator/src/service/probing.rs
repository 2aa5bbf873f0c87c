//! Which endpoints are probed, and what the results of probes make of them. It sends nothing and knows no time.
//!
//! From Azure's "Traffic Manager endpoint monitoring": an endpoint is degraded after one failure in a row more than the
//! profile tolerates, and online with the first success.

use std::sync::Arc;

use traffic_manager::health::{Health, Probe};
use traffic_manager::id::EndpointKind;

use super::Service;
use super::model::{Endpoint, Header, Monitor, Profile};
use super::state::{ProfileKey, State};

/// Which endpoint a probe is for.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub(crate) struct ProbeKey {
    profile: Arc<ProfileKey>,
    kind: EndpointKind,
    /// In lower case.
    endpoint: String,
}

/// An endpoint that is probed, and all that its probes depend on.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct ProbedEndpoint {
    pub(crate) key: ProbeKey,
    pub(crate) target: String,
    /// Endpoints of one profile share it.
    pub(crate) monitor: Arc<Monitor>,
    /// Those of the endpoint alone.
    pub(crate) headers: Vec<Header>,
}

/// What one probe has found.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum ProbeResult {
    Success,
    Failure,
}

impl ProbeKey {
    /// The name of the profile, in lower case.
    pub(crate) fn profile_name(&self) -> &str {
        &self.profile.name
    }

    /// The name of the endpoint, in lower case.
    pub(crate) fn endpoint_name(&self) -> &str {
        &self.endpoint
    }
}

impl Service {
    /// The endpoints that are probed, of those whose target `is_reachable`.
    pub(crate) fn probed_endpoints(&self, is_reachable: impl Fn(&str) -> bool) -> Vec<ProbedEndpoint> {
        let mut found = Vec::new();
        for (key, profile) in self.state.all_profiles() {
            let (key, monitor) = (Arc::new(key), Arc::new(profile.monitor.clone()));
            for endpoint in &profile.endpoints {
                let target = probed_target(profile, endpoint).filter(|target| is_reachable(target));
                let Some(target) = target else { continue };
                let endpoint_name = endpoint.name.to_lowercase();
                found.push(ProbedEndpoint {
                    key: ProbeKey { profile: Arc::clone(&key), kind: endpoint.kind, endpoint: endpoint_name },
                    target: target.to_owned(),
                    monitor: Arc::clone(&monitor),
                    headers: endpoint.headers.clone(),
                });
            }
        }
        found
    }

    /// Counts the result of a probe, unless the endpoint is not probed in this way any more. What is known of the target
    /// now, if that changed.
    pub(crate) fn count_probe(&mut self, probed: &ProbedEndpoint, result: ProbeResult) -> Option<Probe> {
        let endpoint = endpoint_probed_so(&mut self.state, probed)?;
        let Health::Probed(before) = endpoint.health else { return None };
        let (now, failures) = judge(before, endpoint.failures, result, probed.monitor.tolerated);
        endpoint.failures = failures;
        if now == before {
            return None;
        }
        endpoint.health = Health::Probed(now);
        self.revision = self.revision.wrapping_add(1);
        Some(now)
    }
}

/// What is known after one more result, and how many probes in a row have failed by now.
fn judge(before: Probe, failures: u32, result: ProbeResult, tolerated: i64) -> (Probe, u32) {
    if result == ProbeResult::Success {
        return (Probe::Healthy, 0);
    }
    let failures = failures.saturating_add(1);
    let now = if i64::from(failures) > tolerated { Probe::Failing } else { before };
    (now, failures)
}

/// The target of an endpoint that is probed; `None` if it is not.
fn probed_target<'a>(profile: &Profile, endpoint: &'a Endpoint) -> Option<&'a str> {
    let is_probed = profile.status.is_enabled()
        && endpoint.status.is_enabled()
        && !endpoint.always_serve.is_enabled()
        && endpoint.kind != EndpointKind::Nested
        && !endpoint.is_health_held;
    endpoint.target.as_deref().filter(|_| is_probed)
}

/// The endpoint as it is kept, if its probes are still these.
fn endpoint_probed_so<'a>(state: &'a mut State, probed: &ProbedEndpoint) -> Option<&'a mut Endpoint> {
    let profile = state.profile_mut(&probed.key.profile)?;
    let place = profile.endpoints.iter().position(|it| it.is(probed.key.kind, &probed.key.endpoint))?;
    let endpoint = &profile.endpoints[place];
    let is_same = profile.monitor == *probed.monitor
        && endpoint.headers == probed.headers
        && probed_target(profile, endpoint) == Some(probed.target.as_str());
    is_same.then(|| &mut profile.endpoints[place])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What each of these results in a row makes of an endpoint: `+` is a success, `-` a failure.
    fn check(before: Probe, tolerated: i64, results: &str, expected: &[Probe]) {
        let mut state = (before, 0);
        let mut seen = Vec::new();
        for result in results.chars() {
            let result = if result == '+' { ProbeResult::Success } else { ProbeResult::Failure };
            state = judge(state.0, state.1, result, tolerated);
            seen.push(state.0);
        }
        assert_eq!(seen, expected, "{results} with {tolerated} tolerated after {before:?}");
    }

    #[test]
    fn one_failure_more_than_tolerated_degrades_and_the_first_success_restores() {
        use Probe::{Failing, Healthy, Undecided};
        check(Healthy, 0, "-+", &[Failing, Healthy]);
        check(Healthy, 2, "---+", &[Healthy, Healthy, Failing, Healthy]);
        check(Undecided, 1, "--", &[Undecided, Failing]);
        check(Undecided, 3, "+", &[Healthy]);
        // Only failures in a row count.
        check(Healthy, 1, "-+-+--", &[Healthy, Healthy, Healthy, Healthy, Healthy, Failing]);
        // Known from before, as after a restart.
        check(Failing, 3, "-+", &[Failing, Healthy]);
    }

    #[test]
    fn numbers_that_no_rule_allows_do_no_harm() {
        assert_eq!(
            judge(Probe::Healthy, u32::MAX, ProbeResult::Failure, i64::MAX),
            (Probe::Healthy, u32::MAX)
        );
        assert_eq!(judge(Probe::Healthy, 0, ProbeResult::Failure, -1), (Probe::Failing, 1));
    }
}
