//! The provider's configuration: what HCL says, or else the environment variables.

use tf_plugin::{Diagnostics, Path, Value, object};

use super::cloud::{Cloud, EMULATOR_URL, ENVIRONMENTS};

object! {
    /// The provider block.
    pub struct Config {
        /// Which Azure.
        pub environment: Value<String>,
        /// The subscription.
        pub subscription_id: Value<String>,
        /// Where the emulator listens.
        pub emulator_url: Value<String>,
    }
}

/// The environment variables that the provider knows, read once.
#[derive(Debug, Clone, Default)]
pub struct Environment {
    /// `ARM_ENVIRONMENT`.
    pub environment: Option<String>,
    /// `ARM_SUBSCRIPTION_ID`.
    pub subscription_id: Option<String>,
    /// `AZURETM_EMULATOR_URL`.
    pub emulator_url: Option<String>,
}

impl Environment {
    /// The variables of this process. One that is empty counts as not set.
    pub fn from_process() -> Self {
        let read = |name| std::env::var(name).ok().filter(|value| !value.trim().is_empty());
        Self {
            environment: read("ARM_ENVIRONMENT"),
            subscription_id: read("ARM_SUBSCRIPTION_ID"),
            emulator_url: read("AZURETM_EMULATOR_URL"),
        }
    }
}

/// A configuration that can be used.
pub(super) struct Settings {
    pub(super) cloud: Cloud,
    pub(super) subscription_id: Value<String>,
}

impl Config {
    /// Checks what is known of it by itself.
    pub(super) fn check(&self, diagnostics: &mut Diagnostics) {
        if let Some(environment) = self.environment.as_deref() {
            check_environment(environment, diagnostics);
        }
        if let Some(subscription_id) = self.subscription_id.as_deref() {
            check_subscription(subscription_id, diagnostics);
        }
        if let Some(url) = self.emulator_url.as_deref() {
            cloud("emulator", url, diagnostics);
        }
    }

    /// Fills in the environment variables and the defaults. A subscription that is not known yet is left so.
    pub(super) fn settle(self, variables: &Environment, diagnostics: &mut Diagnostics) -> Option<Settings> {
        let environment =
            or_else(self.environment, variables.environment.as_ref(), "environment", diagnostics)
                .unwrap_or_else(|| "public".to_owned());
        let url = or_else(self.emulator_url, variables.emulator_url.as_ref(), "emulator_url", diagnostics)
            .unwrap_or_else(|| EMULATOR_URL.to_owned());
        let cloud = cloud(&environment, &url, diagnostics);
        let subscription_id = match self.subscription_id {
            Value::Null => variables.subscription_id.clone().into(),
            given => given,
        };
        match &subscription_id {
            Value::Known(subscription_id) => check_subscription(subscription_id, diagnostics),
            Value::Null => diagnostics.error(
                Path::of("subscription_id"),
                "Subscription missing",
                "The provider needs to know the subscription of the profiles. Write subscription_id = \"…\" into \
                 the provider block, or set ARM_SUBSCRIPTION_ID. `az account show --query id` prints the one you \
                 are logged in to; the emulator takes any UUID.",
            ),
            Value::Unknown(_) => {}
        }
        let cloud = cloud.filter(|_| !diagnostics.has_errors())?;
        Some(Settings { cloud, subscription_id })
    }
}

/// The value of the configuration or of the variable. One that is not known yet would send requests to the
/// wrong place.
fn or_else(
    given: Value<String>,
    variable: Option<&String>,
    name: &str,
    diagnostics: &mut Diagnostics,
) -> Option<String> {
    match given {
        Value::Known(text) => Some(text),
        Value::Null => variable.cloned(),
        Value::Unknown(_) => {
            diagnostics.error(
                Path::of(name),
                "Value not known at plan",
                format!(
                    "{name} decides where requests go, so it has to be known when a plan is made. Write it as \
                     a literal or a variable, not as the attribute of a resource that does not exist yet."
                ),
            );
            None
        }
    }
}

fn check_environment(environment: &str, diagnostics: &mut Diagnostics) -> bool {
    let known = ENVIRONMENTS.contains(&environment);
    if !known {
        let lower = environment.to_ascii_lowercase();
        let hint = ENVIRONMENTS.iter().find(|name| **name == lower).map_or_else(
            || "Write \"public\", \"usgovernment\", \"china\" or \"emulator\".".to_owned(),
            |name| format!("Write \"{name}\"."),
        );
        diagnostics.error(
            Path::of("environment"),
            "Unknown environment",
            format!("{environment:?} is not the name of an Azure environment. {hint}"),
        );
    }
    known
}

fn cloud(environment: &str, emulator_url: &str, diagnostics: &mut Diagnostics) -> Option<Cloud> {
    if !check_environment(environment, diagnostics) {
        return None;
    }
    match Cloud::named(environment, emulator_url)? {
        Ok(cloud) => Some(cloud),
        Err(error) => {
            diagnostics.error(
                Path::of("emulator_url"),
                "Invalid emulator address",
                format!(
                    "The emulator cannot be used there: {error}. Write, for instance, \"{EMULATOR_URL}\"."
                ),
            );
            None
        }
    }
}

fn check_subscription(subscription_id: &str, diagnostics: &mut Diagnostics) {
    if !is_uuid(subscription_id) {
        diagnostics.error(
            Path::of("subscription_id"),
            "Invalid subscription",
            format!(
                "{subscription_id:?} is not the id of a subscription, which is a UUID such as \
                 00000000-0000-0000-0000-000000000001. Its name does not do: \
                 `az account show --query id --name NAME` prints the id."
            ),
        );
    }
}

/// Whether the text is 32 hexadecimal digits in groups of 8, 4, 4, 4 and 12.
pub(crate) fn is_uuid(text: &str) -> bool {
    let groups: Vec<&str> = text.split('-').collect();
    groups.iter().map(|group| group.len()).eq([8, 4, 4, 4, 12])
        && groups.iter().all(|group| group.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

#[cfg(test)]
mod tests {
    use tf_plugin::{Diagnostics, Value};

    use super::{Config, Environment};

    const SUBSCRIPTION: &str = "00000000-0000-0000-0000-000000000001";

    fn config(environment: &str, subscription_id: &str, emulator_url: &str) -> Config {
        let given = |text: &str| if text.is_empty() { Value::Null } else { text.into() };
        Config {
            environment: given(environment),
            subscription_id: given(subscription_id),
            emulator_url: given(emulator_url),
        }
    }

    /// The texts of the diagnostics, or the settings in words.
    fn check(config: Config, variables: &Environment) -> String {
        let mut diagnostics = Diagnostics::new();
        let settings = config.settle(variables, &mut diagnostics);
        let Some(settings) = settings else {
            let texts = diagnostics.iter().map(|each| format!("{}: {}", each.path, each.detail));
            return texts.collect::<Vec<_>>().join("\n");
        };
        assert!(!diagnostics.has_errors());
        let subscription = settings.subscription_id.as_deref().unwrap_or("unknown").to_owned();
        format!("{} {} {subscription}", settings.cloud.service, settings.cloud.dns_suffix)
    }

    #[test]
    fn variables_fill_in_what_the_configuration_leaves_out() {
        let variables = Environment {
            environment: Some("emulator".to_owned()),
            subscription_id: Some(SUBSCRIPTION.to_owned()),
            emulator_url: Some("http://localhost:9".to_owned()),
        };
        assert_eq!(
            check(config("", "", ""), &variables),
            format!("http://localhost:9 trafficmanager.net {SUBSCRIPTION}")
        );
        assert_eq!(
            check(config("china", "", ""), &variables),
            format!("https://management.chinacloudapi.cn trafficmanager.cn {SUBSCRIPTION}")
        );
        let unknown = Config { subscription_id: Value::unknown(), ..config("public", "", "") };
        assert_eq!(
            check(unknown, &Environment::default()),
            "https://management.azure.com trafficmanager.net unknown"
        );
    }

    #[test]
    fn two_bad_values_give_two_diagnostics_on_their_attributes() {
        insta::assert_snapshot!(check(config("Public", "shop", ""), &Environment::default()));
        insta::assert_snapshot!(check(config("emulator", "", "http://192.0.2.1:1"), &Environment::default()));
        let unknown = Config { environment: Value::unknown(), ..config("", SUBSCRIPTION, "") };
        insta::assert_snapshot!(check(unknown, &Environment::default()));
    }
}
