//! How Azure Kubernetes Fleet Manager names and weighs what it makes in Traffic Manager.
//!
//! Source: the controllers of <https://github.com/Azure/fleet-networking>.

/// The highest weight of a backend and of an export.
pub const HIGHEST_WEIGHT: i64 = 1000;

/// The tag of a profile that Fleet has made: it holds `namespace/name` of the object on the hub.
pub const PROFILE_TAG: &str = "networking.fleet.azure.com.trafficManagerProfile";

/// The name in Azure of the profile that Fleet makes of the object with this uid.
pub fn profile_name(uid: &str) -> String {
    format!("fleet-{uid}")
}

/// The uid of the object on the hub that a profile of this name in Azure was made of.
pub fn uid_of_profile_name(name: &str) -> Option<&str> {
    // Azure may answer names in another letter case.
    let (prefix, uid) = name.split_at_checked("fleet-".len())?;
    (prefix.eq_ignore_ascii_case("fleet-") && !uid.is_empty()).then_some(uid)
}

/// The first label of the DNS name of a profile.
pub fn relative_name(namespace: &str, name: &str) -> String {
    format!("{namespace}-{name}")
}

/// The weights of the endpoints of a backend, one for each export, in their order: the share of each in the weight of the
/// backend, rounded up. An export of weight 0 is withdrawn, and a backend of weight 0 has no endpoints: both weigh 0 here.
pub fn endpoint_weights(backend_weight: i64, export_weights: &[i64]) -> Vec<i64> {
    let total: i128 = export_weights.iter().map(|weight| i128::from(*weight)).sum();
    let share = |weight: &i64| {
        if total <= 0 || *weight <= 0 || backend_weight <= 0 {
            return 0;
        }
        let share = (i128::from(backend_weight) * i128::from(*weight) + total - 1) / total;
        i64::try_from(share).unwrap_or(i64::MAX)
    };
    export_weights.iter().map(share).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn weights_are_shares_rounded_up() {
        for (backend, exports, weights) in [
            (500, &[100, 200][..], &[167, 334][..]),
            (100, &[1, 1], &[50, 50]),
            (10, &[2, 1], &[7, 4]),
            (1, &[1, 1, 1], &[1, 1, 1]),
            (1, &[1000, 1], &[1, 1]),
            (100, &[1], &[100]),
            (0, &[1, 1], &[0, 0]),
            (100, &[1, 0], &[100, 0]),
            (100, &[], &[]),
            (100, &[0, 0], &[0, 0]),
        ] {
            assert_eq!(endpoint_weights(backend, exports), weights, "{backend} {exports:?}");
        }
    }

    #[test]
    fn a_profile_is_named_after_the_uid() {
        assert_eq!(uid_of_profile_name(&profile_name("1-2")), Some("1-2"));
        assert_eq!(uid_of_profile_name("FLEET-1-2"), Some("1-2"));
        for name in ["", "fleet-", "shop", "fleet", "flëet-1"] {
            assert_eq!(uid_of_profile_name(name), None, "{name}");
        }
    }

    proptest! {
        #[test]
        fn a_weight_is_a_valid_one_and_the_sum_is_little_more_than_the_backends(
            backend in 1..=HIGHEST_WEIGHT,
            exports in proptest::collection::vec(1..=HIGHEST_WEIGHT, 1..20),
        ) {
            let weights = endpoint_weights(backend, &exports);
            prop_assert!(weights.iter().all(|weight| (1..=HIGHEST_WEIGHT).contains(weight)));
            let sum: i64 = weights.iter().sum();
            let count = i64::try_from(exports.len()).unwrap();
            prop_assert!((backend..backend + count).contains(&sum));
        }

        #[test]
        fn absurd_weights_do_no_harm(backend: i64, exports: Vec<i64>) {
            let weights = endpoint_weights(backend, &exports);
            prop_assert_eq!(weights.len(), exports.len());
        }
    }
}
