#include "core/engine/bars_wanted.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace tradesh::engine {

using store::SeriesInfo;

std::string describe(const BarsWanted& wanted) {
    std::string text = wanted.symbol;
    if (wanted.timeframe) {
        text += " " + std::string(name_of(*wanted.timeframe));
    }
    if (wanted.source) {
        text += " from " + std::string(name_of(*wanted.source));
    }
    return text + (wanted.basis == PriceBasis::adjusted ? " adjusted" : "");
}

std::vector<SeriesInfo> fitting(const std::vector<SeriesInfo>& stored, const BarsWanted& wanted) {
    std::vector<SeriesInfo> found;
    std::ranges::copy_if(stored, std::back_inserter(found), [&wanted](const SeriesInfo& info) {
        return info.key.basis == wanted.basis && info.key.timeframe == wanted.timeframe.value_or(info.key.timeframe) &&
               info.key.source == wanted.source.value_or(info.key.source);
    });
    return found;
}

const SeriesInfo* choose(const std::vector<SeriesInfo>& fitting) {
    const auto rank = [](const SeriesInfo& info) { return std::pair(info.key.timeframe == Timeframe::d1, info.last); };
    const auto best = std::ranges::max_element(fitting, {}, rank);
    return best == fitting.end() ? nullptr : &*best;
}

std::string list_of(const std::vector<SeriesInfo>& series) {
    std::string text;
    for (const SeriesInfo& info : series) {
        text += (text.empty() ? "" : ", ") + std::string(name_of(info.key.timeframe)) + " " +
                std::string(name_of(info.key.basis)) + " from " + std::string(name_of(info.key.source));
    }
    return text;
}

Error no_bars(const BarsWanted& wanted, const std::vector<SeriesInfo>& stored, bool can_load) {
    std::string cure = "data import FILE --symbol " + wanted.symbol;
    if (can_load) {
        const std::string timeframe = wanted.timeframe ? " " + std::string(name_of(*wanted.timeframe)) : std::string();
        cure = "data load " + wanted.symbol + timeframe + ", or " + cure;
    }
    const std::string made = wanted.timeframe ? "; data show makes longer bars of shorter ones" : "";
    return Error(ErrorKind::not_found, "bars.none", "there are no such bars")
        .on(describe(wanted))
        .advise(stored.empty() ? "get them: " + cure
                               : "stored: " + list_of(stored) + made + "; to get others: " + cure);
}

Error none_in_range(const BarsWanted& wanted, const SeriesInfo& series) {
    return Error(ErrorKind::not_found, "bars.none_in_range", "there are no bars in that range")
        .on(describe(wanted))
        .advise("stored: " + to_rfc3339(series.first) + " to " + to_rfc3339(series.last));
}

Result<Instrument> on_exchange(Instrument instrument, const std::string& exchange) {
    if (exchange.empty()) {
        return instrument;
    }
    const Exchange* found = find_exchange(exchange);
    if (found == nullptr) {
        return fail(ErrorKind::usage, "exchange.unknown", "there is no exchange '" + exchange + "'");
    }
    const bool stated = !instrument.exchange.empty() && !instrument.assumed.exchange;
    if (stated && instrument.exchange != found->name) {
        return fail(
            Error(ErrorKind::usage, "instrument.conflict",
                  instrument.symbol + " trades on " + instrument.exchange + ", not on " + std::string(found->name))
                .advise("leave --exchange away"));
    }
    instrument.exchange = found->name;
    instrument.zone = found->zone;
    instrument.assumed.exchange = false;
    instrument.assumed.zone = false;
    return instrument;
}

Result<std::vector<CorporateAction>> known_actions(store::MarketFile& file, InstrumentId instrument, BarSource source) {
    Result<std::vector<CorporateAction>> all = file.actions.list(instrument, BarSource::import);
    if (!all || source == BarSource::import) {
        return all;
    }
    const Result<std::vector<CorporateAction>> told = file.actions.list(instrument, source);
    if (!told) {
        return fail(told.error());
    }
    const std::vector<CorporateAction> by_hand = *all;
    std::ranges::copy_if(*told, std::back_inserter(*all), [&by_hand](const CorporateAction& action) {
        return std::ranges::none_of(by_hand, [&action](const CorporateAction& made) {
            return made.ex_date == action.ex_date && made.what.index() == action.what.index();
        });
    });
    std::ranges::sort(*all, {},
                      [](const CorporateAction& action) { return std::pair(action.ex_date, action.what.index()); });
    return all;
}

} // namespace tradesh::engine
