#!/usr/bin/env bash
# Takes the picture of the emulator's page that README.md shows: .github/emulator-page.png.
#
#   tools/screenshot.sh              that picture
#   tools/screenshot.sh FILE.png     another file
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=tools/cli.sh
. tools/cli.sh

picture=${1:-.github/emulator-page.png}
# Everybody who clones the repository gets it.
largest=150000

cargo build --locked --quiet -p emulator --bins
chromium=$(tools/tool.sh chromium)
work=$(mktemp -d "${TMPDIR:-/tmp}/azuretm-screenshot-XXXXXX")
trap 'stop_emulator; rm -rf "$work"' EXIT
start_emulator "$(build_directory debug)/azuretm-emulator" "$work/emulator.log"

# A shop in three parts of the world. One endpoint in Europe is Degraded, so the others share its queries.
python3 - "$emulator_url" <<'PYTHON'
import json, sys, urllib.request

URL = sys.argv[1]
PROFILES = ("/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-global/providers"
            "/Microsoft.Network/trafficManagerProfiles")
# No proxy: the emulator is on this machine.
opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def put(path, body):
    request = urllib.request.Request(URL + path, method="PUT", data=json.dumps(body).encode())
    opener.open(request, timeout=10).close()


def profile(name, method, endpoints):
    properties = {
        "trafficRoutingMethod": method,
        "dnsConfig": {"relativeName": "contoso-" + name, "ttl": 30},
        "monitorConfig": {"protocol": "HTTPS", "port": 443, "path": "/health"},
        "endpoints": endpoints,
    }
    put(f"{PROFILES}/{name}?api-version=2022-04-01", {"location": "global", "properties": properties})
    for endpoint in endpoints:
        if endpoint["type"].endswith("externalEndpoints"):
            health(name, endpoint["name"], "Online")


def endpoint(kind, name, properties):
    return {"name": name, "type": f"Microsoft.Network/trafficManagerProfiles/{kind}", "properties": properties}


def external(name, **more):
    return endpoint("externalEndpoints", name, {"target": f"{name}.contoso.com", **more})


def nested(name, child, **more):
    return endpoint("nestedEndpoints", name,
                    {"targetResourceId": f"{PROFILES}/{child}", "minChildEndpoints": 1, **more})


def health(profile, name, status):
    put(f"/emulator/health/{profile}/{name}", {"status": status})


profile("shop-europe", "Weighted", [external("eu-blue", weight=60), external("eu-green", weight=30),
                                    external("eu-canary", weight=10)])
profile("shop-america", "Priority", [external("us-east", priority=1), external("us-west", priority=2)])
profile("shop", "Performance", [nested("europe", "shop-europe", endpointLocation="West Europe"),
                                nested("america", "shop-america", endpointLocation="East US"),
                                external("asia", endpointLocation="Southeast Asia")])
profile("status", "Priority", [external("live", priority=1), external("archive", priority=2)])
health("shop-europe", "eu-green", "Degraded")
PYTHON

# Time runs ahead in the browser, so that it has drawn what it was told.
"$chromium" --headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking \
  --disable-component-update --disable-sync --disable-dev-shm-usage --no-proxy-server --hide-scrollbars --lang=en \
  --user-data-dir="$work/chromium" --window-size=1240,790 --virtual-time-budget=4000 \
  --screenshot="$work/page.png" "$emulator_url/#source=198.51.100.33" >"$work/chromium.log" 2>&1 ||
  { cat "$work/chromium.log" >&2; exit 1; }
size=$(wc -c <"$work/page.png")
[ "$size" -le "$largest" ] || { say "the picture has $size bytes, which is too many" >&2; exit 1; }
mv "$work/page.png" "$picture"
say "$picture: $size bytes"
