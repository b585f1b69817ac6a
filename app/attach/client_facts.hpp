#pragma once

#include "app/attach/message.hpp"

#include <string>
#include <string_view>

namespace tradesh::attach {

/// A terminal, without asking what is no character device.
bool is_terminal(int fd);

/// Width and height of the terminal on standard output, else of the one on standard error, where progress is shown;
/// leaves them as they are when neither is a terminal.
void measure_terminal(std::uint16_t& columns, std::uint16_t& rows);

/// What this process tells of itself: its streams, its directory, and of its environment what the core may know. A
/// variable whose name speaks of a secret does not travel.
Hello make_hello(ClientKind kind);

/// The full path of a program of ours: it lies beside the running one.
std::string program_beside(std::string_view program);

} // namespace tradesh::attach
