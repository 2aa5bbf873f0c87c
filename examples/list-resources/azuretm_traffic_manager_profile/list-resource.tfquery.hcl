# The profiles of the provider's subscription.
list "azuretm_traffic_manager_profile" "all" {
  provider = azuretm
}

# The profiles of one resource group, with all attributes.
list "azuretm_traffic_manager_profile" "global" {
  provider         = azuretm
  include_resource = true
  limit            = 200

  config {
    resource_group_name = "rg-global"
  }
}
