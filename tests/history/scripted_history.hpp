#pragma once

#include "core/runtime/loop.hpp"
#include "core/venue/history.hpp"
#include "tests/history/slot_rows.hpp"

#include <algorithm>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace tradesh::test {

/// A source of history that does what the test says, after a latency of virtual time, and counts who asks.
class ScriptedHistory final : public venue::History {
public:
    explicit ScriptedHistory(runtime::Loop& loop) : loop_(loop) {
        script.timeframes = {Timeframe::h1, Timeframe::d1};
        script.bases = {PriceBasis::raw};
        script.publish_delay = std::chrono::minutes(1);
    }

    venue::HistoryLimits script;
    Duration latency = std::chrono::milliseconds(200);
    std::optional<Instant> first; ///< the head of every series
    std::set<Instant> holes;      ///< slots without a bar
    std::size_t answer_max = 100'000;
    /// Looked at before an answer; the number of the request counts from 1.
    std::function<std::optional<Error>(const venue::HistoryRequest&, std::size_t)> fault = [](const auto&, auto) {
        return std::nullopt;
    };
    /// May spoil an answer.
    std::function<void(venue::HistoryAnswer&)> spoil = [](venue::HistoryAnswer&) {};

    std::vector<Instant> arrived; ///< on the steady clock
    std::vector<venue::HistoryRequest> requests;
    std::size_t in_flight = 0;
    std::size_t in_flight_most = 0;
    std::size_t heads_asked = 0;
    std::size_t actions_asked = 0;
    std::optional<Error> actions_fault;

    const venue::HistoryLimits& limits() const override { return script; }

    runtime::Task<Result<Instrument>> instrument(std::string symbol) override {
        const Result<void> answered = co_await answer_later();
        if (!answered) {
            co_return fail(answered.error());
        }
        co_return Instrument{.id = {}, .symbol = std::move(symbol), .kind = Crypto{}};
    }
    runtime::Task<Result<std::optional<Instant>>> head(Instrument, Timeframe) override {
        ++heads_asked;
        const Result<void> answered = co_await answer_later();
        if (!answered) {
            co_return fail(answered.error());
        }
        co_return first;
    }
    runtime::Task<Result<venue::HistoryAnswer>> bars(venue::HistoryRequest request) override {
        requests.push_back(request);
        const std::optional<Error> error = fault(request, requests.size());
        const Result<void> answered = co_await answer_later();
        if (!answered) {
            co_return fail(answered.error());
        }
        if (error) {
            co_return fail(*error);
        }
        venue::HistoryAnswer answer = answer_to(request);
        spoil(answer);
        co_return answer;
    }
    runtime::Task<Result<std::vector<CorporateAction>>> actions(Instrument, TradingDate from, TradingDate) override {
        ++actions_asked;
        const Result<void> answered = co_await answer_later();
        if (!answered) {
            co_return fail(answered.error());
        }
        if (actions_fault) {
            co_return fail(*actions_fault);
        }
        std::vector<CorporateAction> all{{.ex_date = from, .what = Split{.new_shares = 4}}};
        co_return all;
    }

private:
    runtime::Task<Result<void>> answer_later() {
        arrived.emplace_back(loop_.clock().elapsed());
        in_flight_most = std::max(in_flight_most, ++in_flight);
        const bool waited = co_await runtime::sleep_for(loop_, latency);
        --in_flight;
        if (!waited) {
            co_return fail(Error(ErrorKind::cancelled, "scripted.cancelled", "cancelled"));
        }
        co_return Result<void>();
    }
    venue::HistoryAnswer answer_to(const venue::HistoryRequest& request) const {
        const SessionCalendar calendar = SessionCalendar::of(request.instrument).value();
        venue::HistoryAnswer answer{.bars = {}, .complete_before = request.to};
        for (const Slot& slot : calendar.slots(request.timeframe, request.from, request.to, request.hours).value()) {
            if (slot.begin > loop_.clock().now()) {
                break;
            }
            if (answer.bars.size() == answer_max) {
                answer.complete_before = slot.open_time;
                break;
            }
            if (slot.open_time >= first.value_or(Instant::max()) && !holes.contains(slot.open_time)) {
                answer.bars.push_back(bar_at(slot.open_time)).value();
            }
        }
        return answer;
    }

    runtime::Loop& loop_;
};

} // namespace tradesh::test
