#!/usr/bin/env bash
# Writes docs/ from the provider's own schema, templates/ and examples/ (`write`), or fails when docs/ is
# not what that would give (`check`).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=tools/cli.sh
. tools/cli.sh

case ${1:-} in
write | check) mode=$1 ;;
*) echo "usage: tools/docs.sh write|check" >&2; exit 2 ;;
esac

work=$(mktemp -d "${TMPDIR:-/tmp}/azuretm-docs-XXXXXX")
trap 'rm -rf "$work"' EXIT

# The guide about checks is written by the test that otherwise compares it.
if [ "$mode" = write ]; then export AZURETM_WRITE_GUIDES=1; fi
cargo test --locked --quiet -p terraform-provider-azuretm --test guides the_guide_says >"$work/log" 2>&1 ||
  { cat "$work/log" >&2; exit 1; }

# One version for everybody: another one may order or word the schema differently.
terraform=$(tools/tool.sh terraform)
tfplugindocs=$(tools/tool.sh tfplugindocs)
cargo build --locked --quiet -p terraform-provider-azuretm
write_dev_override "$work/cli.tfrc" "$(build_directory debug)"
export TF_CLI_CONFIG_FILE=$work/cli.tfrc TF_DATA_DIR=$work/data CHECKPOINT_DISABLE=1

mkdir "$work/configuration"
cp examples/provider/provider.tf "$work/configuration/"
"$terraform" -chdir="$work/configuration" providers schema -json >"$work/schema.json"
# tfplugindocs knows a provider by its bare name; the CLI calls it by its whole address.
python3 - "$work/schema.json" <<'PYTHON'
import json, sys
path = sys.argv[1]
with open(path) as file:
    document = json.load(file)
[schema] = document["provider_schemas"].values()
document["provider_schemas"] = {"azuretm": schema}

# tfplugindocs knows no group: a single block that is an empty one where it is left out.
def ungrouped(block):
    for nested in block.get("block_types", {}).values():
        nested["nesting_mode"] = nested["nesting_mode"].replace("group", "single")
        ungrouped(nested["block"])

for resource in schema["resource_schemas"].values():
    ungrouped(resource["block"])
with open(path, "w") as file:
    json.dump(document, file)
PYTHON

# In a folder of its own, because tfplugindocs empties the folder it writes to before it knows that it can.
mkdir "$work/provider"
cp -R examples "$work/provider/"
[ ! -d templates ] || cp -R templates "$work/provider/"
options=(--provider-dir "$work/provider" --provider-name terraform-provider-azuretm --providers-schema "$work/schema.json")
"$tfplugindocs" generate "${options[@]}" --rendered-provider-name azuretm >"$work/log" 2>&1 || { cat "$work/log" >&2; exit 1; }
"$tfplugindocs" validate "${options[@]}" >"$work/log" 2>&1 || { cat "$work/log" >&2; exit 1; }

if [ "$mode" = check ]; then
  diff -ru docs "$work/provider/docs" || { echo "docs/ is stale: run make docs and commit it" >&2; exit 1; }
else
  rm -rf docs
  cp -R "$work/provider/docs" docs
fi
