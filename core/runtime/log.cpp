#include "core/runtime/log.hpp"

#include <nlohmann/json.hpp>
#include <spdlog/async.h>
#include <spdlog/sinks/rotating_file_sink.h>
#include <spdlog/spdlog.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <thread>

namespace tradesh::runtime {
namespace {

constexpr std::array<std::string_view, 4> level_names{"debug", "info", "warning", "error"};
constexpr std::size_t file_size_max = 10UL * 1024 * 1024;
constexpr std::size_t old_files_kept = 3;
constexpr Duration flush_limit = std::chrono::seconds(1);
constexpr std::size_t queue_records_max = 1024; // every slot is allocated, and touched, at the start

} // namespace

Result<LogLevel> parse_log_level(std::string_view text) {
    for (std::size_t i = 0; i < level_names.size(); ++i) {
        if (level_names[i] == text) {
            return static_cast<LogLevel>(i);
        }
    }
    return fail(Error(ErrorKind::usage, "log.level_unknown", "'" + std::string(text) + "' is no log level")
                    .advise("use debug, info, warning or error"));
}

struct Log::Sink {
    std::shared_ptr<spdlog::details::thread_pool> thread;
    std::shared_ptr<spdlog::async_logger> logger;
    LogLevel level = LogLevel::info;
    const Clock* clock = nullptr;
};

Log::Log() = default;
Log::~Log() = default;

Result<void> Log::open(const std::string& path, LogLevel level, const Clock& clock) {
    const int file = ::open(path.c_str(), O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0600);
    if (file < 0) {
        Error error = system_error(errno, "log.open", "open the log", path);
        error.kind = ErrorKind::config;
        return fail(std::move(error).advise("file and folder must be yours to write: chmod 600 " + path));
    }
    ::close(file);
    try {
        auto sink = std::make_unique<Sink>();
        sink->thread = std::make_shared<spdlog::details::thread_pool>(queue_records_max, 1);
        auto target = std::make_shared<spdlog::sinks::rotating_file_sink_mt>(path, file_size_max, old_files_kept);
        sink->logger = std::make_shared<spdlog::async_logger>("tradesh", target, sink->thread,
                                                              spdlog::async_overflow_policy::overrun_oldest);
        sink->logger->set_pattern("%v");
        sink->logger->flush_on(spdlog::level::info); // by its own thread: a killed core leaves what it logged
        sink->level = level;
        sink->clock = &clock;
        sink_ = std::move(sink);
    } catch (const spdlog::spdlog_ex& exception) {
        return fail(Error(ErrorKind::failed, "log.open", exception.what()).attempting("open the log").on(path));
    }
    return {};
}

void Log::set_level(LogLevel level) {
    if (sink_) {
        sink_->level = level;
    }
}

void Log::write(LogLevel level, std::string_view room, std::string_view event, std::string_view correlation,
                std::initializer_list<LogField> fields) {
    if (!sink_ || level < sink_->level) {
        return;
    }
    nlohmann::ordered_json record;
    record["time"] = to_rfc3339(sink_->clock->now());
    record["level"] = level_names[static_cast<std::size_t>(level)];
    record["room"] = room;
    record["event"] = event;
    if (!correlation.empty()) {
        record["correlation"] = correlation;
    }
    for (const LogField& field : fields) {
        record[std::string(field.name)] = field.value;
    }
    const std::string line = record.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    sink_->logger->log(level >= LogLevel::warning ? spdlog::level::warn : spdlog::level::info, line);
}

void Log::error(std::string_view room, std::string_view event, const Error& error) {
    write(LogLevel::error, room, event, error.correlation,
          {{"kind", std::string(name_of(error.kind))},
           {"code", error.code},
           {"attempted", error.attempted},
           {"subject", error.subject},
           {"message", error.message},
           {"venue_code", error.venue_code},
           {"venue_message", error.venue_message}});
}

void Log::flush() {
    if (sink_) {
        sink_->logger->flush();
        // The writer takes its records one after the other: once the last is taken, those before it are in the file.
        const Duration end = sink_->clock->elapsed() + flush_limit;
        while (sink_->thread->queue_size() > 0 && sink_->clock->elapsed() < end) {
            std::this_thread::yield();
        }
    }
}

} // namespace tradesh::runtime
