#include "core/base/decimal.hpp"
#include "tests/support/catch.hpp"

#include <limits>

using namespace tradesh;

namespace {

Decimal decimal(std::string_view text) { return Decimal::parse(text).value(); }

} // namespace

TEST_CASE("decimals print what they parse") {
    for (const char* text : {"0", "1", "-1", "1.50", "0.001", "-0.001", "12345678901234567890.123456789012345678",
                             "99999999999999999999", "0.000000000000000001"}) {
        CHECK(decimal(text).to_string() == text);
    }
    CHECK(decimal("+7").to_string() == "7");
    CHECK(decimal("1_000_000").to_string() == "1000000");
    CHECK(decimal("1e3").to_string() == "1000");
    CHECK(decimal("1.5e-7").to_string() == "0.00000015");
    CHECK(decimal(".5") == decimal("0.5"));
    CHECK(decimal("1.500000000000000000000") == decimal("1.5"));
}

TEST_CASE("what is no number is refused with a reason") {
    for (const char* text : {"", "-", ".", "1,5", "1.2.3", "abc", "1e", "1e99", "0x10", "1__0", "1_", "nan", "inf",
                             " 1", "100000000000000000000", "0.0000000000000000001", "1-"}) {
        INFO(text);
        const Result<Decimal> parsed = Decimal::parse(text);
        REQUIRE_FALSE(parsed.has_value());
        CHECK(parsed.error().kind == ErrorKind::usage);
    }
}

TEST_CASE("arithmetic is exact and the scale does not change the value") {
    CHECK(decimal("0.1") + decimal("0.2") == decimal("0.3"));
    CHECK((decimal("1.50") + decimal("2")).to_string() == "3.50");
    CHECK(decimal("19.99") * decimal("3") == decimal("59.97"));
    CHECK(decimal("1.5") == decimal("1.500"));
    CHECK(decimal("-2") < decimal("-1.99"));
    CHECK(decimal("0.000000001") * decimal("0.000000001") == decimal("0.000000000000000001"));
    CHECK(decimal("12.3400").normalized().to_string() == "12.34");
}

TEST_CASE("division and rescaling round as named") {
    struct Row {
        Rounding rounding;
        const char* positive;
        const char* negative;
    };
    const Row row = GENERATE(Row{Rounding::down, "2", "-2"}, Row{Rounding::up, "3", "-3"},
                             Row{Rounding::floor, "2", "-3"}, Row{Rounding::ceiling, "3", "-2"},
                             Row{Rounding::half_even, "2", "-2"}, Row{Rounding::half_up, "3", "-3"});
    CHECK(decimal("2.5").rescaled(0, row.rounding) == decimal(row.positive));
    CHECK(decimal("-2.5").rescaled(0, row.rounding) == decimal(row.negative));
    CHECK(Decimal::divide(5, 2, 0, row.rounding) == decimal(row.positive));
    CHECK(Decimal::divide(5, -2, 0, row.rounding) == decimal(row.negative));
    CHECK(Decimal::divide(1, 3, 4, Rounding::half_even) == decimal("0.3333"));
}

TEST_CASE("prices snap to ticks, quantities to lots") {
    CHECK(decimal("100.037").rounded_to(decimal("0.05"), Rounding::down) == decimal("100.00"));
    CHECK(decimal("100.037").rounded_to(decimal("0.05"), Rounding::up) == decimal("100.05"));
    CHECK(decimal("100.05").is_multiple_of(decimal("0.05")));
    CHECK_FALSE(decimal("100.06").is_multiple_of(decimal("0.05")));
}

TEST_CASE("overflow is an exception, never a wrong number") {
    const Decimal huge = decimal("99999999999999999999.999999999999999999");
    CHECK_THROWS_AS(huge * huge, DecimalOverflow);
    const Decimal edge = Decimal::of(std::numeric_limits<Int128>::max(), 0);
    CHECK_THROWS_AS(edge + Decimal(1), DecimalOverflow);
}

TEST_CASE("conversion to and from double is to the nearest") {
    CHECK(decimal("0.1").to_double() == 0.1);
    CHECK(decimal("806.19").to_double() == 806.19);
    CHECK(Decimal::from_double(806.19, 2) == decimal("806.19"));
}
