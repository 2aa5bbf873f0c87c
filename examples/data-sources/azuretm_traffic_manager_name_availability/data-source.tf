data "azuretm_traffic_manager_name_availability" "shop" {
  relative_name = "contoso-shop"
}

output "free" {
  value = data.azuretm_traffic_manager_name_availability.shop.available
}
