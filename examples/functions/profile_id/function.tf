# "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-global/providers/Microsoft.Network/trafficManagerProfiles/shop"
output "profile_id" {
  value = provider::azuretm::profile_id("00000000-0000-0000-0000-000000000001", "rg-global", "shop")
}
