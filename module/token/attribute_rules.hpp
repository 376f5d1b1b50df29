// Attribute rules: for each class of objects, which attributes there are, what a value looks like,
// who may say it when, where it is kept and what it is when nobody says it.
//
// The rows are the only place where an attribute is described; creating, generating, unwrapping,
// copying, reading, changing and matching interpret them. Constants; thread-safe.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "kvp11/algorithm.hpp"
#include "kvp11/key.hpp"
#include "kvp11/pkcs11.h"
#include "token/template.hpp"

namespace kvp11::token {

/// Whether Backend::key_sketch() tells enough for this attribute of a key. What libp11's engine reads of every key that
/// there is, whichever of them it was told to use.
[[nodiscard]] bool is_sketched(CK_ATTRIBUTE_TYPE type) noexcept;

/// How a new object comes about.
enum class Making : std::uint8_t { Create, Generate, Unwrap, Derive, Copy };

enum class Form : std::uint8_t { Flag, Number, Bytes, Date, Numbers, Nested };

/// Where an attribute's value is found.
enum class Source : std::uint8_t {
    Extra,  // in the face's extras, else the default
    Class,
    KeyType,
    Token,
    Private,
    Label,
    Id,
    UniqueId,
    Usage,      // what KeyOps says; in the extras where the key could not do it anyway
    StartDate,  // the key's not-before time; a public half may have its own in the extras
    EndDate,    // likewise its expiry
    Local,      // in the extras, else whether the backend made the key
    Generator,  // in the extras, else the mechanism that makes such keys, when the backend made it
    Sensitive,
    Extractable,
    WrapWithTrusted,
    Trusted,
    AlwaysSensitive,   // in the extras, else as the protection of a key that was made here is now
    NeverExtractable,  // likewise
    Public,            // computed from the public key
    Secret,            // from exposed material
    Size,              // CKA_VALUE_LEN
    CheckValue,
    BitsOfPrime,  // counted in CKA_PRIME
    Clock,        // the time now
};

enum class Default : std::uint8_t {
    Empty,
    False,
    True,
    Zero,
    Unavailable,      // CK_UNAVAILABLE_INFORMATION as a number
    Sha1,             // CKM_SHA_1
    ForPrivateKinds,  // true for private and secret keys
    ForUsage,         // what this type of key is for
};

/// Rights, a set of bits.
namespace may {
constexpr unsigned create = 1;          // be in C_CreateObject's template
constexpr unsigned generate = 2;        // C_GenerateKey, C_GenerateKeyPair
constexpr unsigned unwrap = 4;          // C_UnwrapKey, C_DeriveKey
constexpr unsigned copy = 8;            // C_CopyObject
constexpr unsigned set = 16;            // C_SetAttributeValue
constexpr unsigned must_create = 32;    // is missed when C_CreateObject does not say it
constexpr unsigned must_generate = 64;  // likewise
constexpr unsigned only_raise = 128;    // changes from false to true only
constexpr unsigned only_lower = 256;    // changes from true to false only
constexpr unsigned officer_only = 512;  // true is the security officer's to say
constexpr unsigned make = create | generate | unwrap;
constexpr unsigned change = copy | set;
}  // namespace may

struct Rule {
    CK_ATTRIBUTE_TYPE type;
    Form form;
    unsigned rights;
    Source source = Source::Extra;
    Default fallback = Default::Empty;
};

/// What kind of object rules are asked for. `key_type` is set for keys. `variety` is what else rules depend on, of
/// objects that are no keys: CKA_CERTIFICATE_TYPE, CKA_HW_FEATURE_TYPE, or CKA_KEY_TYPE of domain parameters.
struct Kind {
    CK_OBJECT_CLASS object_class;
    std::optional<KeyType> key_type = {};
    CK_ULONG variety = 0;
    bool operator==(const Kind&) const = default;
};

/// Whether objects of this class can exist here at all.
[[nodiscard]] bool is_known_class(CK_OBJECT_CLASS object_class) noexcept;
[[nodiscard]] bool is_key_class(CK_OBJECT_CLASS object_class) noexcept;
/// CKO_PRIVATE_KEY and CKO_SECRET_KEY.
[[nodiscard]] bool has_material(CK_OBJECT_CLASS object_class) noexcept;
/// Which classes a type of key can have.
[[nodiscard]] bool fits(KeyType type, CK_OBJECT_CLASS object_class) noexcept;

/// Null when such objects have no such attribute.
[[nodiscard]] const Rule* find_rule(const Kind& kind, CK_ATTRIBUTE_TYPE type) noexcept;
/// All rules of a kind, general ones first.
[[nodiscard]] std::vector<const Rule*> rules_of(const Kind& kind);

/// Checks a template for making an object: AttributeTypeInvalid, AttributeValueInvalid,
/// AttributeReadOnly, TemplateIncomplete.
Result<void> check_making(const Kind& kind, const Template& attributes, Making how, bool officer);
/// AttributeValueInvalid when the bytes have not the rule's form.
Result<void> check_form(const Rule& rule, ByteView value);

/// One usage attribute and the operation of the seam that it stands for. Signing with recovery is signing to a Backend,
/// and decapsulating deriving, for which it has no words of its own: such an attribute counts only where it was said,
/// and keeps the other from showing where that was denied.
struct Usage {
    CK_ATTRIBUTE_TYPE type;
    KeyOps operation;
    bool only_when_said = false;
};
[[nodiscard]] std::span<const Usage> usages() noexcept;
/// The usage attributes' default: what keys of this kind are for.
[[nodiscard]] bool is_natural_usage(const Kind& kind, CK_ATTRIBUTE_TYPE usage) noexcept;
/// What they can do when a template says so: that, and other keys can come out of secret ones.
[[nodiscard]] bool is_possible_usage(const Kind& kind, CK_ATTRIBUTE_TYPE usage) noexcept;

}  // namespace kvp11::token
