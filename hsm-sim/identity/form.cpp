#include "identity/form.hpp"

#include <algorithm>
#include <cstring>

namespace kvp11::identity {
namespace {

constexpr std::size_t most_fields = 100;

int digit_value(char digit) {
    if (digit >= '0' && digit <= '9') return digit - '0';
    const char lower = static_cast<char>(digit | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

Result<std::string> decoded(std::string_view text) {
    std::string result;
    result.reserve(text.size());  // one allocation, so that the wiping at the end finds everything
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            result += text[i] == '+' ? ' ' : text[i];
            continue;
        }
        const int high = i + 2 < text.size() ? digit_value(text[i + 1]) : -1;
        const int low = i + 2 < text.size() ? digit_value(text[i + 2]) : -1;
        if (high < 0 || low < 0) return fail(Errc::DataInvalid, "a form with a broken escape");
        result += static_cast<char>(high * 16 + low);
        i += 2;
    }
    return result;
}

}  // namespace

Result<Form> Form::parse(std::string_view text) {
    Form form;
    const auto fields = static_cast<std::size_t>(std::count(text.begin(), text.end(), '&')) + 1;
    if (fields > most_fields) return fail(Errc::DataInvalid, "a form of more than a hundred fields");
    form.fields_.reserve(fields);
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('&'), text.size());
        const std::string_view field = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (field.empty()) continue;
        const std::size_t equals = std::min(field.find('='), field.size());
        std::string name = TRY(decoded(field.substr(0, equals)));
        const bool is_there = std::any_of(form.fields_.begin(), form.fields_.end(),
                                          [&](const auto& other) { return other.first == name; });
        if (is_there) return fail(Errc::DataInvalid, "a form with a field twice");
        form.fields_.emplace_back(std::move(name), TRY(decoded(field.substr(std::min(equals + 1, field.size())))));
    }
    return form;
}

Form::~Form() {
    for (auto& [name, value] : fields_) explicit_bzero(value.data(), value.size());
}

std::string_view Form::find(std::string_view name) const noexcept {
    for (const auto& [known, value] : fields_) {
        if (known == name) return value;
    }
    return {};
}

std::string_view path_of(std::string_view target) noexcept { return target.substr(0, target.find('?')); }

std::string_view query_of(std::string_view target) noexcept {
    const std::size_t mark = target.find('?');
    return mark == std::string_view::npos ? std::string_view() : target.substr(mark + 1);
}

}  // namespace kvp11::identity
