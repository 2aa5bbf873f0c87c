//! The configurations of scenarios, in HCL.

use std::fmt;

/// Where the provider comes from.
pub(crate) const TERRAFORM: &str = r#"
terraform {
  required_providers {
    azuretm = { source = "azuretm/azuretm" }
  }
}
"#;

/// The provider's own block.
pub(crate) const PROVIDER: &str = r#"
provider "azuretm" {
  environment     = "emulator"
  subscription_id = "00000000-0000-0000-0000-000000000001"
}
"#;

/// The address of the resource that most scenarios are about.
pub(crate) const ADDRESS: &str = "azuretm_traffic_manager_profile.shop";

/// A profile without endpoints, from which scenarios differ by what they are about.
pub(crate) const SHOP: Profile<'static> = Profile {
    label: "shop",
    name: "shop",
    group: "rg-global",
    method: "Weighted",
    relative_name: "contoso-shop",
    ttl: 30,
    monitor: HTTPS,
    endpoints: None,
    more: "",
};

/// Probes over HTTPS with Azure's defaults.
pub(crate) const HTTPS: &str = r#"
    protocol = "HTTPS"
    port     = 443
    path     = "/health""#;

/// A header of probes, for the block `monitor_config`.
pub(crate) fn header(name: &str, value: &str) -> String {
    format!("\n    custom_header {{\n      name  = \"{name}\"\n      value = \"{value}\"\n    }}")
}

/// The resource of a profile. Text is HCL.
#[derive(Clone, Copy)]
pub(crate) struct Profile<'a> {
    pub(crate) label: &'a str,
    pub(crate) name: &'a str,
    pub(crate) group: &'a str,
    pub(crate) method: &'a str,
    pub(crate) relative_name: &'a str,
    pub(crate) ttl: u32,
    /// What is in the block `monitor_config`.
    pub(crate) monitor: &'a str,
    /// What is between the braces of `endpoints`.
    pub(crate) endpoints: Option<&'a str>,
    /// Further attributes and blocks.
    pub(crate) more: &'a str,
}

impl fmt::Display for Profile<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { label, name, group, method, relative_name, ttl, monitor, endpoints, more } = self;
        let endpoints = endpoints.map(|each| format!("  endpoints = {{\n{each}\n  }}\n")).unwrap_or_default();
        write!(
            out,
            r#"
resource "azuretm_traffic_manager_profile" "{label}" {{
  name                   = "{name}"
  resource_group_name    = "{group}"
  traffic_routing_method = "{method}"
  dns_config {{
    relative_name = "{relative_name}"
    ttl           = {ttl}
  }}
  monitor_config {{{monitor}
  }}
{endpoints}{more}
}}
"#
        )
    }
}
