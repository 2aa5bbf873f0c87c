#!/usr/bin/env bash
# Shows the provider at work, without an Azure account: the emulator stands for Azure, and a real
# Terraform (or OpenTofu) applies examples/quickstart to it, shifts the weights, and destroys it. The emulator answers DNS
# queries and probes two small web servers, so that the shift and a failover are seen as clients see them.
# It changes nothing outside the build directory and a temporary folder, which it removes.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=tools/cli.sh
. tools/cli.sh

bold="" plain=""
if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then bold=$(printf '\033[1m') plain=$(printf '\033[0m'); fi
title() { printf '\n%s== %s%s\n' "$bold" "$*" "$plain"; }
# Deaf to Ctrl-C: a CLI whose output nobody reads would be killed before it has saved its state.
indent() (
  trap '' INT
  exec sed 's/^/   /'
)

# What is running and what is on disk goes away however this ends. The last word goes to the terminal, also
# when Ctrl-C came while a step's output went to a file.
exec 3>&2
work=$(mktemp -d "${TMPDIR:-/tmp}/azuretm-demo-XXXXXX")
servers=()
finish() {
  local status=$?
  trap - EXIT INT TERM
  stop_emulator
  for server in "${servers[@]+"${servers[@]}"}"; do kill "$server" 2>/dev/null || true; done
  rm -rf "$work"
  [ "$status" -eq 0 ] || printf '\nThe demo ended early (exit %d).\n' "$status" >&3
  exit "$status"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# The user's own Terraform or OpenTofu if there is one; else Terraform from the cache of tools.
choose_cli() {
  if command -v terraform >/dev/null; then
    cli=$(command -v terraform)
  elif command -v tofu >/dev/null; then
    cli=$(command -v tofu)
  else
    say "neither terraform nor tofu is on PATH"
    cli=$(tools/tool.sh terraform)
  fi
}

# Starts a web server that is healthy, and sets server_port; the last of servers is its process.
start_server() {
  local log=$work/$1.log
  python3 -u -m http.server 0 --bind 127.0.0.1 --directory "$work/site" >"$log" 2>&1 3>&- &
  servers+=($!)
  for _ in $(seq 100); do
    server_port=$(sed -n 's/.* port \([0-9]*\).*/\1/p' "$log")
    [ -z "$server_port" ] || return 0
    sleep 0.1
  done
  cat "$log" >&2
  return 1
}

# What so many queries for the name are answered, one line each.
answers() {
  local name=contoso-shop.trafficmanager.net
  if command -v dig >/dev/null; then
    for _ in $(seq "$1"); do printf '%s\n' "$name"; done >"$work/queries"
    dig @"${emulator_dns%:*}" -p "${emulator_dns##*:}" +short -f "$work/queries"
  else
    python3 tools/dns_answers.py "${emulator_dns%:*}" "${emulator_dns##*:}" "$name" "$1"
  fi
}

count_answers() {
  say "   \$ dig @${emulator_dns%:*} -p ${emulator_dns##*:} +short contoso-shop.trafficmanager.net   (200 times, counted)"
  answers 200 | sort | uniq -c | indent
}

run() { "$cli" -chdir="$work/quickstart" "$@"; }

# Development builds: they compile in a fraction of the time, and here nobody waits for the provider.
title "Building the provider and the emulator"
cargo build --locked --workspace --bins --quiet
binaries=$(build_directory debug)
mkdir "$work/quickstart"
cp examples/quickstart/*.tf "$work/quickstart/"
choose_cli

# What the user's environment says about Terraform and Azure is for the user's own work.
for variable in $(compgen -e); do
  case $variable in TF_* | ARM_* | AZURETM_EMULATOR_URL) unset "$variable" ;; esac
done
export TF_DATA_DIR=$work/data TF_IN_AUTOMATION=1 CHECKPOINT_DISABLE=1
write_mirror "$work/mirror" "$binaries/terraform-provider-azuretm" "$work/cli.tfrc" "$cli" "$work/quickstart"
export TF_CLI_CONFIG_FILE=$work/cli.tfrc
run init -input=false -no-color >"$work/init.log" 2>&1 || { cat "$work/init.log" >&2; exit 1; }

mkdir "$work/site"
echo healthy >"$work/site/health"
start_server east; east=$server_port
start_server west; west=$server_port
# The web servers have no certificate, and Azure's seconds pass 60 times as fast.
cat >"$work/quickstart/demo_override.tf" <<'HCL'
resource "azuretm_traffic_manager_profile" "shop" {
  monitor_config {
    protocol = "HTTP"
    port     = 80
    path     = "/health"
  }
}
HCL
start_emulator "$binaries/azuretm-emulator" "$work/emulator.log" --dns 127.0.0.1:0 --probe-time-scale 60 \
  --target-address "shop-east.example.com=127.0.0.1:$east" --target-address "shop-west.example.com=127.0.0.1:$west"
export AZURETM_EMULATOR_URL=$emulator_url
say "   with $("$cli" version | head -n 1), the emulator on $emulator_url"

color=(); [ -n "$bold" ] || color=(-no-color)
quiet=(-input=false "${color[@]+"${color[@]}"}")

title "The plan for examples/quickstart"
run plan "${quiet[@]}" -out="$work/plan" 2>&1 | indent

title "Apply"
run apply "${quiet[@]}" "$work/plan" 2>&1 | indent

title "What Azure now holds"
profile=/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-global/providers/Microsoft.Network/trafficManagerProfiles/shop
say "   GET $profile"
fetch GET "$emulator_url$profile?api-version=2022-04-01" >"$work/profile.json"
# The properties as they come, less what nobody set; the endpoints follow, one line each.
python3 - "$work/profile.json" <<'PYTHON' | indent
import json, sys

def given(fields):
    return {key: value for key, value in fields.items() if value not in (None, [], {})}

properties = json.load(open(sys.argv[1]))["properties"]
endpoints = properties.pop("endpoints")
print(json.dumps(given(properties), indent=2))
for endpoint in endpoints:
    print(f'endpoint {endpoint["name"]}:', json.dumps(given(endpoint["properties"])))
PYTHON

title "A second plan finds nothing to do"
run plan "${quiet[@]}" -detailed-exitcode 2>&1 | indent

title "Who answers: 70 % east, 30 % west"
count_answers

title "Shift the weights from 70/30 to 50/50"
fetch DELETE "$emulator_url/emulator/requests" >/dev/null
run apply "${quiet[@]}" -auto-approve -var 'weights={east=50,west=50}' 2>&1 | indent
say "   What Azure was asked for that: one GET to see what is there, one PUT with everything in it."
fetch GET "$emulator_url/emulator/requests" >"$work/requests.json"
python3 - "$work/requests.json" <<'PYTHON' | indent
import json, sys
requests = json.load(open(sys.argv[1]))
for request in requests:
    print(f'{request["method"]:6} {request["path"].split("/providers/")[-1]}  ->  {request["status"]}')
writes = [request for request in requests if request["method"] != "GET"]
if [request["method"] for request in writes] != ["PUT"]:
    sys.exit("expected one PUT and no other write")
PYTHON

title "The share moves with the weights"
count_answers

title "The server in the east dies, and the probes notice"
kill "${servers[0]}"
# Four failures in a row, two probes a second; more on a busy machine.
for attempt in $(seq 120); do
  answers 20 >"$work/answers"
  grep -q shop-east "$work/answers" || break
  [ "$attempt" -lt 120 ] || { say "the east is still served" >&2; exit 1; }
  sleep 0.25
done
count_answers
fetch GET "$emulator_url$profile?api-version=2022-04-01" >"$work/profile.json"
python3 - "$work/profile.json" <<'PYTHON' | indent
import json, sys
properties = json.load(open(sys.argv[1]))["properties"]
print("profile:", properties["monitorConfig"]["profileMonitorStatus"])
for endpoint in properties["endpoints"]:
    print(f'endpoint {endpoint["name"]}:', endpoint["properties"]["endpointMonitorStatus"])
PYTHON

title "Destroy"
run destroy "${quiet[@]}" -auto-approve -var 'weights={east=50,west=50}' >"$work/destroy.log" 2>&1 || {
  cat "$work/destroy.log" >&2
  exit 1
}
# The list of what goes is the plan above with minus signs; its end is enough.
tail -n 4 "$work/destroy.log" | indent

title "Done in $SECONDS s: the emulator stops, and nothing is left behind"
