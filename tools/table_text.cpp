#include "tools/table_text.hpp"

#include <algorithm>

namespace kvp11::tools {

std::string printable(std::string text) {
    std::replace_if(
        text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 32 || c == 127; }, '?');
    return text;
}

std::string named_row(const std::string& name, const std::string& value) {
    constexpr std::size_t width = 18;
    return name + std::string(width - std::min(width, name.size()), ' ') + value + '\n';
}

std::string joined(const std::vector<std::string>& words, const std::string& between) {
    std::string text;
    for (const std::string& word : words) text += (text.empty() ? "" : between) + printable(word);
    return text;
}

std::string columns(const std::vector<std::vector<std::string>>& rows) {
    std::vector<std::size_t> widths;
    for (const auto& row : rows) {
        widths.resize(std::max(widths.size(), row.size()));
        for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
    }
    std::string text;
    for (const auto& row : rows) {
        for (std::size_t i = 0; i < row.size(); ++i) {
            const std::string cell = printable(row[i]);
            const bool is_last = i + 1 == row.size();
            text += cell + (is_last ? "\n" : std::string(widths[i] - cell.size() + 2, ' '));
        }
    }
    return text;
}

}  // namespace kvp11::tools
