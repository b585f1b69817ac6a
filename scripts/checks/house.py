"""Runs every check over the tree and lists what it finds."""

import os
import sys

import banned
import coroutines
import formatting
import layers
import names
import sizes
from source import Source

CHECKS = (layers.check, coroutines.check, banned.check, sizes.check, names.check)


def check_source(source):
    return [finding for check in CHECKS for finding in check(source)]


def tree(root):
    """Every file that belongs to the project: what lies in no build folder and in no folder of a tool."""
    for folder, folders, files in os.walk(root):
        at_top = folder == root
        folders[:] = sorted(name for name in folders
                            if name not in (".git", ".cache", "__pycache__")
                            and not (at_top and (name == "build" or name.startswith("build-"))))
        for name in sorted(files):
            if name not in (".git", "compile_commands.json") and not name.endswith((".swp", "~")):
                yield os.path.relpath(os.path.join(folder, name), root)


def read(root, path):
    with open(os.path.join(root, path), encoding="utf-8", errors="replace") as file:
        return Source(path, file.read())


def main(root):
    paths = list(tree(root))
    findings = list(formatting.check(root, paths))
    for path in paths:
        findings += check_source(read(root, path))
    for finding in sorted(findings, key=lambda found: (found.path, found.line, found.rule)):
        print(finding)
    print(f"check: {len(paths)} files, {len(findings) or 'no'} finding{'' if len(findings) == 1 else 's'}")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
