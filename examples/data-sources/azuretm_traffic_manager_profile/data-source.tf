data "azuretm_traffic_manager_profile" "shop" {
  name                = "shop"
  resource_group_name = "rg-global"
}

output "health" {
  value = { for name, endpoint in data.azuretm_traffic_manager_profile.shop.endpoints : name => endpoint.monitor_status }
}
