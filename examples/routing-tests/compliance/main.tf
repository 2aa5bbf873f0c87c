# Clients in the European Union stay in the European Union, and tests that prove it: `terraform test`.
terraform {
  required_providers {
    azuretm = { source = "azuretm/azuretm" }
  }
}

provider "azuretm" {
  environment     = "emulator" # or public, usgovernment, china
  subscription_id = "00000000-0000-0000-0000-000000000001"
}

resource "azuretm_traffic_manager_profile" "portal" {
  name                   = "portal"
  resource_group_name    = "rg-global"
  traffic_routing_method = "Geographic"

  dns_config {
    relative_name = "contoso-portal"
    ttl           = 60
  }

  monitor_config {
    protocol = "HTTPS"
    port     = 443
    path     = "/health"
  }

  endpoints = {
    europe = {
      target       = "portal-europe.example.com"
      geo_mappings = ["GEO-EU"]
    }
    america = {
      target       = "portal-america.example.com"
      geo_mappings = ["WORLD"]
    }
  }
}
