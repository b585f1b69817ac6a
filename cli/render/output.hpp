#pragma once

#include "cli/client_channel.hpp"

#include <string>

namespace tradesh::cli {

/// Where the bytes of a result go. Writing waits while the other side is slow.
class Output {
public:
    virtual ~Output() = default;
    virtual runtime::Task<Result<void>> write(std::string bytes) = 0;
};

class StandardOutput final : public Output {
public:
    explicit StandardOutput(ClientChannel& client) : client_(client) {}
    runtime::Task<Result<void>> write(std::string bytes) override;

private:
    ClientChannel& client_;
};

/// The file of `-o`. A regular file is written under a temporary name in the same directory and renamed when it is
/// complete, so that nobody ever sees half of it; a link stays one, and what it leads to is replaced; devices, pipes
/// and /dev/fd are written as they are.
class OutputFile final : public Output {
public:
    /// `token` makes the temporary name unique: the correlation id of the command.
    OutputFile(ClientChannel& client, std::string path, std::string token)
        : client_(client),
          named_(std::move(path)),
          path_(named_),
          token_(std::move(token)) {}

    runtime::Task<Result<void>> open();
    runtime::Task<Result<void>> write(std::string bytes) override;
    /// Exactly one of these two ends an open file.
    runtime::Task<Result<void>> commit();
    runtime::Task<void> discard();

private:
    ClientChannel& client_;
    std::string named_; ///< as the user wrote it
    std::string path_;  ///< where that leads
    std::string token_;
    std::string temporary_; ///< empty when the target is written directly
    FileHandle file_ = 0;
};

} // namespace tradesh::cli
