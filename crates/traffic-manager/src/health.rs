//! The monitor status of endpoints and profiles, derived from settings and probe results.
//!
//! The functions follow Azure's "Traffic Manager endpoint monitoring" (the tables of endpoint and profile
//! status) and "Nested Traffic Manager profiles". Nothing here probes.

use crate::azure_enum::azure_enum;
use crate::profile::Status;

azure_enum! {
    /// What the service reports of an endpoint.
    EndpointMonitorStatus {
        /// The probes answer as expected.
        Online => "Online",
        /// The probes fail.
        Degraded => "Degraded",
        /// No result of a probe yet; served meanwhile.
        CheckingEndpoint => "CheckingEndpoint",
        /// Always Serve is on: not probed, always served.
        Unmonitored => "Unmonitored",
        /// The endpoint is switched off.
        Disabled => "Disabled",
        /// The endpoint is on, its profile is switched off.
        Inactive => "Inactive",
        /// The target is switched off: a stopped web app, or a child profile that serves nothing.
        Stopped => "Stopped",
    }
}

azure_enum! {
    /// What the service reports of a profile.
    ProfileMonitorStatus {
        /// At least one endpoint is degraded.
        Degraded => "Degraded",
        /// At least one endpoint is online, and none is degraded.
        Online => "Online",
        /// No endpoint is online or degraded, and at least one is being checked.
        CheckingEndpoints => "CheckingEndpoints",
        /// The profile is switched off.
        Disabled => "Disabled",
        /// There is no endpoint, or all are disabled or stopped.
        Inactive => "Inactive",
    }
}

impl EndpointMonitorStatus {
    /// Whether the endpoint takes part in answers as long as any such endpoint exists.
    pub const fn is_eligible(self) -> bool {
        matches!(self, Self::Online | Self::CheckingEndpoint | Self::Unmonitored)
    }
}

/// What the probes of an endpoint have found so far.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Probe {
    /// Too few results to decide.
    Undecided,
    /// The last probe succeeded.
    Healthy,
    /// More probes in a row failed than the profile tolerates.
    Failing,
}

/// What is known of an endpoint's target.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Health {
    /// The result of probing.
    Probed(Probe),
    /// Azure says that the target is switched off, such as a stopped web app.
    Stopped,
}

impl Health {
    const ALL: [Self; 4] = [
        Self::Probed(Probe::Healthy),
        Self::Probed(Probe::Failing),
        Self::Probed(Probe::Undecided),
        Self::Stopped,
    ];

    /// Reads the status that an enabled endpoint with this health has, in any letter case: `Online`, `Degraded`,
    /// `CheckingEndpoint` or `Stopped`.
    pub fn parse_ignoring_case(text: &str) -> Option<Self> {
        let status = EndpointMonitorStatus::parse_ignoring_case(text)?;
        Self::ALL.into_iter().find(|health| health.status() == status)
    }

    /// The status of an enabled endpoint with this health.
    pub const fn status(self) -> EndpointMonitorStatus {
        match self {
            Self::Probed(Probe::Healthy) => EndpointMonitorStatus::Online,
            Self::Probed(Probe::Failing) => EndpointMonitorStatus::Degraded,
            Self::Probed(Probe::Undecided) => EndpointMonitorStatus::CheckingEndpoint,
            Self::Stopped => EndpointMonitorStatus::Stopped,
        }
    }
}

impl Default for Health {
    /// Nothing was found yet.
    fn default() -> Self {
        Self::Probed(Probe::Undecided)
    }
}

/// The address family of an endpoint whose target is an address.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Family {
    /// IPv4.
    V4,
    /// IPv6.
    V6,
}

/// A child profile, as its parent sees it.
#[derive(Clone, Copy, Debug)]
pub struct Child<'a> {
    /// The child's own status.
    pub status: ProfileMonitorStatus,
    /// The child's endpoints: status, and the family where the target is an address.
    pub endpoints: &'a [(EndpointMonitorStatus, Option<Family>)],
}

/// How many of a child's endpoints have to be online for the nested endpoint to be online.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct ChildMinimums {
    /// Of all endpoints; `minChildEndpoints`, at least 1.
    pub any: u32,
    /// Of those with an IPv4 address; `minChildEndpointsIPv4`.
    pub v4: u32,
    /// Of those with an IPv6 address; `minChildEndpointsIPv6`.
    pub v6: u32,
}

impl Default for ChildMinimums {
    /// The service's defaults, seen in its recorded answers: 1, 0, 0.
    fn default() -> Self {
        Self { any: 1, v4: 0, v6: 0 }
    }
}

/// The status of an endpoint that is probed (or exempt from it through Always Serve).
pub fn endpoint_status(
    profile: Status,
    endpoint: Status,
    always_serve: Status,
    probe: Probe,
) -> EndpointMonitorStatus {
    if let Some(status) = switched_off(profile, endpoint) {
        return status;
    }
    if always_serve.is_enabled() {
        return EndpointMonitorStatus::Unmonitored;
    }
    Health::Probed(probe).status()
}

/// The status of an endpoint whose target Azure reports as stopped, such as a stopped web app.
pub fn stopped_status(profile: Status, endpoint: Status) -> EndpointMonitorStatus {
    switched_off(profile, endpoint).unwrap_or(EndpointMonitorStatus::Stopped)
}

/// The status of a nested endpoint. The parent does not probe: it takes the child's state.
pub fn nested_status(
    profile: Status,
    endpoint: Status,
    child: Child<'_>,
    minimums: ChildMinimums,
) -> EndpointMonitorStatus {
    if let Some(status) = switched_off(profile, endpoint) {
        return status;
    }
    if matches!(child.status, ProfileMonitorStatus::Disabled | ProfileMonitorStatus::Inactive) {
        return EndpointMonitorStatus::Stopped;
    }
    let verdicts = [(minimums.any, None), (minimums.v4, Some(Family::V4)), (minimums.v6, Some(Family::V6))]
        .map(|(minimum, family)| against_minimum(child.endpoints, family, minimum));
    let worst = [EndpointMonitorStatus::Degraded, EndpointMonitorStatus::CheckingEndpoint];
    worst.into_iter().find(|status| verdicts.contains(status)).unwrap_or(EndpointMonitorStatus::Online)
}

/// The status of a profile from the statuses of its endpoints.
///
/// Azure does not say where `Unmonitored` counts. It is served like an online endpoint, so it counts as one.
pub fn profile_status(
    profile: Status,
    endpoints: impl IntoIterator<Item = EndpointMonitorStatus>,
) -> ProfileMonitorStatus {
    if !profile.is_enabled() {
        return ProfileMonitorStatus::Disabled;
    }
    // The first that applies wins, so the strongest status is the smallest in this order.
    endpoints
        .into_iter()
        .filter_map(|status| match status {
            EndpointMonitorStatus::Degraded => Some(ProfileMonitorStatus::Degraded),
            EndpointMonitorStatus::Online | EndpointMonitorStatus::Unmonitored => {
                Some(ProfileMonitorStatus::Online)
            }
            EndpointMonitorStatus::CheckingEndpoint => Some(ProfileMonitorStatus::CheckingEndpoints),
            EndpointMonitorStatus::Disabled
            | EndpointMonitorStatus::Inactive
            | EndpointMonitorStatus::Stopped => None,
        })
        .min()
        .unwrap_or(ProfileMonitorStatus::Inactive)
}

/// The status that settings alone decide. A disabled endpoint says so whatever its profile is.
fn switched_off(profile: Status, endpoint: Status) -> Option<EndpointMonitorStatus> {
    match (profile, endpoint) {
        (_, Status::Disabled) => Some(EndpointMonitorStatus::Disabled),
        (Status::Disabled, Status::Enabled) => Some(EndpointMonitorStatus::Inactive),
        (Status::Enabled, Status::Enabled) => None,
    }
}

/// What one minimum makes of the child's endpoints of one family (`None`: of all).
fn against_minimum(
    endpoints: &[(EndpointMonitorStatus, Option<Family>)],
    family: Option<Family>,
    minimum: u32,
) -> EndpointMonitorStatus {
    let minimum = usize::try_from(minimum).unwrap_or(usize::MAX);
    let counted = || endpoints.iter().filter(|(_, own)| family.is_none() || *own == family);
    let serving = |status: EndpointMonitorStatus| {
        matches!(status, EndpointMonitorStatus::Online | EndpointMonitorStatus::Unmonitored)
    };
    let online = counted().filter(|(status, _)| serving(*status)).count();
    let checking = counted().filter(|(status, _)| *status == EndpointMonitorStatus::CheckingEndpoint).count();
    if online >= minimum {
        EndpointMonitorStatus::Online
    } else if online + checking >= minimum {
        EndpointMonitorStatus::CheckingEndpoint
    } else {
        EndpointMonitorStatus::Degraded
    }
}

#[cfg(test)]
mod tests;
