import {
  to = azuretm_fleet_service_export.example
  identity = {
    namespace = "team-a"
    name      = "web"
  }
}
