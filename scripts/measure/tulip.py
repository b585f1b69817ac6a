"""Peers from npm: Tulip C, built from the sources in the package tulind, and others as they are."""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from result import ROOT

FOLDER = ROOT / "build/bench-peers"


def run(command, **options):
    """What it printed. A failure ends the benchmark."""
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, **options)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}: exit {done.returncode}")
    return done.stdout


def package(name, version):
    """The package as published, unpacked but not installed: nothing of it is run but what is measured."""
    target = FOLDER / name
    if not (target / "package").is_dir():
        if not shutil.which("npm"):
            sys.exit("the peers come from npm: install nodejs and npm")
        FOLDER.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=f"{name}-", dir=FOLDER))
        archive = run(["npm", "pack", "--silent", f"{name}@{version}"], cwd=folder).split()[-1]
        run(["tar", "--extract", "--file", archive], cwd=folder)
        folder.rename(target)
    return target / "package"


def tulip_library():
    library = FOLDER / "libtulip.so"
    if not library.exists():
        source = package("tulind", "0.8.20") / "external/tiamalgamation.c"
        run(["clang-19", "-O3", "-march=native", "-w", "-shared", "-fPIC", source, "-o", library, "-lm"])
    return str(library)
