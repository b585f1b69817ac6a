"""orders from the command to the disk: one at a time, many at once, 64 clients, 1,000 in flight"""

import json
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from core import Core, TRADESH
from result import ROOT, Row, information_row, print_facts, print_table, ratio_row

PROGRAM = str(ROOT / "build/bin/bench_orders")
ROUNDS = 7
CLIENTS = 64
ORDERS_EACH = 50
HISTORY = str(ROOT / "tests/data/GOOG_1d.csv")


def measure(folder):
    """{name: [value of each round]}, microseconds or per second"""
    done = subprocess.run([PROGRAM, str(folder), str(ROUNDS)], stdout=subprocess.PIPE, text=True)
    if done.returncode != 0:
        sys.exit(1)
    lines = [line.split("\t") for line in done.stdout.splitlines()]
    return {name: [float(value) for value in values] for name, *values in lines}


def through_clients(folder, clients):
    """Orders per second and the p50 in us of the whole path: client, socket, core, paper exchange, both disks."""
    core = Core(folder)
    try:
        core.run(["data", "import", HISTORY, "--symbol", "GOOG"])
        core.run(["data", "quote", "GOOG"])
        scripts = []
        for client in range(clients):
            script = folder / f"orders-{client}.tradesh"
            script.write_text("".join(f"buy GOOG 1 limit 1 tif ioc --key b{client}-{order} --quiet\n" for order in range(ORDERS_EACH)))
            scripts.append(script)
        began = time.monotonic()
        running = [subprocess.Popen([TRADESH, "-f", str(script), "-q"], env=core.environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
                   for script in scripts]
        for each in running:
            _, words = each.communicate()
            if each.returncode != 0:
                sys.exit(f"a client ended with {each.returncode}: {words.decode()}")
        took = time.monotonic() - began
        stages = json.loads(core.run(["status", "latency", "--json"]))["data"]
        p50 = next(float(stage["p50_us"]) for stage in stages if stage["stage"] == "command")
        return clients * ORDERS_EACH / took, p50
    finally:
        core.stop()


def rate_row(work, peer, peer_rates, rates, goal_min):
    ratio = median(ours / theirs for ours, theirs in zip(rates, peer_rates))
    return Row(work, peer, f"{median(peer_rates):,.0f}/s", f"{median(rates):,.0f}/s", f"{ratio:.1f}x more",
               f">= {goal_min}x more", ratio >= goal_min)


def limit_row(work, value_us, limit_us, unit="us"):
    scale = {"us": 1, "ms": 1000}[unit]
    return Row(work, "-", "-", f"{value_us / scale:.1f} {unit}", "-", f"<= {limit_us / scale:g} {unit}", value_us <= limit_us)


def main():
    # Not below /tmp, which may be memory: every number here is about a disk.
    (ROOT / "build").mkdir(exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="bench-orders-", dir=ROOT / "build"))
    try:
        took = measure(folder)
        single, many = [], []
        for number in range(5):
            single.append(through_clients(folder / f"one-{number}", 1))
            many.append(through_clients(folder / f"many-{number}", CLIENTS))
    finally:
        shutil.rmtree(folder, ignore_errors=True)

    print_facts()
    print(f"medians of {ROUNDS} rounds (whole path: 5), peer and ours in turn; the ratio is the median of the rounds' ratios.")
    print("fdatasync: 512 bytes into a preallocated file. Commit: one row, one commit, SQLite in WAL with synchronous=FULL.")
    print("The venue of the first rows answers at once, so that only our own way is measured; the whole path is the real")
    print("client, its socket, the core and the paper exchange with a disk file of its own.\n")
    flood = 1000 / median(took["flood.done"]) * 1e6
    return print_table([
        ratio_row("command to the wire, intent durable, p50", "fdatasync", took["fdatasync"], took["wire"], 1.35),
        ratio_row("command to the durable outcome, p50", "fdatasync", took["fdatasync"], took["outcome"], 2.7),
        limit_row("command to the wire without fsync, p50", median(took["wire.unsynced"]), 50),
        rate_row("journal, 64 wait", "commits", took["commit.rate"], took["journal.rate"], 30),
        ratio_row("journal, 64 wait, p50", "commits", took["commit"], took["journal"], 2),
        rate_row(f"whole path, {CLIENTS} clients", "one client", [rate for rate, _ in single], [rate for rate, _ in many], 5),
        limit_row(f"whole path, {CLIENTS} clients, p50", median(p50 for _, p50 in many), 2000, "ms"),
        information_row("1,000 commands at once: all on the wire", took["flood"]),
        information_row("1,000 commands at once: all outcomes durable", took["flood.done"]),
        Row("requests a minute (the system we learnt from: 10,000)", "-", "-", f"{flood * 60:,.0f}", "-", ">= 10,000", flood * 60 >= 10_000),
        limit_row("one client, whole path, p50 (the same: 100 ms)", median(p50 for _, p50 in single), 100_000, "ms"),
    ])


if __name__ == "__main__":
    sys.exit(main())
