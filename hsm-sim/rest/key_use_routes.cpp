// Keys in use: sign and verify, encrypt and decrypt, wrapkey and unwrapkey.
//
// Each handler finds the algorithm's row, opens the key, and has it do the work; what the key may do, and for whom, is
// the partition's to say. A row that is not for the key is refused as the operation would be, so that only those learn
// of a key's type who may use it.
#include <array>

#include "rest/path_key.hpp"
#include "rest/wire_algorithm.hpp"
#include "rest/wire_operation.hpp"

namespace kvp11::rest {
namespace {

constexpr std::size_t gcm_tag_size = 16;

/// Nothing, or why this request goes no further: another thread, or traffic.
std::optional<Reply> held_back(Exchange& exchange, const KeySpec& spec, bool uses_private_half) {
    if (uses_private_half && is_for_worker(exchange, spec)) return on_workers();
    return exchange.throttle(&spec);
}

template <class Row>
Result<std::shared_ptr<const Key>> open_fitting_key(const Exchange& exchange, const Row& row) {
    auto key = TRY(open_key(exchange));
    const KeySpec& spec = key->record().spec;
    if (!fits(row.fit, spec)) return refused(exchange, {Errc::ArgumentsBad, misfit_text(row.name, spec)});
    return key;
}

// --- sign and verify

Result<Bytes> mac_of(const Key& key, const SignatureAlgorithm& algorithm, ByteView message, bool for_verifying) {
    const auto mac = TRY(key.mac(algorithm, for_verifying));
    TRY(mac->start());
    TRY(mac->update(message));
    Bytes bytes(mac->size());
    const std::size_t size = TRY(mac->finish(bytes));
    bytes.resize(size);
    return bytes;
}

Result<Bytes> signature_of(const Key& key, const SignatureAlgorithm& algorithm, ByteView input) {
    if (algorithm.scheme == SignatureScheme::Hmac) return mac_of(key, algorithm, input, false);
    const auto signer = TRY(key.signer(algorithm));
    Bytes signature(signer->size());
    const std::size_t size = TRY(signer->sign(input, signature));
    signature.resize(size);
    return signature;
}

Result<Reply> sign(Exchange& exchange) {
    const json::object& body = exchange.members();
    const std::string_view alg = TRY(text_member(body, "alg"));
    const SignatureRow& row = *TRY(signature_named(alg, exchange.version));
    const Bytes input = TRY(binary_member(body, "value"));
    const auto key = TRY(open_fitting_key(exchange, row));
    const std::size_t wanted = digest_size(row.algorithm.digest);
    if (row.algorithm.scheme != SignatureScheme::Hmac && input.size() != wanted) {
        return refused(exchange, {Errc::DataLenRange, "Property 'value' has " + std::to_string(input.size()) +
                                                          " bytes; the digest of " + std::string(row.name) + " has " +
                                                          std::to_string(wanted)});
    }
    if (auto held = held_back(exchange, key->record().spec, true)) return std::move(*held);
    const Bytes signature = TRY(signature_of(*key, row.algorithm, input));
    return operation_reply(exchange.base_url, key->record().id, row.name, {.value = signature});
}

bool is_same_mac(ByteView left, ByteView right) noexcept {
    unsigned difference = left.size() == right.size() ? 0 : 1;
    for (std::size_t i = 0; i < left.size() && i < right.size(); ++i) {
        difference |= static_cast<unsigned>(left[i] ^ right[i]);
    }
    return difference == 0;
}

Result<bool> is_signature(const Key& key, const SignatureAlgorithm& algorithm, ByteView input, ByteView signature) {
    if (algorithm.scheme == SignatureScheme::Hmac) {
        const Bytes mac = TRY(mac_of(key, algorithm, input, true));
        return is_same_mac(mac, signature);
    }
    const auto verifier = TRY(key.verifier(algorithm));
    // The partition takes shorter r and s, as PKCS#11 does; JWS has them in full.
    const bool is_full = signature.size() == verifier->size() && input.size() == digest_size(algorithm.digest);
    const Result<void> verified = verifier->verify(input, is_full ? signature : ByteView{});
    if (verified.ok()) return true;
    const Errc why = verified.code();
    if (why == Errc::SignatureInvalid || why == Errc::SignatureLenRange || why == Errc::DataLenRange) return false;
    return fail(verified.error());
}

// What cannot be the digest of this algorithm has no signature by it: false, as for any other one.
Result<Reply> verify(Exchange& exchange) {
    const json::object& body = exchange.members();
    const std::string_view alg = TRY(text_member(body, "alg"));
    const SignatureRow& row = *TRY(signature_named(alg, exchange.version));
    const Bytes digest = TRY(binary_member(body, "digest"));
    const Bytes signature = TRY(binary_member(body, "value"));
    const auto key = TRY(open_fitting_key(exchange, row));
    if (auto held = held_back(exchange, key->record().spec, false)) return std::move(*held);
    const bool is_valid = TRY(is_signature(*key, row.algorithm, digest, signature));
    return verification_reply(is_valid);
}

// --- encrypt and decrypt

Failure not_for(const CipherRow& row, std::string_view property) {
    return fail(Errc::ArgumentsBad,
                "Property '" + std::string(property) + "' is not for the algorithm '" + std::string(row.name) + "'");
}

Result<void> check_absent(const json::object& body, const CipherRow& row,
                          std::initializer_list<std::string_view> properties) {
    for (const std::string_view property : properties) {
        if (member(body, property)) return not_for(row, property);
    }
    return {};
}

// AES-GCM: the key makes the IV, and the caller brings it back to decrypt. AES-CBC: the caller's in either case.
Result<CipherAlgorithm> cipher_of(const json::object& body, const CipherRow& row, bool for_decrypting) {
    CipherAlgorithm algorithm{};
    algorithm.scheme = row.scheme;
    algorithm.digest = row.digest;
    algorithm.mgf_digest = row.digest;
    if (row.scheme == CipherScheme::AesGcm) {
        const auto aad = TRY(optional_binary(body, "aad"));
        if (aad) algorithm.aad = *aad;
        algorithm.tag_length = gcm_tag_size;
        algorithm.iv_inside = !for_decrypting;
        if (!for_decrypting) TRY(check_absent(body, row, {"iv", "tag"}));
        if (for_decrypting) algorithm.iv = TRY(binary_member(body, "iv"));
        return algorithm;
    }
    TRY(check_absent(body, row, {"aad", "tag"}));
    if (row.scheme == CipherScheme::AesCbc || row.scheme == CipherScheme::AesCbcPad) {
        algorithm.iv = TRY(binary_member(body, "iv"));
        return algorithm;
    }
    TRY(check_absent(body, row, {"iv"}));
    return algorithm;
}

/// The whole message in one, with what follows it (a tag).
Result<SecretBytes> run(Cipher& cipher, ByteView input, ByteView more = {}) {
    SecretBytes output(cipher.output_bound(input.size() + more.size()));
    const MutableBytes room = output.expose_writable();
    std::size_t size = TRY(cipher.update(input, room));
    if (!more.empty()) size += TRY(cipher.update(more, room.subspan(size)));
    size += TRY(cipher.finish(room.subspan(size)));
    output.shrink(size);
    return output;
}

Result<Reply> encrypt(Exchange& exchange) {
    const json::object& body = exchange.members();
    const std::string_view alg = TRY(text_member(body, "alg"));
    const CipherRow& row = *TRY(cipher_named(alg, exchange.version));
    const SecretBytes plain = TRY(secret_member(body, "value"));
    const CipherAlgorithm algorithm = TRY(cipher_of(body, row, false));
    const auto key = TRY(open_fitting_key(exchange, row));
    if (auto held = held_back(exchange, key->record().spec, false)) return std::move(*held);
    const auto cipher = TRY(key->encryptor(algorithm));
    const SecretBytes output = TRY(run(*cipher, plain.expose_bytes()));
    ResultBytes result{.value = output.expose_bytes(), .iv = algorithm.iv};
    if (row.scheme == CipherScheme::AesGcm) {
        result.iv = cipher->made_iv();
        result.tag = result.value.last(gcm_tag_size);
        result.value = result.value.first(result.value.size() - gcm_tag_size);
        result.aad = algorithm.aad;
    }
    return operation_reply(exchange.base_url, key->record().id, row.name, result);
}

Result<Bytes> tag_of(const json::object& body, const CipherRow& row) {
    if (row.scheme != CipherScheme::AesGcm) return Bytes{};
    Bytes tag = TRY(binary_member(body, "tag"));
    if (tag.size() == gcm_tag_size) return tag;
    return fail(Errc::ArgumentsBad, "Property 'tag' must have 16 bytes");
}

Result<Reply> decrypt(Exchange& exchange) {
    const json::object& body = exchange.members();
    const std::string_view alg = TRY(text_member(body, "alg"));
    const CipherRow& row = *TRY(cipher_named(alg, exchange.version));
    const Bytes input = TRY(binary_member(body, "value"));
    const CipherAlgorithm algorithm = TRY(cipher_of(body, row, true));
    const Bytes tag = TRY(tag_of(body, row));
    const auto key = TRY(open_fitting_key(exchange, row));
    if (auto held = held_back(exchange, key->record().spec, true)) return std::move(*held);
    const auto cipher = TRY(key->decryptor(algorithm));
    const SecretBytes plain = TRY(run(*cipher, input, tag));
    return operation_reply(exchange.base_url, key->record().id, row.name, {.value = plain.expose_bytes()});
}

// --- wrapkey and unwrapkey

WrapAlgorithm wrap_of(const WrapRow& row) {
    WrapAlgorithm algorithm{};
    algorithm.scheme = row.scheme;
    algorithm.digest = row.digest;
    algorithm.mgf_digest = row.digest;
    return algorithm;
}

Result<Reply> wrap_key(Exchange& exchange) {
    const json::object& body = exchange.members();
    const std::string_view alg = TRY(text_member(body, "alg"));
    const WrapRow& row = *TRY(wrap_named(alg, exchange.version));
    const SecretBytes plain = TRY(secret_member(body, "value"));
    const auto key = TRY(open_fitting_key(exchange, row));
    if (auto held = held_back(exchange, key->record().spec, false)) return std::move(*held);
    const Bytes wrapped = TRY(key->wrap(wrap_of(row), plain));
    return operation_reply(exchange.base_url, key->record().id, row.name, {.value = wrapped});
}

Result<Reply> unwrap_key(Exchange& exchange) {
    const json::object& body = exchange.members();
    const std::string_view alg = TRY(text_member(body, "alg"));
    const WrapRow& row = *TRY(wrap_named(alg, exchange.version));
    const Bytes wrapped = TRY(binary_member(body, "value"));
    const auto key = TRY(open_fitting_key(exchange, row));
    if (auto held = held_back(exchange, key->record().spec, true)) return std::move(*held);
    const SecretMaterial plain = TRY(key->unwrap(wrap_of(row), wrapped));
    return operation_reply(exchange.base_url, key->record().id, row.name, {.value = plain.expose_bytes()});
}

using partition::Operation;
constexpr auto rows = std::to_array<Route>({
    {Method::Post, "/keys/{name}/{version?}/sign", Operation::KeySign, sign, BodyUse::Json},
    {Method::Post, "/keys/{name}/{version?}/verify", Operation::KeyVerify, verify, BodyUse::Json},
    {Method::Post, "/keys/{name}/{version?}/encrypt", Operation::KeyEncrypt, encrypt, BodyUse::Json},
    {Method::Post, "/keys/{name}/{version?}/decrypt", Operation::KeyDecrypt, decrypt, BodyUse::Json},
    {Method::Post, "/keys/{name}/{version?}/wrapkey", Operation::KeyWrap, wrap_key, BodyUse::Json},
    {Method::Post, "/keys/{name}/{version?}/unwrapkey", Operation::KeyUnwrap, unwrap_key, BodyUse::Json},
});

}  // namespace

std::span<const Route> key_use_routes() noexcept { return rows; }

}  // namespace kvp11::rest
