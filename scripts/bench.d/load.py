"""loading history of 10 symbols from a source with 200 ms latency, side by side and one request after another"""

import hashlib
import json
import shutil
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from core import core_with_history
from result import Row, print_facts, print_table

ROUNDS = 5
GOAL = 4
LATENCY_MS = 200
SYMBOLS = "AAPL,MSFT,NVDA,GOOG,AMZN,META,TSLA,KO,PEP,JPM"
LOAD = ["data", "load", SYMBOLS, "1d", "--mode", "full", "--from", "2022-01-01", "--to", "2026-01-01"]


def load(folder, words):
    """One load into an empty home: (seconds, requests, digest of what was stored)"""
    core = core_with_history(folder, LATENCY_MS)  # it is running: what is measured is the load
    try:
        began = time.monotonic()
        answer = json.loads(core.run([*LOAD, *words, "--json"]))
        seconds = time.monotonic() - began
        stored = core.run(["data", "export", SYMBOLS, "1d", "--from", "2022-01-01", "--to", "2026-01-01"])
        return seconds, sum(int(row["requests"]) for row in answer["data"]["loads"]), hashlib.sha256(stored.encode()).hexdigest()
    finally:
        core.stop()


def main():
    folder = Path(tempfile.mkdtemp(prefix="tradesh-bench-"))
    together, one_by_one, digests, requests = [], [], set(), set()
    try:
        for number in range(ROUNDS):
            for times, words in ((one_by_one, ["--sync"]), (together, [])):
                seconds, sent, digest = load(folder / f"{number}-{len(words)}", words)
                times.append(seconds)
                requests.add(sent)
                digests.add(digest)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if len(digests) != 1:
        sys.exit("the loads did not store the same bars")
    print_facts()
    print(f"10 symbols, 1d, 4 years; {LATENCY_MS} ms latency a request; medians of {ROUNDS} rounds, each into an empty home;")
    print(f"requests of a load: {', '.join(map(str, sorted(requests)))}; every load stored the same bars\n")
    ratio = median(slow / fast for slow, fast in zip(one_by_one, together))
    return print_table([Row("10 symbols loaded", "--sync", f"{median(one_by_one):.2f} s", f"{median(together):.2f} s",
                            f"{ratio:.1f}x", f">= {GOAL}x", ratio >= GOAL)])


if __name__ == "__main__":
    sys.exit(main())
