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

// `bytes` has decoded_size(text) bytes.
Result<void> decode(std::string_view text, MutableBytes bytes) {
    std::uint32_t pending = 0;
    unsigned bits = 0;
    std::size_t size = 0;
    for (const char c : text) {
        const std::int8_t value = values[static_cast<unsigned char>(c)];
        if (value < 0) return fail(Errc::DataInvalid, "a character that is not of base64url");
        pending = pending << 6 | static_cast<std::uint32_t>(value);
        bits += 6;
        if (bits < 8) continue;
        bits -= 8;
        bytes[size++] = static_cast<std::uint8_t>(pending >> bits);
    }
    if (bits == 6 || (pending & ((1U << bits) - 1)) != 0)
        return fail(Errc::DataInvalid, "base64url that ends in the middle");
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
