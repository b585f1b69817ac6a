"""10,000 commands from one-shots, scripts and a prompt through one core: what grows, what is opened again"""

import itertools
import os
import pty
import re
import select
import shlex
import shutil
import sys
import tempfile
import time
from pathlib import Path

from core import ROOT, TRADESH, Core
from result import limit_row, print_facts, print_table

WARM_UP = 1_000
COMMANDS = 10_000
SHARES = {"one-shots": 0.4, "script": 0.4, "prompt": 0.2}
PROMPT_LIMIT_S = 20

SETUP = ["data import {bars} --symbol GOOG"]
MIX = [
    "status",
    "data show GOOG -n 5",
    "buy GOOG 2 market",
    "status connections",
    'scan run "close > sma(20)" --universe GOOG',
    "pos",
    "q GOOG",
    "sell GOOG 2 market",
    "orders",
    "status tasks",
]

PROMPT_END = re.compile(rb"> $")
ESCAPES = re.compile(rb"\x1b\[[0-9;?]*[a-zA-Z]|\x01|\x02|\r")


class Prompt:
    """A prompt on a terminal of its own, typed into a line at a time."""

    def __init__(self, core):
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            os.execve(TRADESH, [TRADESH], {**core.environment, "TERM": "xterm"})
        self._await_prompt()

    def _read(self, end, seen):
        ready, _, _ = select.select([self.terminal], [], [], max(0, end - time.monotonic()))
        if not ready:
            sys.exit(f"the prompt did not come back within {PROMPT_LIMIT_S} s:\n{seen.decode(errors='replace')}")
        try:
            return os.read(self.terminal, 65536)
        except OSError:
            sys.exit(f"the prompt left:\n{seen.decode(errors='replace')}")

    def _await_prompt(self, seen=b""):
        end = time.monotonic() + PROMPT_LIMIT_S
        while not PROMPT_END.search(ESCAPES.sub(b"", seen)[-200:]):
            seen += self._read(end, seen)

    def type(self, line):
        # The echo of the line holds "> " as well: it is read first, up to the end of the line.
        os.write(self.terminal, line.encode() + b"\r")
        seen = b""
        while b"\n" not in seen:
            seen += self._read(time.monotonic() + PROMPT_LIMIT_S, seen)
        self._await_prompt(seen.rsplit(b"\n", 1)[1])

    def leave(self):
        os.write(self.terminal, b"\x04")
        try:
            while os.read(self.terminal, 65536):
                pass
        except OSError:
            pass
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])


def run_commands(core, lines, count):
    """`count` commands of the endless `lines`, by each of the three ways."""
    portion = {way: int(count * share) for way, share in SHARES.items()}
    for line in itertools.islice(lines, portion["one-shots"]):
        core.run(shlex.split(line))
    core.run(["-f", "-"], "\n".join(itertools.islice(lines, portion["script"])) + "\n")
    prompt = Prompt(core)
    for line in itertools.islice(lines, portion["prompt"]):
        prompt.type(line)
    if code := prompt.leave():
        sys.exit(f"the prompt ended with exit {code}")


def main():
    bars = next(iter(sorted((ROOT / "tests/data").glob("**/GOOG*1d*.csv"))), None)
    if bars is None:
        sys.exit("tests/data holds no daily GOOG bars")
    folder = Path(tempfile.mkdtemp(prefix="tradesh-soak-"))
    core = Core(folder)
    lines = itertools.cycle(MIX)
    try:
        for line in SETUP:
            core.run(shlex.split(line.format(bars=bars)))
        run_commands(core, lines, WARM_UP)
        pid, opened, memory, ran = core.pid(), core.connections_opened(), core.memory_kib(), core.commands_run()
        began = time.monotonic()
        run_commands(core, lines, COMMANDS - WARM_UP)
        took = time.monotonic() - began
        again = sum(max(0, count - opened.get(endpoint, 0)) for endpoint, count in core.connections_opened().items())
        end_memory, p99, total = core.memory_kib(), core.handler_p99_us(), core.commands_run() - ran
        other_cores = int(core.pid() != pid)
    finally:
        core.stop()
        shutil.rmtree(folder, ignore_errors=True)

    print_facts()
    print(f"{WARM_UP} commands to warm up, then {COMMANDS - WARM_UP} in {took:.1f} s: "
          f"{', '.join(f'{share:.0%} {way}' for way, share in SHARES.items())}; the core counted {total}\n")
    return print_table([
        limit_row("commands that the core did not run", max(0, COMMANDS - WARM_UP - total), "", 0, inclusive=True),
        limit_row("cores after the first", other_cores, "", 0, inclusive=True),
        limit_row("connections opened after the warm-up", again, "", 0, inclusive=True),
        limit_row("memory at the end", round(end_memory / 1024, 1), "MB", 50),
        limit_row("memory drift", round((end_memory - memory) / 1024, 2), "MB", 1),
        limit_row("p99 of a loop handler's CPU time", p99, "us", 1000),
    ])


if __name__ == "__main__":
    sys.exit(main())
