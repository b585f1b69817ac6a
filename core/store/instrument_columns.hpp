#pragma once

#include "core/market/instrument.hpp"

#include <string>

namespace tradesh::store {

/// The fields of an instrument that are not texts already, as they stand in the store. Numbers are exact texts,
/// `details` is a JSON object with the fields of the kind, `assumed` the names of the assumed fields with blanks
/// between.
struct InstrumentColumns {
    std::string kind;
    std::string details;
    std::string currency;
    std::string tick;
    std::string lot;
    std::string multiplier;
    std::string assumed;
};

InstrumentColumns to_columns(const Instrument& instrument);
/// Sets the fields in question; an error (any kind, one sentence) when one cannot be read.
Result<void> read_columns(const InstrumentColumns& columns, Instrument& instrument);

} // namespace tradesh::store
