# "westus2"
output "region" {
  value = provider::azuretm::normalize_region("West US 2")
}
