#include "tests/process/home.hpp"

#include "app/attach/core_lock.hpp"

#include <signal.h>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace tradesh::test {

Home::Home(const std::string& below) {
    std::string pattern = (std::filesystem::temp_directory_path() / "tradesh-test-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) {
        throw std::runtime_error("no temporary directory");
    }
    directory_ = pattern;
    root_ = pattern + below;
    place_ = find_place("paper", root_, "").value();
}

Home::~Home() {
    const pid_t core = core_pid();
    const Result<std::optional<attach::FileDescriptor>> lock = attach::try_lock(place_);
    if (core > 0 && lock && !*lock) {
        ::kill(core, SIGKILL);
        await_end(core);
    }
    std::error_code ignored;
    std::filesystem::remove_all(directory_, ignored);
}

ProcessOptions Home::client(std::vector<std::string> words) const {
    words.insert(words.begin(), SCRIPTED_BIN_DIR "/tradesh");
    ProcessOptions options;
    options.words = std::move(words);
    options.environment = {{"TRADESH_HOME", root_}, {"PATH", "/usr/bin:/bin"}};
    options.directory = directory_;
    return options;
}

Process Home::core(std::vector<std::string> words) const {
    words.emplace_back("--ready-fd=1");
    ProcessOptions options = client(std::move(words));
    options.words[0] = SCRIPTED_BIN_DIR "/tradesh-core";
    Process process(options);
    process.await_output(TRADESH_VERSION); // in its Welcome
    return process;
}

ProcessOptions Home::shell(const std::string& script) const {
    ProcessOptions options = client({});
    options.words = {"/bin/bash", "-c", script};
    options.environment["T"] = SCRIPTED_BIN_DIR "/tradesh";
    return options;
}

pid_t Home::core_pid() const { return attach::read_lock_owner(place_).pid; }

void Home::write_file(const std::string& name, const std::string& text) const { std::ofstream(file(name)) << text; }

std::string Home::read_file(const std::string& name) const {
    std::ostringstream text;
    text << std::ifstream(file(name)).rdbuf();
    return text.str();
}

} // namespace tradesh::test
