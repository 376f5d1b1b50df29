// The C functions as hosts call them, by name and through the function tables: all of them hand the call on to the
// work of the same name, and trace it if somebody wants that.
#include <array>
#include <chrono>

#include "abi/guard.hpp"
#include "log/log.hpp"
#include "trace/call.hpp"

namespace kvp11::abi {
namespace {

using trace::Word;

bool is_traced() noexcept { return log::enabled(log::Level::Trace); }

template <class Argument>
Word word_of(Argument argument) noexcept {
    if constexpr (std::is_pointer_v<Argument>)
        return reinterpret_cast<Word>(argument);
    else
        return argument;
}

/// Whether the work reads what the arguments point to: it looks for the library and the session first.
bool reads_arguments(const trace::Function& function, Word first) noexcept {
    const token::Library* library = token::Library::running();
    if (function.parameters.starts_with("(CK_SLOT_ID ")) return library != nullptr && library->slot(first).ok();
    if (!function.parameters.starts_with("(CK_SESSION_HANDLE ")) return true;
    return library != nullptr && library->session(first).ok();
}

template <class... Arguments>
[[gnu::cold, gnu::noinline]] CK_RV traced(const trace::Function& function, CK_RV (*work)(Arguments...),
                                          Arguments... arguments) {
    const std::array<Word, sizeof...(Arguments)> words{word_of(arguments)...};
    const trace::Call call(function, words, reads_arguments(function, words[0]));
    const auto start = std::chrono::steady_clock::now();
    const CK_RV value = work(arguments...);
    call.ended(value, std::chrono::steady_clock::now() - start);
    return value;
}

/// C_Initialize: whether it is to be traced may stand in the configuration that it reads.
template <class... Arguments>
CK_RV traced_afterwards(const trace::Function& function, CK_RV (*work)(Arguments...), Arguments... arguments) {
    const auto start = std::chrono::steady_clock::now();
    const CK_RV value = work(arguments...);
    const auto took = std::chrono::steady_clock::now() - start;
    const std::array<Word, sizeof...(Arguments)> words{word_of(arguments)...};
    if (is_traced()) trace::Call(function, words, true).ended(value, took);
    return value;
}

template <const trace::Function& function, class... Arguments>
CK_RV handed_on(CK_RV (*work)(Arguments...), std::type_identity_t<Arguments>... arguments) {
    if (is_traced()) [[unlikely]]
        return traced(function, work, arguments...);
    if constexpr (function.name == "C_Initialize") return traced_afterwards(function, work, arguments...);
    return work(arguments...);
}

}  // namespace
}  // namespace kvp11::abi

// entries.inc is made from the header's lists by tools/cmake/list_entries.cmake.
#define KVP11_UNPACKED(...) __VA_ARGS__
#define KVP11_ENTRY(name, parameters, arguments)                                                                       \
    CK_RV name parameters {                                                                                            \
        static constexpr kvp11::trace::Function function{#name, #parameters};                                          \
        return kvp11::abi::handed_on<function>(kvp11::abi::name, KVP11_UNPACKED arguments);                            \
    }
#include "abi/entries.inc"
