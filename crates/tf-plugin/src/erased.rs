//! Resources, data sources, functions and providers without their types: what the server calls.
//!
//! Each wrapper decodes, calls, and encodes; nothing is decided here.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use crate::context::{Data, Untyped};
use crate::cty::Value;
use crate::data_source::DataSource;
use crate::diagnostics::Diagnostics;
use crate::function::{Function, FunctionError, Signature};
use crate::object::{Object, decode, decode_partly};
use crate::private::Private;
use crate::provider::{Host, Provider};
use crate::resource::{Apply, IdentitySchema, Import, Moved, Plan, Resource, Stored};
use crate::schema::Schema;
use crate::value::Attribute;

pub(crate) type Boxed<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// A result with what is to be said about it.
pub(crate) type Said<T> = (T, Diagnostics);

/// A plan in untyped values.
pub(crate) struct AnyPlan {
    pub(crate) config: Value,
    /// Null on create.
    pub(crate) prior: Value,
    pub(crate) planned: Value,
    pub(crate) private: Private,
    /// What the host said of deferred answers; of plans only.
    pub(crate) deferral_allowed: bool,
}

/// What a resource made of a plan.
pub(crate) struct Planned {
    pub(crate) state: Value,
    pub(crate) replace: Vec<crate::cty::Path>,
    pub(crate) private: Private,
    pub(crate) identity: Option<Value>,
}

/// A state with the identity that follows from it.
pub(crate) struct Stateful {
    pub(crate) state: Value,
    pub(crate) identity: Option<Value>,
}

pub(crate) trait AnyResource: Send + Sync {
    fn schema(&self) -> Schema;
    fn model_names(&self) -> &'static [&'static str];
    fn identity_schema(&self) -> Option<IdentitySchema>;
    /// The identity that follows from a state, if one does.
    fn identity_of(&self, state: Value) -> Option<Value>;
    fn validate(&self, config: Value) -> Diagnostics;
    fn plan(&self, context: Untyped, plan: AnyPlan) -> Boxed<'_, Said<Option<Planned>>>;
    fn plan_destroy(&self, context: Untyped, prior: Value) -> Boxed<'_, Diagnostics>;
    fn create(&self, context: Untyped, apply: AnyPlan) -> Boxed<'_, Said<(Option<Stateful>, Private)>>;
    fn update(&self, context: Untyped, apply: AnyPlan) -> Boxed<'_, Said<(Option<Stateful>, Private)>>;
    fn delete(&self, context: Untyped, prior: Value) -> Boxed<'_, Diagnostics>;
    fn read(
        &self,
        context: Untyped,
        current: Value,
        private: Private,
    ) -> Boxed<'_, Said<(Option<Stateful>, Private)>>;
    fn import(&self, context: Untyped, import: Import<Value>) -> Boxed<'_, Said<Option<Stateful>>>;
    fn upgrade(&self, stored: &Stored) -> Said<Option<Value>>;
    fn moved(&self, from: &Moved) -> Said<Option<Stateful>>;
}

pub(crate) struct TypedResource<R>(pub(crate) R);

/// Reads a typed object; errors become diagnostics.
fn typed<M: Object>(value: Value, diagnostics: &mut Diagnostics) -> Option<M> {
    decode(value).map_err(|errors| diagnostics.unreadable(errors)).ok()
}

/// Reads as much of a configuration as can be read, so that all that is wrong with it is told at once.
fn readable<M: Object>(config: Value, diagnostics: &mut Diagnostics) -> Option<M> {
    let (config, errors) = decode_partly(config);
    diagnostics.unreadable(errors);
    config
}

impl<R: Resource> TypedResource<R> {
    fn stateful(&self, state: R::Model) -> Stateful {
        let identity = self.0.identity(&state).map(R::Identity::encode);
        Stateful { state: state.encode(), identity }
    }

    fn apply(apply: AnyPlan, diagnostics: &mut Diagnostics) -> Option<Apply<R::Model>> {
        let prior = match apply.prior {
            Value::Null => None,
            prior => Some(typed(prior, diagnostics)?),
        };
        Some(Apply {
            config: typed(apply.config, diagnostics)?,
            prior,
            planned: typed(apply.planned, diagnostics)?,
        })
    }
}

impl<R: Resource> AnyResource for TypedResource<R> {
    fn schema(&self) -> Schema {
        self.0.schema()
    }

    fn model_names(&self) -> &'static [&'static str] {
        R::Model::NAMES
    }

    fn identity_schema(&self) -> Option<IdentitySchema> {
        self.0.identity_schema()
    }

    fn identity_of(&self, state: Value) -> Option<Value> {
        let state = decode(state).ok()?;
        self.0.identity(&state).map(R::Identity::encode)
    }

    fn validate(&self, config: Value) -> Diagnostics {
        let mut diagnostics = Diagnostics::new();
        if let Some(config) = readable(config, &mut diagnostics) {
            self.0.validate(&config, &mut diagnostics);
        }
        diagnostics
    }

    fn plan(&self, context: Untyped, plan: AnyPlan) -> Boxed<'_, Said<Option<Planned>>> {
        Box::pin(async move {
            let mut diagnostics = Diagnostics::new();
            let (deferral_allowed, private) = (plan.deferral_allowed, plan.private.clone());
            let Some(Apply { config, prior, planned }) = Self::apply(plan, &mut diagnostics) else {
                return (None, diagnostics);
            };
            let mut plan = Plan { config, prior, planned, replace: Vec::new(), private, deferral_allowed };
            self.0.plan(&context.typed(), &mut plan, &mut diagnostics).await;
            let Stateful { state, identity } = self.stateful(plan.planned);
            (Some(Planned { state, replace: plan.replace, private: plan.private, identity }), diagnostics)
        })
    }

    fn plan_destroy(&self, context: Untyped, prior: Value) -> Boxed<'_, Diagnostics> {
        Box::pin(async move {
            let mut diagnostics = Diagnostics::new();
            if let Some(prior) = typed(prior, &mut diagnostics) {
                self.0.plan_destroy(&context.typed(), &prior, &mut diagnostics).await;
            }
            diagnostics
        })
    }

    fn create(&self, context: Untyped, apply: AnyPlan) -> Boxed<'_, Said<(Option<Stateful>, Private)>> {
        Box::pin(async move {
            let mut diagnostics = Diagnostics::new();
            let mut private = apply.private.clone();
            let Some(apply) = Self::apply(apply, &mut diagnostics) else {
                return ((None, private), diagnostics);
            };
            let state = self.0.create(&context.typed(), apply, &mut private, &mut diagnostics).await;
            ((state.map(|state| self.stateful(state)), private), diagnostics)
        })
    }

    fn update(&self, context: Untyped, apply: AnyPlan) -> Boxed<'_, Said<(Option<Stateful>, Private)>> {
        Box::pin(async move {
            let mut diagnostics = Diagnostics::new();
            let mut private = apply.private.clone();
            let Some(apply) = Self::apply(apply, &mut diagnostics) else {
                return ((None, private), diagnostics);
            };
            let state = self.0.update(&context.typed(), apply, &mut private, &mut diagnostics).await;
            ((state.map(|state| self.stateful(state)), private), diagnostics)
        })
    }

    fn delete(&self, context: Untyped, prior: Value) -> Boxed<'_, Diagnostics> {
        Box::pin(async move {
            let mut diagnostics = Diagnostics::new();
            if let Some(prior) = typed(prior, &mut diagnostics) {
                self.0.delete(&context.typed(), prior, &mut diagnostics).await;
            }
            diagnostics
        })
    }

    fn read(
        &self,
        context: Untyped,
        current: Value,
        mut private: Private,
    ) -> Boxed<'_, Said<(Option<Stateful>, Private)>> {
        Box::pin(async move {
            let mut diagnostics = Diagnostics::new();
            let Some(current) = typed(current, &mut diagnostics) else {
                return ((None, private), diagnostics);
            };
            let state = self.0.read(&context.typed(), current, &mut private, &mut diagnostics).await;
            ((state.map(|state| self.stateful(state)), private), diagnostics)
        })
    }

    fn import(&self, context: Untyped, import: Import<Value>) -> Boxed<'_, Said<Option<Stateful>>> {
        Box::pin(async move {
            let mut diagnostics = Diagnostics::new();
            let import = match import {
                Import::Id(id) => Import::Id(id),
                Import::Identity(identity) => match typed(identity, &mut diagnostics) {
                    Some(identity) => Import::Identity(identity),
                    None => return (None, diagnostics),
                },
            };
            let state = self.0.import(&context.typed(), import, &mut diagnostics).await;
            (state.map(|state| self.stateful(state)), diagnostics)
        })
    }

    fn upgrade(&self, stored: &Stored) -> Said<Option<Value>> {
        let mut diagnostics = Diagnostics::new();
        let state = self.0.upgrade(stored, &mut diagnostics);
        (state.map(R::Model::encode), diagnostics)
    }

    fn moved(&self, from: &Moved) -> Said<Option<Stateful>> {
        let mut diagnostics = Diagnostics::new();
        let state = self.0.moved(from, &mut diagnostics);
        (state.map(|state| self.stateful(state)), diagnostics)
    }
}

pub(crate) trait AnyDataSource: Send + Sync {
    fn schema(&self) -> Schema;
    fn model_names(&self) -> &'static [&'static str];
    fn validate(&self, config: Value) -> Diagnostics;
    fn read(&self, context: Untyped, config: Value) -> Boxed<'_, Said<Option<Value>>>;
}

pub(crate) struct TypedDataSource<S>(pub(crate) S);

impl<S: DataSource> AnyDataSource for TypedDataSource<S> {
    fn schema(&self) -> Schema {
        self.0.schema()
    }

    fn model_names(&self) -> &'static [&'static str] {
        S::Model::NAMES
    }

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
            let result = self.0.read(&context.typed(), config, &mut diagnostics).await;
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

pub(crate) trait AnyProvider: Send + Sync {
    fn schema(&self) -> Schema;
    fn model_names(&self) -> &'static [&'static str];
    fn validate(&self, config: Value) -> Diagnostics;
    fn configure(&self, config: Value, host: Host) -> Boxed<'_, Said<Option<Data>>>;
}

pub(crate) struct TypedProvider<P>(pub(crate) P);

impl<P: Provider> AnyProvider for TypedProvider<P> {
    fn schema(&self) -> Schema {
        self.0.schema()
    }

    fn model_names(&self) -> &'static [&'static str] {
        P::Config::NAMES
    }

    fn validate(&self, config: Value) -> Diagnostics {
        let mut diagnostics = Diagnostics::new();
        if let Some(config) = readable(config, &mut diagnostics) {
            self.0.validate(&config, &mut diagnostics);
        }
        diagnostics
    }

    fn configure(&self, config: Value, host: Host) -> Boxed<'_, Said<Option<Data>>> {
        Box::pin(async move {
            let mut diagnostics = Diagnostics::new();
            let Some(config) = typed(config, &mut diagnostics) else { return (None, diagnostics) };
            let data = self.0.configure(config, host, &mut diagnostics).await;
            (data.map(|data| Arc::new(data) as Data), diagnostics)
        })
    }
}
