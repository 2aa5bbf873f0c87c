run "the_primary_serves" {
  command = plan

  assert {
    condition     = output.routes.all_is_well.answers == tolist(["orders-primary.example.com"])
    error_message = "When everything is healthy, only the primary has to serve."
  }
}

run "the_standby_takes_over" {
  command = plan

  assert {
    condition     = output.routes.primary_fails.answers == tolist(["orders-standby.example.com"])
    error_message = "When the primary is Degraded, the standby has to serve."
  }
}

run "a_failure_of_all_probes_takes_nobody_down" {
  command = plan

  assert {
    condition     = output.routes.all_have_failed.record_type == "CNAME"
    error_message = "When every endpoint is Degraded, there still has to be an answer."
  }
}
