//! The operations on a profile whose probes carry a secret.

use serde_json::{Value as Json, json};
use tf_plugin_testing::core::{Instance, Report, Stored};

use crate::objects::{SECRET, id_of_another, ours};
use crate::provider::provider_at;
use crate::server::Server;
use test_support::foreign_profile;

pub(crate) const PROFILE: &str = "azuretm_traffic_manager_profile";

/// An operation.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Scene {
    Create,
    Refresh,
    Update,
    Delete,
    Import,
}

impl Scene {
    pub(crate) const ALL: [Self; 5] = [Self::Create, Self::Refresh, Self::Update, Self::Delete, Self::Import];

    /// What there is before.
    pub(crate) async fn before(self) -> Before {
        let server = Server::start().await;
        let core = provider_at(&server.url).await;
        let mut shop = core.resource(PROFILE);
        if self != Self::Create {
            let before = shop.config(&profile(30));
            shop.settle(&before).await.unwrap_or_else(|report| panic!("{self:?}: {report}"));
        }
        let stored = shop.stored().cloned().filter(|_| self != Self::Import);
        Before { stored, profile: server.profile(&ours()) }
    }

    /// The operation itself.
    pub(crate) async fn act(self, shop: &mut Instance<'_>) -> Result<Report, Report> {
        match self {
            Self::Refresh => shop.refresh().await,
            Self::Delete => shop.destroy().await,
            Self::Import => shop.import(&ours()).await,
            Self::Create | Self::Update => {
                let wanted = shop.config(&self.wanted());
                let planned = shop.plan(&wanted).await?;
                shop.apply(planned).await
            }
        }
    }

    /// What is wanted in the end.
    pub(crate) fn wanted(self) -> Json {
        profile(if self == Self::Update { 60 } else { 30 })
    }
}

/// What there is before an operation.
pub(crate) struct Before {
    stored: Option<Stored>,
    profile: Option<Json>,
}

impl Before {
    /// Brings it about.
    pub(crate) fn restore(&self, server: &Server, shop: &mut Instance<'_>) {
        server.put(&id_of_another(), &foreign_profile("hostile-theirs"));
        if let Some(profile) = &self.profile {
            server.put(&ours(), profile);
        }
        shop.store(self.stored.clone());
    }

    /// The profile in Azure.
    pub(crate) fn profile(&self) -> Option<&Json> {
        self.profile.as_ref()
    }
}

fn profile(ttl: i64) -> Json {
    let endpoint = |name: &str, priority: i64| {
        json!({
            "target": format!("{name}.example.com"), "priority": priority, "custom_headers": { "X-Key": SECRET },
        })
    };
    json!({
        "name": "shop",
        "resource_group_name": "rg",
        "traffic_routing_method": "Priority",
        "dns_config": [{ "relative_name": "hostile-shop", "ttl": ttl }],
        "monitor_config": [{
            "protocol": "HTTPS", "port": 443, "path": "/health",
            "custom_header": [{ "name": "Authorization", "value": SECRET }],
        }],
        "endpoints": { "east": endpoint("east", 1), "west": endpoint("west", 2) },
        // No attack uses it up, and a busy machine is no attack.
        "timeouts": { "create": "30m", "read": "30m", "update": "30m", "delete": "30m" },
    })
}
