terraform {
  required_providers {
    azuretm = {
      source = "azuretm/azuretm"
    }
  }
}

provider "azuretm" {
  subscription_id = "00000000-0000-0000-0000-000000000001"
}
