//! Recorded exchanges that the emulator answers differently, each with its reason.

/// (recording, index of the exchange, reason)
pub(crate) const EXCEPTIONS: &[(&str, usize, &str)] = &[
    (
        "azure-cli-2023__test_dns_alias.json",
        1,
        "a test ring of the service that answers null for interval, timeout and tolerated failures; the ring's other \
         recordings have the defaults",
    ),
    ("azure-cli-2023__test_network_traffi_manager_always_serve.json", 1, NULL_COUNTERS),
    ("azure-cli-2023__test_network_traffi_manager_always_serve.json", 2, NULL_COUNTERS),
    ("azure-cli-2023__test_network_traffi_manager_always_serve.json", 3, NULL_COUNTERS),
    (
        "azure-cli-2023__test_network_traffic_manager_subnet_routing.json",
        1,
        "reads a resource group whose creation, with its location and tags, is not in the recording",
    ),
    (
        "azure-powershell-2017__NestedEndpointsTests__TestNestedEndpointsCreateUpdate.json",
        12,
        "the answer already has what the PUT after it sends: two exchanges of the same second are in the wrong order",
    ),
    (
        "azure-sdk-assets-net__EndpointTests__ExistsTest.json",
        3,
        "a DELETE of 2022 with an empty answer; those of 2024 and 2026 have a body in the same API version",
    ),
    (
        "azure-service-operator-2024__Test_Networking_TrafficManagerProfile.json",
        25,
        "a transient 504 of the gateway; the client asks again",
    ),
];

const NULL_COUNTERS: &str = "a test ring of the service that answers null for the minimum numbers of children by \
                             address family of an external endpoint; seven other answers of this API version lack them";
