//! The resource of the sample: attributes, nested attributes and blocks of every kind.

use std::collections::BTreeMap;

use tf_plugin::cty::{self, Type};
use tf_plugin::resource::{Apply, IdentityAttribute, IdentitySchema, Import, Moved, Plan, Stored};
use tf_plugin::schema::{Attribute, Block, NestedBlock, Schema};
use tf_plugin::{Context, Diagnostics, Path, Private, Resource, Set, Value, object};

use super::Data;
use super::world::{Trouble, World};

/// The resource's type.
pub(crate) const THING: &str = "sample_thing";

object! {
    /// An endpoint.
    pub(crate) struct Endpoint {
        pub target: Value<String>,
        pub weight: Value<i64>,
        pub region: Value<String>,
        pub status: Value<String>,
    }
}

object! {
    /// A rule.
    pub(crate) struct Rule {
        pub code: Value<String>,
        pub note: Value<String>,
    }
}

object! {
    /// A step.
    pub(crate) struct Step {
        pub name: Value<String>,
        pub position: Value<i64>,
    }
}

object! {
    /// A window of time.
    pub(crate) struct Window {
        pub start: Value<String>,
        pub zone: Value<String>,
    }
}

object! {
    /// How it answers in DNS.
    pub(crate) struct Dns {
        pub label: Value<String>,
        pub ttl: Value<i64>,
        pub fqdn: Value<String>,
    }
}

object! {
    /// A header.
    pub(crate) struct Header {
        pub name: Value<String>,
        pub value: Value<String>,
    }
}

object! {
    /// How long it may take.
    pub(crate) struct Timeouts {
        pub create: Value<String>,
    }
}

object! {
    /// The whole thing.
    pub(crate) struct Thing {
        pub id: Value<String>,
        pub name: Value<String>,
        pub region: Value<String>,
        pub size: Value<i64>,
        pub kind: Value<String>,
        pub note: Value<String>,
        pub revision: Value<i64>,
        pub secret: Value<String>,
        pub password: Value<String>,
        pub password_version: Value<i64>,
        pub precise: Value<cty::Number>,
        pub tags: Value<BTreeMap<String, Value<String>>>,
        pub codes: Value<Set<Value<String>>>,
        pub ports: Value<Vec<Value<i64>>>,
        pub endpoints: Value<BTreeMap<String, Value<Endpoint>>>,
        pub rules: Value<Set<Value<Rule>>>,
        pub steps: Value<Vec<Value<Step>>>,
        pub window: Value<Window>,
        pub dns: Value<Vec<Dns>>,
        pub header: Value<Set<Header>>,
        pub timeouts: Value<Timeouts>,
    }
}

object! {
    /// What tells a thing from all others.
    pub(crate) struct ThingIdentity {
        pub id: Value<String>,
        pub tenant: Value<String>,
    }
}

/// `sample_thing`.
pub(super) struct ThingResource {
    pub(super) world: World,
}

/// Counts on in the private data.
fn count(private: &mut Private, name: &str) {
    let count = private.of(name).and_then(|count| count.parse::<u32>().ok()).unwrap_or(0);
    private.set(name, Some(&(count + 1).to_string()));
}

fn without_case(left: &str, right: &str) -> bool {
    left.eq_ignore_ascii_case(right)
}

fn attributes() -> Vec<Attribute> {
    vec![
        Attribute::string("id").computed().keeps(),
        Attribute::string("name").required().replaces(),
        Attribute::string("region").same_if(without_case),
        Attribute::number("size").default(cty::Value::integer(1)),
        Attribute::string("kind").optional_computed().keeps(),
        Attribute::string("note").deprecated("Use tags."),
        Attribute::number("revision").computed(),
        Attribute::string("secret").sensitive(),
        Attribute::string("password").write_only().sensitive(),
        Attribute::number("password_version"),
        Attribute::number("precise"),
        Attribute::of("tags", Type::map(Type::String)).no_null_elements(),
        Attribute::of("codes", Type::set(Type::String)).same_if(without_case),
        Attribute::of("ports", Type::list(Type::Number)),
        Attribute::nested_map(
            "endpoints",
            [
                Attribute::string("target").required(),
                Attribute::number("weight").default(cty::Value::integer(1)),
                Attribute::string("region").same_if(without_case),
                Attribute::string("status").computed(),
            ],
        )
        .no_null_elements(),
        Attribute::nested_set("rules", [Attribute::string("code").required(), Attribute::string("note")]),
        Attribute::nested_list(
            "steps",
            [Attribute::string("name").required(), Attribute::number("position").computed()],
        ),
        Attribute::nested("window", [Attribute::string("start"), Attribute::string("zone").computed()])
            .optional_computed(),
    ]
}

fn schema() -> Schema {
    let dns = Block::new([
        Attribute::string("label").required().replaces(),
        Attribute::number("ttl").default(cty::Value::integer(30)),
        Attribute::string("fqdn").computed().keeps(),
    ]);
    let header = Block::new([Attribute::string("name").required(), Attribute::string("value")]);
    let timeouts = Block::new([Attribute::string("create")]);
    let block = Block::new(attributes()).describe("A thing.").blocks([
        NestedBlock::list("dns", dns).items(0, 2),
        NestedBlock::set("header", header),
        NestedBlock::single("timeouts", timeouts),
    ]);
    Schema::new(block).version(1)
}

/// The schema as Terraform has it.
pub(crate) fn thing_schema() -> tf_plugin_testing::core::Schema {
    tf_plugin_testing::core::Schema::of(&schema())
}

impl Resource for ThingResource {
    const TYPE_NAME: &'static str = THING;
    type Model = Thing;
    type Identity = ThingIdentity;
    type Data = Data;

    fn schema(&self) -> Schema {
        schema()
    }

    fn validate(&self, config: &Thing, diagnostics: &mut Diagnostics) {
        if config.name.as_deref() == Some("") {
            diagnostics.error(Path::of("name"), "Empty name", "A thing needs a name.");
        }
        if config.size.known().is_some_and(|size| *size < 0) {
            diagnostics.error(Path::of("size"), "Negative size", "A size is 0 or more.");
        }
        assert!(config.note.as_deref() != Some("panic while validating"), "the note asks for it");
    }

    async fn plan(&self, _: &Context<Data>, plan: &mut Plan<Thing>, diagnostics: &mut Diagnostics) {
        match self.world.plan_trouble() {
            Some(Trouble::PlanFails) => diagnostics.error(Path::of("name"), "Plan failed", "As it should."),
            Some(Trouble::PlanPanics) => panic!("plan panics, as it should"),
            _ => {}
        }
        // A size that is not known yet may turn out to be a smaller one.
        let shrinks = plan.prior.as_ref().is_some_and(|prior| prior.size.known() > plan.planned.size.known());
        if shrinks {
            plan.replace.push(Path::of("size"));
        }
        if plan.prior.as_ref() != Some(&plan.planned) {
            count(&mut plan.private, "plans");
        }
    }

    async fn create(
        &self,
        context: &Context<Data>,
        apply: Apply<Thing>,
        private: &mut Private,
        diagnostics: &mut Diagnostics,
    ) -> Option<Thing> {
        count(private, "writes");
        let id = self.world.new_id(&context.provider().prefix);
        self.write(context, (&id, 1), apply, diagnostics).await
    }

    async fn read(
        &self,
        _: &Context<Data>,
        current: Thing,
        private: &mut Private,
        diagnostics: &mut Diagnostics,
    ) -> Option<Thing> {
        match self.world.trouble() {
            Some(Trouble::Fail) => {
                diagnostics.error(Path::root(), "Read failed", "As it should.");
                return None;
            }
            Some(Trouble::Panic) => panic!("read panics, as it should"),
            _ => {}
        }
        count(private, "reads");
        let found = self.world.thing(current.id.as_deref()?)?;
        // The service has no timeouts: they are the configuration's alone.
        Some(Thing { timeouts: current.timeouts, password_version: current.password_version, ..found })
    }

    async fn update(
        &self,
        context: &Context<Data>,
        apply: Apply<Thing>,
        private: &mut Private,
        diagnostics: &mut Diagnostics,
    ) -> Option<Thing> {
        count(private, "writes");
        let prior = apply.prior.as_ref().expect("an update has a prior state");
        let id = prior.id.as_deref().unwrap_or_default().to_owned();
        let revision = prior.revision.known().copied().unwrap_or(0) + 1;
        self.write(context, (&id, revision), apply, diagnostics).await
    }

    async fn delete(&self, context: &Context<Data>, prior: Thing, diagnostics: &mut Diagnostics) {
        match self.world.trouble() {
            Some(Trouble::Fail) => return diagnostics.error(Path::root(), "Delete failed", "As it should."),
            Some(Trouble::Panic) => panic!("delete panics, as it should"),
            Some(Trouble::Warn) => diagnostics.warning(Path::root(), "Slow", "It took long."),
            Some(Trouble::HangUntilStopped) => {
                self.world.begun.add_permits(1);
                context.cancelled().cancelled().await;
                return diagnostics.error(Path::root(), "Stopped", "As the user wanted.");
            }
            _ => {}
        }
        self.world.remove(prior.id.as_deref().unwrap_or_default());
    }

    async fn plan_destroy(&self, _: &Context<Data>, prior: &Thing, diagnostics: &mut Diagnostics) {
        if prior.note.as_deref() == Some("protected") {
            diagnostics.error(Path::of("note"), "Protected", "Remove the note first.");
        }
    }

    fn identity_schema(&self) -> Option<IdentitySchema> {
        let attribute = |name: &str, required_for_import| IdentityAttribute {
            name: name.to_owned(),
            of: Type::String,
            required_for_import,
            description: String::new(),
        };
        Some(IdentitySchema {
            version: 0,
            attributes: vec![attribute("id", true), attribute("tenant", false)],
        })
    }

    fn identity(&self, state: &Thing) -> Option<ThingIdentity> {
        let id = state.id.as_deref()?;
        Some(ThingIdentity { id: id.into(), tenant: self.world.tenant().as_str().into() })
    }

    async fn import(
        &self,
        _: &Context<Data>,
        import: Import<ThingIdentity>,
        diagnostics: &mut Diagnostics,
    ) -> Option<Thing> {
        let id = match import {
            Import::Id(id) => Value::Known(id),
            Import::Identity(identity) => identity.id,
        };
        if id.as_deref().is_some_and(|id| !id.contains('-')) {
            diagnostics.error(Path::root(), "Not an id", "An id has a hyphen.");
            return None;
        }
        Some(Thing { id, ..tf_plugin::object::Object::null() })
    }

    fn upgrade(&self, stored: &Stored, diagnostics: &mut Diagnostics) -> Option<Thing> {
        let old: serde_json::Value = serde_json::from_slice(&stored.json).ok()?;
        if stored.version != 0 {
            diagnostics.error(Path::root(), "Unknown version", "This is not version 0.");
            return None;
        }
        assert!(old["title"] != "panic", "the title asks for it");
        let text = |name: &str| Value::from(old[name].as_str().map(str::to_owned));
        Some(Thing { id: text("id"), name: text("title"), ..tf_plugin::object::Object::null() })
    }

    fn moved(&self, from: &Moved, _: &mut Diagnostics) -> Option<Thing> {
        if from.type_name != "sample_old" || from.provider != "registry.terraform.io/example/sample" {
            return None;
        }
        let old: serde_json::Value = serde_json::from_slice(&from.json).ok()?;
        let id = Value::from(old["id"].as_str().map(str::to_owned));
        Some(Thing { id, ..tf_plugin::object::Object::null() })
    }
}

impl ThingResource {
    /// Creates or changes a thing, or meets the trouble that the test wants.
    async fn write(
        &self,
        context: &Context<Data>,
        (id, revision): (&str, i64),
        apply: Apply<Thing>,
        diagnostics: &mut Diagnostics,
    ) -> Option<Thing> {
        let fail = |diagnostics: &mut Diagnostics| {
            diagnostics.error(Path::of("name"), "Write failed", "As it should.");
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
        let mut made = made(apply.planned, id, revision);
        let password = apply.config.password.as_deref().map(str::to_owned);
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
