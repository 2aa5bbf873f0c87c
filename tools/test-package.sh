#!/usr/bin/env bash
# Packages the crate tf-plugin as a registry would have it, builds its example provider outside the workspace from that
# package, and lets Terraform apply, change, import and destroy with it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

terraform=$(tools/tool.sh terraform)
target=$(realpath -m "${CARGO_TARGET_DIR:-target}/package-test")
readonly terraform target
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# The package is built below, as a dependency.
cargo package --locked --quiet -p tf-plugin --allow-dirty --no-verify --target-dir "$target"
tar -xzf "$target"/package/tf-plugin-*.crate -C "$folder"
mkdir -p "$folder/provider/src" "$folder/work" "$folder/notes"
mv "$folder"/tf-plugin-* "$folder/tf-plugin"
cp "$folder/tf-plugin/examples/notes.rs" "$folder/provider/src/main.rs"
cat >"$folder/provider/Cargo.toml" <<'TOML'
[package]
name = "terraform-provider-notes"
version = "0.1.0"
edition = "2024"

[dependencies]
tf-plugin = { path = "../tf-plugin" }

[workspace]
TOML
# The versions that the project is tested with.
cp Cargo.lock "$folder/provider/Cargo.lock"
cargo build --quiet --manifest-path "$folder/provider/Cargo.toml" --target-dir "$target"

cat >"$folder/cli.tfrc" <<RC
provider_installation {
  dev_overrides {
    "example/notes" = "$target/debug"
  }
}
RC
cat >"$folder/work/main.tf" <<HCL
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
terraform() {
  env -i PATH="$PATH" HOME="$folder" TF_CLI_CONFIG_FILE="$folder/cli.tfrc" CHECKPOINT_DISABLE=1 \
    "$terraform" "-chdir=$folder/work" "$@"
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

terraform apply -auto-approve -no-color >"$folder/log" || { cat "$folder/log"; exit 1; }
expect milk create
terraform apply -auto-approve -no-color -var text=bread >"$folder/log" || { cat "$folder/log"; exit 1; }
expect bread update
terraform state rm notes_note.shopping >"$folder/log"
terraform import -no-color -var text=bread notes_note.shopping shopping >"$folder/log" || { cat "$folder/log"; exit 1; }
terraform plan -detailed-exitcode -no-color -var text=bread >"$folder/log" || { cat "$folder/log"; exit 1; }
expect bread import
terraform destroy -auto-approve -no-color >"$folder/log" || { cat "$folder/log"; exit 1; }
expect "" destroy
