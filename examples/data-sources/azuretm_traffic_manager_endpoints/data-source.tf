data "azuretm_traffic_manager_profile" "global" {
  name                = "shop"
  resource_group_name = "rg-global"
}

data "azuretm_traffic_manager_endpoints" "global" {
  profile_id = data.azuretm_traffic_manager_profile.global.id
}

output "degraded" {
  value = [
    for name, endpoint in data.azuretm_traffic_manager_endpoints.global.endpoints : name
    if endpoint.monitor_status == "Degraded"
  ]
}
