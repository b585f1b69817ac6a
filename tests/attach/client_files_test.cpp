#include "app/attach/client_files.hpp"
#include "tests/store/temporary_folder.hpp"
#include "tests/support/catch.hpp"

#include <cerrno>
#include <filesystem>
#include <fstream>

using namespace tradesh;
using namespace tradesh::attach;

namespace {

namespace fs = std::filesystem;

Reply ask(ClientFiles& files, FileRequest request) {
    files.take(std::move(request));
    const std::vector<Reply> replies = files.step();
    REQUIRE(replies.size() == 1);
    return replies.front();
}

void begin(ClientFiles& files, const std::string& path) {
    REQUIRE(ask(files, Open{.request = 1, .handle = 1, .mode = FileMode::create, .path = path}).error == 0);
    REQUIRE(ask(files, Write{.request = 2, .handle = 1, .bytes = "half"}).error == 0);
}

} // namespace

TEST_CASE("files that a command did not finish go with it") {
    const test::TemporaryFolder folder;
    const std::string part = folder.file(".x.part");
    {
        ClientFiles files;
        begin(files, part);
        CHECK(fs::exists(part));
    }
    CHECK_FALSE(fs::exists(part));
    {
        ClientFiles files;
        begin(files, part);
        REQUIRE(ask(files, Rename{.request = 3, .from = part, .to = folder.file("x")}).error == 0);
    }
    CHECK(fs::exists(folder.file("x")));
    {
        ClientFiles files;
        begin(files, part);
        files.reset(); // the command came to its end and left it there
    }
    CHECK(fs::exists(part));
    {
        ClientFiles files;
        begin(files, part); // it was there before
    }
    CHECK(fs::exists(part));
}

TEST_CASE("a link leads to its target, also to one that is not there yet") {
    const test::TemporaryFolder folder;
    const std::string target = (fs::canonical(folder.path()) / "deep" / "target").string();
    fs::create_directory(folder.file("deep"));
    fs::create_symlink("deep/target", folder.file("relative"));
    fs::create_symlink(target, folder.file("absolute"));
    fs::create_symlink("relative", folder.file("twice"));
    fs::create_symlink("circle", folder.file("circle"));
    ClientFiles files;
    for (const bool exists : {false, true}) {
        if (exists) {
            std::ofstream(target) << "there";
        }
        for (const std::string name : {"relative", "absolute", "twice", "deep/target"}) {
            INFO(name);
            const Reply reply = ask(files, Inspect{.request = 1, .path = folder.file(name)});
            CHECK(reply.error == 0);
            CHECK(reply.kind == (exists ? FileKind::regular : FileKind::absent));
            CHECK(reply.bytes == target);
        }
    }
    CHECK(ask(files, Inspect{.request = 1, .path = folder.file("circle")}).error == ELOOP);
}
