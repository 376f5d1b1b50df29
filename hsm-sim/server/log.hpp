// Log: what the server says of itself, one line for each event, as text or as JSON. Thread-safe.
//
// A line has a message, which is always the same for the same event, and fields. Nobody puts a body, a token, a PIN or
// key bytes into either.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <iosfwd>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "kvp11/result.hpp"

namespace spdlog {
class logger;
}

namespace kvp11::server {

enum class Severity : std::uint8_t { Debug, Info, Warning, Error };
enum class LogFormat : std::uint8_t { Text, Json };

struct Field {
    std::string_view name;
    std::variant<std::string_view, std::int64_t> value;
};

/// {"message":…, fields…} without the braces, or `message name=value …`. A value never ends a line or a quotation.
std::string line_of(LogFormat format, std::string_view message, std::span<const Field> fields);

/// ArgumentsBad with the words that there are.
Result<Severity> severity_named(std::string_view word);
Result<LogFormat> log_format_named(std::string_view word);

class Log {
public:
    /// To standard error, or to `stream`, which outlives it.
    explicit Log(LogFormat format = LogFormat::Text, Severity least = Severity::Info, std::ostream* stream = nullptr);

    [[nodiscard]] bool wants(Severity severity) const noexcept { return severity >= least_; }
    void write(Severity severity, std::string_view message, std::span<const Field> fields) const;
    void write(Severity severity, std::string_view message, std::initializer_list<Field> fields = {}) const {
        write(severity, message, std::span<const Field>(fields.begin(), fields.size()));
    }
    void info(std::string_view message, std::initializer_list<Field> fields = {}) const {
        write(Severity::Info, message, fields);
    }
    void warning(std::string_view message, std::initializer_list<Field> fields = {}) const {
        write(Severity::Warning, message, fields);
    }
    void error(std::string_view message, std::initializer_list<Field> fields = {}) const {
        write(Severity::Error, message, fields);
    }

private:
    LogFormat format_;
    Severity least_;
    std::shared_ptr<spdlog::logger> logger_;
};

}  // namespace kvp11::server
