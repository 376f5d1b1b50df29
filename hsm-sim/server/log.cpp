#include "server/log.hpp"

#include <algorithm>
#include <array>

#include <boost/json.hpp>
#include <spdlog/logger.h>
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/sinks/stdout_sinks.h>

namespace kvp11::server {
namespace {

struct SeverityRow {
    std::string_view word;
    spdlog::level::level_enum level;
};
// In the order of Severity.
constexpr std::array<SeverityRow, 4> severities = {{{"debug", spdlog::level::debug},
                                                    {"info", spdlog::level::info},
                                                    {"warning", spdlog::level::warn},
                                                    {"error", spdlog::level::err}}};

// spdlog writes time and level; the rest of the line is line_of()'s.
constexpr const char* text_pattern = "%Y-%m-%dT%H:%M:%S.%eZ %^%-7l%$ %v";
constexpr const char* json_pattern = R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l",%v})";

std::string quoted(std::string_view text) { return boost::json::serialize(boost::json::string(text)); }

bool is_plain(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte > ' ' && byte < 0x7f && c != '"' && c != '=' && c != '\\';
    });
}

std::string value_text(LogFormat format, const Field& field) {
    if (const auto* number = std::get_if<std::int64_t>(&field.value)) return std::to_string(*number);
    const std::string_view text = std::get<std::string_view>(field.value);
    return format == LogFormat::Text && is_plain(text) ? std::string(text) : quoted(text);
}

}  // namespace

std::string line_of(LogFormat format, std::string_view message, std::span<const Field> fields) {
    const bool is_json = format == LogFormat::Json;
    std::string line = is_json ? "\"message\":" + quoted(message) : std::string(message);
    for (const Field& field : fields) {
        line += is_json ? ",\"" : " ";
        line += field.name;
        line += is_json ? "\":" : "=";
        line += value_text(format, field);
    }
    return line;
}

Result<Severity> severity_named(std::string_view word) {
    for (std::size_t i = 0; i < severities.size(); ++i) {
        if (severities[i].word == word) return static_cast<Severity>(i);
    }
    return fail(Errc::ArgumentsBad, "got --log-level '" + std::string(word) + "', want debug, info, warning or error");
}

Result<LogFormat> log_format_named(std::string_view word) {
    if (word == "text") return LogFormat::Text;
    if (word == "json") return LogFormat::Json;
    return fail(Errc::ArgumentsBad, "got --log-format '" + std::string(word) + "', want text or json");
}

Log::Log(LogFormat format, Severity least, std::ostream* stream) : format_(format), least_(least) {
    spdlog::sink_ptr sink;
    if (stream != nullptr) {
        sink = std::make_shared<spdlog::sinks::ostream_sink_mt>(*stream, true);
    } else {
        sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
    }
    logger_ = std::make_shared<spdlog::logger>("hsm-sim", std::move(sink));
    logger_->set_pattern(format == LogFormat::Json ? json_pattern : text_pattern, spdlog::pattern_time_type::utc);
    logger_->set_level(severities[static_cast<std::size_t>(least)].level);
    logger_->flush_on(spdlog::level::debug);
}

void Log::write(Severity severity, std::string_view message, std::span<const Field> fields) const {
    if (!wants(severity)) return;
    logger_->log(severities[static_cast<std::size_t>(severity)].level, line_of(format_, message, fields));
}

}  // namespace kvp11::server
