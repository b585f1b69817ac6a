"""A core in a home of its own, as its clients see it. The only place that knows the names of what it reports.

As a program, `core.py stop HOME` ends the core of that home and waits until it is gone; `core.py forget HOME` removes
all it kept, too.
"""

import json
import os
import select
import shutil
import signal
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TRADESH = str(ROOT / "build/bin/tradesh")
PROFILE = "paper"
CORE_PROGRAM = "tradesh-core"
STOP_LIMIT_S = 15


class Core:
    def __init__(self, home, profile=PROFILE):
        self.home = Path(home)
        self.profile = profile
        self.environment = {**os.environ, "TRADESH_HOME": str(self.home)}

    def run(self, words, text=None):
        """One one-shot; what it printed. A failure ends the benchmark with the program's own words."""
        done = subprocess.run([TRADESH, "--profile", self.profile, *words], env=self.environment, capture_output=True, text=True, input=text or "")
        if done.returncode != 0:
            sys.exit(f"tradesh {' '.join(words)}: exit {done.returncode}\n{done.stderr}{done.stdout}")
        return done.stdout

    def _data(self, words):
        return json.loads(self.run([*words, "--json"]))["data"]

    def pid(self):
        return int(self._data(["status"])["pid"])

    def commands_run(self):
        return int(self._data(["status"])["commands"])

    def connections_opened(self):
        return {row["endpoint"]: int(row["opened"]) for row in self._data(["status", "connections"])}

    def handler_p99_us(self):
        return next(int(row["p99_us"]) for row in self._data(["status", "latency"]) if row["stage"] == "handler_cpu")

    def memory_kib(self):
        for line in Path(f"/proc/{self.pid()}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1])
        raise LookupError("VmRSS")

    def running_pid(self):
        """From the lock file, without starting a core; None when none runs."""
        try:
            pid = int((self.home / "share" / self.profile / "core.lock").read_text())
            name = Path(f"/proc/{pid}/comm").read_text().strip()
        except (FileNotFoundError, ProcessLookupError, ValueError):
            return None
        return pid if name == CORE_PROGRAM else None

    def stop(self):
        pid = self.running_pid()
        if pid is None:
            return
        try:
            process = os.pidfd_open(pid)
            os.kill(pid, signal.SIGTERM)
        except ProcessLookupError:
            return
        gone, _, _ = select.select([process], [], [], STOP_LIMIT_S)
        os.close(process)
        if not gone:
            sys.exit(f"the core {pid} of {self.home} did not leave within {STOP_LIMIT_S} s of SIGTERM")


def core_with_history(home, latency_ms):
    """A running core of the demo profile, whose source of history takes so long to answer and never fails."""
    core = Core(home, profile="demo")
    (core.home / "config").mkdir(parents=True)
    (core.home / "config/config.toml").write_text(f"""[profiles.demo]
history = "simulated"
[profiles.demo.history_simulation]
latency_ms = {latency_ms}
requests_max = 1000
requests_window_s = 1
in_flight_max = 50
error_pct = 0
""")
    core.run(["status"])
    return core


if __name__ == "__main__":
    core = Core(sys.argv[2])
    core.stop()
    if sys.argv[1] == "forget":
        shutil.rmtree(core.home, ignore_errors=True)
