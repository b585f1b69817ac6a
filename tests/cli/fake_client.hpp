#pragma once

#include "cli/client_channel.hpp"

#include <deque>
#include <map>
#include <string>
#include <vector>

namespace tradesh::test {

/// A client in memory: what it was told to print, and a small file system.
class FakeClient final : public cli::ClientChannel {
public:
    cli::ClientFacts client_facts;
    std::string out;
    std::string err;
    std::map<std::string, std::string> files;
    std::deque<std::string> input;      ///< chunks of standard input, then its end
    std::vector<std::string> devices;   ///< paths that are no regular files
    std::size_t reader_leaves_at = ~0U; ///< bytes of standard output after which its reader is gone
    bool disk_is_full = false;
    std::string closed_folder; ///< in which nothing can be made
    std::vector<std::string> renames;

    const cli::ClientFacts& facts() const override { return client_facts; }

    runtime::Task<Result<void>> write(cli::OutputStream stream, std::string bytes) override {
        if (stream == cli::OutputStream::err) {
            err += bytes;
            co_return Result<void>();
        }
        if (out.size() + bytes.size() > reader_leaves_at) {
            co_return fail(ErrorKind::cancelled, "client.reader_left", "the reader left");
        }
        out += bytes;
        co_return Result<void>();
    }

    runtime::Task<Result<cli::FileHandle>> open(std::string path, cli::FileMode mode) override {
        if (mode == cli::FileMode::read && !files.contains(path)) {
            co_return fail(ErrorKind::not_found, "file.open", "No such file or directory");
        }
        if (mode == cli::FileMode::create && !closed_folder.empty() && path.starts_with(closed_folder)) {
            co_return fail(
                Error(ErrorKind::unreadable, "file.failed", "Permission denied").attempting("create").on(path));
        }
        if (mode == cli::FileMode::create) {
            files[path].clear();
        }
        open_.push_back({path, 0});
        co_return static_cast<cli::FileHandle>(open_.size());
    }

    runtime::Task<Result<std::string>> read(cli::FileHandle file, std::size_t bytes_max) override {
        if (file == cli::standard_input) {
            std::string chunk;
            if (!input.empty()) {
                chunk = input.front();
                input.pop_front();
            }
            co_return chunk;
        }
        OpenFile& open = open_[file - 1];
        std::string chunk = files[open.path].substr(open.offset, bytes_max);
        open.offset += chunk.size();
        co_return chunk;
    }

    runtime::Task<Result<void>> write_file(cli::FileHandle file, std::string bytes) override {
        if (disk_is_full) {
            co_return fail(ErrorKind::failed, "file.write", "No space left on device");
        }
        files[open_[file - 1].path] += bytes;
        co_return Result<void>();
    }

    runtime::Task<Result<void>> rename(std::string from, std::string to) override {
        renames.push_back(from + " -> " + to);
        files[to] = files[from];
        files.erase(from);
        co_return Result<void>();
    }

    runtime::Task<Result<void>> close(cli::FileHandle) override { co_return Result<void>(); }

    runtime::Task<Result<cli::FileFacts>> inspect(std::string path) override {
        cli::FileFacts facts{files.contains(path) ? cli::FileKind::regular : cli::FileKind::absent, path};
        for (const std::string& device : devices) {
            facts.kind = path == device ? cli::FileKind::other : facts.kind;
        }
        co_return facts;
    }

    runtime::Task<Result<void>> remove(std::string path) override {
        files.erase(path);
        co_return Result<void>();
    }

    void announce_effect(std::string_view) override {}
    void settle_effect() override {}
    void notify(std::string_view) override {}

private:
    struct OpenFile {
        std::string path;
        std::size_t offset = 0;
    };
    std::vector<OpenFile> open_;
};

} // namespace tradesh::test
