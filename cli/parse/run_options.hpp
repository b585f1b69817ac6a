#pragma once

#include "cli/parse/arguments.hpp"
#include "core/base/time.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace tradesh::cli {

enum class Format : std::uint8_t { automatic, table, wide, vertical, csv, tsv, json, ndjson };
enum class ColorChoice : std::uint8_t { automatic, always, never };

/// How results are shown.
struct OutputOptions {
    Format format = Format::automatic; ///< by the name of the -o file; else a table on a terminal, TSV elsewhere
    bool json_numbers = false;         ///< plain numbers instead of exact strings
    bool header = true;
    std::vector<std::string> fields; ///< only these columns, in this order
    std::string file;                ///< -o; empty: standard output
    std::string zone;                ///< --tz; empty: UTC
    ColorChoice color = ColorChoice::automatic;
    bool quiet = false;  ///< no notes, no progress, no summary
    bool timing = false; ///< how long the command took, on stderr
};

/// The options that hold for every command. Long ones may stand anywhere in a line, short ones only before the verb
/// (-o anywhere). Those given to the process are the defaults of every line it runs.
struct RunOptions {
    OutputOptions output;
    std::optional<std::string> venue;
    std::optional<std::string> account;
    bool live = false;
    bool paper = false;
    std::optional<Duration> timeout;  ///< for one answer
    std::optional<Duration> deadline; ///< for the whole command
    std::optional<std::string> key;   ///< idempotency key of an order
    bool dry_run = false;
    bool no_input = false; ///< never ask
    bool yes = false;      ///< agree to what would be asked
    bool help = false;     ///< show help instead of running
};

/// The options of a whole run, given to the process and never inside a line.
struct ProcessOptions {
    std::optional<std::string> script; ///< -f; "-" is standard input
    std::optional<std::string> text;   ///< -c
    std::vector<std::pair<std::string, std::string>> variables;
    bool check = false;
    bool keep_going = false;
    bool echo = false;
    bool version = false;
};

/// The specifications, for the parser, for help and for completion. `profile` and `no-rc` are in it too: the client has
/// acted on them before the line gets here.
std::span<const OptionSpec> shared_options();
/// The shared options as they may stand behind a verb: without their short forms, except -o.
std::span<const OptionSpec> shared_options_after_verb();
std::span<const OptionSpec> process_options();

/// `defaults` with what `given` says on top.
Result<RunOptions> apply_run_options(RunOptions defaults, const Arguments& given);
Result<ProcessOptions> to_process_options(const Arguments& given);

/// The format of that name ("table", "ndjson", ...); nothing for an unknown one.
std::optional<Format> parse_format(std::string_view name);

} // namespace tradesh::cli
