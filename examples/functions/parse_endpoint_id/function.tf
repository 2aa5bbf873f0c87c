# "east"
output "endpoint" {
  value = provider::azuretm::parse_endpoint_id("/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-global/providers/Microsoft.Network/trafficManagerProfiles/shop/externalEndpoints/east").name
}
