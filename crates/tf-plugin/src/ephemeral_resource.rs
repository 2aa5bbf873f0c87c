//! Ephemeral resources, as their authors write them: values that a host holds while a command runs and stores nowhere,
//! such as a token. Terraform opens each in the plan and again in the apply.

use std::future::Future;
use std::time::SystemTime;

use crate::context::Context;
use crate::diagnostics::Diagnostics;
use crate::object::Object;
use crate::private::PrivateData;
use crate::schema::Schema;

/// Something that is opened, and gone when the command is over.
pub trait EphemeralResource: Sized + Send + Sync + 'static {
    /// The type in HCL, with the provider's prefix.
    const TYPE_NAME: &'static str;
    /// The struct of configuration and result.
    type Model: Object;
    /// What is remembered until it is closed. A host keeps it in memory only. `()` if it remembers nothing.
    type Private: PrivateData;
    /// What the provider's `configure` makes.
    type Data: Send + Sync + 'static;

    /// The schema; unless said otherwise, that of its struct.
    fn schema(&self) -> Schema {
        Schema::from_object::<Self::Model>()
    }

    /// Opens it. The result has what is configured as it is configured, and nothing unknown. `None` goes with an error.
    ///
    /// What is opened with an error beside it is handed to nobody, and closed at once if [`WithClose`] can.
    fn open(
        &self,
        context: &Context<Self::Data>,
        request: Open<Self>,
        diagnostics: &mut Diagnostics,
    ) -> impl Future<Output = Option<Opened<Self>>> + Send;

    /// Checks a configuration by itself, in which values may be unknown. No provider data is at hand.
    fn validate(&self, _config: &Self::Model, _diagnostics: &mut Diagnostics) {}
}

/// An ephemeral resource that can last longer than it does by itself.
pub trait WithRenew: EphemeralResource {
    /// Makes it last longer. What it gave stays as it is. `None` goes with an error, after which hosts do not try again;
    /// releases of Terraform up to 1.16 do not show that error.
    fn renew(
        &self,
        context: &Context<Self::Data>,
        request: Renew<Self>,
        diagnostics: &mut Diagnostics,
    ) -> impl Future<Output = Option<Renewed<Self>>> + Send;
}

/// An ephemeral resource that leaves something behind unless it is closed.
pub trait WithClose: EphemeralResource {
    /// Closes it. It is called when nothing needs it any more, also after the user has stopped the command.
    fn close(
        &self,
        context: &Context<Self::Data>,
        request: Close<Self>,
        diagnostics: &mut Diagnostics,
    ) -> impl Future<Output = ()> + Send;
}

/// What is to be opened.
#[non_exhaustive]
pub struct Open<E: EphemeralResource> {
    /// The configuration. All of it is known.
    pub config: E::Model,
}

/// What was opened.
pub struct Opened<E: EphemeralResource> {
    /// The configuration and what follows from it.
    pub model: E::Model,
    /// What renewals and the end are given. Hosts give to the end what was remembered here, not what a renewal has
    /// remembered later, so it has to be enough for that.
    pub private: E::Private,
    /// When it has to be renewed, some time before it ends by itself. Without [`WithRenew`] it is not told to hosts.
    pub renew_at: Option<SystemTime>,
}

impl<E: EphemeralResource> Opened<E> {
    /// Something beside which nothing is remembered, and that lasts as long as a command.
    pub fn new(model: E::Model) -> Self {
        Self { model, private: E::Private::default(), renew_at: None }
    }
}

/// What is to last longer.
#[non_exhaustive]
pub struct Renew<E: EphemeralResource> {
    /// What was remembered by the renewal before, or when it was opened.
    pub private: E::Private,
}

/// What lasts longer now.
pub struct Renewed<E: EphemeralResource> {
    /// What the next renewal is given.
    pub private: E::Private,
    /// When it has to be renewed again, if it has to.
    pub renew_at: Option<SystemTime>,
}

/// What is to be closed.
#[non_exhaustive]
pub struct Close<E: EphemeralResource> {
    /// What was remembered when it was opened.
    pub private: E::Private,
}
