//! Profiles restricted to one type of records.

use std::net::IpAddr;

use super::finding::{Breach, Path, Rule, Severity};
use super::{Endpoint, Profile, source};
use crate::profile::RecordType;

pub(super) const RULES: &[Rule] = &[Rule {
    code: "record-type-target",
    summary: "Target does not fit the record type",
    severity: Severity::Error,
    why: "A profile with a record type answers with records of that type only: A with IPv4 addresses, AAAA with \
          IPv6 addresses, CNAME with DNS names.",
    source: source::API,
    look: record_type_target,
}];

fn record_type_target(profile: &Profile) -> Vec<Breach> {
    let Some(records) = profile.records() else { return Vec::new() };
    let of_one = |(name, endpoint): (&str, &Endpoint)| {
        let target = endpoint.target.known().filter(|target| !target.trim().is_empty())?;
        let fits = match (records, endpoint.address()) {
            (RecordType::A, Some(IpAddr::V4(_)))
            | (RecordType::Aaaa, Some(IpAddr::V6(_)))
            | (RecordType::Cname, None) => true,
            (RecordType::A | RecordType::Aaaa | RecordType::Cname, _) => false,
        };
        let wanted = match records {
            RecordType::A => "an IPv4 address",
            RecordType::Aaaa => "an IPv6 address",
            RecordType::Cname => "a DNS name",
        };
        (!fits).then(|| {
            Breach::new(
                Path::endpoint(name).then("target"),
                format!("the record type is {records}, and the target {target:?} is not {wanted}"),
                format!("Give {wanted}, or leave out record_type."),
            )
        })
    };
    profile.known_endpoints().filter_map(of_one).collect()
}
