#pragma once

#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace tradesh::test {

/// A CSV of numbers whose first column is the bar's index.
struct VectorFile {
    std::vector<std::string> names;
    std::vector<std::vector<double>> columns;
    std::size_t first_bar = 0;
};

inline VectorFile read_vector_file(const std::filesystem::path& path) {
    std::ifstream file(path);
    std::string line;
    if (!std::getline(file, line)) {
        throw std::runtime_error("cannot read " + path.string());
    }
    VectorFile vectors;
    std::istringstream header(line);
    for (std::string name; std::getline(header, name, ',');) {
        vectors.names.push_back(name);
    }
    vectors.columns.resize(vectors.names.size());
    while (std::getline(file, line)) {
        std::istringstream fields(line);
        std::size_t column = 0;
        for (std::string field; std::getline(fields, field, ',');) {
            vectors.columns.at(column++).push_back(std::stod(field));
        }
    }
    vectors.first_bar = static_cast<std::size_t>(vectors.columns.at(0).at(0));
    return vectors;
}

} // namespace tradesh::test
