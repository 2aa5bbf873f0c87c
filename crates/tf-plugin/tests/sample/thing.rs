//! The resource of the sample.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use tf_plugin::resource::{
    Create, Delete, Import, Move, Plan, Read, State, Update, Upgrade, WithIdentity, WithImport, WithMove,
    WithUpgrade,
};
use tf_plugin::schema::Schema;
use tf_plugin::{Context, Diagnostics, Path, Resource, Set, Value};

use super::model::{Thing, ThingIdentity, Window};
use super::world::{Data, Trouble, World};

/// The resource's type.
pub(crate) const THING: &str = "sample_thing";

/// `sample_thing`.
pub(super) struct ThingResource {
    pub(super) world: World,
}

/// How often each was done; in the private data.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Counts {
    #[serde(skip_serializing_if = "is_zero")]
    plans: u32,
    #[serde(skip_serializing_if = "is_zero")]
    imports: u32,
    #[serde(skip_serializing_if = "is_zero")]
    reads: u32,
    #[serde(skip_serializing_if = "is_zero")]
    writes: u32,
}

impl Counts {
    fn text(&self) -> &'static str {
        if self.writes == 1 { "It was written once." } else { "It was written often, or never." }
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_zero(count: &u32) -> bool {
    *count == 0
}

fn schema() -> Schema {
    Schema::from_object::<Thing>().version(1)
}

/// The schema as Terraform has it.
pub(crate) fn thing_schema() -> tf_plugin_testing::core::Schema {
    tf_plugin_testing::core::Schema::from_declaration(&schema())
}

impl Resource for ThingResource {
    const TYPE_NAME: &'static str = THING;
    type Model = Thing;
    type Private = Counts;
    type Data = Data;

    fn schema(&self) -> Schema {
        schema()
    }

    fn validate(&self, config: &Thing, diagnostics: &mut Diagnostics) {
        if config.name.as_deref() == Some("") {
            diagnostics.error(Path::new("name"), "Empty name", "A thing needs a name.");
        }
        if config.size.known().is_some_and(|size| *size < 0) {
            diagnostics.error(Path::new("size"), "Negative size", "A size is 0 or more.");
        }
        assert!(config.note.as_deref() != Some("panic while validating"), "the note asks for it");
    }

    async fn plan(&self, _: &Context<Data>, plan: &mut Plan<Self>, diagnostics: &mut Diagnostics) {
        match self.world.plan_trouble() {
            Some(Trouble::PlanFails) => diagnostics.error(Path::new("name"), "Plan failed", "As it should."),
            Some(Trouble::PlanPanics) => panic!("plan panics, as it should"),
            _ => {}
        }
        // A size that is not known yet may turn out to be a smaller one.
        let shrinks = plan.prior.as_ref().is_some_and(|prior| prior.size.known() > plan.planned.size.known());
        if shrinks {
            plan.replace.push(Path::new("size"));
        }
        if plan.prior.as_ref() != Some(&plan.planned) {
            plan.private.plans += 1;
        }
    }

    async fn create(
        &self,
        context: &Context<Data>,
        request: Create<Self>,
        diagnostics: &mut Diagnostics,
    ) -> Option<State<Self>> {
        let id = self.world.new_id(&context.provider().prefix);
        let Create { config, planned, private, .. } = request;
        let model = self.write(context, (&id, 1), (config, planned), diagnostics).await?;
        Some(State { model, private: Counts { writes: private.writes + 1, ..private } })
    }

    async fn read(
        &self,
        _: &Context<Data>,
        request: Read<Self>,
        diagnostics: &mut Diagnostics,
    ) -> Option<State<Self>> {
        match self.world.trouble() {
            Some(Trouble::Fail) => {
                diagnostics.error(Path::root(), "Read failed", "As it should.");
                return None;
            }
            Some(Trouble::Panic) => panic!("read panics, as it should"),
            _ => {}
        }
        let Read { current, private, is_import, .. } = request;
        let imports = private.imports + u32::from(is_import);
        let found = self.world.thing(current.id.as_deref()?)?;
        // The service has no timeouts: they are the configuration's alone.
        let model = Thing { timeouts: current.timeouts, password_version: current.password_version, ..found };
        Some(State { model, private: Counts { reads: private.reads + 1, imports, ..private } })
    }

    async fn update(
        &self,
        context: &Context<Data>,
        request: Update<Self>,
        diagnostics: &mut Diagnostics,
    ) -> Option<State<Self>> {
        let Update { config, prior, planned, private, .. } = request;
        let id = prior.id.as_deref().unwrap_or_default();
        let revision = prior.revision.known().copied().unwrap_or(0) + 1;
        let model = self.write(context, (id, revision), (config, planned), diagnostics).await?;
        Some(State { model, private: Counts { writes: private.writes + 1, ..private } })
    }

    async fn delete(&self, context: &Context<Data>, request: Delete<Self>, diagnostics: &mut Diagnostics) {
        let Delete { prior, private, .. } = request;
        match self.world.trouble() {
            Some(Trouble::Fail) => return diagnostics.error(Path::root(), "Delete failed", "As it should."),
            Some(Trouble::Panic) => panic!("delete panics, as it should"),
            Some(Trouble::Warn) => diagnostics.warning(Path::root(), "Slow", "It took long."),
            Some(Trouble::HangUntilStopped) => {
                self.world.begun.add_permits(1);
                context.cancelled().cancelled().await;
                return diagnostics.error(Path::root(), "Stopped", "As the user wanted.");
            }
            Some(Trouble::TellWrites) => {
                diagnostics.warning(Path::root(), "Written", private.text());
            }
            _ => {}
        }
        self.world.remove(prior.id.as_deref().unwrap_or_default());
    }

    async fn plan_destroy(&self, _: &Context<Data>, request: &Delete<Self>, diagnostics: &mut Diagnostics) {
        if request.prior.note.as_deref() == Some("protected") {
            let detail = format!("Remove the note first. {}", request.private.text());
            diagnostics.error(Path::new("note"), "Protected", detail);
        }
    }
}

impl WithImport for ThingResource {
    async fn import(
        &self,
        _: &Context<Data>,
        request: Import,
        diagnostics: &mut Diagnostics,
    ) -> Option<State<Self>> {
        if !request.id.contains('-') {
            diagnostics.error(Path::root(), "Not an id", "An id has a hyphen.");
            return None;
        }
        Some(State::new(Thing { id: Value::Known(request.id), ..tf_plugin::object::Object::null() }))
    }
}

impl WithIdentity for ThingResource {
    type Identity = ThingIdentity;

    fn identity(&self, state: &Thing) -> Option<ThingIdentity> {
        let id = state.id.as_deref()?;
        Some(ThingIdentity { id: id.into(), tenant: self.world.tenant().as_str().into() })
    }

    fn import_id(&self, _: &Context<Data>, identity: ThingIdentity, _: &mut Diagnostics) -> Option<String> {
        identity.id.into_known()
    }
}

impl WithUpgrade for ThingResource {
    fn upgrade(&self, request: &Upgrade, diagnostics: &mut Diagnostics) -> Option<Thing> {
        let old: serde_json::Value = serde_json::from_slice(&request.json).ok()?;
        if request.version != 0 {
            diagnostics.error(Path::root(), "Unknown version", "This is not version 0.");
            return None;
        }
        assert!(old["title"] != "panic", "the title asks for it");
        let text = |name: &str| Value::from(old[name].as_str().map(str::to_owned));
        Some(Thing { id: text("id"), name: text("title"), ..tf_plugin::object::Object::null() })
    }
}

impl WithMove for ThingResource {
    fn moved(&self, request: &Move, _: &mut Diagnostics) -> Option<State<Self>> {
        if request.type_name != "sample_old" || request.provider != "registry.terraform.io/example/sample" {
            return None;
        }
        let old: serde_json::Value = serde_json::from_slice(&request.json).ok()?;
        let id = Value::from(old["id"].as_str().map(str::to_owned));
        Some(State::new(Thing { id, ..tf_plugin::object::Object::null() }))
    }
}

impl ThingResource {
    /// Creates or changes a thing, or meets the trouble that the test wants.
    async fn write(
        &self,
        context: &Context<Data>,
        (id, revision): (&str, i64),
        (config, planned): (Thing, Thing),
        diagnostics: &mut Diagnostics,
    ) -> Option<Thing> {
        let fail = |diagnostics: &mut Diagnostics| {
            diagnostics.error(Path::new("name"), "Write failed", "As it should.");
        };
        let trouble = self.world.trouble();
        match trouble {
            Some(Trouble::Panic) => panic!("write panics, as it should"),
            Some(Trouble::Fail) => {
                fail(diagnostics);
                return None;
            }
            Some(Trouble::SayNothing) => return None,
            Some(Trouble::WaitForTest) => {
                self.world.begun.add_permits(1);
                self.world.go_on.acquire().await.expect("it is never closed").forget();
            }
            Some(Trouble::HangUntilStopped) => {
                self.world.begun.add_permits(1);
                context.cancelled().cancelled().await;
                diagnostics.error(Path::root(), "Stopped", "As the user wanted.");
                return None;
            }
            Some(Trouble::Warn) => diagnostics.warning(Path::root(), "Slow", "It took long."),
            _ => {}
        }
        let mut made = made(planned, id, revision);
        let password = config.password.as_deref().map(str::to_owned);
        self.world.put(id, spelled_by_the_service(made.clone()), password);
        match trouble {
            Some(Trouble::FailAfterCheckpoint) => {
                context.checkpoint(made);
                fail(diagnostics);
                return None;
            }
            Some(Trouble::PanicAfterCheckpoint) => {
                context.checkpoint(made);
                panic!("write panics after the checkpoint, as it should");
            }
            Some(Trouble::FailWithState) => fail(diagnostics),
            Some(Trouble::MoveToAnother) => self.world.belongs_to("another"),
            Some(Trouble::LeaveUnknown) => made.revision = Value::unknown(),
            Some(Trouble::WaitForTest) => self.world.ended.add_permits(1),
            _ => {}
        }
        Some(Thing { timeouts: made.timeouts.clone(), ..spelled_by_the_service(made) })
    }
}

/// The planned thing with everything that only the service knows.
fn made(mut thing: Thing, id: &str, revision: i64) -> Thing {
    fill(&mut thing.id, id.to_owned());
    fill(&mut thing.revision, revision);
    fill(&mut thing.kind, "standard".to_owned());
    for endpoint in thing.endpoints.known_mut().into_iter().flat_map(BTreeMap::values_mut) {
        if let Some(endpoint) = endpoint.known_mut() {
            fill(&mut endpoint.status, "ready".to_owned());
        }
    }
    for (step, position) in thing.steps.known_mut().into_iter().flatten().zip(1..) {
        if let Some(step) = step.known_mut() {
            fill(&mut step.position, position);
        }
    }
    fill(&mut thing.window, Window { start: Value::Null, zone: Value::unknown() });
    if let Some(window) = thing.window.known_mut() {
        fill(&mut window.zone, "utc".to_owned());
    }
    for dns in thing.dns.known_mut().into_iter().flatten() {
        fill(&mut dns.fqdn, "thing.example.com".to_owned());
    }
    thing
}

fn fill<T>(value: &mut Value<T>, with: T) {
    if value.is_unknown() {
        *value = Value::Known(with);
    }
}

/// The service has its own spelling of regions and codes, and its own order of sets. It has no null in tags and
/// endpoints.
fn spelled_by_the_service(mut thing: Thing) -> Thing {
    if let Some(tags) = thing.tags.known_mut() {
        tags.retain(|_, tag| !tag.is_null());
    }
    if let Some(endpoints) = thing.endpoints.known_mut() {
        endpoints.retain(|_, endpoint| !endpoint.is_null());
    }
    let lower = |text: &mut Value<String>| {
        if let Some(text) = text.known_mut() {
            text.make_ascii_lowercase();
        }
    };
    lower(&mut thing.region);
    for endpoint in thing.endpoints.known_mut().into_iter().flat_map(BTreeMap::values_mut) {
        if let Some(endpoint) = endpoint.known_mut() {
            lower(&mut endpoint.region);
        }
    }
    if let Some(Set(codes)) = thing.codes.known_mut() {
        codes.iter_mut().for_each(lower);
        codes.reverse();
    }
    if let Some(Set(rules)) = thing.rules.known_mut() {
        rules.reverse();
    }
    thing
}
