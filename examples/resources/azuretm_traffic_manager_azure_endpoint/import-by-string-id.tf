import {
  to = azuretm_traffic_manager_azure_endpoint.example
  id = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-global/providers/Microsoft.Network/trafficManagerProfiles/example/azureEndpoints/example"
}
