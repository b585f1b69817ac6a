"""What a benchmark prints: the facts of the machine, then a table of what was measured and promised."""

import os
import platform
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parents[2]


def _first_line(command):
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    except FileNotFoundError:
        return ""
    return done.stdout.splitlines()[0].strip() if done.returncode == 0 and done.stdout.strip() else ""


def _value(file, key):
    for line in Path(file).read_text().splitlines():
        if line.startswith(key):
            return line.split(":", 1)[1].strip()
    return "unknown"


def print_facts():
    revision = _first_line(["git", "rev-parse", "--short", "HEAD"])
    if revision and _first_line(["git", "status", "--porcelain"]):
        revision += " with changes"
    memory_gib = int(_value("/proc/meminfo", "MemTotal").split()[0]) / 1024**2
    for name, value in (
        ("date", time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime())),
        ("cpu", f"{_value('/proc/cpuinfo', 'model name')}, {os.cpu_count()} cores"),
        ("memory", f"{memory_gib:.1f} GiB"),
        ("kernel", platform.release()),
        ("compiler", _first_line(["clang++-19", "--version"]) or "unknown"),
        ("revision", revision or "no git checkout"),
        ("load", "{:.2f} {:.2f} {:.2f}".format(*os.getloadavg())),
    ):
        print(f"{name:10}{value}")
    print()


@dataclass
class Row:
    work: str
    peer: str
    peer_value: str
    ours: str
    ratio: str
    goal: str
    met: bool | None  # None: shown for information


def ratio_row(work, peer, peer_us, ours_us, goal_max=None):
    """Compares two lists of medians, round by round: what disturbs a round disturbs both."""
    ratio = median(ours / theirs for ours, theirs in zip(ours_us, peer_us))
    return Row(work, peer, f"{median(peer_us) / 1000:.2f} ms", f"{median(ours_us) / 1000:.2f} ms", f"{ratio:.2f}x",
               f"<= {goal_max}x" if goal_max else "-", ratio <= goal_max if goal_max else None)


def _times_row(work, peer, theirs, ours, show, goal_min):
    ratio = median(each_theirs / each_ours for each_theirs, each_ours in zip(theirs, ours))
    return Row(work, peer, show(median(theirs)), show(median(ours)), f"{ratio:.1f}x less",
               f">= {goal_min}x less" if goal_min else "-", ratio >= goal_min if goal_min else None)


def speed_row(work, peer, peer_us, ours_us, goal_min=None):
    """As ratio_row, but says how many times less time ours takes."""
    return _times_row(work, peer, peer_us, ours_us, lambda us: f"{us / 1000:.2f} ms", goal_min)


def size_row(work, peer, peer_bytes, our_bytes, goal_min=None):
    return _times_row(work, peer, peer_bytes, our_bytes, lambda size: f"{size / 1e6:.2f} MB", goal_min)


def information_row(work, ours_us):
    return Row(work, "-", "-", f"{median(ours_us) / 1000:.2f} ms", "-", "-", None)


def limit_row(work, value, unit, limit, inclusive=False):
    met = value <= limit if inclusive else value < limit
    return Row(work, "-", "-", f"{value:g} {unit}".strip(), "-", f"{'<=' if inclusive else '<'} {limit:g} {unit}".strip(), met)


def print_table(rows):
    """Prints the rows; 0 when every goal is met, else 1."""
    heads = ("work", "peer", "peer's", "ours", "ratio", "goal", "met")
    cells = [heads] + [(row.work, row.peer, row.peer_value, row.ours, row.ratio, row.goal,
                        {True: "yes", False: "NO", None: "-"}[row.met]) for row in rows]
    widths = [max(len(line[column]) for line in cells) for column in range(len(heads))]
    for line in cells:
        print("  ".join(text.ljust(width) if column < 2 else text.rjust(width)
                        for column, (text, width) in enumerate(zip(line, widths))).rstrip())
    return 0 if all(row.met is not False for row in rows) else 1
