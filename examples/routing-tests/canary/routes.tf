locals {
  nested = [azuretm_traffic_manager_profile.europe]
}

# Who answers clients near a region, and what becomes of it when the canary breaks.
output "routes" {
  value = {
    for name, query in {
      france        = { region = "francecentral" }
      mexico        = { region = "mexicocentral" }
      broken_canary = { region = "francecentral", health = { "europe/canary" = "Degraded" } }
      } : name => provider::azuretm::route(
      azuretm_traffic_manager_profile.global, merge(query, { nested_profiles = local.nested })
    )
  }
}
