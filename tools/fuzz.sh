#!/usr/bin/env bash
# Builds the fuzz targets for libFuzzer, with the stable compiler, and runs them:
#
#   tools/fuzz.sh check                     every target for a few seconds, starting from the inputs that are kept
#   tools/fuzz.sh run [TARGET [SECONDS]]    one target, or all in turn, a minute each unless SECONDS is given
#
# Nightly is not needed: LLVM's own pass instruments the code, with the flags that cargo-fuzz uses. Build scripts must not
# be instrumented; with --target, RUSTFLAGS do not apply to them.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly targets=(answers certificates dns ids kubeconfigs logins provider requests rules values)
build=$(realpath -m "${CARGO_TARGET_DIR:-target}/fuzz")
host=$(rustc -vV | sed -n 's/^host: //p')
readonly build host

build() {
  local flags=(--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table
    -Cllvm-args=-sanitizer-coverage-trace-compares)
  RUSTFLAGS="${RUSTFLAGS:-} ${flags[*]}" cargo build --locked --manifest-path fuzz/Cargo.toml --profile fuzz \
    --features engine --bins --target "$host" --target-dir "$build"
}

# Runs a target: its name, for how many seconds, the folder for inputs that reach new code, more options. The time-out
# of one input is long, because a busy machine can stop a process for a minute.
fuzz() {
  local target=$1 seconds=$2 folder=$3 log=$build/$1.log status=0
  local options=("-max_total_time=$seconds" -max_len=8192 -timeout=300 -rss_limit_mb=2048 -print_final_stats=1
    "-artifact_prefix=$build/failures/$target-")
  shift 3
  if [[ -f fuzz/dictionaries/$target.dict ]]; then options+=("-dict=fuzz/dictionaries/$target.dict"); fi
  mkdir -p "$folder" "$build/failures"
  "$build/$host/fuzz/$target" "${options[@]}" "$@" "$folder" "fuzz/corpus/$target" >"$log" 2>&1 || status=$?
  if ((status != 0)); then
    tail -n 60 "$log"
    printf '%s: this input fails, and its path is the argument that repeats it:\n' "$target"
    sed -n "s|.*Test unit written to |  $build/$host/fuzz/$target |p" "$log"
    return 1
  fi
  awk -v target="$target" '
    match($0, /cov: [0-9]+/) { reached = substr($0, RSTART + 5, RLENGTH - 5); if (!first) first = reached }
    /stat::number_of_executed_units/ { runs = $2 }
    /stat::average_exec_per_sec/ { speed = $2 }
    END { printf "%-12s %9d inputs, %6d a second, coverage %d to %d\n", target, runs, speed, first, reached }' "$log"
}

case ${1:-} in
  check)
    build
    failed=0
    scratch=$(mktemp -d)
    trap 'rm -rf "$scratch"' EXIT
    for target in "${targets[@]}"; do
      # The seed makes it the same inputs in the same order each time, as many as there is time for.
      fuzz "$target" 4 "$scratch/$target" -seed=1 || failed=1
    done
    exit "$failed"
    ;;
  run)
    build
    failed=0
    chosen=("${targets[@]}")
    if [[ -n ${2:-} ]]; then chosen=("$2"); fi
    for target in "${chosen[@]}"; do
      # Later runs go on from what this one finds.
      fuzz "$target" "${3:-60}" "$build/found/$target" || failed=1
    done
    exit "$failed"
    ;;
  *)
    sed -n '2,5s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"
    exit 2
    ;;
esac
