//! What the configuration plans for the endpoints of one profile, as far as their plans have been made.

use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use tokio::sync::watch;
use traffic_manager::id::{EndpointKey, ProfileId};
use traffic_manager::rules::{NamedEndpoint, ProfileContext};

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
    /// The profiles that the profile nests in its own `endpoints`, if it has them: then it has no others.
    pub(crate) nested: Option<Vec<ProfileId>>,
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

    /// Notes which profiles the profile is to nest in its own `endpoints`.
    pub(crate) fn plan_nested(&self, nested: Vec<ProfileId>) {
        self.plans.send_modify(|plans| plans.nested = Some(nested));
    }

    /// What is planned so far.
    pub(crate) fn plans(&self) -> Plans {
        self.plans.borrow().clone()
    }

    /// Notes what is planned for an endpoint, and answers what was planned for all of them before.
    pub(crate) fn plan_endpoint(&self, key: &EndpointKey, planned: Option<NamedEndpoint>) -> (Plans, Watch) {
        let watch = Watch(self.plans.subscribe());
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
