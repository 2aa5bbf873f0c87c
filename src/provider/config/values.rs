//! The values of a provider block that name a cloud and a subscription, and what is said of those that do not.

use tf_plugin::{Diagnostics, Path};

use crate::cloud::{Cloud, EMULATOR_URL, ENVIRONMENTS};
use crate::uuid::is_uuid;

pub(super) fn check_environment(environment: &str, diagnostics: &mut Diagnostics) -> bool {
    let known = ENVIRONMENTS.contains(&environment);
    if !known {
        let lower = environment.to_ascii_lowercase();
        let hint = ENVIRONMENTS.iter().find(|name| **name == lower).map_or_else(
            || "Write \"public\", \"usgovernment\", \"china\" or \"emulator\".".to_owned(),
            |name| format!("Write \"{name}\"."),
        );
        diagnostics.error(
            Path::new("environment"),
            "Unknown environment",
            format!("{environment:?} is not an Azure environment. {hint}"),
        );
    }
    known
}

pub(super) fn cloud(environment: &str, emulator_url: &str, diagnostics: &mut Diagnostics) -> Option<Cloud> {
    if !check_environment(environment, diagnostics) {
        return None;
    }
    match Cloud::named(environment, emulator_url)? {
        Ok(cloud) => Some(cloud),
        Err(error) => {
            diagnostics.error(
                Path::new("emulator_url"),
                "Invalid emulator URL",
                format!(
                    "The emulator cannot be used at this URL: {error}. Use, for example, \"{EMULATOR_URL}\"."
                ),
            );
            None
        }
    }
}

pub(super) fn check_subscription(subscription_id: &str, diagnostics: &mut Diagnostics) {
    if !is_uuid(subscription_id) {
        diagnostics.error(
            Path::new("subscription_id"),
            "Invalid subscription",
            format!(
                "{subscription_id:?} is not the ID of a subscription, which is a UUID such as \
                 00000000-0000-0000-0000-000000000001. Its name does not do: \
                 `az account show --query id --name NAME` prints the id."
            ),
        );
    }
}
