# The external endpoints of a profile, with all attributes.
list "azuretm_traffic_manager_external_endpoint" "shop" {
  provider         = azuretm
  include_resource = true

  config {
    profile_id = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-global/providers/Microsoft.Network/trafficManagerProfiles/shop"
  }
}
