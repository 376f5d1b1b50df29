#include "rest/target.hpp"

#include <algorithm>

namespace kvp11::rest {
namespace {

constexpr std::size_t usual_segments = 6;

int hex_value(char digit) noexcept {
    if (digit >= '0' && digit <= '9') return digit - '0';
    if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
    if (digit >= 'A' && digit <= 'F') return digit - 'A' + 10;
    return -1;
}

// How many bytes of UTF-8 (RFC 3629) one character has that begins here; 0: it is none.
std::size_t character_at(std::string_view text) noexcept {
    const auto byte = [&](std::size_t at) { return at < text.size() ? static_cast<unsigned char>(text[at]) : 0U; };
    const unsigned first = byte(0);
    if (first < 0x80) return 1;
    const std::size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    if (first < 0xc2 || first > 0xf4) return 0;
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte(i) & 0xc0U) != 0x80) return 0;
    }
    const bool is_overlong = (first == 0xe0 && byte(1) < 0xa0) || (first == 0xf0 && byte(1) < 0x90);
    const bool is_none = (first == 0xed && byte(1) >= 0xa0) || (first == 0xf4 && byte(1) >= 0x90);
    return is_overlong || is_none ? 0 : length;
}

// Answers tell clients what they asked for, and JSON is UTF-8.
bool is_utf8(std::string_view text) noexcept {
    while (!text.empty()) {
        const std::size_t length = character_at(text);
        if (length == 0) return false;
        text.remove_prefix(length);
    }
    return true;
}

// Letters that stand for themselves in any part of a URL, which is what nearly all of them do.
bool is_plain(std::string_view text) noexcept {
    // Without conditions, so that the compiler looks at many letters at once.
    unsigned char other = 0;
    for (const char letter : text) {
        const auto code = static_cast<unsigned char>(letter);
        const unsigned char is_odd = code <= 0x20 || code >= 0x7f ? 1 : 0;
        const unsigned char is_escape = letter == '%' ? 1 : 0;
        const unsigned char is_plus = letter == '+' ? 1 : 0;
        other = static_cast<unsigned char>(other | is_odd | is_escape | is_plus);
    }
    return other == 0;
}

Result<std::string> decoded(std::string_view text, bool plus_is_space) {
    std::string plain;
    plain.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        char letter = text[i];
        if (letter == '%') {
            const int high = i + 2 < text.size() ? hex_value(text[i + 1]) : -1;
            const int low = i + 2 < text.size() ? hex_value(text[i + 2]) : -1;
            if (high < 0 || low < 0) return fail(Errc::ArgumentsBad, "the URL has a % that two digits do not follow");
            letter = static_cast<char>(high * 16 + low);
            i += 2;
        } else if (letter == '+' && plus_is_space) {
            letter = ' ';
        }
        const auto code = static_cast<unsigned char>(letter);
        if (code < 0x20 || code == 0x7f) return fail(Errc::ArgumentsBad, "the URL has a control character");
        plain.push_back(letter);
    }
    if (!is_utf8(plain)) return fail(Errc::ArgumentsBad, "the URL is not UTF-8");
    return plain;
}

char folded(char letter) noexcept {
    return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter + ('a' - 'A')) : letter;
}

}  // namespace

bool equal_folded(std::string_view left, std::string_view right) noexcept {
    return left.size() == right.size() &&
           std::equal(left.begin(), left.end(), right.begin(), [](char a, char b) { return folded(a) == folded(b); });
}

std::optional<std::string_view> Target::parameter(std::string_view name) const noexcept {
    for (const auto& [key, value] : query) {
        if (equal_folded(key, name)) return value;
    }
    return {};
}

Result<Target> parse_target(std::string_view text) {
    // The absolute form, as proxies send it.
    if (const auto scheme = text.find("://"); scheme != text.npos && scheme < text.find('/')) {
        const auto path = text.find('/', scheme + 3);
        text = path == text.npos ? "/" : text.substr(path);
    }
    const auto mark = text.find('?');
    std::string_view path = text.substr(0, mark);
    std::string_view query = mark == text.npos ? std::string_view{} : text.substr(mark + 1);
    // Looked at once and not part by part, which are short.
    const bool all_plain = is_plain(text);
    const auto part = [&](std::string_view of_text, bool plus_is_space) -> Result<std::string> {
        return all_plain ? Result<std::string>(std::string(of_text)) : decoded(of_text, plus_is_space);
    };
    Target target;
    target.segments.reserve(usual_segments);
    while (!path.empty()) {
        const auto slash = path.find('/');
        if (slash != 0) target.segments.push_back(TRY(part(path.substr(0, slash), false)));
        path = slash == path.npos ? std::string_view{} : path.substr(slash + 1);
    }
    while (!query.empty()) {
        const auto end = query.find('&');
        const std::string_view one = query.substr(0, end);
        const auto equals = one.find('=');
        std::string name = TRY(part(one.substr(0, equals), true));
        std::string value = equals == one.npos ? std::string{} : TRY(part(one.substr(equals + 1), true));
        if (!one.empty()) target.query.emplace_back(std::move(name), std::move(value));
        query = end == query.npos ? std::string_view{} : query.substr(end + 1);
    }
    return target;
}

std::string percent_encoded(std::string_view text) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    constexpr std::string_view plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    std::string encoded;
    for (const char letter : text) {
        if (plain.find(letter) != plain.npos) {
            encoded.push_back(letter);
        } else {
            const auto code = static_cast<unsigned char>(letter);
            encoded.append({'%', digits[code / 16], digits[code % 16]});
        }
    }
    return encoded;
}

}  // namespace kvp11::rest
