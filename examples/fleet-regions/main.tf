# A shop moves to another region, step by step: the backend of the new region begins with a weight of 10 beside the 100 of
# the old one, and is raised to 1000. Then the old backend is removed.
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

variable "uksouth_weight" {
  description = "The weight of the new region: 10, then 100, then 1000."
  type        = number
  default     = 10
}

resource "azuretm_fleet_profile" "nginx" {
  name                = "nginx-profile"
  namespace           = "team-a-nginx"
  resource_group_name = "rg-global"
}

resource "azuretm_fleet_backend" "eastus2euap" {
  name         = "nginx-backend-eastus2euap"
  namespace    = "team-a-nginx"
  profile_name = azuretm_fleet_profile.nginx.name
  service_name = "nginx-service-eastus2euap"
  weight       = 100
}

resource "azuretm_fleet_backend" "uksouth" {
  name         = "nginx-backend-uksouth"
  namespace    = "team-a-nginx"
  profile_name = azuretm_fleet_profile.nginx.name
  service_name = "nginx-service-uksouth"
  weight       = var.uksouth_weight
}

output "weights" {
  value = {
    for endpoint in setunion(azuretm_fleet_backend.eastus2euap.endpoints, azuretm_fleet_backend.uksouth.endpoints) :
    endpoint.cluster => endpoint.weight
  }
}
