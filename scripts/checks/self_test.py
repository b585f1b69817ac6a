"""Shows each rule a snippet that breaks it and one that does not: a check that cannot fail checks nothing."""

import sys
import tempfile
from pathlib import Path

import formatting
from house import check_source
from source import Source

HEADER = "#pragma once\n"
LONG_FUNCTION = "int f() {\n" + "    g();\n" * 70 + "}\n"
LONG_TABLE = "constexpr std::array table = {\n" + "    1,\n" * 90 + "};\n"
WORKPLACE = "/wo" + "rk/main"
MARK = "TO" + "DO"

# rule, path, text, whether the rule speaks up
CASES = (
    ("layers", "core/base/x.cpp", '#include "core/market/bars.hpp"\n', True),
    ("layers", "core/market/x.cpp", '#include "core/base/error.hpp"\n', False),
    ("layers", "core/market/x.cpp", '#include "core/runtime/loop.hpp"\n', True),
    ("layers", "core/market/x.cpp", '#include "bars.hpp"\n', True),
    ("layers", "cli/x.cpp", '#include "app/core/wiring.hpp"\n', True),
    ("layers", "core/venue/tws/x.cpp", '#include "core/venue/paper/paper.hpp"\n', True),
    ("layers", "core/engine/x.cpp", '#include "core/venue/paper/paper.hpp"\n', True),
    ("layers", "app/core/x.cpp", '#include "core/venue/paper/paper.hpp"\n', False),
    ("layers", "core/venue/paper/x.cpp", '#include "core/venue/trading.hpp"\n', False),
    ("layers", "app/attach/x.cpp", '#include "core/runtime/loop.hpp"\n', True),
    ("layers", "app/attach/server/x.cpp", '#include "core/runtime/loop.hpp"\n', False),
    ("layers", "app/attach/x.cpp", '#include "app/attach/server/session.hpp"\n', True),
    ("layers", "app/front/x.cpp", '#include "app/attach/codec.hpp"\n', False),
    ("layers", "app/front/x.cpp", "#include <iostream>\n", True),
    ("layers", "app/front/x.cpp", "#include <fmt/core.h>\n", True),
    ("layers", "app/front/x.cpp", "#include <asio/post.hpp>\n", True),
    ("layers", "app/front/x.cpp", "#include <vector>\n", False),
    ("layers", "cli/prompt/x.cpp", '#include "core/engine/engine.hpp"\n', True),
    ("layers", "cli/prompt/x.cpp", '#include "app/attach/codec.hpp"\n', False),
    ("layers", "core/orders/x.cpp", "#include <asio/experimental/channel.hpp>\n", True),
    ("layers", "core/runtime/x.cpp", "#include <asio/experimental/channel.hpp>\n", False),
    ("layers", "core/orders/x.cpp", "#include <sqlite3.h>\n", True),
    ("coroutines", "core/x/x.cpp", "const X x = co_await f(a, b);\n", False),
    ("coroutines", "core/x/x.cpp", "const std::map<A, B>* x = co_await f();\n", False),
    ("coroutines", "core/x/x.cpp", "co_await asio::async_initiate<const T<>, void(Wake)>(start, token);\n", False),
    ("coroutines", "core/x/x.cpp", "co_await f(a, {});\n", False),
    ("coroutines", "core/x/x.cpp", "{ wake = co_await f(); }\n", False),
    ("coroutines", "core/x/x.cpp", "case Kind::one: co_await f(); break;\n", False),
    ("coroutines", "core/x/x.cpp", "co_return co_await f();\n", False),
    ("coroutines", "core/x/x.cpp", 'say("co_await"); // if (co_await f())\n', False),
    ("coroutines", "core/x/x.cpp", "if (co_await f()) {\n}\n", True),
    ("coroutines", "core/x/x.cpp", "while (co_await f()) {\n}\n", True),
    ("coroutines", "core/x/x.cpp", "g(co_await f());\n", True),
    ("coroutines", "core/x/x.cpp", "const X x{co_await f()};\n", True),
    ("coroutines", "core/x/x.cpp", "const int x = (co_await f()).value();\n", True),
    ("coroutines", "core/x/x.cpp", "const bool x = co_await f() && g();\n", True),
    ("coroutines", "core/x/x.cpp", "const int x = co_await f() ? 1 : 2;\n", True),
    ("coroutines", "core/x/x.cpp", "const int x = 1 + co_await f();\n", True),
    ("coroutines", "core/x/x.cpp", "auto [a, b] = co_await f();\n", True),
    ("coroutines", "core/x/x.cpp", "co_await run([path] { return 1; });\n", True),
    ("coroutines", "core/x/x.cpp", "co_await f(Options{.a = 1});\n", True),
    ("coroutines", "core/x/x.cpp", "try {\n} catch (...) {\n    co_await f();\n}\n", True),
    ("banned", "core/orders/x.cpp", "std::this_thread::sleep_for(pause);\n", True),
    ("banned", "tests/orders/x.cpp", "std::this_thread::sleep_for(10ms);\n", True),
    ("banned", "core/orders/x.cpp", "::usleep(3);\n", True),
    ("banned", "core/orders/x.cpp", "co_await sleep_for(loop, pause);\n", False),
    ("banned", "app/attach/find_core.cpp", "::nanosleep(&time, nullptr);\n", False),
    ("banned", "core/orders/x.cpp", "auto now = std::chrono::system_clock::now();\n", True),
    ("banned", "core/orders/x.cpp", "auto now = std::chrono::steady_clock::now();\n", True),
    ("banned", "core/orders/x.cpp", "auto now = ::time(nullptr);\n", True),
    ("banned", "core/base/time.cpp", "::clock_gettime(id, &value);\n", False),
    ("banned", "core/engine/x.cpp", 'std::getenv("HOME");\n', True),
    ("banned", "app/core/x.cpp", 'std::getenv("HOME");\n', False),
    ("banned", "cli/commands/x.cpp", "std::cout << 1;\n", True),
    ("banned", "cli/commands/x.cpp", 'printf("x");\n', True),
    ("banned", "cli/commands/x.cpp", 'std::fprintf(stderr, "x");\n', True),
    ("banned", "cli/commands/x.cpp", 'std::snprintf(buffer, 3, "x");\n', False),
    ("banned", "core/exchange/x.cpp", "int x = rand();\n", True),
    ("banned", "core/exchange/x.cpp", "std::random_device device;\n", True),
    ("banned", "core/store/x.cpp", "std::mutex guard;\n", True),
    ("banned", "core/store/x.cpp", "std::thread worker(f);\n", True),
    ("banned", "core/runtime/x.cpp", "std::mutex guard;\n", False),
    ("banned", "core/store/x.cpp", "asio::steady_timer timer(context);\n", True),
    ("banned", "core/store/x.cpp", "co_spawn(executor, task, asio::detached);\n", True),
    ("banned", "core/store/x.cpp", "worker.detach();\n", True),
    ("banned", "core/store/x.cpp", "using namespace asio::experimental::awaitable_operators;\n", True),
    ("banned", "core/store/x.cpp", f"// {MARK}: later\n", True),
    ("banned", "scripts/x", f"# {MARK}\n", True),
    ("size", "core/base/x.cpp", "int x;\n" * 400, False),
    ("size", "core/base/x.cpp", "int x;\n" * 401, True),
    ("size", "tests/base/x.cpp", "int x;\n" * 800, False),
    ("size", "tests/base/x.cpp", "int x;\n" * 801, True),
    ("size", "core/base/x.cpp", "namespace a {\n" + LONG_FUNCTION + "}\n", True),
    ("size", "core/base/x.cpp", "struct S {\npublic:\n" + LONG_FUNCTION + "};\n", True),
    ("size", "core/base/x.cpp", "namespace a {\n" + LONG_FUNCTION.replace("    g();\n", "", 2) + "}\n", False),
    ("size", "core/base/x.cpp", LONG_TABLE, False),
    ("size", "core/base/x.cpp", "class S {\n" + "    int a();\n" * 90 + "};\n", False),
    ("names", "core/base/x.hpp", HEADER, False),
    ("names", "core/base/x.hpp", "int x;\n", True),
    ("names", "core/utils/x.cpp", "", True),
    ("names", "core/base/string_helpers.cpp", "", True),
    ("names", "core/base/CamelCase.cpp", "", True),
    ("names", "lib/x.cpp", "", True),
    ("names", "scripts/x", f"cd {WORKPLACE}\n", True),
    ("names", "scripts/x", "cd net/work/x\n", False),
)


def check_formatting():
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, ".clang-format").write_text("BasedOnStyle: LLVM\n")
        Path(folder, "bad.cpp").write_text("int  x ;\n")
        Path(folder, "good.cpp").write_text("int x;\n")
        return [finding.path for finding in formatting.check(folder, ["bad.cpp", "good.cpp"])] == ["bad.cpp"]


def main():
    wrong = 0
    for rule, path, text, expected in CASES:
        found = [finding for finding in check_source(Source(path, text)) if finding.rule == rule]
        if bool(found) != expected:
            wrong += 1
            print(f"{rule} {'is silent about' if expected else 'objects to'} {path}: {text[:80]!r}", *found, sep="\n  ")
    if not check_formatting():
        wrong += 1
        print("format does not tell a bad file from a good one")
    print(f"check --self-test: {len(CASES) + 1} snippets, {wrong or 'none'} judged wrongly")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
