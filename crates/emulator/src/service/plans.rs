//! Operations on App Service plans (`Microsoft.Web/serverfarms`), as far as configurations need them that have web apps
//! behind a profile. No app runs on them.
//!
//! Keys are those of the API's description; which of them an answer has is not recorded.

use http::{Method, StatusCode};
use serde::{Deserialize, Serialize};
use traffic_manager::region;

use super::decode;
use super::error::Failure;
use super::model::Tags;
use super::model::gateway::{Plan, PlanSettings, PlanSku};
use super::route::PlanAddress;
use super::state::State;
use super::{Answer, Request, Service};

pub(super) const TYPE: &str = "Microsoft.Web/serverfarms";

/// The sizes that a plan can have, with tier, family and the most workers. A star stands for a digit or two.
/// Source: Azure, "App Service pricing" and "App Service limits".
const SIZES: [(&str, &str, &str, i64); 16] = [
    ("F1", "Free", "F", 1),
    ("D1", "Shared", "D", 1),
    ("B*", "Basic", "B", 3),
    ("S*", "Standard", "S", 10),
    ("P*", "Premium", "P", 30),
    ("P*v2", "PremiumV2", "Pv2", 30),
    ("P*v3", "PremiumV3", "Pv3", 30),
    ("P*mv3", "PremiumMV3", "Pmv3", 30),
    ("P*v4", "PremiumV4", "Pv4", 30),
    ("P*mv4", "PremiumMV4", "Pmv4", 30),
    ("I*", "Isolated", "I", 100),
    ("I*v2", "IsolatedV2", "Iv2", 100),
    ("I*mv2", "IsolatedMV2", "Imv2", 100),
    ("EP*", "ElasticPremium", "EP", 100),
    ("WS*", "WorkflowStandard", "WS", 100),
    ("Y1", "Dynamic", "Y", 100),
];

#[derive(Serialize)]
struct PlanJson<'a> {
    id: String,
    name: &'a str,
    #[serde(rename = "type")]
    resource_type: &'static str,
    kind: &'a str,
    location: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    tags: Option<&'a Tags>,
    properties: PropertiesJson<'a>,
    sku: &'a PlanSku,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PropertiesJson<'a> {
    provisioning_state: &'static str,
    status: &'static str,
    subscription: &'a str,
    resource_group: &'a str,
    geo_region: &'a str,
    number_of_sites: u32,
    number_of_workers: i64,
    maximum_number_of_workers: i64,
    #[serde(flatten)]
    settings: &'a PlanSettings,
}

#[derive(Serialize)]
struct ListJson<'a> {
    value: Vec<PlanJson<'a>>,
}

#[derive(Deserialize)]
struct Body {
    location: Option<String>,
    kind: Option<String>,
    sku: Option<BodySku>,
    #[serde(default)]
    properties: BodySettings,
}

#[derive(Deserialize)]
struct BodySku {
    name: Option<String>,
    capacity: Option<i64>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct BodySettings {
    per_site_scaling: Option<bool>,
    elastic_scale_enabled: Option<bool>,
    maximum_elastic_worker_count: Option<i64>,
    is_spot: Option<bool>,
    reserved: Option<bool>,
    is_xenon: Option<bool>,
    hyper_v: Option<bool>,
    target_worker_count: Option<i64>,
    target_worker_size_id: Option<i64>,
    zone_redundant: Option<bool>,
}

impl Service {
    pub(super) fn list_plans(
        &self,
        subscription: &str,
        group: Option<&str>,
        method: &Method,
    ) -> Result<Answer, Failure> {
        if method != Method::GET {
            return Err(Failure::method_not_allowed(method.as_str()));
        }
        let listed = self.state.plans(subscription, group);
        let value = listed.map(|(group, plan)| json(subscription, group, plan)).collect();
        Ok(Answer::gateway(StatusCode::OK, &ListJson { value }))
    }

    pub(super) fn plan(&mut self, address: &PlanAddress, request: &Request) -> Result<Answer, Failure> {
        let PlanAddress { group, name } = address;
        self.require_group(group)?;
        let key = name.to_lowercase();
        match request.method.as_str() {
            "GET" => {}
            method @ ("PUT" | "PATCH") => {
                let old = find(&self.state, address).cloned();
                if method == "PATCH" && old.is_none() {
                    return Err(Failure::resource_not_found(TYPE, name, group));
                }
                let plan = read(&request.body, name, old.as_ref(), method == "PATCH")?;
                self.state.group_mut(group).plans.insert(key, plan);
            }
            "DELETE" => {
                let found = self.state.group(group).is_some_and(|group| group.plans.contains_key(&key));
                if !found {
                    return Ok(Answer::empty(StatusCode::NO_CONTENT));
                }
                self.state.group_mut(group).plans.remove(&key);
                return Ok(Answer::empty(StatusCode::OK));
            }
            method => return Err(Failure::method_not_allowed(method)),
        }
        let plan =
            find(&self.state, address).ok_or_else(|| Failure::resource_not_found(TYPE, name, group))?;
        let group_name = self.state.group(group).map_or(group.group.as_str(), |group| &group.name);
        Ok(Answer::gateway(StatusCode::OK, &json(&group.subscription, group_name, plan)))
    }
}

fn find<'a>(state: &'a State, address: &PlanAddress) -> Option<&'a Plan> {
    state.group(&address.group)?.plans.get(&address.name.to_lowercase())
}

/// A plan as the request wants it. All texts of refusals are the emulator's own.
fn read(bytes: &[u8], name: &str, old: Option<&Plan>, keeps: bool) -> Result<Plan, Failure> {
    let tags = decode::tags(&decode::object(bytes)?)?;
    let body: Body =
        serde_json::from_slice(bytes).map_err(|error| Failure::invalid_content(&error.to_string()))?;
    let base = old.filter(|_| keeps);
    let location = match (body.location, old) {
        (Some(location), None) => region::normalize(&location),
        (None, None) => return Err(Failure::location_required()),
        (_, Some(old)) => old.location.clone(),
    };
    let settings = settings(&body.properties, base.map(|base| &base.settings));
    let usual_kind = if settings.reserved { "linux" } else { "app" };
    Ok(Plan {
        name: old.map_or(name, |old| &old.name).to_owned(),
        kind: body.kind.or(base.map(|base| base.kind.clone())).unwrap_or_else(|| usual_kind.to_owned()),
        location,
        tags: tags.or_else(|| base.and_then(|base| base.tags.clone())),
        sku: sku(body.sku, base.map(|base| &base.sku))?,
        settings,
    })
}

fn settings(given: &BodySettings, base: Option<&PlanSettings>) -> PlanSettings {
    let usual = PlanSettings { maximum_elastic_worker_count: 1, ..PlanSettings::default() };
    let base = base.unwrap_or(&usual);
    PlanSettings {
        per_site_scaling: given.per_site_scaling.unwrap_or(base.per_site_scaling),
        elastic_scale_enabled: given.elastic_scale_enabled.unwrap_or(base.elastic_scale_enabled),
        maximum_elastic_worker_count: given
            .maximum_elastic_worker_count
            .unwrap_or(base.maximum_elastic_worker_count),
        is_spot: given.is_spot.unwrap_or(base.is_spot),
        reserved: given.reserved.unwrap_or(base.reserved),
        is_xenon: given.is_xenon.unwrap_or(base.is_xenon),
        hyper_v: given.hyper_v.unwrap_or(base.hyper_v),
        target_worker_count: given.target_worker_count.unwrap_or(base.target_worker_count),
        target_worker_size_id: given.target_worker_size_id.unwrap_or(base.target_worker_size_id),
        zone_redundant: given.zone_redundant.unwrap_or(base.zone_redundant),
    }
}

/// The size: its name decides the rest. A plan for which none was given is a free one.
fn sku(given: Option<BodySku>, base: Option<&PlanSku>) -> Result<PlanSku, Failure> {
    let given = given.unwrap_or(BodySku { name: None, capacity: None });
    let name = given.name.or_else(|| base.map(|base| base.name.clone())).unwrap_or_else(|| "F1".to_owned());
    let Some((_, tier, family, most)) = size(&name) else {
        return Err(Failure::invalid_plan(format!("The SKU '{name}' of the App Service plan is not known.")));
    };
    let least = i64::from(tier != "Free" && tier != "Shared" && tier != "Dynamic");
    let capacity = given.capacity.or(base.map(|base| base.capacity)).unwrap_or(least);
    if !(0..=most).contains(&capacity) {
        return Err(Failure::invalid_plan(format!(
            "The capacity {capacity} of the App Service plan is not possible. The tier {tier} has at most {most} workers."
        )));
    }
    Ok(PlanSku { size: name.clone(), name, tier: tier.to_owned(), family: family.to_owned(), capacity })
}

fn size(name: &str) -> Option<(&'static str, &'static str, &'static str, i64)> {
    let is = |pattern: &str| match pattern.split_once('*') {
        None => pattern.eq_ignore_ascii_case(name),
        Some((before, after)) => {
            let lower = name.to_ascii_lowercase();
            let rest = lower.strip_prefix(&before.to_ascii_lowercase());
            let number = rest.and_then(|rest| rest.strip_suffix(after));
            number.is_some_and(|number| {
                (1..=2).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit())
            })
        }
    };
    SIZES.iter().find(|(pattern, ..)| is(pattern)).copied()
}

fn json<'a>(subscription: &'a str, group: &'a str, plan: &'a Plan) -> PlanJson<'a> {
    // Unlike others, this service answers display names.
    let location = region::display_name(&plan.location).unwrap_or(&plan.location);
    PlanJson {
        id: format!("/subscriptions/{subscription}/resourceGroups/{group}/providers/{TYPE}/{}", plan.name),
        name: &plan.name,
        resource_type: TYPE,
        kind: &plan.kind,
        location,
        tags: plan.tags.as_ref(),
        properties: PropertiesJson {
            provisioning_state: "Succeeded",
            status: "Ready",
            subscription,
            resource_group: group,
            geo_region: location,
            number_of_sites: 0,
            number_of_workers: plan.sku.capacity,
            maximum_number_of_workers: size(&plan.sku.name).map_or(1, |(.., most)| most),
            settings: &plan.settings,
        },
        sku: &plan.sku,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_size_decides_tier_and_family() {
        let of = |name: &str| size(name).map(|(_, tier, family, _)| (tier, family));
        assert_eq!(of("S1"), Some(("Standard", "S")));
        assert_eq!(of("p1V2"), Some(("PremiumV2", "Pv2")));
        assert_eq!(of("P2mv3"), Some(("PremiumMV3", "Pmv3")));
        assert_eq!(of("EP3"), Some(("ElasticPremium", "EP")));
        for unknown in ["", "S", "S1x", "P1v9", "Q1", "S123"] {
            assert_eq!(of(unknown), None, "{unknown}");
        }
    }
}
