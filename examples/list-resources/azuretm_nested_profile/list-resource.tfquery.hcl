# The profiles that are nested in a profile.
list "azuretm_nested_profile" "shop" {
  provider = azuretm

  config {
    profile_id = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-global/providers/Microsoft.Network/trafficManagerProfiles/shop"
  }
}
