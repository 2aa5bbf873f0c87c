import {
  to = azuretm_fleet_profile.example
  identity = {
    namespace = "team-a"
    name      = "shop"
  }
}
