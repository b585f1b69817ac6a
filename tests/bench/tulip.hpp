#pragma once

#include <dlfcn.h>

#include <cstdio>
#include <cstdlib>

namespace tradesh::bench {

/// An indicator of Tulip: bars, inputs, options, outputs. The first output is that of the bar after the warm-up.
using TulipFunction = int (*)(int, const double* const*, const double*, double* const*);

/// Tulip as a shared object. A failure ends the program.
class TulipLibrary {
public:
    explicit TulipLibrary(const char* path) : path_(path), library_(dlopen(path, RTLD_NOW)) {}

    TulipFunction function(const char* name) const {
        void* symbol = library_ == nullptr ? nullptr : dlsym(library_, name);
        if (symbol == nullptr) {
            std::fprintf(stderr, "%s: %s\n", path_, dlerror());
            std::exit(2);
        }
        return reinterpret_cast<TulipFunction>(symbol);
    }

private:
    const char* path_;
    void* library_;
};

} // namespace tradesh::bench
