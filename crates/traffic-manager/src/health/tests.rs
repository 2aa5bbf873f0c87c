//! The tables of Azure's monitoring pages, row by row.

use super::EndpointMonitorStatus::{
    CheckingEndpoint, Degraded, Disabled, Inactive, Online, Stopped, Unmonitored,
};
use super::*;

const ON: Status = Status::Enabled;
const OFF: Status = Status::Disabled;

#[test]
fn an_endpoint_has_the_status_of_azures_table() {
    for (profile, endpoint, always_serve, probe, status) in [
        (OFF, ON, OFF, Probe::Healthy, Inactive),
        (OFF, ON, ON, Probe::Healthy, Inactive),
        (OFF, OFF, OFF, Probe::Healthy, Disabled),
        (ON, OFF, OFF, Probe::Healthy, Disabled),
        (ON, OFF, ON, Probe::Failing, Disabled),
        (ON, ON, ON, Probe::Failing, Unmonitored),
        (ON, ON, OFF, Probe::Healthy, Online),
        (ON, ON, OFF, Probe::Failing, Degraded),
        (ON, ON, OFF, Probe::Undecided, CheckingEndpoint),
    ] {
        let found = endpoint_status(profile, endpoint, always_serve, probe);
        assert_eq!(found, status, "{profile} {endpoint} {always_serve} {probe:?}");
    }
}

#[test]
fn a_stopped_target_shows_only_when_nothing_is_switched_off() {
    assert_eq!(stopped_status(ON, ON), Stopped);
    assert_eq!(stopped_status(OFF, ON), Inactive);
    assert_eq!(stopped_status(ON, OFF), Disabled);
}

#[test]
fn the_first_status_that_applies_is_the_profiles() {
    for (endpoints, status) in [
        (vec![], ProfileMonitorStatus::Inactive),
        (vec![Disabled, Stopped], ProfileMonitorStatus::Inactive),
        (vec![Disabled, CheckingEndpoint], ProfileMonitorStatus::CheckingEndpoints),
        (vec![CheckingEndpoint, Online], ProfileMonitorStatus::Online),
        (vec![CheckingEndpoint, Unmonitored], ProfileMonitorStatus::Online),
        (vec![Online, CheckingEndpoint, Degraded], ProfileMonitorStatus::Degraded),
    ] {
        assert_eq!(profile_status(ON, endpoints.iter().copied()), status, "{endpoints:?}");
        assert_eq!(profile_status(OFF, endpoints), ProfileMonitorStatus::Disabled);
    }
}

#[test]
fn a_nested_endpoint_takes_its_childs_state() {
    use Family::{V4, V6};
    let v4_online = (Online, Some(V4));
    let v6_online = (Online, Some(V6));
    let v6_checking = (CheckingEndpoint, Some(V6));
    let name_degraded = (Degraded, None);
    for (endpoints, minimums, status) in [
        (vec![v4_online], (1, 0, 0), Online),
        (vec![(Unmonitored, None)], (1, 0, 0), Online),
        (vec![v4_online, name_degraded], (1, 0, 0), Online),
        (vec![v4_online, name_degraded], (2, 0, 0), Degraded),
        (vec![v4_online, v6_checking], (2, 0, 0), CheckingEndpoint),
        (vec![v4_online, v6_checking], (1, 1, 1), CheckingEndpoint),
        (vec![v4_online, v6_online], (2, 1, 1), Online),
        (vec![v4_online, v4_online], (2, 1, 1), Degraded),
    ] {
        let minimums = ChildMinimums { any: minimums.0, v4: minimums.1, v6: minimums.2 };
        let child = Child {
            status: profile_status(ON, endpoints.iter().map(|(status, _)| *status)),
            endpoints: &endpoints,
        };
        assert_eq!(nested_status(ON, ON, child, minimums), status, "{endpoints:?} {minimums:?}");
        assert_eq!(nested_status(ON, OFF, child, minimums), Disabled);
        assert_eq!(nested_status(OFF, ON, child, minimums), Inactive);
    }
}

#[test]
fn a_nested_endpoint_onto_a_child_that_serves_nothing_is_stopped() {
    for status in [ProfileMonitorStatus::Disabled, ProfileMonitorStatus::Inactive] {
        let child = Child { status, endpoints: &[] };
        assert_eq!(nested_status(ON, ON, child, ChildMinimums::default()), Stopped);
    }
}

#[test]
fn a_status_reads_back_in_azures_spelling_only() {
    for status in EndpointMonitorStatus::ALL {
        assert_eq!(EndpointMonitorStatus::parse(status.as_str()), Some(*status));
    }
    for status in ProfileMonitorStatus::ALL {
        assert_eq!(ProfileMonitorStatus::parse(status.as_str()), Some(*status));
    }
    assert_eq!(EndpointMonitorStatus::parse("online"), None);
    assert_eq!(EndpointMonitorStatus::parse_ignoring_case("online"), Some(Online));
}
