"""Names of files and folders, the first line of a header, and words that have no place in the tree."""

import re

TOP_LEVEL = {"CMakeLists.txt", "app", "core", "cli", "tests", "scripts", "README.md", "LICENSE", "CHANGELOG.md"}
SAYS_NOTHING = {"util", "utils", "utility", "utilities", "common", "helper", "helpers", "misc", "stuff"}

_SNAKE_CASE = re.compile(r"[a-z][a-z0-9_]*")
_WORKPLACE = re.compile(r"(?<![\w.])/" r"work/|\." r"library\b|/tmp/" r"build-|(?<![\w.])/root/\.")
_PRAGMA_ONCE = "#pragma once\n"


def _check_path(source):
    first = source.path.split("/")[0]
    if first not in TOP_LEVEL and not first.startswith("."):
        yield source.finding(0, "names", f"{first}: the top level is fixed ({', '.join(sorted(TOP_LEVEL))} and dot files)")
    for part in source.path.split("/"):
        if SAYS_NOTHING & set(re.split(r"[_.\-]", part.lower())):
            yield source.finding(0, "names", f"{part}: name it after what it holds")
    if source.is_cpp or source.lies_in("app", "core", "cli"):
        for part in source.path.split("/")[:-1]:
            if not _SNAKE_CASE.fullmatch(part):
                yield source.finding(0, "names", f"folder {part}: lower case, digits and '_'")
    if source.is_cpp and not _SNAKE_CASE.fullmatch(source.path.split("/")[-1].split(".")[0]):
        yield source.finding(0, "names", "file names are lower case, digits and '_'")
    if re.search(r"\.(h|hh|hxx|cxx|c\+\+|C)$", source.path):
        yield source.finding(0, "names", "headers end in .hpp, sources in .cpp")


def check(source):
    yield from _check_path(source)
    if source.path.endswith(".hpp") and not source.text.startswith(_PRAGMA_ONCE):
        yield source.finding(0, "names", "a header begins with #pragma once, so that including it twice does no harm")
    for match in _WORKPLACE.finditer(source.text):
        yield source.finding(match.start(), "names", f"{match.group(0)}: a path of one machine has no place in the tree")
