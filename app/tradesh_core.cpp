#include "app/core/wiring.hpp"
#include "app/process/run_core.hpp"

int main(int argc, char** argv) {
    using namespace tradesh::core_process;
    return run_core(argc, argv, wire, check_start);
}
