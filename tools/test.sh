#!/usr/bin/env bash
# Runs every test: the workspace's, which drive Terraform 1.15, OpenTofu and the terraform on PATH
# against the emulator, compare its hub with a real Kubernetes API server, and look at its page in a browser; Azure's own SDKs against it,
# tf-plugin from its package with Terraform 1.15, and then the package that a user installs.
#
#   tools/test.sh             all of that
#   tools/test.sh every-cli   only the scenarios of the real CLIs, each with every one
#
# Tests read these programs from the environment. Where one cannot be had, its tests are skipped with a line that
# says so; with CI=true that is a failure instead.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

step() { printf '\n==> %s\n' "$*"; }
missing() {
  printf 'no %s: %s\n' "$1" "$2" >&2
  if [ "${CI:-}" = true ]; then exit 1; fi
}

started=$SECONDS
step "The CLIs, the Kubernetes API server and the browser"
if AZURETM_TERRAFORM_1_15=$(tools/tool.sh terraform); then
  export AZURETM_TERRAFORM_1_15
else
  unset AZURETM_TERRAFORM_1_15
  missing "Terraform 1.15" "its tests do not run"
fi
if AZURETM_TOFU=$(tools/tool.sh tofu); then
  export AZURETM_TOFU
else
  unset AZURETM_TOFU
  missing "OpenTofu" "its tests do not run"
fi
# A test needs both; kubectl and Helm call what the tests start.
for program in kube-apiserver etcd kubectl helm; do
  variable=AZURETM_$(tr 'a-z-' 'A-Z_' <<<"$program")
  if path=$(tools/tool.sh "$program"); then
    export "$variable=$path"
  else
    unset "$variable"
    missing "$program" "its tests do not run"
  fi
done
if AZURETM_CHROMIUM=$(tools/tool.sh chromium); then
  export AZURETM_CHROMIUM
else
  # The system's own, if it has one: no failure, not even with CI=true.
  unset AZURETM_CHROMIUM
  printf 'no Chromium: no browser looks at the page of the emulator\n' >&2
fi
# One more CLI where the machine has it; a machine without it lacks nothing.
if AZURETM_TERRAFORM_PATH=$(command -v terraform); then
  export AZURETM_TERRAFORM_PATH
else
  unset AZURETM_TERRAFORM_PATH
fi
for variable in AZURETM_TERRAFORM_1_15 AZURETM_TOFU AZURETM_TERRAFORM_PATH AZURETM_KUBE_APISERVER AZURETM_ETCD \
  AZURETM_KUBECTL AZURETM_HELM AZURETM_CHROMIUM; do
  printf '%s=%s\n' "$variable" "${!variable:-}"
done
# The user's own command-line configuration is not part of a test.
unset TF_CLI_CONFIG_FILE TF_DATA_DIR TF_WORKSPACE TF_CLI_ARGS
printf '(%d s)\n' $((SECONDS - started))

if [ "${1:-}" = every-cli ]; then
  step "The scenarios"
  AZURETM_TEST_EVERY_CLI=1 cargo test --locked --workspace --test acceptance
  exit
fi

started=$SECONDS
step "cargo test"
# Tests wait for processes and for time-outs much of the time: more of them than there are processors.
export RUST_TEST_THREADS=${RUST_TEST_THREADS:-4}
# The tests start the programs; a test's own build makes only those of its own package.
cargo build --locked --workspace --bins
cargo test --locked --workspace --no-run
# Cargo runs one test program after the other. These wait much of their time, for processes, for what does not come and for pauses
# between attempts, so each is a run of its own beside the others, and is printed after the rest.
waiting=(acceptance faults guides laws)
running=()
outputs=$(mktemp -d "${TMPDIR:-/tmp}/azuretm-tests-XXXXXX")
trap 'kill "${running[@]}" 2>/dev/null || true; rm -rf "$outputs"' EXIT
for name in "${waiting[@]}"; do
  cargo test --locked --workspace --test "$name" >"$outputs/$name" 2>&1 &
  running+=($!)
done
failed=0
others=$(cargo metadata --locked --no-deps --format-version 1 | python3 -c '
import json, sys
targets = [target for package in json.load(sys.stdin)["packages"] for target in package["targets"]]
names = {target["name"] for target in targets if "test" in target["kind"]}
print(*(f"--test={name}" for name in sorted(names - set(sys.argv[1:]))))' "${waiting[@]}")
read -ra others <<<"$others"
cargo test --locked --workspace --no-fail-fast --lib --bins --examples "${others[@]}" || failed=1
cargo test --locked --workspace --no-fail-fast --doc || failed=1
for index in "${!waiting[@]}"; do
  wait "${running[$index]}" || failed=1
  cat "$outputs/${waiting[$index]}"
done
[ $failed -eq 0 ]
printf '(%d s)\n' $((SECONDS - started))

started=$SECONDS
step "Azure's SDKs on the emulator"
tools/foreign-clients.sh
printf '(%d s)\n' $((SECONDS - started))

started=$SECONDS
step "tf-plugin from its package"
if [ -n "${AZURETM_TERRAFORM_1_15:-}" ]; then
  tools/test-package.sh
else
  printf 'skipped: there is no Terraform 1.15\n'
fi
printf '(%d s)\n' $((SECONDS - started))

started=$SECONDS
step "The package, installed as a user does"
tools/dist.sh
tools/test-dist.sh
printf '(%d s)\n' $((SECONDS - started))
