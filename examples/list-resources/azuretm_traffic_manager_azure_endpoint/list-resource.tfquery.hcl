# The endpoints of a profile that point to Azure resources.
list "azuretm_traffic_manager_azure_endpoint" "shop" {
  provider = azuretm

  config {
    profile_id = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-global/providers/Microsoft.Network/trafficManagerProfiles/shop"
  }
}
