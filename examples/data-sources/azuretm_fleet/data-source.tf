data "azuretm_fleet" "example" {
  fleet_id = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-global/providers/Microsoft.ContainerService/fleets/demo"
}

output "clusters" {
  value = { for name, member in data.azuretm_fleet.example.members : name => member.cluster_id }
}

output "has_hub" {
  value = data.azuretm_fleet.example.hub != null
}
