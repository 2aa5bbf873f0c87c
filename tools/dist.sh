#!/usr/bin/env bash
# Packages the provider for this machine into dist/, with the configuration that a release uses for all of
# its targets. A snapshot: nothing is signed or published, and the version is that of Cargo.toml.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=tools/cli.sh
. tools/cli.sh

goreleaser=$(tools/tool.sh goreleaser)
zigbuild=$(tools/tool.sh cargo-zigbuild)
# cargo finds its subcommand, and the subcommand its zig, in one folder.
PATH=$(dirname "$zigbuild"):$PATH
AZURETM_VERSION=$(provider_version)
export PATH AZURETM_VERSION

# The target of a release that runs here: on Linux the static one.
case $(rustc -vV | sed -n 's/^host: //p') in
x86_64-*-linux-*) TARGET=x86_64-unknown-linux-musl ;;
aarch64-*-linux-*) TARGET=aarch64-unknown-linux-musl ;;
x86_64-apple-darwin) TARGET=x86_64-apple-darwin ;;
aarch64-apple-darwin) TARGET=aarch64-apple-darwin ;;
x86_64-pc-windows-*) TARGET=x86_64-pc-windows-gnu ;;
*) echo "tools/dist.sh: a release has no target for this machine; see targets in .goreleaser.yml" >&2; exit 1 ;;
esac

# The release's configuration with this one target left: goreleaser packages all targets or none.
work=$(mktemp -d "${TMPDIR:-/tmp}/azuretm-dist-XXXXXX")
trap 'rm -rf "$work"' EXIT
awk -v keep="$TARGET" '
  /^    targets:/ { print; inside = 1; next }
  inside && /^      - / { if ($2 == keep) { print; found = 1 }; next }
  { inside = 0; print }
  END { exit !found }
' .goreleaser.yml >"$work/goreleaser.yml" || {
  echo "tools/dist.sh: $TARGET is not among the targets of .goreleaser.yml" >&2
  exit 1
}

# goreleaser looks for the program below target/, wherever CARGO_TARGET_DIR points.
unset CARGO_TARGET_DIR
export CARGO_TERM_QUIET=true
"$goreleaser" release --config "$work/goreleaser.yml" --snapshot --clean --skip=publish,sign
ls -l dist/*.zip
