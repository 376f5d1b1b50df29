// Draft: what a template says of an object that is to be made, with everything that it leaves unsaid
// filled in. Also the writing of single attributes, which copying and changing share. Values.
#pragma once

#include "mechanism/mechanism.hpp"
#include "token/object.hpp"

namespace kvp11::token {

struct Draft {
    Kind kind;
    bool on_token = false;
    Face face;
    Protection protection;
    KeyOps ops = KeyOps::None;                    // what this face allows
    std::optional<std::int64_t> not_before = {};  // of private and secret keys; a public half keeps its dates as extras
    std::optional<std::int64_t> expires = {};

    [[nodiscard]] NewKey new_key(const KeySpec& spec) const;
    /// Of a pair: keeps of the public half's dates only what differs from the private one's.
    void share_dates_with(Draft& public_half) const;
};

/// What a derived key has to do with the keys that it was derived from (§4.9, §4.10, and each mechanism's own rules).
struct Bases {
    mechanism::Heritage heritage = mechanism::Heritage::OneWay;
    bool gives_defaults = true;  // what the template leaves out is as the base key has it
    bool sensitive = false;
    bool extractable = true;
    bool wrap_with_trusted = false;
    bool always_sensitive = false;
    bool never_extractable = false;

    static Bases of(const Object& base, mechanism::Heritage heritage);
    /// One more key that took part.
    void join(const Object& other);
};

/// What the standard lets the maker of a key say about its origin (§4.7, §4.9, §4.10).
struct Origin {
    Making how = Making::Create;
    CK_MECHANISM_TYPE mechanism = CK_UNAVAILABLE_INFORMATION;  // of generated keys
    std::optional<CK_KEY_TYPE> secret_name = {};               // of generated secrets: Mechanism::secret_name
    std::optional<Bases> bases = {};                           // of derived keys
};

/// The kind that a template names: TemplateIncomplete, AttributeValueInvalid, TemplateInconsistent.
/// `expected` stands for what it leaves out and must not be contradicted.
Result<Kind> kind_of(const Template& attributes, const std::optional<Kind>& expected);

/// Checks the template against the rules of its kind and fills in the defaults.
Result<Draft> draft_object(const Kind& kind, const Template& attributes, const Origin& origin, bool officer);

/// An attribute of ours that is never shown: some of the key's bytes are known to whoever had it derived.
inline constexpr CK_ATTRIBUTE_TYPE partly_known_attribute = CKA_VENDOR_DEFINED | 0x4B560001UL;

/// AttributeValueInvalid when the template has a CKA_CHECK_VALUE, and it is not the secret's. Empty says nothing.
Result<void> check_fingerprint(const Template& attributes, KeyType type, const SecretMaterial& material);

/// An existing object's face and protection with changes, for C_CopyObject (may::copy) and
/// C_SetAttributeValue (may::set). AttributeTypeInvalid, AttributeValueInvalid, AttributeReadOnly.
Result<Draft> changed(const Object& object, const Template& changes, unsigned right, bool officer);

/// A public key as a record's face has it: with its key type and components among the extras.
Result<Record> public_key_record(const PublicKey& key, Face face);

}  // namespace kvp11::token
