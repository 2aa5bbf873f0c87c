#!/usr/bin/env bash
# Sourced by the scripts that drive Terraform or OpenTofu. It defines functions and runs nothing.

say() { printf '%s\n' "$*"; }

# The folder of the built programs, which CARGO_TARGET_DIR may have moved. $1 is the profile's folder.
build_directory() {
  cargo metadata --locked --no-deps --format-version 1 |
    python3 -c 'import json, sys; print(json.load(sys.stdin)["target_directory"] + "/" + sys.argv[1])' "$1"
}

# A command-line configuration of our own: what the user's says does not reach our runs.
# $1 is the file to write, $2 the folder that holds the provider, $3 its source address if it is not ours.
write_dev_override() {
  cat >"$1" <<CONFIG
provider_installation {
  dev_overrides {
    "${3:-azuretm/azuretm}" = "$2"
  }
  direct {}
}
CONFIG
}

# Lays the provider $2 out as the mirror $1, and writes the command-line configuration $3 that installs
# from there alone. $4 is the CLI, $5 a folder with a configuration that needs the provider. In contrast to
# a development override this is how a user has it: `init`, a lock file, and no warning with every command.
write_mirror() {
  local address platform version package
  # Terraform and OpenTofu put different host names before the same source.
  address=$(TF_CLI_CONFIG_FILE=/dev/null "$4" -chdir="$5" providers | sed -n 's/.*provider\[\([^]]*\)\].*/\1/p' | head -n 1)
  platform=$(TF_CLI_CONFIG_FILE=/dev/null "$4" version -json |
    python3 -c 'import json, sys; print(json.load(sys.stdin)["platform"])')
  version=$(provider_version)
  case $2 in
  *.zip)
    package=$1/$address
    mkdir -p "$package"
    cp "$2" "$package/terraform-provider-azuretm_${version}_$platform.zip"
    ;;
  *)
    package=$1/$address/$version/$platform
    mkdir -p "$package"
    ln -s "$2" "$package/terraform-provider-azuretm"
    ;;
  esac
  cat >"$3" <<CONFIG
provider_installation {
  filesystem_mirror {
    path = "$1"
  }
}
CONFIG
}

# The version in Cargo.toml, which is that of a snapshot package.
provider_version() {
  cargo metadata --locked --no-deps --format-version 1 | python3 -c '
import json, sys
print(next(p["version"] for p in json.load(sys.stdin)["packages"] if p["name"] == "terraform-provider-azuretm"))'
}

# Starts the emulator $1 on a free port with its log in $2 and further arguments after these, and sets emulator_pid,
# emulator_url and, with --dns, the address emulator_dns.
start_emulator() {
  local line="" program=$1 log=$2
  shift 2
  mkfifo "$log.first"
  # In a process group of its own, so that Ctrl-C ends the CLI first, with an emulator to talk to.
  set -m
  "$program" --listen 127.0.0.1:0 "$@" >"$log.first" 2>"$log" 3>&- &
  emulator_pid=$!
  set +m
  # The first line says that it serves, and where. The rest is kept, so that it never blocks on a pipe.
  exec 8<"$log.first"
  if ! IFS= read -r -t 20 line <&8 || [[ $line != "listening on http"* ]]; then
    cat "$log" >&2
    printf '%s\n' "the emulator said '$line' instead of where it listens" >&2
    return 1
  fi
  # shellcheck disable=SC2034 # the sourcing script reads it
  emulator_url=${line#listening on }
  case " $* " in
  *" --dns "*)
    while [[ $line != "answering dns on "* ]]; do
      IFS= read -r -t 20 line <&8 || { cat "$log" >&2; return 1; }
    done
    # shellcheck disable=SC2034 # the sourcing script reads it
    emulator_dns=${line#answering dns on }
    ;;
  esac
  cat <&8 >/dev/null 3>&- &
  exec 8<&-
}

# Ends the emulator, politely first.
stop_emulator() {
  [ -n "${emulator_pid:-}" ] || return 0
  kill "$emulator_pid" 2>/dev/null || true
  wait "$emulator_pid" 2>/dev/null || true
  emulator_pid=""
}

# Fetches an emulator's path: fetch METHOD URL. Python, because curl is not everywhere.
fetch() {
  python3 - "$1" "$2" <<'PYTHON'
import sys, urllib.request
method, url = sys.argv[1:]
# No proxy: the emulator is on this machine.
opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
with opener.open(urllib.request.Request(url, method=method), timeout=10) as answer:
    sys.stdout.write(answer.read().decode())
PYTHON
}
