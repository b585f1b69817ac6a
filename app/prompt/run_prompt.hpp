#pragma once

namespace tradesh::prompt_process {

/// The prompt program, `tradesh-prompt [--profile NAME] [OPTION...]`: takes lines at the terminal and has the profile's
/// core run them, until the user leaves. The options go with every line. Ends the process; with standard input that is
/// no terminal it becomes `tradesh -f -`.
[[noreturn]] void run_prompt(int argc, char** argv);

} // namespace tradesh::prompt_process
