#!/usr/bin/env python3
"""Measures the emulator's DNS server beside Knot DNS, which answers one static record.

Builds the emulator as a release does, puts a Weighted profile with ten endpoints into it, and lets dnsperf ask both
servers in turns, as fast as they answer. Then it asks the emulator at 80 % of what it can, counts what is lost, and looks
at the memory before and after. It prints medians, spreads and ratios, and judges nothing: servers and dnsperf share the
processors with whatever else runs, so the CPU time of the server for each answer says more than the rate does. It needs
Linux, knotd and dnsperf.
"""

import argparse
import contextlib
import json
import os
import pathlib
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent
OURS, KNOT = "emulator", "knot"
SUFFIX = "trafficmanager.net"
GROUP = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg"
ENDPOINTS = 10
# The goal: answers of the emulator for each answer of Knot.
GOAL = 0.5
TICKS = os.sysconf("SC_CLK_TCK")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--emulator", type=pathlib.Path, help="a built emulator (default: build a release)")
    parser.add_argument("--rounds", type=int, default=7, help="runs of each server, in turns (default %(default)s)")
    parser.add_argument("--seconds", type=int, default=5, help="length of a run (default %(default)s)")
    parser.add_argument("--soak", type=int, default=60, help="seconds at 80 %% of the maximum (default %(default)s)")
    parser.add_argument("--profiles", type=int, default=1, help="profiles, all of which are asked for (default %(default)s)")
    parser.add_argument("--clients", type=int, default=16, help="sockets that ask (default %(default)s)")
    parser.add_argument("--outstanding", type=int, default=100, help="queries under way (default %(default)s)")
    options = parser.parse_args()
    if not sys.platform.startswith("linux"):
        sys.exit("bench: CPU time and memory are read from /proc, so this needs Linux")
    # Debian keeps knotd where only root's PATH leads.
    os.environ["PATH"] += ":/usr/sbin"
    missing = [program for program in ("knotd", "dnsperf") if not shutil.which(program)]
    if missing:
        sys.exit(f"bench: {' and '.join(missing)} not found; on Debian: apt-get install knot dnsperf")

    emulator = options.emulator or build()
    with tempfile.TemporaryDirectory(prefix="azuretm-bench-") as work, contextlib.ExitStack() as stack:
        work = pathlib.Path(work)
        servers = {KNOT: start_knot(work, stack), OURS: start_emulator(emulator, work, stack, options.profiles)}
        queries = {KNOT: queries_file(work, KNOT, 1), OURS: queries_file(work, OURS, options.profiles)}
        for name in servers:
            # Once unmeasured, so that every profile was asked for.
            dnsperf(servers[name], queries[name], options, ["-n", "1"])
        results = {name: [] for name in servers}
        print(f"asking each server {options.rounds} times for {options.seconds} s, in turns", flush=True)
        for _ in range(options.rounds):
            for name, server in servers.items():
                results[name].append(dnsperf(server, queries[name], options, ["-l", str(options.seconds)]))
        report(results, options)
        soak(servers[OURS], queries[OURS], results[OURS], options)


def build():
    print("building the emulator (release)", flush=True)
    command(["cargo", "build", "--locked", "--release", "--quiet", "-p", "emulator"])
    metadata = command(["cargo", "metadata", "--locked", "--no-deps", "--format-version", "1"])
    return pathlib.Path(json.loads(metadata)["target_directory"]) / "release" / "azuretm-emulator"


def start_emulator(program, work, stack, profiles):
    """Starts the emulator and fills it: its process and the port of DNS."""
    listen = ["--listen", "127.0.0.1:0", "--dns", "127.0.0.1:0", "--ca-dir", str(work / "ca")]
    process = start([str(program), *listen], stack, stdout=subprocess.PIPE, text=True)
    lines = [process.stdout.readline() for _ in range(3)]
    url, dns = lines[0].split()[-1], lines[2].split()[-1]
    send(url, "PUT", "/emulator/limits", {"profiles": max(profiles, 200)})
    for number in range(profiles):
        path = f"{GROUP}/providers/Microsoft.Network/trafficManagerProfiles/{name_of(number)}"
        send(url, "PUT", f"{path}?api-version=2022-04-01", profile(name_of(number)))
    return process.pid, dns.rsplit(":", 1)[1]


def name_of(number):
    return f"shop-{number}"


def profile(name):
    endpoint = "Microsoft.Network/trafficManagerProfiles/externalEndpoints"
    endpoints = [
        {
            "name": f"e{number}",
            "type": endpoint,
            "properties": {"target": f"e{number}.example.com", "weight": number},
        }
        for number in range(1, ENDPOINTS + 1)
    ]
    properties = {
        "trafficRoutingMethod": "Weighted",
        "dnsConfig": {"relativeName": name, "ttl": 30},
        "monitorConfig": {"protocol": "HTTPS", "port": 443, "path": "/health"},
        "endpoints": endpoints,
    }
    return {"location": "global", "properties": properties}


def start_knot(work, stack):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    zone = f"$ORIGIN {SUFFIX}.\n@ 30 SOA localhost. hostmaster 1 900 300 2419200 30\n@ 30 NS localhost.\n"
    (work / "zone").write_text(f"{zone}{name_of(0)} 30 A 192.0.2.1\n")
    (work / "knot.conf").write_text(
        f'server:\n  rundir: "{work}"\n  listen: 127.0.0.1@{port}\n'
        f'database:\n  storage: "{work}"\nzone:\n  - domain: {SUFFIX}\n    file: "{work / "zone"}"\n'
    )
    process = start(["knotd", "-c", str(work / "knot.conf")], stack, stdout=subprocess.DEVNULL)
    return process.pid, str(port)


def queries_file(work, server, profiles):
    path = work / f"{server}.queries"
    path.write_text("".join(f"{name_of(number)}.{SUFFIX} A\n" for number in range(profiles)))
    return path


def dnsperf(server, queries, options, limits):
    """What dnsperf says of a run, and the CPU time that the server took."""
    pid, port = server
    arguments = ["-s", "127.0.0.1", "-p", port, "-d", str(queries), "-c", str(options.clients)]
    # A server that has just started is asked again until it answers.
    for _ in range(50):
        before = cpu_seconds(pid)
        said = command(["dnsperf", *arguments, "-q", str(options.outstanding), *limits])
        completed = figure(said, "Queries completed")
        if completed:
            break
        time.sleep(0.1)
    else:
        sys.exit("bench: a server does not answer")
    if "NOERROR" not in said or re.search(r"(SERVFAIL|REFUSED|NXDOMAIN|FORMERR)", said):
        sys.exit(f"bench: a server gives wrong answers:\n{said}")
    return {
        "rate": figure(said, "Queries per second"),
        "lost": figure(said, "Queries lost"),
        "completed": completed,
        "latency_us": figure(said, "Average Latency (s)") * 1e6,
        "cpu_us": (cpu_seconds(pid) - before) / completed * 1e6,
    }


def figure(said, title):
    found = re.search(rf"{re.escape(title)}:\s+([0-9.]+)", said)
    return float(found.group(1)) if found else 0


def cpu_seconds(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(") ", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def resident_kib(pid):
    return int(re.search(r"VmRSS:\s+(\d+)", pathlib.Path(f"/proc/{pid}/status").read_text()).group(1))


def report(results, options):
    print(f"\n{'':28}{OURS:>12}{'p10..p90':>20}{KNOT:>12}{'p10..p90':>20}{'ratio':>8}{'goal':>8}")
    for title, key, goal in [
        ("answers per second", "rate", f">{GOAL}"),
        ("CPU of the server, us/answer", "cpu_us", f"<{1 / GOAL:g}"),
        ("average latency, us", "latency_us", ""),
        ("lost in a run", "lost", ""),
    ]:
        columns = [[result[key] for result in results[name]] for name in (OURS, KNOT)]
        medians = [statistics.median(values) for values in columns]
        line = f"{title:28}"
        for median, values in zip(medians, columns):
            line += f"{median:>12.1f}{spread(values):>20}"
        ratio = f"{medians[0] / medians[1]:.2f}" if medians[1] else ""
        print(f"{line}{ratio:>8}{goal:>8}")
    print(
        f"\nmedians of {options.rounds} runs of {options.seconds} s in turns, {options.profiles} profiles with {ENDPOINTS}"
        f" endpoints against one record; {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}",
        flush=True,
    )


def spread(values):
    if len(values) < 3:
        return ""
    deciles = statistics.quantiles(values, n=10, method="inclusive")
    return f"{deciles[0]:.1f}..{deciles[-1]:.1f}"


def soak(server, queries, results, options):
    rate = int(statistics.median(result["rate"] for result in results) * 0.8)
    before = resident_kib(server[0])
    result = dnsperf(server, queries, options, ["-l", str(options.soak), "-Q", str(rate)])
    after = resident_kib(server[0])
    print(
        f"\n{options.soak} s at 80 % of the maximum, {rate} a second: {result['completed']:.0f} answers"
        f" ({result['rate']:.0f} a second), {result['lost']:.0f} lost;"
        f"\nmemory {before} KiB before, {after} KiB after"
    )


def send(url, method, path, body):
    request = urllib.request.Request(url + path, method=method, data=json.dumps(body).encode())
    request.add_header("Content-Type", "application/json")
    with urllib.request.urlopen(request) as answer:
        answer.read()


def start(arguments, stack, **options):
    process = subprocess.Popen(arguments, **options)
    stack.callback(process.wait)
    stack.callback(process.terminate)
    return process


def command(arguments):
    """Runs a program and returns its stdout; what it said is shown when it fails."""
    done = subprocess.run(arguments, text=True, capture_output=True, cwd=ROOT)
    if done.returncode:
        sys.stderr.write(done.stdout + done.stderr)
        sys.exit(f"bench: {' '.join(arguments[:3])} ended with {done.returncode}")
    return done.stdout


if __name__ == "__main__":
    main()
