locals {
  european_union = [
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU",
    "IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
  ]
  elsewhere = ["US", "BR", "JP", "ZA", "AU"]
}

# Who answers clients of a country.
output "routes" {
  value = {
    for country in concat(local.european_union, local.elsewhere) : country => provider::azuretm::route(
      azuretm_traffic_manager_profile.portal, { geographic_code = country }
    )
  }
}

# The countries of the European Union whose clients leave it, also when Europe fails.
output "leaving" {
  value = [
    for country in local.european_union : country if anytrue([
      for health in ["Online", "Degraded"] : keys(provider::azuretm::route(
        azuretm_traffic_manager_profile.portal, { geographic_code = country, health = { europe = health } }
      ).endpoints) != tolist(["europe"])
    ])
  ]
}
