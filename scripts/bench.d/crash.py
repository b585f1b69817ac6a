"""10,000 keyed orders from 8 one-shot clients while the core is killed 200 times: nothing lost, nothing doubled"""

import os
import subprocess
import sys

from result import ROOT, print_facts

PROGRAM = str(ROOT / "build/bin/bench_crash")
ORDERS, CLIENTS, KILLS = 10_000, 8, 200


def main():
    print_facts()
    print("The exchange lives in the driver's process, loses acknowledgements, repeats fills and drops connections. Each")
    print("client tries its key until the answer is definite. To replay a run: TRADESH_TEST_SEED=N scripts/bench crash.\n", flush=True)
    seed = os.environ.get("TRADESH_TEST_SEED")
    return subprocess.run([PROGRAM, str(ORDERS), str(CLIENTS), str(KILLS), *([seed] if seed else [])]).returncode


if __name__ == "__main__":
    sys.exit(main())
