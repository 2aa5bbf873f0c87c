terraform import azuretm_fleet_service_export.example team-a/web
