resource "azuretm_traffic_manager_profile" "example" {
  name                   = "example"
  resource_group_name    = "rg-global"
  traffic_routing_method = "Weighted"

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

resource "azuretm_traffic_manager_azure_endpoint" "example" {
  name       = "example"
  profile_id = azuretm_traffic_manager_profile.example.id
  weight     = 100

  # The ID of a public IP address with a DNS label, an App Service or one of its slots, such as azurerm_public_ip.example.id
  target_resource_id = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-global/providers/Microsoft.Network/publicIPAddresses/example"

  custom_header {
    name  = "Host"
    value = "example.com"
  }
}
