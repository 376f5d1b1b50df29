// Exposition: text in the exposition format of Prometheus, version 0.0.4. A value; not thread-safe.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

namespace kvp11::server {

struct Label {
    std::string_view name;
    std::string_view value;
};

class Exposition {
public:
    /// Begins a family: its samples follow.
    void family(std::string_view name, std::string_view type, std::string_view help);
    /// A sample of the family that began last; `suffix`: "_bucket", "_sum", "_count".
    void sample(double value, std::initializer_list<Label> labels = {}, std::string_view suffix = {});
    /// A family of one sample.
    void single(std::string_view name, std::string_view type, std::string_view help, double value);
    [[nodiscard]] const std::string& text() const noexcept { return text_; }

private:
    std::string text_;
    std::string name_;
};

/// As short as it can be for the same number: 0.0005, 12, 1.5e+20.
std::string number_text(double value);

}  // namespace kvp11::server
