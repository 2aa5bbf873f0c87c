run "no_client_leaves_the_european_union" {
  command = plan

  assert {
    condition     = length(output.leaving) == 0
    error_message = "Clients in ${join(", ", output.leaving)} are sent to another continent."
  }
}

run "france_is_served_in_europe" {
  command = plan

  assert {
    condition     = output.routes["FR"].answers == tolist(["portal-europe.example.com"])
    error_message = "Clients in France are sent to ${join(", ", output.routes["FR"].answers)}."
  }
}

run "everybody_is_served" {
  command = plan

  assert {
    condition     = alltrue([for route in output.routes : route.record_type == "CNAME"])
    error_message = "Clients somewhere get no answer."
  }
}
