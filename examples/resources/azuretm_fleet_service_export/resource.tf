resource "azuretm_fleet_service_export" "example" {
  name      = "web"
  namespace = "team-a"
  weight    = 50
}
