#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

/// What went wrong, as a value that keeps its context from the wire to the screen.
///
/// An Error is built where the failure is seen, gains context on its way up (`attempting`, `on`), and is never
/// replaced by a vaguer one. The front ends map `ErrorKind` to an exit code; `code` is the stable machine name.
namespace tradesh {

/// The class of a failure. It decides the exit code and whether a retry can help.
enum class ErrorKind : std::uint8_t {
    failed,       ///< the command failed for a reason none of the others names
    usage,        ///< the words typed were wrong; nothing was attempted
    unreadable,   ///< a script or a file named by the user could not be read
    config,       ///< configuration, credentials or versions do not fit
    connection,   ///< could not connect, or the connection was lost before anything had an effect
    timeout,      ///< no answer in time, and certainly no effect
    partial,      ///< part of the result is there, part of it is not
    rate_limited, ///< a budget is exhausted; retry later
    refused,      ///< refused on our side: risk, stale price, not armed
    rejected,     ///< the venue said no
    unknown,      ///< it may have had an effect: reconcile before any retry
    not_found,    ///< nothing there, where something was required
    cancelled,    ///< the user or a signal stopped it
};

/// A place in text that the user wrote. Lines and columns count from 1, columns in characters (code points).
struct SourceSpan {
    std::string file; ///< empty for a typed line or argv
    std::uint32_t line = 1;
    std::uint32_t column = 1;
    std::uint32_t length = 1;
    std::string text; ///< the source line itself, for the caret

    bool operator==(const SourceSpan&) const = default;
};

class [[nodiscard]] Error {
public:
    /// `code` is a stable dotted name such as "order.type_missing"; `message` is one sentence without a full stop.
    Error(ErrorKind kind, std::string_view code, std::string message)
        : kind(kind),
          code(code),
          message(std::move(message)) {}

    ErrorKind kind;
    std::string code;
    std::string message;
    std::string attempted;     ///< "place order": what was being done
    std::string subject;       ///< "GOOG on paper": on what
    std::string venue_code;    ///< the venue's own code, untranslated
    std::string venue_message; ///< the venue's own words, untranslated
    std::string hint;          ///< what to do next
    std::string correlation;   ///< id of the command in the log
    std::optional<SourceSpan> where;
    std::optional<std::chrono::milliseconds> retry_after;

    /// True when the outcome is not known: the caller must reconcile and must not resend.
    bool unknown_effect() const { return kind == ErrorKind::unknown; }

    // Context is added once, by the first who knows it; later callers do not overwrite it.
    Error&& attempting(std::string_view what) && { return std::move(fill(attempted, what)); }
    Error&& on(std::string_view what) && { return std::move(fill(subject, what)); }
    Error&& advise(std::string_view what) && { return std::move(fill(hint, what)); }
    Error&& from_venue(std::string_view its_code, std::string_view its_words) && {
        return std::move(fill(venue_code, its_code).fill(venue_message, its_words));
    }
    Error&& at(SourceSpan span) && {
        if (!where) {
            where = std::move(span);
        }
        return std::move(*this);
    }

    /// "place order on GOOG: text (venue 201: its words)": one line, without the hint and without the position.
    std::string describe() const;

private:
    Error& fill(std::string& field, std::string_view value) {
        if (field.empty()) {
            field = value;
        }
        return *this;
    }
};

template <class T>
using Result = std::expected<T, Error>;

/// Shorthand for returning an error: `return fail(ErrorKind::usage, "x.y", "text")`.
inline std::unexpected<Error> fail(ErrorKind kind, std::string_view code, std::string message) {
    return std::unexpected(Error(kind, code, std::move(message)));
}
inline std::unexpected<Error> fail(Error error) { return std::unexpected(std::move(error)); }

/// The stable lower-case name of a kind, as it stands in JSON and in the log ("rate_limited").
std::string_view name_of(ErrorKind kind);

/// An Error from errno, for system calls on our own files and sockets.
Error system_error(int errno_value, std::string_view code, std::string_view attempted, std::string_view subject);

} // namespace tradesh
