//! The ephemeral resources of the sample: a lease, which is renewed and closed, and a stamp, which is neither.

use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};
use tf_plugin::ephemeral_resource::{
    Close, EphemeralResource, Open, Opened, Renew, Renewed, WithClose, WithRenew,
};
use tf_plugin::{Context, Diagnostics, Path, Value, object};

use super::model::without_case;
use super::world::{Data, Trouble};

/// The name of the lease.
pub(crate) const LEASE: &str = "sample_lease";

/// The name of the stamp.
pub(crate) const STAMP: &str = "sample_stamp";

/// When every lease has to be renewed.
pub(crate) fn renew_at() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::new(4_000_000_000, 7)
}

object! {
    /// Somebody who holds a lease.
    pub(crate) struct Holder {
        pub name: Value<String> => [required],
        /// Which place it has.
        pub place: Value<i64> => [computed],
    }
}

object! {
    /// A limit of a lease.
    pub(crate) struct Limit {
        pub of: Value<String> => [required],
    }
}

object! {
    /// A lease.
    pub(crate) struct Lease {
        /// What is leased.
        pub name: Value<String> => [required],
        /// Where, in any case.
        pub region: Value<String> => [same_if(without_case)],
        /// For how many seconds.
        pub seconds: Value<i64> => [optional_computed],
        /// Notes on it.
        pub notes: Value<Vec<Value<String>>> => [no_null_elements],
        /// Who holds it.
        pub holders: Value<Vec<Holder>>,
        /// Its limits.
        pub limit: Value<Vec<Limit>> => [block],
        /// What proves it.
        pub token: Value<String> => [computed, sensitive],
    }
}

/// What a lease remembers.
#[derive(Debug, Default, Clone, Serialize, Deserialize)]
pub(crate) struct Remembered {
    id: String,
    renewals: u32,
}

/// `sample_lease`.
pub(super) struct Leases;

impl Lease {
    /// Opens it.
    fn opened(self, context: &Context<Data>) -> Opened<Leases> {
        let Data { world, prefix } = context.provider();
        let id = world.new_id(prefix);
        world.lease(&id);
        let holders = self.holders.into_known().map(|holders| {
            let places = (1..).map(Value::Known);
            holders.into_iter().zip(places).map(|(holder, place)| Holder { place, ..holder }).collect()
        });
        let holders = Value::from(holders);
        // As it is written elsewhere.
        let region = Value::from(self.region.into_known().map(|region| region.to_uppercase()));
        let seconds = Value::Known(self.seconds.into_known().unwrap_or(60));
        let token = Value::Known(format!("secret of {id}"));
        let model = Self { region, seconds, holders, token, ..self };
        Opened { model, private: Remembered { id, renewals: 0 }, renew_at: Some(renew_at()) }
    }
}

impl EphemeralResource for Leases {
    const TYPE_NAME: &'static str = LEASE;
    type Model = Lease;
    type Private = Remembered;
    type Data = Data;

    async fn open(
        &self,
        context: &Context<Data>,
        request: Open<Self>,
        diagnostics: &mut Diagnostics,
    ) -> Option<Opened<Self>> {
        let world = &context.provider().world;
        let trouble = world.trouble();
        world.begun.add_permits(1);
        match trouble {
            Some(Trouble::Panic) => panic!("open panics, as it should"),
            Some(Trouble::Fail) => {
                diagnostics.error(Path::new("name"), "Open failed", "As it should.");
                return None;
            }
            Some(Trouble::SayNothing) => return None,
            Some(Trouble::HangUntilStopped) => {
                context.cancelled().cancelled().await;
                diagnostics.error(Path::root(), "Stopped", "As the user wanted.");
                return None;
            }
            Some(Trouble::WaitForTest) => {
                world.go_on.acquire().await.expect("it is never closed").forget();
            }
            _ => {}
        }
        let mut opened = request.config.opened(context);
        match trouble {
            Some(Trouble::FailWithState) => {
                diagnostics.error(Path::new("name"), "Open failed", "It is open all the same.");
            }
            Some(Trouble::LeaveUnknown) => opened.model.token = Value::unknown(),
            Some(Trouble::MoveToAnother) => opened.model.name = "another".into(),
            Some(Trouble::Warn) => diagnostics.warning(Path::new("name"), "Odd", "It is\u{1b}[2J odd."),
            _ => {}
        }
        world.ended.add_permits(1);
        Some(opened)
    }

    fn validate(&self, config: &Lease, diagnostics: &mut Diagnostics) {
        if config.name.as_deref() == Some("") {
            diagnostics.error(Path::new("name"), "Empty name", "Give the name of a lease.");
        }
    }
}

impl WithRenew for Leases {
    async fn renew(
        &self,
        context: &Context<Data>,
        request: Renew<Self>,
        diagnostics: &mut Diagnostics,
    ) -> Option<Renewed<Self>> {
        let world = &context.provider().world;
        match world.trouble() {
            Some(Trouble::Panic) => panic!("renew panics, as it should"),
            Some(Trouble::SayNothing) => return None,
            Some(Trouble::Fail) => {
                diagnostics.error(Path::root(), "Renewal failed", "As it should.");
                return None;
            }
            _ => {}
        }
        let Remembered { id, renewals } = request.private;
        let renewals = renewals + 1;
        world.renewed(&id, renewals);
        let renew_at = (renewals < 3).then(renew_at);
        Some(Renewed { private: Remembered { id, renewals }, renew_at })
    }
}

impl WithClose for Leases {
    async fn close(&self, context: &Context<Data>, request: Close<Self>, diagnostics: &mut Diagnostics) {
        let world = &context.provider().world;
        world.begun.add_permits(1);
        match world.trouble() {
            Some(Trouble::Panic) => panic!("close panics, as it should"),
            Some(Trouble::Fail) => {
                diagnostics.error(Path::root(), "Close failed", "As it should.");
                return;
            }
            Some(Trouble::WaitForTest) => {
                world.go_on.acquire().await.expect("it is never closed").forget();
            }
            _ => {}
        }
        if !world.end_lease(&request.private.id) {
            diagnostics.error(Path::root(), "Nothing to close", "There is no such lease.");
        }
        world.ended.add_permits(1);
    }
}

object! {
    /// A stamp.
    pub(crate) struct Stamp {
        /// What it says.
        pub text: Value<String> => [computed],
    }
}

/// `sample_stamp`: it says when it has to be renewed, and it cannot.
pub(super) struct Stamps;

impl EphemeralResource for Stamps {
    const TYPE_NAME: &'static str = STAMP;
    type Model = Stamp;
    type Private = ();
    type Data = Data;

    async fn open(&self, _: &Context<Data>, _: Open<Self>, _: &mut Diagnostics) -> Option<Opened<Self>> {
        let opened = Opened::new(Stamp { text: "stamped".into() });
        Some(Opened { renew_at: Some(renew_at()), ..opened })
    }
}
