resource "azuretm_traffic_manager_profile" "example" {
  name                   = "example"
  resource_group_name    = "rg-global"
  traffic_routing_method = "Weighted"

  dns_config {
    relative_name = "contoso-example"
    ttl           = 30
  }

  monitor_config {
    protocol                     = "HTTPS"
    port                         = 443
    path                         = "/health"
    interval_in_seconds          = 30
    timeout_in_seconds           = 9
    tolerated_number_of_failures = 3
    expected_status_code_ranges  = ["200-204", "301"]

    custom_header {
      name  = "Host"
      value = "example.com"
    }
  }

  # Leave `endpoints` out if they are managed elsewhere. They are never touched then.
  endpoints = {
    east = { target = "east.example.com", weight = 70, endpoint_location = "eastus" }
    west = { target = "west.example.com", weight = 30, endpoint_location = "westus" }
  }

  tags = {
    team = "web"
  }
}
