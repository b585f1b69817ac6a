#include "cli/commands/order_file.hpp"

#include "core/base/counted.hpp"
#include "core/base/suggestion.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace tradesh::cli {
namespace {

constexpr std::array<std::string_view, 13> known_columns{"side",  "symbol",      "size",        "type",    "limit",
                                                         "stop",  "trail",       "target",      "protect", "tif",
                                                         "short", "valid_until", "cancel_after"};
constexpr std::array<std::string_view, 4> needed_columns{"side", "symbol", "size", "type"};
constexpr std::string_view columns_hint =
    "the columns are side, symbol, size, type, and as wanted limit, stop, trail, target, protect, tif, short, "
    "valid_until, cancel_after";

/// Which price columns a type reads, in the order in which its words name them.
struct TypeColumns {
    std::string_view type;
    std::vector<std::string_view> prices;
};
const std::vector<TypeColumns>& types() {
    static const std::vector<TypeColumns> all{
        {"market", {}},       {"limit", {"limit"}}, {"stop", {"stop"}}, {"stop-limit", {"stop", "limit"}},
        {"trail", {"trail"}}, {"moo", {}},          {"moc", {}},        {"loo", {"limit"}},
        {"loc", {"limit"}}};
    return all;
}

std::unexpected<Error> wrong(const Word& word, std::string_view code, std::string message, std::string_view hint) {
    return fail(Error(ErrorKind::usage, code, std::move(message)).advise(hint).at(word.where()));
}

/// The words of a field, each at its place in the line: "risk 200usd" is two.
std::vector<Word> split(const Word& field) {
    std::vector<Word> words;
    std::size_t at = 0;
    while ((at = field.text.find_first_not_of(' ', at)) != std::string::npos) {
        const std::size_t end = std::min(field.text.find(' ', at), field.text.size());
        Word& word = words.emplace_back(field);
        word.text = field.text.substr(at, end - at);
        word.column = field.column + static_cast<std::uint32_t>(count_code_points(field.text.substr(0, at)));
        word.length = static_cast<std::uint32_t>(count_code_points(word.text));
        at = end;
    }
    return words;
}

/// A word that the file does not hold, at the place of the field that stands for it.
Word at_place_of(const Word& field, std::string_view text) {
    Word word = field;
    word.text = text;
    return word;
}

} // namespace

/// The fields of one row by the names of their columns.
struct OrderFile::Row {
    std::map<std::string_view, Word> fields;

    Row(const history::CsvRow& row, const std::vector<std::string>& columns, const std::string& file) {
        auto line = std::make_shared<SourceLine>();
        line->origin = Origin::script; // no shell has been over it
        line->file = file;
        line->number = static_cast<std::uint32_t>(row.line);
        line->text = row.text;
        std::size_t from = 0;
        for (std::size_t i = 0; i < columns.size() && i < row.fields.size(); ++i) {
            const std::size_t at = std::min(row.text.find(row.fields[i], from), row.text.size());
            from = std::min(at + row.fields[i].size(), row.text.size());
            const Word field{
                .text = std::string(row.fields[i]),
                .line = line,
                .column = static_cast<std::uint32_t>(count_code_points(row.text.substr(0, at)) + 1),
                .length = std::max<std::uint32_t>(1, static_cast<std::uint32_t>(count_code_points(row.fields[i])))};
            fields.emplace(columns[i], field);
        }
        begin = Word{.text = {}, .line = std::move(line), .column = 1, .length = 1};
    }

    /// Null when the field is empty or not there.
    const Word* find(std::string_view column) const {
        const auto found = fields.find(column);
        return found == fields.end() || split(found->second).empty() ? nullptr : &found->second;
    }

    Word begin; ///< of the line
};

Result<void> OrderFile::take(const history::CsvRow& row) {
    if (columns_.empty()) {
        return take_header(row);
    }
    if (entries_.size() + wrong_.size() == batch_entries_max) {
        return fail(Error(ErrorKind::usage, "file.too_many_orders",
                          "the file has more than " + std::to_string(batch_entries_max) + " orders")
                        .attempting("read the orders")
                        .on(name_)
                        .advise("split it"));
    }
    const Row fields(row, columns_, name_);
    Result<BatchEntry> entry = row.fields.size() == columns_.size()
                                   ? entry_of(fields)
                                   : wrong(fields.begin, "file.field_count",
                                           "the row has " + counted(row.fields.size(), "field") + ", the first row " +
                                               std::to_string(columns_.size()),
                                           "give each column its field, empty where there is nothing to say");
    if (!entry) {
        wrong_.push_back(std::move(entry.error()));
        return {};
    }
    entry->label = std::to_string(row.line);
    entries_.push_back(std::move(*entry));
    return {};
}

Result<void> OrderFile::take_header(const history::CsvRow& row) {
    for (const std::string_view field : row.fields) {
        columns_.emplace_back(field);
    }
    const Row header(row, columns_, name_);
    for (const std::string& column : columns_) {
        if (std::ranges::find(known_columns, column) == known_columns.end()) {
            const std::string nearest = did_you_mean(column, known_columns);
            return wrong(header.fields.at(column), "file.column", "'" + column + "' is no column of an order",
                         nearest.empty() ? columns_hint : std::string_view(nearest));
        }
        if (std::ranges::count(columns_, column) > 1) {
            return wrong(header.fields.at(column), "file.column", "the column '" + column + "' is there twice",
                         columns_hint);
        }
    }
    for (const std::string_view column : needed_columns) {
        if (std::ranges::find(columns_, column) == columns_.end()) {
            return wrong(header.begin, "file.column", "the column '" + std::string(column) + "' is missing",
                         columns_hint);
        }
    }
    return {};
}

Result<BatchEntry> OrderFile::entry_of(const Row& row) const {
    for (const std::string_view column : needed_columns) {
        if (row.find(column) == nullptr) {
            return wrong(row.fields.at(column), "file.field_empty", "the order has no " + std::string(column),
                         columns_hint);
        }
    }
    const Word& side = *row.find("side");
    const Word& type = *row.find("type");
    constexpr std::array<std::string_view, 4> verbs{"buy", "sell", "close", "rebalance"};
    if (std::ranges::find(verbs, side.text) == verbs.end()) {
        return wrong(side, "file.side", "'" + side.text + "' is no side", "write buy, sell, close or rebalance");
    }
    const auto known = std::ranges::find(types(), type.text, &TypeColumns::type);
    if (known == types().end()) {
        return wrong(type, "file.type", "'" + type.text + "' is no type of an order",
                     "write market, limit, stop, stop-limit, trail, moo, moc, loo or loc");
    }
    Arguments arguments;
    arguments.add("symbol", *row.find("symbol"));
    const auto add_terms = [&](const Word& field) {
        for (Word& word : split(field)) {
            arguments.add("terms", std::move(word));
        }
    };
    add_terms(*row.find("size"));
    for (const std::string_view column : {"limit", "stop", "trail"}) {
        const bool read = std::ranges::find(known->prices, column) != known->prices.end();
        if (read != (row.find(column) != nullptr)) {
            return wrong(read ? type : *row.find(column), "file.price",
                         "a " + type.text + " order " + (read ? "needs" : "has") + (read ? " a " : " no ") +
                             std::string(column) + " price",
                         "fill in the prices of its type, and no others");
        }
    }
    if (known->prices.empty()) {
        arguments.add("terms", type);
    }
    for (const std::string_view column : known->prices) {
        const bool of_auction = type.text == "loo" || type.text == "loc";
        arguments.add("terms", at_place_of(type, of_auction ? std::string_view(type.text) : column));
        add_terms(*row.find(column));
    }
    for (const std::string_view column : {"tif", "target", "protect"}) {
        if (const Word* field = row.find(column)) {
            arguments.add("terms", at_place_of(*field, column));
            add_terms(*field);
        }
    }
    if (const Word* sells_short = row.find("short")) {
        if (sells_short->text != "yes") {
            return wrong(*sells_short, "file.short", "'" + sells_short->text + "' is no yes", "write yes, or nothing");
        }
        arguments.add("short", *sells_short);
    }
    for (const auto& [column, option] : {std::pair("valid_until", "valid-until"), {"cancel_after", "cancel-after"}}) {
        if (const Word* field = row.find(column)) {
            arguments.add(option, *field);
        }
    }
    Result<OrderWords> words = parse_order_words(side.text, arguments);
    if (!words) {
        return fail(std::move(words.error()));
    }
    words->size_has_unit = true;
    return BatchEntry{.label = {}, .words = std::move(*words), .where = row.begin.where()};
}

Result<std::vector<BatchEntry>> OrderFile::finish() && {
    if (!wrong_.empty()) {
        Error error = wrong_.front();
        if (wrong_.size() > 1) {
            error.message += " (one of " + std::to_string(wrong_.size()) + " wrong rows)";
        }
        return fail(std::move(error));
    }
    if (entries_.empty()) {
        return fail(Error(ErrorKind::not_found, "file.empty", "the file has no orders")
                        .attempting("read the orders")
                        .on(name_)
                        .advise(columns_hint));
    }
    return std::move(entries_);
}

} // namespace tradesh::cli
