//! Profiles limited to one record type.

use std::net::IpAddr;

use super::finding::{Breach, Path, Quoted, Rule, Severity};
use super::{Endpoint, Profile, source};
use crate::profile::RecordType;

pub(super) const RULES: &[Rule] = &[Rule {
    code: "record-type-target",
    summary: "Target does not fit the record type",
    severity: Severity::Error,
    why: "A profile with a record type returns only records of that type: A records for IPv4 addresses, AAAA records \
          for IPv6 addresses, CNAME records for DNS names.",
    source: source::API,
    look: record_type_target,
}];

fn record_type_target(profile: &Profile) -> Vec<Breach> {
    let Some(records) = profile.records() else { return Vec::new() };
    let of_one = |(name, endpoint): (&str, &Endpoint)| {
        endpoint.target.known().filter(|target| !target.trim().is_empty())?;
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
                format!(
                    "the record type is {records}, and the target of the endpoint {} is not {wanted}",
                    Quoted(name)
                ),
                format!("Use {wanted} as the target, or remove record_type."),
            )
        })
    };
    profile.known_endpoints().filter_map(of_one).collect()
}
