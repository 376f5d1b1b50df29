#include "trace/attributes.hpp"

#include <array>
#include <cstring>

namespace kvp11::trace {
namespace {

// The bounds of token/template.hpp: what is beyond them the module refuses unread.
constexpr CK_ULONG most_attributes = 1000;
constexpr CK_ULONG longest_value = 16UL << 20;
constexpr std::size_t most_numbers = 32;  // that are written; bytes and text have Line's bounds

using Value = std::span<const std::uint8_t>;
struct Row;
using ValueWriter = void (*)(Line& line, Value value, const Row& row);

struct Row {
    CK_ATTRIBUTE_TYPE type;
    ValueWriter write;
    std::string_view prefixes = {};  // of names, for numbers
};

CK_ULONG number_in(Value value) {
    CK_ULONG number = 0;
    std::memcpy(&number, value.data(), sizeof number);
    return number;
}

void boolean(Line& line, Value value, const Row&) {
    if (value.size() != sizeof(CK_BBOOL)) return line.size(value.size());
    line.boolean(value[0]);
}

void number(Line& line, Value value, const Row& row) {
    if (value.size() != sizeof(CK_ULONG)) return line.size(value.size());
    if (row.prefixes.empty()) return line.decimal(number_in(value));
    line.constant(row.prefixes, number_in(value));
}

void numbers(Line& line, Value value, const Row& row) {
    if (value.size() % sizeof(CK_ULONG) != 0) return line.size(value.size());
    line.open('{');
    std::size_t left = most_numbers;
    for (; !value.empty() && left > 0; value = value.subspan(sizeof(CK_ULONG)), --left) {
        line.next();
        number(line, value.first(sizeof(CK_ULONG)), row);
    }
    if (!value.empty()) line.text(", ...");
    line.close('}');
}

// A CK_DATE is eight digits, and "no date" is empty.
void date(Line& line, Value value, const Row&) {
    constexpr std::uint8_t dash = '-';
    if (value.size() != sizeof(CK_DATE)) return line.size(value.size());
    const auto at = [&](std::size_t i) { return value[i]; };
    line.quoted(std::array{at(0), at(1), at(2), at(3), dash, at(4), at(5), dash, at(6), at(7)});
}

void text(Line& line, Value value, const Row&) { line.quoted(value); }
void bytes(Line& line, Value value, const Row&) { line.bytes(value); }

constexpr Row rows[] = {
    // What it is
    {CKA_CLASS, number, "CKO_"},
    {CKA_KEY_TYPE, number, "CKK_"},
    {CKA_CERTIFICATE_TYPE, number, "CKC_"},
    {CKA_CERTIFICATE_CATEGORY, number, "CK_CERTIFICATE_CATEGORY_"},
    {CKA_JAVA_MIDP_SECURITY_DOMAIN, number, "CK_SECURITY_DOMAIN_"},
    {CKA_HW_FEATURE_TYPE, number, "CKH_MONOTONIC_COUNTER CKH_CLOCK CKH_USER_INTERFACE CKH_VENDOR_DEFINED"},
    {CKA_PROFILE_ID, number,
     "CKP_INVALID_ID CKP_BASELINE_PROVIDER CKP_EXTENDED_PROVIDER CKP_AUTHENTICATION_TOKEN "
     "CKP_PUBLIC_CERTIFICATES_TOKEN CKP_COMPLETE_PROVIDER CKP_HKDF_TLS_TOKEN CKP_VENDOR_DEFINED"},
    {CKA_MECHANISM_TYPE, number, "CKM_"},
    {CKA_KEY_GEN_MECHANISM, number, "CKM_"},
    {CKA_NAME_HASH_ALGORITHM, number, "CKM_"},
    {CKA_ALLOWED_MECHANISMS, numbers, "CKM_"},
    {CKA_VALIDATION_TYPE, number, "CKV_TYPE_"},
    {CKA_VALIDATION_AUTHORITY_TYPE, number, "CKV_AUTHORITY_TYPE_"},
    {CKA_TRUST_SERVER_AUTH, number, "CKT_"},
    {CKA_TRUST_CLIENT_AUTH, number, "CKT_"},
    {CKA_TRUST_CODE_SIGNING, number, "CKT_"},
    {CKA_TRUST_EMAIL_PROTECTION, number, "CKT_"},
    {CKA_TRUST_IPSEC_IKE, number, "CKT_"},
    {CKA_TRUST_TIME_STAMPING, number, "CKT_"},
    {CKA_TRUST_OCSP_SIGNING, number, "CKT_"},
    // Yes or no
    {CKA_TOKEN, boolean},
    {CKA_PRIVATE, boolean},
    {CKA_MODIFIABLE, boolean},
    {CKA_COPYABLE, boolean},
    {CKA_DESTROYABLE, boolean},
    {CKA_TRUSTED, boolean},
    {CKA_SENSITIVE, boolean},
    {CKA_ENCRYPT, boolean},
    {CKA_DECRYPT, boolean},
    {CKA_WRAP, boolean},
    {CKA_UNWRAP, boolean},
    {CKA_SIGN, boolean},
    {CKA_SIGN_RECOVER, boolean},
    {CKA_VERIFY, boolean},
    {CKA_VERIFY_RECOVER, boolean},
    {CKA_DERIVE, boolean},
    {CKA_ENCAPSULATE, boolean},
    {CKA_DECAPSULATE, boolean},
    {CKA_EXTRACTABLE, boolean},
    {CKA_LOCAL, boolean},
    {CKA_NEVER_EXTRACTABLE, boolean},
    {CKA_ALWAYS_SENSITIVE, boolean},
    {CKA_ALWAYS_AUTHENTICATE, boolean},
    {CKA_WRAP_WITH_TRUSTED, boolean},
    {CKA_SECONDARY_AUTH, boolean},
    {CKA_RESET_ON_INIT, boolean},
    {CKA_HAS_RESET, boolean},
    {CKA_COLOR, boolean},
    {CKA_OTP_USER_FRIENDLY_MODE, boolean},
    {CKA_X2RATCHET_ISALICE, boolean},
    // How many
    {CKA_VALUE_BITS, number},
    {CKA_VALUE_LEN, number},
    {CKA_MODULUS_BITS, number},
    {CKA_PRIME_BITS, number},
    {CKA_SUBPRIME_BITS, number},
    {CKA_AUTH_PIN_FLAGS, number},
    {CKA_PARAMETER_SET, number},
    {CKA_HSS_LEVELS, number},
    {CKA_HSS_LMS_TYPE, number},
    {CKA_HSS_LMOTS_TYPE, number},
    {CKA_HSS_LMS_TYPES, numbers},
    {CKA_HSS_LMOTS_TYPES, numbers},
    {CKA_HSS_KEYS_REMAINING, number},
    {CKA_PIXEL_X, number},
    {CKA_PIXEL_Y, number},
    {CKA_RESOLUTION, number},
    {CKA_CHAR_ROWS, number},
    {CKA_CHAR_COLUMNS, number},
    {CKA_BITS_PER_PIXEL, number},
    {CKA_OBJECT_VALIDATION_FLAGS, number},
    {CKA_VALIDATION_FLAG, number},
    {CKA_VALIDATION_LEVEL, number},
    {CKA_OTP_FORMAT, number, "CK_OTP_FORMAT_"},
    {CKA_OTP_LENGTH, number},
    {CKA_OTP_TIME_INTERVAL, number},
    {CKA_OTP_CHALLENGE_REQUIREMENT, number, "CK_OTP_PARAM_"},
    {CKA_OTP_TIME_REQUIREMENT, number, "CK_OTP_PARAM_"},
    {CKA_OTP_COUNTER_REQUIREMENT, number, "CK_OTP_PARAM_"},
    {CKA_OTP_PIN_REQUIREMENT, number, "CK_OTP_PARAM_"},
    // When, and how it is called
    {CKA_START_DATE, date},
    {CKA_END_DATE, date},
    {CKA_LABEL, text},
    {CKA_APPLICATION, text},
    {CKA_UNIQUE_ID, text},
    {CKA_URL, text},
    {CKA_CHAR_SETS, text},
    {CKA_ENCODING_METHODS, text},
    {CKA_MIME_TYPES, text},
    {CKA_VALIDATION_MODULE_ID, text},
    {CKA_VALIDATION_COUNTRY, text},
    {CKA_VALIDATION_CERTIFICATE_IDENTIFIER, text},
    {CKA_VALIDATION_CERTIFICATE_URI, text},
    {CKA_VALIDATION_VENDOR_URI, text},
    {CKA_VALIDATION_PROFILE, text},
    // Public bytes
    {CKA_ID, bytes},
    {CKA_OBJECT_ID, bytes},
    {CKA_SUBJECT, bytes},
    {CKA_ISSUER, bytes},
    {CKA_SERIAL_NUMBER, bytes},
    {CKA_AC_ISSUER, bytes},
    {CKA_OWNER, bytes},
    {CKA_ATTR_TYPES, bytes},
    {CKA_HASH_OF_SUBJECT_PUBLIC_KEY, bytes},
    {CKA_HASH_OF_ISSUER_PUBLIC_KEY, bytes},
    {CKA_HASH_OF_CERTIFICATE, bytes},
    {CKA_CHECK_VALUE, bytes},
    {CKA_PUBLIC_KEY_INFO, bytes},
    {CKA_PUBLIC_CRC64_VALUE, bytes},
    {CKA_MODULUS, bytes},
    {CKA_PUBLIC_EXPONENT, bytes},
    {CKA_PRIME, bytes},
    {CKA_SUBPRIME, bytes},
    {CKA_BASE, bytes},
    {CKA_EC_PARAMS, bytes},
    {CKA_EC_POINT, bytes},
    {CKA_GOSTR3410_PARAMS, bytes},
    {CKA_GOSTR3411_PARAMS, bytes},
    {CKA_GOST28147_PARAMS, bytes},
    {CKA_VALIDATION_VERSION, bytes},
};

bool holds_a_template(CK_ATTRIBUTE_TYPE type) {
    constexpr CK_ATTRIBUTE_TYPE types[] = {CKA_WRAP_TEMPLATE, CKA_UNWRAP_TEMPLATE, CKA_DERIVE_TEMPLATE,
                                           CKA_ENCAPSULATE_TEMPLATE, CKA_DECAPSULATE_TEMPLATE};
    for (const CK_ATTRIBUTE_TYPE one : types) {
        if (one == type) return true;
    }
    return false;
}

void write_value(Line& line, CK_ATTRIBUTE_TYPE type, Value value) {
    for (const Row& row : rows) {
        if (row.type == type) return row.write(line, value, row);
    }
    line.size(value.size());
}

void write_level(Line& line, const CK_ATTRIBUTE* attributes, CK_ULONG count, Template what, bool nested);

void write_attribute(Line& line, const CK_ATTRIBUTE& attribute, Template what, bool nested) {
    const CK_ULONG size = attribute.ulValueLen;
    // Whoever asks for a size need not have set one.
    if (attribute.pValue == nullptr && what == Template::Wanted) return line.text("NULL");
    if (size == CK_UNAVAILABLE_INFORMATION) return line.text("CK_UNAVAILABLE_INFORMATION");
    if (attribute.pValue == nullptr && size > 0) line.text("NULL ");
    if (attribute.pValue == nullptr || size > longest_value || what == Template::Wanted) return line.size(size);
    if (!holds_a_template(attribute.type)) {
        return write_value(line, attribute.type, {static_cast<const std::uint8_t*>(attribute.pValue), size});
    }
    const bool is_read = what == Template::Given && !nested && size % sizeof(CK_ATTRIBUTE) == 0;
    if (!is_read) return line.size(size);
    write_level(line, static_cast<const CK_ATTRIBUTE*>(attribute.pValue), size / sizeof(CK_ATTRIBUTE), what, true);
}

void write_level(Line& line, const CK_ATTRIBUTE* attributes, CK_ULONG count, Template what, bool nested) {
    if (count > most_attributes || (attributes == nullptr && count > 0)) {
        line.address(attributes);
        line.text(" of ");
        return line.decimal(count);
    }
    line.open('{');
    for (CK_ULONG i = 0; i < count; ++i) {
        line.next();
        line.constant("CKA_", attributes[i].type);
        line.text(" = ");
        write_attribute(line, attributes[i], what, nested);
    }
    line.close('}');
}

}  // namespace

void write_template(Line& line, const CK_ATTRIBUTE* attributes, CK_ULONG count, Template what) {
    write_level(line, attributes, count, what, false);
}

}  // namespace kvp11::trace
