"""orders a second of the pure exchange: books 10, 1,000 and 10,000 levels deep; add, cancel, replace, match"""

import subprocess
import sys
from statistics import median

from result import ROOT, Row, print_facts, print_table

PROGRAM = str(ROOT / "build/bin/bench_exchange")
GOAL_PER_S = 1_000_000
# Liquibook 2.0 (C++, with depth) with the same traffic on a machine of this kind: 1.20 to 1.23 million inserts a second.
LIQUIBOOK_PER_S = 1_210_000
BOOK_GOAL = 15


def measure():
    """{name: [value of each round]}, per second"""
    done = subprocess.run([PROGRAM], stdout=subprocess.PIPE, text=True)
    if done.returncode != 0:
        sys.exit(1)
    lines = [line.split("\t") for line in done.stdout.splitlines()]
    return {name: [float(value) for value in values] for name, *values in lines}


def rate_row(work, per_s, goal_per_s=None):
    value = median(per_s)
    return Row(work, "-", "-", f"{value:,.0f}/s", "-", f">= {goal_per_s:,}/s" if goal_per_s else "-",
               value >= goal_per_s if goal_per_s else None)


def main():
    rates = measure()
    print_facts()
    print("Medians of 7 rounds of 200,000 requests on one thread, in memory: 40 % add, 40 % cancel, 10 % replace, 10 % take")
    print("the best offer; eight accounts, whose buying power is checked and reserved; three of four prices within ten ticks")
    print("of the touch, the others anywhere in the book. Events are what the owners are told: accepted, filled, and so on.")
    print("Changes are drained every 256 requests, as the paper venue does at each commit. The book alone: buys and sells in")
    print("turn at ten prices each, half of which meet; matching and resting, without accounts, money and events.\n")
    book = median(rates["book.orders"])
    rows = [Row("the book alone, 1,000,000 orders", "Liquibook (noted)",
                f"{LIQUIBOOK_PER_S:,}/s", f"{book:,.0f}/s", f"{book / LIQUIBOOK_PER_S:.1f}x", f">= {BOOK_GOAL}x", book >= BOOK_GOAL * LIQUIBOOK_PER_S)]
    for levels in (10, 1_000, 10_000):
        rows.append(rate_row(f"order events, {levels:,} levels a side", rates[f"{levels}.events"], GOAL_PER_S))
        rows.append(rate_row(f"requests, {levels:,} levels a side", rates[f"{levels}.requests"]))
    return print_table(rows)


if __name__ == "__main__":
    sys.exit(main())
