//! The clouds: where each is and what the names of its profiles end with.

use std::sync::Arc;

use arm::{Service, ServiceError, Transport};

/// Where the emulator listens unless told otherwise.
pub(crate) const EMULATOR_URL: &str = "http://127.0.0.1:4653";

/// The environments by their names in the configuration.
pub(crate) const ENVIRONMENTS: [&str; 4] = ["public", "usgovernment", "china", "emulator"];

/// A cloud.
#[derive(Clone, Debug)]
pub(crate) struct Cloud {
    /// Its Resource Manager and its login service.
    pub(crate) address: arm::Cloud,
    /// What the DNS names of its profiles end with, such as `trafficmanager.net`.
    pub(crate) dns_suffix: &'static str,
}

impl Cloud {
    /// The cloud of this name; `emulator_url` counts for the emulator only.
    ///
    /// # Errors
    /// When the emulator would be on another machine. `None` for a name that is no cloud's.
    pub(crate) fn named(environment: &str, emulator_url: &str) -> Option<Result<Self, ServiceError>> {
        let cloud = |service: Service, dns_suffix| Self { address: service.into(), dns_suffix };
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

    /// The cloud that this host describes; profiles of it have the DNS names of this one.
    #[must_use]
    pub(crate) fn described_by(self, host: &str, transport: Arc<dyn Transport>) -> Self {
        Self { address: arm::Cloud::described_by(host, transport), ..self }
    }

    /// Whether it wants to know who asks. An emulator gets no credentials, whatever is configured.
    pub(crate) fn takes_tokens(&self) -> bool {
        self.address.known().is_none_or(|service| service.scope().is_some())
    }
}
