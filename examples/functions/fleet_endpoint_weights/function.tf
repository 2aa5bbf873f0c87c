# {"east":167,"west":334}
output "weights" {
  value = provider::azuretm::fleet_endpoint_weights(500, { east = 100, west = 200 })
}
