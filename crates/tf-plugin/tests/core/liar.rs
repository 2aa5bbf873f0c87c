//! The Terraform for tests must find what is wrong: a provider that is sound but for one answer is caught at each
//! of them.

use std::ops::Deref;
use std::sync::{Arc, Mutex};

use serde_json::json;
use tf_plugin::cty::{Path, Step, Type, Value, msgpack};
use tf_plugin_testing::core::{Core, Instance, LocalChannel, Report};
use tf_plugin_testing::proto::tfplugin6 as wire;
use tonic::{Request, Response, Status};
use wire::provider_client::ProviderClient;
use wire::provider_server::{Provider, ProviderServer};

use super::sample::{self, LEASE, THING, World};

/// Changes an answer before it is sent; `None` ends the call with an error.
type Change<T> = Box<dyn Fn(T) -> Option<T> + Send>;

/// One lie for each kind of call.
#[derive(Default)]
struct Lies {
    plan: Option<Change<wire::plan_resource_change::Response>>,
    apply: Option<Change<wire::apply_resource_change::Response>>,
    read: Option<Change<wire::read_resource::Response>>,
    import: Option<Change<wire::import_resource_state::Response>>,
    upgrade: Option<Change<wire::upgrade_resource_state::Response>>,
    open: Option<Change<wire::open_ephemeral_resource::Response>>,
}

/// The sample, which lies where it is told to.
struct Liar {
    honest: ProviderClient<LocalChannel>,
    lies: Arc<Mutex<Lies>>,
}

/// Terraform beside the liar.
struct Deceived {
    core: Core,
    lies: Arc<Mutex<Lies>>,
}

impl Deref for Deceived {
    type Target = Core;

    fn deref(&self) -> &Core {
        &self.core
    }
}

fn told<T>(answer: Result<Response<T>, Status>, lie: Option<&Change<T>>) -> Result<Response<T>, Status> {
    let answer = answer?.into_inner();
    let told = match lie {
        Some(lie) => lie(answer),
        None => Some(answer),
    };
    told.map(Response::new).ok_or_else(|| Status::internal("gone"))
}

#[tonic::async_trait]
impl Provider for Liar {
    async fn get_provider_schema(
        &self,
        request: Request<wire::get_provider_schema::Request>,
    ) -> Result<Response<wire::get_provider_schema::Response>, Status> {
        self.honest.clone().get_provider_schema(request).await
    }

    async fn get_resource_identity_schemas(
        &self,
        request: Request<wire::get_resource_identity_schemas::Request>,
    ) -> Result<Response<wire::get_resource_identity_schemas::Response>, Status> {
        self.honest.clone().get_resource_identity_schemas(request).await
    }

    async fn validate_provider_config(
        &self,
        request: Request<wire::validate_provider_config::Request>,
    ) -> Result<Response<wire::validate_provider_config::Response>, Status> {
        self.honest.clone().validate_provider_config(request).await
    }

    async fn configure_provider(
        &self,
        request: Request<wire::configure_provider::Request>,
    ) -> Result<Response<wire::configure_provider::Response>, Status> {
        self.honest.clone().configure_provider(request).await
    }

    async fn validate_resource_config(
        &self,
        request: Request<wire::validate_resource_config::Request>,
    ) -> Result<Response<wire::validate_resource_config::Response>, Status> {
        self.honest.clone().validate_resource_config(request).await
    }

    async fn upgrade_resource_state(
        &self,
        request: Request<wire::upgrade_resource_state::Request>,
    ) -> Result<Response<wire::upgrade_resource_state::Response>, Status> {
        let answer = self.honest.clone().upgrade_resource_state(request).await;
        told(answer, self.lies.lock().unwrap().upgrade.as_ref())
    }

    async fn plan_resource_change(
        &self,
        request: Request<wire::plan_resource_change::Request>,
    ) -> Result<Response<wire::plan_resource_change::Response>, Status> {
        let answer = self.honest.clone().plan_resource_change(request).await;
        told(answer, self.lies.lock().unwrap().plan.as_ref())
    }

    async fn apply_resource_change(
        &self,
        request: Request<wire::apply_resource_change::Request>,
    ) -> Result<Response<wire::apply_resource_change::Response>, Status> {
        let answer = self.honest.clone().apply_resource_change(request).await;
        told(answer, self.lies.lock().unwrap().apply.as_ref())
    }

    async fn read_resource(
        &self,
        request: Request<wire::read_resource::Request>,
    ) -> Result<Response<wire::read_resource::Response>, Status> {
        let answer = self.honest.clone().read_resource(request).await;
        told(answer, self.lies.lock().unwrap().read.as_ref())
    }

    async fn import_resource_state(
        &self,
        request: Request<wire::import_resource_state::Request>,
    ) -> Result<Response<wire::import_resource_state::Response>, Status> {
        let answer = self.honest.clone().import_resource_state(request).await;
        told(answer, self.lies.lock().unwrap().import.as_ref())
    }

    async fn validate_ephemeral_resource_config(
        &self,
        request: Request<wire::validate_ephemeral_resource_config::Request>,
    ) -> Result<Response<wire::validate_ephemeral_resource_config::Response>, Status> {
        self.honest.clone().validate_ephemeral_resource_config(request).await
    }

    async fn open_ephemeral_resource(
        &self,
        request: Request<wire::open_ephemeral_resource::Request>,
    ) -> Result<Response<wire::open_ephemeral_resource::Response>, Status> {
        let answer = self.honest.clone().open_ephemeral_resource(request).await;
        told(answer, self.lies.lock().unwrap().open.as_ref())
    }
}

/// Changes one attribute of an encoded state.
fn with(state: &mut Option<wire::DynamicValue>, name: &str, value: Value) {
    change(&sample::thing_schema().object_type(), state, name, value);
}

fn change(of: &Type, state: &mut Option<wire::DynamicValue>, name: &str, value: Value) {
    let bytes = state.take().unwrap_or_default().msgpack;
    let Value::Map(mut members) = msgpack::decode(&bytes, of).unwrap() else { panic!("not an object") };
    members.insert(name.to_owned(), value);
    *state = Some(wire::DynamicValue { msgpack: msgpack::encode(&Value::Map(members)), json: Vec::new() });
}

fn identity_of(id: Value) -> wire::ResourceIdentityData {
    let identity = Value::object([("id", id), ("tenant", Value::string("home"))]);
    let identity_data = Some(wire::DynamicValue { msgpack: msgpack::encode(&identity), json: Vec::new() });
    wire::ResourceIdentityData { identity_data }
}

/// Bytes that are of no type.
fn garbage() -> wire::DynamicValue {
    wire::DynamicValue { msgpack: vec![0xc1], json: Vec::new() }
}

fn without_severity() -> wire::Diagnostic {
    wire::Diagnostic { summary: "Forgotten".to_owned(), ..Default::default() }
}

async fn start() -> (World, Deceived) {
    let world = World::new();
    let lies = Arc::<Mutex<Lies>>::default();
    let honest = Core::new(sample::server(&world)).await.client();
    let liar = Liar { honest, lies: Arc::clone(&lies) };
    let core = Core::with(LocalChannel::new(ProviderServer::new(liar))).await;
    core.configure_with(&json!({})).await.unwrap();
    (world, Deceived { core, lies })
}

fn lies(core: &Deceived) -> std::sync::MutexGuard<'_, Lies> {
    core.lies.lock().unwrap()
}

fn config(thing: &Instance<'_>, note: &str) -> Value {
    thing.config(&json!({"name": "a", "note": note}))
}

async fn made(core: &Core) -> Instance<'_> {
    let mut thing = core.resource(THING);
    let config = config(&thing, "n");
    thing.settle(&config).await.unwrap();
    thing
}

/// Expects exactly one broken rule that begins so.
fn check(result: Result<impl Sized, Report>, rule: &str) {
    let Err(report) = result else { panic!("nothing was found: {rule}") };
    assert_eq!(report.violations.len(), 1, "{report}");
    assert!(report.violations[0].starts_with(rule), "{report}");
}

/// A plan of an update that was answered so.
async fn check_plan(lie: impl Fn(&mut wire::plan_resource_change::Response) + Send + 'static, rule: &str) {
    let (_, core) = start().await;
    let thing = made(&core).await;
    lies(&core).plan = Some(Box::new(move |mut answer| {
        lie(&mut answer);
        Some(answer)
    }));
    let config = config(&thing, "m");
    check(thing.plan_as_stored(&config).await, rule);
}

#[tokio::test]
async fn lies_in_plans_are_found() {
    check_plan(
        |answer| with(&mut answer.planned_state, "note", Value::string("x")),
        "plan: note: planned value",
    )
    .await;
    check_plan(|answer| answer.planned_state = None, "plan: planned for absence").await;
    check_plan(|answer| answer.planned_state = Some(garbage()), "plan: cannot be read").await;
    let secret = || Value::string("s");
    check_plan(
        move |answer| with(&mut answer.planned_state, "password", secret()),
        "plan: password: write-only",
    )
    .await;
    check_plan(|answer| answer.legacy_type_system = true, "plan: switches").await;
    check_plan(|answer| answer.deferred = Some(wire::Deferred::default()), "plan: deferred").await;
    check_plan(|answer| answer.diagnostics.push(without_severity()), "diagnostic without severity").await;
    let unknown = || identity_of(Value::unknown());
    check_plan(move |answer| answer.planned_identity = Some(unknown()), "plan: identity: id: is unknown")
        .await;
    let other = || identity_of(Value::string("x"));
    check_plan(move |answer| answer.planned_identity = Some(other()), "plan: the identity changed").await;
    let nowhere = || Path::new("nowhere");
    check_plan(move |answer| answer.requires_replace.push(wire_path(&nowhere())), "plan: nowhere: requires")
        .await;
    check_plan(
        |answer| answer.requires_replace.push(wire::AttributePath { steps: vec![<_>::default()] }),
        "plan: a step",
    )
    .await;
}

fn wire_path(path: &Path) -> wire::AttributePath {
    use wire::attribute_path::step::Selector;
    let steps = path.steps().iter().map(|step| match step {
        Step::Attribute(name) => Selector::AttributeName(name.clone()),
        Step::Key(key) => Selector::ElementKeyString(key.clone()),
        Step::Index(index) => Selector::ElementKeyInt(i64::try_from(*index).unwrap()),
    });
    let steps = steps.map(|selector| wire::attribute_path::Step { selector: Some(selector) });
    wire::AttributePath { steps: steps.collect() }
}

#[tokio::test]
async fn a_call_that_fails_as_a_whole_is_found() {
    let (_, core) = start().await;
    let thing = made(&core).await;
    lies(&core).plan = Some(Box::new(|_| None));
    check(thing.plan_as_stored(&config(&thing, "m")).await, "PlanResourceChange: the call failed");
}

#[tokio::test]
async fn another_plan_in_the_apply_walk_is_found() {
    let (world, core) = start().await;
    let mut thing = made(&core).await;
    let config = config(&thing, "m");
    let plan = thing.plan(&config).await.unwrap();
    lies(&core).plan = Some(Box::new(|mut answer| {
        with(&mut answer.planned_state, "kind", Value::string("other"));
        Some(answer)
    }));
    check(thing.apply(plan.clone()).await, "inconsistent final plan: kind: was");
    lies(&core).plan = Some(Box::new(|mut answer| {
        answer.requires_replace.push(wire_path(&Path::new("note")));
        Some(answer)
    }));
    check(thing.apply(plan).await, "inconsistent final plan: a replacement");
    assert_eq!(world.thing("thing-1").and_then(|thing| thing.note.into_known()).as_deref(), Some("n"));
}

/// An apply of an update that was answered so.
async fn check_apply(
    lie: impl Fn(&mut wire::apply_resource_change::Response) + Send + 'static,
    rule: &str,
) -> Value {
    let (_, core) = start().await;
    let mut thing = made(&core).await;
    let plan = thing.plan(&config(&thing, "m")).await.unwrap();
    lies(&core).apply = Some(Box::new(move |mut answer| {
        lie(&mut answer);
        Some(answer)
    }));
    check(thing.apply(plan).await, rule);
    thing.state().clone()
}

#[tokio::test]
async fn lies_in_applies_are_found() {
    let inconsistent = "inconsistent result after apply: note: was";
    let stored =
        check_apply(|answer| with(&mut answer.new_state, "note", Value::string("x")), inconsistent).await;
    assert_eq!(stored.attribute("note"), Some(&Value::string("x")), "what was answered is stored");
    let unknown = |answer: &mut wire::apply_resource_change::Response| {
        with(&mut answer.new_state, "revision", Value::unknown());
    };
    let stored = check_apply(unknown, "apply: revision: is unknown").await;
    assert_eq!(stored.attribute("revision"), Some(&Value::Null));
    let stored = check_apply(|answer| answer.new_state = Some(garbage()), "apply: cannot be read").await;
    assert_eq!(stored.attribute("note"), Some(&Value::string("n")), "what was there stays");
    let secret = |answer: &mut wire::apply_resource_change::Response| {
        with(&mut answer.new_state, "password", Value::string("s"));
    };
    check_apply(secret, "apply: password: write-only").await;
    let gone = check_apply(|answer| answer.new_state = None, "apply: was present").await;
    assert_eq!(gone, Value::Null);
    check_apply(|answer| answer.legacy_type_system = true, "apply: switches").await;
    check_apply(|answer| answer.new_identity = None, "apply: the identity changed").await;
    let half = || identity_of(Value::unknown());
    let found = found_in_apply(move |answer| answer.new_identity = Some(half())).await;
    assert!(found.contains(&"apply: identity: id: is unknown".to_owned()), "{found:?}");
    check_apply(|answer| answer.diagnostics.push(without_severity()), "diagnostic without severity").await;
}

/// All broken rules of an apply that was answered so.
async fn found_in_apply(
    lie: impl Fn(&mut wire::apply_resource_change::Response) + Send + 'static,
) -> Vec<String> {
    let (_, core) = start().await;
    let mut thing = made(&core).await;
    let plan = thing.plan(&config(&thing, "m")).await.unwrap();
    lies(&core).apply = Some(Box::new(move |mut answer| {
        lie(&mut answer);
        Some(answer)
    }));
    thing.apply(plan).await.unwrap_err().violations
}

#[tokio::test]
async fn a_destroy_that_answers_a_state_keeps_the_object() {
    let (_, core) = start().await;
    let mut thing = made(&core).await;
    let plan = thing.plan_destroy().await.unwrap();
    let state = wire::DynamicValue { msgpack: msgpack::encode(thing.state()), json: Vec::new() };
    lies(&core).apply = Some(Box::new(move |answer| {
        Some(wire::apply_resource_change::Response { new_state: Some(state.clone()), ..answer })
    }));
    let found = thing.apply(plan).await.unwrap_err().violations;
    assert!(found.contains(&"apply: destroying should always produce a null value".to_owned()), "{found:?}");
    assert!(!thing.state().is_null());
}

/// A read that was answered so.
async fn check_read(lie: impl Fn(&mut wire::read_resource::Response) + Send + 'static, rule: &str) {
    let (_, core) = start().await;
    let mut thing = made(&core).await;
    let before = thing.stored().cloned();
    lies(&core).read = Some(Box::new(move |mut answer| {
        lie(&mut answer);
        Some(answer)
    }));
    check(thing.refresh().await, rule);
    assert_eq!(thing.stored().cloned(), before);
}

#[tokio::test]
async fn lies_in_reads_are_found() {
    check_read(
        |answer| with(&mut answer.new_state, "revision", Value::unknown()),
        "read: revision: is unknown",
    )
    .await;
    check_read(
        |answer| with(&mut answer.new_state, "password", Value::string("s")),
        "read: password: write-only",
    )
    .await;
    check_read(|answer| with(&mut answer.new_state, "dns", Value::Null), "read: dns: blocks must be").await;
    check_read(|answer| answer.new_state = Some(garbage()), "read: cannot be read").await;
    check_read(|answer| answer.deferred = Some(wire::Deferred::default()), "read: deferred").await;
    let other = || identity_of(Value::string("x"));
    check_read(move |answer| answer.new_identity = Some(other()), "read: the identity changed").await;
}

#[tokio::test]
async fn a_read_that_forgets_the_private_data_loses_it() {
    let (_, core) = start().await;
    let mut thing = made(&core).await;
    lies(&core).read = Some(Box::new(|mut answer| {
        answer.private = Vec::new();
        Some(answer)
    }));
    thing.refresh().await.unwrap();
    assert_eq!(thing.stored().unwrap().private, b"");
}

/// An import that was answered so.
async fn check_import(lie: impl Fn(&mut wire::import_resource_state::Response) + Send + 'static, rule: &str) {
    let (_, core) = start().await;
    let _made = made(&core).await;
    lies(&core).import = Some(Box::new(move |mut answer| {
        lie(&mut answer);
        Some(answer)
    }));
    let mut thing = core.resource(THING);
    check(thing.import("thing-1").await, rule);
    assert_eq!(thing.stored(), None);
}

#[tokio::test]
async fn lies_in_imports_are_found() {
    check_import(|answer| answer.imported_resources.clear(), "import: 0 objects").await;
    check_import(|answer| answer.imported_resources.push(<_>::default()), "import: 2 objects").await;
    check_import(|answer| answer.imported_resources[0].type_name.clear(), "import: \"\" is another type")
        .await;
    check_import(|answer| answer.imported_resources[0].state = None, "import: a null state").await;
    let secret = || Value::string("s");
    check_import(
        move |answer| with(&mut answer.imported_resources[0].state, "password", secret()),
        "import: password: write-only",
    )
    .await;
}

#[tokio::test]
async fn an_import_by_identity_without_one_is_found() {
    let (_, core) = start().await;
    let _made = made(&core).await;
    lies(&core).import = Some(Box::new(|mut answer| {
        answer.imported_resources[0].identity = None;
        Some(answer)
    }));
    let mut thing = core.resource(THING);
    let identity = Value::object([("id", Value::string("thing-1"))]);
    check(thing.import_identity(identity).await, "import: no identity");
}

#[tokio::test]
async fn lies_in_upgrades_are_found() {
    let (_, core) = start().await;
    let mut thing = made(&core).await;
    lies(&core).upgrade = Some(Box::new(|mut answer| {
        with(&mut answer.upgraded_state, "password", Value::string("s"));
        Some(answer)
    }));
    check(thing.refresh().await, "upgrade: password: write-only");
    lies(&core).upgrade = Some(Box::new(|mut answer| {
        answer.upgraded_state = None;
        Some(answer)
    }));
    check(thing.refresh().await, "upgrade: is null");
}

#[tokio::test]
async fn a_second_plan_with_changes_is_found() {
    let (_, core) = start().await;
    let mut thing = core.resource(THING);
    let config = config(&thing, "n");
    lies(&core).plan = Some(Box::new(|mut answer| {
        with(&mut answer.planned_state, "revision", Value::unknown());
        Some(answer)
    }));
    check(thing.settle(&config).await, "second plan: Update is planned after apply");
}

/// A lease that was opened so.
async fn check_open(lie: impl Fn(&mut wire::open_ephemeral_resource::Response) + Send + 'static, rule: &str) {
    let (_, core) = start().await;
    lies(&core).open = Some(Box::new(move |mut answer| {
        lie(&mut answer);
        Some(answer)
    }));
    check(core.open(LEASE, &json!({"name": "a"})).await, rule);
}

#[tokio::test]
async fn lies_in_what_is_opened_are_found() {
    let of = {
        let (_, core) = start().await;
        core.ephemeral_schema(LEASE).object_type()
    };
    let lie = |name: &'static str, value: Value| {
        let of = of.clone();
        move |answer: &mut wire::open_ephemeral_resource::Response| {
            change(&of, &mut answer.result, name, value.clone());
        }
    };
    check_open(lie("name", Value::string("b")), "open: name: planned value").await;
    check_open(lie("token", Value::unknown()), "open: token: is unknown").await;
    check_open(lie("limit", Value::Null), "open: limit: blocks must be empty").await;
    check_open(|answer| answer.result = None, "open: is null").await;
    check_open(|answer| answer.result = Some(garbage()), "open: cannot be read").await;
    check_open(|answer| answer.deferred = Some(wire::Deferred::default()), "open: deferred").await;
    check_open(|answer| answer.diagnostics.push(without_severity()), "diagnostic without severity").await;
}
