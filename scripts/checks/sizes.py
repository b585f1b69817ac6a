"""A file and a function are read in one go."""

import re

FILE_LINES_MAX = 400
TEST_FILE_LINES_MAX = 800
FUNCTION_LINES_MAX = 70

_SCOPE = re.compile(r"\b(namespace|class|struct|union|enum|extern)\b")
_ACCESS = re.compile(r"\b(public|protected|private)\s*:(?!:)")


def _without_brackets(head):
    previous = None
    while previous != head:
        previous, head = head, re.sub(r"\([^()]*\)|\[[^\[\]]*\]|<[^<>;=]*>", "", head)
    return head


def _is_function(head):
    """Whether the text before a brace, at the level of a namespace or class, is a function's."""
    bare = _without_brackets(head)
    return "(" in head and not _SCOPE.search(bare) and not re.search(r"(?<!operator)=(?!=)", bare)


def functions(code):
    """(first offset, last offset) of each function that is not inside another."""
    code = re.sub(r"(?m)^[ \t]*#(?:[^\n\\]|\\.|\\\n)*", lambda match: re.sub(r"[^\n]", " ", match.group(0)), code)
    scopes = []  # for each open brace: "scope", or where the function or the initialiser began
    head_start = 0
    inside = None  # depth at which the outermost function or initialiser opened
    for place, character in enumerate(code):
        if character == "{":
            if inside is None:
                head = code[head_start:place]
                if access := list(_ACCESS.finditer(head)):
                    head_start += access[-1].end()
                    head = code[head_start:place]
                if _SCOPE.search(_without_brackets(head)) and "=" not in _without_brackets(head):
                    head_start = place + 1
                else:
                    inside = len(scopes)
                    begin = head_start + len(head) - len(head.lstrip())
                    function = _is_function(head)
            scopes.append(place)
        elif character == "}" and scopes:
            scopes.pop()
            if inside is not None and len(scopes) == inside:
                if function:
                    yield begin, place
                inside = None
                head_start = place + 1
            elif inside is None:
                head_start = place + 1
        elif character == ";" and inside is None:
            head_start = place + 1


def check(source):
    if not source.is_cpp and not source.path.startswith("scripts/"):
        return
    lines = source.text.count("\n")
    most = TEST_FILE_LINES_MAX if source.is_test else FILE_LINES_MAX
    if lines > most:
        yield source.finding(len(source.text) - 1, "size", f"{lines} lines, {most} at most: a file holds one thing")
    if not source.is_cpp or source.is_test:
        return
    for begin, end in functions(source.code):
        length = source.code.count("\n", begin, end) + 1
        if length > FUNCTION_LINES_MAX:
            name = re.split(r"[({]", source.code[begin:end])[0].split()[-1]
            yield source.finding(begin, "size",
                                 f"{name} has {length} lines, {FUNCTION_LINES_MAX} at most: a function does one thing")
