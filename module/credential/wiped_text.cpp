#include "credential/wiped_text.hpp"

#include <algorithm>

namespace kvp11::credential {
namespace {

constexpr std::size_t first_size = 256;

bool is_unreserved(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
           c == '_' || c == '~';
}

}  // namespace

void WipedText::make_room(std::size_t more) {
    if (used_ + more <= place_.size()) return;
    SecretBytes larger(std::max({first_size, place_.size() * 2, used_ + more}));
    if (used_ != 0) std::memcpy(larger.expose_writable().data(), place_.expose_bytes().data(), used_);
    place_ = std::move(larger);
}

void WipedText::append(std::string_view text) {
    if (text.empty()) return;
    make_room(text.size());
    std::memcpy(place_.expose_writable().data() + used_, text.data(), text.size());
    used_ += text.size();
}

void WipedText::append_encoded(std::string_view text) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    for (const char c : text) {
        if (is_unreserved(c)) {
            append({&c, 1});
            continue;
        }
        const auto byte = static_cast<std::uint8_t>(c);
        const char escape[] = {'%', digits[byte >> 4U], digits[byte & 15U]};
        append({escape, sizeof(escape)});
    }
}

bool is_header_value(std::string_view text) noexcept {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

}  // namespace kvp11::credential
