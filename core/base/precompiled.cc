// Owns the precompiled header; see precompiled.hpp.
