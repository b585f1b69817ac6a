"""seven indicators over 2,000 x 500 bars and their refresh by a new bar, against Tulip C and npm technicalindicators"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from result import ROOT, print_facts, print_table, speed_row

PROGRAM = str(ROOT / "build/bin/bench_indicators")
NODE_PROGRAM = ROOT / "scripts/measure/indicators_peer.js"
FOLDER = ROOT / "build/bench-peers"
PACKAGES = {"tulind": "0.8.20", "technicalindicators": "3.1.0"}
ROUNDS = 7
SERIES = 2000
WATCHED = 200


def run(command, **options):
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, **options)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}: exit {done.returncode}")
    return done.stdout


def fetch_peers():
    """The packages as published, unpacked but not installed: nothing of them is run but what is measured."""
    for name, version in PACKAGES.items():
        package = FOLDER / name / "package"
        if package.is_dir():
            continue
        folder = Path(tempfile.mkdtemp(prefix=f"{name}-", dir=FOLDER))
        archive = run(["npm", "pack", "--silent", f"{name}@{version}"], cwd=folder).split()[-1]
        run(["tar", "--extract", "--file", archive], cwd=folder)
        folder.rename(FOLDER / name)


def build_tulip():
    library = FOLDER / "libtulip.so"
    if not library.exists():
        source = FOLDER / "tulind/package/external/tiamalgamation.c"
        run(["clang-19", "-O3", "-march=native", "-w", "-shared", "-fPIC", source, "-o", library, "-lm"])
    return str(library)


def one_round(library):
    """{name: microseconds}"""
    times = dict(line.split("\t") for line in run([PROGRAM, library]).splitlines())
    return {name: float(value) for name, value in times.items()}


def node_round():
    """Microseconds that all 2,000 series would take: it is measured on some of them."""
    return float(run(["node", NODE_PROGRAM, FOLDER / "technicalindicators/package", str(SERIES)]))


def main():
    if not shutil.which("npm"):
        sys.exit("the peers come from npm: install nodejs and npm")
    FOLDER.mkdir(parents=True, exist_ok=True)
    fetch_peers()
    library = build_tulip()
    rounds = []
    for _ in range(ROUNDS):
        rounds.append({**one_round(library), "npm": node_round()})

    def times(name):
        return [values[name] for values in rounds]

    new_bars = rounds[0]["new bars"]
    best = next(name for name in ("AVX-512", "AVX2", "baseline") if name in rounds[0])
    print_facts()
    print(f"instruction set used here: {best}")
    print(f"medians of {ROUNDS} rounds, peers and ours in turn, one thread, processor time; the ratio is the median of the")
    print("rounds' ratios. EMA 20, RSI 14, StochRSI 14/14/3/3 (as RSI and STOCH in all), MACD 12/26/9, Bollinger 20, ATR 14,")
    print("ADX 14. Ours: the last values of eight series at a time. Tulip: clang -O3 -march=native, whole series, since it has")
    print(f"nothing else. New bar: Tulip computes 500 bars anew; of {WATCHED} series that are watched.\n")
    work = "7 indicators, 2,000 x 500 bars"
    goals = {"AVX-512": 8.5, "AVX2": 4}
    rows = [speed_row(f"{work}, {name}", "Tulip C", times("tulip"), times(name), goals.get(name))
            for name in ("AVX-512", "AVX2", "baseline") if name in rounds[0]]
    rows.append(speed_row(f"{work}, {best}", "technicalindicators", times("npm"), times(best), 800))
    for name, goal in (("by eight", 400), ("one by one", None)):
        ours = [value / new_bars for value in times(f"new bars {name}")]
        rows.append(speed_row(f"refresh by a new bar, {name}", "Tulip C", times("tulip new bar"), ours, goal))
    return print_table(rows)


if __name__ == "__main__":
    sys.exit(main())
