//! Resources, data sources and functions without their types: what the server calls.
//!
//! Each wrapper decodes, calls, and encodes; nothing is decided here.

use std::future::Future;
use std::pin::Pin;

use crate::context::{Context, Untyped};
use crate::cty::{Path, Value};
use crate::data_source::{DataSource, ReadData};
use crate::described::Described;
use crate::diagnostics::Diagnostics;
use crate::function::{Function, FunctionError, Signature};
use crate::object::{Object, decode, decode_partly};
use crate::private::Private;
use crate::resource::{
    Create, Delete, IdentitySchema, Import, Move, Plan, Read, Resource, State, Update, Upgrade, WithIdentity,
    WithImport, WithMove, WithUpgrade,
};
use crate::schema::{Block, Schema};
use crate::value::Attribute;

pub(crate) type Boxed<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// A result with what is to be said about it.
pub(crate) type Said<T> = (T, Diagnostics);

/// What a plan or an apply is given, in untyped values.
pub(crate) struct AnyChange {
    pub(crate) config: Value,
    /// Null on create.
    pub(crate) prior: Value,
    pub(crate) planned: Value,
    pub(crate) private: Private,
    /// Of plans only.
    pub(crate) is_during_apply: bool,
}

/// What a resource made of a plan.
pub(crate) struct Planned {
    pub(crate) state: AnyState,
    pub(crate) replace: Vec<Path>,
}

/// A state with its private data.
pub(crate) struct AnyState {
    pub(crate) value: Value,
    pub(crate) private: Private,
}

impl<R: Resource> From<State<R>> for AnyState {
    fn from(State { model, private }: State<R>) -> Self {
        Self { value: model.encode(), private: Private::new(&private) }
    }
}

/// By what something is imported.
pub(crate) enum ImportBy {
    Id(String),
    Identity(Value),
}

pub(crate) trait AnyResource: Described {
    fn identity_schema(&self) -> Option<IdentitySchema>;
    /// What the struct of the identity is declared as.
    fn declared_identity(&self) -> Option<Block>;
    /// The identity that follows from a state, if one does.
    fn identity_of(&self, state: &Value) -> Option<Value>;
    fn validate(&self, config: Value) -> Diagnostics;
    fn plan(&self, context: Untyped, plan: AnyChange) -> Boxed<'_, Said<Option<Planned>>>;
    fn plan_destroy(&self, context: Untyped, prior: Value, private: Private) -> Boxed<'_, Diagnostics>;
    fn create(&self, context: Untyped, change: AnyChange) -> Boxed<'_, Said<Option<AnyState>>>;
    fn update(&self, context: Untyped, change: AnyChange) -> Boxed<'_, Said<Option<AnyState>>>;
    fn delete(&self, context: Untyped, prior: Value, private: Private) -> Boxed<'_, Diagnostics>;
    fn read(&self, context: Untyped, current: Value, private: Private) -> Boxed<'_, Said<Option<AnyState>>>;
    fn import(&self, context: Untyped, by: ImportBy) -> Boxed<'_, Said<Option<AnyState>>>;
    fn upgrade(&self, request: &Upgrade) -> Said<Option<Value>>;
    fn moved(&self, request: &Move) -> Said<Option<AnyState>>;
}

type ImportFn<R> = for<'a> fn(
    &'a R,
    &'a Context<<R as Resource>::Data>,
    Import,
    &'a mut Diagnostics,
) -> Boxed<'a, Option<State<R>>>;
type UpgradeFn<R> = fn(&R, &Upgrade, &mut Diagnostics) -> Option<<R as Resource>::Model>;
type MoveFn<R> = fn(&R, &Move, &mut Diagnostics) -> Option<State<R>>;
type ImportIdFn<R> = fn(&R, &Context<<R as Resource>::Data>, Value, &mut Diagnostics) -> Option<String>;

/// The functions of [`WithIdentity`].
struct Identity<R: Resource> {
    schema: fn(&R) -> IdentitySchema,
    declared: fn() -> Block,
    of_state: fn(&R, &R::Model) -> Option<Value>,
    import_id: ImportIdFn<R>,
}

/// A resource with all that it can do, for [`Registry::resource`](crate::Registry::resource).
pub struct ManagedResource<R: Resource> {
    resource: R,
    import: Option<ImportFn<R>>,
    identity: Option<Identity<R>>,
    upgrade: Option<UpgradeFn<R>>,
    moved: Option<MoveFn<R>>,
}

impl<R: Resource> ManagedResource<R> {
    /// A resource without further abilities.
    pub fn new(resource: R) -> Self {
        Self { resource, import: None, identity: None, upgrade: None, moved: None }
    }

    /// It can be imported.
    #[must_use]
    pub fn with_import(mut self) -> Self
    where
        R: WithImport,
    {
        self.import = Some(|resource, context, request, diagnostics| {
            Box::pin(resource.import(context, request, diagnostics))
        });
        self
    }

    /// It has an identity, and can be imported by it.
    #[must_use]
    pub fn with_identity(self) -> Self
    where
        R: WithIdentity,
    {
        let identity = Identity {
            schema: R::identity_schema,
            declared: R::Identity::block,
            of_state: |resource, state| resource.identity(state).map(R::Identity::encode),
            import_id: |resource, context, identity, diagnostics| {
                let identity = typed(identity, diagnostics)?;
                resource.import_id(context, identity, diagnostics)
            },
        };
        Self { identity: Some(identity), ..self.with_import() }
    }

    /// States of older versions of its schema can be read.
    #[must_use]
    pub fn with_upgrade(mut self) -> Self
    where
        R: WithUpgrade,
    {
        self.upgrade = Some(R::upgrade);
        self
    }

    /// It takes over states of other resource types.
    #[must_use]
    pub fn with_move(mut self) -> Self
    where
        R: WithMove,
    {
        self.moved = Some(R::moved);
        self
    }
}

impl<R: Resource> From<R> for ManagedResource<R> {
    fn from(resource: R) -> Self {
        Self::new(resource)
    }
}

/// Reads a typed object; errors become diagnostics.
pub(crate) fn typed<M: Object>(value: Value, diagnostics: &mut Diagnostics) -> Option<M> {
    decode(value).map_err(|errors| diagnostics.unreadable(errors)).ok()
}

/// Reads as much of a configuration as can be read, so that all that is wrong with it is told at once.
pub(crate) fn readable<M: Object>(config: Value, diagnostics: &mut Diagnostics) -> Option<M> {
    let (config, errors) = decode_partly(config);
    diagnostics.unreadable(errors);
    config
}

impl<R: Resource> Described for ManagedResource<R> {
    fn schema(&self) -> Schema {
        self.resource.schema()
    }

    fn declared(&self) -> Block {
        R::Model::block()
    }
}

impl<R: Resource> AnyResource for ManagedResource<R> {
    fn identity_schema(&self) -> Option<IdentitySchema> {
        self.identity.as_ref().map(|identity| (identity.schema)(&self.resource))
    }

    fn declared_identity(&self) -> Option<Block> {
        self.identity.as_ref().map(|identity| (identity.declared)())
    }

    fn identity_of(&self, state: &Value) -> Option<Value> {
        let identity = self.identity.as_ref()?;
        (identity.of_state)(&self.resource, &decode(state.clone()).ok()?)
    }

    fn validate(&self, config: Value) -> Diagnostics {
        let mut diagnostics = Diagnostics::new();
        if let Some(config) = readable(config, &mut diagnostics) {
            self.resource.validate(&config, &mut diagnostics);
        }
        diagnostics
    }

    fn plan(&self, context: Untyped, plan: AnyChange) -> Boxed<'_, Said<Option<Planned>>> {
        Box::pin(async move {
            let mut diagnostics = Diagnostics::new();
            let Some(mut plan) = typed_plan::<R>(plan, &mut diagnostics) else {
                return (None, diagnostics);
            };
            self.resource.plan(&context.typed(), &mut plan, &mut diagnostics).await;
            let Plan { planned, private, replace, .. } = plan;
            let state = AnyState::from(State::<R> { model: planned, private });
            (Some(Planned { state, replace }), diagnostics)
        })
    }

    fn plan_destroy(&self, context: Untyped, prior: Value, private: Private) -> Boxed<'_, Diagnostics> {
        Box::pin(async move {
            let mut diagnostics = Diagnostics::new();
            if let Some(prior) = typed(prior, &mut diagnostics) {
                let request = Delete { prior, private: private.data() };
                self.resource.plan_destroy(&context.typed(), &request, &mut diagnostics).await;
            }
            diagnostics
        })
    }

    fn create(&self, context: Untyped, change: AnyChange) -> Boxed<'_, Said<Option<AnyState>>> {
        Box::pin(async move {
            let mut diagnostics = Diagnostics::new();
            let Some(plan) = typed_plan::<R>(change, &mut diagnostics) else { return (None, diagnostics) };
            let Plan { config, planned, private, .. } = plan;
            let request = Create { config, planned, private };
            let state = self.resource.create(&context.typed(), request, &mut diagnostics).await;
            (state.map(AnyState::from), diagnostics)
        })
    }

    fn update(&self, context: Untyped, change: AnyChange) -> Boxed<'_, Said<Option<AnyState>>> {
        Box::pin(async move {
            let mut diagnostics = Diagnostics::new();
            let Some(plan) = typed_plan::<R>(change, &mut diagnostics) else { return (None, diagnostics) };
            let Plan { config, prior, planned, private, .. } = plan;
            let prior = prior.expect("an update has a prior state");
            let request = Update { config, prior, planned, private };
            let state = self.resource.update(&context.typed(), request, &mut diagnostics).await;
            (state.map(AnyState::from), diagnostics)
        })
    }

    fn delete(&self, context: Untyped, prior: Value, private: Private) -> Boxed<'_, Diagnostics> {
        Box::pin(async move {
            let mut diagnostics = Diagnostics::new();
            if let Some(prior) = typed(prior, &mut diagnostics) {
                let request = Delete { prior, private: private.data() };
                self.resource.delete(&context.typed(), request, &mut diagnostics).await;
            }
            diagnostics
        })
    }

    fn read(&self, context: Untyped, current: Value, private: Private) -> Boxed<'_, Said<Option<AnyState>>> {
        Box::pin(async move {
            let mut diagnostics = Diagnostics::new();
            let Some(current) = typed(current, &mut diagnostics) else { return (None, diagnostics) };
            let request = Read { current, private: private.data(), is_import: private.is_import };
            let state = self.resource.read(&context.typed(), request, &mut diagnostics).await;
            (state.map(AnyState::from), diagnostics)
        })
    }

    fn import(&self, context: Untyped, by: ImportBy) -> Boxed<'_, Said<Option<AnyState>>> {
        Box::pin(async move {
            let mut diagnostics = Diagnostics::new();
            let context = context.typed();
            let id = match (by, &self.identity) {
                (ImportBy::Id(id), _) => Some(id),
                (ImportBy::Identity(identity), Some(with)) => {
                    (with.import_id)(&self.resource, &context, identity, &mut diagnostics)
                }
                (ImportBy::Identity(_), None) => {
                    let detail = format!("{} has no identity.", R::TYPE_NAME);
                    diagnostics.error(Path::root(), "Import by identity not supported", detail);
                    None
                }
            };
            let Some(id) = id else { return (None, diagnostics) };
            let Some(import) = self.import else {
                let detail = format!("{} cannot be imported.", R::TYPE_NAME);
                diagnostics.error(Path::root(), "Import not supported", detail);
                return (None, diagnostics);
            };
            let state = import(&self.resource, &context, Import { id }, &mut diagnostics).await;
            (state.map(AnyState::from), diagnostics)
        })
    }

    fn upgrade(&self, request: &Upgrade) -> Said<Option<Value>> {
        let mut diagnostics = Diagnostics::new();
        let Some(upgrade) = self.upgrade else {
            let detail = format!(
                "This state of {} was stored with version {} of its schema, which this provider cannot read.",
                R::TYPE_NAME,
                request.version
            );
            diagnostics.error(Path::root(), "State too old", detail);
            return (None, diagnostics);
        };
        let state = upgrade(&self.resource, request, &mut diagnostics);
        (state.map(R::Model::encode), diagnostics)
    }

    fn moved(&self, request: &Move) -> Said<Option<AnyState>> {
        let mut diagnostics = Diagnostics::new();
        let state = self.moved.and_then(|moved| moved(&self.resource, request, &mut diagnostics));
        (state.map(AnyState::from), diagnostics)
    }
}

fn typed_plan<R: Resource>(change: AnyChange, diagnostics: &mut Diagnostics) -> Option<Plan<R>> {
    let prior = match change.prior {
        Value::Null => None,
        prior => Some(typed(prior, diagnostics)?),
    };
    Some(Plan {
        config: typed(change.config, diagnostics)?,
        prior,
        planned: typed(change.planned, diagnostics)?,
        replace: Vec::new(),
        private: change.private.data(),
        is_during_apply: change.is_during_apply,
    })
}

pub(crate) trait AnyDataSource: Described {
    fn validate(&self, config: Value) -> Diagnostics;
    fn read(&self, context: Untyped, config: Value) -> Boxed<'_, Said<Option<Value>>>;
}

pub(crate) struct TypedDataSource<S>(pub(crate) S);

impl<S: DataSource> Described for TypedDataSource<S> {
    fn schema(&self) -> Schema {
        self.0.schema()
    }

    fn declared(&self) -> Block {
        S::Model::block()
    }
}

impl<S: DataSource> AnyDataSource for TypedDataSource<S> {
    fn validate(&self, config: Value) -> Diagnostics {
        let mut diagnostics = Diagnostics::new();
        if let Some(config) = readable(config, &mut diagnostics) {
            self.0.validate(&config, &mut diagnostics);
        }
        diagnostics
    }

    fn read(&self, context: Untyped, config: Value) -> Boxed<'_, Said<Option<Value>>> {
        Box::pin(async move {
            let mut diagnostics = Diagnostics::new();
            let Some(config) = typed(config, &mut diagnostics) else { return (None, diagnostics) };
            let request = ReadData { config };
            let result = self.0.read(&context.typed(), request, &mut diagnostics).await;
            (result.map(S::Model::encode), diagnostics)
        })
    }
}

pub(crate) trait AnyFunction: Send + Sync {
    fn signature(&self) -> Signature;
    fn call(&self, arguments: Vec<Value>) -> Result<Value, FunctionError>;
}

pub(crate) struct TypedFunction<F>(pub(crate) F);

impl<F: Function> AnyFunction for TypedFunction<F> {
    fn signature(&self) -> Signature {
        self.0.signature()
    }

    fn call(&self, arguments: Vec<Value>) -> Result<Value, FunctionError> {
        self.0.call(arguments)
    }
}
