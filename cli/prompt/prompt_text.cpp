#include "cli/prompt/prompt_text.hpp"

namespace tradesh::prompt {

std::string prompt_text(const Standing& standing, bool color) {
    const bool live = standing.mode == "live";
    std::string text = live ? "LIVE" : standing.mode;
    if (text.empty()) {
        text = "tradesh"; // nothing is known: claim nothing
    }
    if (!standing.venue.empty() && standing.venue != standing.mode) {
        text += " " + standing.venue;
    }
    if (standing.armed) {
        text += " armed";
    }
    if (live && color) {
        return "\001\033[1;37;41m\002" + text + "\001\033[0m\002> "; // white on red, where nobody overlooks it
    }
    return text + "> ";
}

std::string continuation_prompt(bool open_quote) { return open_quote ? "quote> " : "... > "; }

} // namespace tradesh::prompt
