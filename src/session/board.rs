//! What the configuration plans for the endpoints of one profile, as far as their plans have been made.

use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use tokio::sync::watch;
use traffic_manager::id::EndpointKey;
use traffic_manager::rules::{Endpoint, NamedEndpoint, ProfileContext};

/// How long a plan waits for the plans of others, where one of them may change what it looks at. Plans of one run come side by
/// side, and much sooner.
pub(crate) const QUIET: Duration = Duration::from_secs(10);

/// The plans for one profile and its endpoints, and who waits for more of them.
#[derive(Debug, Default)]
pub(crate) struct Board {
    plans: watch::Sender<Plans>,
}

/// What is planned so far.
#[derive(Clone, Debug, Default)]
pub(crate) struct Plans {
    /// The profile, if it is planned in this run, and whether it is to be created.
    pub(crate) profile: Option<(ProfileContext, bool)>,
    /// The endpoints by key; `None` for one that is to be gone.
    pub(crate) endpoints: HashMap<EndpointKey, Option<NamedEndpoint>>,
    /// What the profile has in its own `endpoints`, if they are set: then it has no others.
    pub(crate) inline: Option<Vec<Endpoint>>,
}

/// Looks at the plans, and waits for more.
#[derive(Debug)]
pub(crate) struct Watch(watch::Receiver<Plans>);

impl Board {
    /// The priorities that are planned and known.
    pub(crate) fn priorities(&self) -> BTreeSet<i64> {
        let plans = self.plans.borrow();
        let planned = plans.endpoints.values().flatten();
        planned.filter_map(|planned| planned.endpoint.priority.known().copied()).collect()
    }

    /// Notes what is planned for the profile.
    pub(crate) fn plan_profile(&self, profile: ProfileContext, is_new: bool) {
        self.plans.send_modify(|plans| plans.profile = Some((profile, is_new)));
    }

    /// Notes what the profile is to have in its own `endpoints`.
    pub(crate) fn plan_inline(&self, endpoints: Vec<Endpoint>) {
        self.plans.send_modify(|plans| plans.inline = Some(endpoints));
    }

    /// What is planned so far.
    pub(crate) fn plans(&self) -> Plans {
        self.plans.borrow().clone()
    }

    /// Looks at what is planned from now on.
    pub(crate) fn watch(&self) -> Watch {
        Watch(self.plans.subscribe())
    }

    /// Notes what is planned for an endpoint, and answers what was planned for all of them before.
    pub(crate) fn plan_endpoint(&self, key: &EndpointKey, planned: Option<NamedEndpoint>) -> (Plans, Watch) {
        let watch = self.watch();
        let mut before = Plans::default();
        self.plans.send_modify(|plans| {
            before = plans.clone();
            plans.endpoints.insert(key.clone(), planned);
        });
        (before, watch)
    }
}

impl Watch {
    /// What is planned by now.
    pub(crate) fn plans(&mut self) -> Plans {
        self.0.borrow_and_update().clone()
    }

    /// Waits until more is planned than was last looked at. `false` if nothing was for this time.
    pub(crate) async fn more_within(&mut self, quiet: Duration) -> bool {
        matches!(tokio::time::timeout(quiet, self.0.changed()).await, Ok(Ok(())))
    }
}
