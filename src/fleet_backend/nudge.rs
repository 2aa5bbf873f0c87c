//! A change of the spec, and back.
//!
//! The controller of the hub looks at the endpoints in Azure only when the spec changes, of which nothing but the weight can.
//! It is changed by one and changed back at once, so that the controller as a rule sees the last of it only.

use hub::{BackendSpec, Object, TrafficManagerBackend};
use traffic_manager::fleet::{HIGHEST_WEIGHT, endpoint_weights};

use crate::fleet_object::Nudge;

/// The next weight, preferably one with which the endpoints weigh what they weigh. Without a weight there are no endpoints
/// that could differ.
pub(super) fn detour(live: &Object<TrafficManagerBackend>) -> Nudge<BackendSpec> {
    let weight = live.spec.weight.unwrap_or(1);
    let endpoints = live.status.endpoints.iter();
    let exports: Vec<i64> =
        endpoints.map(|it| it.from.as_ref().and_then(|from| from.weight).unwrap_or(1)).collect();
    match next_to(weight, &exports) {
        Some(other) => Nudge::Detour(BackendSpec { weight: Some(other), ..live.spec.clone() }),
        None => Nudge::NotNeeded,
    }
}

fn next_to(weight: i64, exports: &[i64]) -> Option<i64> {
    let is_valid = |weight: &i64| (1..=HIGHEST_WEIGHT).contains(weight);
    let others = [weight.saturating_add(1), weight.saturating_sub(1)];
    let others = || others.into_iter().filter(|other| is_valid(&weight) && is_valid(other));
    let shares = endpoint_weights(weight, exports);
    others().find(|other| endpoint_weights(*other, exports) == shares).or_else(|| others().next())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_weight_is_one_with_the_same_endpoints_if_there_is_one() {
        for (weight, exports, other) in [
            (100, &[1, 1][..], Some(99)),
            (99, &[1, 1], Some(100)),
            (1, &[1, 1], Some(2)),
            (100, &[1], Some(101)),
            (1000, &[1], Some(999)),
            (1, &[1], Some(2)),
            (1, &[], Some(2)),
            (0, &[1], None),
            (-1, &[1], None),
            (i64::MAX, &[i64::MAX], None),
            (i64::MIN, &[i64::MIN], None),
        ] {
            assert_eq!(next_to(weight, exports), other, "{weight} {exports:?}");
        }
    }
}
