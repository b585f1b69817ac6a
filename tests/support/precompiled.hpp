#pragma once

// What tests include beyond core/runtime/precompiled.hpp, compiled once with it.

#include "core/runtime/precompiled.hpp"
#include "tests/support/catch.hpp"
