//! Operations on public IP addresses, as far as endpoints need them as targets: a DNS label and a region.
//!
//! Keys and their order are those of recorded answers. Nothing else of the network service is here.

use http::{Method, StatusCode};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::decode;
use super::error::Failure;
use super::model::Tags;
use super::model::gateway::{DdosSettings, IpTag, PublicIp, PublicIpExtras};
use super::route::{PublicIpAddress, Route};
use super::state::State;
use super::{Answer, Request, Service};

pub(super) const TYPE: &str = "Microsoft.Network/publicIPAddresses";

#[derive(Serialize)]
struct IpJson<'a> {
    name: &'a str,
    id: String,
    etag: String,
    location: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    tags: Option<&'a Tags>,
    #[serde(skip_serializing_if = "Option::is_none")]
    zones: Option<&'a [String]>,
    properties: PropertiesJson<'a>,
    #[serde(rename = "type")]
    resource_type: &'static str,
    sku: SkuJson<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PropertiesJson<'a> {
    provisioning_state: &'static str,
    resource_guid: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    ip_address: Option<&'a str>,
    #[serde(rename = "publicIPAddressVersion")]
    version: &'a str,
    #[serde(rename = "publicIPAllocationMethod")]
    allocation: &'a str,
    idle_timeout_in_minutes: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    dns_settings: Option<DnsJson<'a>>,
    ip_tags: &'a [IpTag],
    #[serde(skip_serializing_if = "Option::is_none")]
    ddos_settings: Option<&'a DdosSettings>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct DnsJson<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    domain_name_label: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fqdn: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reverse_fqdn: Option<&'a str>,
}

#[derive(Serialize)]
pub(super) struct SkuJson<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    tier: Option<&'static str>,
}

#[derive(Serialize)]
struct ListJson<'a> {
    value: Vec<IpJson<'a>>,
}

#[derive(Deserialize)]
struct Body {
    location: Option<String>,
    tags: Option<Tags>,
    sku: Option<BodySku>,
    zones: Option<Vec<String>>,
    #[serde(default)]
    properties: BodyProperties,
}

#[derive(Deserialize)]
struct BodySku {
    name: Option<String>,
    tier: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct BodyProperties {
    #[serde(rename = "publicIPAddressVersion")]
    version: Option<String>,
    #[serde(rename = "publicIPAllocationMethod")]
    allocation: Option<String>,
    idle_timeout_in_minutes: Option<i64>,
    dns_settings: Option<BodyDns>,
    ip_tags: Option<Vec<IpTag>>,
    ddos_settings: Option<DdosSettings>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct BodyDns {
    domain_name_label: Option<String>,
    reverse_fqdn: Option<String>,
}

impl Service {
    pub(super) fn list_public_ips(
        &self,
        subscription: &str,
        group: Option<&str>,
        method: &Method,
        version: &str,
    ) -> Result<Answer, Failure> {
        if method != Method::GET {
            return Err(Failure::method_not_allowed(method.as_str()));
        }
        let listed = self.state.public_ips(subscription, group);
        let value = listed.map(|(group, ip)| json(subscription, group, ip, version, "Succeeded")).collect();
        Ok(Answer::gateway(StatusCode::OK, &ListJson { value }))
    }

    pub(super) fn public_ip(
        &mut self,
        address: &PublicIpAddress,
        request: &Request,
        version: &str,
    ) -> Result<Answer, Failure> {
        self.require_group(&address.group)?;
        let PublicIpAddress { group, name } = address;
        match request.method.as_str() {
            "GET" => {
                let ip = find(&self.state, address);
                let ip = ip.ok_or_else(|| Failure::resource_not_found(TYPE, name, group))?;
                let body = json(&group.subscription, &group.group, ip, version, "Succeeded");
                Ok(Answer::gateway(StatusCode::OK, &body))
            }
            "PUT" => self.put_public_ip(address, request, version),
            "DELETE" => {
                let known = find(&self.state, address).map(|ip| ip.location.clone());
                let Some(location) = known else { return Ok(Answer::empty(StatusCode::NO_CONTENT)) };
                self.state.group_mut(group).public_ips.remove(&name.to_lowercase());
                let mut answer = Answer::empty(StatusCode::ACCEPTED);
                for (header, kind) in
                    [("azure-asyncoperation", "operations"), ("location", "operationResults")]
                {
                    answer.link(header, operation_path(&group.subscription, &location, kind, version));
                }
                Ok(answer)
            }
            method => Err(Failure::method_not_allowed(method)),
        }
    }

    fn put_public_ip(
        &mut self,
        address: &PublicIpAddress,
        request: &Request,
        version: &str,
    ) -> Result<Answer, Failure> {
        let PublicIpAddress { group, name } = address;
        decode::tags(&decode::object(&request.body)?)?;
        let body: Body = serde_json::from_slice(&request.body)
            .map_err(|error| Failure::invalid_content(&error.to_string()))?;
        let old = find(&self.state, address).cloned();
        let ip = read(body, name, old.as_ref())?;
        let ip = self.numbered(ip)?;
        let status = if old.is_some() { StatusCode::OK } else { StatusCode::CREATED };
        let mut answer =
            Answer::gateway(status, &json(&group.subscription, &group.group, &ip, version, "Updating"));
        answer.link(
            "azure-asyncoperation",
            operation_path(&group.subscription, &ip.location, "operations", version),
        );
        answer.text("retry-after", &0);
        self.state.group_mut(group).public_ips.insert(name.to_lowercase(), ip);
        Ok(answer)
    }
}

impl Service {
    /// An address with its number, whose name nobody else has.
    fn numbered(&mut self, mut ip: PublicIp) -> Result<PublicIp, Failure> {
        if let Some(fqdn) = ip.fqdn() {
            let guid = &ip.guid;
            let is_taken = |other: &PublicIp| other.guid != *guid && other.fqdn().as_ref() == Some(&fqdn);
            if self.state.all_public_ips().any(is_taken) {
                return Err(Failure::label_taken(&fqdn));
            }
        }
        if ip.address.is_none() && ip.allocation == "Static" {
            ip.address = Some(next_address(&mut self.state.addresses, &ip.family));
        }
        Ok(ip)
    }

    /// Keeps an address that a service of a cluster asked for, and answers its id.
    pub(super) fn keep_address(
        &mut self,
        address: &PublicIpAddress,
        mut ip: PublicIp,
    ) -> Result<String, Failure> {
        let PublicIpAddress { group, name } = address;
        if let Some(old) = find(&self.state, address) {
            ip.guid.clone_from(&old.guid);
            ip.address.clone_from(&old.address);
        }
        let ip = self.numbered(ip)?;
        let kept = self.state.group_mut(group);
        let id = format!(
            "/subscriptions/{}/resourceGroups/{}/providers/{TYPE}/{name}",
            group.subscription, kept.name
        );
        kept.public_ips.insert(name.to_lowercase(), ip);
        Ok(id)
    }
}

/// The address of a service with this DNS label; `None` if that cannot be one.
pub(super) fn of_service(name: &str, location: &str, label: &str) -> Option<PublicIp> {
    is_label(label).then(|| PublicIp {
        name: name.to_owned(),
        location: location.to_owned(),
        tags: None,
        label: Some(label.to_owned()),
        sku: "Standard".to_owned(),
        allocation: "Static".to_owned(),
        family: "IPv4".to_owned(),
        idle_timeout: 4,
        address: None,
        etag: Uuid::new_v4().to_string(),
        guid: Uuid::new_v4().to_string(),
        extras: PublicIpExtras::default(),
    })
}

/// The status of an operation: every one is done when it is asked for.
pub(super) fn operation() -> Answer {
    Answer::new(StatusCode::OK, r#"{"status":"Succeeded"}"#.to_owned(), super::Origin::Gateway)
}

/// The public IP address that a resource id names, if there is one.
pub(super) fn of_id<'a>(state: &'a State, id: &str) -> Option<&'a PublicIp> {
    match Route::parse(id) {
        Route::PublicIp(address) => find(state, &address),
        _ => None,
    }
}

fn find<'a>(state: &'a State, address: &PublicIpAddress) -> Option<&'a PublicIp> {
    state.group(&address.group)?.public_ips.get(&address.name.to_lowercase())
}

/// A public IP address as the request wants it. All texts of refusals are the emulator's own.
fn read(body: Body, name: &str, old: Option<&PublicIp>) -> Result<PublicIp, Failure> {
    let location = body.location.ok_or_else(Failure::location_required)?;
    let word = |given: Option<String>, words: [&str; 2], property: &str| {
        let given = given.unwrap_or_else(|| words[0].to_owned());
        let known = words.iter().find(|word| word.eq_ignore_ascii_case(&given));
        known.map(|word| (*word).to_owned()).ok_or_else(|| {
            Failure::invalid_public_ip(format!(
                "The value '{given}' of the property '{property}' is invalid. Valid values are: {}.",
                words.join(", ")
            ))
        })
    };
    let (label, reverse_fqdn) =
        body.properties.dns_settings.map_or((None, None), |dns| (dns.domain_name_label, dns.reverse_fqdn));
    let label = label.map(|label| label.to_lowercase());
    if let Some(label) = label.as_deref().filter(|label| !is_label(label)) {
        return Err(Failure::invalid_public_ip(format!(
            "The domain name label '{label}' is invalid. It must begin with a letter, end with a letter or digit, and \
             have 3 to 63 letters, digits and hyphens."
        )));
    }
    let (sku, tier) = body.sku.map_or((None, None), |sku| (sku.name, sku.tier));
    let sku = word(sku, ["Basic", "Standard"], "sku.name")?;
    let is_global = word(tier, ["Regional", "Global"], "sku.tier")? == "Global";
    Ok(PublicIp {
        name: old.map_or(name, |old| &old.name).to_owned(),
        location: traffic_manager::region::normalize(&location),
        tags: body.tags,
        label,
        sku,
        allocation: word(body.properties.allocation, ["Dynamic", "Static"], "publicIPAllocationMethod")?,
        family: word(body.properties.version, ["IPv4", "IPv6"], "publicIPAddressVersion")?,
        idle_timeout: body.properties.idle_timeout_in_minutes.unwrap_or(4),
        address: old.and_then(|old| old.address.clone()),
        etag: Uuid::new_v4().to_string(),
        guid: old.map_or_else(|| Uuid::new_v4().to_string(), |old| old.guid.clone()),
        extras: PublicIpExtras {
            zones: body.zones.filter(|zones| !zones.is_empty()),
            is_global,
            ip_tags: body.properties.ip_tags.unwrap_or_default(),
            ddos_settings: body.properties.ddos_settings,
            reverse_fqdn,
        },
    })
}

fn is_label(label: &str) -> bool {
    (3..=63).contains(&label.len())
        && label.starts_with(|first: char| first.is_ascii_lowercase())
        && !label.ends_with('-')
        && label.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

/// Static addresses are given out one after another, from the ranges that are set apart for benchmarks (RFC 2544)
/// and documentation (RFC 3849): nobody is there.
fn next_address(given: &mut u32, family: &str) -> String {
    *given = given.wrapping_add(1);
    let number = *given % (1 << 17);
    if family == "IPv6" {
        format!("2001:db8::{number:x}")
    } else {
        std::net::Ipv4Addr::from(u32::from(std::net::Ipv4Addr::new(198, 18, 0, 0)) + number).to_string()
    }
}

fn operation_path(subscription: &str, location: &str, kind: &str, version: &str) -> String {
    format!(
        "/subscriptions/{subscription}/providers/Microsoft.Network/locations/{location}/{kind}/{}?api-version={version}",
        Uuid::new_v4()
    )
}

fn json<'a>(
    subscription: &str,
    group: &str,
    ip: &'a PublicIp,
    version: &str,
    provisioning_state: &'static str,
) -> IpJson<'a> {
    let (label, reverse_fqdn) = (ip.label.as_deref(), ip.extras.reverse_fqdn.as_deref());
    let dns_settings =
        label.or(reverse_fqdn).map(|_| DnsJson { domain_name_label: label, fqdn: ip.fqdn(), reverse_fqdn });
    IpJson {
        name: &ip.name,
        id: format!("/subscriptions/{subscription}/resourceGroups/{group}/providers/{TYPE}/{}", ip.name),
        etag: format!("W/\"{}\"", ip.etag),
        location: &ip.location,
        tags: ip.tags.as_ref(),
        zones: ip.extras.zones.as_deref(),
        properties: PropertiesJson {
            provisioning_state,
            resource_guid: &ip.guid,
            // Recorded: the answer of the PUT does not know it yet.
            ip_address: ip.address.as_deref().filter(|_| provisioning_state == "Succeeded"),
            version: &ip.family,
            allocation: &ip.allocation,
            idle_timeout_in_minutes: ip.idle_timeout,
            dns_settings,
            ip_tags: &ip.extras.ip_tags,
            ddos_settings: ip.extras.ddos_settings.as_ref(),
        },
        resource_type: TYPE,
        // Recorded answers of 2019 lack the tier, those of 2020-11-01 and later have it.
        sku: SkuJson { tier: sku(ip).tier.filter(|_| version >= "2020-08"), ..sku(ip) },
    }
}

/// What an address costs, as lists of resources show it.
pub(super) fn sku(ip: &PublicIp) -> SkuJson<'_> {
    SkuJson { name: &ip.sku, tier: Some(if ip.extras.is_global { "Global" } else { "Regional" }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_given_out_for_ever() {
        let mut given = u32::MAX;
        assert_eq!(next_address(&mut given, "IPv4"), "198.18.0.0");
        assert_eq!(next_address(&mut given, "IPv6"), "2001:db8::1");
    }
}
