#include "server/exposition.hpp"

#include <charconv>

namespace kvp11::server {
namespace {

void append_escaped(std::string& text, std::string_view value) {
    for (const char c : value) {
        if (c == '\n') {
            text += "\\n";
            continue;
        }
        if (c == '"' || c == '\\') text += '\\';
        text += c;
    }
}

}  // namespace

std::string number_text(double value) {
    char room[64];
    const bool is_usual = value < 1e15 && value > -1e15;
    const auto form = is_usual ? std::chars_format::fixed : std::chars_format::general;
    const auto [end, problem] = std::to_chars(room, room + sizeof room, value, form);
    return {room, end};
}

void Exposition::family(std::string_view name, std::string_view type, std::string_view help) {
    name_ = name;
    text_ += "# HELP " + name_ + " " + std::string(help) + "\n# TYPE " + name_ + " " + std::string(type) + "\n";
}

void Exposition::sample(double value, std::initializer_list<Label> labels, std::string_view suffix) {
    text_ += name_;
    text_ += suffix;
    char before = '{';
    for (const Label& label : labels) {
        text_ += before;
        text_ += label.name;
        text_ += "=\"";
        append_escaped(text_, label.value);
        text_ += '"';
        before = ',';
    }
    if (labels.size() != 0) text_ += '}';
    text_ += " " + number_text(value) + "\n";
}

void Exposition::single(std::string_view name, std::string_view type, std::string_view help, double value) {
    family(name, type, help);
    sample(value);
}

}  // namespace kvp11::server
