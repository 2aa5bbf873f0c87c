# A DNS response contains several addresses, and the client tries one after the other. The targets are IP
# addresses, not names.
terraform {
  required_providers {
    azuretm = { source = "azuretm/azuretm" }
  }
}

provider "azuretm" {
  environment     = "emulator" # or public, usgovernment, china
  subscription_id = "00000000-0000-0000-0000-000000000001"
}

resource "azuretm_traffic_manager_profile" "gateway" {
  name                   = "gateway"
  resource_group_name    = "rg-global"
  traffic_routing_method = "MultiValue"
  max_return             = 2

  dns_config {
    relative_name = "contoso-gateway"
    ttl           = 30
  }

  monitor_config {
    protocol = "HTTPS"
    port     = 443
    path     = "/health"
  }

  endpoints = {
    first  = { target = "192.0.2.10" }
    second = { target = "192.0.2.20" }
    third  = { target = "192.0.2.30" }
  }
}

output "fqdn" {
  value = azuretm_traffic_manager_profile.gateway.fqdn
}
