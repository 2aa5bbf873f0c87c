import {
  to = azuretm_nested_profile.example
  id = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-global/providers/Microsoft.Network/trafficManagerProfiles/parent/nestedEndpoints/example"
}
