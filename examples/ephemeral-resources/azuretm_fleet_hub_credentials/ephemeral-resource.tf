ephemeral "azuretm_fleet_hub_credentials" "hub" {
  fleet_id = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-global/providers/Microsoft.ContainerService/fleets/demo"
}

provider "kubernetes" {
  host                   = ephemeral.azuretm_fleet_hub_credentials.hub.host
  cluster_ca_certificate = ephemeral.azuretm_fleet_hub_credentials.hub.cluster_ca_certificate
  token                  = ephemeral.azuretm_fleet_hub_credentials.hub.token
}
