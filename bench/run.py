#!/usr/bin/env python3
"""Measures what the provider costs before it talks to Azure, beside a no-op provider written in Go.

Builds both as a release does, starts them in turns (bench/client), and prints medians, spreads and ratios
beside the goals. Then it lets Terraform validate a profile with 200 endpoints and adds up the provider's
CPU time. With --against it measures the provider of another commit as well, in the same turns. It judges
nothing: a busy machine is no failure. Python's standard library is all it needs.

It does not measure operations on Azure; those are counted in requests, by the acceptance tests.
"""

import argparse
import json
import os
import pathlib
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
OURS, NOOP = "azuretm", "noop (Go)"
ENDPOINTS = 200

# What is measured: title, goal, unit, and how a result becomes a number of that unit.
START_MEASURES = [
    ("start to handshake line", 2, "ms", lambda r: r["handshake_ms"]),
    ("start to schema answered", 4, "ms", lambda r: r["schema_ms"]),
    ("peak RSS after the schema", 10, "MiB", lambda r: [kib / 1024 for kib in r["peak_rss_kib"]]),
    ("anonymous memory then", None, "MiB", lambda r: [kib / 1024 for kib in r["anonymous_kib"]]),
]
SIZE_GOAL_MB = 14
VALIDATE_GOAL_S = 0.04


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=50, help="starts of each provider (default %(default)s)")
    parser.add_argument("--validations", type=int, default=7, help="runs of validate (default %(default)s)")
    parser.add_argument("--against", metavar="COMMIT", help="measure the provider of this commit as well")
    options = parser.parse_args()
    if not sys.platform.startswith("linux"):
        sys.exit("bench: the peak of the memory is read from /proc, so this needs Linux")

    target = target_directory()
    built = target / "bench"
    built.mkdir(parents=True, exist_ok=True)
    print("building: the provider (release), the no-op provider and the client", flush=True)
    provider = built / "terraform-provider-azuretm"
    build_release(ROOT, target, provider)
    noop = build_go("noop-provider", built / "terraform-provider-noop", "-trimpath", "-ldflags", "-s -w")
    client = build_go("client", built / "client")
    providers = {OURS: provider, NOOP: noop}
    if options.against:
        print(f"building: the provider of {options.against}", flush=True)
        providers[options.against] = build_commit(options.against, built)

    with tempfile.TemporaryDirectory(prefix="azuretm-bench-") as work:
        starts = measure_starts(client, providers, options.runs)
        validated = {name: program for name, program in providers.items() if name != NOOP}
        validate = measure_validate(validated, pathlib.Path(work), options.validations)
    report(starts, providers, validate, options)


def target_directory():
    metadata = command(["cargo", "metadata", "--locked", "--no-deps", "--format-version", "1"])
    return pathlib.Path(json.loads(metadata)["target_directory"])


def build_go(module, program, *flags):
    command(["go", "build", "-mod=readonly", *flags, "-o", str(program), "."], cwd=ROOT / "bench" / module)
    return program


def build_commit(commit, built):
    """The provider of another commit, from a checkout that is removed again."""
    checkout = built / "checkout"
    command(["git", "worktree", "add", "--quiet", "--force", "--detach", str(checkout), commit])
    program = built / "terraform-provider-azuretm-against"
    try:
        build_release(checkout, built / "against", program)
    finally:
        command(["git", "worktree", "remove", "--force", str(checkout)])
    return program


def build_release(checkout, target, program):
    """The provider as tools/dist.sh builds it: for the target of a release, which on Linux is a static one."""
    name, triple = "terraform-provider-azuretm", f"{platform.machine()}-unknown-linux-musl"
    zigbuild = pathlib.Path(command([str(ROOT / "tools" / "tool.sh"), "cargo-zigbuild"]).strip())
    environment = os.environ | {"PATH": f"{zigbuild.parent}{os.pathsep}{os.environ['PATH']}"}
    build = ["cargo", "zigbuild", "--locked", "--release", "--quiet", "-p", name]
    command([*build, "--target", triple, "--target-dir", str(target)], cwd=checkout, env=environment)
    # Both are copies, because how the system keeps a file in memory, and so its resident pages, depend on how it was written.
    shutil.copy(target / triple / "release" / name, program)


def measure_starts(client, providers, runs):
    print(f"starting each provider {runs} times, in turns", flush=True)
    arguments = [f"{name}={program}" for name, program in providers.items()]
    # One round unmeasured: the programs come from memory then, not from disk.
    command([str(client), "-runs", "1", *arguments])
    return json.loads(command([str(client), "-runs", str(runs), *arguments]))


def measure_validate(programs, work, runs):
    """For each provider and run: CPU seconds of all its processes in one validate, and wall-clock seconds."""
    print(f"validating {ENDPOINTS} endpoints {runs} times", flush=True)
    terraform = command([str(ROOT / "tools" / "tool.sh"), "terraform"]).strip()
    override, configuration = work / "provider", work / "configuration"
    override.mkdir()
    configuration.mkdir()
    shutil.copy(ROOT / "bench" / "measured.py", override / "terraform-provider-azuretm")
    (override / "terraform-provider-azuretm").chmod(0o755)
    (configuration / "main.tf").write_text(many_endpoints())
    rc = work / "cli.tfrc"
    rc.write_text(f'provider_installation {{\n  dev_overrides {{\n    "azuretm/azuretm" = "{override}"\n  }}\n}}\n')

    log = work / "usage.jsonl"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TF_")}
    environment |= {
        "TF_CLI_CONFIG_FILE": str(rc),
        "TF_DATA_DIR": str(work / "data"),
        "CHECKPOINT_DISABLE": "1",
        "AZURETM_BENCH_LOG": str(log),
    }
    results = {name: [] for name in programs}
    for _ in range(runs + 1):
        for name, program in programs.items():
            log.write_text("")
            environment["AZURETM_BENCH_PROVIDER"] = str(program)
            started = time.monotonic()
            command([terraform, f"-chdir={configuration}", "validate", "-no-color"], env=environment)
            wall = time.monotonic() - started
            processes = [json.loads(line) for line in log.read_text().splitlines()]
            if not processes:
                sys.exit("bench: validate started no provider")
            cpu = sum(process["cpu"] for process in processes)
            results[name].append({"cpu": cpu, "wall": wall, "starts": len(processes)})
    return {name: measured[1:] for name, measured in results.items()}


def many_endpoints():
    endpoints = "\n".join(
        f'    e{number} = {{ target = "e{number}.example.com", weight = {number} }}'
        for number in range(1, ENDPOINTS + 1)
    )
    quickstart = (ROOT / "examples" / "quickstart" / "main.tf").read_text()
    head, rest = quickstart.split("  endpoints = {\n", 1)
    tail = rest.split("\n  }\n", 1)[1]
    return f"{head}  endpoints = {{\n{endpoints}\n  }}\n{tail}"


def report(starts, programs, validate, options):
    table(NOOP, starts, programs, validate)
    wall = statistics.median(result["wall"] for result in validate[OURS])
    print(
        f"\nmedians of {options.runs} starts in turns, on {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f};"
        f"\nthe schema of {OURS} has {starts[OURS]['schema_bytes']} bytes and {starts[OURS]['resources']} resource"
        f" types, that of {NOOP} {starts[NOOP]['schema_bytes']} and {starts[NOOP]['resources']};"
        f"\na validate started the provider {validate[OURS][0]['starts']} times and took {wall:.2f} s, most of it"
        " Terraform's own"
    )
    if options.against:
        table(options.against, starts, programs, validate)


def table(other, starts, programs, validate):
    """All measures of ours beside another provider, of which a validate may not have been measured."""
    names = [OURS, other]
    print(f"\n{'':28}{'goal':>12}{OURS:>12}{'p10..p90':>18}{other[:12]:>14}{'p10..p90':>18}{'ratio':>8}")
    for title, goal, unit, pick in START_MEASURES:
        row(title, f"{goal} {unit}" if goal else "", [pick(starts[name]) for name in names])
    row("stripped release binary, MB", f"{SIZE_GOAL_MB} MB", [[programs[name].stat().st_size / 1e6] for name in names])
    cpu = [[result["cpu"] for result in validate[name]] for name in names if name in validate]
    row(f"validate {ENDPOINTS}: CPU, s", f"{VALIDATE_GOAL_S} s", cpu, digits=3)


def row(title, goal, columns, digits=2):
    medians = [statistics.median(values) for values in columns]
    line = f"{title:28}{goal:>12}"
    for width, median, values in zip((12, 14), medians, columns):
        line += f"{median:>{width}.{digits}f}{spread(values, digits):>18}"
    if len(medians) == 2:
        line += f"{medians[0] / medians[1]:>8.2f}"
    print(line)


def spread(values, digits):
    if len(values) < 3:
        return ""
    deciles = statistics.quantiles(values, n=10, method="inclusive")
    return f"{deciles[0]:.{digits}f}..{deciles[-1]:.{digits}f}"


def command(arguments, **options):
    """Runs a program and returns its stdout; what it said is shown when it fails."""
    options.setdefault("cwd", ROOT)
    done = subprocess.run(arguments, text=True, capture_output=True, **options)
    if done.returncode:
        sys.stderr.write(done.stdout + done.stderr)
        sys.exit(f"bench: {' '.join(arguments[:3])} ended with {done.returncode}")
    return done.stdout


if __name__ == "__main__":
    main()
