//! The operations on a profile, and on an endpoint of its own, whose probes carry a secret.

use serde_json::{Value as Json, json};
use tf_plugin_testing::core::{Instance, Report, Stored};

use crate::objects::{SECRET, id_of_another, ours};
use crate::provider::provider_at;
use crate::server::Server;
use test_support::foreign_profile;

pub(crate) const PROFILE: &str = "azuretm_traffic_manager_profile";
const ENDPOINT: &str = "azuretm_traffic_manager_external_endpoint";

/// An operation.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Scene {
    Create,
    Refresh,
    Update,
    Delete,
    Import,
    CreateEndpoint,
    RefreshEndpoint,
    UpdateEndpoint,
    DeleteEndpoint,
    ImportEndpoint,
}

impl Scene {
    pub(crate) const ALL: [Self; 10] = [
        Self::Create,
        Self::Refresh,
        Self::Update,
        Self::Delete,
        Self::Import,
        Self::CreateEndpoint,
        Self::RefreshEndpoint,
        Self::UpdateEndpoint,
        Self::DeleteEndpoint,
        Self::ImportEndpoint,
    ];

    /// Whether it is about an endpoint. Its profile is there already.
    fn is_of_endpoint(self) -> bool {
        !matches!(self, Self::Create | Self::Refresh | Self::Update | Self::Delete | Self::Import)
    }

    /// The type of the resource.
    pub(crate) fn resource(self) -> &'static str {
        if self.is_of_endpoint() { ENDPOINT } else { PROFILE }
    }

    /// The id of what the operation is about.
    pub(crate) fn id(self) -> String {
        if self.is_of_endpoint() { format!("{}/externalEndpoints/own", ours()) } else { ours() }
    }

    /// What the state has to say of it.
    pub(crate) fn facts(self) -> [(&'static str, String); 2] {
        let fact = if self.is_of_endpoint() {
            ("profile_id", ours())
        } else {
            ("fqdn", "hostile-shop.trafficmanager.net".to_owned())
        };
        [("id", self.id()), fact]
    }

    /// What there is before.
    pub(crate) async fn before(self) -> Before {
        let server = Server::start().await;
        let core = provider_at(&server.url).await;
        let mut shop = core.resource(self.resource());
        if self.is_of_endpoint() {
            server.put(&ours(), &foreign_profile("hostile-shop"));
        }
        if !matches!(self, Self::Create | Self::CreateEndpoint) {
            let before = if self.is_of_endpoint() { endpoint(5) } else { profile(30) };
            let before = shop.config(&before);
            shop.settle(&before).await.unwrap_or_else(|report| panic!("{self:?}: {report}"));
        }
        let is_import = matches!(self, Self::Import | Self::ImportEndpoint);
        let stored = shop.stored().cloned().filter(|_| !is_import);
        Before { stored, profile: server.profile(&ours()) }
    }

    /// The operation itself.
    pub(crate) async fn act(self, shop: &mut Instance<'_>) -> Result<Report, Report> {
        match self {
            Self::Refresh | Self::RefreshEndpoint => shop.refresh().await,
            Self::Delete | Self::DeleteEndpoint => shop.destroy().await,
            Self::Import | Self::ImportEndpoint => shop.import(&self.id()).await,
            Self::Create | Self::Update | Self::CreateEndpoint | Self::UpdateEndpoint => {
                let wanted = shop.config(&self.wanted());
                let planned = shop.plan(&wanted).await?;
                shop.apply(planned).await
            }
        }
    }

    /// What is wanted in the end.
    pub(crate) fn wanted(self) -> Json {
        match self {
            Self::Update => profile(60),
            Self::UpdateEndpoint => endpoint(7),
            _ if self.is_of_endpoint() => endpoint(5),
            _ => profile(30),
        }
    }

    /// Whether Azure holds what is wanted in the end.
    pub(crate) fn holds(self, found: &Json) -> bool {
        let (wanted, properties) = (self.wanted(), &found["properties"]);
        if self.is_of_endpoint() {
            properties["weight"] == wanted["weight"] && properties["target"] == wanted["target"]
        } else {
            properties["dnsConfig"]["ttl"] == wanted["dns_config"][0]["ttl"]
        }
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

fn endpoint(weight: i64) -> Json {
    json!({
        "name": "own",
        "profile_id": ours(),
        "target": "own.example.com",
        "weight": weight,
        "custom_header": [{ "name": "X-Key", "value": SECRET }],
        "timeouts": { "create": "30m", "read": "30m", "update": "30m", "delete": "30m" },
    })
}
