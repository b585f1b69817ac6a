#pragma once

#include <string>
#include <string_view>
#include <vector>

/// What messages say of the names that the language knows.
namespace tradesh::expression {

/// Fields, indicators and words.
std::vector<std::string_view> known_names();

/// Of "family:anything" the indicator and its variants, other names for them included; none where there is no such
/// family.
std::vector<std::string_view> variants_of(std::string_view name);

/// How a function is called, for somebody who named one of its parameters: "sma(20)", and "sma(close, 20)" where that
/// is a series. Empty where it has no parameter of that name.
std::string call_by_position(std::string_view function, std::string_view parameter);

} // namespace tradesh::expression
