"""The look of C++ is clang-format's business."""

import re
import subprocess

from source import CPP_ENDINGS, Finding

PROGRAM = "clang-format-19"


def check(root, paths):
    """One finding a file: where it first differs."""
    paths = [path for path in paths if path.endswith(CPP_ENDINGS)]
    halves = [half for half in (paths[::2], paths[1::2]) if half]
    running = [subprocess.Popen([PROGRAM, "--dry-run", "--Werror", "--style=file", *half], cwd=root, text=True,
                                stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) for half in halves]
    seen = set()
    for process in running:
        errors = process.communicate()[1]
        for path, line in re.findall(r"^(.+?):(\d+):\d+: error: ", errors, re.MULTILINE):
            if path not in seen:
                seen.add(path)
                yield Finding(path, int(line), "format", f"run {PROGRAM} -i {path}")
        if process.returncode != 0 and not seen:
            yield Finding(".clang-format", 1, "format", errors.strip() or f"{PROGRAM} failed")
