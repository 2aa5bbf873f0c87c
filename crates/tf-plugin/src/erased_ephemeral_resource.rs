//! Ephemeral resources without their types: what the server calls.

use std::time::SystemTime;

use crate::context::{Context, Untyped};
use crate::cty::{Path, Value};
use crate::described::Described;
use crate::diagnostics::Diagnostics;
use crate::ephemeral_resource::{Close, EphemeralResource, Open, Renew, Renewed, WithClose, WithRenew};
use crate::erased::{Boxed, Said, readable, typed};
use crate::object::Object as _;
use crate::private::Private;
use crate::schema::{Block, Schema};
use crate::value::Attribute as _;

/// What was opened, in untyped values.
pub(crate) struct AnyOpened {
    pub(crate) result: Value,
    pub(crate) lease: AnyLease,
}

/// For how long, and what the next call is given.
pub(crate) struct AnyLease {
    pub(crate) private: Private,
    pub(crate) renew_at: Option<SystemTime>,
}

pub(crate) trait AnyEphemeralResource: Described {
    fn validate(&self, config: Value) -> Diagnostics;
    fn open(&self, context: Untyped, config: Value) -> Boxed<'_, Said<Option<AnyOpened>>>;
    fn renew(&self, context: Untyped, private: Private) -> Boxed<'_, Said<Option<AnyLease>>>;
    fn close(&self, context: Untyped, private: Private) -> Boxed<'_, Diagnostics>;
}

type RenewFn<E> = for<'a> fn(
    &'a E,
    &'a Context<<E as EphemeralResource>::Data>,
    Renew<E>,
    &'a mut Diagnostics,
) -> Boxed<'a, Option<Renewed<E>>>;
type CloseFn<E> = for<'a> fn(
    &'a E,
    &'a Context<<E as EphemeralResource>::Data>,
    Close<E>,
    &'a mut Diagnostics,
) -> Boxed<'a, ()>;

/// An ephemeral resource with all that it can do, for
/// [`Registry::ephemeral_resource`](crate::Registry::ephemeral_resource).
pub struct EphemeralLifecycle<E: EphemeralResource> {
    resource: E,
    renew: Option<RenewFn<E>>,
    close: Option<CloseFn<E>>,
}

impl<E: EphemeralResource> EphemeralLifecycle<E> {
    /// An ephemeral resource that is only opened.
    pub fn new(resource: E) -> Self {
        Self { resource, renew: None, close: None }
    }

    /// It can be renewed.
    #[must_use]
    pub fn with_renew(mut self) -> Self
    where
        E: WithRenew,
    {
        self.renew = Some(|resource, context, request, diagnostics| {
            Box::pin(resource.renew(context, request, diagnostics))
        });
        self
    }

    /// It has to be closed.
    #[must_use]
    pub fn with_close(mut self) -> Self
    where
        E: WithClose,
    {
        self.close = Some(|resource, context, request, diagnostics| {
            Box::pin(resource.close(context, request, diagnostics))
        });
        self
    }
}

impl<E: EphemeralResource> From<E> for EphemeralLifecycle<E> {
    fn from(resource: E) -> Self {
        Self::new(resource)
    }
}

impl<E: EphemeralResource> Described for EphemeralLifecycle<E> {
    fn schema(&self) -> Schema {
        self.resource.schema()
    }

    fn declared(&self) -> Block {
        E::Model::block()
    }
}

impl<E: EphemeralResource> AnyEphemeralResource for EphemeralLifecycle<E> {
    fn validate(&self, config: Value) -> Diagnostics {
        let mut diagnostics = Diagnostics::new();
        if let Some(config) = readable(config, &mut diagnostics) {
            self.resource.validate(&config, &mut diagnostics);
        }
        diagnostics
    }

    fn open(&self, context: Untyped, config: Value) -> Boxed<'_, Said<Option<AnyOpened>>> {
        Box::pin(async move {
            let mut diagnostics = Diagnostics::new();
            let Some(config) = typed(config, &mut diagnostics) else { return (None, diagnostics) };
            let opened = self.resource.open(&context.typed(), Open { config }, &mut diagnostics).await;
            let opened = opened.map(|opened| AnyOpened {
                result: opened.model.encode(),
                lease: AnyLease {
                    private: Private::new(&opened.private),
                    renew_at: opened.renew_at.filter(|_| self.renew.is_some()),
                },
            });
            (opened, diagnostics)
        })
    }

    fn renew(&self, context: Untyped, private: Private) -> Boxed<'_, Said<Option<AnyLease>>> {
        Box::pin(async move {
            let mut diagnostics = Diagnostics::new();
            let Some(renew) = self.renew else {
                let detail = format!("{} cannot be renewed.", E::TYPE_NAME);
                diagnostics.error(Path::root(), "Renewal not supported", detail);
                return (None, diagnostics);
            };
            let request = Renew { private: private.data() };
            let renewed = renew(&self.resource, &context.typed(), request, &mut diagnostics).await;
            let lease = renewed
                .map(|Renewed { private, renew_at }| AnyLease { private: Private::new(&private), renew_at });
            (lease, diagnostics)
        })
    }

    fn close(&self, context: Untyped, private: Private) -> Boxed<'_, Diagnostics> {
        Box::pin(async move {
            let mut diagnostics = Diagnostics::new();
            if let Some(close) = self.close {
                let request = Close { private: private.data() };
                close(&self.resource, &context.typed(), request, &mut diagnostics).await;
            }
            diagnostics
        })
    }
}
