#pragma once

#include "core/base/place.hpp"
#include "tests/support/process.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace tradesh::test {

/// A home of its own for one test, with the real client and a core that runs scripted commands. When it goes, its core
/// is stopped and everything is removed.
class Home {
public:
    explicit Home(const std::string& below = "");
    ~Home();
    Home(const Home&) = delete;
    Home& operator=(const Home&) = delete;

    /// `tradesh WORDS...` with TRADESH_HOME set to this home.
    ProcessOptions client(std::vector<std::string> words) const;
    /// A core that we started ourselves, when it is ready.
    Process core(std::vector<std::string> words) const;
    /// `sh -c SCRIPT`, in which `$T` is the client.
    ProcessOptions shell(const std::string& script) const;

    const Place& place() const { return place_; }
    /// The pid that wrote itself into the lock; 0 when none has.
    pid_t core_pid() const;
    std::string file(const std::string& name) const { return directory_.string() + "/" + name; }
    void write_file(const std::string& name, const std::string& text) const;
    std::string read_file(const std::string& name) const;

private:
    std::filesystem::path directory_;
    std::string root_;
    Place place_;
};

} // namespace tradesh::test
