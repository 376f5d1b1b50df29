#include "rest/wire_word.hpp"

#include <array>
#include <string>

#include "rest/target.hpp"

namespace kvp11::rest {
namespace {

namespace json = boost::json;

constexpr std::string_view hsm_suffix = "-HSM";
constexpr KeyOps signing = KeyOps::Sign | KeyOps::Verify;
constexpr KeyOps hiding = KeyOps::Encrypt | KeyOps::Decrypt | KeyOps::Wrap | KeyOps::Unwrap;
constexpr KeyOps leaving = KeyOps::Export | KeyOps::Derive;

struct TypeRow {
    KeyType type;
    std::string_view kty;
    KeyOps usual;
    KeyOps possible;
    bool is_of_service = true;
};
// In the order of KeyType. A secret key may be said to sign and to encrypt; it is an AES key then, and encrypts.
constexpr auto types = std::to_array<TypeRow>({
    {KeyType::Rsa, "RSA-HSM", signing | hiding, signing | hiding | leaving | KeyOps::Import},
    {KeyType::Ec, "EC-HSM", signing, signing | leaving},
    {KeyType::Aes, "oct-HSM", hiding, signing | hiding | leaving},
    {KeyType::GenericSecret, "oct-HSM", signing, signing | leaving},
    {KeyType::EcEdwards, "OKP-HSM", signing, signing | leaving, false},
    {KeyType::EcMontgomery, "OKP-HSM", KeyOps::Derive, leaving, false},
    {KeyType::ChaCha20, "oct-HSM", hiding, hiding | leaving, false},
    {KeyType::AesXts, "oct-HSM", hiding, hiding | leaving, false},
});

static_assert(types.size() == key_type_count);

struct CurveRow {
    Curve curve;
    std::string_view crv;
};
// In the order of Curve, then other names.
constexpr auto curves = std::to_array<CurveRow>({
    {Curve::P256, "P-256"},
    {Curve::P384, "P-384"},
    {Curve::P521, "P-521"},
    {Curve::P256K, "P-256K"},
    {Curve::Ed25519, "Ed25519"},
    {Curve::Ed448, "Ed448"},
    {Curve::X25519, "X25519"},
    {Curve::X448, "X448"},
    {Curve::P256K, "SECP256K1"},
});

struct OperationWord {
    KeyOps operation;
    std::string_view word;
};
constexpr auto operation_words = std::to_array<OperationWord>({
    {KeyOps::Encrypt, "encrypt"},
    {KeyOps::Decrypt, "decrypt"},
    {KeyOps::Sign, "sign"},
    {KeyOps::Verify, "verify"},
    {KeyOps::Wrap, "wrapKey"},
    {KeyOps::Unwrap, "unwrapKey"},
    {KeyOps::Import, "import"},
    {KeyOps::Export, "export"},
    {KeyOps::Derive, "deriveKey"},  // of keys that PKCS#11 made: the service has no such operation
});

const TypeRow& row_of(KeyType type) noexcept { return types[static_cast<std::size_t>(type)]; }

Failure unknown(std::string_view property, std::string_view word) {
    return fail(Errc::ArgumentsBad,
                "Property '" + std::string(property) + "' has the unknown value '" + std::string(word) + "'");
}

}  // namespace

bool is_of_service(KeyType type) noexcept { return row_of(type).is_of_service; }

std::string_view kty_word(KeyType type) noexcept { return row_of(type).kty; }

Result<KeyType> type_of_kty(std::string_view kty) {
    for (const TypeRow& row : types) {
        if (!row.is_of_service) continue;
        const std::string_view plain = row.kty.substr(0, row.kty.size() - hsm_suffix.size());
        if (equal_folded(kty, row.kty) || equal_folded(kty, plain)) return row.type;
    }
    return unknown("kty", kty);
}

KeyType type_for(KeyType type, KeyOps operations) noexcept {
    const bool only_signs = (operations & hiding) == KeyOps::None && (operations & signing) != KeyOps::None;
    return type == KeyType::Aes && only_signs ? KeyType::GenericSecret : type;
}

std::string_view crv_word(Curve curve) noexcept { return curves[static_cast<std::size_t>(curve)].crv; }

Result<Curve> curve_of_crv(std::string_view crv) {
    for (const CurveRow& row : curves) {
        if (is_of_service(kvp11::type_of(row.curve)) && equal_folded(crv, row.crv)) return row.curve;
    }
    return unknown("crv", crv);
}

json::array key_ops_words(KeyOps operations) {
    json::array words;
    for (const OperationWord& row : operation_words) {
        if (allows(operations, row.operation)) words.emplace_back(json::string_view(row.word.data(), row.word.size()));
    }
    return words;
}

Result<KeyOps> key_ops_of(const json::array& words) {
    KeyOps operations = KeyOps::None;
    for (const json::value& word : words) {
        if (!word.is_string()) return fail(Errc::ArgumentsBad, "Property 'key_ops' must be an array of strings");
        KeyOps named = KeyOps::None;
        for (const OperationWord& row : operation_words) {
            if (std::string_view(word.get_string()) == row.word) named = row.operation;
        }
        if (named == KeyOps::None) return unknown("key_ops", word.get_string());
        operations = operations | named;
    }
    return operations;
}

KeyOps usual_operations(KeyType type) noexcept { return row_of(type).usual; }

Result<void> check_operations(KeyType type, KeyOps operations) {
    for (const OperationWord& row : operation_words) {
        if (!allows(operations, row.operation) || allows(row_of(type).possible, row.operation)) continue;
        return fail(Errc::ArgumentsBad, "Property 'key_ops' has '" + std::string(row.word) +
                                            "', which no algorithm does with keys of type " +
                                            std::string(kty_word(type)));
    }
    return {};
}

}  // namespace kvp11::rest
