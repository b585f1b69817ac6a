"""seven indicators over 2,000 x 500 bars and their refresh by a new bar, against Tulip C and npm technicalindicators"""

import sys

from result import ROOT, print_facts, print_table, speed_row
from tulip import package, run, tulip_library

PROGRAM = str(ROOT / "build/bin/bench_indicators")
NODE_PROGRAM = ROOT / "scripts/measure/indicators_peer.js"
ROUNDS = 7
SERIES = 2000
WATCHED = 200


def one_round(library):
    """{name: microseconds}"""
    times = dict(line.split("\t") for line in run([PROGRAM, library]).splitlines())
    return {name: float(value) for name, value in times.items()}


def node_round():
    """Microseconds that all 2,000 series would take: it is measured on some of them."""
    return float(run(["node", NODE_PROGRAM, package("technicalindicators", "3.1.0"), str(SERIES)]))


def main():
    library = tulip_library()
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
    print("ADX 14. Ours: the last values of eight series at a time; of an indicator of a window only the bars that its last")
    print("value depends on are worked out. Tulip: clang -O3 -march=native, whole series, since it has nothing else.")
    print(f"New bar: Tulip computes 500 bars anew; of {WATCHED} series that are watched.\n")
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
