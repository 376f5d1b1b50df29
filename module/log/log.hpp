// The module's log: lines on standard error, in a file, or for syslog.
//
// A library inside somebody else's process, so: no threads, no locks (a child of fork may log at
// once), no descriptor kept open (hosts close those they do not know), no static destructors, no
// exceptions. Each record is one line, written by one write(2): records of threads and processes
// never mix. Everything here is thread-safe, works before configure(), and leaves errno alone.
//
// Never hand it PINs, key bytes or tokens.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace kvp11::log {

enum class Level : std::uint8_t { Error, Warn, Info, Debug, Trace };

struct Settings {
    Level level = Level::Warn;
    std::string target = "stderr";  // stderr | syslog | the absolute path of a file
};

/// "error", "warn", "info", "debug" or "trace".
[[nodiscard]] std::string_view name_of(Level level) noexcept;
[[nodiscard]] std::optional<Level> level_named(std::string_view name) noexcept;

/// From here on, log like this. The environment's KVP11_LOG, if it names a level, is above settings.level, and
/// KVP11_LOG_TARGET, if it is a target, above settings.target. Without a call: warnings and errors go to standard
/// error.
void configure(const Settings& settings) noexcept;

/// What configure() decided, for enabled() alone.
extern std::atomic<Level> current_level;

/// Asks before a message is put together that may not be wanted. One load: every call of the module asks whether it is
/// traced.
[[nodiscard]] inline bool enabled(Level level) noexcept {
    return level <= current_level.load(std::memory_order_relaxed);
}

/// Control characters in the message become spaces; what is beyond 3,900 bytes is cut off. A target
/// that cannot be written is replaced by standard error for this record.
void write(Level level, std::string_view message) noexcept;

}  // namespace kvp11::log
