#include "fips/approved_mode.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

#include "fips/policy_rows.hpp"

namespace kvp11::fips {
namespace {

struct Verdict {
    const PolicyRow* refused_by = nullptr;
    bool is_named = false;

    [[nodiscard]] bool is_approval() const noexcept { return is_named && !refused_by; }
};

Verdict judge(const Service& service) noexcept {
    Verdict verdict;
    for (const PolicyRow& row : policy_rows()) {
        if (!row.speaks_of(service)) continue;
        verdict.is_named = verdict.is_named || row.names_scheme;
        if (row.is_satisfied(service)) continue;
        verdict.refused_by = &row;
        break;
    }
    return verdict;
}

Result<void> result_of(const Verdict& verdict) {
    if (verdict.is_approval()) return {};
    const PolicyRow* row = verdict.refused_by;
    if (row) return fail(row->refusal, std::string("not approved: ") + row->service + ": " + row->rule);
    return fail(Errc::MechanismInvalid, "not approved: no rule of the policy names this service");
}

KeySpec strongest(KeyType type) {
    KeySpec spec;
    spec.type = type;
    spec.bits = type == KeyType::Rsa ? 4096 : 256;
    if (type == KeyType::EcEdwards) spec.curve = Curve::Ed448;
    if (type == KeyType::EcMontgomery) spec.curve = Curve::X448;
    return spec;
}

template <class Algorithm>
bool any_is_approved(std::initializer_list<Use> uses, KeyType type, const Algorithm& algorithm) noexcept {
    const KeySpec key = strongest(type);
    return std::any_of(uses.begin(), uses.end(), [&](Use use) { return is_approved(use, key, algorithm); });
}

struct DigestInfo {
    Digest digest;
    std::string_view start;  // DER up to the digest's bytes (RFC 8017 section 9.2, note 1)
};
constexpr std::array digest_infos = {
    DigestInfo{Digest::Sha1, {"\x30\x21\x30\x09\x06\x05\x2b\x0e\x03\x02\x1a\x05\x00\x04\x14", 15}},
    DigestInfo{Digest::Sha224, {"\x30\x2d\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x04\x05\x00\x04\x1c", 19}},
    DigestInfo{Digest::Sha256, {"\x30\x31\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x00\x04\x20", 19}},
    DigestInfo{Digest::Sha384, {"\x30\x41\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x02\x05\x00\x04\x30", 19}},
    DigestInfo{Digest::Sha512, {"\x30\x51\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x03\x05\x00\x04\x40", 19}},
    DigestInfo{Digest::Sha512_224,
               {"\x30\x2d\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x05\x05\x00\x04\x1c", 19}},
    DigestInfo{Digest::Sha512_256,
               {"\x30\x31\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x06\x05\x00\x04\x20", 19}},
    DigestInfo{Digest::Sha3_224, {"\x30\x2d\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x07\x05\x00\x04\x1c", 19}},
    DigestInfo{Digest::Sha3_256, {"\x30\x31\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x08\x05\x00\x04\x20", 19}},
    DigestInfo{Digest::Sha3_384, {"\x30\x41\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x09\x05\x00\x04\x30", 19}},
    DigestInfo{Digest::Sha3_512, {"\x30\x51\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x0a\x05\x00\x04\x40", 19}},
};

bool may_sign_or_verify(Use use, Digest digest) { return use == Use::Verify || digest != Digest::Sha1; }

bool is_digest_info(Use use, ByteView input) {
    return std::any_of(digest_infos.begin(), digest_infos.end(), [&](const DigestInfo& info) {
        return may_sign_or_verify(use, info.digest) && input.size() == info.start.size() + digest_size(info.digest) &&
               text_of(input).starts_with(info.start);
    });
}

bool is_as_long_as_a_digest(Use use, ByteView input) {
    return std::any_of(digest_infos.begin(), digest_infos.end(), [&](const DigestInfo& info) {
        return may_sign_or_verify(use, info.digest) && input.size() == digest_size(info.digest);
    });
}

}  // namespace

Result<void> approve(Use use, const KeySpec& key, const SignatureAlgorithm& algorithm) {
    return result_of(judge({.use = use, .key = key, .signature = &algorithm}));
}
Result<void> approve(Use use, const KeySpec& key, const CipherAlgorithm& algorithm) {
    return result_of(judge({.use = use, .key = key, .cipher = &algorithm}));
}
Result<void> approve(Use use, const KeySpec& key, const WrapAlgorithm& algorithm) {
    return result_of(judge({.use = use, .key = key, .wrapping = &algorithm}));
}
Result<void> approve(Use use, const KeySpec& key) { return result_of(judge({.use = use, .key = key})); }

// The rows are constants, and a thread asks for the same again and again.
bool is_approved(Use use, const KeySpec& key, const SignatureAlgorithm& algorithm) noexcept {
    struct Asked {
        Use use{};
        KeySpec key;
        SignatureAlgorithm algorithm{};
        std::optional<bool> answer;
    };
    thread_local Asked last;
    if (!last.answer || last.use != use || last.key != key || last.algorithm != algorithm) {
        last = {use, key, algorithm, judge({.use = use, .key = key, .signature = &algorithm}).is_approval()};
    }
    return *last.answer;
}
bool is_approved(Use use, const KeySpec& key, const CipherAlgorithm& algorithm) noexcept {
    return judge({.use = use, .key = key, .cipher = &algorithm}).is_approval();
}
bool is_approved(Use use, const KeySpec& key, const WrapAlgorithm& algorithm) noexcept {
    return judge({.use = use, .key = key, .wrapping = &algorithm}).is_approval();
}
bool is_approved(Use use, const KeySpec& key) noexcept { return judge({.use = use, .key = key}).is_approval(); }

// A key that may do both would give out, in the clear, what it is to protect, or make known keys of chosen bytes.
Result<void> approve_operations(KeyType type, KeyOps operations) {
    if (allows(operations, KeyOps::Wrap | KeyOps::Decrypt)) {
        return fail(Errc::TemplateInconsistent, "not approved: one key that wraps and decrypts");
    }
    if (allows(operations, KeyOps::Unwrap | KeyOps::Encrypt)) {
        return fail(Errc::TemplateInconsistent, "not approved: one key that unwraps and encrypts");
    }
    if (!is_pair(type) && allows(operations, KeyOps::Wrap | KeyOps::Encrypt)) {
        return fail(Errc::TemplateInconsistent, "not approved: one secret that wraps and encrypts");
    }
    return {};
}

Result<void> approve_operations(KeyType type, KeyOps before, KeyOps after) {
    TRY(approve_operations(type, after));
    for (const KeyOps settled : {KeyOps::Wrap, KeyOps::Unwrap, KeyOps::Encrypt, KeyOps::Decrypt}) {
        if (allows(before, settled) || !allows(after, settled)) continue;
        return fail(Errc::TemplateInconsistent, "not approved: to wrap, unwrap, encrypt or decrypt as an afterthought");
    }
    return {};
}

bool is_input_approved(Use use, const SignatureAlgorithm& algorithm, ByteView input) noexcept {
    if (algorithm.scheme == SignatureScheme::RsaPkcs1DigestInfo) return is_digest_info(use, input);
    return algorithm.scheme != SignatureScheme::Ecdsa || is_as_long_as_a_digest(use, input);
}

Result<void> approve_input(Use use, const SignatureAlgorithm& algorithm, ByteView input) {
    if (is_input_approved(use, algorithm, input)) return {};
    if (algorithm.scheme == SignatureScheme::RsaPkcs1DigestInfo) {
        return fail(Errc::DataInvalid, "not approved: the input is no DigestInfo of an approved digest");
    }
    return fail(Errc::DataLenRange, "not approved: no approved digest has " + std::to_string(input.size()) + " bytes");
}

bool can_be_approved(SignatureScheme scheme, KeyType type) noexcept {
    return any_is_approved({Use::Sign, Use::Verify}, type, SignatureAlgorithm{.scheme = scheme});
}
bool can_be_approved(CipherScheme scheme, KeyType type) noexcept {
    const CipherAlgorithm algorithm{.scheme = scheme, .iv = {}, .aad = {}};
    return any_is_approved({Use::Encrypt, Use::Decrypt}, type, algorithm);
}
bool can_be_approved(WrapScheme scheme, KeyType type) noexcept {
    const WrapAlgorithm algorithm{.scheme = scheme, .label = {}, .iv = {}};
    return any_is_approved({Use::Wrap, Use::Unwrap}, type, algorithm);
}

bool can_be_approved(Use use, KeyType type) noexcept { return is_approved(use, strongest(type)); }

}  // namespace kvp11::fips
