# {"canary":0.1,"stable":0.9}
output "shares" {
  value = provider::azuretm::route(local.api, {}).endpoints
}

output "who_answers_when_the_stable_version_fails" {
  value = provider::azuretm::route(local.api, { health = { stable = "Degraded" } }).answers
}

# A resource azuretm_traffic_manager_profile can be given as it is.
locals {
  api = {
    traffic_routing_method = "Weighted"
    endpoints = {
      stable = { target = "api-stable.example.com", weight = 90 }
      canary = { target = "api-canary.example.com", weight = 10 }
    }
  }
}
