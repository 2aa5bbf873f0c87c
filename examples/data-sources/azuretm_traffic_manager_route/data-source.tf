data "azuretm_traffic_manager_profile" "asked" {
  name                = "shop"
  resource_group_name = "rg-global"
}

data "azuretm_traffic_manager_route" "france" {
  profile_id      = data.azuretm_traffic_manager_profile.asked.id
  geographic_code = "FR"
  source          = "203.0.113.7"
}

output "why" {
  value = data.azuretm_traffic_manager_route.france.reasons
}
