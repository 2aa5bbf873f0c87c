#!/usr/bin/env bash
# Holds the emulator to clients that this project did not write: the official SDKs of Azure for Python and Go
# go through every operation over https, with tokens of the emulator's directory. Each client has an emulator
# of its own, and a line for each step. Fails if one step does, or with CI=true if a client cannot be had.
#
#   tools/foreign-clients.sh [EMULATOR]    the program to test; the debug build by default
#
# The Python packages live in the cache of outside tools, keyed by what is required (see tools/tool.sh).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=tools/cli.sh
. tools/cli.sh

emulator=${1:-$(build_directory debug)/azuretm-emulator}
cache=${AZURETM_TOOLS_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/terraform-provider-azuretm}
missing() {
  printf 'no client in %s: %s\n' "$1" "$2" >&2
  if [ "${CI:-}" = true ]; then exit 1; fi
}

work=$(mktemp -d "${TMPDIR:-/tmp}/azuretm-foreign-XXXXXX")
finish() {
  local status=$?
  trap - EXIT INT TERM
  stop_emulator
  rm -rf "$work"
  exit "$status"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# Prints the folder of a Python environment with the required packages, made once.
python_environment() {
  local required=tests/foreign/python/requirements.txt key home
  command -v python3 >/dev/null || return 1
  key=$( (cat "$required"; python3 --version) | cksum | cut -d ' ' -f 1)
  home=$cache/foreign-python-$key
  if ! [ -e "$home/complete" ]; then
    mkdir -p "$cache"
    (
      # The second of two callers waits for the first.
      if command -v flock >/dev/null; then flock 9; fi
      [ -e "$home/complete" ] && exit
      say "installing the Python SDK into $home, once (about 20 seconds)" >&2
      rm -rf "$home"
      python3 -m venv "$home" &&
        "$home/bin/python" -m pip install --quiet --disable-pip-version-check --no-cache-dir \
          --only-binary :all: --no-deps -r "$required" &&
        touch "$home/complete"
    ) 9>"$cache/.foreign-python-$key.lock" >"$work/python.log" || {
      tail -n 20 "$work/python.log" >&2
      return 1
    }
  fi
  printf '%s\n' "$home"
}

# Runs a client, given by its name and its command, on an emulator of its own.
run_client() {
  local name=$1
  shift
  say ""
  say "-- the SDK for $name"
  start_emulator "$emulator" "$work/$name.log"
  AZURETM_EMULATOR_URL=$emulator_url AZURETM_EMULATOR_HTTPS_URL=${emulator_url/#http:/https:} \
    AZURETM_EMULATOR_CA=$work/ca.pem "$@" || failed="$failed $name"
  stop_emulator
}

# The certificate authority is made for this run and goes with it. A login must not go through a proxy, and what
# the user has set for Azure is for the user's own work.
export XDG_STATE_HOME=$work/state
forget=()
for variable in $(compgen -e); do
  case $variable in AZURE_* | ARM_* | [Hh][Tt][Tt][Pp]*_[Pp][Rr][Oo][Xx][Yy] | [Aa][Ll][Ll]_[Pp][Rr][Oo][Xx][Yy]) ;; *) continue ;; esac
  forget+=(-u "$variable")
done
"$emulator" ca >"$work/ca.pem"

failed=""
if python=$(python_environment); then
  run_client Python env "${forget[@]}" "$python/bin/python" -I tests/foreign/python/client.py
else
  missing Python "it needs python3 with venv, and the packages of tests/foreign/python/requirements.txt"
fi
if command -v go >/dev/null && (cd tests/foreign/go && go build -mod=readonly -trimpath -o "$work/go-client" .); then
  run_client Go env "${forget[@]}" "$work/go-client"
else
  missing Go "it needs go 1.26 or later, and the modules of tests/foreign/go/go.mod"
fi
[ -z "$failed" ] || {
  say "the emulator is not as Azure is to the SDK for:$failed"
  exit 1
}
