#include "app/front/run_front.hpp"

#include <unistd.h>

int main(int argc, char** argv) { ::_exit(tradesh::front::run_front(argc, argv)); }
