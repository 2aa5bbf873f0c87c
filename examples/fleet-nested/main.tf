# Two fleets serve one shop, each its own part of the world. Their profiles are nested under one with Performance routing:
# visitors are sent to the nearest fleet, and to the other one when that has no healthy endpoint left.
terraform {
  required_providers {
    azuretm = { source = "azuretm/azuretm" }
  }
}

locals {
  fleets = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-global/providers/Microsoft.ContainerService/fleets"
}

provider "azuretm" {
  environment     = "emulator" # or public, usgovernment, china
  subscription_id = "00000000-0000-0000-0000-000000000001"

  fleet_hub {
    fleet_id = "${local.fleets}/europe"
  }
}

provider "azuretm" {
  alias           = "america"
  environment     = "emulator"
  subscription_id = "00000000-0000-0000-0000-000000000001"

  fleet_hub {
    fleet_id = "${local.fleets}/america"
  }
}

resource "azuretm_fleet_profile" "europe" {
  name                = "europe"
  namespace           = "shop"
  resource_group_name = "rg-global"
}

resource "azuretm_fleet_backend" "europe" {
  name         = "web"
  namespace    = "shop"
  profile_name = azuretm_fleet_profile.europe.name
  service_name = "web"
  weight       = 100
}

resource "azuretm_fleet_profile" "america" {
  provider            = azuretm.america
  name                = "america"
  namespace           = "shop"
  resource_group_name = "rg-global"
}

resource "azuretm_fleet_backend" "america" {
  provider     = azuretm.america
  name         = "web"
  namespace    = "shop"
  profile_name = azuretm_fleet_profile.america.name
  service_name = "web"
  weight       = 100
}

resource "azuretm_traffic_manager_profile" "shop" {
  name                   = "shop"
  resource_group_name    = "rg-global"
  traffic_routing_method = "Performance"

  dns_config {
    relative_name = "contoso-shop"
    ttl           = 30
  }

  monitor_config {
    protocol = "HTTP"
    port     = 80
    path     = "/"
  }
}

resource "azuretm_nested_profile" "europe" {
  name                    = "europe"
  profile_id              = azuretm_traffic_manager_profile.shop.id
  target_resource_id      = azuretm_fleet_profile.europe.resource_id
  minimum_child_endpoints = 1
  endpoint_location       = "westeurope"
}

resource "azuretm_nested_profile" "america" {
  name                    = "america"
  profile_id              = azuretm_traffic_manager_profile.shop.id
  target_resource_id      = azuretm_fleet_profile.america.resource_id
  minimum_child_endpoints = 1
  endpoint_location       = "eastus"
}

output "fqdn" {
  value = azuretm_traffic_manager_profile.shop.fqdn
}
