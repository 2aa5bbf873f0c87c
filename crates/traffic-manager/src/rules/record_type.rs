//! Profiles limited to one record type.

use std::net::IpAddr;

use super::finding::{Breach, Severity};
use super::rule::{Check, Rule};
use super::source;
use super::subject::PlacedEndpoint;
use crate::profile::RecordType;

pub(super) const RULES: &[Rule] = &[Rule {
    code: "record-type-target",
    summary: "Target does not fit the record type",
    severity: Severity::Error,
    why: "A profile with a record type returns only records of that type: A records for IPv4 addresses, AAAA records \
          for IPv6 addresses, CNAME records for DNS names.",
    source: source::API,
    check: Check::Endpoint(record_type_target),
}];

fn record_type_target(placed: &PlacedEndpoint<'_>) -> Option<Breach> {
    let records = placed.profile.record_type()?;
    placed.endpoint.target.known().filter(|target| !target.trim().is_empty())?;
    let fits = match (records, placed.endpoint.address()) {
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
    let attribute = if placed.is_resource() { "record_type of the profile" } else { "record_type" };
    (!fits).then(|| {
        Breach::new(
            placed.at("target"),
            format!("the record type is {records}, and the target of {placed} is not {wanted}"),
            format!("Use {wanted} as the target, or remove {attribute}."),
        )
    })
}
