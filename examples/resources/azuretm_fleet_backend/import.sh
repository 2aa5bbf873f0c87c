terraform import azuretm_fleet_backend.example team-a/web
