# A configuration of azurerm with every attribute of its Traffic Manager resources.

resource "azurerm_traffic_manager_profile" "shop" {
  name                   = "shop"
  resource_group_name    = "rg-global"
  traffic_routing_method = "Weighted"
  traffic_view_enabled   = true
  tags                   = { team = "web" }

  dns_config {
    relative_name = "contoso-shop"
    ttl           = 30
  }

  monitor_config {
    protocol                     = "HTTPS"
    port                         = 443
    path                         = "/health"
    interval_in_seconds          = 30
    timeout_in_seconds           = 9
    tolerated_number_of_failures = 2
    expected_status_code_ranges  = ["200-299", "301-301"]

    custom_header {
      name  = "X-Shop"
      value = "probe"
    }

    custom_header {
      name  = "Host"
      value = "shop.example.com"
    }
  }

  timeouts {
    create = "45m"
  }
}

resource "azurerm_traffic_manager_profile" "child" {
  name                   = "child"
  resource_group_name    = "rg-global"
  traffic_routing_method = "Priority"
  profile_status         = "Disabled"

  dns_config {
    relative_name = "contoso-child"
    ttl           = 60
  }

  monitor_config {
    protocol = "TCP"
    port     = 443
  }
}

resource "azurerm_traffic_manager_profile" "addresses" {
  name                   = "addresses"
  resource_group_name    = "rg-global"
  traffic_routing_method = "MultiValue"
  max_return             = 4

  dns_config {
    relative_name = "contoso-addresses"
    ttl           = 60
  }

  monitor_config {
    protocol = "HTTP"
    port     = 80
    path     = "/"
  }
}

resource "azurerm_traffic_manager_external_endpoint" "office" {
  name                 = "office"
  profile_id           = azurerm_traffic_manager_profile.shop.id
  target               = "office.example.com"
  weight               = 30
  priority             = 3
  endpoint_location    = "West Europe"
  always_serve_enabled = true
  geo_mappings         = ["FR", "DE"]

  custom_header {
    name  = "X-Office"
    value = "probe"
  }

  subnet {
    first = "10.2.0.1"
    last  = "10.2.0.9"
  }

  subnet {
    first = "10.1.0.0"
    scope = 16
  }
}

resource "azurerm_traffic_manager_external_endpoint" "plain" {
  name       = "plain"
  profile_id = azurerm_traffic_manager_profile.addresses.id
  target     = "203.0.113.7"
}

resource "azurerm_traffic_manager_azure_endpoint" "east" {
  name               = "east"
  profile_id         = azurerm_traffic_manager_profile.child.id
  target_resource_id = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-global/providers/Microsoft.Network/publicIPAddresses/east"
  enabled            = false
  weight             = 100
  priority           = 2

  timeouts {
    create = "60m"
    delete = "10m"
  }
}

resource "azurerm_traffic_manager_nested_endpoint" "child" {
  name                                  = "child"
  profile_id                            = azurerm_traffic_manager_profile.shop.id
  target_resource_id                    = azurerm_traffic_manager_profile.child.id
  minimum_child_endpoints               = 2
  minimum_required_child_endpoints_ipv4 = 1
  weight                                = 70
  priority                              = 1
  endpoint_location                     = "eastus"
  geo_mappings                          = ["WORLD"]
}
