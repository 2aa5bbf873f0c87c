data "azuretm_traffic_manager_geographical_location" "germany" {
  name = "Germany"
}

# For the geo_mappings of an endpoint: "DE".
output "germany" {
  value = data.azuretm_traffic_manager_geographical_location.germany.id
}
