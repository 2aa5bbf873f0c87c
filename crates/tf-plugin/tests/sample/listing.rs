//! The list resource of the sample: finds all things, or those with a tag.

use tf_plugin::list_resource::{Found, List, ListResource, Results};
use tf_plugin::object::Object as _;
use tf_plugin::{Configure, Context, Diagnostics, ManagedResource, Path, Provider, Registry, Value, object};

use super::model::Thing;
use super::thing::ThingResource;
use super::world::{Data, Trouble, World};

object! {
    /// What is looked for.
    pub struct Filter {
        /// The tag that the things have.
        pub tag: Value<String>,
        /// Notes on what is looked for.
        pub notes: Value<Vec<Value<String>>> => [no_null_elements],
    }
}

/// `sample_thing` in a query.
pub(super) struct Things;

impl ListResource for Things {
    type Resource = ThingResource;
    type Model = Filter;

    async fn list(
        &self,
        context: &Context<Data>,
        request: List<Self>,
        results: &mut Results<Self>,
        diagnostics: &mut Diagnostics,
    ) {
        let world = &context.provider().world;
        let trouble = world.trouble();
        let tag = request.config.tag.into_known();
        for thing in world.things() {
            // Each thing is a page of its own.
            world.begun.add_permits(1);
            if trouble == Some(Trouble::WaitForTest) {
                let _ended = Ended(world.ended.clone());
                world.go_on.acquire().await.expect("it is never closed").forget();
            }
            let tags = thing.tags.known();
            if tag.as_ref().is_some_and(|tag| tags.is_none_or(|tags| !tags.contains_key(tag))) {
                continue;
            }
            let name = thing.name.as_deref().unwrap_or_default().to_owned();
            let thing = if request.include_resource { thing } else { only_id(thing) };
            let mut found = Found::<ThingResource>::new(name, thing);
            match trouble {
                Some(Trouble::Warn) => found.diagnostics.warning(Path::new("tag"), "Odd", "It is odd."),
                Some(Trouble::LeaveUnknown) => found.resource.id = Value::Null,
                _ => {}
            }
            if results.send(found).await.is_break() {
                return;
            }
        }
        match trouble {
            Some(Trouble::Panic) => panic!("list panics, as it should"),
            Some(Trouble::Fail) => diagnostics.error(Path::new("tag"), "List failed", "As it should."),
            Some(Trouble::HangUntilStopped) => {
                context.cancelled().cancelled().await;
                diagnostics.error(Path::root(), "Stopped", "As the user wanted.");
            }
            _ => {}
        }
    }

    fn validate(&self, config: &Filter, diagnostics: &mut Diagnostics) {
        if config.tag.as_deref() == Some("") {
            diagnostics.error(Path::new("tag"), "Empty tag", "Leave it out or give one.");
        }
    }
}

fn only_id(thing: Thing) -> Thing {
    Thing { id: thing.id, ..Thing::null() }
}

/// Tells when a page is over, be it read or dropped.
struct Ended(std::sync::Arc<tokio::sync::Semaphore>);

impl Drop for Ended {
    fn drop(&mut self) {
        self.0.add_permits(1);
    }
}

object! {
    /// No configuration.
    pub(crate) struct Nothing {}
}

/// Providers that list what they cannot list.
pub(crate) enum Careless {
    /// The identity of the resource is not registered.
    NoIdentity,
    /// The resource is not registered.
    NoResource,
}

impl Provider for Careless {
    type Config = Nothing;
    type Data = Data;

    async fn configure(&self, _: Configure<Nothing>, _: &mut Diagnostics) -> Option<Data> {
        None
    }

    fn register(&self, registry: &mut Registry<Data>) {
        if matches!(self, Self::NoIdentity) {
            registry.resource(ManagedResource::new(ThingResource { world: World::new() }).with_upgrade());
        }
        registry.list_resource(Things);
    }
}
