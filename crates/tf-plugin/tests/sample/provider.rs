//! A provider for tests that uses everything the crate offers. Its things live in memory, and a test can make the
//! next call go wrong.

mod functions;
mod lease;
mod listing;
mod lookup;
mod model;
mod thing;
mod world;

use tf_plugin::{
    Configure, Diagnostics, EphemeralLifecycle, ManagedResource, Path, Provider, Registry, Server, Value,
    object,
};

pub(crate) use lease::{LEASE, STAMP, renew_at};
pub(crate) use listing::Careless;
pub(crate) use model::Thing;
pub(crate) use thing::{THING, thing_schema};
use world::Data;
pub(crate) use world::{Trouble, World};

object! {
    /// The configuration of the provider.
    pub(crate) struct Config {
        /// Begins every id. `bad` is refused, `warn` is warned of, `panic` panics.
        pub prefix: Value<String>,
    }
}

/// The provider.
pub(crate) struct Sample {
    world: World,
}

/// A server of the provider on this world.
pub(crate) fn server(world: &World) -> Server {
    Server::new(Sample { world: world.clone() })
}

impl Provider for Sample {
    type Config = Config;
    type Data = Data;

    async fn configure(&self, request: Configure<Config>, diagnostics: &mut Diagnostics) -> Option<Data> {
        let prefix = request.config.prefix.as_deref().unwrap_or("thing").to_owned();
        match prefix.as_str() {
            "bad" => {
                diagnostics.error(Path::new("prefix"), "Bad prefix", "Use another one.");
                return None;
            }
            "warn" => diagnostics.warning(Path::new("prefix"), "Odd prefix", "Use another one."),
            "panic" => panic!("the prefix is panic"),
            _ => {}
        }
        Some(Data { world: self.world.clone(), prefix })
    }

    fn register(&self, registry: &mut Registry<Data>) {
        let thing = thing::ThingResource { world: self.world.clone() };
        registry.resource(ManagedResource::new(thing).with_identity().with_upgrade().with_move());
        registry.data_source(lookup::Lookup);
        registry.ephemeral_resource(EphemeralLifecycle::new(lease::Leases).with_renew().with_close());
        registry.ephemeral_resource(lease::Stamps);
        registry.list_resource(listing::Things);
        registry.function(functions::Join);
    }

    fn validate(&self, config: &Config, diagnostics: &mut Diagnostics) {
        if config.prefix.as_deref() == Some("") {
            diagnostics.error(Path::new("prefix"), "Empty prefix", "Leave it out or give one.");
        }
    }
}
