#pragma once

#include "core/orders/order.hpp"
#include "core/store/journal.hpp"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace tradesh::orders {

/// An execution as it counts now.
struct RecordedFill {
    Fill fill;
    FactSource source = FactSource::venue; ///< who told us
    std::string key;                       ///< of its order; empty: none
};

/// Every execution that the journal had when the first page was asked for, once, in the order of their times: those
/// that were taken back are left out, corrected ones are as corrected, and what was inferred gives way to what was
/// told. A page at a time, with commits between the pages, so a journal of any length takes the memory of a page.
class FillReader {
public:
    /// Those from a moment on; earlier ones of orders that were corrected since may be among them.
    explicit FillReader(store::Journal& journal, Instant from = Instant::min())
        : journal_(journal),
          begin_{.time = from, .seq = 0},
          place_(begin_) {}

    /// The next fills; empty at the end. Errors: those of the journal, and "journal.unreadable".
    runtime::Task<Result<std::vector<RecordedFill>>> next();

private:
    runtime::Task<Result<void>> begin();
    Result<bool> find_mended(store::JournalFile& file);
    Result<void> load_mended(store::JournalFile& file);
    Result<std::vector<RecordedFill>> read_page(store::JournalFile& file);
    Result<void> take(store::JournalFile& file, const store::JournalRow& row, std::vector<RecordedFill>& page);
    void take_mended(Instant until, std::vector<RecordedFill>& page);

    store::Journal& journal_;
    store::JournalFile::ExecutionPlace begin_;
    store::JournalFile::ExecutionPlace place_;
    std::int64_t last_seq_ = 0;
    bool begun_ = false;
    bool at_end_ = false;
    std::set<ClientOrderId> mended_;                    ///< orders whose rows are not what counts
    std::multimap<Instant, RecordedFill> mended_fills_; ///< what counts of them and is still to come
    std::set<ExecutionId> told_; ///< in this page and the one before: told again, they are no news
    std::set<ExecutionId> told_in_page_;
};

} // namespace tradesh::orders
