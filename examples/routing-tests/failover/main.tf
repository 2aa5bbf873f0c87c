# A profile with a primary and a standby, and tests of what happens when they fail: `terraform test`.
terraform {
  required_providers {
    azuretm = { source = "azuretm/azuretm" }
  }
}

provider "azuretm" {
  environment     = "emulator" # or public, usgovernment, china
  subscription_id = "00000000-0000-0000-0000-000000000001"
}

resource "azuretm_traffic_manager_profile" "orders" {
  name                   = "orders"
  resource_group_name    = "rg-global"
  traffic_routing_method = "Priority"

  dns_config {
    relative_name = "contoso-orders"
    ttl           = 30
  }

  monitor_config {
    protocol = "HTTPS"
    port     = 443
    path     = "/health"
  }

  endpoints = {
    primary = { target = "orders-primary.example.com", priority = 1 }
    standby = { target = "orders-standby.example.com", priority = 2 }
  }
}
