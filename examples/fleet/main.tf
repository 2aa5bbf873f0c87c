# Two clusters of one region share the traffic of a shop. When one of them fails, the other one serves all of it.
#
# Both clusters run the service "nginx-service-eastus2euap" of type LoadBalancer with a DNS label, and export it. To move the
# shop to another cluster, export the service there as well, and then withdraw it from the old one: the weights of the
# exports change, and nothing in this configuration does.
terraform {
  required_providers {
    azuretm = { source = "azuretm/azuretm" }
  }
}

provider "azuretm" {
  environment     = "emulator" # or public, usgovernment, china
  subscription_id = "00000000-0000-0000-0000-000000000001"

  fleet_hub {
    fleet_id = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-global/providers/Microsoft.ContainerService/fleets/demo"
  }
}

resource "azuretm_fleet_profile" "nginx" {
  name                = "nginx-profile"
  namespace           = "team-a-nginx"
  resource_group_name = "rg-global"

  monitor_config {
    port = 80
  }
}

resource "azuretm_fleet_backend" "eastus2euap" {
  name         = "nginx-backend-eastus2euap"
  namespace    = "team-a-nginx"
  profile_name = azuretm_fleet_profile.nginx.name
  service_name = "nginx-service-eastus2euap"
  weight       = 100
}

output "dns_name" {
  value = azuretm_fleet_profile.nginx.dns_name
}

output "weights" {
  value = { for endpoint in azuretm_fleet_backend.eastus2euap.endpoints : endpoint.cluster => endpoint.weight }
}
