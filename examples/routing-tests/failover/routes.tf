# Who answers, whatever fails.
output "routes" {
  value = {
    for name, health in {
      all_is_well     = {}
      primary_fails   = { primary = "Degraded" }
      all_have_failed = { "*" = "Degraded" }
    } : name => provider::azuretm::route(azuretm_traffic_manager_profile.orders, { health = health })
  }
}
