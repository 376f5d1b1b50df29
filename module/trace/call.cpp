#include "trace/call.hpp"

#include <atomic>
#include <cstdio>
#include <string>

#include "log/log.hpp"
#include "trace/kinds.hpp"

namespace kvp11::trace {
namespace {

std::atomic<unsigned long> calls{0};

std::string beginning(unsigned long number, const Arguments& arguments) {
    return "#" + std::to_string(number) + " " + std::string(arguments.function());
}

void write_unread(Line& line, const Arguments& arguments, std::size_t at, std::size_t width) {
    for (std::size_t i = at; i < at + width; ++i) {
        line.name(arguments.parameter(i).name);
        line.address(arguments.pointer<void>(i));
    }
}

/// `write(kind, at)` for each group of arguments that belong together.
template <class Write>
void for_each_kind(const Arguments& arguments, Write write) {
    for (std::size_t at = 0; at < arguments.size();) {
        const Kind* kind = kind_of(arguments, at);
        if (kind != nullptr) write(*kind, at);
        at += kind == nullptr ? 1 : kind->width;
    }
}

std::string milliseconds(std::chrono::steady_clock::duration duration) {
    char text[32];
    const double value = std::chrono::duration<double, std::milli>(duration).count();
    std::snprintf(text, sizeof text, "%.3f ms", value);
    return text;
}

bool has_partial_results(CK_RV value) {
    return value == CKR_BUFFER_TOO_SMALL || value == CKR_ATTRIBUTE_SENSITIVE || value == CKR_ATTRIBUTE_TYPE_INVALID;
}

/// Runs `compose(line)` and writes the line to the log.
template <class Compose>
void write(Compose compose) noexcept {
    try {
        Line line;
        compose(line);
        log::write(log::Level::Trace, line.str());
    } catch (...) {  // out of memory: the call goes on without its line
    }
}

}  // namespace

Call::Call(const Function& function, std::span<const Word> words, bool follow) noexcept
    : arguments_(function, words), number_(calls.fetch_add(1, std::memory_order_relaxed) + 1) {
    write([&](Line& line) {
        line.text(beginning(number_, arguments_));
        line.open('(');
        for_each_kind(arguments_, [&](const Kind& kind, std::size_t at) {
            if (kind.follows && !follow) return write_unread(line, arguments_, at, kind.width);
            kind.before(line, arguments_, at);
        });
        line.close(')');
    });
}

void Call::ended(CK_RV value, std::chrono::steady_clock::duration took) const noexcept {
    write([&](Line& line) {
        line.name(beginning(number_, arguments_));
        line.constant("CKR_", value);
        line.text(" in " + milliseconds(took));
        for_each_kind(arguments_, [&](const Kind& kind, std::size_t at) {
            const ArgumentWriter writer = value == CKR_OK              ? kind.after
                                          : has_partial_results(value) ? kind.partly
                                                                       : nullptr;
            if (writer != nullptr) writer(line, arguments_, at);
        });
    });
}

}  // namespace kvp11::trace
