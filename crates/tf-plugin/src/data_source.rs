//! Data sources, as their authors write them.

use std::future::Future;

use crate::context::Context;
use crate::diagnostics::Diagnostics;
use crate::object::Object;
use crate::schema::Schema;

/// Something that is read and never changed.
pub trait DataSource: Sized + Send + Sync + 'static {
    /// The type in HCL, with the provider's prefix.
    const TYPE_NAME: &'static str;
    /// The struct of configuration and result.
    type Model: Object;
    /// What the provider's `configure` makes.
    type Data: Send + Sync + 'static;

    /// The schema; unless said otherwise, that of its struct.
    fn schema(&self) -> Schema {
        Schema::from_object::<Self::Model>()
    }

    /// Reads it. `None` goes with an error.
    fn read(
        &self,
        context: &Context<Self::Data>,
        request: ReadData<Self>,
        diagnostics: &mut Diagnostics,
    ) -> impl Future<Output = Option<Self::Model>> + Send;

    /// Checks a configuration by itself, in which values may be unknown.
    fn validate(&self, _config: &Self::Model, _diagnostics: &mut Diagnostics) {}
}

/// What is to be read.
#[non_exhaustive]
pub struct ReadData<S: DataSource> {
    /// The configuration. All of it is known.
    pub config: S::Model,
}
