"""Uses the emulator over https with the official SDK of Azure for Python, as if it were Azure.

It logs in with a client secret, goes through every operation of Traffic Manager, and says of each step whether it
went as with Azure. The environment tells where the emulator is; tools/foreign-clients.sh sets it.
"""

import json
import logging
import os
import sys
import urllib.request

from azure.core.exceptions import (
    ClientAuthenticationError,
    HttpResponseError,
    ResourceExistsError,
    ResourceNotFoundError,
)
from azure.identity import ClientSecretCredential
from azure.mgmt.trafficmanager import TrafficManagerManagementClient

SUBSCRIPTION = "00000000-0000-0000-0000-000000000001"
TENANT = "00000000-0000-0000-0000-00000000000b"
CLIENT = "00000000-0000-0000-0000-0000000000c1"
GROUP = "rg-python"
PROFILE_TYPE = "Microsoft.Network/trafficManagerProfiles"
HTTP = os.environ["AZURETM_EMULATOR_URL"]
HTTPS = os.environ["AZURETM_EMULATOR_HTTPS_URL"]
CA = os.environ["AZURETM_EMULATOR_CA"]
# Without an address the SDK would talk to Azure itself.
if not HTTP.startswith("http://127.0.0.1:") or not HTTPS.startswith("https://127.0.0.1:"):
    sys.exit("AZURETM_EMULATOR_URL and AZURETM_EMULATOR_HTTPS_URL must name an emulator on 127.0.0.1")

# What is refused on purpose is told by the steps.
logging.getLogger("azure.identity").setLevel(logging.CRITICAL)

passed = 0
failed = 0


def step(name):
    """Runs the function below it at once, and counts how it ended."""

    def run(act):
        global passed, failed
        try:
            act()
        except Exception as error:  # A step that fails must not hide the ones after it.
            failed += 1
            print(f"FAILED {name}: {type(error).__name__}: {error}")
        else:
            passed += 1
            print(f"ok     {name}")
        return act

    return run


def equal(given, expected):
    assert given == expected, f"{given!r} instead of {expected!r}"


def refused(error_type, status, code, act):
    """Expects a refusal, and returns its text."""
    try:
        act()
    except error_type as error:
        equal(error.status_code, status)
        body = json.loads(error.response.text())
        equal(body.get("error", body)["code"], code)
        return str(error)
    raise AssertionError("it was not refused")


def control(method, path, body=None):
    """Asks the emulator's control API, which no client of Azure knows."""
    data = None if body is None else json.dumps(body).encode()
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    headers = {"Content-Type": "application/json"}
    with opener.open(urllib.request.Request(HTTP + path, data, headers, method=method), timeout=20) as answer:
        return answer.read()


def credential(secret):
    return ClientSecretCredential(
        TENANT, CLIENT, secret, authority=HTTPS, disable_instance_discovery=True, connection_verify=CA
    )


def manage(secret):
    return TrafficManagerManagementClient(
        credential(secret),
        SUBSCRIPTION,
        base_url=HTTPS,
        credential_scopes=["https://management.azure.com/.default"],
        connection_verify=CA,
        # Every answer here is final: a second try would only hide it.
        retry_total=0,
    )


def profile(relative_name, **properties):
    usual = {
        "trafficRoutingMethod": "Weighted",
        "dnsConfig": {"relativeName": relative_name, "ttl": 30},
        "monitorConfig": {"protocol": "HTTPS", "port": 443, "path": "/health"},
    }
    return {"location": "global", "properties": {**usual, **properties}}


secret = "the right secret, with % and +"
client = manage(secret)
SHOP = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/{GROUP}/providers/{PROFILE_TYPE}/shop"


@step("a client is put into the directory")
def _():
    control("PUT", "/emulator/credentials", {"tenant": TENANT, "client_id": CLIENT, "client_secret": secret})


@step("login: a wrong secret is refused")
def _():
    try:
        credential("wrong").get_token("https://management.azure.com/.default")
    except ClientAuthenticationError as error:
        assert "AADSTS7000215" in str(error), error
    else:
        raise AssertionError("it was not refused")


@step("login: an unknown tenant is refused")
def _():
    other = ClientSecretCredential(
        "00000000-0000-0000-0000-00000000000f",
        CLIENT,
        secret,
        authority=HTTPS,
        disable_instance_discovery=True,
        connection_verify=CA,
    )
    try:
        other.get_token("https://management.azure.com/.default")
    except ClientAuthenticationError as error:
        # The tenant's documents are refused already, and the library tells no more.
        assert "Unable to get authority configuration" in str(error), error
    else:
        raise AssertionError("it was not refused")


@step("login: the right secret gives a token")
def _():
    assert credential(secret).get_token("https://management.azure.com/.default").token.count(".") == 2


@step("name check: a name is free")
def _():
    answer = client.profiles.check_traffic_manager_relative_dns_name_availability(
        {"name": "python-shop", "type": PROFILE_TYPE}
    )
    equal(answer.name_available, True)


@step("profile: get of a missing one is 404")
def _():
    text = refused(ResourceNotFoundError, 404, "ResourceNotFound", lambda: client.profiles.get(GROUP, "shop"))
    assert "under resource group 'rg-python' was not found" in text, text


@step("profile: create")
def _():
    made = client.profiles.create_or_update(GROUP, "shop", profile("python-shop"))
    equal(made.id, SHOP)
    equal(made.properties.dns_config.fqdn, "python-shop.trafficmanager.net")
    equal(made.properties.monitor_config.interval_in_seconds, 30)
    equal(made.properties.monitor_config.profile_monitor_status, "Inactive")


@step("profile: read")
def _():
    read = client.profiles.get(GROUP, "SHOP")
    equal(read.name, "shop")
    equal(read.properties.traffic_routing_method, "Weighted")


@step("name check: a name is taken, in the second version too")
def _():
    asked = {"name": "Python-Shop", "type": PROFILE_TYPE}
    for check in (
        client.profiles.check_traffic_manager_relative_dns_name_availability,
        client.profiles.check_traffic_manager_name_availability_v2,
    ):
        answer = check(asked)
        equal((answer.name_available, answer.reason), (False, "AlreadyExists"))


@step("profile: a taken name is 409")
def _():
    create = lambda: client.profiles.create_or_update(GROUP, "other", profile("PYTHON-shop"))
    refused(ResourceExistsError, 409, "Conflict", create)


@step("profile: an invalid one is 400 with all that is wrong")
def _():
    bad = profile("bad", maxReturn=99, trafficRoutingMethod="MultiValue")
    bad["properties"]["monitorConfig"]["port"] = 0
    text = refused(HttpResponseError, 400, "BadRequest", lambda: client.profiles.create_or_update(GROUP, "bad", bad))
    assert "port '0'" in text and "MaxReturn value '99'" in text, text


@step("profile: update by patch keeps the rest")
def _():
    changed = client.profiles.update(GROUP, "shop", {"tags": {"team": "web"}, "properties": {"dnsConfig": {"ttl": 60}}})
    equal(changed.tags, {"team": "web"})
    equal(changed.properties.dns_config.ttl, 60)
    equal(changed.properties.monitor_config.path, "/health")


@step("profile: update by put replaces it")
def _():
    changed = client.profiles.create_or_update(GROUP, "shop", profile("python-shop", trafficRoutingMethod="Priority"))
    equal(changed.properties.traffic_routing_method, "Priority")
    equal(changed.properties.dns_config.ttl, 30)


@step("endpoint: an external one is created, read and updated")
def _():
    made = client.endpoints.create_or_update(
        GROUP, "shop", "ExternalEndpoints", "east", {"properties": {"target": "east.example.com", "weight": 5}}
    )
    equal((made.properties.priority, made.properties.endpoint_monitor_status), (1, "CheckingEndpoint"))
    equal(client.endpoints.get(GROUP, "shop", "ExternalEndpoints", "EAST").properties.weight, 5)
    changed = client.endpoints.update(
        GROUP, "shop", "ExternalEndpoints", "east", {"properties": {"endpointStatus": "Disabled"}}
    )
    equal((changed.properties.endpoint_monitor_status, changed.properties.weight), ("Disabled", 5))


@step("endpoint: an azure one gets name and region of its target")
def _():
    target = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/{GROUP}/providers/Microsoft.Web/sites/shop-web"
    seed = {"id": target, "target": "shop-web.azurewebsites.net", "location": "westeurope"}
    control("PUT", "/emulator/targets", seed)
    made = client.endpoints.create_or_update(
        GROUP, "shop", "AzureEndpoints", "web", {"properties": {"targetResourceId": target}}
    )
    equal(made.properties.target, "shop-web.azurewebsites.net")
    equal(made.properties.endpoint_location, "West Europe")


@step("endpoint: a nested one takes the state of its child")
def _():
    child = client.profiles.create_or_update(GROUP, "child", profile("python-child"))
    made = client.endpoints.create_or_update(
        GROUP, "shop", "NestedEndpoints", "child", {"properties": {"targetResourceId": child.id, "minChildEndpoints": 1}}
    )
    equal(made.properties.target, "python-child.trafficmanager.net")
    equal(made.properties.endpoint_monitor_status, "Stopped")


@step("endpoint: a second one of the same target is 400")
def _():
    text = refused(
        HttpResponseError,
        400,
        "BadRequest",
        lambda: client.endpoints.create_or_update(
            GROUP, "shop", "ExternalEndpoints", "again", {"properties": {"target": "EAST.example.com"}}
        ),
    )
    assert "Endpoint target must be unique in the profile" in text, text


@step("endpoint: get of a missing one is 404 without a wrapper")
def _():
    refused(
        ResourceNotFoundError, 404, "NotFound", lambda: client.endpoints.get(GROUP, "shop", "ExternalEndpoints", "x")
    )


@step("profile: endpoints come sorted by priority")
def _():
    names = [endpoint.name for endpoint in client.profiles.get(GROUP, "shop").properties.endpoints]
    equal(names, ["east", "web", "child"])


@step("list: of a group and of the subscription")
def _():
    equal(sorted(found.name for found in client.profiles.list_by_resource_group(GROUP)), ["child", "shop"])
    equal(sorted(found.name for found in client.profiles.list_by_subscription()), ["child", "shop"])
    equal(list(client.profiles.list_by_resource_group("rg-other")), [])


@step("geographic hierarchy")
def _():
    world = client.geographic_hierarchies.get_default().properties.geographic_hierarchy
    equal((world.code, len(world.regions)), ("WORLD", 8))


@step("heat map: refused without traffic view, missing without queries, then there")
def _():
    refused(HttpResponseError, 502, "NotAuthorized", lambda: client.heat_map.get(GROUP, "shop", "default"))
    client.profiles.update(GROUP, "shop", {"properties": {"trafficViewEnrollmentStatus": "Enabled"}})
    refused(ResourceNotFoundError, 404, "NotFound", lambda: client.heat_map.get(GROUP, "shop", "default"))
    flow = {"source_ip": "192.0.2.1", "latitude": 41.5, "longitude": -93.6, "queries": [{"endpoint": "east", "count": 4}]}
    window = {"start": "2026-11-13T00:00:00Z", "end": "2026-11-20T00:00:00Z"}
    control("PUT", "/emulator/heat-map/shop", {**window, "flows": [flow]})
    seen = client.heat_map.get(GROUP, "shop", "default", top_left=[50.0, -100.0], bot_right=[40.0, -90.0])
    equal(seen.properties.traffic_flows[0].query_experiences[0].query_count, 4)
    equal(seen.properties.start_time.isoformat(), "2026-11-13T00:00:00+00:00")


@step("user metrics: a key is made, read and deleted")
def _():
    keys = client.traffic_manager_user_metrics_keys
    equal(keys.get().properties.key, "")
    made = keys.create_or_update().properties.key
    equal(len(made), 32)
    equal(keys.get().properties.key, made)
    keys.delete()
    equal(keys.get().properties.key, "")


@step("endpoint: delete, and once more")
def _():
    for _ in range(2):
        client.endpoints.delete(GROUP, "shop", "NestedEndpoints", "child")
    equal(len(client.profiles.get(GROUP, "shop").properties.endpoints), 2)


@step("profile: a missing role is 403")
def _():
    control("PUT", "/emulator/roles", {"principal": CLIENT, "role": "Reader"})
    equal(client.profiles.get(GROUP, "shop").name, "shop")
    refused(HttpResponseError, 403, "AuthorizationFailed", lambda: client.profiles.delete(GROUP, "shop"))
    control("DELETE", "/emulator/roles")


@step("login: an expired token is renewed by a new client")
def _():
    control("POST", "/emulator/tokens/expire")
    refused(
        ClientAuthenticationError, 401, "ExpiredAuthenticationToken", lambda: client.profiles.get(GROUP, "shop")
    )
    equal(manage(secret).profiles.get(GROUP, "shop").name, "shop")


@step("profile: delete, and once more")
def _():
    fresh = manage(secret)
    for name in ("shop", "child", "shop"):
        fresh.profiles.delete(GROUP, name)
    refused(ResourceNotFoundError, 404, "ResourceNotFound", lambda: fresh.profiles.get(GROUP, "shop"))


print(f"{passed} passed, {failed} failed")
sys.exit(1 if failed else 0)
