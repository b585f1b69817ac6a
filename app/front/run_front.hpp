#pragma once

namespace tradesh::front {

/// The client program: finds or starts the profile's core, has it run one command line or script, and returns with that
/// command's exit code. A bare `tradesh` on a terminal becomes tradesh-prompt, `tradesh serve` becomes tradesh-core.
int run_front(int argc, char** argv);

} // namespace tradesh::front
