"""a scan of 5,000 symbols end to end against Tulip C over SQLite rows, its parts, and 10,000 option contracts"""

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

from core import ROOT, TRADESH, Core
from result import information_row, limit_row, print_facts, print_table, speed_row
from tulip import run, tulip_library

SCAN = str(ROOT / "build/bin/bench_scan")
PEER = str(ROOT / "build/bin/bench_scan_peer")
SPAWN = str(ROOT / "build/bin/bench_spawn")
SPREADS = str(ROOT / "build/bin/bench_spreads")
RSI = 30
FILTERED = ("moderate", "every_filter")  # the promise is about chains that are filtered
RSI_MANY = 50  # so many match that agreement says something
ROUNDS = 7
RUNS = 5


def lines_of(text):
    return dict((name, values) for name, *values in (line.split("\t") for line in text.splitlines()))


def microseconds(values):
    return [float(value) for value in values]


def expression(rsi):
    return f"rsi(14) < {rsi} and close > ema(50) and adx(14) > 25"


def check_agreement(core, rows, library):
    """How many match with an RSI below RSI, and below RSI_MANY."""
    counts = []
    for rsi in (RSI, RSI_MANY):
        ours = sorted(core.run(["--csv", "scan", "run", expression(rsi), "--fields", "symbol"]).splitlines()[1:])
        theirs = sorted(run([PEER, rows, library, str(rsi)]).split())
        if ours != theirs:
            sys.exit(f"rsi below {rsi}: the two do not agree, {len(ours)} symbols match here and {len(theirs)} there")
        counts.append(len(ours))
    return counts


def measure(folder, library):
    """({process: [microseconds]}, {step: values}, how many match with either RSI)"""
    core = Core(folder / "home")
    market, rows = core.home / "share/market.db", folder / "rows.db"
    market.parent.mkdir(parents=True)
    run([SCAN, "make", market, rows])
    try:
        counts = check_agreement(core, rows, library)
        environment = ["--env", f"TRADESH_HOME={core.home}"]
        done = subprocess.run([SPAWN, str(ROUNDS), str(RUNS),
                               "--name", "peer", "--run", PEER, str(rows), library, str(RSI),
                               "--name", "status", *environment, "--run", TRADESH, "status",
                               "--name", "scan", *environment, "--run", TRADESH, "-q", "scan", "run", expression(RSI),
                               "--name", "one by one", *environment, "--run", TRADESH, "-q", "scan", "run", expression(RSI), "--sync"],
                              stdout=subprocess.PIPE, text=True)
        if done.returncode != 0:
            sys.exit(1)
        processes = {name: microseconds(values) for name, values in lines_of(done.stdout).items()}
        return processes, lines_of(run([SCAN, "steps", market, str(ROUNDS)])), counts
    finally:
        core.stop()


def print_parts(processes, steps):
    whole = median(processes["one by one"])
    read = median(microseconds(steps["read"]))
    compute = median(microseconds(steps["whole"])) - read
    start = median(processes["status"])
    parts = {"process and socket (a status)": start, "reading": read, "computing": compute,
             "event loop and printing": whole - start - read - compute}
    print(f"one scan on one thread (--sync), {whole / 1000:.2f} ms, with {steps['set'][0]}:")
    for name, took in parts.items():
        print(f"  {name:32}{took / 1000:8.2f} ms {took / whole:6.0%}")
    print()


def spread_rows():
    rows = []
    for line in run([SPREADS]).splitlines():
        case = json.loads(line)
        work = f"{case['contracts']:,} option contracts, {case['case'].replace('_', ' ')}"
        if case["case"] not in FILTERED:
            rows.append(information_row(work, [case["median_ms"] * 1000]))
            continue
        rows.append(limit_row(work, case["median_ms"], "ms", 100))
        a_million_a_second_ms = case["contracts"] / 1000
        rows.append(limit_row(f"{work}, 1M a second", case["median_ms"], "ms", a_million_a_second_ms, inclusive=True))
    return rows


def main():
    library = tulip_library()
    # Not below /tmp, which may be memory.
    folder = Path(tempfile.mkdtemp(prefix="bench-scan-", dir=ROOT / "build"))
    try:
        processes, steps, counts = measure(folder, library)
    finally:
        shutil.rmtree(folder, ignore_errors=True)

    print_facts()
    print(f"scan run \"{expression(RSI)}\": 5,000 symbols of 500 daily bars, {counts[0]} match;")
    print(f"with an RSI below {RSI_MANY} {counts[1]} do. Both sides find the same.")
    print(f"Medians of {ROUNDS} rounds of {RUNS} runs in turn, whole processes, from before the spawn until they are reaped, all")
    print("files in memory; the ratio is the median of the rounds' ratios. The peer: a program that reads the bars from a")
    print("SQLite table WITHOUT ROWID in one pass in the order of its key and calls Tulip C (clang -O3 -march=native).")
    print("Reading and computing are processor time of one thread in a process of its own. Option spreads: one chain.\n")
    print_parts(processes, steps)
    return print_table([
        speed_row("scan of 5,000 x 500, end to end", "Tulip C, SQLite rows", processes["peer"], processes["scan"], 40),
        speed_row("scan of 5,000 x 500, --sync", "Tulip C, SQLite rows", processes["peer"], processes["one by one"]),
        *spread_rows(),
    ])


if __name__ == "__main__":
    sys.exit(main())
