#include "managed_hsm/wire_word.hpp"

#include <algorithm>
#include <array>

namespace kvp11::managed_hsm {
namespace {

constexpr KeyOps signing = KeyOps::Sign | KeyOps::Verify;
constexpr KeyOps hiding = KeyOps::Encrypt | KeyOps::Decrypt | KeyOps::Wrap | KeyOps::Unwrap;
constexpr KeyOps moving = KeyOps::Import | KeyOps::Export;

struct TypeRow {
    std::string_view hsm;
    std::string_view software;
    KeyOps usual;
    KeyOps possible;
};
// In the order of KeyType.
constexpr auto types = std::to_array<TypeRow>({
    {"RSA-HSM", "RSA", signing | hiding, signing | hiding | moving},
    {"EC-HSM", "EC", signing, signing | KeyOps::Export},
    {"oct-HSM", "oct", hiding, hiding | KeyOps::Export},
    {"oct-HSM", "oct", signing, signing | KeyOps::Export},
});

const TypeRow& row_of(KeyType type) noexcept { return types[static_cast<std::size_t>(type)]; }

struct CurveWord {
    Curve curve;
    std::string_view word;
};
constexpr auto curves = std::to_array<CurveWord>({
    {Curve::P256, "P-256"},
    {Curve::P384, "P-384"},
    {Curve::P521, "P-521"},
    {Curve::P256K, "P-256K"},
    {Curve::P256K, "SECP256K1"},  // az writes it so
});

struct OperationWord {
    KeyOps operation;
    std::string_view word;
};
constexpr auto operations = std::to_array<OperationWord>({
    {KeyOps::Encrypt, "encrypt"},
    {KeyOps::Decrypt, "decrypt"},
    {KeyOps::Sign, "sign"},
    {KeyOps::Verify, "verify"},
    {KeyOps::Wrap, "wrapKey"},
    {KeyOps::Unwrap, "unwrapKey"},
    {KeyOps::Import, "import"},
    {KeyOps::Export, "export"},
});

char lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool equal_folded(std::string_view a, std::string_view b) noexcept {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return lower(x) == lower(y); });
}

}  // namespace

std::string_view kty_word(KeyType type, bool software) noexcept {
    return software ? row_of(type).software : row_of(type).hsm;
}

std::optional<KeyType> type_of_kty(std::string_view kty) noexcept {
    for (const KeyType type : {KeyType::Rsa, KeyType::Ec, KeyType::Aes}) {
        if (equal_folded(kty, row_of(type).hsm) || equal_folded(kty, row_of(type).software)) return type;
    }
    return std::nullopt;
}

std::string_view crv_word(Curve curve) noexcept { return curves[static_cast<std::size_t>(curve)].word; }

std::optional<Curve> curve_of_crv(std::string_view crv) noexcept {
    for (const auto& [curve, word] : curves) {
        if (equal_folded(crv, word)) return curve;
    }
    return std::nullopt;
}

std::vector<std::string_view> operation_words(KeyType type, KeyOps wanted) {
    std::vector<std::string_view> words;
    for (const auto& [operation, word] : operations) {
        if (allows(wanted & possible_operations(type), operation)) words.push_back(word);
    }
    return words;
}

std::optional<KeyOps> operation_of(std::string_view text) noexcept {
    for (const auto& [operation, word] : operations) {
        if (text == word) return operation;
    }
    return std::nullopt;
}

KeyOps possible_operations(KeyType type) noexcept { return row_of(type).possible; }
KeyOps usual_operations(KeyType type) noexcept { return row_of(type).usual; }

KeyType secret_type(KeyOps said) noexcept {
    const bool only_signs = (said & hiding) == KeyOps::None && (said & signing) != KeyOps::None;
    return only_signs ? KeyType::GenericSecret : KeyType::Aes;
}

}  // namespace kvp11::managed_hsm
