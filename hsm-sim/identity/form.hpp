// Form: names and values of a form or a query, decoded (application/x-www-form-urlencoded). A value.
//
// It may hold client secrets and assertions: move-only, wiped when it goes.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "kvp11/result.hpp"

namespace kvp11::identity {

class Form {
public:
    Form() = default;
    /// DataInvalid for broken escapes, more than a hundred names, and a name twice (RFC 6749 §3.2).
    static Result<Form> parse(std::string_view text);
    Form(Form&&) noexcept = default;
    Form& operator=(Form&&) = delete;
    Form(const Form&) = delete;
    Form& operator=(const Form&) = delete;
    ~Form();

    /// Empty when it is not there.
    [[nodiscard]] std::string_view find(std::string_view name) const noexcept;

private:
    std::vector<std::pair<std::string, std::string>> fields_;
};

/// Without what follows the question mark, and only that.
std::string_view path_of(std::string_view target) noexcept;
std::string_view query_of(std::string_view target) noexcept;

}  // namespace kvp11::identity
