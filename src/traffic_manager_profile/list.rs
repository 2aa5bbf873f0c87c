//! The list resource `azuretm_traffic_manager_profile`: the profiles of a subscription or of one resource group, for
//! `terraform query`.

use std::collections::BTreeMap;

use arm::model::Profile as AzureProfile;
use arm::{API_VERSION, ArmError, Pages, TYPED_RECORDS_API_VERSION, profiles};
use tf_plugin::list_resource::{Found, List, Results};
use tf_plugin::object::Object as _;
use tf_plugin::{Context, Diagnostics, ListResource, Path, Value, object};
use traffic_manager::id::ProfileId;

use super::TrafficManagerProfile;
use super::model::{self, Profile};
use crate::azure::Azure;
use crate::calls::Calls;
use crate::diagnostics::{self, Doing};
use crate::timeouts::{Operation, Timeouts};
use crate::uuid::is_uuid;

/// The list resource `azuretm_traffic_manager_profile`.
#[derive(Debug)]
pub(crate) struct TrafficManagerProfileList;

object! {
    /// Lists the Traffic Manager profiles of a subscription or of one resource group, with their endpoints.
    pub struct Place {
        /// The name of the resource group. If not set, the profiles of all resource groups are listed.
        pub resource_group_name: Value<String>,
        /// The ID of the subscription.
        ///
        /// Defaults to the one of the provider.
        pub subscription_id: Value<String>,
    }
}

impl ListResource for TrafficManagerProfileList {
    type Resource = TrafficManagerProfile;
    type Model = Place;

    fn validate(&self, config: &Place, diagnostics: &mut Diagnostics) {
        if config.resource_group_name.as_deref().is_some_and(|group| group.trim().is_empty()) {
            diagnostics.error(
                Path::new("resource_group_name"),
                "Empty resource group name",
                "Set the name of a resource group, or remove resource_group_name to list the whole subscription.",
            );
        }
        if let Some(subscription) = config.subscription_id.as_deref().filter(|id| !is_uuid(id)) {
            diagnostics.error(
                Path::new("subscription_id"),
                "Invalid subscription ID",
                format!(
                    "{subscription:?} is not the ID of a subscription, which is a UUID such as \
                     \"00000000-0000-0000-0000-000000000001\"."
                ),
            );
        }
    }

    async fn list(
        &self,
        context: &Context<Azure>,
        request: List<Self>,
        results: &mut Results<Self>,
        diagnostics: &mut Diagnostics,
    ) {
        let Place { resource_group_name, subscription_id } = request.config;
        let group = resource_group_name.as_deref();
        let configured = || context.provider().subscription_id.known().cloned();
        let Some(subscription) = subscription_id.into_known().or_else(configured) else {
            diagnostics.error(
                Path::new("subscription_id"),
                "No subscription specified",
                "Set subscription_id here or in the provider configuration.",
            );
            return;
        };
        let time = Timeouts::time(&Value::Null, Operation::Read);
        let mut pages = ProfilePages::new(Calls::new(context, API_VERSION, time), &subscription, group);
        loop {
            let page = match pages.next().await {
                Ok(Some(page)) => page,
                Ok(None) => return,
                Err(error) => {
                    return diagnostics::failed(&error, &doing(&subscription, group), diagnostics);
                }
            };
            for found in page.into_iter().filter_map(|answer| found(answer, group)) {
                if results.send(found).await.is_break() {
                    return;
                }
            }
        }
    }
}

/// The pages of the list in the newest version of the API that this cloud knows, which has all properties.
struct ProfilePages<'a> {
    calls: Calls,
    place: (&'a str, Option<&'a str>),
    /// `None` before the first.
    pages: Option<Pages<AzureProfile>>,
}

impl<'a> ProfilePages<'a> {
    fn new(calls: Calls, subscription: &'a str, group: Option<&'a str>) -> Self {
        Self { calls, place: (subscription, group), pages: None }
    }

    async fn next(&mut self) -> Result<Option<Vec<AzureProfile>>, ArmError> {
        if let Some(pages) = &mut self.pages {
            return self.calls.next(pages).await;
        }
        let first = self.first(TYPED_RECORDS_API_VERSION).await;
        match first {
            Err(error) if error.is_unknown_version() => self.first(API_VERSION).await,
            answered => answered,
        }
    }

    async fn first(&mut self, version: &str) -> Result<Option<Vec<AzureProfile>>, ArmError> {
        let list = match self.place {
            (subscription, Some(group)) => profiles::list_in_resource_group(subscription, group),
            (subscription, None) => profiles::list_in_subscription(subscription),
        };
        let pages = self.pages.insert(self.calls.pages(list.api_version(version)));
        self.calls.next(pages).await
    }
}

/// A profile as an import reads it. A list has no health; the first read adds it.
fn found(answer: AzureProfile, group: Option<&str>) -> Option<Found<TrafficManagerProfile>> {
    let id = ProfileId::parse(answer.id.as_deref()?).ok()?;
    let name = answer.name.clone().unwrap_or(id.name);
    // Azure often answers the resource group in lower case.
    let group = group.map_or(id.resource_group_name, str::to_owned);
    let id = ProfileId::new(id.subscription_id, group, name);
    let listed = Profile {
        id: Value::Known(id.to_string()),
        name: Value::Known(id.name.clone()),
        resource_group_name: Value::Known(id.resource_group_name),
        endpoints: Value::Known(BTreeMap::new()),
        ..Profile::null()
    };
    Some(Found::new(id.name, model::from_azure(answer, &listed)))
}

fn doing(subscription: &str, group: Option<&str>) -> Doing {
    let place = match group {
        Some(group) => format!("the resource group {group:?}"),
        None => format!("the subscription {subscription}"),
    };
    Doing {
        name: Path::root(),
        resource_group: group.map(|group| (group.to_owned(), Path::new("resource_group_name"))),
        ..Doing::new("profile", format!("list the profiles of {place}"))
    }
}
