"""whole-process time of a one-shot, through a running core and with a core to start"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from core import ROOT, TRADESH, Core
from result import print_facts, print_table, ratio_row

SPAWN = str(ROOT / "build/bin/bench_spawn")
STOP = ["/usr/bin/python3", "-B", str(ROOT / "scripts/measure/core.py")]
ROUNDS = 7
RUNS_WARM = 200
RUNS_START = 30
TRIES_MAX = 200


def start_redis(folder):
    socket = folder / "redis.sock"
    # The server is the same program under another name: redis-tools brings it without a daemon.
    program = shutil.which("redis-server") or shutil.which("redis-check-rdb")
    server = subprocess.Popen(["redis-server", "--port", "0", "--unixsocket", str(socket), "--save", "", "--dir", str(folder)],
                              executable=program, stdout=subprocess.DEVNULL)
    for _ in range(TRIES_MAX):
        if subprocess.run(["redis-cli", "-s", str(socket), "ping"], capture_output=True).stdout == b"PONG\n":
            return server, socket
    server.kill()
    sys.exit("redis-server does not answer")


def measure(runs, commands):
    """{name: [median of each round, in microseconds]}"""
    words = [SPAWN, str(ROUNDS), str(runs)]
    for name, options in commands.items():
        words += ["--name", name, *options]
    done = subprocess.run(words, stdout=subprocess.PIPE, text=True)
    if done.returncode != 0:
        sys.exit(1)
    lines = [line.split("\t") for line in done.stdout.splitlines()]
    return {name: [float(time) for time in times] for name, *times in lines}


def main():
    folder = Path(tempfile.mkdtemp(prefix="tradesh-bench-"))
    warm, stopped, fresh = (Core(folder / name) for name in ("warm", "stopped", "fresh"))
    server, socket = start_redis(folder)
    try:
        warm.run(["status"])
        running = measure(RUNS_WARM, {
            "true": ["--run", shutil.which("true")],
            "redis": ["--run", shutil.which("redis-cli"), "-s", str(socket), "ping"],
            "ours": ["--env", f"TRADESH_HOME={warm.home}", "--run", TRADESH, "status"],
        })
        starting = measure(RUNS_START, {
            "sqlite": ["--run", shutil.which("sqlite3"), ":memory:", "select 1"],
            "python": ["--run", "/usr/bin/python3", "-c", "pass"],
            "stopped": ["--env", f"TRADESH_HOME={stopped.home}", "--prepare", *STOP, "stop", str(stopped.home),
                        "--run", TRADESH, "status"],
            "fresh": ["--env", f"TRADESH_HOME={fresh.home}", "--prepare", *STOP, "forget", str(fresh.home),
                      "--run", TRADESH, "status"],
        })
    finally:
        server.terminate()
        for core in (warm, stopped, fresh):
            core.stop()
        shutil.rmtree(folder, ignore_errors=True)

    print_facts()
    print(f"medians of {ROUNDS} rounds, all commands in turn, {RUNS_WARM} runs a round ({RUNS_START} where a core starts);")
    print("from before the spawn until the process is reaped; the ratio is the median of the rounds' ratios\n")
    one_shot, start, first = "one-shot, core running", "one-shot, core to start", "one-shot, core to start in an empty home"
    return print_table([
        ratio_row(one_shot, "true", running["true"], running["ours"], 1.5),
        ratio_row(one_shot, "redis-cli ping", running["redis"], running["ours"], 0.3),
        ratio_row(start, "sqlite3 :memory: 'select 1'", starting["sqlite"], starting["stopped"], 8),
        ratio_row(start, "python3 -c pass", starting["python"], starting["stopped"], 1),
        ratio_row(first, "sqlite3 :memory: 'select 1'", starting["sqlite"], starting["fresh"]),
    ])


if __name__ == "__main__":
    sys.exit(main())
