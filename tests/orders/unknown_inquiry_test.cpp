#include "core/orders/unknown_inquiry.hpp"
#include "tests/support/catch.hpp"

using namespace tradesh;
using namespace std::chrono_literals;
using orders::UnknownInquiry;

namespace {
const ClientOrderId id("k4x9-1-1");
}

TEST_CASE("the venue is asked after 0.5, 1, 2, 5, 10 and 30 seconds, then every 30") {
    UnknownInquiry inquiry;
    CHECK_FALSE(inquiry.next_due().has_value());
    inquiry.begin(id, 100s);
    std::vector<Duration> asked;
    for (int i = 0; i < 9; ++i) {
        const Duration due = inquiry.next_due().value();
        asked.push_back(due - 100s);
        CHECK(inquiry.due(due) == std::vector<ClientOrderId>{id});
        inquiry.missed(id, due, 1h);
    }
    CHECK(asked == std::vector<Duration>{0s, 500ms, 1s, 2s, 5s, 10s, 30s, 60s, 90s});
    CHECK(inquiry.find(id)->misses == 9);
}

TEST_CASE("absence takes three misses and the time within which an order may turn up") {
    UnknownInquiry inquiry;
    inquiry.begin(id, 0s);
    CHECK_FALSE(inquiry.missed(id, 0s, 0s));
    CHECK_FALSE(inquiry.missed(id, 1s, 0s));
    inquiry.failed(id, 2s); // the link was down: no answer is no miss
    CHECK(inquiry.missed(id, 3s, 0s));
    CHECK_FALSE(inquiry.missed(id, 4s, 5s));
    CHECK(inquiry.missed(id, 5s, 5s));
    inquiry.end(id);
    CHECK(inquiry.find(id) == nullptr);
    CHECK(inquiry.empty());
}

TEST_CASE("while a question is on its way no other is due, and an order that moves meanwhile is marked") {
    UnknownInquiry inquiry;
    CHECK_FALSE(inquiry.ask(id));
    inquiry.begin(id, 0s);
    CHECK(inquiry.ask(id));
    CHECK_FALSE(inquiry.ask(id));
    CHECK(inquiry.due(1h).empty());
    CHECK_FALSE(inquiry.next_due().has_value());
    inquiry.moved(id);
    CHECK(inquiry.find(id)->has_moved);
    inquiry.failed(id, 1s);
    CHECK(inquiry.next_due() == std::optional<Duration>(1500ms));
    CHECK(inquiry.ask(id));
    CHECK_FALSE(inquiry.find(id)->has_moved);
}
