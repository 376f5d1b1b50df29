#include "abi/guard.hpp"

#include <string>

#include "log/log.hpp"

namespace kvp11::abi {

CK_RV refuse(const char* function, const Error& error) noexcept {
    const ConditionRow& row = row_of(error.code);
    const log::Level level = row.operators_concern ? log::Level::Warn : log::Level::Debug;
    if (!log::enabled(level)) return row.value;
    try {
        std::string line = std::string(function) + ": " + std::string(row.name);
        if (!error.message.empty()) line += ": " + error.message;
        log::write(level, line);
    } catch (...) {
        log::write(level, row.name);
    }
    return row.value;
}

CK_RV refuse(const char* function, Errc condition) noexcept { return refuse(function, Error{condition, {}}); }

Result<void> under_session(Result<void> outcome) {
    if (outcome.ok()) return outcome;
    const bool is_gone = outcome.code() == Errc::TokenNotRecognized || outcome.code() == Errc::StoreNotFound;
    return is_gone ? Result<void>(fail(Errc::DeviceRemoved, outcome.error().message)) : outcome;
}

}  // namespace kvp11::abi
