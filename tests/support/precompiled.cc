// Owns the precompiled header of the tests; see precompiled.hpp.
