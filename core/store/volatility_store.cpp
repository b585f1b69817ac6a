#include "core/store/volatility_store.hpp"

#include "core/store/read_rows.hpp"
#include "core/store/statement.hpp"

#include <cmath>

namespace tradesh::store {
namespace {

constexpr double millionth = 1e-6;

std::int64_t day_number(TradingDate date) { return date.time_since_epoch().count(); }

} // namespace

Result<VolatilityStore::Days> VolatilityStore::read(InstrumentId instrument, std::string_view source, TradingDate from,
                                                    TradingDate to) {
    Statement rows = database_->prepare("SELECT day, volatility_millionths FROM volatilities "
                                        "WHERE instrument = ? AND source = ? AND day >= ? AND day < ? ORDER BY day");
    rows.bind(instrument.value).bind(source).bind(day_number(from)).bind(day_number(to));
    using Day = std::pair<TradingDate, double>;
    const Result<std::vector<Day>> days = read_rows(rows, [](const Statement& row) -> Result<Day> {
        const TradingDate date{std::chrono::days(row.integer(0))};
        return Day(date, static_cast<double>(row.integer(1)) * millionth);
    });
    return days ? Result<Days>(Days(days->begin(), days->end())) : fail(days.error());
}

Result<void> VolatilityStore::put(InstrumentId instrument, std::string_view source, const Days& days) {
    Statement row = database_->prepare("INSERT OR REPLACE INTO volatilities VALUES (?,?,?,?)");
    for (const auto& [date, volatility] : days) {
        row.bind(instrument.value).bind(source).bind(day_number(date)).bind(std::llround(volatility / millionth));
        if (Result<void> stored = row.run(); !stored) {
            return stored;
        }
    }
    return {};
}

} // namespace tradesh::store
