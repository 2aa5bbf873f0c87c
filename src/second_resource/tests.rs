//! The cache under the simulated Terraform.

use serde_json::json;
use tf_plugin::cty;
use tf_plugin::{Configure, ManagedResource, Provider, Registry, Server, object};
use tf_plugin_testing::core::{Action, Core};

use super::*;

object! {
    struct Config {}
}

struct Caches(Service);

impl Provider for Caches {
    type Config = Config;
    type Data = Service;

    async fn configure(&self, _: Configure<Config>, _: &mut Diagnostics) -> Option<Service> {
        Some(self.0.clone())
    }

    fn register(&self, registry: &mut Registry<Service>) {
        registry.resource(ManagedResource::new(CacheResource).with_identity());
        registry.data_source(CacheSource);
    }
}

#[tokio::test(start_paused = true)]
async fn a_resource_of_twenty_attributes_lives_its_whole_life() {
    let server = Server::new(Caches(Service::default()));
    assert_eq!(server.problems(), Vec::<String>::new());
    let core = Core::new(server).await;
    core.configure_with(&json!({})).await.unwrap();
    let mut cache = core.resource("test_cache");
    let draft = |replicas: i64| {
        json!({
            "name": "C", "group": "g", "location": "West", "replicas": replicas, "wait_until_ready": true,
            "maintenance": [{ "day": "Sunday" }], "rules": { "short": { "pattern": "a*" } },
            "timeouts": { "create": "1m" },
        })
    };
    let config = cache.config(&draft(1));
    cache.settle(&config).await.unwrap();
    let of = |cache: &tf_plugin_testing::core::Instance<'_>, name: &str| {
        cache.stored().and_then(|stored| stored.value.attribute(name).cloned())
    };
    assert_eq!(of(&cache, "status"), Some(cty::Value::string("Ready")), "it was waited for");
    assert_eq!(of(&cache, "id"), Some(cty::Value::string("/groups/g/caches/C")));
    let identity = cache.stored().and_then(|stored| stored.identity.clone()).unwrap();
    assert_eq!(identity.attribute("name"), Some(&cty::Value::string("C")), "spelled as in the configuration");
    let changed = cache.plan(&cache.config(&draft(2))).await.unwrap();
    assert_eq!(changed.action, Action::Update);
    cache.apply(changed).await.unwrap();

    let mut imported = core.resource("test_cache");
    let identity = [("group", cty::Value::string("g")), ("name", cty::Value::string("c"))];
    imported.import_identity(cty::Value::object(identity)).await.unwrap();
    assert_eq!(of(&imported, "replicas"), Some(cty::Value::integer(2)));
    let found = core.read_data("test_cache", &json!({ "group": "g", "name": "c" })).await.unwrap();
    assert_eq!(found.attribute("replicas"), Some(&cty::Value::integer(2)));

    let wrong = cache.config(&json!({
        "name": "c", "group": "g", "location": "w", "size": "Tiny", "replicas": 9, "public": true,
        "allowed_networks": [], "timeouts": { "read": "5" },
    }));
    let refused = cache.validate(&wrong).await.unwrap_err();
    let said = ["Both allowed_networks and public", "`Small` or `Large`", "from 1 to 5", "not a duration"];
    assert!(refused.errors().iter().zip(said).all(|(error, said)| error.contains(said)), "{refused:?}");
    assert_eq!(refused.errors().len(), said.len());
    cache.destroy().await.unwrap();
    assert!(cache.stored().is_none());
}
