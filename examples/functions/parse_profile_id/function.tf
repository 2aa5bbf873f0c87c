# "rg-global"
output "group" {
  value = provider::azuretm::parse_profile_id("/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-global/providers/Microsoft.Network/trafficManagerProfiles/shop").resource_group_name
}
