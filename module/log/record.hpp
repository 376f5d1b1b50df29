// One record as bytes. A value on the stack: formatting allocates nothing and takes no lock
// (gmtime_r does, so the calendar is computed here).
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <string_view>

#include "log/log.hpp"

namespace kvp11::log {

class Record {
public:
    /// `2026-11-22T03:45:46.123456Z kvp11[pid] warn: message` and a newline.
    static Record line(Level level, std::string_view message, long pid,
                       std::chrono::system_clock::time_point now) noexcept;
    /// A datagram as syslog daemons read it: `<priority>kvp11[pid]: message`.
    static Record datagram(Level level, std::string_view message, long pid) noexcept;

    [[nodiscard]] std::string_view bytes() const noexcept { return {buffer_.data(), used_}; }

private:
    void text(std::string_view characters) noexcept;
    void message(std::string_view characters) noexcept;
    void number(long value, int digits = 0) noexcept;

    std::array<char, 4096> buffer_{};
    std::size_t used_ = 0;
};

}  // namespace kvp11::log
