# The network of the visitor selects the endpoint: a range, a CIDR block, and an endpoint without subnets for
# everyone else.
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
  traffic_routing_method = "Subnet"

  dns_config {
    relative_name = "contoso-portal"
    ttl           = 30
  }

  monitor_config {
    protocol = "HTTPS"
    port     = 443
    path     = "/health"
  }

  endpoints = {
    office = { target = "portal-office.example.com", subnets = [{ first = "198.51.100.0", last = "198.51.100.63" }] }
    lab    = { target = "portal-lab.example.com", subnets = [{ first = "203.0.113.0", scope = 24 }] }
    others = { target = "portal.example.com" }
  }
}

output "fqdn" {
  value = azuretm_traffic_manager_profile.portal.fqdn
}
