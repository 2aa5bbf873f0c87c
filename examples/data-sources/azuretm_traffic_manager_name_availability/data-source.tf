data "azuretm_traffic_manager_name_availability" "shop" {
  relative_name = "contoso-shop"
}

output "available" {
  value = data.azuretm_traffic_manager_name_availability.shop.available
}
