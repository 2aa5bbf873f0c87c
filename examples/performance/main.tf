# Every visitor is sent to the region with the lowest latency. External endpoints need a location.
terraform {
  required_providers {
    azuretm = { source = "azuretm/azuretm" }
  }
}

provider "azuretm" {
  environment     = "emulator" # or public, usgovernment, china
  subscription_id = "00000000-0000-0000-0000-000000000001"
}

resource "azuretm_traffic_manager_profile" "api" {
  name                   = "api"
  resource_group_name    = "rg-global"
  traffic_routing_method = "Performance"

  dns_config {
    relative_name = "contoso-api"
    ttl           = 30
  }

  monitor_config {
    protocol = "HTTPS"
    port     = 443
    path     = "/health"
  }

  endpoints = {
    europe = { target = "api-europe.example.com", endpoint_location = "westeurope" }
    asia   = { target = "api-asia.example.com", endpoint_location = "southeastasia" }
  }
}

output "fqdn" {
  value = azuretm_traffic_manager_profile.api.fqdn
}
