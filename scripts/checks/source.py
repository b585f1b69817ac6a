"""A file of the tree, and what a check finds in it."""

import re
from dataclasses import dataclass
from functools import cached_property

CPP_ENDINGS = (".hpp", ".cpp", ".cc")

# Comments, literals and whatever else must not be read as code. A quote between digits (1'000) opens no literal.
_NOT_CODE = re.compile(
    r"""//[^\n]*
      | /\*.*?\*/
      | R"(?P<mark>[^(\s]{0,16})\(.*?\)(?P=mark)"
      | "(?:\\.|[^"\\\n])*"
      | (?<![0-9a-zA-Z_])'(?:\\.|[^'\\\n])+'
    """,
    re.VERBOSE | re.DOTALL,
)


def _blank(match):
    text = match.group(0)
    hidden = re.sub(r"[^\n]", " ", text)
    if text[0] in "\"'R":  # a literal stays an expression: its quotes remain
        return '"' + hidden[1:-1] + '"' if len(text) > 1 else hidden
    return hidden


@dataclass(frozen=True)
class Finding:
    path: str
    line: int
    rule: str
    message: str

    def __str__(self):
        return f"{self.path}:{self.line}: {self.rule}: {self.message}"


@dataclass(frozen=True)
class Source:
    path: str  # from the root of the tree, with '/'
    text: str

    @property
    def is_cpp(self):
        return self.path.endswith(CPP_ENDINGS)

    @property
    def is_test(self):
        return self.path.startswith("tests/")

    @cached_property
    def code(self):
        """The text with comments and the insides of literals blanked; every offset stays."""
        return _NOT_CODE.sub(_blank, self.text)

    def lies_in(self, *places):
        """Whether it is one of these files, or in one of these folders."""
        return any(self.path == place or self.path.startswith(place + "/") for place in places)

    def finding(self, offset, rule, message):
        return Finding(self.path, self.text.count("\n", 0, offset) + 1, rule, message)
