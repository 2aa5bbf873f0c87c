import {
  to = azuretm_fleet_profile.example
  id = "team-a/shop"
}
