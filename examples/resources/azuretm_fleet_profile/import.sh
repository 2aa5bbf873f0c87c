terraform import azuretm_fleet_profile.example team-a/shop
