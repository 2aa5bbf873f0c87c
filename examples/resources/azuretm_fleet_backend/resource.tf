resource "azuretm_fleet_profile" "shop" {
  name                = "shop"
  namespace           = "team-a"
  resource_group_name = "rg-global"
}

# All clusters of the fleet that export the service "web" get traffic.
resource "azuretm_fleet_backend" "example" {
  name         = "web"
  namespace    = "team-a"
  profile_name = azuretm_fleet_profile.shop.name
  service_name = "web"
  weight       = 100
}
