#include "app/core/wiring.hpp"
#include "app/process/run_core.hpp"

int main(int argc, char** argv) { return tradesh::core_process::run_core(argc, argv, tradesh::core_process::wire); }
