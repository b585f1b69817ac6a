#include "core/orders/group_journal.hpp"

#include "core/orders/order_json.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

namespace tradesh::orders {
namespace {

constexpr std::string_view begun_kind = "group.begun";
constexpr std::string_view ended_kind = "group.ended";

ErrorKind error_kind_from(const std::string& name) {
    constexpr std::array kinds{
        ErrorKind::failed,  ErrorKind::usage,     ErrorKind::unreadable,   ErrorKind::config,  ErrorKind::connection,
        ErrorKind::timeout, ErrorKind::partial,   ErrorKind::rate_limited, ErrorKind::refused, ErrorKind::rejected,
        ErrorKind::unknown, ErrorKind::not_found, ErrorKind::cancelled};
    const auto* const found = std::ranges::find(kinds, name, [](ErrorKind kind) { return name_of(kind); });
    return found == kinds.end() ? ErrorKind::failed : *found;
}

Json to_json(const Error& error) {
    return Json{{"kind", name_of(error.kind)},
                {"code", error.code},
                {"message", error.message},
                {"subject", error.subject},
                {"venue_code", error.venue_code},
                {"venue_message", error.venue_message},
                {"hint", error.hint}};
}

Error error_from(const Json& json) {
    return Error(error_kind_from(text_at(json, "kind")), text_at(json, "code"), text_at(json, "message"))
        .on(text_at(json, "subject"))
        .from_venue(text_at(json, "venue_code"), text_at(json, "venue_message"))
        .advise(text_at(json, "hint"));
}

BegunGroup begun_from(const store::JournalRow& row, const Json& json) {
    BegunGroup group{.seq = row.seq,
                     .time = row.event.time,
                     .session = row.event.session,
                     .correlation = row.event.correlation,
                     .terms = {.name = row.event.group,
                               .key = row.event.key,
                               .all_filled = json.value("all_filled", false),
                               .legs = {}},
                     .failure = std::nullopt};
    for (const Json& leg : json.at("legs")) {
        group.terms.legs.push_back({.key = text_at(leg, "key"), .form = text_at(leg, "form")});
    }
    return group;
}

/// Adds one row to the groups that it belongs to, by the number of their first row.
Result<void> fold(const store::JournalRow& row, std::map<std::int64_t, BegunGroup>& groups) {
    try {
        const Json json = Json::parse(row.event.payload);
        if (row.event.kind == begun_kind) {
            groups.emplace(row.seq, begun_from(row, json));
        } else if (row.event.kind == ended_kind) {
            const auto begun = groups.find(json.at("begun").get<std::int64_t>());
            if (begun != groups.end()) {
                begun->second.last_seq = row.seq;
                begun->second.failure =
                    json.contains("failure") ? std::optional(error_from(json.at("failure"))) : std::nullopt;
            }
        }
        return {};
    } catch (const std::exception& problem) {
        return fail(Error(ErrorKind::failed, "journal.unreadable",
                          "row " + std::to_string(row.seq) +
                              " of the journal is about a group and cannot be read: " + problem.what())
                        .attempting("read groups from the journal"));
    }
}

} // namespace

bool GroupTerms::same_request(const GroupTerms& other) const {
    return all_filled == other.all_filled &&
           std::ranges::equal(legs, other.legs, {}, &GroupLegTerms::form, &GroupLegTerms::form);
}

store::JournalEvent encode_begun(const GroupTerms& terms, Instant now) {
    Json legs = Json::array();
    for (const GroupLegTerms& leg : terms.legs) {
        legs.push_back(Json{{"key", leg.key}, {"form", leg.form}});
    }
    const Json payload{{"legs", std::move(legs)}, {"all_filled", terms.all_filled}, {"source", "user"}};
    return store::JournalEvent{.time = now,
                               .kind = std::string(begun_kind),
                               .group = terms.name,
                               .key = terms.key,
                               .payload = payload.dump(-1, ' ', false, Json::error_handler_t::replace)};
}

store::JournalEvent encode_ended(const BegunGroup& group, const std::optional<Error>& failure, std::string_view text,
                                 Instant now) {
    Json payload{{"begun", group.seq}, {"text", text}, {"source", "automatic"}};
    if (failure) {
        payload["failure"] = to_json(*failure);
    }
    return store::JournalEvent{.time = now,
                               .kind = std::string(ended_kind),
                               .group = group.terms.name,
                               .key = group.terms.key,
                               .payload = payload.dump(-1, ' ', false, Json::error_handler_t::replace)};
}

Result<std::vector<BegunGroup>> load_unfinished_groups(store::JournalFile& file, std::string_view account) {
    const Result<std::vector<store::JournalRow>> rows = file.events_of_groups();
    if (!rows) {
        return fail(rows.error());
    }
    std::map<std::int64_t, BegunGroup> groups;
    for (const store::JournalRow& row : *rows) {
        if (row.event.account != account) {
            continue;
        }
        if (const Result<void> read = fold(row, groups); !read) {
            return fail(read.error());
        }
        std::erase_if(groups, [](const auto& entry) { return entry.second.ended(); });
    }
    std::vector<BegunGroup> unfinished;
    for (auto& [seq, group] : groups) {
        unfinished.push_back(std::move(group));
    }
    return unfinished;
}

Result<std::optional<BegunGroup>> load_group_of_key(store::JournalFile& file, std::string_view account,
                                                    std::string_view key) {
    const Result<std::vector<store::JournalRow>> rows = file.events_of_key(account, key);
    if (!rows) {
        return fail(rows.error());
    }
    std::map<std::int64_t, BegunGroup> groups;
    for (const store::JournalRow& row : *rows) {
        if (!row.event.kind.starts_with("group.")) {
            continue; // an order may have the key, too
        }
        if (const Result<void> read = fold(row, groups); !read) {
            return fail(read.error());
        }
    }
    return groups.empty() ? std::nullopt : std::optional(std::move(groups.rbegin()->second));
}

Result<std::vector<std::optional<ClientOrderId>>> load_group_legs(store::JournalFile& file, const BegunGroup& group) {
    std::vector<std::optional<ClientOrderId>> legs(group.terms.legs.size());
    // A command sends one group, and its id is unique within a session. Exits have a parent.
    store::Statement rows = file.database().prepare(
        "SELECT leg, client_order_id FROM events WHERE seq > ? AND seq < ? AND session = ? AND order_group = ? "
        "AND correlation = ? AND kind = 'order.intended' AND parent = '' ORDER BY seq");
    rows.bind(group.seq).bind(group.last_seq).bind(group.session);
    rows.bind(std::string_view(group.terms.name)).bind(std::string_view(group.correlation));
    for (;;) {
        const Result<bool> row = rows.step();
        if (!row || !*row) {
            return row ? Result<std::vector<std::optional<ClientOrderId>>>(std::move(legs)) : fail(row.error());
        }
        const auto leg = static_cast<std::size_t>(rows.integer(0));
        if (leg >= 1 && leg <= legs.size() && !legs[leg - 1]) { // of two that cancel one another, the first
            legs[leg - 1] = ClientOrderId(std::string(rows.text(1)));
        }
    }
}

} // namespace tradesh::orders
