"""bars in and out against SQLite rows: inserting 1M, the last 500 of 5,000 instruments warm and cold"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from result import ROOT, information_row, print_facts, print_table, size_row, speed_row

PROGRAM = str(ROOT / "build/bin/bench_store")
ROUNDS = 7
PEER = "SQLite rows"


def measure(folder):
    """{name: [value of each round]}, microseconds or bytes"""
    done = subprocess.run([PROGRAM, str(folder), str(ROUNDS)], stdout=subprocess.PIPE, text=True)
    if done.returncode != 0:
        sys.exit(1)
    lines = [line.split("\t") for line in done.stdout.splitlines()]
    return {name: [float(value) for value in values] for name, *values in lines}


def main():
    # Not below /tmp, which may be memory: the cold reading has to come from a disk.
    (ROOT / "build").mkdir(exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="bench-store-", dir=ROOT / "build"))
    try:
        took = measure(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)

    print_facts()
    print(f"medians of {ROUNDS} rounds, peer and ours in turn, one thread; the ratio is the median of the rounds' ratios.")
    print("The peer: a row a bar, WITHOUT ROWID, key (symbol, timeframe, time), REAL prices, WAL, synchronous=NORMAL, one")
    print("transaction, statements prepared once, inserted in the order of the key; told where the last bars begin.")
    print("Every read adds up all values of open, high, low, close and volume; ours goes the way of `scan run`, from the")
    print("look for changes on. Warm: both read before. Cold: both files out of the page cache (fsync, then POSIX_FADV_DONTNEED),")
    print("opened anew. Bytes are those of the file after a checkpoint, without the tail (192 KiB for 8 instruments).\n")
    insert, read = "insert 1M bars (500 x 2,000)", "last 500 bars x 5,000"
    return print_table([
        speed_row(insert, PEER, took["insert.peer"], took["insert.ours"], 8),
        size_row(f"{insert}, size", PEER, took["bytes.peer"], took["bytes.ours"], 5),
        speed_row(f"{read}, warm", PEER, took["warm.peer"], took["warm.ours"], 100),
        speed_row(f"{read}, cold", PEER, took["cold.peer"], took["cold.ours"], 10),
        speed_row("all 1,000 bars x 5,000", PEER, took["range.peer"], took["range.ours"]),
        information_row("scan of 5,000, close > sma(20)", took["scan.ours"]),
        information_row(f"{read}, tail built from nothing", took["rebuild.ours"]),
        information_row(f"{read}, a new bar in each", took["refresh.ours"]),
    ])


if __name__ == "__main__":
    sys.exit(main())
