//! What Azure has of what a controller of the hub has made. The hub does not notice changes there by itself.

use std::sync::Arc;
use std::time::Duration;

use arm::model::Profile as AzureProfile;
use arm::profiles;
use tf_plugin::{Context, Value};
use traffic_manager::id::ProfileId;

use super::object::Condition;
use crate::azure::Azure;
use crate::calls::Calls;
use crate::session::Reader;

/// How long Azure may take to answer. A refresh has to work without it too.
pub(crate) const LOOK: Duration = Duration::from_secs(20);

/// The reason of what is gone from Azure.
const DELETED: &str = "DeletedInAzure";

/// The reason of what is something else in Azure.
const CHANGED: &str = "ChangedInAzure";

/// What Azure says of a profile.
pub(crate) enum InAzure {
    Found(Arc<AzureProfile>),
    Gone,
    /// Azure does not answer, or not to this provider, which may have no permission there.
    Untold,
}

/// Asks Azure for a profile. The objects of a fleet that look at the same one share an answer.
pub(crate) async fn profile_in_azure(context: &Context<Azure>, id: &ProfileId, reader: Reader) -> InAzure {
    let calls = Calls::new(context, arm::API_VERSION, LOOK);
    let get = calls.send(profiles::get(id));
    let read = context.provider().session.read(id, reader, calls.version(), get);
    match calls.wait_for(read).await {
        Some(Ok(found)) => InAzure::Found(found),
        Some(Err(error)) if error.is_absent() => InAzure::Gone,
        Some(Err(error)) => {
            tracing::debug!(%error, profile.id = %id, "Azure does not tell what has become of the profile");
            InAzure::Untold
        }
        None => InAzure::Untold,
    }
}

impl Condition {
    /// What the hub would say if it knew that something was deleted in Azure.
    pub(crate) fn deleted_in_azure(message: String) -> Value<Self> {
        noticed(DELETED, message)
    }

    /// What the hub would say if it knew that something was changed in Azure.
    pub(crate) fn changed_in_azure(message: String) -> Value<Self> {
        noticed(CHANGED, message)
    }

    /// Whether a state says that Azure differs from what the hub says. The next apply then makes the hub look.
    pub(crate) fn is_noticed(state: &Value<Self>) -> bool {
        let reason = state.known().and_then(|condition| condition.reason.as_deref());
        matches!(reason, Some(DELETED | CHANGED))
    }

    /// Whether a state says that all is well, so that there is something to compare with Azure.
    pub(crate) fn holds(state: &Value<Self>) -> bool {
        state.known().is_some_and(|condition| condition.status.as_deref() == Some("True"))
    }
}

fn noticed(reason: &str, message: String) -> Value<Condition> {
    Value::Known(Condition {
        status: Value::Known("False".to_owned()),
        reason: Value::Known(reason.to_owned()),
        message: Value::Known(message),
    })
}
