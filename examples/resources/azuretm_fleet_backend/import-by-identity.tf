import {
  to = azuretm_fleet_backend.example
  identity = {
    namespace = "team-a"
    name      = "web"
  }
}
