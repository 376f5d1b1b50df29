#include "token/approved_leaving.hpp"

#include "mechanism/key_check.hpp"

namespace kvp11::token {

namespace {

bool was_never_known(const Object& key) { return key.flag(CKA_LOCAL) && key.flag(CKA_ALWAYS_SENSITIVE); }

/// A public key that stands alone may be anybody's.
bool is_own(const Object& wrapping) {
    if (wrapping.kind().object_class == CKO_SECRET_KEY) return was_never_known(wrapping);
    if (wrapping.ref().kind != ObjectKind::PublicKey) return false;
    return was_never_known(Object({ObjectKind::PrivateKey, wrapping.ref().id}, wrapping.on_token(), wrapping.key()));
}

struct SettledUse {
    CK_ATTRIBUTE_TYPE type;
    bool is_taken_away;
};
constexpr SettledUse settled_uses[] = {
    {CKA_WRAP, false}, {CKA_UNWRAP, false}, {CKA_ENCRYPT, true}, {CKA_DECRYPT, true}};

}  // namespace

Result<void> check_leaving(const Object& wrapping, const Object& target, const mechanism::Mechanism& row) {
    if (!target.flag(CKA_SENSITIVE) || wrapping.flag(CKA_TRUSTED)) return {};
    if (!is_own(wrapping))
        return fail(Errc::KeyNotWrappable,
                    "in approved mode a sensitive key leaves under a trusted key, or one that was generated here and "
                    "always sensitive");
    if (target.flag(CKA_WRAP) || target.flag(CKA_UNWRAP))
        return fail(Errc::KeyNotWrappable, "in approved mode a key that wraps or unwraps leaves under a trusted key");
    if (row.wraps_under_trusted) {
        return fail(Errc::KeyNotWrappable,
                    "in approved mode " + std::string(row.name) + " wraps sensitive keys under a trusted key");
    }
    return {};
}

Result<void> check_settled_uses(const Object& object, const Template& changes) {
    for (const auto& [type, is_taken_away] : settled_uses) {
        const auto said = TRY(changes.flag(type));
        if (!said || *said == object.flag(type) || (is_taken_away && !*said)) continue;
        return fail(Errc::AttributeReadOnly, "in approved mode this use is settled when a key is made");
    }
    return {};
}

Result<void> check_arriving(const Kind& kind, const Protection& protection, const SecretMaterial& material) {
    if (!protection.sensitive)
        return fail(Errc::TemplateInconsistent, "in approved mode an unwrapped key is sensitive");
    if (kind.object_class == CKO_SECRET_KEY && mechanism::is_private_key(material))
        return fail(Errc::TemplateInconsistent, "what was wrapped is a private key");
    return {};
}

}  // namespace kvp11::token
