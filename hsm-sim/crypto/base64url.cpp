// base64url without padding (RFC 4648 §5, RFC 7515 §2); strict when reading.
#include <array>

#include "crypto/jose.hpp"

namespace kvp11::crypto {
namespace {

constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

constexpr std::array<std::int8_t, 256> reverse_alphabet() {
    std::array<std::int8_t, 256> table{};
    for (std::int8_t& value : table) value = -1;
    for (std::size_t i = 0; i < alphabet.size(); ++i) {
        table[static_cast<unsigned char>(alphabet[i])] = static_cast<std::int8_t>(i);
    }
    return table;
}
constexpr std::array<std::int8_t, 256> values = reverse_alphabet();

std::size_t decoded_size(std::string_view text) { return text.size() / 4 * 3 + text.size() % 4 * 3 / 4; }

/// Six bits a character, the first one's highest; negative when one of them is none.
std::int32_t bits_of(std::string_view characters) noexcept {
    std::int32_t bits = 0;
    std::int32_t others = 0;
    for (const char c : characters) {
        const std::int32_t value = values[static_cast<unsigned char>(c)];
        others |= value;
        bits = bits << 6 | (value & 63);
    }
    return others < 0 ? others : bits;
}

// `bytes` has decoded_size(text) bytes.
Result<void> decode(std::string_view text, MutableBytes bytes) {
    std::uint8_t* to = bytes.data();
    for (; text.size() >= 4; text.remove_prefix(4)) {
        const std::int32_t three = bits_of(text.substr(0, 4));
        if (three < 0) return fail(Errc::DataInvalid, "a character that is not of base64url");
        *to++ = static_cast<std::uint8_t>(three >> 16);
        *to++ = static_cast<std::uint8_t>(three >> 8);
        *to++ = static_cast<std::uint8_t>(three);
    }
    const std::int32_t rest = bits_of(text);
    if (rest < 0) return fail(Errc::DataInvalid, "a character that is not of base64url");
    const auto size = static_cast<unsigned>(text.size());
    const unsigned unused = size * 6 % 8;
    if (size == 1 || (rest & ((1 << unused) - 1)) != 0)
        return fail(Errc::DataInvalid, "base64url that ends in the middle");
    if (size > 1) *to++ = static_cast<std::uint8_t>(rest >> (size == 2 ? 4 : 10));
    if (size > 2) *to++ = static_cast<std::uint8_t>(rest >> 2);
    return {};
}

}  // namespace

std::string base64url(ByteView bytes) {
    std::string text;
    append_base64url(text, bytes);
    return text;
}

void append_base64url(std::string& text, ByteView bytes) {
    std::size_t at = text.size();
    text.resize(at + (bytes.size() * 4 + 2) / 3);
    for (; bytes.size() >= 3; bytes = bytes.subspan(3)) {
        const std::uint32_t three = static_cast<std::uint32_t>(bytes[0] << 16 | bytes[1] << 8 | bytes[2]);
        for (const unsigned shift : {18U, 12U, 6U, 0U}) text[at++] = alphabet[three >> shift & 63];
    }
    if (bytes.empty()) return;
    const std::uint32_t rest = static_cast<std::uint32_t>(bytes[0] << 16 | (bytes.size() > 1 ? bytes[1] << 8 : 0));
    text[at++] = alphabet[rest >> 18 & 63];
    text[at++] = alphabet[rest >> 12 & 63];
    if (bytes.size() > 1) text[at] = alphabet[rest >> 6 & 63];
}

std::size_t base64url_size(std::string_view text) { return decoded_size(text); }

Result<void> from_base64url(std::string_view text, MutableBytes bytes) {
    if (bytes.size() != decoded_size(text)) return fail(Errc::ArgumentsBad, "base64url of another size");
    return decode(text, bytes);
}

Result<Bytes> from_base64url(std::string_view text) {
    Bytes bytes(decoded_size(text));
    TRY(decode(text, bytes));
    return bytes;
}

Result<SecretBytes> secret_from_base64url(std::string_view text) {
    SecretBytes bytes(decoded_size(text));
    TRY(decode(text, bytes.expose_writable()));
    return bytes;
}

}  // namespace kvp11::crypto
