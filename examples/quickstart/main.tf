# A shop in two regions. The weights set the share of each region.
terraform {
  required_providers {
    azuretm = { source = "azuretm/azuretm" }
  }
}

provider "azuretm" {
  environment     = "emulator" # or public, usgovernment, china
  subscription_id = "00000000-0000-0000-0000-000000000001"
}

variable "weights" {
  description = "Share of each region, from 1 to 1000."
  type        = object({ east = number, west = number })
  default     = { east = 70, west = 30 }
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

  endpoints = {
    east = { target = "shop-east.example.com", weight = var.weights.east, endpoint_location = "eastus" }
    west = { target = "shop-west.example.com", weight = var.weights.west, endpoint_location = "westus" }
  }
}

output "fqdn" {
  value = azuretm_traffic_manager_profile.shop.fqdn
}
