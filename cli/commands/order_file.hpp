#pragma once

#include "cli/commands/order_batch.hpp"
#include "core/history/csv_reader.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace tradesh::cli {

/// A CSV file of orders, row by row. Its first row names the columns, in any order:
///
///   side symbol size type              always; type is market limit stop stop-limit trail moo moc loo or loc
///   limit stop trail                   the prices that the type asks for, and no others
///   target protect tif                 as in `order buy`
///   short                              "yes" or empty
///   valid_until cancel_after           as the options of the same names
///
/// Each order is labelled by its line. Nothing is guessed: an unknown column is an error.
class OrderFile {
public:
    explicit OrderFile(std::string name) : name_(std::move(name)) {}

    /// Told each row; wrong ones are kept as errors at their place, and reading goes on.
    Result<void> take(const history::CsvRow& row);

    /// The error of the first wrong row, with how many there are; "file.empty" without an order.
    Result<std::vector<BatchEntry>> finish() &&;
    const std::vector<Error>& wrong_rows() const { return wrong_; }

private:
    struct Row;

    Result<void> take_header(const history::CsvRow& row);
    Result<BatchEntry> entry_of(const Row& row) const;

    std::string name_;
    std::vector<std::string> columns_;
    std::vector<BatchEntry> entries_;
    std::vector<Error> wrong_;
};

} // namespace tradesh::cli
