//! An endpoint that is a resource of its own, beside the others of its profile.

use super::config::Endpoint;
use super::finding::Finding;
use super::path::{Path, Step};
use super::rule::{Check, Rule};
use super::subject::{PlacedEndpoint, ProfileContext};
use crate::config_value::ConfigValue;
use crate::id::EndpointKind;

/// An endpoint with its name.
#[derive(Clone, Debug)]
pub struct NamedEndpoint {
    /// Its name. Where two of different kinds have one name, kind and name.
    pub name: ConfigValue<String>,
    /// The endpoint.
    pub endpoint: Endpoint,
}

/// What is wrong with an endpoint only because of another: each finding lies on this one, at its path, and names both.
pub(super) fn findings(
    rules: impl Iterator<Item = &'static Rule>,
    (own, other): (&NamedEndpoint, &NamedEndpoint),
    profile: &ProfileContext,
    at: &Path,
) -> Vec<Finding> {
    // A path that no configuration has.
    let elsewhere = Path::root().key("");
    let other = PlacedEndpoint::resource(&other.endpoint, &other.name, profile, &elsewhere);
    let placed = PlacedEndpoint::resource(&own.endpoint, &own.name, profile, at);
    let rules: Vec<&Rule> = rules.filter(|rule| matches!(rule.check, Check::Endpoints(_))).collect();
    let found = |endpoints: &[PlacedEndpoint<'_>]| -> Vec<Finding> {
        rules.iter().flat_map(|rule| rule.in_endpoints(endpoints)).collect()
    };
    let alone = [found(std::slice::from_ref(&other)), found(std::slice::from_ref(&placed))].concat();
    let together = found(&[other, placed]).into_iter().filter(|finding| !alone.contains(finding));
    let on_own = |finding: Finding| match finding.path.steps() {
        [Step::Key(_), Step::Attribute(name)] => {
            Finding { path: at.attribute(counterpart(name, &own.endpoint)), ..finding }
        }
        _ => finding,
    };
    together.map(on_own).collect()
}

/// The attribute of this endpoint that is at fault where the rule has found that of the other.
fn counterpart(attribute: &'static str, own: &Endpoint) -> &'static str {
    let is_external = own.kind() == Some(EndpointKind::External);
    match attribute {
        "target" | "target_resource_id" if is_external => "target",
        "target" => "target_resource_id",
        attribute => attribute,
    }
}
