"""10 symbols fetched with 200 ms latency, computed and signalled; 50 symbols followed by their quotes"""

import json
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from core import core_with_history, TRADESH
from result import Row, print_facts, print_table

ROUNDS = 5
GOAL = 4
LATENCY_MS = 200
QUOTE_GOAL_MS = 100
FOLLOWED_S = 15
SYMBOLS = "AAPL,MSFT,NVDA,GOOG,AMZN,META,TSLA,KO,PEP,JPM"
# They trade on every day of the week.
FOLLOWED = [f"{coin}{currency}" for coin in ("BTC", "ETH", "SOL", "XRP", "LTC", "BCH", "ADA", "DOT", "LINK", "DOGE")
            for currency in ("USD", "EUR", "GBP", "JPY", "CHF")]
SIGNAL = "close > ema(50) and rsi(14) < 70 or stochrsi(14) < 20"
SCAN = ["scan", "run", SIGNAL, "-u", SYMBOLS, "--load", "--all", "--show", "ema(20), atr(14)"]


def scan(folder, words):
    """One scan of symbols of which nothing is stored: (seconds, its rows)"""
    core = core_with_history(folder, LATENCY_MS)
    try:
        began = time.monotonic()
        answer = json.loads(core.run([*SCAN, *words, "--json"]))
        return time.monotonic() - began, json.dumps(answer["data"], sort_keys=True)
    finally:
        core.stop()


def quote_p99_ms(folder):
    """Follows 50 symbols by their quotes: (quotes, p99 from a quote's arrival until what it changes is known)"""
    core = core_with_history(folder, LATENCY_MS)
    try:
        subprocess.run([TRADESH, "--profile", "demo", "scan", "watch", "close > ema(20) and rsi(14) > 50", "-u", ",".join(FOLLOWED),
                        "-t", "1d", "--load", "--at-once", "50", "--live", "--every", "250ms", "--for", f"{FOLLOWED_S}s"],
                       env=core.environment, capture_output=True, text=True, check=True)
        rows = json.loads(core.run(["status", "latency", "--json"]))["data"]
        row = next(row for row in rows if row["stage"] == "watch_quote")
        return int(row["count"]), int(row["p99_us"]) / 1000
    finally:
        core.stop()


def main():
    folder = Path(tempfile.mkdtemp(prefix="tradesh-bench-"))
    together, one_by_one, found = [], [], set()
    try:
        for number in range(ROUNDS):
            for times, words in ((one_by_one, ["--sync"]), (together, [])):
                seconds, rows = scan(folder / f"{number}-{len(words)}", words)
                times.append(seconds)
                found.add(rows)
        quotes, p99_ms = quote_p99_ms(folder / "live")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if len(found) != 1:
        sys.exit("the scans did not find the same")
    print_facts()
    print(f"10 symbols, nothing stored: loaded ({LATENCY_MS} ms latency a request), computed, signalled; medians of {ROUNDS} rounds;")
    print(f"every scan found the same rows. 50 symbols followed for {FOLLOWED_S} s: {quotes} quotes\n")
    ratio = median(slow / fast for slow, fast in zip(one_by_one, together))
    return print_table([
        Row("10 symbols load, compute, signal", "--sync", f"{median(one_by_one):.2f} s", f"{median(together):.2f} s",
            f"{ratio:.1f}x", f">= {GOAL}x", ratio >= GOAL),
        Row("50 live symbols, quote to change, p99", "-", "-", f"{p99_ms:.2f} ms", "-", f"< {QUOTE_GOAL_MS} ms",
            quotes > 0 and p99_ms < QUOTE_GOAL_MS),
    ])


if __name__ == "__main__":
    sys.exit(main())
