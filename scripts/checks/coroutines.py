"""The shapes of co_await that no compiler has been seen to get wrong, and that a reader cannot either."""

import re

_DECLARATION = re.compile(r"(static\s+)?(const\s+)?[\w:]+(<[^;={}()]*>)?[\w:]*(\s+const)?[\s&*]+\w+\s*=$")
_ASSIGNMENT = re.compile(r"\w+\s*=$")
_LABEL = re.compile(r"^(case\s[^?]*?[^:]|default):(?!:)\s*")
_OPERATOR = re.compile(r"\s(\?|&&|\|\||==|!=|<=|>=|<=>|<|>|<<|>>|[-+*/%|&^])\s")
_FILLED_BRACES = re.compile(r"\{(?!\s*\})")

SHAPE = "an awaited expression stands alone: `const X x = co_await ...;`, `co_await ...;` or `co_return co_await ...;`"


def _statement_before(code, offset):
    start = max(code.rfind(mark, 0, offset) for mark in ";{}") + 1
    return _LABEL.sub("", code[start:offset].strip())


def _expression_after(code, offset):
    """The awaited expression, and the character that ends it."""
    depth = 0
    for place in range(offset, len(code)):
        if code[place] in "([{":
            depth += 1
        elif code[place] in ")]}":
            depth -= 1
        if depth < 0 or (depth == 0 and code[place] == ";"):
            return code[offset:place], code[place]
    return code[offset:], ""


def _outside_brackets(expression):
    depth, shown = 0, []
    for character in expression:
        depth -= character in ")]}"
        shown.append(character if depth == 0 else " " if character == "\n" else "_")
        depth += character in "([{"
    return "".join(shown)


def _catch_blocks(code):
    for match in re.finditer(r"\bcatch\s*\([^)]*\)\s*\{", code):
        end, depth = match.end(), 1
        while depth and end < len(code):
            depth += (code[end] == "{") - (code[end] == "}")
            end += 1
        yield match.end(), end


def check(source):
    if not source.is_cpp:
        return
    code = source.code
    catches = list(_catch_blocks(code)) if "co_await" in code else []
    for match in re.finditer(r"\bco_await\b", code):
        before = _statement_before(code, match.start())
        awaited, end = _expression_after(code, match.end())
        well_placed = (before in ("", "co_return") or _DECLARATION.fullmatch(before) or _ASSIGNMENT.fullmatch(before))
        if not well_placed or end != ";" or _OPERATOR.search(_outside_brackets(awaited)):
            yield source.finding(match.start(), "coroutines", SHAPE)
        elif _FILLED_BRACES.search(awaited):
            yield source.finding(match.start(), "coroutines",
                                 "lambdas and braces inside an awaited expression: make them named locals first")
        if any(start <= match.start() < stop for start, stop in catches):
            yield source.finding(match.start(), "coroutines", "no co_await in a catch block: note the error, await after it")
