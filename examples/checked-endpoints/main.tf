# Terraform drops attributes of an endpoint that do not exist, so a misspelled one would go unnoticed. The
# postcondition finds it: `endpoints` of the resource has every attribute that an endpoint can have.
terraform {
  required_providers {
    azuretm = { source = "azuretm/azuretm" }
  }
}

provider "azuretm" {
  environment     = "emulator" # or public, usgovernment, china
  subscription_id = "00000000-0000-0000-0000-000000000001"
}

locals {
  endpoints = {
    east = { target = "shop-east.example.com", weight = 70 }
    west = { target = "shop-west.example.com", weight = 30 }
  }
}

resource "azuretm_traffic_manager_profile" "shop" {
  name                   = "shop"
  resource_group_name    = "rg-global"
  traffic_routing_method = "Weighted"

  dns_config {
    relative_name = "contoso-shop"
    ttl           = 30
  }

  monitor_config {
    protocol = "HTTPS"
    port     = 443
    path     = "/health"
  }

  endpoints = local.endpoints

  lifecycle {
    postcondition {
      condition = alltrue([
        for name, endpoint in local.endpoints :
        length(setsubtract(keys(endpoint), keys(self.endpoints[name]))) == 0
      ])
      error_message = "An endpoint has an attribute that does not exist."
    }
  }
}
