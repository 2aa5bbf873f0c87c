//! The clouds: where each is and what the names of its profiles end with.

use std::sync::Arc;

use arm::{AccessToken, Service, ServiceError, TokenError, TokenSource};

/// Where the emulator listens unless told otherwise.
pub(super) const EMULATOR_URL: &str = "http://127.0.0.1:4653";

/// The environments by their names in the configuration.
pub(super) const ENVIRONMENTS: [&str; 4] = ["public", "usgovernment", "china", "emulator"];

/// A cloud.
#[derive(Clone, Debug)]
pub(crate) struct Cloud {
    /// Its Resource Manager.
    pub(crate) service: Service,
    /// What the DNS names of its profiles end with, such as `trafficmanager.net`.
    pub(crate) dns_suffix: &'static str,
}

impl Cloud {
    /// The cloud of this name; `emulator_url` counts for the emulator only.
    ///
    /// # Errors
    /// When the emulator would be on another machine. `None` for a name that is no cloud's.
    pub(super) fn named(environment: &str, emulator_url: &str) -> Option<Result<Self, ServiceError>> {
        let cloud = |service, dns_suffix| Self { service, dns_suffix };
        Some(Ok(match environment {
            "public" => cloud(Service::public(), "trafficmanager.net"),
            "usgovernment" => cloud(Service::us_government(), "usgovtrafficmanager.net"),
            "china" => cloud(Service::china(), "trafficmanager.cn"),
            "emulator" => match Service::emulator(emulator_url) {
                Ok(service) => cloud(service, "trafficmanager.net"),
                Err(error) => return Some(Err(error)),
            },
            _ => return None,
        }))
    }

    /// Where its tokens come from; an emulator gets none.
    pub(super) fn tokens(&self) -> Option<Arc<dyn TokenSource>> {
        self.service.scope().is_some().then(|| Arc::new(NoCredentials) as Arc<dyn TokenSource>)
    }
}

/// Credentials for the real clouds, of which this version has none.
struct NoCredentials;

#[async_trait::async_trait]
impl TokenSource for NoCredentials {
    async fn token(&self, _scope: &str) -> Result<AccessToken, TokenError> {
        Err(TokenError::new(
            "this version of the provider cannot log in to Azure yet; it works with environment = \"emulator\"",
        ))
    }
}
