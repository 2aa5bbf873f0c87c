#!/usr/bin/env bash
# Packages the crate tf-plugin as a registry would have it, builds its example provider outside the workspace from that
# package, and lets Terraform apply, change, import and destroy with it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=tools/cli.sh
. tools/cli.sh

terraform=${AZURETM_TERRAFORM_1_15:-$(tools/tool.sh terraform)}
target=$(build_directory package-test)
folder=$(mktemp -d "${TMPDIR:-/tmp}/azuretm-package-XXXXXX")
trap 'rm -rf "$folder"' EXIT

# One of an earlier version would be unpacked too.
rm -f "$target"/package/tf-plugin-*.crate
# The package is built below, as a dependency.
cargo package --locked --quiet -p tf-plugin --allow-dirty --no-verify --target-dir "$target"
packages=("$target"/package/tf-plugin-*.crate)
if [ ${#packages[@]} -ne 1 ]; then
  printf 'remove %s: it has packages of several versions\n' "$target/package" >&2
  exit 1
fi
# All files of a package have the same date, so that cargo would not see which of them changed. Each package gets a folder named
# by its checksum, and one that is as it was is not built again.
outside=$target/outside-$(cksum <"${packages[0]}" | tr ' ' -)
if ! [ -e "$outside/complete" ]; then
  rm -rf "$target"/outside-*
  mkdir -p "$outside/provider/src"
  tar -xzf "${packages[0]}" -C "$outside"
  mv "$outside"/tf-plugin-* "$outside/tf-plugin"
  cp "$outside/tf-plugin/examples/notes.rs" "$outside/provider/src/main.rs"
  touch "$outside/complete"
fi
mkdir "$folder/configuration" "$folder/notes"
cat >"$outside/provider/Cargo.toml" <<'TOML'
[package]
name = "terraform-provider-notes"
version = "0.1.0"
edition = "2024"

[dependencies]
tf-plugin = { path = "../tf-plugin" }

[workspace]
TOML
# The versions that the project is tested with.
cp Cargo.lock "$outside/provider/Cargo.lock"
cargo build --quiet --manifest-path "$outside/provider/Cargo.toml" --target-dir "$target"

write_dev_override "$folder/cli.tfrc" "$target/debug" example/notes
cat >"$folder/configuration/main.tf" <<HCL
terraform {
  required_providers {
    notes = { source = "example/notes" }
  }
}

provider "notes" {
  folder = "$folder/notes"
}

variable "text" {
  default = "milk"
}

resource "notes_note" "shopping" {
  name = "shopping"
  text = var.text
}

data "notes_note" "shopping" {
  name = notes_note.shopping.name
}

output "text" {
  value = data.notes_note.shopping.text
}
HCL

# Runs a step of Terraform; its output is shown only when it fails.
run() {
  env -i PATH="$PATH" HOME="$folder" TF_CLI_CONFIG_FILE="$folder/cli.tfrc" CHECKPOINT_DISABLE=1 \
    "$terraform" -chdir="$folder/configuration" "$@" >"$folder/log" 2>&1 || {
    local status=$?
    cat "$folder/log" >&2
    printf 'tools/test-package.sh: %s ended with %d\n' "$1" "$status" >&2
    exit 1
  }
}

expect() {
  local found
  found=$(cat "$folder/notes/shopping.txt" 2>/dev/null || true)
  if [[ $found != "$1" ]]; then
    printf 'the note says %q and not %q\n' "$found" "$1" >&2
    exit 1
  fi
  printf '  %-8s ok\n' "$2"
}

run apply -auto-approve -no-color
expect milk create
run apply -auto-approve -no-color -var text=bread
expect bread update
run state rm notes_note.shopping
run import -no-color -var text=bread notes_note.shopping shopping
run plan -detailed-exitcode -no-color -var text=bread
expect bread import
run destroy -auto-approve -no-color
expect "" destroy
