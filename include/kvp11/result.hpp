// Result<T>: a value or an Error, which the caller must look at.
//
// A value type; as thread-safe as T. `TRY(expression)` yields the value or returns the error from
// the enclosing function (whose return type is any Result). TRY must not be nested in itself.
#pragma once

#include <optional>
#include <utility>
#include <variant>

#include "kvp11/error.hpp"

namespace kvp11 {

/// Builds the failure side of any Result: `return fail(Errc::KeyNotFound, "no key named x");`
struct Failure {
    Error error;
};

[[nodiscard]] inline Failure fail(Errc code, std::string message = {}) {
    return Failure{Error{code, std::move(message)}};
}
[[nodiscard]] inline Failure fail(Error error) { return Failure{std::move(error)}; }

template <class T = void>
class [[nodiscard]] Result {
public:
    using value_type = T;

    Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
    Result(Failure failure) : state_(std::in_place_index<1>, std::move(failure.error)) {}
    /// Lets `return std::make_unique<Derived>()` stand for a unique_ptr<Base>.
    template <class U>
        requires(std::is_convertible_v<U&&, T> && !std::is_same_v<std::remove_cvref_t<U>, T> &&
                 !std::is_same_v<std::remove_cvref_t<U>, Failure> && !std::is_same_v<std::remove_cvref_t<U>, Result>)
    Result(U&& value) : state_(std::in_place_index<0>, std::forward<U>(value)) {}

    [[nodiscard]] bool ok() const noexcept { return state_.index() == 0; }
    explicit operator bool() const noexcept { return ok(); }

    [[nodiscard]] T& value() & { return std::get<0>(state_); }
    [[nodiscard]] const T& value() const& { return std::get<0>(state_); }
    // Not nodiscard: `TRY(f());` for the failure alone is fine, and clang would warn inside the macro.
    T&& value() && { return std::get<0>(std::move(state_)); }
    T& operator*() & { return value(); }
    const T& operator*() const& { return value(); }
    T&& operator*() && { return std::move(*this).value(); }
    T* operator->() { return &value(); }
    const T* operator->() const { return &value(); }

    [[nodiscard]] const Error& error() const { return std::get<1>(state_); }
    [[nodiscard]] Errc code() const { return error().code; }

private:
    std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
public:
    using value_type = void;

    Result() = default;
    Result(Failure failure) : error_(std::move(failure.error)) {}

    [[nodiscard]] bool ok() const noexcept { return !error_; }
    explicit operator bool() const noexcept { return ok(); }
    void value() const noexcept {}

    [[nodiscard]] const Error& error() const { return *error_; }
    [[nodiscard]] Errc code() const { return error().code; }

private:
    std::optional<Error> error_;
};

}  // namespace kvp11

// The one macro of the project (style.md §4). A statement expression, so it is also an expression.
#define TRY(...)                                                                                                       \
    __extension__({                                                                                                    \
        auto try_result_ = (__VA_ARGS__);                                                                              \
        if (!try_result_.ok()) return ::kvp11::fail(try_result_.error());                                              \
        std::move(try_result_).value();                                                                                \
    })
