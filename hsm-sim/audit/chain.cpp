#include "audit/chain.hpp"

#include "crypto/symmetric.hpp"

namespace kvp11::audit {
namespace {

constexpr std::string_view seal_name = "kvp11 audit seal 1";
constexpr std::string_view hex_digits = "0123456789abcdef";

int value_of_digit(char digit) {
    if (digit >= '0' && digit <= '9') return digit - '0';
    return digit >= 'a' && digit <= 'f' ? digit - 'a' + 10 : -1;
}

}  // namespace

ChainHash Chain::next(const ChainHash& previous, std::string_view content) {
    ChainHash hash;
    hash_.restart();
    hash_.update(previous);
    hash_.update(bytes_of(content));
    hash_.finish(hash);
    return hash;
}

void append_hex(std::string& text, ByteView bytes) {
    const std::size_t at = text.size();
    text.resize(at + 2 * bytes.size());
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        text[at + 2 * i] = hex_digits[bytes[i] >> 4U];
        text[at + 2 * i + 1] = hex_digits[bytes[i] & 15U];
    }
}

std::string hex(ByteView bytes) {
    std::string text;
    append_hex(text, bytes);
    return text;
}

std::optional<ChainHash> hash_of_hex(std::string_view text) {
    ChainHash hash;
    if (text.size() != 2 * hash.size()) return std::nullopt;
    for (std::size_t i = 0; i < hash.size(); ++i) {
        const int high = value_of_digit(text[2 * i]);
        const int low = value_of_digit(text[2 * i + 1]);
        if (high < 0 || low < 0) return std::nullopt;
        hash[i] = static_cast<std::uint8_t>(high * 16 + low);
    }
    return hash;
}

Result<ChainHash> seal_of(const SecretBytes& seal_key, const ChainEnd& end) {
    const auto mac = TRY(crypto::mac(seal_key, {.scheme = SignatureScheme::Hmac, .digest = Digest::Sha256}));
    std::array<std::uint8_t, 8> records{};
    for (std::size_t i = 0; i < records.size(); ++i) {
        records[i] = static_cast<std::uint8_t>(end.records >> (8 * i));
    }
    ChainHash seal;
    TRY(mac->update(bytes_of(seal_name)));
    TRY(mac->update(records));
    TRY(mac->update(end.hash));
    TRY(mac->finish(seal));
    return seal;
}

}  // namespace kvp11::audit
