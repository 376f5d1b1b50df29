#include "token/attribute_rules.hpp"

#include <algorithm>
#include <array>

#include "token/key_dates.hpp"
#include "token/record_rules.hpp"

namespace kvp11::token {

namespace {

using enum Form;
using D = Default;
using S = Source;

// PKCS#11 2.40 §4.4
constexpr Rule storage_rules[] = {
    {CKA_CLASS, Number, may::make | may::must_create, S::Class},
    {CKA_TOKEN, Flag, may::make | may::copy, S::Token, D::False},
    {CKA_PRIVATE, Flag, may::make | may::copy | may::only_raise, S::Private, D::ForPrivateKinds},
    {CKA_MODIFIABLE, Flag, may::make | may::copy | may::only_lower, S::Extra, D::True},
    {CKA_COPYABLE, Flag, may::make | may::change | may::only_lower, S::Extra, D::True},
    {CKA_DESTROYABLE, Flag, may::make | may::change, S::Extra, D::True},
    {CKA_LABEL, Bytes, may::make | may::change, S::Label},
    {CKA_UNIQUE_ID, Bytes, 0, S::UniqueId},
};

// §4.7
constexpr Rule key_rules[] = {
    {CKA_KEY_TYPE, Number, may::make | may::must_create, S::KeyType},
    {CKA_ID, Bytes, may::make | may::change, S::Id},
    {CKA_START_DATE, Date, may::make | may::change, S::StartDate},
    {CKA_END_DATE, Date, may::make | may::change, S::EndDate},
    {CKA_DERIVE, Flag, may::make | may::change, S::Usage, D::ForUsage},
    {CKA_LOCAL, Flag, 0, S::Local, D::False},
    {CKA_KEY_GEN_MECHANISM, Number, 0, S::Generator, D::Unavailable},
    {CKA_ALLOWED_MECHANISMS, Numbers, may::make},
};

// §4.8
constexpr Rule public_key_rules[] = {
    {CKA_SUBJECT, Bytes, may::make | may::change},
    {CKA_ENCRYPT, Flag, may::make | may::change, S::Usage, D::ForUsage},
    {CKA_VERIFY, Flag, may::make | may::change, S::Usage, D::ForUsage},
    {CKA_VERIFY_RECOVER, Flag, may::make | may::change, S::Usage, D::ForUsage},
    {CKA_ENCAPSULATE, Flag, may::make | may::change, S::Usage, D::ForUsage},
    {CKA_WRAP, Flag, may::make | may::change, S::Usage, D::ForUsage},
    {CKA_TRUSTED, Flag, may::make | may::change | may::officer_only, S::Extra, D::False},
    {CKA_WRAP_TEMPLATE, Form::Nested, may::make},
    {CKA_PUBLIC_KEY_INFO, Bytes, may::create | may::unwrap, S::Public},
};

// What private (§4.9) and secret keys (§4.10) have in common
constexpr Rule material_rules[] = {
    {CKA_SENSITIVE, Flag, may::make | may::change | may::only_raise, S::Sensitive, D::True},
    {CKA_DECRYPT, Flag, may::make | may::change, S::Usage, D::ForUsage},
    {CKA_SIGN, Flag, may::make | may::change, S::Usage, D::ForUsage},
    {CKA_UNWRAP, Flag, may::make | may::change, S::Usage, D::ForUsage},
    {CKA_EXTRACTABLE, Flag, may::make | may::change | may::only_lower, S::Extractable, D::False},
    {CKA_ALWAYS_SENSITIVE, Flag, 0, S::AlwaysSensitive, D::False},
    {CKA_NEVER_EXTRACTABLE, Flag, 0, S::NeverExtractable, D::False},
    {CKA_WRAP_WITH_TRUSTED, Flag, may::make | may::change | may::only_raise, S::WrapWithTrusted, D::False},
    {CKA_UNWRAP_TEMPLATE, Form::Nested, may::make},
    {CKA_DERIVE_TEMPLATE, Form::Nested, may::make},
};

constexpr Rule private_key_rules[] = {
    {CKA_SUBJECT, Bytes, may::make | may::change},
    {CKA_SIGN_RECOVER, Flag, may::make | may::change, S::Usage, D::ForUsage},
    {CKA_DECAPSULATE, Flag, may::make | may::change, S::Usage, D::ForUsage},
    {CKA_ALWAYS_AUTHENTICATE, Flag, may::make, S::Extra, D::False},
    {CKA_PUBLIC_KEY_INFO, Bytes, may::create | may::unwrap, S::Public},
};

constexpr Rule secret_key_rules[] = {
    {CKA_ENCRYPT, Flag, may::make | may::change, S::Usage, D::ForUsage},
    {CKA_VERIFY, Flag, may::make | may::change, S::Usage, D::ForUsage},
    {CKA_WRAP, Flag, may::make | may::change, S::Usage, D::ForUsage},
    {CKA_TRUSTED, Flag, may::make | may::change | may::officer_only, S::Trusted, D::False},
    {CKA_WRAP_TEMPLATE, Form::Nested, may::make},
    {CKA_CHECK_VALUE, Bytes, may::make, S::CheckValue},
    {CKA_VALUE, Bytes, may::create | may::must_create, S::Secret},
    {CKA_VALUE_LEN, Number, may::generate | may::unwrap, S::Size},
};

// PKCS#11 2.40 mechanisms §2.1.2 and §2.1.3, §2.3.3 and §2.3.4
constexpr Rule rsa_public_rules[] = {
    {CKA_MODULUS, Bytes, may::create, S::Public},
    {CKA_MODULUS_BITS, Number, may::generate | may::must_generate, S::Public},
    {CKA_PUBLIC_EXPONENT, Bytes, may::create | may::generate, S::Public},
};
constexpr Rule rsa_private_rules[] = {
    {CKA_MODULUS, Bytes, may::create | may::must_create, S::Public},
    {CKA_PUBLIC_EXPONENT, Bytes, may::create, S::Public},
    {CKA_PRIVATE_EXPONENT, Bytes, may::create | may::must_create, S::Secret},
    {CKA_PRIME_1, Bytes, may::create, S::Secret},
    {CKA_PRIME_2, Bytes, may::create, S::Secret},
    {CKA_EXPONENT_1, Bytes, may::create, S::Secret},
    {CKA_EXPONENT_2, Bytes, may::create, S::Secret},
    {CKA_COEFFICIENT, Bytes, may::create, S::Secret},
};
constexpr Rule ec_public_rules[] = {
    {CKA_EC_PARAMS, Bytes, may::create | may::generate | may::must_generate, S::Public},
    {CKA_EC_POINT, Bytes, may::create, S::Public},
};
// NSS sends the point with a private key, and tools that look for it there are served.
constexpr Rule ec_private_rules[] = {
    {CKA_EC_PARAMS, Bytes, may::create | may::generate | may::must_create, S::Public},
    {CKA_EC_POINT, Bytes, may::create, S::Public},
    {CKA_VALUE, Bytes, may::create | may::must_create, S::Secret},
};

struct Group {
    CK_OBJECT_CLASS object_class;
    std::optional<KeyType> key_type;  // none: whatever the type
    std::array<Rules, 3> rules;
};

constexpr Group groups[] = {
    {CKO_PUBLIC_KEY, KeyType::Rsa, {key_rules, public_key_rules, rsa_public_rules}},
    {CKO_PUBLIC_KEY, KeyType::Ec, {key_rules, public_key_rules, ec_public_rules}},
    {CKO_PUBLIC_KEY, KeyType::EcEdwards, {key_rules, public_key_rules, ec_public_rules}},
    {CKO_PUBLIC_KEY, KeyType::EcMontgomery, {key_rules, public_key_rules, ec_public_rules}},
    {CKO_PRIVATE_KEY, KeyType::Rsa, {key_rules, private_key_rules, rsa_private_rules}},
    {CKO_PRIVATE_KEY, KeyType::Ec, {key_rules, private_key_rules, ec_private_rules}},
    {CKO_PRIVATE_KEY, KeyType::EcEdwards, {key_rules, private_key_rules, ec_private_rules}},
    {CKO_PRIVATE_KEY, KeyType::EcMontgomery, {key_rules, private_key_rules, ec_private_rules}},
    {CKO_SECRET_KEY, {}, {key_rules, secret_key_rules}},
};

const Group* find_group(const Kind& kind) noexcept {
    for (const Group& group : groups) {
        if (group.object_class == kind.object_class && (!group.key_type || group.key_type == kind.key_type))
            return &group;
    }
    return nullptr;
}

template <class Visit>
void visit_rules(const Kind& kind, Visit visit) {
    const Group* group = find_group(kind);
    const std::array<Rules, 2> of_record = group == nullptr ? record_rules_of(kind) : std::array<Rules, 2>{};
    if (group == nullptr && of_record.front().empty()) return;
    visit(Rules(storage_rules));
    for (const Rules rules : of_record) visit(rules);
    if (group == nullptr) return;
    for (const Rules rules : group->rules) visit(rules);
    if (has_material(kind.object_class)) visit(Rules(material_rules));
}

constexpr unsigned right_for(Making how) {
    constexpr unsigned rights[] = {may::create, may::generate, may::unwrap, may::unwrap, may::copy};
    return rights[static_cast<std::size_t>(how)];
}

constexpr Usage usage_rows[] = {
    {CKA_ENCRYPT, KeyOps::Encrypt},
    {CKA_DECRYPT, KeyOps::Decrypt},
    {CKA_SIGN, KeyOps::Sign},
    {CKA_VERIFY, KeyOps::Verify},
    {CKA_WRAP, KeyOps::Wrap},
    {CKA_UNWRAP, KeyOps::Unwrap},
    {CKA_DERIVE, KeyOps::Derive},
    {CKA_SIGN_RECOVER, KeyOps::Sign, true},
    {CKA_VERIFY_RECOVER, KeyOps::Verify, true},
    {CKA_ENCAPSULATE, KeyOps::None, true},
    {CKA_DECAPSULATE, KeyOps::Derive, true},
};

}  // namespace

bool is_known_class(CK_OBJECT_CLASS object_class) noexcept {
    return is_key_class(object_class) || is_record_class(object_class);
}

bool is_key_class(CK_OBJECT_CLASS object_class) noexcept {
    return object_class == CKO_PUBLIC_KEY || has_material(object_class);
}

bool has_material(CK_OBJECT_CLASS object_class) noexcept {
    return object_class == CKO_PRIVATE_KEY || object_class == CKO_SECRET_KEY;
}

bool fits(KeyType type, CK_OBJECT_CLASS object_class) noexcept {
    return is_pair(type) ? object_class == CKO_PUBLIC_KEY || object_class == CKO_PRIVATE_KEY
                         : object_class == CKO_SECRET_KEY;
}

bool is_sketched(CK_ATTRIBUTE_TYPE type) noexcept {
    constexpr CK_ATTRIBUTE_TYPE types[] = {
        CKA_CLASS, CKA_TOKEN, CKA_PRIVATE, CKA_LABEL, CKA_ID, CKA_KEY_TYPE, CKA_ALWAYS_AUTHENTICATE};
    return std::find(std::begin(types), std::end(types), type) != std::end(types);
}

const Rule* find_rule(const Kind& kind, CK_ATTRIBUTE_TYPE type) noexcept {
    const Rule* found = nullptr;
    visit_rules(kind, [&](Rules rules) {
        for (const Rule& rule : rules) {
            if (rule.type == type) found = &rule;
        }
    });
    return found;
}

std::vector<const Rule*> rules_of(const Kind& kind) {
    std::vector<const Rule*> all;
    visit_rules(kind, [&](Rules rules) {
        for (const Rule& rule : rules) all.push_back(&rule);
    });
    return all;
}

Result<void> check_form(const Rule& rule, ByteView value) {
    bool fitting = true;
    switch (rule.form) {
        case Form::Flag: fitting = value.size() == 1 && value[0] <= CK_TRUE; break;
        case Form::Number: fitting = value.size() == sizeof(CK_ULONG); break;
        case Form::Date:
            // A certificate's dates are for show.
            fitting = rule.source == Source::Extra ? value.empty() || value.size() == sizeof(CK_DATE) : is_date(value);
            break;
        case Form::Numbers: fitting = value.size() % sizeof(CK_ULONG) == 0; break;
        case Form::Bytes:
        case Form::Nested: break;
    }
    if (!fitting)
        return fail(Errc::AttributeValueInvalid, "an attribute's value has a wrong length, or is no CK_BBOOL or date");
    return {};
}

Result<void> check_making(const Kind& kind, const Template& attributes, Making how, bool officer) {
    for (const auto& [type, value] : attributes.attributes()) {
        const Rule* rule = find_rule(kind, type);
        if (rule == nullptr) return fail(Errc::AttributeTypeInvalid);
        TRY(check_form(*rule, value));
        if ((rule->rights & right_for(how)) == 0) return fail(Errc::AttributeReadOnly);
        const bool raises = rule->form == Form::Flag && value[0] == CK_TRUE;
        if ((rule->rights & may::officer_only) != 0 && raises && !officer) return fail(Errc::AttributeReadOnly);
    }
    const unsigned must = how == Making::Create ? may::must_create : how == Making::Generate ? may::must_generate : 0;
    for (const Rule* rule : rules_of(kind)) {
        if ((rule->rights & must) != 0 && !attributes.has(rule->type)) return fail(Errc::TemplateIncomplete);
    }
    return {};
}

std::span<const Usage> usages() noexcept { return usage_rows; }

bool is_natural_usage(const Kind& kind, CK_ATTRIBUTE_TYPE usage) noexcept {
    const auto is_asked = [&](const Usage& row) { return row.type == usage && row.only_when_said; };
    if (std::any_of(std::begin(usage_rows), std::end(usage_rows), is_asked)) return false;
    switch (kind.key_type.value_or(KeyType::GenericSecret)) {
        case KeyType::Rsa: return usage != CKA_DERIVE;
        case KeyType::Ec:
            return usage == CKA_SIGN || usage == CKA_VERIFY ||
                   (usage == CKA_DERIVE && kind.object_class == CKO_PRIVATE_KEY);
        case KeyType::Aes: return usage != CKA_DERIVE;
        case KeyType::EcEdwards: return usage == CKA_SIGN || usage == CKA_VERIFY;
        case KeyType::EcMontgomery: return usage == CKA_DERIVE && kind.object_class == CKO_PRIVATE_KEY;
        case KeyType::ChaCha20: return usage == CKA_ENCRYPT || usage == CKA_DECRYPT;
        case KeyType::AesXts: return usage == CKA_ENCRYPT || usage == CKA_DECRYPT;
        case KeyType::GenericSecret: return usage == CKA_SIGN || usage == CKA_VERIFY;
    }
    return false;
}

bool is_possible_usage(const Kind& kind, CK_ATTRIBUTE_TYPE usage) noexcept {
    if (is_natural_usage(kind, usage)) return true;
    return usage == CKA_DERIVE && (kind.key_type == KeyType::GenericSecret || kind.key_type == KeyType::Aes);
}

}  // namespace kvp11::token
