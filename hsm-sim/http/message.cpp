#include "http/message.hpp"

#include <algorithm>

namespace kvp11::http {
namespace {

constexpr std::string_view separator = ": ";
constexpr std::string_view line_end = "\r\n";

char folded(char letter) noexcept {
    return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter + ('a' - 'A')) : letter;
}

bool equal(std::string_view left, std::string_view right) noexcept {
    return left.size() == right.size() &&
           std::equal(left.begin(), left.end(), right.begin(), [](char a, char b) { return folded(a) == folded(b); });
}

}  // namespace

Headers::Headers(std::initializer_list<Header> headers) {
    for (const Header& header : headers) add(header.name, header.value);
}

void Headers::add(std::string_view name, std::string_view value) {
    places_.push_back({text_.size(), name.size(), value.size()});
    text_.append(name).append(separator).append(value).append(line_end);
}

void Headers::add(const Headers& more) {
    const std::size_t before = text_.size();
    text_.append(more.text_);
    for (const Place& place : more.places_) places_.push_back({before + place.at, place.name, place.value});
}

void Headers::reserve(std::size_t headers, std::size_t letters) {
    places_.reserve(headers);
    text_.reserve(letters + headers * (separator.size() + line_end.size()));
}

HeaderLine Headers::operator[](std::size_t index) const noexcept {
    const Place& place = places_[index];
    const std::size_t size = place.name + separator.size() + place.value + line_end.size();
    const std::string_view line = std::string_view(text_).substr(place.at, size);
    return {line.substr(0, place.name), line.substr(place.name + separator.size(), place.value), line};
}

std::optional<std::string_view> Headers::find(std::string_view name) const noexcept {
    for (std::size_t i = 0; i < places_.size(); ++i) {
        if (places_[i].name != name.size()) continue;
        const HeaderLine header = (*this)[i];
        if (equal(header.name, name)) return header.value;
    }
    return {};
}

std::vector<Header> Headers::all() const {
    std::vector<Header> all;
    all.reserve(size());
    for (std::size_t i = 0; i < size(); ++i) {
        const HeaderLine header = (*this)[i];
        all.push_back({std::string(header.name), std::string(header.value)});
    }
    return all;
}

}  // namespace kvp11::http
