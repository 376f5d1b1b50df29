#include "token/record_rules.hpp"

#include <algorithm>

namespace kvp11::token {

namespace {

using enum Form;
using D = Default;
using S = Source;

// PKCS#11 3.2 §4.5
constexpr Rule data_rules[] = {
    {CKA_APPLICATION, Bytes, may::create | may::change},
    {CKA_OBJECT_ID, Bytes, may::create | may::change},
    {CKA_VALUE, Bytes, may::create | may::change},
};

// §4.6.2
constexpr Rule certificate_rules[] = {
    {CKA_CERTIFICATE_TYPE, Number, may::create | may::must_create, S::Extra, D::Zero},
    {CKA_TRUSTED, Flag, may::create | may::change | may::officer_only, S::Extra, D::False},
    {CKA_CERTIFICATE_CATEGORY, Number, may::create, S::Extra, D::Zero},
    {CKA_CHECK_VALUE, Bytes, may::create},
    {CKA_START_DATE, Date, may::create | may::change},
    {CKA_END_DATE, Date, may::create | may::change},
    {CKA_PUBLIC_KEY_INFO, Bytes, may::create},
};

// §4.6.3. The subject is missed only where it cannot be taken from the certificate (certificate_draft.hpp).
constexpr Rule x509_rules[] = {
    {CKA_SUBJECT, Bytes, may::create},
    {CKA_ID, Bytes, may::create | may::change, S::Id},
    {CKA_ISSUER, Bytes, may::create | may::change},
    {CKA_SERIAL_NUMBER, Bytes, may::create | may::change},
    {CKA_VALUE, Bytes, may::create | may::must_create},
    {CKA_URL, Bytes, may::create},
    {CKA_HASH_OF_SUBJECT_PUBLIC_KEY, Bytes, may::create},
    {CKA_HASH_OF_ISSUER_PUBLIC_KEY, Bytes, may::create},
    {CKA_JAVA_MIDP_SECURITY_DOMAIN, Number, may::create, S::Extra, D::Zero},
    {CKA_NAME_HASH_ALGORITHM, Number, may::create, S::Extra, D::Sha1},
};

// §4.6.4
constexpr Rule wtls_rules[] = {
    {CKA_SUBJECT, Bytes, may::create | may::must_create},
    {CKA_ISSUER, Bytes, may::create | may::change},
    {CKA_VALUE, Bytes, may::create | may::must_create},
    {CKA_URL, Bytes, may::create},
    {CKA_HASH_OF_SUBJECT_PUBLIC_KEY, Bytes, may::create},
    {CKA_HASH_OF_ISSUER_PUBLIC_KEY, Bytes, may::create},
    {CKA_NAME_HASH_ALGORITHM, Number, may::create, S::Extra, D::Sha1},
};

// §4.6.5
constexpr Rule attribute_certificate_rules[] = {
    {CKA_OWNER, Bytes, may::create | may::must_create},    {CKA_AC_ISSUER, Bytes, may::create | may::change},
    {CKA_SERIAL_NUMBER, Bytes, may::create | may::change}, {CKA_ATTR_TYPES, Bytes, may::create | may::change},
    {CKA_VALUE, Bytes, may::create | may::must_create},
};

// §4.7
constexpr Rule trust_rules[] = {
    {CKA_ISSUER, Bytes, may::create | may::must_create},
    {CKA_SERIAL_NUMBER, Bytes, may::create | may::must_create},
    {CKA_HASH_OF_CERTIFICATE, Bytes, may::create},
    {CKA_NAME_HASH_ALGORITHM, Number, may::create, S::Extra, D::Sha1},
    {CKA_TRUST_SERVER_AUTH, Number, may::create | may::change, S::Extra, D::Zero},
    {CKA_TRUST_CLIENT_AUTH, Number, may::create | may::change, S::Extra, D::Zero},
    {CKA_TRUST_CODE_SIGNING, Number, may::create | may::change, S::Extra, D::Zero},
    {CKA_TRUST_EMAIL_PROTECTION, Number, may::create | may::change, S::Extra, D::Zero},
    {CKA_TRUST_IPSEC_IKE, Number, may::create | may::change, S::Extra, D::Zero},
    {CKA_TRUST_TIME_STAMPING, Number, may::create | may::change, S::Extra, D::Zero},
    {CKA_TRUST_OCSP_SIGNING, Number, may::create | may::change, S::Extra, D::Zero},
};

// §4.12; CKA_PRIME_BITS is counted, not said.
constexpr Rule domain_rules[] = {
    {CKA_KEY_TYPE, Number, may::create | may::must_create},
    {CKA_LOCAL, Flag, 0, S::Extra, D::False},
    {CKA_PRIME, Bytes, may::create | may::must_create},
    {CKA_BASE, Bytes, may::create | may::must_create},
    {CKA_PRIME_BITS, Number, 0, S::BitsOfPrime},
};
// §6.2 and X9.42 of §6.4
constexpr Rule subprime_rules[] = {
    {CKA_SUBPRIME, Bytes, may::create | may::must_create},
};

// §4.3: a clock, whose value is read off when it is asked for
constexpr Rule clock_rules[] = {
    {CKA_HW_FEATURE_TYPE, Number, 0},
    {CKA_VALUE, Bytes, 0, S::Clock},
};
// §4.13
constexpr Rule mechanism_rules[] = {
    {CKA_MECHANISM_TYPE, Number, 0},
};
// §4.14
constexpr Rule profile_rules[] = {
    {CKA_PROFILE_ID, Number, 0},
};
// §4.15
constexpr Rule validation_rules[] = {
    {CKA_VALIDATION_TYPE, Number, 0, S::Extra, D::Zero},
    {CKA_VALIDATION_VERSION, Bytes, 0},
    {CKA_VALIDATION_LEVEL, Number, 0, S::Extra, D::Zero},
    {CKA_VALIDATION_MODULE_ID, Bytes, 0},
    {CKA_VALIDATION_FLAG, Number, 0},
    {CKA_VALIDATION_AUTHORITY_TYPE, Number, 0, S::Extra, D::Zero},
    {CKA_VALIDATION_COUNTRY, Bytes, 0},
    {CKA_VALIDATION_CERTIFICATE_IDENTIFIER, Bytes, 0},
    {CKA_VALIDATION_CERTIFICATE_URI, Bytes, 0},
    {CKA_VALIDATION_VENDOR_URI, Bytes, 0},
    {CKA_VALIDATION_PROFILE, Bytes, 0},
};

struct RecordGroup {
    CK_OBJECT_CLASS object_class;
    CK_ULONG variety;
    bool can_be_created;
    std::array<Rules, 2> rules;
};

constexpr RecordGroup groups[] = {
    {CKO_DATA, 0, true, {data_rules}},
    {CKO_CERTIFICATE, CKC_X_509, true, {certificate_rules, x509_rules}},
    {CKO_CERTIFICATE, CKC_X_509_ATTR_CERT, true, {certificate_rules, attribute_certificate_rules}},
    {CKO_CERTIFICATE, CKC_WTLS, true, {certificate_rules, wtls_rules}},
    {CKO_TRUST, 0, true, {trust_rules}},
    {CKO_DOMAIN_PARAMETERS, CKK_DH, true, {domain_rules}},
    {CKO_DOMAIN_PARAMETERS, CKK_DSA, true, {domain_rules, subprime_rules}},
    {CKO_DOMAIN_PARAMETERS, CKK_X9_42_DH, true, {domain_rules, subprime_rules}},
    {CKO_HW_FEATURE, CKH_CLOCK, false, {clock_rules}},
    {CKO_MECHANISM, 0, false, {mechanism_rules}},
    {CKO_PROFILE, 0, false, {profile_rules}},
    {CKO_VALIDATION, 0, false, {validation_rules}},
};

struct VarietyAttribute {
    CK_OBJECT_CLASS object_class;
    CK_ATTRIBUTE_TYPE type;
};

constexpr VarietyAttribute variety_attributes[] = {
    {CKO_CERTIFICATE, CKA_CERTIFICATE_TYPE},
    {CKO_DOMAIN_PARAMETERS, CKA_KEY_TYPE},
    {CKO_HW_FEATURE, CKA_HW_FEATURE_TYPE},
};

template <class Condition>
const RecordGroup* first(Condition condition) noexcept {
    const auto* at = std::find_if(std::begin(groups), std::end(groups), condition);
    return at == std::end(groups) ? nullptr : at;
}

const kvp11::Bytes& extra(const Face& face, CK_ATTRIBUTE_TYPE type) {
    static const auto* const none = new kvp11::Bytes();  // never destroyed: hosts call until the very end
    const auto at = face.extras.find(type);
    return at == face.extras.end() ? *none : at->second;
}

bool is_above(const Face& face, CK_ATTRIBUTE_TYPE type, CK_ULONG most) {
    const kvp11::Bytes& value = extra(face, type);
    return !value.empty() && decode_number(value).value_or(CK_UNAVAILABLE_INFORMATION) > most;
}

ByteView without_zeros(ByteView number) {
    while (!number.empty() && number.front() == 0) number = number.subspan(1);
    return number;
}

/// 1 < part < prime, as unsigned integers.
bool lies_within(ByteView part, ByteView prime) {
    const bool is_more_than_one = part.size() > 1 || (part.size() == 1 && part[0] > 1);
    if (part.size() != prime.size()) return is_more_than_one && part.size() < prime.size();
    return is_more_than_one && std::lexicographical_compare(part.begin(), part.end(), prime.begin(), prime.end());
}

Result<void> check_domain(const Kind& kind, const Face& face) {
    const ByteView prime = without_zeros(extra(face, CKA_PRIME));
    const bool has_subprime = kind.variety != CKK_DH;
    if (prime.empty() || (prime.back() & 1U) == 0) return fail(Errc::DomainParamsInvalid, "CKA_PRIME is no odd number");
    if (!lies_within(without_zeros(extra(face, CKA_BASE)), prime) ||
        (has_subprime && !lies_within(without_zeros(extra(face, CKA_SUBPRIME)), prime)))
        return fail(Errc::DomainParamsInvalid, "CKA_BASE and CKA_SUBPRIME lie between 1 and the prime");
    return {};
}

Result<void> check_trust(const Face& face) {
    bool says_trusted = false;
    for (const Rule& rule : trust_rules) {
        if (rule.type < CKA_TRUST_SERVER_AUTH || rule.type > CKA_TRUST_OCSP_SIGNING) continue;
        if (is_above(face, rule.type, CKT_TRUST_MUST_VERIFY_TRUST))
            return fail(Errc::AttributeValueInvalid, "no such CK_TRUST");
        const CK_ULONG trust = decode_number(extra(face, rule.type)).value_or(CKT_TRUST_UNKNOWN);
        says_trusted |= trust != CKT_TRUST_UNKNOWN && trust != CKT_NOT_TRUSTED;
    }
    if (says_trusted && (extra(face, CKA_HASH_OF_CERTIFICATE).empty() || extra(face, CKA_NAME_HASH_ALGORITHM).empty()))
        return fail(Errc::TemplateIncomplete, "what trusts a certificate says its hash");
    return {};
}

/// §4.6.3, §4.6.4: the certificate, or where it is and the hashes of its keys.
Result<void> check_certificate(const Kind& kind, const Face& face) {
    if (is_above(face, CKA_CERTIFICATE_CATEGORY, CK_CERTIFICATE_CATEGORY_OTHER_ENTITY))
        return fail(Errc::AttributeValueInvalid, "no such category of certificates");
    if (is_above(face, CKA_JAVA_MIDP_SECURITY_DOMAIN, CK_SECURITY_DOMAIN_THIRD_PARTY))
        return fail(Errc::AttributeValueInvalid, "no such security domain");
    const bool has_url = !extra(face, CKA_URL).empty();
    if (extra(face, CKA_VALUE).empty() && !has_url)
        return fail(Errc::TemplateIncomplete, "neither CKA_VALUE nor CKA_URL says something");
    if (has_url && kind.variety != CKC_X_509_ATTR_CERT &&
        (extra(face, CKA_HASH_OF_SUBJECT_PUBLIC_KEY).empty() || extra(face, CKA_HASH_OF_ISSUER_PUBLIC_KEY).empty()))
        return fail(Errc::TemplateIncomplete, "CKA_URL needs the hashes of both public keys");
    return {};
}

}  // namespace

bool is_record_class(CK_OBJECT_CLASS object_class) noexcept {
    return first([&](const RecordGroup& group) { return group.object_class == object_class; }) != nullptr;
}

bool can_be_created(CK_OBJECT_CLASS object_class) noexcept {
    const auto* group = first([&](const RecordGroup& one) { return one.object_class == object_class; });
    return is_key_class(object_class) || (group != nullptr && group->can_be_created);
}

std::array<Rules, 2> record_rules_of(const Kind& kind) noexcept {
    const auto* group = first(
        [&](const RecordGroup& one) { return one.object_class == kind.object_class && one.variety == kind.variety; });
    return group == nullptr ? std::array<Rules, 2>{} : group->rules;
}

Result<CK_ULONG> variety_of(CK_OBJECT_CLASS object_class, const mechanism::AttributeSource& attributes) {
    const auto* by = std::find_if(std::begin(variety_attributes), std::end(variety_attributes),
                                  [&](const auto& row) { return row.object_class == object_class; });
    const auto value = by == std::end(variety_attributes) ? std::nullopt : attributes.find(by->type);
    if (!value && record_rules_of({object_class, {}, 0}).front().empty())
        return fail(Errc::TemplateIncomplete, "it is not said of what type the object is");
    if (!value) return CK_ULONG{0};
    const auto variety = decode_number(*value);
    if (!variety || record_rules_of({object_class, {}, *variety}).front().empty())
        return fail(Errc::AttributeValueInvalid, "no objects of this type here");
    return *variety;
}

Result<void> check_record(const Kind& kind, const Face& face) {
    if (kind.object_class == CKO_CERTIFICATE) return check_certificate(kind, face);
    if (kind.object_class == CKO_DOMAIN_PARAMETERS) return check_domain(kind, face);
    if (kind.object_class == CKO_TRUST) return check_trust(face);
    return {};
}

}  // namespace kvp11::token
