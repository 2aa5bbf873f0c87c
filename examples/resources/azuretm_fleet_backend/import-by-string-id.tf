import {
  to = azuretm_fleet_backend.example
  id = "team-a/web"
}
