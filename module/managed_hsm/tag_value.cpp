#include "managed_hsm/tag_value.hpp"

#include <algorithm>

#include "crypto/jose.hpp"
#include "kvp11/key.hpp"

namespace kvp11::managed_hsm {
namespace {

constexpr std::string_view hex_mark = "0x";
constexpr std::string_view base64_mark = "base64:";
/// Shorter words are rather words than encodings.
constexpr std::size_t shortest_guess = 8;

int digit_of(char c) noexcept {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

/// Bytes that follow the first one of a UTF-8 character; none for a byte that begins none.
std::optional<std::size_t> following(unsigned char first) noexcept {
    if (first < 0x80) return 0;
    if (first >= 0xC2 && first < 0xE0) return 1;
    if (first >= 0xE0 && first < 0xF0) return 2;
    if (first >= 0xF0 && first < 0xF5) return 3;
    return std::nullopt;
}

bool is_printable(std::string_view text) noexcept {
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto first = static_cast<unsigned char>(text[i]);
        if (first < 0x20 || first == 0x7F) return false;
        const auto more = following(first);
        if (!more || *more > text.size() - i - 1) return false;
        for (std::size_t k = 0; k < *more; ++k) {
            if ((static_cast<unsigned char>(text[++i]) & 0xC0U) != 0x80) return false;
        }
    }
    return true;
}

bool is_ascii_text(ByteView bytes) noexcept {
    return !bytes.empty() &&
           std::all_of(bytes.begin(), bytes.end(), [](std::uint8_t c) { return c >= 0x20 && c < 0x7F; });
}

/// The alphabet of MIME or of URLs, padded to whole groups.
std::optional<Bytes> from_base64(std::string_view text) {
    if (text.size() % 4 != 0) return std::nullopt;
    std::string url(text);
    while (url.ends_with('=') && text.size() - url.size() < 2) url.pop_back();
    std::replace(url.begin(), url.end(), '+', '-');
    std::replace(url.begin(), url.end(), '/', '_');
    auto bytes = crypto::from_base64url(url);
    if (!bytes.ok()) return std::nullopt;
    return std::move(bytes).value();
}

std::optional<Bytes> marked(std::string_view value) {
    if (value == hex_mark || value == base64_mark) return Bytes{};
    if (value.starts_with(hex_mark)) return from_hex(value.substr(hex_mark.size()));
    if (!value.starts_with(base64_mark)) return std::nullopt;
    std::string_view digits = value.substr(base64_mark.size());
    if (auto padded = from_base64(digits)) return padded;
    auto bytes = crypto::from_base64url(digits);
    if (!bytes.ok()) return std::nullopt;
    return std::move(bytes).value();
}

Bytes text_bytes(std::string_view value) { return copy_of(bytes_of(value)); }

}  // namespace

std::string hex_of(ByteView bytes) {
    constexpr char digits[] = "0123456789abcdef";
    std::string text;
    text.reserve(bytes.size() * 2);
    for (const std::uint8_t byte : bytes) {
        text += digits[byte >> 4U];
        text += digits[byte & 15U];
    }
    return text;
}

std::optional<Bytes> from_hex(std::string_view text) {
    if (text.empty() || text.size() % 2 != 0) return std::nullopt;
    Bytes bytes(text.size() / 2);
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        const int high = digit_of(text[2 * i]);
        const int low = digit_of(text[2 * i + 1]);
        if (high < 0 || low < 0) return std::nullopt;
        bytes[i] = static_cast<std::uint8_t>(high << 4 | low);
    }
    return bytes;
}

std::optional<std::string> tag_value_of(ByteView bytes) {
    const std::string_view text = text_of(bytes);
    const bool is_plain = !text.empty() && text.size() <= longest_tag && is_printable(text) && !marked(text);
    if (is_plain) return std::string(text);
    if (hex_mark.size() + 2 * bytes.size() <= longest_tag) return std::string(hex_mark) + hex_of(bytes);
    std::string encoded = std::string(base64_mark) + crypto::base64url(bytes);
    if (encoded.size() > longest_tag) return std::nullopt;
    return encoded;
}

Bytes bytes_of_tag(std::string_view value) {
    auto bytes = marked(value);
    return bytes ? std::move(*bytes) : text_bytes(value);
}

Bytes label_of_foreign_tag(std::string_view value) {
    if (auto bytes = marked(value)) return std::move(*bytes);
    if (value.size() >= shortest_guess) {
        if (auto bytes = from_hex(value); bytes && is_ascii_text(*bytes)) return std::move(*bytes);
        if (auto bytes = from_base64(value); bytes && is_ascii_text(*bytes)) return std::move(*bytes);
    }
    return text_bytes(value);
}

Bytes id_of_foreign_tag(std::string_view value) {
    if (auto bytes = marked(value)) return std::move(*bytes);
    if (auto bytes = from_hex(value)) return std::move(*bytes);
    if (value.ends_with('=')) {
        if (auto bytes = from_base64(value)) return std::move(*bytes);
    }
    return text_bytes(value);
}

}  // namespace kvp11::managed_hsm
