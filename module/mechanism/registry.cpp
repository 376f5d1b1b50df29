#include "mechanism/registry.hpp"

#include <algorithm>
#include <array>

#include "mechanism/families.hpp"
#include "mechanism/parameters.hpp"

namespace kvp11::mechanism {
namespace {

using Rows = std::vector<const Mechanism*>;

bool ascending(const Mechanism* a, const Mechanism* b) { return a->type < b->type; }

// Both lists are leaked on purpose: a host may call us after its static destructors have run.
const Rows& rows_by_type() {
    static const Rows& sorted = *[] {
        auto* copy = new Rows(rows());
        std::sort(copy->begin(), copy->end(), ascending);
        return copy;
    }();
    return sorted;
}

using OfType = bool (*)(const Mechanism&, const Backend&, KeyType);

/// One thing that a row does, the flags that say so and whether a backend takes part with keys of a type.
struct Role {
    bool present;
    CK_FLAGS flags;
    OfType offered;
};

/// The algorithm that stands for a row when a backend or the policy is asked about it.
SignatureAlgorithm signature_of(const Mechanism& row) {
    const Digest digest = row.prehash.value_or(row.mac_digest);
    return {.scheme = *row.needs_signature,
            .digest = digest,
            .mgf_digest = digest,
            .mac_length = row.shortens ? std::size_t{4} : 0};
}

constexpr OfType by_generating = [](const Mechanism&, const Backend& b, KeyType type) {
    return b.supports_generating(type);
};
constexpr OfType anywhere = [](const Mechanism&, const Backend&, KeyType) { return true; };

template <bool for_verifying>
bool by_signing(const Mechanism& row, const Backend& backend, KeyType type) {
    return row.needs_signature && backend.supports(signature_of(row), type, for_verifying);
}
template <bool for_decrypting>
bool by_encrypting(const Mechanism& row, const Backend& backend, KeyType type) {
    return row.needs_cipher && backend.supports(*row.needs_cipher, type, for_decrypting);
}

std::array<Role, 12> roles(const Mechanism& row) {
    return {{
        {row.signature != nullptr, CKF_SIGN, by_signing<false>},
        {row.signature != nullptr, CKF_VERIFY, by_signing<true>},
        {row.cipher != nullptr, CKF_ENCRYPT, by_encrypting<false>},
        {row.cipher != nullptr, CKF_DECRYPT, by_encrypting<true>},
        {row.wrapping != nullptr || row.sealed_wrapping != nullptr, CKF_WRAP | CKF_UNWRAP,
         [](const Mechanism& m, const Backend& b, KeyType type) {
             return m.needs_wrap && b.supports(*m.needs_wrap, type);
         }},
        {row.agreement != nullptr, CKF_DERIVE,
         [](const Mechanism&, const Backend& b, KeyType type) { return b.supports_agreement(type); }},
        {row.derivation != nullptr, CKF_DERIVE,
         [](const Mechanism&, const Backend& b, KeyType type) { return b.supports_derivation(type); }},
        {row.derives_public_half, CKF_DERIVE, anywhere},
        {row.digest.has_value(), CKF_DIGEST, anywhere},
        {row.generates_key, CKF_GENERATE, by_generating},
        {row.password != nullptr, CKF_GENERATE, by_generating},
        {row.generates_pair, CKF_GENERATE_KEY_PAIR, by_generating},
    }};
}

bool is_offered(const Role& role, const Mechanism& row, const Backend& backend) {
    if (!role.present) return false;
    if (row.keys.empty()) return true;
    return row.keys.any([&](KeyType type) { return role.offered(row, backend, type); });
}

/// How the token understands curves and points; CKF_EC_NAMEDCURVE is CKF_EC_OID from 3.0 on.
CK_FLAGS with_curve_flags(const Mechanism& row, CK_FLAGS flags) {
    if (flags == 0 || row.derives_public_half || !row.keys.any(is_on_curve)) return flags;
    const CK_FLAGS points = row.keys.has(KeyType::Ec) ? CKF_EC_UNCOMPRESS : 0;
    return flags | CKF_EC_F_P | CKF_EC_NAMEDCURVE | CKF_EC_CURVENAME | points;
}

/// What can be done to one message can be done to one after the other (3.0 §5.9 to §5.16).
CK_FLAGS with_message_flags(const Mechanism& row, CK_FLAGS flags) {
    // All messages of a process would have the one IV of its beginning.
    if (row.needs_signature == SignatureScheme::AesGmac) return flags;
    CK_FLAGS result = 0;
    if ((flags & CKF_SIGN) != 0) result |= CKF_MESSAGE_SIGN;
    if ((flags & CKF_VERIFY) != 0) result |= CKF_MESSAGE_VERIFY;
    if (row.message != nullptr && (flags & CKF_ENCRYPT) != 0) result |= CKF_MESSAGE_ENCRYPT;
    if (row.message != nullptr && (flags & CKF_DECRYPT) != 0) result |= CKF_MESSAGE_DECRYPT;
    return result == 0 ? flags : flags | result | CKF_MULTI_MESSAGE;
}

/// Data comes out of the signatures that this makes and verifies; what agrees encapsulates.
CK_FLAGS with_special_flags(const Mechanism& row, CK_FLAGS flags) {
    if (row.agreement != nullptr && (flags & CKF_DERIVE) != 0) flags |= CKF_ENCAPSULATE | CKF_DECAPSULATE;
    if (!row.recovers) return flags;
    if ((flags & CKF_SIGN) != 0) flags |= CKF_SIGN_RECOVER;
    if ((flags & CKF_VERIFY) != 0) flags |= CKF_VERIFY_RECOVER;
    return flags;
}

CK_FLAGS offered_flags(const Mechanism& row, const Backend& backend) {
    CK_FLAGS result = 0;
    for (const Role& role : roles(row)) {
        if (is_offered(role, row, backend)) result |= role.flags;
    }
    if (backend.approved_only()) result &= approved_flags(row);
    return with_message_flags(row, with_special_flags(row, with_curve_flags(row, result)));
}

std::string_view type_words(KeyType type) {
    constexpr std::string_view words[key_type_count] = {"RSA",
                                                        "EC P-256, P-384, P-521, secp256k1",
                                                        "AES",
                                                        "generic secret",
                                                        "Ed25519, Ed448",
                                                        "X25519, X448",
                                                        "ChaCha20",
                                                        "AES-XTS"};
    return words[static_cast<std::size_t>(type)];
}

std::string_view secret_words(CK_KEY_TYPE name) { return name == CKK_HKDF ? ", CKK_HKDF" : ", HMAC"; }

std::string key_words(const Mechanism& row) {
    if (row.keys.empty()) return "none";
    std::string text;
    row.keys.each([&](KeyType type) {
        if (!text.empty()) text += ", ";
        text += type_words(type);
    });
    return row.secret_name ? text + std::string(secret_words(*row.secret_name)) : text;
}

std::string size_words(const Mechanism& row) {
    if (row.keys.empty()) return "";
    return std::to_string(row.min_size) + " to " + std::to_string(row.max_size) +
           (row.unit == SizeUnit::Bytes ? " bytes" : " bits");
}

std::string role_words(CK_FLAGS wanted) {
    constexpr std::pair<CK_FLAGS, std::string_view> words[] = {
        {CKF_SIGN, "sign"},
        {CKF_VERIFY, "verify"},
        {CKF_ENCRYPT, "encrypt"},
        {CKF_DECRYPT, "decrypt"},
        {CKF_WRAP, "wrap"},
        {CKF_UNWRAP, "unwrap"},
        {CKF_DERIVE, "derive"},
        {CKF_DIGEST, "digest"},
        {CKF_GENERATE, "generate a key"},
        {CKF_GENERATE_KEY_PAIR, "generate a key pair"},
    };
    std::string text;
    for (const auto& [flag, word] : words) {
        if ((wanted & flag) == 0) continue;
        if (!text.empty()) text += ", ";
        text += word;
    }
    return text;
}

/// Of what a row does: all of it, nothing, or some.
std::string share_words(const Mechanism& row, CK_FLAGS share) {
    const std::string words = role_words(share);
    if (words == role_words(flags(row))) return "yes";
    return words.empty() ? "no" : words;
}

}  // namespace

const Rows& rows() {
    static const Rows& all = *[] {
        auto* list = new Rows;
        for (const auto family : {rsa_rows(), ecdsa_rows(), edwards_rows(), aes_rows(), chacha_rows(), hmac_rows(),
                                  derivation_rows(), digest_rows()}) {
            for (const Mechanism& row : family) list->push_back(&row);
        }
        return list;
    }();
    return all;
}

const Mechanism* find_row(CK_MECHANISM_TYPE type) {
    const Rows& sorted = rows_by_type();
    const auto at = std::lower_bound(sorted.begin(), sorted.end(), type,
                                     [](const Mechanism* row, CK_MECHANISM_TYPE t) { return row->type < t; });
    return at != sorted.end() && (*at)->type == type ? *at : nullptr;
}

Result<Request> request(CK_MECHANISM_TYPE type, ByteView parameter) {
    const Mechanism* row = find_row(type);
    if (row == nullptr) return fail(Errc::MechanismInvalid, "no mechanism " + std::to_string(type));
    if (parameter.data() == nullptr && !parameter.empty()) {
        return fail(Errc::MechanismParamInvalid, "mechanism parameter is NULL with a length");
    }
    if (row->generates_key || row->generates_pair || row->derives_public_half) TRY(expect_no_parameter(parameter));
    return Request{row, parameter};
}

std::vector<CK_MECHANISM_TYPE> list(const Backend& backend) {
    std::vector<CK_MECHANISM_TYPE> types;
    for (const Mechanism* row : rows_by_type()) {
        if (offered_flags(*row, backend) != 0) types.push_back(row->type);
    }
    return types;
}

Result<CK_MECHANISM_INFO> info(const Backend& backend, CK_MECHANISM_TYPE type) {
    const Mechanism* row = find_row(type);
    const CK_FLAGS offered = row == nullptr ? 0 : offered_flags(*row, backend);
    if (offered == 0) return fail(Errc::MechanismInvalid, "no mechanism " + std::to_string(type) + " here");
    return CK_MECHANISM_INFO{row->min_size, row->max_size, offered};
}

CK_FLAGS flags(const Mechanism& row) {
    CK_FLAGS result = 0;
    for (const Role& role : roles(row)) {
        if (role.present) result |= role.flags;
    }
    return with_curve_flags(row, result);
}

std::vector<RowWords> described_rows(const Backend& managed_hsm) {
    std::vector<RowWords> all;
    for (const Mechanism* row : rows()) {
        all.push_back({std::string(row->name), key_words(*row), size_words(*row), role_words(flags(*row)),
                       share_words(*row, approved_flags(*row)), share_words(*row, offered_flags(*row, managed_hsm))});
    }
    return all;
}

std::string markdown_table(const Backend& managed_hsm) {
    std::string table =
        "| mechanism | keys | sizes | what it does | approved | managed-hsm |\n|---|---|---|---|---|---|\n";
    for (const RowWords& row : described_rows(managed_hsm)) {
        table += "| " + row.name + " | " + row.keys + " | " + row.sizes + " | " + row.roles + " | " + row.approved +
                 " | " + row.remote + " |\n";
    }
    return table;
}

}  // namespace kvp11::mechanism
