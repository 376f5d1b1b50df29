#include "trace/arguments.hpp"

#include <algorithm>

namespace kvp11::trace {
namespace {

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
    return text;
}

}  // namespace

Arguments::Arguments(const Function& function, std::span<const Word> words) noexcept
    : function_(function.name), words_(words.first(std::min(words.size(), most))) {
    std::string_view rest = function.parameters.substr(1, function.parameters.size() - 2);  // without ( and )
    for (std::size_t i = 0; i < words_.size() && !rest.empty(); ++i) {
        const std::size_t end = std::min(rest.find(','), rest.size());
        const std::string_view one = trimmed(rest.substr(0, end));
        const std::size_t blank = std::min(one.find(' '), one.size());
        parameters_[i] = {one.substr(0, blank), trimmed(one.substr(blank))};
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
}

}  // namespace kvp11::trace
