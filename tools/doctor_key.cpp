#include "tools/doctor_key.hpp"

#include <algorithm>
#include <cctype>
#include <cstring>

#include "host/clock.hpp"
#include "host/nearest.hpp"
#include "mechanism/registry.hpp"
#include "tools/key_words.hpp"
#include "tools/table_text.hpp"
#include "tools/time_text.hpp"

namespace kvp11::tools {
namespace {

constexpr std::int64_t soon = 30LL * 24 * 3600;

/// CKM_ECDSA_SHA256 of "ecdsa-sha256".
std::string full_name(const std::string& words) {
    std::string name = words;
    std::transform(name.begin(), name.end(), name.begin(),
                   [](unsigned char c) { return c == '-' ? '_' : static_cast<char>(std::toupper(c)); });
    return name.starts_with("CKM_") ? name : "CKM_" + name;
}

const mechanism::Mechanism* row_named(const std::string& words) {
    const std::string name = full_name(words);
    for (const auto* row : mechanism::rows())
        if (row->name == name) return row;
    return nullptr;
}

Finding unknown_mechanism(const std::string& words) {
    std::vector<std::string_view> known;
    for (const auto* row : mechanism::rows()) known.push_back(row->name);
    return failed(Area::Mechanism, "there is no mechanism " + words + host::did_you_mean(full_name(words), known),
                  "`kvp11 mechanisms` lists those of the module");
}

/// What is tried with a key when no mechanism was named; empty when its type signs nothing.
std::string usual_mechanism(const KeySpec& spec) {
    constexpr const char* of_curves[] = {"CKM_ECDSA_SHA256", "CKM_ECDSA_SHA384", "CKM_ECDSA_SHA512",
                                         "CKM_ECDSA_SHA256"};
    if (spec.type == KeyType::Rsa) return "CKM_SHA256_RSA_PKCS";
    if (spec.type == KeyType::EcEdwards) return "CKM_EDDSA";
    return spec.type == KeyType::Ec ? of_curves[static_cast<std::size_t>(spec.curve)] : "";
}

CK_MECHANISM_TYPE hash_of(Digest digest) {
    constexpr CK_MECHANISM_TYPE hashes[digest_count] = {CKM_SHA_1,    CKM_SHA224,     CKM_SHA256,     CKM_SHA384,
                                                        CKM_SHA512,   CKM_SHA512_224, CKM_SHA512_256, CKM_SHA3_224,
                                                        CKM_SHA3_256, CKM_SHA3_384,   CKM_SHA3_512};
    return hashes[static_cast<std::size_t>(digest)];
}

CK_RSA_PKCS_MGF_TYPE mask_of(Digest digest) {
    // PKCS#11 has no mask of SHA-512/t, and no mechanism that would want one.
    constexpr CK_RSA_PKCS_MGF_TYPE masks[digest_count] = {
        CKG_MGF1_SHA1,     CKG_MGF1_SHA224,   CKG_MGF1_SHA256,   CKG_MGF1_SHA384,  CKG_MGF1_SHA512, 0, 0,
        CKG_MGF1_SHA3_224, CKG_MGF1_SHA3_256, CKG_MGF1_SHA3_384, CKG_MGF1_SHA3_512};
    return masks[static_cast<std::size_t>(digest)];
}

/// The row's algorithm with the parameters that programs usually give.
Result<SignatureAlgorithm> usual_algorithm(const mechanism::Mechanism& row) {
    if (row.needs_signature != SignatureScheme::RsaPss) return row.signature({});
    const Digest digest = row.prehash.value_or(Digest::Sha256);
    const CK_RSA_PKCS_PSS_PARAMS parameters{hash_of(digest), mask_of(digest), digest_size(digest)};
    return row.signature({reinterpret_cast<const std::uint8_t*>(&parameters), sizeof parameters});
}

/// What is signed: a digest of nothing in particular, in the form that the scheme wants.
Bytes trial_input(const SignatureAlgorithm& algorithm) {
    // RFC 8017 9.2, note 1: the DigestInfo of SHA-256.
    constexpr std::uint8_t digest_info[] = {0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01,
                                            0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20};
    Bytes input;
    if (algorithm.scheme == SignatureScheme::RsaPkcs1DigestInfo)
        input.assign(std::begin(digest_info), std::end(digest_info));
    input.resize(input.size() + digest_size(algorithm.digest), 0x5a);
    return input;
}

Result<std::size_t> trial_signature(const Key& key, const SignatureAlgorithm& algorithm) {
    const Bytes input = trial_input(algorithm);
    const auto signer = TRY(key.signer(algorithm));
    Bytes signature(signer->size());
    signature.resize(TRY(signer->sign(input, signature)));
    // Of a key without a public half, or that may not verify, there is nothing to compare with.
    if (auto verifier = key.verifier(algorithm)) TRY((*verifier)->verify(input, signature));
    return signature.size();
}

struct AdviceRow {
    Errc code;
    const char* advice;
};
constexpr AdviceRow advice_rows[] = {
    {Errc::AccessDenied, "give the principal a role that may sign, such as Managed HSM Crypto User"},
    {Errc::KeyFunctionNotPermitted, "the key's operations lack sign: set them, or use another key"},
    {Errc::KeySizeRange, "use the mechanism that fits the key's size or curve"},
    {Errc::DataLenRange, "use the mechanism that fits the key's size or curve"},
    {Errc::MechanismParamInvalid, "use the mechanism that fits the key's size or curve"},
    {Errc::AlgorithmNotSupported, "use the mechanism that fits the key's size or curve"},
    {Errc::KeyExpired, "use a version that is in its time, or set its dates"},
    {Errc::KeyNotYetValid, "use a version that is in its time, or set its dates"},
};

std::string advice_for(Errc code) {
    for (const AdviceRow& row : advice_rows)
        if (row.code == code) return row.advice;
    return "run it again with KVP11_LOG=debug: the log has the call";
}

Finding try_to_sign(const Backend& backend, const KeyRecord& key, const mechanism::Mechanism& row) {
    const std::string name(row.name);
    const auto algorithm = usual_algorithm(row);
    if (!algorithm) return fine(Area::Mechanism, name + " is there; no trial was made");
    const auto opened = backend.open(key.id);
    const auto signature = opened ? trial_signature(**opened, *algorithm) : Result<std::size_t>(fail(opened.error()));
    if (!signature) {
        return failed(Area::Mechanism, name + " with " + key.id.name + ": " + signature.error().message,
                      advice_for(signature.code()));
    }
    return fine(Area::Mechanism,
                name + ": a trial signature of " + std::to_string(*signature) + " bytes was made and verified");
}

/// Empty when the mechanism is for keys of this type and this slot.
std::optional<Finding> misfit(const Backend& backend, const KeyRecord* key, const mechanism::Mechanism& row) {
    const std::string name(row.name);
    const auto listed = mechanism::list(backend);
    if (std::find(listed.begin(), listed.end(), row.type) == listed.end()) {
        return failed(Area::Mechanism, name + " is not supported by this slot",
                      "`pkcs11-tool --list-mechanisms` shows what it supports");
    }
    if (key != nullptr && !row.keys.empty() && !row.keys.has(key->spec.type)) {
        return failed(Area::Mechanism, name + " is not for " + spec_text(key->spec) + " keys such as " + key->id.name,
                      "name a mechanism for keys of this type");
    }
    return std::nullopt;
}

std::string time_text(const KeyRecord& key, std::int64_t now) {
    if (!key.expires) return "";
    return (*key.expires <= now ? ", expired " : ", expires ") + utc(*key.expires);
}

}  // namespace

KeyId key_id_in(const std::string& words) {
    const auto slash = words.find('/');
    if (slash == std::string::npos) return {words, {}};
    return {words.substr(0, slash), words.substr(slash + 1)};
}

Finding judge_key(const KeyRecord& key) {
    const std::int64_t now = host::system_clock()->now();
    const std::string what = key.id.name + ": " + spec_text(key.spec) + ", version " + key.id.version + ", may " +
                             joined(operation_words(key.ops)) + time_text(key, now);
    if (!key.enabled) return failed(Area::Key, key.id.name + " is disabled", "enable it, or use another key");
    if (key.not_before && *key.not_before > now) {
        return failed(Area::Key, key.id.name + " is not valid before " + utc(*key.not_before),
                      "wait, or set its activation date");
    }
    if (key.expires && *key.expires <= now) {
        return failed(Area::Key,
                      key.id.name + " expired " + utc(*key.expires) + ": it decrypts, unwraps and verifies, no more",
                      "rotate it, or set its expiry date");
    }
    if (!key.has_material) return failed(Area::Key, key.id.name + " has no private half", "recover or import it");
    if (key.expires && *key.expires - now < soon) return warning(Area::Key, what, "rotate it before it expires");
    return fine(Area::Key, what);
}

Finding check_mechanism(const Backend& backend, const KeyRecord* key, const KeyWish& wish, const std::string& may_use) {
    const std::string name = !wish.mechanism.empty() ? wish.mechanism
                             : key != nullptr        ? usual_mechanism(key->spec)
                                                     : "";
    if (name.empty()) {
        return skipped(Area::Mechanism,
                       key == nullptr ? "neither --key nor --mechanism was given" : "keys of this type sign nothing");
    }
    const auto* row = row_named(name);
    if (row == nullptr) return unknown_mechanism(name);
    if (auto finding = misfit(backend, key, *row)) return *finding;
    if (key == nullptr) return fine(Area::Mechanism, std::string(row->name) + " is supported");
    const bool can_try = row->signature != nullptr && row->keys.any(is_pair);
    if (!can_try) return fine(Area::Mechanism, std::string(row->name) + " is supported; only signatures are tried");
    if (!may_use.empty()) return fine(Area::Mechanism, std::string(row->name) + " is supported; not tried: " + may_use);
    return try_to_sign(backend, *key, *row);
}

}  // namespace kvp11::tools
