resource "azuretm_traffic_manager_profile" "example" {
  name                   = "example"
  resource_group_name    = "rg-global"
  traffic_routing_method = "Performance"

  dns_config {
    relative_name = "contoso-example"
    ttl           = 30
  }

  monitor_config {
    protocol = "HTTPS"
    port     = 443
    path     = "/health"
  }
}

resource "azuretm_traffic_manager_external_endpoint" "example" {
  name              = "example"
  profile_id        = azuretm_traffic_manager_profile.example.id
  target            = "example.com"
  endpoint_location = "westeurope"
}
