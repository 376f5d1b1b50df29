// A call as data: the function with its parameters, as the header's lists have them, and what was passed.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "kvp11/pkcs11.h"

namespace kvp11::trace {

/// A row of the header's KVP11_CK_FUNCTIONS lists.
struct Function {
    std::string_view name;
    std::string_view parameters;  // "(CK_SESSION_HANDLE hSession, CK_ULONG_PTR pulCount)"
};

struct Parameter {
    std::string_view type;
    std::string_view name;
};

/// An argument of any type: a number, or the address that a pointer has.
using Word = std::uintptr_t;

class Arguments {
public:
    static constexpr std::size_t most = 16;

    /// `words` has as many as the function has parameters, at most `most`, and outlives this.
    Arguments(const Function& function, std::span<const Word> words) noexcept;

    [[nodiscard]] std::string_view function() const noexcept { return function_; }
    [[nodiscard]] std::size_t size() const noexcept { return words_.size(); }
    /// An empty one behind the last.
    [[nodiscard]] const Parameter& parameter(std::size_t i) const noexcept { return parameters_[i]; }
    [[nodiscard]] CK_ULONG number(std::size_t i) const noexcept { return words_[i]; }
    template <class Pointee>
    [[nodiscard]] const Pointee* pointer(std::size_t i) const noexcept {
        return reinterpret_cast<const Pointee*>(words_[i]);
    }

private:
    std::string_view function_;
    std::span<const Word> words_;
    std::array<Parameter, most + 1> parameters_{};
};

}  // namespace kvp11::trace
