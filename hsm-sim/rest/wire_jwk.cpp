#include "rest/wire_jwk.hpp"

#include "crypto/asymmetric.hpp"
#include "crypto/key_material.hpp"
#include "rest/wire_new_key.hpp"
#include "rest/wire_word.hpp"

namespace kvp11::rest {
namespace {

constexpr std::size_t largest_secret = 64;

Failure wrong(const std::string& what) { return fail(Errc::ArgumentsBad, "JSON Web Key: " + what); }

bool is_aes_size(std::size_t size) noexcept { return size == 16 || size == 24 || size == 32; }

Bytes left_padded(Bytes number, std::size_t size) {
    if (number.size() < size) number.insert(number.begin(), size - number.size(), 0);
    return number;
}

// The primes may be missing: they are computed.
Result<SecretMaterial> rsa_material(const json::object& jwk) {
    crypto::RsaComponents numbers;
    numbers.n = TRY(binary_member(jwk, "n"));
    numbers.e = TRY(binary_member(jwk, "e"));
    numbers.d = TRY(secret_member(jwk, "d"));
    numbers.p = TRY(optional_secret(jwk, "p"));
    numbers.q = TRY(optional_secret(jwk, "q"));
    numbers.dp = TRY(optional_secret(jwk, "dp"));
    numbers.dq = TRY(optional_secret(jwk, "dq"));
    numbers.qi = TRY(optional_secret(jwk, "qi"));
    Result<SecretMaterial> material = crypto::pack_rsa(numbers);
    if (!material.ok()) return wrong("n, e, d and the other numbers are not of one RSA key");
    return material;
}

Result<SecretMaterial> ec_material(const json::object& jwk, Curve curve) {
    const SecretBytes scalar = TRY(secret_member(jwk, "d"));
    Result<SecretMaterial> material = crypto::pack_ec(curve, scalar);
    if (!material.ok()) return wrong("d is no private key on the curve " + std::string(crv_word(curve)));
    const auto x = TRY(optional_binary(jwk, "x"));
    const auto y = TRY(optional_binary(jwk, "y"));
    if (!x || !y) return material;
    const auto half = TRY(crypto::PrivateHalf::parse(*material));
    Bytes point{4};
    for (const Bytes& coordinate : {left_padded(*x, curve_size(curve)), left_padded(*y, curve_size(curve))}) {
        point.insert(point.end(), coordinate.begin(), coordinate.end());
    }
    if (half->public_key().point != point) return wrong("x and y are not the public half of d");
    return material;
}

Result<void> read_material(const json::object& jwk, ImportedKey& key) {
    if (key.spec.type == KeyType::Rsa) {
        key.material = TRY(rsa_material(jwk));
        return {};
    }
    if (key.spec.type == KeyType::Ec) {
        key.material = TRY(ec_material(jwk, key.spec.curve));
        return {};
    }
    key.material = TRY(secret_member(jwk, "k"));
    if (key.material.size() > largest_secret) return wrong("k property of oct key is too large, maximum size is 64");
    if (key.material.empty()) return wrong("k property of oct key is empty");
    return {};
}

}  // namespace

Result<ImportedKey> imported_key_of(const json::object& jwk) {
    ImportedKey key;
    const std::string_view kty = TRY(text_member(jwk, "kty"));
    key.spec.type = TRY(type_of_kty(kty));
    if (const auto crv = TRY(optional_text(jwk, "crv"))) key.spec.curve = TRY(curve_of_crv(*crv));
    const auto operations = TRY(optional_operations(jwk));
    if (member(jwk, "key_hsm")) {
        const SecretBytes blob = TRY(secret_member(jwk, "key_hsm"));
        key.transfer_blob = std::string(text_of(blob.expose_bytes()));  // wrapped: no secret
    } else {
        TRY(read_material(jwk, key));
    }
    key.spec.type = type_for(key.spec.type, operations.value_or(KeyOps::None));
    // Of a size that AES has not, and nothing said: it can only be for HMAC.
    if (!operations && key.spec.type == KeyType::Aes && key.transfer_blob.empty() &&
        !is_aes_size(key.material.size())) {
        key.spec.type = KeyType::GenericSecret;
    }
    key.ops = operations.value_or(usual_operations(key.spec.type));
    return key;
}

}  // namespace kvp11::rest
