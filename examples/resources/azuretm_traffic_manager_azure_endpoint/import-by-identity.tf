import {
  to = azuretm_traffic_manager_azure_endpoint.example
  identity = {
    subscription_id     = "00000000-0000-0000-0000-000000000001"
    resource_group_name = "rg-global"
    profile_name        = "example"
    name                = "example"
  }
}
