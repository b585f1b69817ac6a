#include "core/base/place.hpp"
#include "tests/support/catch.hpp"

using namespace tradesh;

TEST_CASE("a place lies below HOME, or below TRADESH_HOME where that is set") {
    const Place home = find_place("paper", "", "/home/ann/").value();
    CHECK(home.directory == "/home/ann/.local/share/tradesh/paper");
    CHECK(home.shared_directory == "/home/ann/.local/share/tradesh");
    CHECK(home.config_directory == "/home/ann/.config/tradesh");
    CHECK(home.socket_path() == "/home/ann/.local/share/tradesh/paper/core.sock");
    const Place other = find_place("live-2", "/srv/trading", "/home/ann").value();
    CHECK(other.directory == "/srv/trading/share/live-2");
    CHECK(other.config_directory == "/srv/trading/config");
}

TEST_CASE("a place needs an absolute home and a plain profile name") {
    CHECK(find_place("paper", "", "").error().code == "place.no_home");
    CHECK(find_place("paper", "relative", "/home/ann").error().code == "place.relative");
    for (const std::string name : {"", "Paper", "a/b", "..", "a b", "abcdefghijklmnopqrstuvwxyz-0123456789"}) {
        CHECK(find_place(name, "", "/home/ann").error().code == "profile.name");
    }
}
