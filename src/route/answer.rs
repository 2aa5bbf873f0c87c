//! From the engine's answer to Terraform's terms.

use std::collections::BTreeMap;

use tf_plugin::Value;
use tf_plugin::cty::Number;
use traffic_manager::routing::{Route as Routed, Share, Target};

use super::model::Route;

/// The answer to a question, with the question.
pub(super) fn with_answer(asked: Route, routed: &Routed) -> Route {
    let mut endpoints: BTreeMap<String, Value<Number>> = BTreeMap::new();
    for share in &routed.shares {
        endpoints.insert(name(share), number(share.probability));
    }
    Route {
        record_type: routed.record_type().map(str::to_owned).into(),
        answers: Value::Known(routed.records().into_iter().map(Value::Known).collect()),
        endpoints: Value::Known(endpoints),
        reasons: Value::Known(routed.reasons.iter().cloned().map(Value::Known).collect()),
        ..asked
    }
}

/// The first endpoint whose target is a profile that was not given.
pub(super) fn not_given(routed: &Routed) -> Option<(String, &str)> {
    routed.shares.iter().find_map(|share| match &share.target {
        Target::Profile(id) => Some((name(share), id.as_str())),
        _ => None,
    })
}

/// Whether an endpoint can be chosen whose target is not known.
pub(super) fn lacks_target(routed: &Routed) -> bool {
    routed.shares.iter().any(|share| share.target == Target::Unknown)
}

fn name(share: &Share) -> String {
    share.path.join("/")
}

/// A probability in decimal digits, so that a configuration can compare it with what it writes: 0.1 is 0.1.
fn number(probability: f64) -> Value<Number> {
    let digits = format!("{probability:.12}");
    let short = digits.trim_end_matches('0').trim_end_matches('.');
    short.parse().ok().into()
}
