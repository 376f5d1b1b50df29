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

/// One thing that a row does, the flags that say so and whether a backend takes part.
struct Role {
    bool present;
    CK_FLAGS flags;
    bool (*offered)(const Mechanism&, const Backend&);
};

std::array<Role, 7> roles(const Mechanism& row) {
    return {{
        {row.signature != nullptr, CKF_SIGN | CKF_VERIFY,
         [](const Mechanism& m, const Backend& b) {
             return m.needs_signature && b.supports(*m.needs_signature, *m.key_type);
         }},
        {row.cipher != nullptr, CKF_ENCRYPT | CKF_DECRYPT,
         [](const Mechanism& m, const Backend& b) {
             return m.needs_cipher && b.supports(*m.needs_cipher, *m.key_type);
         }},
        {row.wrapping != nullptr, CKF_WRAP | CKF_UNWRAP,
         [](const Mechanism& m, const Backend& b) { return m.needs_wrap && b.supports(*m.needs_wrap, *m.key_type); }},
        {row.agreement != nullptr, CKF_DERIVE,
         [](const Mechanism& m, const Backend& b) { return b.supports_agreement(*m.key_type); }},
        {row.digest.has_value(), CKF_DIGEST, [](const Mechanism&, const Backend&) { return true; }},
        {row.generates_key, CKF_GENERATE,
         [](const Mechanism& m, const Backend& b) { return b.supports_generating(*m.key_type); }},
        {row.generates_pair, CKF_GENERATE_KEY_PAIR,
         [](const Mechanism& m, const Backend& b) { return b.supports_generating(*m.key_type); }},
    }};
}

/// How the token understands curves and points; CKF_EC_NAMEDCURVE is CKF_EC_OID from 3.0 on.
CK_FLAGS with_curve_flags(const Mechanism& row, CK_FLAGS flags) {
    if (flags == 0 || row.key_type != KeyType::Ec) return flags;
    return flags | CKF_EC_F_P | CKF_EC_NAMEDCURVE | CKF_EC_UNCOMPRESS;
}

CK_FLAGS offered_flags(const Mechanism& row, const Backend& backend) {
    CK_FLAGS result = 0;
    for (const Role& role : roles(row)) {
        if (role.present && role.offered(row, backend)) result |= role.flags;
    }
    if (backend.approved_only()) result &= approved_flags(row);
    return with_curve_flags(row, result);
}

std::string key_words(const Mechanism& row) {
    if (!row.key_type) return "none";
    switch (*row.key_type) {
        case KeyType::Rsa: return "RSA";
        case KeyType::Ec: return "EC P-256, P-384, P-521, secp256k1";
        case KeyType::Aes: return "AES";
        case KeyType::GenericSecret: return "generic secret";
        case KeyType::EcEdwards: return "Ed25519, Ed448";
        case KeyType::EcMontgomery: return "X25519, X448";
        case KeyType::ChaCha20: return "ChaCha20";
        case KeyType::AesXts: return "AES-XTS";
    }
    return {};
}

std::string size_words(const Mechanism& row) {
    if (!row.key_type) return "";
    const bool bytes = row.key_type == KeyType::Aes || (row.key_type == KeyType::GenericSecret && !row.generates_key);
    return std::to_string(row.min_size) + " to " + std::to_string(row.max_size) + (bytes ? " bytes" : " bits");
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

std::string approval_words(const Mechanism& row) {
    const CK_FLAGS approved = approved_flags(row);
    if (with_curve_flags(row, approved) == flags(row)) return "yes";
    return approved == 0 ? "no" : role_words(approved);
}

}  // namespace

const Rows& rows() {
    static const Rows& all = *[] {
        auto* list = new Rows;
        for (const auto family : {rsa_rows(), ecdsa_rows(), aes_rows(), hmac_rows(), digest_rows()}) {
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
    if (row->generates_key || row->generates_pair) TRY(expect_no_parameter(parameter));
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

std::string markdown_table() {
    std::string table = "| mechanism | keys | sizes | what it does | approved |\n|---|---|---|---|---|\n";
    for (const Mechanism* row : rows()) {
        table += "| " + std::string(row->name) + " | " + key_words(*row) + " | " + size_words(*row) + " | " +
                 role_words(flags(*row)) + " | " + approval_words(*row) + " |\n";
    }
    return table;
}

}  // namespace kvp11::mechanism
