// Asio itself, compiled once for the whole program (ASIO_SEPARATE_COMPILATION).
// A standard header comes first: Asio asks libstdc++'s macros how to allocate, and must get the answer here that it gets
// in every other file, or memory from aligned_alloc would go to operator delete.
#include <cstddef>

#include <asio/impl/src.hpp>
