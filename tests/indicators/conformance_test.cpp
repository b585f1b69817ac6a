#include "core/indicators/catalogue.hpp"
#include "tests/indicators/vector_files.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>

using namespace tradesh;
using namespace tradesh::indicators;
namespace fs = std::filesystem;

namespace {

struct Reference {
    std::string_view function; ///< TA-Lib's name
    std::string_view indicator;
    Column input; ///< what the vectors were computed from
};

constexpr std::array<Reference, 5> references{{{"SMA", "sma", Column::close},
                                               {"EMA", "ema", Column::close},
                                               {"RSI", "rsi", Column::close},
                                               {"MAX", "highest", Column::high},
                                               {"MIN", "lowest", Column::low}}};

struct Vector {
    fs::path path;
    Reference reference;
    double period;
};

/// talib_<IND>_<period>.csv of every indicator we have.
std::vector<Vector> vectors_in(const fs::path& folder) {
    std::vector<Vector> found;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
        const std::string stem = entry.path().stem().string();
        const std::size_t split = stem.rfind('_');
        if (!stem.starts_with("talib_") || split < 6) {
            continue;
        }
        const auto reference = std::ranges::find(references, stem.substr(6, split - 6), &Reference::function);
        if (reference != references.end()) {
            found.push_back({entry.path(), *reference, std::stod(stem.substr(split + 1))});
        }
    }
    return found;
}

void check_vector(const Vector& vector, const test::VectorFile& bars) {
    INFO(vector.path.string());
    const Indicator* indicator = find_indicator(vector.reference.indicator);
    REQUIRE(indicator != nullptr);
    const test::VectorFile expected = test::read_vector_file(vector.path);
    const std::vector<double>& values = expected.columns.at(1);
    const std::size_t column = index_of(vector.reference.input) + 1; // after the index
    REQUIRE(bars.names.at(column) == name_of(vector.reference.input));
    const std::vector<double>& series = bars.columns.at(column);
    std::vector<double> actual(series.size());
    const std::vector<std::span<const double>> inputs{series};
    const std::vector<double> parameters{vector.period};
    const std::vector<std::span<double>> outputs{actual};
    compute(*indicator, inputs, parameters, outputs);

    REQUIRE(indicator->lookback(parameters) == expected.first_bar);
    REQUIRE(expected.first_bar + values.size() == series.size());
    for (std::size_t i = 0; i < expected.first_bar; ++i) {
        REQUIRE(std::isnan(actual[i]));
    }
    double worst = 0.0;
    for (std::size_t i = 0; i < values.size(); ++i) {
        const double difference = std::abs(actual[expected.first_bar + i] - values[i]);
        worst = std::max(worst, values[i] == 0.0 ? difference : difference / std::abs(values[i]));
        REQUIRE(std::isfinite(actual[expected.first_bar + i]));
    }
    CHECK(worst <= 1e-9);
}

void check_folder(const fs::path& folder, std::size_t least) {
    const test::VectorFile bars = test::read_vector_file(folder / "ohlcv.csv");
    const std::vector<Vector> vectors = vectors_in(folder);
    REQUIRE(vectors.size() >= least);
    for (const Vector& vector : vectors) {
        check_vector(vector, bars);
    }
}

} // namespace

TEST_CASE("conformance: TA-Lib's values on the excerpt that ships with the tests") {
    check_folder(fs::path(TEST_DATA_DIR) / "indicators", 9);
}

TEST_CASE("conformance: TA-Lib's values on the full set") {
    const char* folder = std::getenv("TRADESH_VECTORS");
    if (folder == nullptr) {
        WARN("skipped: set TRADESH_VECTORS to a folder that holds indicators/ohlcv.csv to run the full set");
        return;
    }
    check_folder(fs::path(folder) / "indicators", 15);
}
