resource "azuretm_fleet_profile" "example" {
  name                = "shop"
  namespace           = "team-a"
  resource_group_name = "rg-global"

  monitor_config {
    protocol            = "HTTPS"
    port                = 443
    path                = "/health"
    interval_in_seconds = 10
  }
}
