# Two levels: the parent sends all visitors to Europe as long as two endpoints there are online, and the child
# profile distributes them among its endpoints.
terraform {
  required_providers {
    azuretm = { source = "azuretm/azuretm" }
  }
}

provider "azuretm" {
  environment     = "emulator" # or public, usgovernment, china
  subscription_id = "00000000-0000-0000-0000-000000000001"
}

resource "azuretm_traffic_manager_profile" "europe" {
  name                   = "maps-europe"
  resource_group_name    = "rg-global"
  traffic_routing_method = "Weighted"

  dns_config {
    relative_name = "contoso-maps-europe"
    ttl           = 30
  }

  monitor_config {
    protocol = "HTTPS"
    port     = 443
    path     = "/health"
  }

  endpoints = {
    dublin    = { target = "maps-dublin.example.com" }
    frankfurt = { target = "maps-frankfurt.example.com" }
    paris     = { target = "maps-paris.example.com" }
  }
}

resource "azuretm_traffic_manager_profile" "maps" {
  name                   = "maps"
  resource_group_name    = "rg-global"
  traffic_routing_method = "Priority"

  dns_config {
    relative_name = "contoso-maps"
    ttl           = 30
  }

  monitor_config {
    protocol = "HTTPS"
    port     = 443
    path     = "/health"
  }

  endpoints = {
    europe = {
      target_resource_id      = azuretm_traffic_manager_profile.europe.id
      minimum_child_endpoints = 2
      priority                = 1
    }
    america = { target = "maps-america.example.com", priority = 2 }
  }

  timeouts {
    create = "10m"
  }
}

output "fqdn" {
  value = azuretm_traffic_manager_profile.maps.fqdn
}
