"""Who may include whom: a room may include rooms with a smaller number, and itself."""

import re

ROOMS = {
    "core/base": 0,
    "core/market": 1,
    "core/runtime": 1,
    "core/exchange": 2,
    "core/indicators": 2,
    "core/net": 2,
    "core/store": 2,
    "core/expression": 3,
    "core/venue": 3,
    "core/history": 4,
    "core/stream": 4,
    "core/orders": 5,
    "core/scan": 5,
    "core/engine": 6,
    "cli": 7,
    "app": 8,
}

# Folders that know less than their room may, so that the programs made of them stay small.
KNOWS_ONLY = {
    "app/attach": ("core/base",),
    "app/front": ("app/attach", "core/base"),
    "cli/prompt": ("app/attach", "cli/parse", "core/base", "core/runtime"),
}
APART = ("app/attach/server",)  # below such a folder, yet not part of it

# Headers of libraries with one home: (pattern, homes, reason).
HEADER_HOMES = (
    (r"asio/experimental/", ("core/runtime",), "parallel_group, channel and awaitable_operators are wrapped by core/runtime"),
    (r"sqlite3\.h", ("core/store",), "SQLite is reached through core/store"),
    (r"curl/", ("core/net",), "libcurl is reached through core/net's HttpClient"),
    (r"readline/", ("cli/prompt",), "readline is reached through cli/prompt's line editor"),
)
# The client is static and starts in no time.
SLIM = ("app/front", "app/attach")
HEAVY = re.compile(r"(iostream|fstream|sstream|iomanip|regex|format|print|sqlite3\.h|toml\+\+/.*|"
                   r"(asio|fmt|spdlog|nlohmann|openssl|curl|readline|date|CLI)(/.*|\.hpp))$")

_INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*(["<])([^">]+)[">]', re.MULTILINE)


def _within(path, folder):
    return path.startswith(folder + "/") and not any(
        path.startswith(apart + "/") and not folder.startswith(apart) for apart in APART)


def room_of(path):
    for room in ROOMS:
        if path.startswith(room + "/"):
            return room
    return None


def venue_of(path):
    match = re.match(r"core/venue/([^/]+)/", path)
    return match.group(1) if match else None


def _objection_to_own(source, target):
    """Why this file may not include that header of ours; None where it may."""
    room, other = room_of(source.path), room_of(target)
    if other is None:
        return f'"{target}" is in no room: include by the path from the root of the tree'
    for folder, known in KNOWS_ONLY.items():
        if _within(source.path, folder) and not any(_within(target, place) for place in (folder, *known)):
            return f"{folder} knows {' and '.join(known)} alone, not {target}"
    if room != other and ROOMS[other] >= ROOMS[room]:
        slim_client = _within(source.path, "cli/prompt") and _within(target, "app/attach")
        if not slim_client:
            return f"{room} ({ROOMS[room]}) may not know {other} ({ROOMS[other]}): only rooms with a smaller number"
    venue, other_venue = venue_of(source.path), venue_of(target)
    if other_venue and venue != other_venue:
        if venue:
            return f"venues never include each other: {venue} includes {other_venue}"
        if not source.lies_in("app/core"):
            return f"only app/core names a concrete venue, such as {other_venue}"
    return None


def _objection_to_library(source, target):
    for pattern, homes, reason in HEADER_HOMES:
        if re.match(pattern, target) and not source.lies_in(*homes):
            return f"<{target}> belongs to {', '.join(homes)}: {reason}"
    if any(_within(source.path, folder) for folder in SLIM) and HEAVY.match(target):
        return f"<{target}> has no place in the client, which is small and static"
    return None


def check(source):
    if not source.is_cpp or room_of(source.path) is None:
        return
    for match in _INCLUDE.finditer(source.text):
        object_to = _objection_to_own if match.group(1) == '"' else _objection_to_library
        if objection := object_to(source, match.group(2)):
            yield source.finding(match.start(), "layers", objection)
