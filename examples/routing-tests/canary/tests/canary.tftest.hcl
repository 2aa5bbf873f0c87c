run "a_tenth_of_europe_gets_the_canary" {
  command = plan

  assert {
    condition     = output.routes.france.endpoints["europe/canary"] == 0.1
    error_message = "The canary has to get a tenth of the queries from Europe."
  }
}

run "america_gets_no_canary" {
  command = plan

  assert {
    condition     = output.routes.mexico.answers == tolist(["api-america.example.com"])
    error_message = "No client in America may get the canary."
  }
}

run "a_broken_canary_costs_nothing" {
  command = plan

  assert {
    condition     = output.routes.broken_canary.endpoints == tomap({ "europe/stable" = 1 })
    error_message = "When the canary is Degraded, the stable version has to serve alone."
  }
}
