//! What a resource costs that is built on what all resources share: one of twenty attributes with import, identity,
//! timeouts, a wait and a data source, on a service in memory, driven by the simulated Terraform.

mod model;
mod service;

use std::time::Duration;

use tf_plugin::object::Object as _;
use tf_plugin::resource::{Create, Delete, Import, Plan, Read, State, Update, WithIdentity, WithImport};
use tf_plugin::schema::Schema;
use tf_plugin::{Context, DataSource, Diagnostics, Path, ReadData, Resource, Value};

use crate::timeouts::{Operation, ReadTimeouts, Timeouts};
use crate::waiting::{self, Awaited, Ended};
use model::{Cache, CacheIdentity};
use service::Service;

fn id(group: &str, name: &str) -> String {
    format!("/groups/{group}/caches/{name}")
}

/// The resource `test_cache`.
struct CacheResource;

impl Resource for CacheResource {
    const TYPE_NAME: &'static str = "test_cache";
    type Model = Cache;
    type Private = ();
    type Data = Service;

    fn validate(&self, config: &Cache, diagnostics: &mut Diagnostics) {
        Timeouts::check(&config.timeouts, diagnostics);
    }

    async fn plan(&self, _: &Context<Service>, plan: &mut Plan<Self>, _: &mut Diagnostics) {
        if let (Some(group), Some(name)) = (plan.planned.group.known(), plan.planned.name.known()) {
            plan.planned.id = Value::Known(id(group, name));
        }
    }

    async fn create(
        &self,
        context: &Context<Service>,
        request: Create<Self>,
        diagnostics: &mut Diagnostics,
    ) -> Option<State<Self>> {
        put(context, request.planned, Operation::Create, diagnostics).await
    }

    async fn read(
        &self,
        context: &Context<Service>,
        request: Read<Self>,
        _: &mut Diagnostics,
    ) -> Option<State<Self>> {
        let current = request.current;
        let found = context.provider().get(current.id.as_deref()?)?;
        Some(State::new(in_state(found, current)))
    }

    async fn update(
        &self,
        context: &Context<Service>,
        request: Update<Self>,
        diagnostics: &mut Diagnostics,
    ) -> Option<State<Self>> {
        put(context, request.planned, Operation::Update, diagnostics).await
    }

    async fn delete(&self, context: &Context<Service>, request: Delete<Self>, _: &mut Diagnostics) {
        context.provider().delete(request.prior.id.as_deref().unwrap_or_default());
    }
}

impl WithImport for CacheResource {
    async fn import(
        &self,
        _: &Context<Service>,
        request: Import,
        _: &mut Diagnostics,
    ) -> Option<State<Self>> {
        Some(State::new(Cache { id: Value::Known(request.id), ..Cache::null() }))
    }
}

impl WithIdentity for CacheResource {
    type Identity = CacheIdentity;

    fn identity(&self, state: &Cache) -> Option<CacheIdentity> {
        let Cache { group, name, .. } = state;
        (!group.is_null() && !name.is_null())
            .then(|| CacheIdentity { group: group.clone(), name: name.clone() })
    }

    fn import_id(
        &self,
        _: &Context<Service>,
        identity: CacheIdentity,
        _: &mut Diagnostics,
    ) -> Option<String> {
        Some(id(identity.group.as_deref()?, identity.name.as_deref()?))
    }
}

/// What the service answers, with what only the configuration knows.
fn in_state(found: Cache, current: Cache) -> Cache {
    Cache { timeouts: current.timeouts, wait_until_ready: current.wait_until_ready, ..found }
}

async fn put(
    context: &Context<Service>,
    planned: Cache,
    operation: Operation,
    diagnostics: &mut Diagnostics,
) -> Option<State<CacheResource>> {
    let cache = in_state(context.provider().put(planned.clone()), planned);
    let mut starting = Starting { service: context.provider(), cache };
    if starting.cache.wait_until_ready.known() == Some(&true) {
        context.checkpoint(starting.cache.clone());
        let time = Timeouts::time(&starting.cache.timeouts, operation);
        if !matches!(waiting::wait(context, time, &mut starting).await, Ended::With(())) {
            diagnostics.error(
                Path::new("wait_until_ready"),
                "The cache is not ready",
                "It did not become ready in time.",
            );
        }
    }
    Some(State::new(starting.cache))
}

struct Starting<'a> {
    service: &'a Service,
    cache: Cache,
}

impl Awaited for Starting<'_> {
    type Outcome = ();
    type Error = &'static str;

    fn outcome(&self) -> Option<()> {
        (self.cache.status.as_deref() == Some("Ready")).then_some(())
    }

    async fn look(&mut self, _: Duration) -> Result<(), Self::Error> {
        let found = self.cache.id.as_deref().and_then(|id| self.service.get(id)).ok_or("it is gone")?;
        self.cache = in_state(found, self.cache.clone());
        Ok(())
    }

    fn log(&self) {
        tracing::info!(cache.id = ?self.cache.id, "waiting for the cache to be ready");
    }
}

/// The data source `test_cache`.
struct CacheSource;

impl DataSource for CacheSource {
    const TYPE_NAME: &'static str = "test_cache";
    type Model = Cache;
    type Data = Service;

    fn schema(&self) -> Schema {
        let cache = Cache::block().without(&["wait_until_ready", "timeouts", "password"]);
        Schema::new(
            cache.read_only(&["group", "name"]).blocks([ReadTimeouts::block()]).describe("Reads a cache."),
        )
    }

    async fn read(
        &self,
        context: &Context<Service>,
        request: ReadData<Self>,
        diagnostics: &mut Diagnostics,
    ) -> Option<Cache> {
        let config = request.config;
        let id = id(config.group.as_deref()?, config.name.as_deref()?);
        let found = context.provider().get(&id);
        if found.is_none() {
            diagnostics.error(Path::new("name"), "Cache not found", format!("There is no cache {id}."));
        }
        found.map(|found| in_state(found, config))
    }
}

#[cfg(test)]
mod tests;
