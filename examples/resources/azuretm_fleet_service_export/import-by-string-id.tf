import {
  to = azuretm_fleet_service_export.example
  id = "team-a/web"
}
