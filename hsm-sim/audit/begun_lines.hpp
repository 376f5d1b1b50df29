// BegunLines: lines of the log that have no places in its chain yet, in one text. A value.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace kvp11::audit {

class BegunLines {
public:
    BegunLines() = default;
    explicit BegunLines(std::string_view line) { add(line); }

    void add(std::string_view line) {
        text_.append(line);
        ends_.push_back(text_.size());
    }
    void add(const BegunLines& more) {
        for (std::size_t i = 0; i < more.size(); ++i) add(more[i]);
    }
    [[nodiscard]] bool empty() const noexcept { return ends_.empty(); }
    [[nodiscard]] std::size_t size() const noexcept { return ends_.size(); }
    [[nodiscard]] std::string_view operator[](std::size_t index) const noexcept {
        const std::size_t begin = index == 0 ? 0 : ends_[index - 1];
        return std::string_view(text_).substr(begin, ends_[index] - begin);
    }
    /// Keeps the memory.
    void clear() noexcept {
        text_.clear();
        ends_.clear();
    }

private:
    std::string text_;
    std::vector<std::size_t> ends_;
};

}  // namespace kvp11::audit
