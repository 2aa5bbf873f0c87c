//! Tenants, subscriptions, locations and the registration of resource providers: what clients ask at their
//! start.

use http::{Method, StatusCode};
use serde::Serialize;
use serde_json::json;

use super::access::Caller;
use super::error::Failure;
use super::route::{ProviderAddress, Registering, Route};
use super::version::ApiVersion;
use super::{Answer, Request, Service, locations};

/// The subscription that is listed where none is known.
pub(crate) const DEFAULT_SUBSCRIPTION: &str = "00000000-0000-0000-0000-000000000001";

/// The tenant of subscriptions for which none was given.
pub(crate) const DEFAULT_TENANT: &str = "00000000-0000-0000-0000-00000000000a";

/// The namespaces that can be registered. Of those besides `Microsoft.Network` no types are listed.
const NAMESPACES: [&str; 5] = [
    "Microsoft.Authorization",
    "Microsoft.ContainerService",
    "Microsoft.Network",
    "Microsoft.Resources",
    "Microsoft.Web",
];

/// The resource types of `Microsoft.Network` that the emulator has. Source: the registration of the service.
const TYPES: [&str; 9] = [
    "trafficmanagerprofiles",
    "trafficmanagerprofiles/heatMaps",
    "trafficmanagerprofiles/azureendpoints",
    "trafficmanagerprofiles/externalendpoints",
    "trafficmanagerprofiles/nestedendpoints",
    "checkTrafficManagerNameAvailability",
    "checkTrafficManagerNameAvailabilityV2",
    "trafficManagerUserMetricsKeys",
    "trafficManagerGeographicHierarchies",
];

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ProviderJson {
    id: String,
    namespace: &'static str,
    resource_types: Vec<TypeJson>,
    registration_state: &'static str,
    registration_policy: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct TypeJson {
    resource_type: &'static str,
    locations: [&'static str; 1],
    api_versions: Vec<&'static str>,
}

impl Service {
    pub(super) fn of_subscriptions(
        &mut self,
        route: &Route,
        request: &Request,
        caller: Option<&Caller>,
    ) -> Result<Answer, Failure> {
        let expected = if matches!(route, Route::Registration(..)) { Method::POST } else { Method::GET };
        if request.method != expected {
            return Err(Failure::method_not_allowed(request.method.as_str()));
        }
        let answer = match route {
            Route::Tenants => self.tenants(caller),
            Route::Subscriptions => {
                let ids = self.subscription_ids();
                json!({ "value": ids.iter().map(|id| self.subscription_json(id, caller)).collect::<Vec<_>>(),
                        "count": { "type": "Total", "value": ids.len() } })
            }
            Route::Subscription(id) => self.subscription_json(id, caller),
            Route::Locations(id) => locations::list(id),
            Route::Providers(id) => {
                let all: Vec<ProviderJson> =
                    NAMESPACES.iter().map(|namespace| self.provider_json(id, namespace)).collect();
                json!({ "value": all })
            }
            Route::Provider(address) => {
                let provider = self.provider_json(&address.subscription, known(address)?);
                return Ok(Answer::gateway(StatusCode::OK, &provider));
            }
            Route::Registration(address, registering) => return self.register(address, *registering),
            _ => return Err(Failure::unknown_path(&request.path)),
        };
        Ok(Answer::gateway(StatusCode::OK, &answer))
    }

    /// Refuses a subscription that is not there, or whose tenant is not the caller's.
    pub(super) fn require_subscription(
        &self,
        subscription: &str,
        caller: Option<&Caller>,
    ) -> Result<(), Failure> {
        if subscription.len() != 36 || uuid::Uuid::try_parse(subscription).is_err() {
            return Err(Failure::invalid_subscription(subscription));
        }
        let known = &self.state.known_subscriptions;
        if known.is_empty() {
            return Ok(());
        }
        let Some(found) = known.get(&subscription.to_lowercase()) else {
            return Err(Failure::subscription_not_found(subscription));
        };
        match (&found.tenant, caller) {
            (Some(tenant), Some(caller)) if !tenant.eq_ignore_ascii_case(&caller.tenant) => {
                Err(wrong_tenant(tenant, &caller.tenant))
            }
            _ => Ok(()),
        }
    }

    /// Refuses if the registration of a namespace was taken back.
    pub(super) fn require_registration(&self, subscription: &str, namespace: &str) -> Result<(), Failure> {
        if self.state.unregistered.contains(&registration_key(subscription, namespace)) {
            Err(Failure::not_registered(namespace))
        } else {
            Ok(())
        }
    }

    fn register(&mut self, address: &ProviderAddress, registering: Registering) -> Result<Answer, Failure> {
        let namespace = known(address)?;
        let key = registration_key(&address.subscription, namespace);
        let mut provider = self.provider_json(&address.subscription, namespace);
        match registering {
            // The answer still says that it goes on; whoever asks again sees that it is done.
            Registering::Register if self.state.unregistered.remove(&key) => {
                provider.registration_state = "Registering";
            }
            Registering::Register => {}
            Registering::Unregister => {
                self.state.unregistered.insert(key);
                provider.registration_state = "Unregistering";
            }
        }
        Ok(Answer::gateway(StatusCode::OK, &provider))
    }

    /// The subscriptions that there are; where all are, those that something was put into.
    fn subscription_ids(&self) -> Vec<String> {
        if !self.state.known_subscriptions.is_empty() {
            return self.state.known_subscriptions.values().map(|known| known.id.clone()).collect();
        }
        let used = self.state.used_subscriptions();
        if used.is_empty() {
            return vec![DEFAULT_SUBSCRIPTION.to_owned()];
        }
        used.into_iter().map(str::to_owned).collect()
    }

    fn subscription_json(&self, id: &str, caller: Option<&Caller>) -> serde_json::Value {
        let known = self.state.known_subscriptions.get(&id.to_lowercase());
        let name = known.map_or("Emulated subscription", |known| known.name.as_str());
        let tags = self.state.subscription_tags.get(&id.to_lowercase()).filter(|tags| !tags.is_empty());
        let mut subscription = json!({
            "id": format!("/subscriptions/{id}"),
            "authorizationSource": "RoleBased",
            "managedByTenants": [],
            "subscriptionId": id,
            "tenantId": tenant_of(known.and_then(|known| known.tenant.as_deref()), caller),
            "displayName": name,
            "state": "Enabled",
            "subscriptionPolicies": {
                "locationPlacementId": "Public_2014-09-01",
                "quotaId": "PayAsYouGo_2014-09-01",
                "spendingLimit": "Off",
            },
        });
        if let Some(tags) = tags {
            subscription["tags"] = json!(tags);
        }
        subscription
    }

    fn tenants(&self, caller: Option<&Caller>) -> serde_json::Value {
        let mut ids: Vec<String> =
            self.state.known_subscriptions.values().filter_map(|known| known.tenant.clone()).collect();
        ids.push(tenant_of(None, caller).to_owned());
        ids.sort_unstable();
        ids.dedup();
        let tenant = |id: &String| {
            json!({
                "id": format!("/tenants/{id}"),
                "tenantId": id,
                "countryCode": "US",
                "displayName": "Emulated tenant",
                "domains": ["emulator.onmicrosoft.com"],
                "tenantCategory": "Home",
                "defaultDomain": "emulator.onmicrosoft.com",
                "tenantType": "AAD",
            })
        };
        json!({ "value": ids.iter().map(tenant).collect::<Vec<_>>() })
    }

    fn provider_json(&self, subscription: &str, namespace: &'static str) -> ProviderJson {
        let gone = self.state.unregistered.contains(&registration_key(subscription, namespace));
        let types: &[&'static str] = if namespace == "Microsoft.Network" { &TYPES } else { &[] };
        let mut versions = ApiVersion::names();
        versions.reverse();
        ProviderJson {
            id: format!("/subscriptions/{subscription}/providers/{namespace}"),
            namespace,
            resource_types: types
                .iter()
                .map(|resource_type| TypeJson {
                    resource_type,
                    locations: ["global"],
                    api_versions: versions.clone(),
                })
                .collect(),
            registration_state: if gone { "NotRegistered" } else { "Registered" },
            registration_policy: "RegistrationRequired",
        }
    }
}

fn known(address: &ProviderAddress) -> Result<&'static str, Failure> {
    let namespace = NAMESPACES.iter().find(|namespace| namespace.eq_ignore_ascii_case(&address.namespace));
    namespace.copied().ok_or_else(|| Failure::unknown_namespace(&address.namespace))
}

fn registration_key(subscription: &str, namespace: &str) -> String {
    format!("{subscription}/{namespace}").to_lowercase()
}

/// The given tenant, else that of whoever asks, else the usual one.
fn tenant_of<'a>(given: Option<&'a str>, caller: Option<&'a Caller>) -> &'a str {
    given.or(caller.map(|caller| caller.tenant.as_str())).unwrap_or(DEFAULT_TENANT)
}

/// Public (a text of Azure Resource Manager, shortened by a hint on moved subscriptions).
fn wrong_tenant(expected: &str, given: &str) -> Failure {
    let authority = format!("https://login.windows.net/{expected}");
    let message = format!(
        "The access token is from the wrong issuer 'https://sts.windows.net/{given}/'. It must match the tenant \
         'https://sts.windows.net/{expected}/' associated with this subscription. Please use the authority (URL) \
         '{authority}' to get the token."
    );
    Failure::unauthenticated(
        "InvalidAuthenticationTokenTenant",
        message,
        &authority,
        "The access token is from the wrong issuer.",
    )
}
