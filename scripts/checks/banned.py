"""Calls that have one home, so that tests can replace what they stand for."""

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Ban:
    pattern: re.Pattern
    homes: tuple  # files and folders that may
    reason: str
    in_tests: bool = False


BANS = (
    Ban(re.compile(r"\bsleep_(?:for|until)\s*\((?=[^,()]*(?:\([^()]*\))?[^,()]*\)\s*;)|\b(?:usleep|nanosleep|sleep)\s*\("),
        ("core/runtime", "app/attach/find_core.cpp", "app/process/run_core.cpp"),
        "nothing sleeps: await a timer of the loop, or in a test move its clock", in_tests=True),
    Ban(re.compile(r"\b\w+_clock::now\b|\bclock_gettime\s*\(|\bgettimeofday\s*\(|(?<![\w.>])(?:std::|::)?time\s*\(\s*(?:nullptr|NULL|0|&)"),
        ("core/base", "core/runtime/loop.cpp"), "time is injected: take a const Clock&"),
    Ban(re.compile(r"\b(?:secure_)?getenv\s*\(|\benviron\b"), ("app", "cli/prompt"),
        "the environment is read by programs alone and passed on as values"),
    Ban(re.compile(r"\bstd::(?:cout|cerr|clog|cin|print|println)\b|(?<![\w:])(?:std::|::)?(?:v?f?printf|f?puts|f?putc|putchar|fwrite)\s*\(|\bfmt::print(?:ln)?\s*\("),
        ("app/front", "app/prompt", "app/process/run_core.cpp", "cli/prompt"), "commands never print: yield a Report, or log"),
    Ban(re.compile(r"(?<![\w.>])(?:std::)?(?:s?rand|random|[dl]rand48)\s*\(|\bstd::random_device\b"), ("app",),
        "chance is injected: take a seed"),
    Ban(re.compile(r"\bstd::(?:j?thread|(?:recursive_|shared_|timed_)*mutex|condition_variable\w*|lock_guard|unique_lock|scoped_lock|shared_lock|async|promise|packaged_task|counting_semaphore|binary_semaphore|latch|barrier)\b|\bpthread_(?:create|mutex_\w+)\s*\("),
        ("core/runtime",), "only core/runtime starts threads or holds a mutex: co_await workers.run(...)"),
    Ban(re.compile(r"\basio::(?:steady|system|high_resolution|deadline|basic_waitable)_timer\b|\btimerfd_\w+\s*\("),
        ("core/runtime", "app/prompt", "cli/prompt"), "raw timers live in core/runtime: use Timers or sleep_for(loop, ...)"),
    Ban(re.compile(r"\b(?:asio::|co_spawn\b[^;]*?\b)detached\b|\.detach\s*\(\s*\)"), (),
        "nothing is detached: spawn it in a TaskScope that outlives it", in_tests=True),
    Ban(re.compile(r"\bawaitable_operators\b|\bexperimental::(?:basic_|concurrent_)?(?:channel|parallel_group|make_parallel_group)\b"),
        ("core/runtime",), "core/runtime wraps these", in_tests=True),
)

_MARKS = re.compile(r"\b(?:TO" r"DO|FIX" r"ME|XX" r"X)\b")


def check(source):
    if source.is_cpp:
        for ban in BANS:
            if (source.is_test and not ban.in_tests) or source.lies_in(*ban.homes):
                continue
            for match in ban.pattern.finditer(source.code):
                call = " ".join(match.group(0).split()).rstrip("(")
                home = f"; its home is {', '.join(ban.homes)}" if ban.homes else ""
                yield source.finding(match.start(), "banned", f"{call}: {ban.reason}{home}")
    if source.path != "LICENSE":
        for match in _MARKS.finditer(source.text):
            yield source.finding(match.start(), "banned", f"{match.group(0)}: finish it, or write it into the tracker")
