#!/usr/bin/env bash
# Uses the package in dist/ as a user does who installs it from a mirror: init, a lock file, plan, apply, an
# empty second plan, destroy. With every CLI that the environment or PATH names; at least one.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=tools/cli.sh
. tools/cli.sh

fail() { printf 'tools/test-dist.sh: %s\n' "$*" >&2; exit 1; }

work=$(mktemp -d "${TMPDIR:-/tmp}/azuretm-dist-XXXXXX")
finish() {
  local status=$?
  trap - EXIT
  stop_emulator
  rm -rf "$work"
  exit "$status"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

shopt -s nullglob
packages=(dist/terraform-provider-azuretm_*.zip)
[ ${#packages[@]} -eq 1 ] || fail "dist/ holds ${#packages[@]} packages instead of one; run make dist first"
package=$PWD/${packages[0]}

clis=()
for cli in "${AZURETM_TERRAFORM_1_15:-}" "${AZURETM_TOFU:-}" "$(command -v terraform || true)"; do
  [ -z "$cli" ] || clis+=("$cli")
done
[ ${#clis[@]} -gt 0 ] || clis=("$(tools/tool.sh terraform)")

# The registries refuse a package whose sums or manifest are missing.
(cd dist && python3 - <<'PYTHON') || fail "the sums in dist/ are not those of the files"
import glob, hashlib, json, sys
[sums] = glob.glob("terraform-provider-azuretm_*_SHA256SUMS")
listed = dict(reversed(line.split()) for line in open(sums))
[package] = glob.glob("terraform-provider-azuretm_*.zip")
[manifest] = [name for name in listed if name.endswith("_manifest.json")]
for name, path in {package: package, manifest: "../terraform-registry-manifest.json"}.items():
    if hashlib.sha256(open(path, "rb").read()).hexdigest() != listed[name]:
        sys.exit(f"{name} does not match {sums}")
if json.load(open("../terraform-registry-manifest.json"))["metadata"]["protocol_versions"] != ["6.0"]:
    sys.exit("the manifest does not announce protocol 6")
print(f"{sums} lists {package} and {manifest}, and the sums are right")
PYTHON

for variable in $(compgen -e); do
  case $variable in TF_* | ARM_* | AZURETM_EMULATOR_URL) unset "$variable" ;; esac
done
export TF_IN_AUTOMATION=1 CHECKPOINT_DISABLE=1
cargo build --locked --quiet -p emulator
binaries=$(build_directory debug)
start_emulator "$binaries/azuretm-emulator" "$work/emulator.log"
export AZURETM_EMULATOR_URL=$emulator_url

# Runs a step of the CLI; its output is shown only when it fails.
run() {
  "$cli" -chdir="$here/configuration" "$@" >"$here/log" 2>&1 || {
    local status=$?
    cat "$here/log" >&2
    fail "$cli $1 ended with $status"
  }
  printf '  %-8s ok\n' "$1"
}

number=0
for cli in "${clis[@]}"; do
  number=$((number + 1))
  here=$work/$number
  mkdir -p "$here/configuration"
  cp examples/quickstart/*.tf "$here/configuration/"
  printf '%s\n' "$(TF_CLI_CONFIG_FILE=/dev/null "$cli" version | head -n 1), with ${package##*/}"
  write_mirror "$here/mirror" "$package" "$here/cli.tfrc" "$cli" "$here/configuration"
  export TF_CLI_CONFIG_FILE=$here/cli.tfrc
  run init -input=false -no-color
  grep -q 'h1:' "$here/configuration/.terraform.lock.hcl" || fail "init wrote no hash into the lock file"
  # The lock file decides now: a changed package would be refused.
  run init -input=false -no-color -lockfile=readonly
  run plan -input=false -no-color -out="$here/plan"
  run apply -input=false -no-color "$here/plan"
  run plan -input=false -no-color -detailed-exitcode
  run destroy -input=false -no-color -auto-approve
done
