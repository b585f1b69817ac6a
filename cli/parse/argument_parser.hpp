#pragma once

#include "cli/parse/arguments.hpp"

#include <span>
#include <string>
#include <string_view>

namespace tradesh::cli {

/// Sorts the words behind a verb into arguments and options.
///
/// Long options stand anywhere, `--name VALUE` or `--name=VALUE`; short ones `-n 5` or `-n5`; `--` ends the options. A
/// quoted word and a negative number are values. `shared` are the options that every command has; where a name or
/// letter is both in `options` and in `shared`, the command's own wins. Errors are of kind usage, name the command
/// (`command`, for the hint) and point at the word.
Result<Arguments> parse_arguments(std::string_view command, std::span<const ArgumentSpec> arguments,
                                  std::span<const OptionSpec> options, std::span<const OptionSpec> shared,
                                  std::span<const Word> words);

/// The error for a required argument that was not given; it points at `verb`. Apart from the parse, because `--help`
/// needs no arguments.
Result<void> check_required(std::string_view command, std::span<const ArgumentSpec> arguments, const Arguments& given,
                            const Word& verb);

/// "SYMBOL", "[SYMBOL...]".
std::string usage_of(const ArgumentSpec& argument);

/// True for a word that looks like an option: unquoted, starts with '-', is longer than that and no number.
bool is_option_word(const Word& word);

} // namespace tradesh::cli
