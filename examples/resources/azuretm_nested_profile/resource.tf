resource "azuretm_traffic_manager_profile" "parent" {
  name                   = "parent"
  resource_group_name    = "rg-global"
  traffic_routing_method = "Priority"

  dns_config {
    relative_name = "contoso-parent"
    ttl           = 30
  }

  monitor_config {
    protocol = "HTTPS"
    port     = 443
    path     = "/health"
  }
}

resource "azuretm_traffic_manager_profile" "child" {
  name                   = "child"
  resource_group_name    = "rg-global"
  traffic_routing_method = "Weighted"

  dns_config {
    relative_name = "contoso-child"
    ttl           = 30
  }

  monitor_config {
    protocol = "HTTPS"
    port     = 443
    path     = "/health"
  }

  endpoints = {
    dublin    = { target = "dublin.example.com" }
    frankfurt = { target = "frankfurt.example.com" }
    paris     = { target = "paris.example.com" }
  }
}

# The child serves as long as two of its endpoints are online.
resource "azuretm_nested_profile" "example" {
  name                    = "example"
  profile_id              = azuretm_traffic_manager_profile.parent.id
  target_resource_id      = azuretm_traffic_manager_profile.child.id
  minimum_child_endpoints = 2
  priority                = 1
}
