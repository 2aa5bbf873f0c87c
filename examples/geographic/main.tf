# The location of the visitor selects the endpoint. WORLD covers all locations that no other endpoint covers;
# without it, visitors from there would get no response.
terraform {
  required_providers {
    azuretm = { source = "azuretm/azuretm" }
  }
}

provider "azuretm" {
  environment     = "emulator" # or public, usgovernment, china
  subscription_id = "00000000-0000-0000-0000-000000000001"
}

resource "azuretm_traffic_manager_profile" "news" {
  name                   = "news"
  resource_group_name    = "rg-global"
  traffic_routing_method = "Geographic"

  dns_config {
    relative_name = "contoso-news"
    ttl           = 30
  }

  monitor_config {
    protocol = "HTTPS"
    port     = 443
    path     = "/health"
  }

  endpoints = {
    germany = { target = "news-de.example.com", geo_mappings = ["DE"] }
    europe  = { target = "news-eu.example.com", geo_mappings = ["GEO-EU"] }
    others  = { target = "news-world.example.com", geo_mappings = ["WORLD"] }
  }
}

output "fqdn" {
  value = azuretm_traffic_manager_profile.news.fqdn
}
