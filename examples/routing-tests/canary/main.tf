# A canary with a tenth of the traffic in a nested profile, and tests of its share: `terraform test`.
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
  name                   = "api-europe"
  resource_group_name    = "rg-global"
  traffic_routing_method = "Weighted"

  dns_config {
    relative_name = "contoso-api-europe"
    ttl           = 30
  }

  monitor_config {
    protocol = "HTTPS"
    port     = 443
    path     = "/health"
  }

  endpoints = {
    stable = { target = "api-stable.example.com", weight = 90 }
    canary = { target = "api-canary.example.com", weight = 10 }
  }
}

resource "azuretm_traffic_manager_profile" "global" {
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
    europe = {
      target_resource_id = azuretm_traffic_manager_profile.europe.id
      endpoint_location  = "westeurope"
    }
    america = {
      target            = "api-america.example.com"
      endpoint_location = "eastus"
    }
  }
}
