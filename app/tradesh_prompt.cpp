#include "app/prompt/run_prompt.hpp"

int main(int argc, char** argv) { tradesh::prompt_process::run_prompt(argc, argv); }
