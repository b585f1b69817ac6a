#pragma once

#include "cli/client_channel.hpp"
#include "cli/plot/chart.hpp"
#include "cli/render/report.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace tradesh::cli {

/// How a chart shall become a picture, and where it is shown.
struct PictureWanted {
    bool is_svg = false; ///< or text
    Crowd crowd = Crowd::leave_out;
    std::optional<std::size_t> lines; ///< of text; what fits where none are asked for
    Surface surface;
    ClientFacts facts;
    bool quiet = false; ///< notes are not shown
};

/// The picture, and what is to be told of it.
struct Picture {
    std::string bytes;
    std::size_t candles = 0;
    std::vector<std::string> notes;
};

/// Draws a chart that has bars. On a terminal it leaves room for its notes, the first of which are `notes`: otherwise
/// they would push its title off the screen.
Picture draw_picture(Chart chart, const PictureWanted& wanted, std::vector<std::string> notes);

} // namespace tradesh::cli
