#include "core/indicators/catalogue.hpp"
#include "tests/indicators/vector_files.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <map>
#include <ranges>
#include <sstream>

using namespace tradesh;
using namespace tradesh::indicators;
namespace fs = std::filesystem;

namespace {

/// What we compute for a file of a library's values.
struct Reference {
    std::string_view function; ///< "talib_RSI": the file is talib_RSI_<parameters>.csv
    std::string_view indicator;
    std::vector<Column> inputs = {};                 ///< where they are not the usual ones
    std::map<std::string, std::string> outputs = {}; ///< the file's column: our output, where they differ
    std::size_t from = 0;                            ///< the bar from which on the library agrees
    bool may_start_later = false;                    ///< the library shows a bar sooner or later than we do
};

/// Why a library's values are not ours to match.
struct Difference {
    std::string_view function;
    std::string_view reason;
};

const std::vector<Reference> references{
    {"talib_AD", "ad"},
    {"talib_ADOSC", "adosc"},
    {"talib_ADX", "adx"},
    {"talib_ADXR", "adxr"},
    {"talib_AROON", "aroon"},
    {"talib_ATR", "atr"},
    {"talib_BBANDS", "bbands"},
    {"talib_CCI", "cci"},
    {"talib_DEMA", "dema"},
    {"talib_DX", "dx"},
    {"talib_EMA", "ema"},
    {"talib_KAMA", "kama"},
    {"talib_LINEARREG", "linearreg"},
    {"talib_MACD", "macd", {}, {{"macd", "line"}, {"hist", "histogram"}}},
    {"talib_MAX", "highest", {Column::high}},
    {"talib_MFI", "mfi"},
    {"talib_MIN", "lowest", {Column::low}},
    {"talib_MINUS_DI", "minus_di"},
    {"talib_MOM", "mom"},
    {"talib_NATR", "natr"},
    {"talib_OBV", "obv"},
    {"talib_PLUS_DI", "plus_di"},
    {"talib_ROC", "roc"},
    {"talib_RSI", "rsi"},
    {"talib_SAR", "sar"},
    {"talib_SMA", "sma"},
    {"talib_STDDEV", "stddev"},
    {"talib_STOCH", "stoch"},
    {"talib_STOCHRSI_CHAIN", "stochrsi"},
    {"talib_STOCHRSI_NATIVE", "stochrsi:fast", {}, {{"fastk", "k"}, {"fastd", "d"}}},
    {"talib_TEMA", "tema"},
    {"talib_TRANGE", "trange"},
    {"talib_TRIX", "trix"},
    {"talib_ULTOSC", "ultosc"},
    {"talib_WILLR", "willr"},
    {"talib_WMA", "wma"},
    {"tulip_AD", "ad"},
    {"tulip_ADOSC", "adosc"},
    {"tulip_AROON", "aroon"},
    {"tulip_ATR", "atr", {}, {}, 1'000},
    {"tulip_BBANDS", "bbands"},
    {"tulip_CCI", "cci", {}, {}, 0, true},
    {"tulip_DEMA", "dema", {}, {}, 1'000},
    {"tulip_EMA", "ema:first"},
    {"tulip_HMA", "hma"},
    {"tulip_KAMA", "kama", {}, {}, 0, true},
    {"tulip_LINEARREG", "linearreg"},
    {"tulip_MAX", "highest", {Column::high}},
    {"tulip_MFI", "mfi"},
    {"tulip_MIN", "lowest", {Column::low}},
    {"tulip_MOM", "mom"},
    {"tulip_NATR", "natr", {}, {}, 1'000},
    {"tulip_OBV", "obv:zero"},
    {"tulip_ROC", "rocp"},
    {"tulip_RSI", "rsi"},
    {"tulip_SMA", "sma"},
    {"tulip_STDDEV", "stddev"},
    {"tulip_STOCH", "stoch"},
    {"tulip_TEMA", "tema", {}, {}, 1'000},
    {"tulip_TRANGE", "trange", {}, {}, 0, true},
    {"tulip_ULTOSC", "ultosc"},
    {"tulip_WILDERS", "rma"},
    {"tulip_WILLR", "willr"},
    {"tulip_WMA", "wma"},
};

const std::vector<Difference> differences{
    {"tulip_ADX", "counts both moves on a tie and seeds a bar sooner"},
    {"tulip_ADXR", "counts both moves on a tie and seeds a bar sooner"},
    {"tulip_DI", "counts both moves on a tie and seeds a bar sooner"},
    {"tulip_DX", "counts both moves on a tie and seeds a bar sooner"},
    {"tulip_MACD", "rounds the weights of 12 and 26 to 0.15 and 0.075"},
    {"tulip_SAR", "turns beyond the stop, not at it, and begins in another direction"},
    {"tulip_STOCHRSI_NATIVE", "has neither smoothing nor percent"},
    {"tulip_TRIX", "divides by the value of today, not of the bar before"},
};

struct FileName {
    std::string function;
    std::vector<double> parameters;
};

/// "talib_STOCHRSI_CHAIN_14_14_3_3", "talib_BBANDS_10_1p5": the words, then the numbers.
FileName parse_name(const std::string& stem) {
    FileName name;
    std::istringstream words(stem);
    for (std::string word; std::getline(words, word, '_');) {
        if (std::isdigit(static_cast<unsigned char>(word[0])) != 0) {
            std::ranges::replace(word, 'p', '.');
            name.parameters.push_back(std::stod(word));
        } else {
            name.function += (name.function.empty() ? "" : "_") + word;
        }
    }
    return name;
}

std::vector<std::vector<double>> compute_all(const Indicator& indicator, const Reference& reference,
                                             const std::vector<double>& parameters, const test::VectorFile& bars) {
    std::vector<std::span<const double>> inputs;
    for (std::size_t i = 0; i < indicator.inputs.size(); ++i) {
        const Column column = reference.inputs.empty() ? indicator.inputs[i].usual.value() : reference.inputs.at(i);
        REQUIRE(bars.names.at(index_of(column) + 1) == name_of(column));
        inputs.emplace_back(bars.columns.at(index_of(column) + 1));
    }
    std::vector<std::vector<double>> values(indicator.outputs.size(), std::vector<double>(inputs[0].size()));
    const std::vector<std::span<double>> outputs(values.begin(), values.end());
    compute(indicator, inputs, parameters, outputs);
    return values;
}

const std::vector<double>& output_named(const Indicator& indicator, const Reference& reference, const std::string& name,
                                        const std::vector<std::vector<double>>& values) {
    if (indicator.outputs.size() == 1) {
        return values[0];
    }
    const auto renamed = reference.outputs.find(name);
    const std::string& ours = renamed == reference.outputs.end() ? name : renamed->second;
    const auto found = std::ranges::find(indicator.outputs, ours);
    INFO("output " << ours);
    REQUIRE(found != indicator.outputs.end());
    return values[static_cast<std::size_t>(found - indicator.outputs.begin())];
}

void check_file(const fs::path& path, const Reference& reference, const std::vector<double>& given,
                const test::VectorFile& bars) {
    const Indicator* indicator = find_indicator(reference.indicator);
    REQUIRE(indicator != nullptr);
    std::vector<double> parameters = given;
    REQUIRE(parameters.size() <= indicator->parameters.size());
    for (std::size_t i = parameters.size(); i < indicator->parameters.size(); ++i) {
        parameters.push_back(indicator->parameters[i].usual);
    }
    const test::VectorFile expected = test::read_vector_file(path);
    const std::vector<std::vector<double>> all = compute_all(*indicator, reference, parameters, bars);
    const std::size_t lookback = indicator->lookback(parameters);
    if (reference.from == 0 && !reference.may_start_later) {
        CHECK(lookback == expected.first_bar);
    }
    for (std::size_t column = 1; column < expected.columns.size(); ++column) {
        INFO(expected.names[column]);
        const std::vector<double>& actual = output_named(*indicator, reference, expected.names[column], all);
        const std::vector<double>& values = expected.columns[column];
        CHECK(std::ranges::all_of(actual | std::views::take(lookback), [](double x) { return std::isnan(x); }));
        double worst = 0.0;
        std::size_t compared = 0;
        for (std::size_t i = std::max({reference.from, lookback, expected.first_bar}); i < actual.size(); ++i) {
            const double value = values.at(i - expected.first_bar);
            const double difference = std::abs(actual[i] - value);
            REQUIRE(std::isfinite(difference));
            // What is zero but for rounding, on a scale of 100, is compared as a hundredth.
            worst = std::max(worst, difference / std::max(std::abs(value), 0.01));
            ++compared;
        }
        CHECK(worst <= 1e-9);
        CHECK((compared > 0 || reference.from > 0));
    }
}

/// Every file of the folder is one we match or one we say why we do not; any other is an error.
void check_folder(const fs::path& folder) {
    const test::VectorFile bars = test::read_vector_file(folder / "ohlcv.csv");
    std::size_t matched = 0;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
        const fs::path& path = entry.path();
        if (path.extension() != ".csv" || path.filename() == "ohlcv.csv") {
            continue;
        }
        INFO(path.string());
        const FileName name = parse_name(path.stem().string());
        const auto reference = std::ranges::find(references, name.function, &Reference::function);
        const auto difference = std::ranges::find(differences, name.function, &Difference::function);
        CHECK((reference != references.end() || difference != differences.end()));
        if (reference != references.end()) {
            check_file(path, *reference, name.parameters, bars);
            ++matched;
        }
    }
    CHECK(matched > 0);
}

} // namespace

TEST_CASE("conformance: the values of TA-Lib and Tulip", "[conformance]") {
    const char* folder = std::getenv("TRADESH_VECTORS");
    check_folder((folder == nullptr ? fs::path(TEST_DATA_DIR) : fs::path(folder)) / "indicators");
}

TEST_CASE("conformance: there is a file for every promise of the table", "[conformance]") {
    const char* folder = std::getenv("TRADESH_VECTORS");
    if (folder == nullptr) {
        WARN("skipped: set TRADESH_VECTORS to a folder that holds indicators/ohlcv.csv to run the full set");
        return;
    }
    std::map<std::string, int> files;
    for (const fs::directory_entry& entry : fs::directory_iterator(fs::path(folder) / "indicators")) {
        ++files[parse_name(entry.path().stem().string()).function];
    }
    for (const Reference& reference : references) {
        INFO(reference.function);
        CHECK(files.contains(std::string(reference.function)));
    }
}
